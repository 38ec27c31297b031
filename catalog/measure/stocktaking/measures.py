"""The published figures of the stocktaking: states, headline, criteria, dimensions, inventory, and the rows of each.

Words and thresholds come from the objects that judge; rows from the conditions that count (`stocktaking.figures`).
"""

from __future__ import annotations

from typing import Final

from catalog.measure.measure import Measure, Text
from catalog.measure.stocktaking.criteria import CRITERIA, FRESH_MONTHS, LEVELS, SHOWN_FOR_FOUR, Criterion
from catalog.measure.stocktaking.dimensions import DIMENSIONS, Dimension
from catalog.measure.stocktaking.figures import (
    ALIVE,
    HAS_CONTACT,
    HAS_INTERFACE,
    HAS_RHYTHM,
    IS_COMPLETE,
    IS_HVD,
    IS_IN_LISTING,
    IS_IN_TIME,
    IS_LICENSED,
    IS_OPEN,
    IS_OWNED,
    IS_USABLE,
    LAST_DAY,
    LINK_JUDGED,
    LINK_WORKS,
    LINKS,
)
from catalog.measure.stocktaking.states import STATES
from catalog.measure.stocktaking.taking import SHARES

_NEWEST: Final = """
from stocktaking join municipality on municipality.ags = stocktaking.ags
where run = (select max(run) from stocktaking as later where later.ags = stocktaking.ags)
and (:ags = '' or stocktaking.ags = :ags) and (:state = '' or municipality.state = :state)
and (:size_class = '' or municipality.size_class = :size_class)
"""
_TOWNS: Final = (
    "select stocktaking.ags, municipality.name, municipality.state as land, size_class, stocktaking.state, level, via,"
    f" evidence_at, asked {_NEWEST} and {{condition}} order by stocktaking.ags"
)
_RECORDS: Final = (
    f"with {ALIVE} select (select dataset.key from dataset where dataset.id = alive.id) as key, title,"
    " (select portal.key from portal where portal.id = alive.portal) as portal, {columns} from alive"
    " where town = :ags{condition} order by {order}key"
)
"""Without joins: the conditions name columns of `alive` only."""


def _records(columns: str, condition: str = "", order: str = "passed, ") -> str:
    return _RECORDS.format(columns=columns, condition=f" and {condition}" if condition else "", order=order)


_CHANGED: Final = "(select substr(started, 1, 10) from run where run.id = alive.changed_run and alive.changed_run > alive.first_seen)"
_NEWER: Final = (
    f"max(coalesce(case when {LAST_DAY} <= :as_of then {LAST_DAY} end, ''), coalesce({_CHANGED}, ''))"
)
_LINKS: Final = (
    f"with {ALIVE} select link.url, link.state, link.status, link.checked_at, {LINK_WORKS} as passed,"
    " (select dataset.key from dataset_link join dataset on dataset.id = dataset_link.dataset"
    f" where dataset_link.link = link.id and dataset.ags = :ags limit 1) as key from {LINKS}"
    f" where town = :ags and {LINK_JUDGED} order by passed, link.url"
)
_ALIVE_OF_TOWN: Final = ALIVE.replace("alive as (", "alive as not materialized (")
"""Where `alive` is used twice: else SQLite would first gather the records of all municipalities."""
_THEMES: Final = (
    f"with {_ALIVE_OF_TOWN} select theme, '' as model, count(*) as records from alive join dataset_theme on dataset = alive.id"
    " where town = :ags group by theme union all select '', model, count(*) from alive"
    " join dataset_model on dataset = alive.id where town = :ags group by model order by 1 desc, 2"
)
_CRITERION_ROWS: Final = {
    "listed": _records("1 as passed"),
    "complete": _records(f"{IS_COMPLETE} as passed, closed"),
    "licensed": _records(f"{IS_LICENSED} as passed, alive.license", "not closed"),
    "machine_readable": _records(f"{IS_IN_LISTING} as passed, alive.kind"),
    "kept_up": _records(
        f"{_NEWER} as newest, coalesce(julianday(:as_of) - julianday({_NEWER}) < {FRESH_MONTHS} * 30.4375, 0) as passed",
        order="newest desc, ",
    ),
    "in_time": _records(f"alive.frequency, {LAST_DAY} as day, {IS_IN_TIME} as passed", HAS_RHYTHM),
    "links": _LINKS,
    "contact": _records(f"{HAS_CONTACT} as passed"),
    "broad": _THEMES,
}
"""Criterion → the rows that pass or fail it, for `:ags`; `passed` is 1 or 0."""
_DIMENSION_ROWS: Final = {
    "breadth": _THEMES,
    "metadata": (
        f"with {ALIVE} select dataset.key, alive.title, quality.points, quality.points_national, quality.possible from alive"
        " join dataset on dataset.id = alive.id join quality on quality.dataset = alive.id"
        " where town = :ags order by quality.points_national, dataset.key"
    ),
    "currency": _records(f"alive.frequency, {LAST_DAY} as day, {IS_IN_TIME} as in_time", order="day, "),
    "openness": _records(f"{IS_OPEN} as passed, alive.license", "not closed"),
    "usability": _records(
        f"{IS_USABLE} as passed, (select avg({LINK_WORKS}) from dataset_link join link on link.id = link"
        f" where dataset_link.dataset = alive.id and {LINK_JUDGED}) as links_working"
    ),
    "ownership": _records(
        f"{IS_OWNED} as has_publisher, {HAS_CONTACT} as has_contact", order="has_publisher + has_contact, "
    ),
    "continuity": (
        "select dataset.key, dataset.title, version.event, run.started as at from version"
        " join dataset on dataset.id = version.dataset join run on run.id = version.run"
        " where dataset.ags = :ags and version.event in ('gone', 'returned', 'added') order by version.id desc"
    ),
}
"""Dimension → the rows behind it, for `:ags`."""

_STATE_TEXTS: Final = {
    "found": (
        Text("gefunden", "found"),
        Text("mindestens ein Datensatz in einem Katalog oder auf einer Webseite", "at least one record in a catalogue or on a web page"),
    ),
    "found_via_association": (
        Text("über den Gemeindeverband gefunden", "found through the association"),
        Text("selbst nichts, aber der Gemeindeverband veröffentlicht", "nothing of its own, but its association of municipalities publishes"),
    ),
    "nothing_found": (
        Text("nichts gefunden", "nothing found"),
        Text(
            "die Startseite wurde gefunden und gelesen, und jedes Portal, das für die Kommune offen ist, wurde vollständig gelesen, ohne einen Datensatz von ihr",
            "its home page was found and read, and every portal that is open to it was read whole, without a record of it",
        ),
    ),
    "unreachable": (
        Text("nicht erreichbar", "unreachable"),
        Text("eigenes Portal oder Startseite antworteten nicht brauchbar", "its own portal or home page gave no usable answer"),
    ),
    "blocked": (
        Text("gesperrt", "blocked"),
        Text("robots.txt, 401, 403 oder 429, oder auf Wunsch ausgenommen", "robots.txt, 401, 403 or 429, or left out on request"),
    ),
    "not_checked": (
        Text("nicht geprüft", "not checked"),
        Text("es wurde nicht alles gefragt, was zu fragen ist", "not everything that is to be asked was asked"),
    ),
}  # fmt: skip
"""State → its name and when it holds."""
_BOUNDS: Final = Text(
    "Anteil an allen Kommunen des Registers ohne gemeindefreie Gebiete. Untere Grenze: keine der Unbekannten hat es; obere: alle haben es. "
    "Wo nur ein Teil gefragt wurde, dazu ein Wilson-Intervall (95 %), nach Größenklassen gewichtet.",
    "Share of all municipalities of the register without unincorporated areas. Lower bound: none of the unknown has it; upper: all have it. "
    "Where only a part was asked, a Wilson interval (95 %) beside it, weighted by size class.",
)  # fmt: skip
_OUTSIDE: Final = Text(
    "Gemeint ist ein Katalog, der von außen sichtbar ist. Was eine Kommune intern führt, ist nur bekannt, wenn sie ihre Liste zeigt. "
    "Selbstauskünfte aus Umfragen sind ein anderes Instrument.",
    "What is meant is a catalogue visible from outside. What a municipality keeps inside is known only where it shows its list. "
    "Self-reports of surveys are another instrument.",
)  # fmt: skip
_SHARE_TITLES: Final = {
    "found": (Text("Kommunen mit Daten", "Municipalities with data"), 1),
    "listed": (Text("Kommunen in einem Katalog", "Municipalities listed in a catalogue"), 2),
    "systematic": (Text("Systematische Bestandsaufnahme", "Systematic stocktaking"), 3),
    "level_4": (Text("Bestandsaufnahme der Stufe 4", "Stocktaking of level 4"), 4),
}


def _headline(slug: str) -> Measure:
    title, level = _SHARE_TITLES[slug]
    assert SHARES[slug](level)
    assert not SHARES[slug](level - 1)
    names = LEVELS[level]
    return Measure(
        f"share-{slug.replace('_', '-')}", title,
        Text(f"Wie viele Kommunen erreichen mindestens Stufe {level} ({names.de})?", f"How many municipalities reach at least level {level} ({names.en})?"),
        _BOUNDS, _TOWNS.format(condition=f"level >= {level}"), _OUTSIDE, {"level": level},
    )  # fmt: skip


def _state(slug: str) -> Measure:
    name, rule = _STATE_TEXTS[slug]
    return Measure(
        f"state-{slug.replace('_', '-')}", Text(f"Zustand: {name.de}", f"State: {name.en}"),
        Text(f"Bei wie vielen Kommunen ist der Zustand „{name.de}“?", f"Of how many municipalities is the state “{name.en}”?"),
        rule, _TOWNS.format(condition=f"stocktaking.state = '{slug}'"),
        Text("Jede Kommune hat genau einen Zustand: der erste, der gilt, in der Reihenfolge gefunden, über den Verband, gesperrt, nicht erreichbar, nichts gefunden, nicht geprüft.",
             "Every municipality has exactly one state: the first that holds, in the order found, through the association, blocked, unreachable, nothing found, not checked."),
    )  # fmt: skip


def _criterion(item: Criterion) -> Measure:
    level = LEVELS[item.level]
    return Measure(
        f"criterion-{item.slug.replace('_', '-')}", item.title,
        Text(f"Ist das Kriterium „{item.title.de}“ der Stufe {item.level} ({level.de}) erfüllt?",
             f"Is the criterion “{item.title.en}” of level {item.level} ({level.en}) met?"),
        item.formula, _CRITERION_ROWS[item.slug],
        Text("Wo es nichts zu messen gibt, wird das Kriterium nicht gezeigt: weder erfüllt noch verfehlt.",
             "Where there is nothing to measure, the criterion is not shown: neither met nor missed."),
        {"threshold": item.threshold} | ({"shown": SHOWN_FOR_FOUR} if item.level == 4 else {}),
    )  # fmt: skip


def _dimension(item: Dimension) -> Measure:
    return Measure(
        f"dimension-{item.slug}", Text(f"Dimension: {item.title.de}", f"Dimension: {item.title.en}"),
        Text(f"Wie steht es um: {item.title.de} (0 bis 100)?", f"How good is: {item.title.en} (0 to 100)?"),
        item.formula, _DIMENSION_ROWS[item.slug],
        Text("Alle Teile zählen gleich; ein Teil ohne Messwert bleibt außen vor.", "All parts count the same; a part without a value is left out."),
    )  # fmt: skip


_PLAIN: Final = (
    Measure(
        "level", Text("Stufe der Bestandsaufnahme", "Level of stocktaking"),
        Text("Wie systematisch nimmt die Kommune ihren Datenbestand auf?", "How systematically does the municipality take stock of its data?"),
        Text("Stufe 2, 3 und 4 verlangen alle Kriterien bis dahin; Stufe 4 alle gezeigten, mindestens drei. Stufe 1: einzelne Daten; ein Mitglied eines veröffentlichenden Verbands höchstens Stufe 2.",
             "Levels 2, 3 and 4 ask for all criteria up to there; level 4 for all that are shown, at least three. Level 1: single data; a member of a publishing association at most level 2."),
        "select criterion.slug, value, threshold, passed, numerator, denominator from criterion where ags = :ags"
        " and run = (select max(run) from stocktaking where stocktaking.ags = :ags) order by slug",
        Text("Belege, die älter als 90 Tage sind, heißen „zuletzt bekannt“.", "Evidence older than 90 days is called “last known”."),
        {"shown": SHOWN_FOR_FOUR, "last_known_days": 90},
    ),
    Measure(
        "per-10000", Text("Datensätze je 10.000 Einwohner", "Records per 10,000 inhabitants"),
        Text("Wie viele Datensätze kommen auf 10.000 Einwohner?", "How many records are there per 10,000 inhabitants?"),
        Text("Datensätze (jeder einmal) × 10.000 ÷ Einwohner", "records (each once) × 10,000 ÷ inhabitants"), _records("alive.license", order=""),
        Text("Die Zahl hängt davon ab, wie fein ein Portal zerlegt; sie steht neben den Stufen, nicht in ihnen.",
             "The number depends on how finely a portal divides; it stands beside the levels, not in them."),
    ),
    Measure(
        "restricted", Text("Verzeichnete, aber nicht öffentliche Daten", "Listed but not public data"),
        Text("Welche Datensätze sind verzeichnet, obwohl sie nicht öffentlich sind?", "Which records are listed although they are not public?"),
        Text("Datensätze mit Zugang beschränkt, nicht öffentlich, vertraulich oder sensibel", "records with access restricted, non-public, confidential or sensitive"),
        _records("alive.access_rights", "closed", ""),
        Text("Ein Verzeichnis, das auch nennt, was nicht veröffentlicht wird, ist die bessere Bestandsaufnahme.",
             "A catalogue that also names what is not published is the better stocktaking."),
    ),
    Measure(
        "hvd", Text("Hochwertige Datensätze", "High-value datasets"),
        Text("Welche Datensätze sind als hochwertig (HVD) gekennzeichnet?", "Which records are marked as high-value (HVD)?"),
        Text("Datensätze, die eine HVD-Kategorie oder die Verordnung (EU) 2023/138 nennen, ÷ alle Datensätze; daneben, wie viele davon eine Schnittstelle haben (ein Format, das ein Dienst ist, oder ein Zugangsdienst)",
             "records that name a HVD category or regulation (EU) 2023/138 ÷ all records; beside it how many of these have an interface (a format that is a service, or an access service)"),
        _records(f"{HAS_INTERFACE} as passed", IS_HVD),
        Text("DCAT-AP HVD 3.0 verlangt zu jedem eine Schnittstelle. Gezählt wird, was die Datensätze selbst angeben.",
             "DCAT-AP HVD 3.0 asks for an interface to each. Counted is what the records themselves say."),
    ),
    Measure(
        "inventory", Text("Inventar hinter dem Portal", "The inventory behind the portal"),
        Text("Was steht im eigenen Inventar der Kommune, und wie weit ist es öffentlich?", "What does the municipality's own inventory list, and how far is it public?"),
        Text("Einträge einer Liste (Portalart `table`): öffentlich, beschränkt, nicht öffentlich, mit Verantwortlichen, neu im Quartal; daneben, was nur in der Liste und nur im Portal steht",
             "entries of a list (portal kind `table`): public, restricted, non-public, with an owner, new within the quarter; beside it what is only in the list and only in the portal"),
        "select dataset.key, dataset.title, dataset.access_rights, dataset.contact, agent.name as owner, canonical is not null as in_portal"
        " from dataset join portal on portal.id = dataset.portal and portal.kind = 'table'"
        " left join agent on agent.id = dataset.publisher"
        " left join (select dataset as mine, canonical from sighting union select canonical, dataset from sighting) on mine = dataset.id"
        " where dataset.ags = :ags and gone_run is null group by dataset.id order by dataset.key",
        Text("Nur für Kommunen, die ihre Liste zeigen.", "Only for municipalities that show their list."),
    ),
)  # fmt: skip

MEASURES: Final[tuple[Measure, ...]] = (
    *map(_headline, SHARES),
    *map(_state, STATES),
    _PLAIN[0],
    *map(_criterion, CRITERIA),
    *map(_dimension, DIMENSIONS),
    *_PLAIN[1:],
)
"""What the stocktaking publishes."""

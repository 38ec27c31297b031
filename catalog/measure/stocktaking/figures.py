"""What the records, links and portals say of each municipality, as plain figures: one query for each, no judgement.

A record seen in several portals counts once (its canonical sighting). Records found on web pages are counted apart.
Series, documents and applications are listed, but are no data of their own: they count nowhere.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import orjson

from catalog.cleaning.codes import open_licenses
from catalog.vocabulary import read_table

NO_DATA = ("document", "dokument", "app", "anwendung", "application", "showcase", "harvest", "website")
"""Types of records that are no catalogue record of data."""
WORKING, BROKEN = (
    ("reachable", "moved"),
    ("gone", "refused", "server_error", "timeout", "tls", "unreachable", "wrong_content"),
)
"""States of links that count as working, and as not; blocked and unchecked ones say nothing."""

ALIVE = """
alive as (
    select dataset.id, dataset.ags as town, dataset.portal, dataset.title, dataset.publisher, dataset.license,
           dataset.access_rights, dataset.frequency, dataset.modified, dataset.issued, dataset.first_seen,
           dataset.changed_run, dataset.errors,
           coalesce(dataset.access_rights, '') in ('RESTRICTED', 'NON_PUBLIC', 'CONFIDENTIAL', 'SENSITIVE') as closed
    from dataset join portal on portal.id = dataset.portal
    where dataset.gone_run is null and dataset.ags is not null and dataset.class in ('Dataset', 'DataService')
      and portal.kind <> 'website' and lower(dataset.type) not in (select value from json_each(:no_data))
      and not exists (select 1 from sighting where sighting.dataset = dataset.id and canonical <> dataset.id)
)
"""
"""The records that count, each once. Parameter `:no_data` (JSON list of types)."""


@dataclass(slots=True)
class Figures:
    """The figures of one municipality. Counts of records unless said otherwise."""

    records: int = 0
    sightings: int = 0
    web: int = 0
    closed: int = 0
    complete: int = 0
    licensed: int = 0
    open: int = 0
    with_contact: int = 0
    owned: int = 0
    rhythm: int = 0
    in_time: int = 0
    newest: str = ""
    changed_at: str = ""
    links_checked: int = 0
    links_working: int = 0
    usable: int = 0
    hvd: int = 0
    points: int = 0
    possible: int = 0
    gone: int = 0
    returned: int = 0
    added: int = 0
    evidence_at: str = ""
    portals: list[str] = field(default_factory=list)
    themes: set[str] = field(default_factory=set)
    models: set[str] = field(default_factory=set)

    @property
    def public(self) -> int:
        """Records that are meant to be public."""
        return self.records - self.closed


def figures(conn: sqlite3.Connection, as_of: date) -> dict[str, Figures]:
    """Municipality key → its figures, for all that have a record of any kind. `as_of`: the day that counts as today."""
    found: defaultdict[str, Figures] = defaultdict(Figures)
    given = lists()
    for query in _QUERIES:
        for town, *values in conn.execute(query.sql, {**given, "as_of": as_of.isoformat()}):
            for name, value in zip(query.names, values, strict=True):
                setattr(found[town], name, value)
    for town, sign in conn.execute(_THEMES, given):
        found[town].themes.add(sign)
    for town, sign in conn.execute(_MODELS, given):
        found[town].models.add(sign)
    for town, key in conn.execute(_PORTALS):
        found[town].portals.append(key)
    for town, rhythm, in_time in _rhythms(conn, as_of):
        found[town].rhythm, found[town].in_time = rhythm, in_time
    return dict(found)


def lists() -> dict[str, str]:
    """The lists that the queries ask for, by the names of their parameters, as JSON."""
    named: dict[str, Any] = {
        "no_data": NO_DATA,
        "known": known_licenses(),
        "open": open_licenses(),
        "working": WORKING,
        "broken": BROKEN,
        "usable": usable_formats(),
        "periods": {code: period.total_seconds() / 86_400 for code, period in _PERIODS.items() if period},
    }
    return {name: orjson.dumps(values).decode() for name, values in named.items()}


def usable_formats() -> tuple[str, ...]:
    """The codes of machine-readable formats (EU list file-type)."""
    return tuple(row["code"] for row in read_table("file-type") if row["machine_readable"] == "yes")


def known_licenses() -> tuple[str, ...]:
    """The codes of licences that a list knows, national ones included; not those that only name the lack of one."""
    return tuple(row["code"] for row in read_table("licence-registry") if row["code"] != "notspecified")


@dataclass(frozen=True, slots=True)
class _Query:
    names: tuple[str, ...]
    sql: str


def _lacks(slug: str) -> str:
    return (
        "exists (select 1 from finding join finding_kind on finding_kind.id = finding.kind"
        f" where finding.dataset = alive.id and finding_kind.slug = '{slug}')"
    )


HAS_ACCESS = """exists (select 1 from distribution where distribution.dataset = alive.id
            and (access_url <> '' or download_url <> ''))"""
"""Whether a record leads to data."""
IS_COMPLETE = f"""(not {_lacks("dataset-title-missing")} and not {_lacks("title-missing-in-source")}
        and not {_lacks("dataset-description-missing")} and publisher is not null and (closed or {HAS_ACCESS}))"""
"""Whether a record has title, description, publisher and, where it is meant to be public, an access address."""
IS_LICENSED = "(not closed and license in (select value from json_each(:known)))"
IS_OPEN = "(not closed and license in (select value from json_each(:open)))"
HAS_CONTACT = f"not {_lacks('dataset-contact-point-missing')}"
IS_OWNED = "publisher is not null"
IS_USABLE = """exists (select 1 from distribution where distribution.dataset = alive.id
            and format in (select value from json_each(:usable)))"""
_SAID = "coalesce(modified, issued)"
LAST_DAY = f"""(case when {_SAID} glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' then date(substr({_SAID}, 1, 10))
            when {_SAID} glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]' then date({_SAID} || '-01')
            when {_SAID} glob '[0-9][0-9][0-9][0-9]' then date({_SAID} || '-01-01') end)"""
"""The day of a record's last change, or of its first publication; of a month or a year the first day; null for a day that is
none, such as one of the year 20013."""
LINK_WORKS = "state in (select value from json_each(:working))"
LINK_JUDGED = f"({LINK_WORKS} or state in (select value from json_each(:broken)))"
LINKS = """(select distinct town, link from alive join dataset_link on dataset_link.dataset = alive.id) as used
            join link on link.id = used.link"""
"""The links of the records that count, each once for a municipality."""
IS_HVD = """exists (select 1 from dataset_record where dataset_record.id = alive.id
            and dataset_record.record like '%"hvd_category":%')"""

_QUERIES = (
    _Query(
        ("records", "closed", "complete", "licensed", "open", "with_contact", "owned", "newest"),
        f"""with {ALIVE} select town, count(*), sum(closed), sum({IS_COMPLETE}),
            sum({IS_LICENSED}), sum({IS_OPEN}), sum({HAS_CONTACT}), sum({IS_OWNED}),
            coalesce(max(case when {LAST_DAY} <= :as_of then {LAST_DAY} end), '')
            from alive group by town""",
    ),
    _Query(
        ("sightings", "web"),
        """select dataset.ags, sum(portal.kind <> 'website'), sum(portal.kind = 'website')
           from dataset join portal on portal.id = dataset.portal
           where gone_run is null and dataset.ags is not null and dataset.class in ('Dataset', 'DataService')
             and (portal.kind = 'website' or lower(dataset.type) not in (select value from json_each(:no_data)))
           group by dataset.ags""",
    ),
    _Query(
        ("links_checked", "links_working"),
        f"with {ALIVE} select town, sum({LINK_JUDGED}), sum({LINK_WORKS}) from {LINKS} group by town",
    ),
    _Query(
        ("usable",),
        f"with {ALIVE} select town, count(*) from alive where {IS_USABLE} group by town",
    ),
    _Query(
        ("points", "possible"),
        f"""with {ALIVE} select town, sum(quality.points_national), sum(quality.possible) from alive
            join quality on quality.dataset = alive.id group by town""",
    ),
    _Query(
        ("changed_at", "evidence_at"),
        f"""with {ALIVE} select town, coalesce(max(case when changed_run > first_seen then changed.started end), ''),
            coalesce(max(portal.last_complete_at), '') from alive join portal on portal.id = alive.portal
            join run as changed on changed.id = changed_run group by town""",
    ),
    _Query(
        ("added", "gone", "returned"),
        """select dataset.ags, sum(event = 'added' and version.run > first.run), sum(event = 'gone'), sum(event = 'returned')
           from version join dataset on dataset.id = version.dataset
           join (select portal, min(run) as run from portal_run group by portal) as first on first.portal = dataset.portal
           where dataset.ags is not null group by dataset.ags""",
    ),
    _Query(
        ("hvd",),
        f"with {ALIVE} select town, count(*) from alive where {IS_HVD} group by town",
    ),
)
_THEMES = f"with {ALIVE} select distinct town, theme from alive join dataset_theme on dataset = alive.id"
_MODELS = f"with {ALIVE} select distinct town, model from alive join dataset_model on dataset = alive.id"
_PORTALS = """
select distinct dataset.ags, portal.key from dataset join portal on portal.id = dataset.portal
where gone_run is null and dataset.ags is not null order by 1, 2
"""
_RHYTHMS = f"""with {ALIVE} select town, frequency, {LAST_DAY}, count(*)
from alive where frequency <> '' group by 1, 2, 3 order by town"""


def _rhythms(conn: sqlite3.Connection, as_of: date) -> Iterator[tuple[str, int, int]]:
    """Municipality, records with a declared rhythm, those of them that are in time."""
    rhythm: defaultdict[str, int] = defaultdict(int)
    in_time: defaultdict[str, int] = defaultdict(int)
    for town, frequency, day, count in conn.execute(_RHYTHMS, lists()):
        judged = is_in_time(frequency, day or "", as_of)
        if judged is not None:
            rhythm[town] += count
            in_time[town] += count * judged
    yield from ((town, rhythm[town], in_time[town]) for town in rhythm)


def is_in_time(frequency: str, day: str, as_of: date) -> bool | None:
    """Whether a record of this rhythm (code of the EU list), last changed on `day` (ISO), is in time on `as_of`, with one
    period of grace; None where the rhythm says nothing (irregular, never, unknown) or there is no date.

    >>> is_in_time("MONTHLY", "2026-09-25", date(2026, 11, 22))
    True
    >>> is_in_time("MONTHLY", "2026-09-20", date(2026, 11, 22))
    False
    """
    period = _PERIODS.get(frequency)
    if period is None:
        return None
    try:
        changed = date.fromisoformat(day)
    except ValueError:
        return None
    return changed > as_of or (as_of - changed) <= 2 * period


def _period(interval: str) -> timedelta | None:
    """An ISO 8601 interval of one unit as time, at least a day: a date cannot show more."""
    days = {"Y": 365.25, "M": 30.44, "D": 1.0}
    if not interval:
        return None
    if interval.startswith("PT"):
        return timedelta(days=1)
    return timedelta(days=max(1.0, float(interval[1:-1]) * days[interval[-1]]))


_PERIODS = {row["code"]: _period(row["interval"]) for row in read_table("frequency")}

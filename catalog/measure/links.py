"""Do links work? Which links datasets use, and the figures over what checks found."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlite_utils import Database

from catalog.measure.measure import Measure, Text
from catalog.store import link_uses
from catalog.store.links import FAILING
from catalog.store.store import Store

WORK_AT_LEAST = 0.95
"""Share of the checked links of a municipality that work, from which its catalogue counts as kept up."""


def sync(store: Store) -> int:
    """Bring the links in line with the records that changed; returns how many records were looked at."""
    return link_uses.sync(store)


def summary(db: Database, now: datetime | None = None) -> dict[str, Any]:
    """What is known of the links in use: `links`, `hosts`, `due`, `states` (state -> number), `worst` (the ten hosts with
    the most links that do not work)."""
    at = (now or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
    (row,) = db.query(_SUMMARY, {"at": at})
    states = {each["state"]: each["links"] for each in db.query(_STATES)}
    return {**row, "states": states, "worst": list(db.query(_WORST, {"at": at, "day": at[:10]}))}


_IN_USE = "from link where exists (select 1 from dataset_link where dataset_link.link = link.id)"
_SUMMARY = f"""
select count(*) as links, count(distinct nullif(host, '')) as hosts, coalesce(sum(next_check <= :at), 0) as due {_IN_USE}
"""
_STATES = f"select state, count(*) as links {_IN_USE} group by state order by links desc, state"
_FAILING = ", ".join(f"'{state}'" for state in FAILING)
_WORST = f"""
select used.host, links, working, failing, iif(day = :day, checks, 0) as checks_today,
       iif(cool_until > :at, cool_until, null) as cools_off_until
from (select host, count(*) as links, sum(state in ('reachable', 'moved')) as working,
             sum(state in ({_FAILING})) as failing {_IN_USE} group by host) used
left join link_host on link_host.host = used.host
where failing > 0 or cool_until > :at order by failing desc, used.host limit 10
"""

_OF = """
from dataset_link join dataset on dataset.id = dataset_link.dataset join link on link.id = dataset_link.link
where coalesce(:ags, '') in ('', dataset.ags)
  and (coalesce(:portal, '') = '' or dataset.portal = (select id from portal where key = :portal))
"""
_ROWS = f"select distinct dataset.key, dataset.title, link.url, link.state, link.status, link.problem, link.checked_at {_OF}"

MEASURES: tuple[Measure, ...] = (
    Measure(
        slug="links-checked",
        title=Text("Geprüfte Adressen", "Links checked"),
        question=Text(
            "Bei wie vielen Adressen der Datensätze ist bekannt, ob sie funktionieren?",
            "Of how many links of the datasets is it known whether they work?",
        ),
        formula=Text(
            "Adressen mit einem Zustand, der etwas beweist, geteilt durch alle verwendeten Adressen mit http oder https."
            " Nicht geprüft und gesperrt (robots.txt, 429, Schutz vor Robotern) beweisen nichts.",
            "Links whose state proves something, divided by all links in use with http or https. Not checked and blocked"
            " (robots.txt, 429, protection against robots) prove nothing.",
        ),
        sql=f"{_ROWS} and link.state in ('not_checked', 'blocked') order by dataset.key, link.url",
        caveat=Text(
            "Jede Adresse zählt einmal, auch wenn mehrere Datensätze sie nennen.",
            "Every link counts once, even where several datasets name it.",
        ),
    ),
    Measure(
        slug="links-working",
        title=Text("Funktionierende Adressen", "Links that work"),
        question=Text(
            "Wie viele der geprüften Adressen liefern, was sie versprechen?",
            "How many of the checked links deliver what they promise?",
        ),
        formula=Text(
            "Adressen im Zustand erreichbar oder dauerhaft umgezogen, geteilt durch die geprüften.",
            "Links that are reachable or permanently moved, divided by those checked.",
        ),
        sql=f"{_ROWS} and link.state in ({_FAILING}) order by dataset.key, link.url",
        caveat=Text(
            "Ein Zeitpunkt, ein Standort: Was wir nicht erreichen, mögen andere erreichen. Waren wir selbst ohne Netz,"
            " wurde nichts gewertet.",
            "One moment, one place: others may reach what we do not. Where we were offline ourselves, nothing was judged.",
        ),
        thresholds={"least": WORK_AT_LEAST},
    ),
    Measure(
        slug="links-by-host",
        title=Text("Adressen je Rechner", "Links by host"),
        question=Text(
            "Auf welchen Rechnern liegen die Dateien, und wo funktionieren sie nicht?",
            "On which hosts do the files lie, and where do they not work?",
        ),
        formula=Text("Adressen je Rechner und Zustand.", "Links by host and state."),
        sql=f"select link.host, link.state, count(distinct link.id) as links {_OF} and link.state <> 'not_http'"
        " group by link.host, link.state order by link.host, link.state",
        caveat=Text(
            "Je Rechner und Tag wird nur eine begrenzte Zahl geprüft; große Rechner werden später ganz gesehen.",
            "Only a limited number is checked by host and day; large hosts are seen in full later.",
        ),
    ),
    Measure(
        slug="links-as-described",
        title=Text("Adressen wie beschrieben", "Links as described"),
        question=Text(
            "Stimmen Format und Größe mit den Metadaten überein?",
            "Do format and size agree with the metadata?",
        ),
        formula=Text(
            "Funktionierende Adressen ohne die Befunde type-differs und size-differs, geteilt durch alle funktionierenden.",
            "Working links without the problems type-differs and size-differs, divided by all that work.",
        ),
        sql=f"{_ROWS} and link.state in ('reachable', 'moved') and link.problem like '%-differs%'"
        " order by dataset.key, link.url",
        caveat=Text(
            "Größen dürfen um ein Zehntel abweichen; das Format wird an den ersten Bytes erkannt.",
            "Sizes may differ by a tenth; the format is told by the first bytes.",
        ),
        thresholds={"size_tolerance": 0.1},
    ),
    Measure(
        slug="links-not-http",
        title=Text("Adressen ohne http", "Links beside http"),
        question=Text(
            "Welche Adressen lassen sich im Browser nicht öffnen?",
            "Which links does a browser not open?",
        ),
        formula=Text(
            "Adressen mit einem anderen Schema als http oder https, nach Schema (ftp, mailto, file; no-address: keine"
            " vollständige Adresse).",
            "Links with another scheme than http or https, by scheme (ftp, mailto, file; no-address: no absolute address).",
        ),
        sql=f"{_ROWS} and link.state = 'not_http' order by link.problem, dataset.key, link.url",
        caveat=Text("Sie werden nicht geprüft.", "They are not checked."),
    ),
)

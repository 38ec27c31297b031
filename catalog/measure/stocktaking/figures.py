"""What the records, links and portals say of each municipality, as plain figures: one query for each, no judgement.

A record seen in several portals counts once (its canonical sighting). Records found on web pages are counted apart.
Series, documents and applications are listed, but are no data of their own: they count nowhere.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import orjson

from catalog.cleaning.codes import open_licenses
from catalog.store.measure_schema import IS_HIGH_VALUE
from catalog.vocabulary import read_table

NO_DATA = ("document", "dokument", "app", "anwendung", "application", "showcase", "harvest", "website")
"""Types of records that are no catalogue record of data."""
WORKING, BROKEN = (
    ("reachable", "moved"),
    ("gone", "refused", "server_error", "timeout", "tls", "unreachable", "wrong_content"),
)
"""States of links that count as working, and as not; blocked and unchecked ones say nothing."""

PAGES = ("sitemap", "website")
"""Portal kinds that list nothing: their records stand on pages, which are found and read one by one."""

ALIVE = """
alive as (
    select dataset.id, dataset.ags as town, dataset.portal, portal.kind, dataset.title, dataset.publisher, dataset.license,
           dataset.access_rights, dataset.frequency, dataset.modified, dataset.issued, dataset.first_seen,
           dataset.changed_run, dataset.errors, dataset.version,
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
    in_listing: int = 0
    rhythm: int = 0
    in_time: int = 0
    newest: str = ""
    changed_at: str = ""
    links_checked: int = 0
    links_working: int = 0
    usable: int = 0
    hvd: int = 0
    hvd_with_interface: int = 0
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
        "services": service_formats(),
        "periods": {code: period.total_seconds() / 86_400 for code, period in _PERIODS.items() if period},
    }
    return {name: orjson.dumps(values).decode() for name, values in named.items()}


def usable_formats() -> tuple[str, ...]:
    """The codes of machine-readable formats (EU list file-type)."""
    return tuple(row["code"] for row in read_table("file-type") if row["machine_readable"] == "yes")


def service_formats() -> tuple[str, ...]:
    """The codes of formats that are services and no files."""
    rows = (*read_table("file-type"), *read_table("format-addition"))
    return tuple(row["code"] for row in rows if row["kind"] == "service")


def known_licenses() -> tuple[str, ...]:
    """The codes of licences that a list knows, national ones included; not those that only name the lack of one."""
    return tuple(row["code"] for row in read_table("licence-registry") if row["code"] != "notspecified")


@dataclass(frozen=True, slots=True)
class _Query:
    names: tuple[str, ...]
    sql: str


def _lacks(*slugs: str) -> str:
    named = ", ".join(f"'{slug}'" for slug in slugs)
    return (
        "exists (select 1 from finding where finding.dataset = alive.id"
        f" and finding.kind in (select id from finding_kind where slug in ({named})))"
    )


_LEADS = "access_url <> '' or download_url <> ''"
_USABLE = "format in (select value from json_each(:usable))"
HAS_ACCESS = f"exists (select 1 from distribution where distribution.dataset = alive.id and ({_LEADS}))"
"""Whether a record leads to data."""
IS_COMPLETE = f"""(publisher is not null and (closed or {HAS_ACCESS})
        and not {_lacks("dataset-title-missing", "title-missing-in-source", "dataset-description-missing")})"""
"""Whether a record has title, description, publisher and, where it is meant to be public, an access address."""
IS_LICENSED = "(not closed and license in (select value from json_each(:known)))"
IS_OPEN = "(not closed and license in (select value from json_each(:open)))"
HAS_CONTACT = f"not {_lacks('dataset-contact-point-missing')}"
IS_OWNED = "publisher is not null"
_PAGES = ", ".join(f"'{kind}'" for kind in PAGES)
IS_IN_LISTING = f"""(kind not in ({_PAGES}) or exists (select 1 from sighting join dataset as other on other.id = sighting.dataset
            join portal on portal.id = other.portal where sighting.canonical = alive.id and other.gone_run is null
            and portal.kind not in ({_PAGES})))"""
"""Whether a record stands in a listing that machines read as a whole, be it another portal's."""
IS_USABLE = f"exists (select 1 from distribution where distribution.dataset = alive.id and {_USABLE})"
_SAID = "coalesce(modified, issued)"
LAST_DAY = f"""(case when {_SAID} glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' then date(substr({_SAID}, 1, 10))
            when {_SAID} glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]' then date({_SAID} || '-01')
            when {_SAID} glob '[0-9][0-9][0-9][0-9]' then date({_SAID} || '-01-01') end)"""
"""The day of a record's last change, or of its first publication; of a month or a year the first day; null for a day that is
none, such as one of the year 20013."""
HAS_RHYTHM = f"frequency in (select key from json_each(:periods)) and julianday({LAST_DAY}) is not null"
"""Whether a record declares a rhythm that can be kept, and a day."""
IS_IN_TIME = f"""max(julianday(:as_of) - julianday({LAST_DAY}), 0)
            <= 2 * (select value from json_each(:periods) where json_each.key = frequency)"""
"""Whether a record with a rhythm is in time, with one period of grace; a day in the future is."""
LINK_WORKS = "state in (select value from json_each(:working))"
LINK_JUDGED = f"({LINK_WORKS} or state in (select value from json_each(:broken)))"
LINKS = """(select distinct town, link from alive join dataset_link on dataset_link.dataset = alive.id) as used
            join link on link.id = used.link"""
"""The links of the records that count, each once for a municipality."""
IS_HVD = f"alive.version in (select id from version where {IS_HIGH_VALUE})"
HAS_INTERFACE = """(exists (select 1 from distribution where distribution.dataset = alive.id
            and format in (select value from json_each(:services)))
            or exists (select 1 from dataset_link where dataset_link.dataset = alive.id and role = 'endpoint'))"""
"""Whether a service delivers a record's data: by the format of a distribution, or as its own or its access service."""

_FILES = f"""(select dataset, max({_LEADS}) as leads, max({_USABLE}) as usable from distribution group by dataset) as files"""


def _at_once(condition: str) -> str:
    """The same condition where `_FILES` stands beside `alive`: all distributions are read once, not a few for each record."""
    return condition.replace(HAS_ACCESS, "coalesce(leads, 0)").replace(IS_USABLE, "coalesce(usable, 0)")


_QUERIES = (
    _Query(
        (
            *("records", "closed", "complete", "licensed", "open", "with_contact", "owned"),
            *("in_listing", "usable", "newest"),
        ),
        f"""with {ALIVE} select town, count(*), sum(closed), sum({_at_once(IS_COMPLETE)}),
            sum({IS_LICENSED}), sum({IS_OPEN}), sum({HAS_CONTACT}), sum({IS_OWNED}),
            sum({IS_IN_LISTING}), sum({_at_once(IS_USABLE)}),
            coalesce(max(case when {LAST_DAY} <= :as_of then {LAST_DAY} end), '')
            from alive left join {_FILES} on files.dataset = alive.id group by town""",
    ),
    _Query(
        ("rhythm", "in_time"),
        f"with {ALIVE} select town, count(*), sum({IS_IN_TIME}) from alive where {HAS_RHYTHM} group by town",
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
        f"""with {ALIVE} select town, count(*), sum(works) from (
                select distinct town, link.id, {LINK_WORKS} as works from link
                join dataset_link on dataset_link.link = link.id join alive on alive.id = dataset_link.dataset
                where {LINK_JUDGED})
            group by town""",
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
        ("hvd", "hvd_with_interface"),
        f"with {ALIVE} select town, count(*), sum({HAS_INTERFACE}) from alive where {IS_HVD} group by town",
    ),
)
_THEMES = f"with {ALIVE} select distinct town, theme from alive join dataset_theme on dataset = alive.id"
_MODELS = f"with {ALIVE} select distinct town, model from alive join dataset_model on dataset = alive.id"
_PORTALS = """
select distinct dataset.ags, portal.key from dataset join portal on portal.id = dataset.portal
where gone_run is null and dataset.ags is not null order by 1, 2
"""


def _period(interval: str) -> timedelta | None:
    """An ISO 8601 interval of one unit as time, at least a day: a date cannot show more."""
    days = {"Y": 365.25, "M": 30.44, "D": 1.0}
    if not interval:
        return None
    if interval.startswith("PT"):
        return timedelta(days=1)
    return timedelta(days=max(1.0, float(interval[1:-1]) * days[interval[-1]]))


_PERIODS = {row["code"]: _period(row["interval"]) for row in read_table("frequency")}

"""Which datasets a feed or an export holds, and the SELECTs that fetch them. All parameters are named.

What may not be published again is left out, of a dataset seen in several portals all but one, and what was found on web
pages unless it is asked for.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from catalog.cleaning.licences import read_licence
from catalog.store.reading import WEBSITE


class Published(NamedTuple):
    """A dataset as exports need it; `record` is its canonical JSON, times are UTC (`YYYY-MM-DDTHH:MM:SSZ`).

    `twin`: an earlier dataset has the same IRI; `elsewhere`: JSON list of [address of a national portal, IRI there].
    """

    id: int
    key: str
    identifier: str
    iri: str
    kind: str
    title: str
    record: str
    portal_key: str
    portal_url: str
    first_seen: str
    changed: str
    gone_at: str | None
    type: str = ""
    last_seen: str | None = None
    landing_page: str = ""
    metadata_license: str = ""
    ags: str | None = None
    body: str = ""
    place: str | None = None
    operator: str = ""
    contributor: str = ""
    twin: int = 0
    elsewhere: str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """Which datasets: of everything (`kind` is empty), a portal (`value`: its number), a `municipality` (its key) or a
    `model` dataset (its slug); with `websites` also those found on web pages."""

    kind: str = ""
    value: int | str = ""
    websites: bool = False


class Withheld(NamedTuple):
    """A portal whose metadata may not be published again, and why: `refused` by the registry or by their `license`."""

    id: int
    key: str
    title: str
    reason: str
    license: str


_CONDITIONS = {
    "": "true",
    "portal": "dataset.portal = :value",
    "municipality": "dataset.ags = :value",
    "model": "dataset.id in (select dataset from dataset_model where model = :value)",
}
_ALIVE = "dataset.gone_run is null and dataset.version is not null"
_MAY = "dataset.portal not in (select value from json_each(:withheld))"
_LISTED = f"dataset.type != '{WEBSITE}'"
_ONCE = f"""not exists (
    select 1 from sighting join dataset as other on other.id = sighting.canonical
    where sighting.dataset = dataset.id and other.id != dataset.id and other.gone_run is null
    and other.type != '{WEBSITE}' and (:kind != 'municipality' or other.ags = dataset.ags)
    and other.portal not in (select value from json_each(:withheld)))"""
_COUNTRY = "glob '*[A-Z][A-Z]*'"
_ELSEWHERE = f"""(select json_group_array(json_array(portal.url, other.iri)) from dataset as other
    join portal on portal.id = other.portal
    where portal.covers {_COUNTRY} and other.gone_run is null and other.id in (
        select dataset.id union select canonical from sighting where sighting.dataset = dataset.id
        union select sighting.dataset from sighting where canonical = dataset.id
        union select sibling.dataset from sighting join sighting as sibling using (canonical)
        where sighting.dataset = dataset.id))"""
_TWIN = """(dataset.iri != '' and exists (select 1 from dataset as other where other.iri = dataset.iri
    and other.id < dataset.id and other.gone_run is null))"""
_PUBLISHED = f"""
select dataset.id, dataset.key, dataset.identifier, dataset.iri, dataset.class, dataset.title, version.record,
       portal.key, portal.url, first.started, changed.started, dataset.gone_at, dataset.type,
       portal.last_complete_at, dataset.landing_page,
       coalesce(nullif(portal.metadata_license, ''), json_extract(portal.settings, '$.metadata_license'), ''),
       dataset.ags, dataset.body, municipality.name, coalesce(nullif(portal.publisher, ''), portal.title),
       coalesce(json_extract(portal.settings, '$.contributor_id'), ''),
       {_TWIN}, case when :national then {_ELSEWHERE} end
from dataset
join version on version.id = dataset.version
join portal on portal.id = dataset.portal
join run as first on first.id = dataset.first_seen
join run as changed on changed.id = dataset.changed_run
left join municipality on municipality.ags = dataset.ags
"""

ONE = _PUBLISHED + "where dataset.key = :key"
"""One dataset by its key, gone or not."""

AT_RUN = """
select version.event, version.record, version.run, run.started from version join run on run.id = version.run
where version.dataset = (select id from dataset where key = :key) and version.run <= :run order by version.id desc
"""
"""What was known of a dataset up to a run, the newest first."""

_REFUSALS = """
select id, key, coalesce(nullif(title, ''), url), coalesce(json_extract(settings, '$.republish'), ''),
       coalesce(nullif(json_extract(settings, '$.metadata_license'), ''), metadata_license)
from portal order by title, key
"""


def withheld(connection: sqlite3.Connection) -> list[Withheld]:
    """The portals whose metadata may not be published again: the registry says so, or their licence, where the registry
    says nothing, is known and not open."""
    found = []
    for number, key, title, republish, terms in connection.execute(_REFUSALS):
        closed = republish != "yes" and terms and _is_closed(terms)
        if republish == "no" or closed:
            found.append(Withheld(number, key, title, "refused" if republish == "no" else "license", terms))
    return found


def _is_closed(text: str) -> bool:
    licence = read_licence(text)
    return licence is not None and licence.open == "no"


def knows_national(connection: sqlite3.Connection) -> bool:
    """Whether any portal covers a whole country."""
    sql = f"select exists (select 1 from portal where covers {_COUNTRY})"
    return bool(connection.execute(sql).fetchone()[0])


def values(scope: Scope, left_out: Sequence[Withheld], national: bool) -> dict[str, Any]:
    """The parameters that all SELECTs of a scope share."""
    numbers = as_list([portal.id for portal in left_out])
    return {"kind": scope.kind, "value": scope.value, "withheld": numbers, "national": national}


def as_list(items: Sequence[object]) -> str:
    """Values as one parameter, for `json_each`."""
    return orjson.dumps(list(items)).decode()


def _where(scope: Scope) -> str:
    parts = [_ALIVE, _MAY, _CONDITIONS[scope.kind]]
    if scope.kind != "portal":
        parts += [_ONCE] if scope.websites else [_LISTED, _ONCE]
    return " and ".join(parts)


def all_of(scope: Scope) -> str:
    """Everything in a scope, in a lasting order."""
    return f"{_PUBLISHED} where {_where(scope)} order by dataset.id"


def page_of(scope: Scope) -> str:
    """`:size` datasets of a scope from the number `:start` on."""
    return f"""{_PUBLISHED} where dataset.id in (
        select id from dataset where id >= :start and {_where(scope)} order by id limit :size) order by dataset.id"""


def numbers_of(scope: Scope) -> str:
    """The numbers of all datasets of a scope."""
    return f"select id from dataset where {_where(scope)} order by id"


def page_starts(
    connection: sqlite3.Connection, sql: str, given: dict[str, Any], size: int
) -> tuple[int, list[int]]:
    """How many datasets there are, and the number of the first one of each page."""
    total, starts = 0, []
    for (number,) in connection.execute(sql, given):
        if total % size == 0:
            starts.append(number)
        total += 1
    return total, starts


def listed(scope: Scope) -> str:
    """The condition of a list for people: like that of a feed, but with every sighting of a dataset."""
    parts = [_ALIVE, _MAY, _CONDITIONS[scope.kind]]
    return " and ".join(parts if scope.websites or scope.kind == "portal" else [*parts, _LISTED])

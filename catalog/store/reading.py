"""The SELECTs that several readers of the catalogue share. All parameters are named."""

from typing import NamedTuple

TABLES = frozenset(
    {"portal", "run", "portal_run", "dataset", "distribution", "version", "finding", "dataset_fts"}
)
"""Tables by which one recognises a catalogue."""


WEBSITE = "website"
"""The type of a dataset that was found on a web page: no catalogue lists it."""

IN_CATALOGUES = f"(:portal is not null or dataset.type != '{WEBSITE}')"
"""What belongs in a list of all datasets: what some catalogue lists. Who asks for one portal mixes nothing."""


def with_websites(sql: str) -> str:
    """The same SELECT, with what was found on web pages."""
    return sql.replace(IN_CATALOGUES, "true")


class Published(NamedTuple):
    """A dataset as exports need it; `record` is its canonical JSON, times are UTC (`YYYY-MM-DDTHH:MM:SSZ`)."""

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


_PUBLISHED = """
select dataset.id, dataset.key, dataset.identifier, dataset.iri, dataset.class, dataset.title, version.record,
       portal.key, portal.url, first.started, changed.started, dataset.gone_at,
       dataset.type
from dataset
join version on version.id = dataset.version
join portal on portal.id = dataset.portal
join run as first on first.id = dataset.first_seen
join run as changed on changed.id = dataset.changed_run
"""

ONE_PUBLISHED = _PUBLISHED + "where dataset.key = :key"

PAGE_PUBLISHED = (
    _PUBLISHED
    + f"""where dataset.id in (
    select id from dataset where gone_run is null and (:portal is null or portal = :portal) and {IN_CATALOGUES}
    order by id limit :size offset :start
) order by dataset.id"""
)

ALL_PUBLISHED = (
    _PUBLISHED
    + f"where dataset.gone_run is null and (:portal is null or portal.key = :portal) and {IN_CATALOGUES}"
    " order by dataset.id"
)

COUNT_PUBLISHED = f"""
select count(*) from dataset
where gone_run is null and version is not null and (:portal is null or portal = :portal) and {IN_CATALOGUES}
"""

STATE = """
select coalesce((select max(id) from version), 0) as version, coalesce((select max(id) from run), 0) as run,
       (select coalesce(ended, started) from run order by id desc limit 1) as at
"""
"""What changes with every change of the catalogue."""

RECORD = (
    "select version.record from dataset join version on version.id = dataset.version where dataset.key = :key"
)

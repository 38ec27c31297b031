"""The records that are to be checked: of a file, of an address, or a stored portal's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from catalog.record.canonical import from_json
from catalog.record.findings import KINDS, check
from catalog.store.database import reading
from crawler.catalogue_files import NoRecords, records_of_bytes
from crawler.fetch.options import Options
from crawler.fetch.run import preview
from crawler.judging import Checked, Item, read_shapes, validate_records, validate_shacl
from crawler.sources.local import is_local, path_of
from crawler.wanted import NotKnown, address, known_portals, portal_for

__all__ = ["Checked", "Item", "read_shapes", "records_for", "validate_records", "validate_shacl"]
_FINDINGS = (
    "select slug, count from finding join finding_kind on finding_kind.id = finding.kind where dataset = ?"
)


def records_for(what: str, db: Path, options: Options) -> Iterator[Item]:
    """The records of a file, a folder of RDF files, an address, or a portal's stored ones. Raises NotKnown."""
    url = address(what)
    if is_local(url) and (path := Path(path_of(url))).is_file():
        yield from records_of_file(path)
    elif "://" in url:
        yield from _records_of_url(url, db, options)
    else:
        yield from _records_of_portal(what, db)


def records_of_file(path: Path) -> Iterator[Item]:
    """The records of a captured answer or catalogue file of any kind that is known. Raises NotKnown."""
    try:
        yield from records_of_bytes(path.name, path.read_bytes(), path.resolve().as_uri())
    except NoRecords as error:
        raise NotKnown(str(error)) from None


def _records_of_url(url: str, db: Path, options: Options) -> Iterator[Item]:
    seen = preview(portal_for(known_portals(db), url), options, limit=1_000_000)
    if not seen.sink.found:
        raise NotKnown(f"{url}: {seen.result.outcome}. {seen.result.facts.note}")
    for item in seen.sink.found:
        if item.record is not None:
            faults = Counter({slug: n for slug, n in item.findings.items() if not KINDS[slug].cls})
            yield item.identifier, item.record, faults


def _records_of_portal(key: str, db: Path) -> Iterator[Item]:
    sql = (
        "select dataset.id, dataset.identifier, version.record from dataset join portal on portal.id = dataset.portal"
        " join version on version.id = dataset.version where portal.key = ? and gone_run is null"
    )
    found = False
    with reading(db) as store:
        for row in store.query(sql, [key]):
            found, record = True, from_json(row["record"])
            as_published = Counter(dict(store.execute(_FINDINGS, [row["id"]]).fetchall()))
            as_published.subtract(check(record))
            yield row["identifier"], record, as_published
    if not found:
        raise NotKnown(f"No file, address or stored portal is called {key!r}.")

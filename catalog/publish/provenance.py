"""Where a published record comes from: its dcat:CatalogRecord, which leaves the source's own triples untouched.

Sources: DCAT 3 and DCAT-AP 3.0.1 (dcat:CatalogRecord), PROV-O (wasDerivedFrom, hadPrimarySource, wasGeneratedBy).
"""

from collections.abc import Iterator
from functools import cache, lru_cache

import orjson

from catalog.cleaning.licences import read_licence
from catalog.publish.lines import iri, literal
from catalog.publish.selection import Published
from catalog.record.terms import XSD_DATETIME, expand
from catalog.store.reading import WEBSITE

_WITHDRAWN = iri("http://purl.org/adms/status/Withdrawn")
_WEB = ("http://", "https://")


@cache
def predicate(curie: str) -> str:
    """A term of the known prefixes as N-Triples writes it."""
    return iri(expand(curie))


def line(subject: str, curie: str, value: str) -> str:
    """One triple; `subject` and `value` as N-Triples writes them."""
    return f"{subject} {predicate(curie)} {value} .\n"


_IS_RECORD = f"{predicate('rdf:type')} {predicate('dcat:CatalogRecord')} .\n"
_TOPIC, _ISSUED, _MODIFIED = map(predicate, ("foaf:primaryTopic", "dct:issued", "dct:modified"))
_DERIVED, _PRIMARY, _GENERATED = map(
    predicate, ("prov:wasDerivedFrom", "prov:hadPrimarySource", "prov:wasGeneratedBy")
)


def record_iri(base: str, row: Published) -> str:
    """The IRI of a dataset's catalogue record."""
    return f"{base}/dataset/{row.key}#record"


def provenance(base: str, row: Published, topic: str, told: set[str] | None = None) -> str:
    """The catalogue record of a dataset (`topic`: its IRI as N-Triples writes it) and the last reading of its portal.

    `dct:issued`: first seen; `dct:modified`: last changed; the activity's end: last seen. `dct:isPartOf`: a national portal
    that has the dataset already, `prov:alternateOf`: its IRI there. A reading that is in `told` is not described again.
    """
    subject = iri(record_iri(base, row))
    address = row.portal_url if row.portal_url.startswith(_WEB) else ""
    portal, reading, described = _portal(base, row.portal_key, address, row.gone_at or row.last_seen or "")
    source = source_record(row)
    said = (
        f"{subject} {_IS_RECORD}{subject} {_TOPIC} {topic} .\n"
        f"{subject} {_ISSUED} {_at(row.first_seen)} .\n{subject} {_MODIFIED} {_at(row.gone_at or row.changed)} .\n"
        f"{subject} {_DERIVED} {iri(source) if source else portal} .\n{subject} {_PRIMARY} {portal} .\n"
        f"{subject} {_GENERATED} {reading} .\n"
    )
    if told is None or described not in told:
        said += described
    if told is not None:
        told.add(described)
    if row.metadata_license or row.elsewhere or row.type == WEBSITE or row.gone_at:
        said += "".join(_more(base, row, subject))
    return said


def _more(base: str, row: Published, subject: str) -> Iterator[str]:
    """What only some records say: the licence of the metadata, where else the dataset is, what became of it."""
    yield from _terms(subject, row)
    yield from _elsewhere(subject, row)
    if row.type == WEBSITE:
        yield line(subject, "dct:type", iri(f"{base}/datasets?type={WEBSITE}"))
    if row.gone_at:
        yield line(subject, "adms:status", _WITHDRAWN)


def source_record(row: Published) -> str:
    """Where the source itself shows the record: its own address, else its landing page; empty for neither."""
    return next((place for place in (row.iri, row.landing_page) if place.startswith(_WEB)), "")


@lru_cache(maxsize=1024)
def _portal(base: str, key: str, address: str, at: str) -> tuple[str, str, str]:
    """The portal's IRI (of one that lies on our own disk its page here, as the path says nothing to others), its last
    complete reading, and what is said of that."""
    page = f"{base}/portal/{key}"
    portal, reading = iri(address or page), iri(f"{page}#reading")
    said = f"{reading} {predicate('rdf:type')} {predicate('prov:Activity')} .\n" + line(
        reading, "prov:used", portal
    )
    return portal, reading, said + (line(reading, "prov:endedAtTime", _at(at)) if at else "")


@lru_cache(maxsize=1024)
def _at(time: str) -> str:
    return literal(time, datatype=XSD_DATETIME)


@lru_cache(maxsize=256)
def license_iri(text: str) -> str:
    """The address of a licence of metadata; empty where none is known."""
    known = read_licence(text) if text else None
    address = (known.eu_uri or known.de_uri or known.url) if known else text
    return address if address.startswith(_WEB) else ""


def _terms(subject: str, row: Published) -> Iterator[str]:
    """The licence of the metadata, where the portal or the registry names one."""
    if address := license_iri(row.metadata_license):
        yield line(subject, "dct:license", iri(address))
    elif row.metadata_license:
        yield line(subject, "rdfs:comment", literal(f"Licence of the metadata: {row.metadata_license}", "en"))


def _elsewhere(subject: str, row: Published) -> Iterator[str]:
    for portal, address in orjson.loads(row.elsewhere) if row.elsewhere else ():
        if portal.startswith(_WEB):
            yield line(subject, "dct:isPartOf", iri(portal))
        if address.startswith(_WEB):
            yield line(subject, "prov:alternateOf", iri(address))

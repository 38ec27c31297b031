"""What a feed says beside the records: the catalogue, its pages, and where each record comes from.

Sources: Hydra Core Vocabulary (with the older PagedCollection terms that udata and piveau read), DCAT-AP 3.0.1
(dcat:CatalogRecord as the place for provenance).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, TypeGuard

from catalog.publish.declared import declarations
from catalog.publish.german import PROFILE, germanised
from catalog.publish.lines import Json, iri, literal, record_lines
from catalog.publish.provenance import line, predicate, provenance, record_iri
from catalog.publish.selection import Published, Withheld
from catalog.publish.tidying import safe_text, tidied
from catalog.record.table import CLASSES, DataService
from catalog.record.terms import XSD, expand

PAGE_SIZE = 100
"""Datasets on a page of a feed."""

DEFAULT_BASE = "http://127.0.0.1:8001"

_TYPE = iri(expand("rdf:type"))
_SERVICE, _DATASET, _RECORD = map(predicate, ("dcat:service", "dcat:dataset", "dcat:record"))
_RESOURCE = predicate("dcat:Resource")
"""The class that the shapes of DCAT-AP.de ask of a record's topic, without inference."""
_ABOUT = (
    "Datensätze offener Datenportale von Kommunen, wie die Portale sie beschreiben. "
    "Datasets of municipal open-data portals, as the portals describe them."
)
_LEFT_OUT = (
    " Ausgelassen, weil die Metadaten nicht weiterveröffentlicht werden dürfen: {0}."
    " Left out, as their metadata may not be published again: {0}."
)
_EMPTY: Json = {}
_IDENTIFIER, _TITLE = expand("dct:identifier"), expand("dct:title")
_NAMED = re.compile(rf'(<[^>]*> {re.escape(predicate("foaf:name"))} )".*"(@[\w-]+)? \.\n')
"""A name of a resource that has an IRI, as a line; by its groups it is one of the others of that resource and language."""


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed: the address of the site without a closing slash, the catalogue's path, its title and publisher;
    `websites`: what was found on web pages is in it too; `profile`: `de` for DCAT-AP.de, then with the operator's
    `contributor` ID; `harvest`: as harvesters need it: every distribution, service of one and further identifier has an IRI
    by which it is known again, and none has a spdx:checksum, since udata 17 refuses a dataset whose checksum is typed as DCAT-AP asks."""

    base: str
    path: str
    title: str
    description: str
    publisher: str
    homepage: str
    websites: bool = False
    profile: str = ""
    contributor: str = ""
    harvest: bool = False

    @property
    def catalogue(self) -> str:
        """The IRI of the catalogue that the feed describes."""
        return f"{self.base}{self.path}"

    @property
    def german(self) -> bool:
        """Whether it follows DCAT-AP.de."""
        return self.profile == PROFILE

    def page(self, extension: str, number: int) -> str:
        """The address of a page."""
        form = f"{'&website=1' if self.websites else ''}{f'&profile={self.profile}' if self.profile else ''}"
        return f"{self.base}{self.path}.{extension}?page={number}{form}"


def short(base: str) -> str:
    """A short mark of a base address, for entity tags."""
    return blake2b(base.encode(), digest_size=4).hexdigest()


def pages(total: int) -> int:
    """How many pages a feed of `total` datasets has; an empty feed has one."""
    return max(1, -(-total // PAGE_SIZE))


def dataset_iri(base: str, row: Published) -> str:
    """The source's own IRI where it is an http(s) one that no earlier dataset has, else the dataset's address here."""
    own = row.iri.startswith(("http://", "https://")) and not row.twin
    return row.iri if own else f"{base}/dataset/{row.key}"


def site_feed(base: str, websites: bool = False) -> Feed:
    """The feed of everything that a catalogue lists; with `websites` also what was found on web pages."""
    return Feed(base, "/catalog", "Bestand", _ABOUT, "Bestand", f"{base}/", websites)


def portal_feed(base: str, key: str, title: str, publisher: str, url: str) -> Feed:
    """The feed of one portal's datasets."""
    name = title or url
    return Feed(
        base, f"/portal/{key}/catalog", name, f"{name}: {_ABOUT}", publisher or name, f"{base}/portal/{key}"
    )


def municipality_feed(base: str, ags: str, name: str, websites: bool = False) -> Feed:
    """The feed of one municipality's datasets, whichever portal has them."""
    page = f"{base}/municipality/{ags}"
    return Feed(base, f"/municipality/{ags}/catalog", name, f"{name}: {_ABOUT}", name, page, websites)


def model_feed(base: str, slug: str, label: str, websites: bool = False) -> Feed:
    """The feed of the datasets of all municipalities that are one model dataset."""
    page = f"{base}/model/{slug}"
    return Feed(base, f"/model/{slug}/catalog", label, f"{label}: {_ABOUT}", "Bestand", page, websites)


def catalogue_lines(feed: Feed, left_out: Sequence[Withheld] = ()) -> Iterator[str]:
    """The catalogue itself with its publisher and home page; its description names the portals that are `left_out`."""
    subject, publisher = iri(feed.catalogue), iri(f"{feed.catalogue}#publisher")
    names = ", ".join(portal.title for portal in left_out)
    yield f"{subject} {_TYPE} {iri(expand('dcat:Catalog'))} .\n"
    yield line(subject, "dct:title", literal(safe_text(feed.title)))
    about = feed.description + (_LEFT_OUT.format(names) if names else "")
    yield line(subject, "dct:description", literal(safe_text(about)))
    yield line(subject, "dct:publisher", publisher)
    yield line(subject, "foaf:homepage", iri(feed.homepage))
    yield f"{publisher} {_TYPE} {iri(expand('foaf:Agent'))} .\n"
    yield line(publisher, "foaf:name", literal(safe_text(feed.publisher)))
    yield f"{iri(feed.homepage)} {_TYPE} {iri(expand('foaf:Document'))} .\n"


def member_lines(feed: Feed, row: Published) -> str:
    """The catalogue's references to a dataset and to its catalogue record."""
    member = _SERVICE if row.kind == DataService.__name__ else _DATASET
    subject, record = iri(feed.catalogue), iri(record_iri(feed.base, row))
    return f"{subject} {member} {iri(dataset_iri(feed.base, row))} .\n{subject} {_RECORD} {record} .\n"


def page_lines(feed: Feed, extension: str, number: int, total: int) -> Iterator[str]:
    """The one Hydra node of a page, with both generations of terms; there is no `next` on the last page."""
    last, node = pages(total), iri(feed.page(extension, number))
    for name in ("PartialCollectionView", "PagedCollection"):
        yield f"{node} {_TYPE} {iri(expand(f'hydra:{name}'))} .\n"
    for name, value in (("totalItems", total), ("itemsPerPage", PAGE_SIZE)):
        yield line(node, f"hydra:{name}", literal(str(value), datatype=f"{XSD}integer"))
    for name, target in neighbours(number, last).items():
        address = iri(feed.page(extension, target))
        yield line(node, f"hydra:{name}", address)
        yield line(node, f"hydra:{name}Page", address)


def neighbours(number: int, last: int) -> dict[str, int]:
    """The pages that a page refers to, by the relation's name."""
    found = {"first": 1, "last": last}
    if number > 1:
        found["previous"] = number - 1
    if number < last:
        found["next"] = number + 1
    return found


def page_members(feed: Feed, rows: Sequence[Published]) -> list[str]:
    """All that a page says of its datasets, as N-Triples lines: each with its provenance, and once what they refer to."""
    lines = [member_lines(feed, row) for row in rows]
    declared, told = set[str](), set[str]()
    for row in rows:
        lines.extend(dataset_lines(feed, row, declared=declared, told=told))
    return [*_named_once(lines), *sorted(declared)]


def _named_once(lines: list[str]) -> list[str]:
    """The lines with one name (per language) for each resource that has an IRI: the one that most records give it.

    Records of a portal often write their common publisher differently; a harvester would give all of them any of the names.
    """
    said: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for text in lines:
        if "/name> " in text and (found := _NAMED.fullmatch(text)):
            said[found[1], found[2]][text] += 1
    others: set[str] = set()
    for names in said.values():
        if len(names) > 1:
            others |= names.keys() - {min(names, key=lambda text: (-names[text], len(text), text.swapcase()))}
    return [text for text in lines if text not in others] if others else lines


def dataset_lines(
    feed: Feed,
    row: Published,
    turtle: bool = False,
    declared: set[str] | None = None,
    told: set[str] | None = None,
) -> list[str]:
    """A dataset with its provenance: tidied, under its published IRI, never without dct:identifier and dct:title.

    N-Triples lines; with `turtle` they are Turtle that needs the prefixes of the table. `declared` is given what the
    resources are that the record only refers to, as lines that a page says once; `told` are the readings of portals that the document has described already.
    """
    record = tidied(row.record, checksums=not feed.harvest)
    if feed.harvest:
        _name_parts(record, f"{feed.base}/dataset/{row.key}#")
    if feed.german:
        record = germanised(record, row, feed.contributor)
    name = dataset_iri(feed.base, row)
    own = record.setdefault("@id", name)
    names = {own: name} if own != name else {}
    lines = record_lines(record, f"d{row.id}", names, turtle)
    subject = iri(name)
    if not _says(record, "identifier", _IDENTIFIER):
        lines.append(line(subject, "dct:identifier", literal(safe_text(row.identifier))))
    if not _says(record, "title", _TITLE):
        lines.append(line(subject, "dct:title", literal(safe_text(row.title or row.identifier))))
    lines.append(provenance(feed.base, row, subject, told))
    if feed.german:
        lines.append(f"{subject} {_TYPE} {_RESOURCE} .\n")
    if declared is not None:
        declared.update(declarations(record))
    return lines


def _name_parts(record: Json, page: str) -> None:
    """Give each distribution without an IRI one that stays while its address does: CKAN knows resources by it. And one to
    each further identifier and service, of which CKAN keeps the IRI, else the label of a blank node, new at each harvest."""
    taken: set[str] = set()
    for item in _nameless(record, "distribution"):
        places = [*item.get("download_url", ()), *item.get("access_url", ())]
        item["@id"] = page + _mark(short(places[0].get("@id", "")) if places else "file", taken)
    for item in _nameless(record, "other_identifier"):
        item["@id"] = page + _mark(f"id-{short(str(item.get('notation')))}", taken)
    for item in filter(_is_described, record.get("distribution", ())):
        for service in _nameless(item, "access_service"):
            service["@id"] = page + _mark(f"service-{short(str(service.get('endpoint_url')))}", taken)


def _nameless(record: Json, name: str) -> list[dict[str, Any]]:
    return [value for value in record.get(name, ()) if _is_described(value) and "@id" not in value]


def _is_described(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether a value is a resource, not a literal."""
    return isinstance(value, dict) and "@value" not in value


def _mark(text: str, taken: set[str]) -> str:
    """The text, made unlike all that are taken, which it joins."""
    while text in taken:
        text += "x"
    taken.add(text)
    return text


def _says(record: Json, name: str, term: str) -> bool:
    """Whether a property is there with a text that is not blank."""
    cls = CLASSES.get(record.get("@class", ""))
    values = record.get(name) if cls and hasattr(cls, name) else record.get("rest", _EMPTY).get(term)
    return any(_spoken(value) for value in values or ())


def _spoken(value: object) -> bool:
    text = value if isinstance(value, str) else value.get("@value", "-") if isinstance(value, dict) else ""
    return bool(text.strip())

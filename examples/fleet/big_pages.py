"""Large portals for benchmarks: pages put together from pre-serialised records, so that serving costs next to nothing."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from hashlib import blake2b
from itertools import cycle, islice
from typing import Any

import orjson

from fleet import rdf_text
from fleet.ckan_packages import Package, package
from fleet.dcat_nodes import dataset_node
from fleet.holdings import Dataset, Resource, holdings
from fleet.message import Request, Response, json_response, not_found, page
from fleet.portal import FleetPortal
from fleet.register import slug
from fleet.topics import SENTENCES

TEMPLATES = 400
ROWS_MAX = 1000
HOST = "www.opendata-musterland.example"
RDF_TYPES = {"ttl": "text/turtle", "nt": "application/n-triples", "xml": "application/rdf+xml"}


class Record:
    """One record as bytes with gaps for its number and key; `fill` makes the record of a number."""

    def __init__(self, text: bytes, dataset: Dataset) -> None:
        gaps = {dataset.id: "k", dataset.name: "n", dataset.title: "t"}
        text = text.replace(b"%", b"%%")
        for position, resource in enumerate(dataset.resources):
            text = text.replace(resource.id.encode(), b"%(k)b-" + str(position).encode())
        for known, gap in gaps.items():
            text = text.replace(known.encode(), f"%({gap})b".encode())
        self.text = text
        self.title, self.name = dataset.title.encode(), dataset.name.encode()

    def fill(self, number: int, seed: int) -> bytes:
        """The record of a number: a key that sorts by number, a name and a title of its own."""
        digest = blake2b(f"{seed}/{number}".encode(), digest_size=12).hexdigest()
        key = f"{number:08x}-{digest[:4]}-4{digest[5:8]}-8{digest[9:12]}-{digest[12:24]}".encode()
        suffix = str(number).encode()
        return self.text % {
            b"k": key,
            b"n": b"%b-%b" % (self.name, suffix),
            b"t": b"%b %b" % (self.title, suffix),
        }


class BigCkanSite:
    """A CKAN of `count` datasets with so many resources each, about 7 kB of JSON a dataset at three."""

    def __init__(self, count: int, resources: int, seed: int) -> None:
        self.count, self.seed = count, seed
        sample = samples(resources, seed)
        self.records = [Record(orjson.dumps(rich_package(dataset)), dataset) for dataset in sample]

    def __call__(self, request: Request) -> Response:
        """Answers `status_show` and `package_search`; filters are not looked at."""
        if request.path.endswith("/action/package_search"):
            return self.search(request)
        if request.path.endswith("/action/status_show"):
            result = {"ckan_version": "2.11.1", "site_title": "Big", "extensions": ["dcat"]}
            return json_response({"success": True, "result": result})
        return page("Big", "<h1>Big</h1>", "ckan 2.11.1") if request.path == "/" else not_found()

    def search(self, request: Request) -> Response:
        """A window of the datasets, in the order of their ids."""
        start = request.number("start", 0)
        end = min(start + min(request.number("rows", 10), ROWS_MAX), self.count)
        window = b",".join(self.records[n % len(self.records)].fill(n, self.seed) for n in range(start, end))
        head = b'{"help":"","success":true,"result":{"count":%d,"facets":{},"results":[' % self.count
        return Response(head + window + b"]}}", "application/json;charset=utf-8")


class BigDcatSite:
    """A DCAT feed of `count` datasets in pages with Hydra links, about 60 triples a dataset."""

    def __init__(self, count: int, per_page: int, form: str, seed: int) -> None:
        self.count, self.per_page, self.form, self.seed = count, per_page, form, seed
        self.path = f"/catalog.{'rdf' if form == 'xml' else form}"
        portal = big_portal(seed, "ttl")
        self.records = [self._record(dataset, portal) for dataset in samples(3, seed)]

    def __call__(self, request: Request) -> Response:
        """A page of the feed, or a start page."""
        if request.path != self.path:
            return page("Big", f"<a href='{self.path}'>DCAT</a>") if request.path == "/" else not_found()
        number = request.number("page", 1)
        shown = range((number - 1) * self.per_page, min(number * self.per_page, self.count))
        body = b"".join(self.records[n % len(self.records)].fill(n, self.seed) for n in shown)
        return Response(self._frame(number, f"{request.base}{self.path}", body), RDF_TYPES[self.form])

    @cached_property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.count // self.per_page))

    def _record(self, dataset: Dataset, portal: FleetPortal) -> Record:
        nodes = [dataset_node(dataset, portal)]
        nodes[0].pairs = [pair for pair in nodes[0].pairs if _is_sound(pair[1])] + more_pairs(dataset)
        if self.form == "nt":
            text = re.sub(rb"_:b(\d+)", rb"_:b\1x" + dataset.id.encode(), rdf_text.ntriples(nodes))
        elif self.form == "xml":
            text = rdf_text.rdfxml_elements(nodes, nested=True).encode()
        else:
            text = rdf_text.turtle_blocks(nodes).encode()
        return Record(text, dataset)

    def _frame(self, number: int, address: str, body: bytes) -> bytes:
        following = (
            [("hydra:next", rdf_text.Link(f"{address}?page={number + 1}"))] if number < self.last else []
        )
        total = rdf_text.Literal(str(self.count), "xsd:integer")
        view = rdf_text.Node(f"{address}?page={number}", ("hydra:PartialCollectionView",), [*following])
        nodes = [
            rdf_text.Node(address, ("hydra:Collection",), [("hydra:totalItems", total), ("hydra:view", view)])
        ]
        if self.form == "nt":
            return rdf_text.ntriples(nodes) + body
        if self.form == "xml":
            head = rdf_text.rdfxml_head() + rdf_text.rdfxml_elements(nodes, nested=True)
            return head.encode() + body + b"</rdf:RDF>\n"
        return f"{rdf_text.turtle_head()}{rdf_text.turtle_blocks(nodes)}".encode() + body


def big_portal(seed: int, dialect: str) -> FleetPortal:
    """The shared portal whose handwriting the large portals take over."""
    return FleetPortal("big", "Big", "ckan", None, TEMPLATES, dialect, "for benchmarks", seed=seed)


def samples(resources: int, seed: int) -> list[Dataset]:
    """Datasets with exactly so many resources each, whose addresses are sound."""
    held = holdings(big_portal(seed, "govdata"))
    pool = cycle(resource for dataset in held for resource in dataset.resources)
    return [_furnished(dataset, pool, resources) for dataset in held]


def _furnished(dataset: Dataset, pool: Iterator[Resource], count: int) -> Dataset:
    chosen = [_named(dataset, each, n) for n, each in enumerate(islice(pool, count))]
    detail = " ".join(
        sentence.format(title=dataset.title, town=dataset.town.name) for sentence in _all_sentences()
    )
    text = f"{dataset.description} {detail[: 40 + dataset.number % 160]}"
    return replace(
        dataset,
        description=text,
        landing_page=f"https://{HOST}/dataset/{dataset.name}",
        resources=tuple(chosen),
    )


def _is_sound(value: rdf_text.Value) -> bool:
    return not isinstance(value, rdf_text.Link) or ":" in value.iri


def _named(dataset: Dataset, resource: Resource, position: int) -> Resource:
    suffix = slug(resource.format or "csv").split("-")[-1]
    return replace(
        resource,
        id=f"{dataset.id}-r{position}",
        title=f"{dataset.title} ({resource.format})",
        description="" if position else f"{resource.format}, Zeichensatz UTF-8, Trennzeichen Semikolon",
        url=f"https://{HOST}/dataset/{dataset.id}/resource/{position}/{position}.{suffix}",
        size=resource.size or 4096 + dataset.number % 90_000,
        modified=resource.modified or dataset.modified,
        media_type=resource.media_type or "application/octet-stream",
    )


def _all_sentences() -> list[str]:
    return [sentence for group in SENTENCES.values() for sentence in group]


def rich_package(dataset: Dataset) -> Package:
    """A package as an aggregator with a harvester fills it: some forty extras."""
    entry: dict[str, Any] = package(dataset, "govdata", HOST)
    more = {
        "access_rights": "public",
        "contact_city": dataset.town.short_name,
        "contact_country": "Deutschland",
        "contact_street": "Rathausplatz 1",
        "contact_url": f"https://www.{dataset.town.domain}/",
        "contact_zip": "99999",
        "dcat_type": "http://inspire.ec.europa.eu/metadata-codelist/ResourceType/dataset",
        "harvest_source_id": "99000000-0000-4000-8000-000000000001",
        "harvest_source_title": f"Offene Daten {dataset.town.short_name}",
        "originator_name": dataset.publisher,
        "provenance": f"Fortführung durch das Fachamt, Kennung {dataset.name}",
        "uri": f"https://{HOST}/dataset/{dataset.id}",
        dataset.frequency_key: dataset.frequency,
    }
    pairs = [{"key": key, "value": value} for key, value in more.items()]
    return {**entry, "extras": [*entry["extras"], *pairs]}


def more_pairs(dataset: Dataset) -> list[tuple[str, rdf_text.Value]]:
    """Properties beyond those that the small portals give."""
    access = rdf_text.Link("http://publications.europa.eu/resource/authority/access-right/PUBLIC")
    return [
        ("dct:accessRights", access),
        ("dct:provenance", rdf_text.Literal(f"Fortführung durch das Fachamt, Kennung {dataset.name}")),
        ("adms:versionNotes", rdf_text.Literal("Fassung mit Berichtigungen", language="de")),
        ("owl:versionInfo", rdf_text.Literal("1.0")),
        ("dcatde:geocodingDescription", rdf_text.Literal(dataset.town.name, language="de")),
        (
            "dcatde:contributorID",
            rdf_text.Link(f"http://dcat-ap.de/def/contributors/{slug(dataset.town.short_name)}"),
        ),
    ]

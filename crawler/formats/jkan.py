"""A dataset of a JKAN site → dcat:Dataset: what `datasets.json` says and what the dataset's page says (RDFa, a table).

Keys: JKAN's `datasets.json`, `_layouts/dataset.html` and `_data/schemas/default.yml`; older layouts have no RDFa.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from catalog.record.node import Record, Values
from catalog.record.table import Dataset, Distribution
from catalog.record.terms import IRI, expand
from crawler.formats.agents import agent, kind
from crawler.formats.fields import Fields
from crawler.formats.json_payload import canonical
from crawler.formats.reading import Entry, Reading
from crawler.formats.rules import first_date
from crawler.formats.values import Cleaner, unique

_LICENSE = expand("dct:license")
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_MAX = 1_000_000
_LABELS = {
    **dict.fromkeys(("maintainer", "contact", "ansprechpartner"), "maintainer"),
    **dict.fromkeys(("maintainer email", "contact email", "e-mail"), "maintainer_email"),
    **dict.fromkeys(("category", "categories", "kategorie"), "category"),
    **dict.fromkeys(("license", "lizenz"), "license_title"),
    **dict.fromkeys(("update frequency", "frequency"), "frequency"),
    **dict.fromkeys(("tags", "keywords"), "tags"),
    **dict.fromkeys(("created", "date created", "release date"), "issued"),
    **dict.fromkeys(("modified", "last updated", "date updated"), "modified"),
    **dict.fromkeys(("language", "sprache"), "language"),
    **dict.fromkeys(("time period", "temporal coverage"), "temporal"),
    **dict.fromkeys(("spatial", "geographic area", "coordinates"), "spatial"),
}
"""Label of a row of the table, as schemas of sites name it → the key that it stands for."""

OUT_OF_SCOPE = frozenset({"project", "schema", "layout", "slug", "featured", "popular"})
"""Keys that are known and deliberately not mapped: how the site shows a dataset and what it is used in."""


def dataset_entry(item: Mapping[str, Any], page: Mapping[str, Any], url: str) -> Entry:
    """The dataset that the list calls `item` and whose page at `url` says `page` (see `read_page`)."""
    whole = {**page, **{key: value for key, value in item.items() if value not in (None, "", [])}}
    return Entry(urlsplit(url).path, canonical(whole), partial(read_dataset, whole, url))


def read_dataset(value: Mapping[str, Any], url: str) -> Reading:
    """One dataset as a record."""
    site = urlsplit(url)
    clean = Cleaner(f"{site.scheme}://{site.netloc}")
    fields = Fields({**value, **_named(value.get("details"))}, clean)
    fields.drop("url", "details")
    dataset = Dataset(
        id=IRI(url), identifier=[site.path.strip("/").rpartition("/")[2]], landing_page=[IRI(url)]
    )
    dataset.title, dataset.description = fields.prose("title"), fields.prose("notes", "description")
    if not dataset.title:
        clean.faults["title-missing-in-source"] += 1
    publisher = agent(clean, fields.prose("organization"))
    dataset.publisher = [publisher] if publisher else []
    contact = kind(clean, fields.text("maintainer"), fields.text("maintainer_email"))
    dataset.contact_point = [contact] if contact else []
    dataset.theme = unique(
        uri for text in fields.strings("category", separator=",") for uri in clean.theme(text)
    )
    dataset.keyword = unique(fields.strings("tags", separator=","))
    dataset.issued, dataset.modified = first_date(fields, "issued"), first_date(fields, "modified")
    _more(fields, dataset)
    license_ = clean.license(fields.texts("license", "license_title"))
    dataset.distribution = [_resource(part, license_) for part in fields.nested("resources")]
    if not dataset.distribution and license_:
        dataset.rest[_LICENSE] = license_
    fields.close(OUT_OF_SCOPE)
    return Reading(Record(dataset), clean.unread, clean.faults)


def _named(details: Any) -> dict[str, Any]:
    """The rows of the table by the keys that they stand for; others by their labels."""
    rows = details if isinstance(details, dict) else {}
    return {
        _LABELS.get(str(label).strip().rstrip(":").lower(), str(label)): text for label, text in rows.items()
    }


def _more(fields: Fields, dataset: Dataset) -> None:
    clean = fields.cleaner
    if frequency := fields.text("frequency"):
        dataset.frequency = [clean.frequency(frequency)]
    dataset.language = unique(map(clean.language, fields.strings("language", separator=",")))
    if period := fields.text("temporal"):
        dataset.temporal = [clean.interval(period)]
    if place := fields.text("spatial"):
        dataset.spatial = [clean.location(place)]


def _resource(fields: Fields, license_: Values) -> Distribution:
    clean = fields.cleaner
    node = Distribution(
        title=fields.prose("name"), description=fields.prose("description"), license=list(license_)
    )
    if url := fields.text("url"):
        node.access_url = [clean.address(url)]
    if format_ := fields.text("format"):
        node.format = [clean.format(format_, url)]
    fields.close()
    return node


def read_page(html: bytes, url: str) -> dict[str, Any]:
    """What a dataset's page says: `title`, `notes`, `license`, `organization`, `details` (label → text), `resources`
    (`name`, `url`, `format`, `description`). Empty where the page has nothing of it."""
    parser = _DatasetPage(url)
    with suppress(AssertionError):  # Python's parser raises it for some malformed declarations
        parser.feed(html[:_MAX].decode("utf-8", "replace"))
        parser.close()
    return parser.result()


class _DatasetPage(HTMLParser):
    """Takes in RDFa (`property`, `resource`), the list below the heading of the resources, and tables of details."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base
        self._stack: list[tuple[str, str]] = []
        self._found: dict[str, Any] = {}
        self._details: dict[str, str] = {}
        self._resources: list[dict[str, str]] = []
        self._heading = self._label = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: (value or "").strip() for name, value in attrs}
        name = given.get("property", "").rpartition(":")[2]
        if tag in ("h1", "h2", "h3"):
            self._heading = ""
        elif tag in ("dt", "th", "tr"):
            self._label = ""
        elif tag == "li" and (name == "distribution" or self._in_resources()):
            self._resources.append({})
        elif tag == "a":
            name = self._link(given, name)
        if "resource-description" in given.get("class", ""):
            name = "resource_description"
        if tag not in _VOID:
            self._stack.append((tag, name))

    def _in_resources(self) -> bool:
        inside = any(tag == "li" for tag, _ in self._stack)
        return self._heading.strip().lower() in ("resources", "ressourcen", "dateien") and not inside

    def _link(self, given: Mapping[str, str], name: str) -> str:
        """A licence, or the address of the resource that is being read, whose words are its name."""
        href = given.get("href", "")
        if name == "license":
            self._found["license"] = given.get("resource") or href
        elif self._in_item() and href and not href.startswith("#") and "url" not in self._resources[-1]:
            with suppress(ValueError):
                self._resources[-1]["url"] = urljoin(self._base, href)
            return "resource_name"
        return "" if name in ("accessURL", "license") else name

    def _in_item(self) -> bool:
        return bool(self._resources) and any(tag == "li" for tag, _ in self._stack)

    def handle_endtag(self, tag: str) -> None:
        while self._stack:
            if self._stack.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if not data.strip():
            return
        tags = [tag for tag, _ in self._stack]
        names = [name for _, name in self._stack if name]
        if tags and tags[-1] in ("h1", "h2", "h3") and not names:
            self._heading += data
        elif self._in_item():
            self._take_resource(data, names)
        elif "th" in tags or "dt" in tags:
            self._label = " ".join(f"{self._label} {data}".split())
        elif ("td" in tags or "dd" in tags) and self._label:
            self._details[self._label] = " ".join(f"{self._details.get(self._label, '')} {data}".split())
        elif names:
            self._take(names[-1], data)

    def _take_resource(self, data: str, names: list[str]) -> None:
        keys = {
            "resource_name": "name",
            "title": "name",
            "mediaType": "format",
            "resource_description": "description",
        }
        key = next((keys[name] for name in reversed(names) if name in keys), "")
        text = " ".join(data.split())
        if not key and text.startswith("(") and text.endswith(")") and text != "(Details)":
            key, text = "format", text[1:-1]
        if key and any(tag == "table" for tag, _ in self._stack):
            return
        if key:
            said = self._resources[-1]
            said[key] = f"{said.get(key, '')} {text}".strip()

    def _take(self, name: str, data: str) -> None:
        key = {"title": "title", "description": "notes", "name": "organization"}.get(name)
        if key:
            self._found[key] = " ".join(f"{self._found.get(key, '')} {data}".split())

    def result(self) -> dict[str, Any]:
        """All that was found, without what is empty."""
        resources = [said for said in self._resources if said.get("url")]
        whole = {**self._found, "details": self._details, "resources": resources}
        return {key: value for key, value in whole.items() if value}

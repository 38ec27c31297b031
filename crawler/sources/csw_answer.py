"""CSW's answers: capabilities, results, exceptions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from catalog.record.node import Record
from catalog.record.table import Agent, Catalogue
from catalog.record.terms import IRI
from crawler.formats.reading import UnreadablePayload
from crawler.formats.xml_payload import (
    Element,
    child_text,
    children,
    descendants,
    local,
    namespace,
    read_xml,
    text_in,
)
from crawler.sources.csw_request import VERSIONS
from crawler.sources.protocol import Payload

NAMESPACE = "http://www.opengis.net/cat/csw/"


@dataclass(slots=True)
class Capabilities:
    """What a catalogue says that it can do: `get` and `post` are where it takes GetRecords, empty where it does not."""

    version: str
    get: str = ""
    post: str = ""
    schemas: list[str] = field(default_factory=list)
    title: str = ""
    abstract: str = ""
    provider: str = ""

    def catalogue(self, url: str) -> Record:
        """The catalogue as a record."""
        node = Catalogue(id=IRI(url), title=[self.title] if self.title else [])
        node.description = [self.abstract] if self.abstract else []
        node.publisher = [Agent(name=[self.provider])] if self.provider else []
        return Record(node)


@dataclass(slots=True)
class Results:
    """One page of results. `following` is `nextRecord` as sent: None where it is missing or no number."""

    elements: list[Element]
    matched: int | None
    following: int | None
    faults: Counter[str]


def read_capabilities(payload: Payload) -> Capabilities:
    """What a GetCapabilities answer says. Raises UnreadablePayload (`api-error`, `unexpected-shape`, as `read_xml`)."""
    root, _ = _read(payload)
    if local(root) != "Capabilities" or not namespace(root).startswith(NAMESPACE):
        raise UnreadablePayload("unexpected-shape", "The answer holds no capabilities of a CSW.")
    stated = root.get("version", "")
    found = Capabilities(next((known for known in VERSIONS if stated.startswith(known[:3])), VERSIONS[0]))
    for part in children(root, "ServiceIdentification"):
        found.title, found.abstract = child_text(part, "Title"), child_text(part, "Abstract")
    for part in children(root, "ServiceProvider"):
        found.provider = child_text(part, "ProviderName")
    for operation in descendants(root, "Operation"):
        if operation.get("name") == "GetRecords":
            _read_operation(operation, found)
    return found


def _read_operation(operation: Element, found: Capabilities) -> None:
    """Addresses by method; of several POST addresses the one that takes plain XML."""
    found.get = next((_href(part) for part in descendants(operation, "Get")), "")
    posts = [(_encodings(part), _href(part)) for part in descendants(operation, "Post")]
    found.post = next((href for encodings, href in posts if not encodings or "XML" in encodings), "")
    for parameter in descendants(operation, "Parameter"):
        if str(parameter.get("name", "")).lower() == "outputschema":
            found.schemas = [text_in(value) for value in descendants(parameter, "Value")]


def _href(part: Element) -> str:
    return next((str(value).strip() for key, value in part.items() if str(key).endswith("}href")), "")


def _encodings(post: Element) -> list[str]:
    return [text_in(value).upper() for value in descendants(post, "Value")]


def read_results(payload: Payload) -> Results:
    """One page of records. Raises UnreadablePayload: `api-error` for an exception report, whatever its status;
    `unexpected-shape` for what is no page of results; what `read_xml` raises."""
    root, faults = _read(payload)
    found = next(descendants(root, "SearchResults"), None)
    if local(root) != "GetRecordsResponse" or found is None:
        raise UnreadablePayload("unexpected-shape", "The answer holds no search results.")
    elements = [child for child in found if local(child)]
    matched, following = _number(found, "numberOfRecordsMatched"), _number(found, "nextRecord")
    return Results(elements, matched, following, faults)


def _number(element: Element, name: str) -> int | None:
    text = str(element.get(name, "")).strip()
    return int(text) if text.isdecimal() and len(text) < 12 else None


def _read(payload: Payload) -> tuple[Element, Counter[str]]:
    root, faults = read_xml(payload.body)
    if local(root) in ("ExceptionReport", "ServiceExceptionReport"):
        words = [
            text_in(part)
            for name in ("ExceptionText", "ServiceException")
            for part in descendants(root, name)
        ]
        said = " ".join(words)[:200] or "no reason given"
        raise UnreadablePayload("api-error", f"The catalogue answers with an exception: {said}")
    return root, faults

"""Which portal kind reads a catalogue file, and what it makes of it. Pure: bytes come in, a page of entries goes out."""

from __future__ import annotations

from collections.abc import Iterator
from os.path import splitext

from crawler.formats.reading import UnreadablePayload
from crawler.judging import Item
from crawler.sources.local import media_type
from crawler.sources.protocol import Call, Page, Payload, Portal, Source
from crawler.sources.registry import sources

_PLAIN = {
    **dict.fromkeys((".ttl", ".rdf", ".owl", ".xml", ".nt", ".jsonld", ".n3"), "dcat"),
    **dict.fromkeys((".csv", ".tsv", ".xlsx", ".xlsm"), "table"),
    ".json": "data_json",
}
"""Suffix -> the kind of file that it promises."""
_INSIDE: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("waf", "file", {}),
    ("oai", "records", {"base": "https://oai.invalid/", "prefix": "oai_dc"}),
)
"""How answers are read that come only after a portal's first: metadata files and pages of records in XML."""


class NoRecords(Exception):
    """A file holds no records that can be read; the message says why, for people."""


def records_of_bytes(name: str, body: bytes, url: str) -> Iterator[Item]:
    """The records of a catalogue file of any kind that is known. Raises NoRecords."""
    for entry in page_of(name, body, url).entries:
        reading = entry.read()
        yield entry.identifier, reading.record, reading.faults


def page_of(name: str, body: bytes, url: str) -> Page:
    """The page that the portal kind makes of the file that recognises it most surely, else the first that can. `name`:
    the file's, whose ending says what it is; `url`: where it lies. Raises NoRecords."""
    portal, call = Portal(key="file", url=url), Call(url, step="home")
    payload = Payload(url, 200, {"content-type": media_type(name)}, body)
    problems: dict[str, str] = {}
    surest = sorted(sources().values(), key=lambda source: -_sureness(source, portal, call, payload))
    later = [(sources()[kind], Call(url, step=step, state=state)) for kind, step, state in _INSIDE]
    for source, asked in (*((source, call) for source in surest), *later):
        try:
            page = source.read(portal, asked, payload)
            if asked is not call and page.entries:
                page.entries[0].read()  # a metadata file that is none fails only here
        except UnreadablePayload as error:
            problems.setdefault(source.KIND, str(error))
            continue
        except Exception:  # noqa: BLE001 - the boundary around one payload: a kind whose answers are another's
            continue
        if page.entries:
            return page
    kind = _PLAIN.get(splitext(name)[1].lower(), "")
    problem = problems.get(kind, "It is like no answer of a portal that we know.")
    raise NoRecords(f"{name} holds no records that can be read. {problem}")


def _sureness(source: Source, portal: Portal, call: Call, payload: Payload) -> int:
    try:
        found = source.recognise(portal, call, payload)
    except Exception:  # noqa: BLE001 - what cannot be read proves nothing
        return 0
    return found.confidence if found else 0

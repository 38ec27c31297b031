"""Datasets as DCAT-US 1.1 (`data.json`) says them: https://resources.data.gov/resources/dcat-us/.

What a record does not say is left out, also where DCAT-US demands it; only identifier and title always stand there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from catalog.publish.feed import Feed, dataset_iri
from catalog.publish.lines import Json
from catalog.publish.selection import Published
from catalog.publish.tidying import safe_text, tidied
from catalog.publish.wording import texts

JSON_TYPE = "application/json; charset=utf-8"
_MEDIA = "http://www.iana.org/assignments/media-types/"
_ACCESS = {"PUBLIC": "public", "RESTRICTED": "restricted public", "NON_PUBLIC": "non-public"}
_RHYTHMS = {
    "CONT": "R/PT1S", "HOURLY": "R/PT1H", "DAILY": "R/P1D", "WEEKLY": "R/P1W", "BIWEEKLY": "R/P2W", "MONTHLY": "R/P1M",
    "BIMONTHLY": "R/P2M", "QUARTERLY": "R/P3M", "ANNUAL_2": "R/P6M", "ANNUAL": "R/P1Y", "BIENNIAL": "R/P2Y",
    "TRIENNIAL": "R/P3Y", "QUADRENNIAL": "R/P4Y", "IRREG": "irregular",
}  # fmt: skip
"""Code of the EU's list of frequencies → ISO 8601 repeating interval, as DCAT-US writes them."""


def head(described: Feed) -> bytes:
    """The catalogue up to its datasets, an object that is not closed yet."""
    found = {
        "@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld",
        "@id": f"{described.base}{described.path}",
        "@type": "dcat:Catalog",
        "conformsTo": "https://project-open-data.cio.gov/v1.1/schema",
        "describedBy": "https://project-open-data.cio.gov/v1.1/schema/catalog.json",
    }
    return orjson.dumps(found)[:-1] + b',"dataset":['


def entries(base: str, rows: Iterable[Published], first: bool) -> bytes:
    """Datasets as members of the list; `first`: nothing stands before them."""
    listed = [orjson.dumps(entry(base, row)) for row in rows]
    return (b"" if first or not listed else b",\n") + b",\n".join(listed)


TAIL = b"]}\n"


def entry(base: str, row: Published) -> dict[str, Any]:
    """One dataset, tidied as in the feeds."""
    record = tidied(row.record)
    found = {
        "@type": "dcat:Dataset",
        "identifier": dataset_iri(base, row),
        "title": _text(record, "title") or safe_text(row.title or row.identifier),
        "description": _text(record, "description"),
        "keyword": texts(record, "keyword"),
        "modified": _text(record, "modified"),
        "issued": _text(record, "issued"),
        "publisher": _publisher(record),
        "contactPoint": _contact(record),
        "accessLevel": _ACCESS.get(_code(record, "access_rights"), ""),
        "license": _license(record),
        "temporal": next(_periods(record), ""),
        "theme": [address for value in record.get("theme", ()) if (address := _address(value))],
        "accrualPeriodicity": _RHYTHMS.get(_code(record, "frequency"), ""),
        "landingPage": _first(record, "landing_page"),
        "conformsTo": _first(record, "conforms_to"),
        "references": [address for value in record.get("page", ()) if (address := _address(value))],
        "distribution": [
            one for item in record.get("distribution", ()) if len(one := _distribution(item)) > 1
        ],
    }
    return _said(found)


def _said(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if value}


def _distribution(item: Json) -> dict[str, Any]:
    download = _first(item, "download_url")
    found = {
        "@type": "dcat:Distribution",
        "title": _text(item, "title"),
        "description": _text(item, "description"),
        "downloadURL": download,
        "accessURL": "" if download else _first(item, "access_url"),
        "mediaType": _media_type(item),
        "format": _code(item, "format") or _text(item, "format"),
        "license": _first(item, "license"),
    }
    return _said(found)


def _media_type(item: Json) -> str:
    address = _first(item, "media_type")
    return address.removeprefix(_MEDIA) if address.startswith(_MEDIA) else _text(item, "media_type")


def _publisher(record: Json) -> dict[str, str]:
    name = next((text for node in _nodes(record, "publisher") if (text := _text(node, "name"))), "")
    return {"@type": "org:Organization", "name": name} if name else {}


def _contact(record: Json) -> dict[str, str]:
    for node in _nodes(record, "contact_point"):
        name, mailbox = _text(node, "fn"), _first(node, "has_email")
        if mailbox:
            return _said({"@type": "vcard:Contact", "fn": name, "hasEmail": mailbox})
    return {}


def _license(record: Json) -> str:
    """The dataset's licence, else the one of its first distribution that has one."""
    nodes = (record, *record.get("distribution", ()))
    return next((address for node in nodes if (address := _first(node, "license"))), "")


def _periods(record: Json) -> Iterator[str]:
    for node in _nodes(record, "temporal"):
        begin, end = _text(node, "start_date"), _text(node, "end_date")
        if begin and end:
            yield f"{begin}/{end}"


def _nodes(record: Json, name: str) -> list[Json]:
    """The resources that a property names: those nested in it, and those that stand beside the record."""
    others = {node["@id"]: node for node in record.get("others", ()) if "@id" in node}
    values = [value for value in record.get(name, ()) if isinstance(value, dict)]
    return [others.get(value.get("@id", ""), value) if len(value) == 1 else value for value in values]


def _text(record: Json, name: str) -> str:
    return next(iter(texts(record, name)), "")


def _first(record: Json, name: str) -> str:
    return next((address for value in record.get(name, ()) if (address := _address(value))), "")


def _address(value: Any) -> str:
    """An address of the web, or a mailbox; empty for everything else."""
    text = str(value.get("@id", "")) if isinstance(value, dict) else ""
    return text if text.startswith(("http://", "https://", "mailto:")) else ""


def _code(record: Json, name: str) -> str:
    """The last part of the address of an entry of the EU's lists."""
    return _first(record, name).rpartition("/")[2] if "/authority/" in _first(record, name) else ""

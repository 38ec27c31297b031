"""Council information systems with OParl: each body of the system is listed as a data service; its papers are no datasets."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin, urlsplit

from crawler.formats.json_payload import read_object
from crawler.formats.oparl import SYSTEM, read_bodies
from crawler.formats.reading import UnreadablePayload
from crawler.sources.protocol import Call, Evidence, Page, Payload, Portal

KIND = "oparl"
RANK = 158
READER = 1

PATHS = (
    *("/oparl", "/oparl/v1.1", "/oparl/v1.0", "/oparl/system"),
    *("/public/oparl/system", "/webservice/oparl/v1.1/system", "/webservice/oparl/v1.0/system"),
)
"""Where the products for councils put their system object: CC e-gov, ALLRIS, Sternberg and those who copied them."""
_HEADERS = (("Accept", "application/json"),)


def probe(portal: Portal) -> list[Call]:
    """The address itself where it may be the system, then the usual places."""
    url = portal.api_url or portal.url
    root = "{0.scheme}://{0.netloc}".format(urlsplit(portal.base))
    places = [url] if "oparl" in url.lower() else []
    places += [base + path for path in PATHS for base in (portal.base, root)]
    return [Call(place, "system", headers=_HEADERS) for place in dict.fromkeys(places)]


def recognise(portal: Portal, call: Call, payload: Payload) -> Evidence | None:
    """The system object names its version of OParl; a list of bodies names it in each."""
    try:
        value = _object(payload)
    except UnreadablePayload:
        return None
    url = payload.url or call.url
    version = value.get("oparlVersion")
    if isinstance(version, str) and "oparl" in version and "body" in value:
        return Evidence(KIND, 95, f"The system object of OParl {version}.", url)
    if any(_is_body(item) for item in _bodies(value)[:1]):
        return Evidence(KIND, 85, "A list of bodies of OParl.", url)
    return None


def _object(payload: Payload) -> dict[str, Any]:
    return read_object(payload.body, payload.headers.get("content-type", ""))


def _is_body(item: Any) -> bool:
    type_ = item.get("type") if isinstance(item, dict) else None
    return isinstance(type_, str) and "oparl" in type_ and type_.endswith("Body")


def _bodies(value: dict[str, Any]) -> list[Any]:
    """The bodies of a list (`data`), or the body that the object is."""
    data = value.get("data")
    return data if isinstance(data, list) else [value] if _is_body(value) else []


def start(portal: Portal) -> list[Call]:
    """The system object."""
    return [Call(portal.api_url or portal.url, "system", headers=_HEADERS)]


def read(portal: Portal, call: Call, payload: Payload) -> Page:
    """The system leads to its bodies, a list of bodies to its next page.

    Raises UnreadablePayload: what `read_json` raises, `unexpected-shape` for objects of neither kind.
    """
    value, url = _object(payload), payload.url or call.url
    if "oparlVersion" in value and "body" in value:
        return _read_system(value, url)
    if not isinstance(value.get("data"), list) and not _is_body(value):
        raise UnreadablePayload(
            "unexpected-shape", "The answer is neither a system nor a list of bodies of OParl."
        )
    return _read_bodies(value, call, url)


def _read_system(value: dict[str, Any], url: str) -> Page:
    """`body` is the address of a list; where it is a list itself (before 1.0), it holds addresses or bodies."""
    state = {"system": {key: value[key] for key in SYSTEM if isinstance(value.get(key), str)}}
    items = value["body"] if isinstance(value["body"], list) else [value["body"]]
    addresses = [urljoin(url, item.strip()) for item in items if isinstance(item, str) and item.strip()]
    page = Page(read_bodies([item for item in items if isinstance(item, dict)], state["system"]))
    page.calls = [Call(address, "bodies", headers=_HEADERS, state=state) for address in addresses]
    return page


def _read_bodies(value: dict[str, Any], call: Call, url: str) -> Page:
    """Bodies that are marked as deleted are not listed any more."""
    found = _bodies(value)
    alive = [item for item in found if not (isinstance(item, dict) and item.get("deleted") is True)]
    page = Page(read_bodies(alive, call.state.get("system", {})))
    if gone := len(found) - len(alive):
        page.skipped["deleted"] = gone
    links, pagination = value.get("links"), value.get("pagination")
    following = links.get("next") if isinstance(links, dict) else None
    if isinstance(following, str) and following.strip():
        page.calls = [Call(urljoin(url, following.strip()), "bodies", headers=_HEADERS, state=call.state)]
    total = pagination.get("totalElements") if isinstance(pagination, dict) else None
    page.total = total if isinstance(total, int) and not isinstance(total, bool) and total >= 0 else None
    return page


def split(portal: Portal, call: Call) -> list[Call]:
    """Nothing: OParl's pages have the size that the server wants."""
    return []

"""Viewers and services: a Masterportal's layers, or one capabilities document, listed as data services."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

from crawler.formats.capabilities import endpoint_of, read_capabilities, service_type
from crawler.formats.json_payload import read_json
from crawler.formats.masterportal import LAYER_CONFIG, SERVICES, read_layers
from crawler.formats.reading import UnreadablePayload
from crawler.formats.xml_payload import read_xml
from crawler.sources.protocol import Call, Evidence, Page, Payload, Portal

KIND = "services"
RANK = 160
READER = 1

_VIEWER = re.compile(rb"masterportal(?:-root|\.js|\.css|\"|')|id=[\"']masterportal", re.IGNORECASE)
_HEAD = 300_000


def probe(portal: Portal) -> list[Call]:
    """What a Masterportal is made of, then the capabilities of a service at the address itself."""
    base = _folder(portal.api_url or portal.url)
    calls = [Call(base + "config.js", "config"), Call(base + "resources/services.json", "layers")]
    calls += [Call(_question(portal.base, type_), "capabilities") for type_ in ("WMS", "WFS")]
    return calls


def _folder(url: str) -> str:
    """The folder in which a page lies."""
    bare = url.partition("?")[0].partition("#")[0]
    name = urlsplit(bare).path.rpartition("/")[2]
    return bare.rpartition("/")[0] + "/" if "." in name else bare.rstrip("/") + "/"


def _question(base: str, type_: str) -> str:
    joint = "&" if "?" in base else "?"
    return f"{base}{joint}SERVICE={type_}&REQUEST=GetCapabilities"


def recognise(portal: Portal, call: Call, payload: Payload) -> Evidence | None:
    """A capabilities document is proof of a service, a list of layers with their services nearly so; a viewer's page and
    its configuration say where the layers are."""
    url = payload.url or call.url
    head = payload.body[:_HEAD]
    if head.lstrip()[:1] == b"[":
        return _recognise_layers(payload, url)
    if found := LAYER_CONFIG.search(head.decode("utf-8", "replace")):
        return Evidence(
            KIND, 72, "The configuration of a Masterportal names its layers.", urljoin(url, found[1])
        )
    if b"apabilities" in head[:5000]:
        return _recognise_capabilities(payload, url)
    if _VIEWER.search(head):
        return Evidence(KIND, 60, "The page is a Masterportal.", _folder(url) + "config.js")
    return None


def _recognise_layers(payload: Payload, url: str) -> Evidence | None:
    try:
        layers = _layers(payload)
    except UnreadablePayload:
        return None
    served = sum(_is_served(layer) for layer in layers)
    if not served:
        return None
    return Evidence(
        KIND, 90, f"A list of layers as of a Masterportal, {served} of {len(layers)} from services.", url
    )


def _is_served(layer: Any) -> bool:
    return (
        isinstance(layer, dict)
        and {"id", "typ", "url"} <= layer.keys()
        and str(layer["typ"]).lower() in SERVICES
    )


def _recognise_capabilities(payload: Payload, url: str) -> Evidence | None:
    try:
        root, _ = read_xml(payload.body)
    except UnreadablePayload:
        return None
    if not (type_ := service_type(root)):
        return None
    question = url if endpoint_of(url) != url else _question(url, type_)
    return Evidence(KIND, 92, f"The capabilities of a {type_}.", question)


def start(portal: Portal) -> list[Call]:
    """What the address is: capabilities, a list of layers, a configuration, or a viewer's page."""
    url = portal.api_url or portal.url
    path = urlsplit(url).path.lower()
    if "getcapabilities" in url.lower():
        return [Call(url, "capabilities")]
    if path.endswith(".json"):
        return [Call(url, "layers")]
    if re.search(r"/(wms|wfs|wmts|ows|wcs)\b", path):
        types = portal.settings.get("types", "").split() or [_type_in(path)]
        return [Call(_question(url, type_), "capabilities") for type_ in types]
    return [Call(url if path.endswith(".js") else _folder(url) + "config.js", "config")]


def _type_in(path: str) -> str:
    return next((type_ for type_ in ("WMTS", "WFS", "WCS") if type_.lower() in path), "WMS")


def read(portal: Portal, call: Call, payload: Payload) -> Page:
    """The configuration leads to the layers; layers are grouped into services; capabilities are one service.

    Raises UnreadablePayload: what `read_json` and `read_xml` raise, `unexpected-shape` for anything else.
    """
    url = payload.url or call.url
    if call.step == "config":
        found = LAYER_CONFIG.search(payload.body.decode("utf-8", "replace"))
        if found is None:
            raise UnreadablePayload("unexpected-shape", "The configuration names no layers.")
        return Page(calls=[Call(urljoin(url, found[1]), "layers")])
    if call.step == "layers":
        entries, skipped = read_layers(_layers(payload), url)
        return Page(entries, total=len(entries) + skipped.total(), skipped=skipped)
    return _read_service(payload, url)


def _read_service(payload: Payload, url: str) -> Page:
    root, faults = read_xml(payload.body)
    if not service_type(root):
        said = " ".join("".join(map(str, root.itertext())).split())[:200]
        raise UnreadablePayload("api-error", f"The service answers with an error: {said}.")
    return Page([read_capabilities(root, url)], faults=faults)


def _layers(payload: Payload) -> list[Any]:
    value, _ = read_json(payload.body, payload.headers.get("content-type", ""))
    if not isinstance(value, list):
        raise UnreadablePayload("unexpected-shape", "The file holds no list of layers.")
    return value


def split(portal: Portal, call: Call) -> list[Call]:
    """Nothing: neither a file nor a service's description can be asked for in parts."""
    return []

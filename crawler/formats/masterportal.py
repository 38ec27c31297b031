"""The layers of a Masterportal (`services.json`) → the data services behind them.

Keys: Masterportal's documentation of services.json (versions 2 and 3).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode, urljoin

from catalog.cleaning.iris import is_web_address
from catalog.cleaning.themes import read_theme
from catalog.record.node import Record
from catalog.record.table import DataService, RightsStatement
from catalog.record.terms import IRI
from crawler.formats.agents import agent
from crawler.formats.capabilities import MANY_LAYERS, endpoint_of
from crawler.formats.fields import Fields
from crawler.formats.json_payload import canonical
from crawler.formats.reading import Entry, Reading
from crawler.formats.rules import labelled
from crawler.formats.values import Cleaner, unique

SERVICES = {
    "wms": "WMS",
    "wfs": "WFS",
    "wfst": "WFS",
    "wmts": "WMTS",
    "oaf": "OGC API",
    "sensorthings": "SensorThings",
    "vectortile": "Vector Tiles",
    "arcgis": "ArcGIS REST",
}
"""Type of a layer (in lower case) that is served → what the service is called. Other types are files or groups."""
LAYER_CONFIG = re.compile(r"""layerConf["']?\s*:\s*["'`]([^"'`\s]+)["'`]""")
"""Where `config.js` says that the layers are."""
_NOTHING = frozenset({"", "nicht vorhanden", "ignore", "none"})

LAYER_OUT_OF_SCOPE = re.compile(
    r"^(?:id|layers?|format|version|single[tT]ile|transparen.*|tile.*|gutter|(?:min|max)(?:Scale|Zoom)|gfi.*|legend.*|cache|feature.*|"
    r"style.*|visibility|hitTolerance|outputFormat|url.*|isSecured|crs|resLayer.*|origins?|resolutions|numDecimals|"
    r"singleTile|crossOrigin|wrapX|extent|epsg|authenticationUrl|notSupportedFor.*|optionsFromCapabilities|propertyNames|"
    r"limit|bulk|collection|offset|useProxy|clusterDistance|filterRefreshId|timeField|hidden|show.*|time|capabilitiesUrl|"
    r"rootUrl|observe.*|hist.*|rotationField|altitudeMode|infoFormat|iframe.*|relatedWMSLayerIds|params|type|gruppe.*|"
    r"[a-z]+Default|additionalInfo.*|altitude.*|related.*|mouseHover.*|searchField|loadThingsOnly.*|keepUserLayer.*|previewImageURL|preview)$"
)
"""How a layer is drawn, asked and queried: about the map, not about the service."""
DATASET_OUT_OF_SCOPE = frozenset(
    # The identifier of the resource beside that of its metadata, and a box in the map's own reference system.
    ("rs_id", "bbox", "show_doc_url_params", "customMetadata", "attributes")
)


def read_layers(layers: list[Any], url: str) -> tuple[list[Entry], Counter[str]]:
    """An entry for each service of the layers in the file at `url`, and how many layers of which type are none."""
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    skipped: Counter[str] = Counter()
    for layer in layers:
        kind = str(layer.get("typ", "")).lower() if isinstance(layer, dict) else ""
        address = layer.get("url") if isinstance(layer, dict) else None
        if kind not in SERVICES or not isinstance(address, str) or not address.strip():
            skipped[f"layer: {kind[:40] or 'unknown'}"] += 1
            continue
        groups.setdefault((SERVICES[kind], endpoint_of(urljoin(url, address.strip()))), []).append(layer)
    return [_entry(kind, endpoint, group, url) for (kind, endpoint), group in groups.items()], skipped


def _entry(kind: str, endpoint: str, layers: list[Mapping[str, Any]], url: str) -> Entry:
    name = f"{endpoint}#{kind.replace(' ', '-')}"  # one address may serve several standards
    raw = canonical([dict(layer) for layer in layers])
    return Entry(name, raw, partial(_read, name, kind, endpoint, layers, url), "service")


def _read(name: str, kind: str, endpoint: str, layers: list[Mapping[str, Any]], url: str) -> Reading:
    clean = Cleaner(url.rpartition("/")[0])
    node = DataService(id=IRI(name))
    node.endpoint_url, node.format = [clean.address(endpoint)], [clean.format(kind)]
    titles: dict[str, None] = {}
    names: dict[str, None] = {}
    for layer in layers:
        fields = Fields(layer, clean, "layer.")
        if label := fields.text("name"):
            names[label] = None
        _rights(fields, node)
        for dataset in fields.nested("datasets"):
            _dataset(dataset, node, titles)
        fields.drop("typ", "url", *(key for key in list(fields.keys()) if LAYER_OUT_OF_SCOPE.match(key)))
        fields.close()
    _name(node, titles, names, endpoint)
    return Reading(Record(node), clean.unread, clean.faults, "service")


def _rights(fields: Fields, node: DataService) -> None:
    said = fields.prose("layerAttribution")
    texts = [text for text in said if isinstance(text, str) and text.casefold() not in _NOTHING]
    known = [one.rest for one in node.rights if not isinstance(one, str)]
    found = [labelled(RightsStatement, fields.cleaner, text) for text in texts]
    node.rights += [one for one in found if isinstance(one, str) or one.rest not in known]


def _dataset(fields: Fields, node: DataService, titles: dict[str, None]) -> None:
    """The coupled dataset: its metadata's address, its name, its categories, whose it is."""
    clean = fields.cleaner
    identifier, csw, page = fields.text("md_id"), fields.text("csw_url"), fields.text("show_doc_url")
    if identifier and (address := _metadata_address(identifier, csw, page)):
        node.serves_dataset = unique([*node.serves_dataset, clean.address(address)])
    if title := fields.text("md_name"):
        titles[title] = None
    subjects = [*fields.strings("kategorie_opendata"), *fields.strings("kategorie_inspire")]
    known = [text for text in subjects if read_theme(text)]
    node.theme = unique([*node.theme, *(uri for text in known for uri in clean.theme(text))])
    others = (
        text
        for text in subjects
        if text not in known and text.casefold() not in ("kein inspire-thema", "nicht inspire-identifiziert")
    )
    node.keyword = unique([*node.keyword, *others])
    owner = "".join(fields.strings("kategorie_organisation")[:1])
    if owner and not node.publisher:
        node.publisher = [one for one in [agent(clean, [owner])] if one]
    fields.close(DATASET_OUT_OF_SCOPE)


def _metadata_address(identifier: str, csw: str, page: str) -> str:
    if is_web_address(csw):
        parameters = {"Service": "CSW", "Request": "GetRecordById", "Version": "2.0.2", "id": identifier}
        return f"{csw}{'&' if '?' in csw else '?'}{urlencode(parameters)}"
    return page + identifier if is_web_address(page) else ""


def _name(node: DataService, titles: dict[str, None], names: dict[str, None], endpoint: str) -> None:
    """A service has no title here: that of its only dataset, else of its only layer, else the end of its address."""
    only = next((list(found) for found in (titles, names) if len(found) == 1), [])
    node.title = [only[0] if only else endpoint.rstrip("/?").rpartition("/")[2] or endpoint]
    words = [*node.keyword, *titles, *names]
    node.keyword = unique(word for word in words if word != node.title[0])[:MANY_LAYERS]

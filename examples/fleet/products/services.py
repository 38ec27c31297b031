"""A Masterportal: its page, its configuration, its layers."""

from collections.abc import Sequence
from typing import Any

from fleet.holdings import Dataset
from fleet.message import json_response
from fleet.portal import FleetPortal
from fleet.portal_site import PortalSite
from fleet.routes import Routes, fixed, text
from fleet.topics import THEME_LABELS

Item = dict[str, Any]
HOME = '<html><body><div id="masterportal-root"></div></body></html>'
CONFIG = "const Config = {layerConf: './services.json'}"


def viewer(layers: Sequence[Any]) -> Routes:
    """The viewer at `/karte/` with these layers and a group, which is no service."""
    listed = json_response([*layers, {"id": "9", "typ": "GROUP"}])
    return {
        "/karte/": fixed(text(HOME)),
        "/karte/config.js": fixed(text(CONFIG, "application/javascript")),
        "/karte/services.json": fixed(listed),
    }


def routes(site: PortalSite) -> Routes:
    """The viewer; the layer of a spoilt dataset has lost its address."""
    layers = [_layer(each) | ({"url": None} if site.is_spoilt(each) else {}) for each in site.datasets]
    return viewer(layers)


def identifier(dataset: Dataset, portal: FleetPortal) -> str:
    """The service's address with its standard."""
    return f"{_address(dataset)}#{_type(dataset)}"


def _address(dataset: Dataset) -> str:
    return f"https://geo.{dataset.town.domain}/ows/{dataset.name}"


def _type(dataset: Dataset) -> str:
    return "WFS" if dataset.number % 3 == 0 else "WMS"


def _layer(dataset: Dataset) -> Item:
    about = {
        "md_id": dataset.id,
        "csw_url": f"https://geo.{dataset.town.domain}/csw",
        "show_doc_url": f"https://geo.{dataset.town.domain}/doc?id=",
        "md_name": dataset.title,
        "kategorie_opendata": [THEME_LABELS[theme] for theme in dataset.themes],
        "kategorie_organisation": dataset.publisher,
    }
    return {
        "id": str(dataset.number),
        "name": f"{dataset.title} (neu)" if dataset.modified == "2025-03-11" else dataset.title,
        "typ": _type(dataset),
        "url": _address(dataset),
        "layers": dataset.name,
        "layerAttribution": f"© {dataset.publisher}" if dataset.number % 2 else "nicht vorhanden",
        "datasets": [about],
    }

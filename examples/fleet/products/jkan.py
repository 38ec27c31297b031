"""A JKAN site: a list of datasets and a page for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from fleet.holdings import Dataset, Resource
from fleet.message import json_response
from fleet.portal import FleetPortal
from fleet.portal_site import PortalSite
from fleet.routes import Routes, fixed, text

HOME = '<!doctype html><meta name="generator" content="Jekyll v4"><p>Powered by JKAN</p>'


@dataclass(frozen=True)
class Shown:
    """A dataset: what the list says of it, and its page; one that is `broken` has none."""

    item: dict[str, Any]
    page: str
    broken: bool = False


def pages(datasets: Sequence[Shown]) -> Routes:
    """The site."""
    items = json_response([each.item for each in datasets])
    shown = {each.item["url"]: fixed(text("null" if each.broken else each.page)) for each in datasets}
    return {"/": fixed(text(HOME)), "/datasets.json": fixed(items), **shown}


def routes(site: PortalSite) -> Routes:
    """The site; the page of a spoilt dataset is no HTML."""
    return pages([Shown(_item(each), _page(each), site.is_spoilt(each)) for each in site.datasets])


def identifier(dataset: Dataset, portal: FleetPortal) -> str:
    """The path of the dataset's page."""
    return f"/datasets/{dataset.name}/"


def _item(dataset: Dataset) -> dict[str, Any]:
    said = {
        "title": dataset.title,
        "organization": dataset.publisher,
        "notes": dataset.description,
        "category": list(dataset.themes),
        "license": dataset.license.url or None,
        "tags": list(dataset.keywords),
    }
    return {**said, "url": f"/datasets/{dataset.name}/"}


def _page(dataset: Dataset) -> str:
    rows = {
        "Maintainer": dataset.contact_name,
        "Maintainer Email": dataset.contact_email,
        "License": dataset.license.title,
        "Update Frequency": dataset.frequency,
        "Created": dataset.created,
        "Last updated": dataset.modified,
    }
    table = "".join(f"<tr><th>{name}</th><td>{escape(each)}</td></tr>" for name, each in rows.items() if each)
    files = "".join(map(_file, dataset.resources))
    return (
        '<!doctype html><html><head><meta name="generator" content="Jekyll v4"></head><body>'
        f'<div typeof="dcat:Dataset"><h1><span property="dct:title">{escape(dataset.title)}</span></h1>'
        f'<p property="dct:description">{escape(dataset.description)}</p>'
        f"<h2>Resources</h2><ul>{files}</ul><h2>Additional Info</h2><table>{table}</table></div></body></html>"
    )


def _file(resource: Resource) -> str:
    return (
        f'<li property="dcat:distribution"><a href="{escape(resource.url)}" property="dcat:accessURL">'
        f'<span property="dct:title">{escape(resource.title)}</span></a>'
        f'<span property="dcat:mediaType">{escape(resource.format)}</span></li>'
    )

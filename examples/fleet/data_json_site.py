"""A portal that publishes a data.json: DCAT-US 1.1 and 3.0, the Argentine profile, and a broken one."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from fleet.holdings import Dataset, Resource
from fleet.message import Request, Response, conditional, json_response, not_found, page
from fleet.portal import FleetPortal
from fleet.portal_site import PortalSite
from fleet.register import slug
from fleet.topics import THEME_LABELS

Entry = dict[str, Any]
SCHEMA = "https://project-open-data.cio.gov/v1.1/schema"


class DataJsonSite(PortalSite):
    """The data.json of one portal in one epoch."""

    def __call__(self, request: Request) -> Response:
        """The file at `/data.json`, a start page, otherwise not found."""
        if request.path == "/":
            link = "<a href='/data.json'>Metadaten aller Datensätze</a>"
            return page(self.portal.title, f"<h1>{self.portal.title}</h1>{link}")
        if request.path != "/data.json":
            return not_found()
        content_type = "text/html" if self.portal.trait("html_type") else "application/json;charset=utf-8"
        size, number = self.portal.trait("per_page") or len(self.datasets), request.number("page", 1)
        shown = self.datasets[(number - 1) * size : number * size]
        more = {"Link": f'<{request.base}/data.json?page={number + 1}>; rel="next"'}
        body = json_response(catalog(self.portal, shown), content_type=content_type)
        response = replace(body, headers=more if number * size < len(self.datasets) else {})
        return conditional(request, response, self.changed_at) if self.portal.trait("etag") else response


def catalog(portal: FleetPortal, datasets: tuple[Dataset, ...]) -> Entry:
    """The whole file in the portal's form; a portal that was a CKAN before uses DCAT-US 1.1."""
    write = {"us30": _us30, "ar": _argentine, "broken": _broken}.get(portal.dialect, _us11)
    return write(portal, datasets)


def identifier(dataset: Dataset, portal: FleetPortal) -> str:
    """How the portal identifies a dataset in its file."""
    if portal.dialect == "us30":
        return f"https://{portal.domain(dataset.town.domain)}/datasets/{dataset.name}"
    return f"{portal.key}_{dataset.id}" if portal.dialect == "ar" else dataset.id


def _us11(portal: FleetPortal, datasets: tuple[Dataset, ...]) -> Entry:
    return {
        "@context": f"{SCHEMA}/catalog.jsonld",
        "@id": f"https://daten.{portal.key}.example/data.json",
        "@type": "dcat:Catalog",
        "conformsTo": SCHEMA,
        "describedBy": f"{SCHEMA}/catalog.json",
        "dataset": [us11_dataset(dataset, portal) for dataset in datasets],
    }


def us11_dataset(dataset: Dataset, portal: FleetPortal) -> Entry:
    entry = {
        "@type": "dcat:Dataset",
        "identifier": identifier(dataset, portal),
        "title": dataset.title,
        "description": dataset.description,
        "keyword": list(dataset.keywords),
        "modified": dataset.modified if dataset.number % 3 else dataset.updated,
        "issued": dataset.issued,
        "accessLevel": "restricted public" if dataset.number % 9 == 0 else "public",
        "publisher": {"@type": "org:Organization", "name": dataset.publisher},
        "contactPoint": {"fn": dataset.contact_name, "hasEmail": f"mailto:{dataset.contact_email}"},
        "license": dataset.license.url or dataset.license.title,
        "spatial": dataset.spatial[0] or (dataset.town.name if dataset.number % 2 else None),
        "temporal": "/".join(dataset.temporal) if dataset.temporal[0] else None,
        "accrualPeriodicity": dataset.frequency,
        "landingPage": dataset.landing_page,
        "theme": [THEME_LABELS[theme] for theme in dataset.themes],
        "distribution": [_us11_distribution(resource, dataset) for resource in dataset.resources],
    }
    return entry if dataset.number % 4 else {key: value for key, value in entry.items() if value}


def _us11_distribution(resource: Resource, dataset: Dataset) -> Entry:
    direct = "downloadURL" if dataset.number % 3 else "accessURL"
    return {
        "@type": "dcat:Distribution",
        "title": resource.title,
        direct: resource.url,
        "mediaType": resource.media_type or "application/octet-stream",
        "format": resource.format,
    }


def _us30(portal: FleetPortal, datasets: tuple[Dataset, ...]) -> Entry:
    return {
        "@type": "Catalog",
        "@id": f"https://daten.{portal.key}.example/data.json",
        "conformsTo": {"@type": "Standard", "title": "DCAT-US 3.0"},
        "title": portal.title,
        "publisher": {"@type": "Organization", "name": portal.title},
        "dataset": [_us30_dataset(dataset, portal) for dataset in datasets],
    }


def _us30_dataset(dataset: Dataset, portal: FleetPortal) -> Entry:
    start, end = dataset.temporal
    contact = {"@type": "Kind", "fn": dataset.contact_name, "hasEmail": f"mailto:{dataset.contact_email}"}
    return {
        "@type": "Dataset",
        "@id": identifier(dataset, portal),
        "identifier": identifier(dataset, portal),
        "title": dataset.title,
        "description": dataset.description,
        "keyword": list(dataset.keywords),
        "modified": dataset.modified,
        "publisher": {"@type": "Organization", "name": dataset.publisher},
        "contactPoint": [contact] if dataset.number % 2 else contact,
        "temporal": [{"@type": "PeriodOfTime", "startDate": start, "endDate": end}] if start else [],
        "spatial": [{"@type": "Location", "prefLabel": dataset.town.name, "geometry": dataset.spatial[0]}],
        "theme": [{"@type": "Concept", "prefLabel": THEME_LABELS[theme]} for theme in dataset.themes],
        "distribution": [_us30_distribution(resource, dataset) for resource in dataset.resources],
    }


def _us30_distribution(resource: Resource, dataset: Dataset) -> Entry:
    return {
        "@type": "Distribution",
        "title": resource.title,
        "description": resource.description,
        "accessURL": resource.url,
        "format": resource.format,
        "mediaType": resource.media_type,
        "license": dataset.license.term,
        "byteSize": str(resource.size) if resource.size else None,
    }


def _argentine(portal: FleetPortal, datasets: tuple[Dataset, ...]) -> Entry:
    themes = sorted({theme for dataset in datasets for theme in dataset.themes})
    return {
        "version": "1.1",
        "identifier": portal.key,
        "title": portal.title,
        "description": "",
        "publisher": {"name": portal.title, "mbox": f"opendata@{portal.key}.example"},
        "superThemeTaxonomy": f"http://daten.{portal.key}.example/superThemeTaxonomy.json",
        "language": ["deu"],
        "license": "CC-BY-4.0",
        "homepage": f"http://daten.{portal.key}.example",
        "spatial": ["DEU"],
        "themeTaxonomy": [{"id": theme.lower(), "label": THEME_LABELS[theme]} for theme in themes],
        "dataset": [_argentine_dataset(dataset, portal) for dataset in datasets],
    }


def _argentine_dataset(dataset: Dataset, portal: FleetPortal) -> Entry:
    return {
        "identifier": identifier(dataset, portal),
        "title": dataset.title,
        "description": dataset.description,
        "issued": f"{dataset.created}T00:00:00",
        "modified": f"{dataset.modified}T08:20:11.110000",
        "landingPage": dataset.landing_page,
        "license": dataset.license.title or "Keine Angabe",
        "publisher": {"name": dataset.publisher, "mbox": f"opendata@{dataset.town.domain}"},
        "contactPoint": {"fn": dataset.contact_name, "hasEmail": dataset.contact_email},
        "keyword": list(dataset.keywords),
        "superTheme": list(dataset.themes),
        "theme": [theme.lower() for theme in dataset.themes],
        "accrualPeriodicity": dataset.frequency or "eventual",
        "distribution": [_argentine_distribution(resource, portal) for resource in dataset.resources],
    }


def _argentine_distribution(resource: Resource, portal: FleetPortal) -> Entry:
    return {
        "identifier": f"{portal.key}_{resource.id}",
        "title": resource.title,
        "description": resource.description,
        "fileName": slug(resource.title),
        "type": "file.upload",
        "format": resource.format,
        "issued": f"{resource.issued}T09:00:00",
        "accessURL": resource.url.rsplit("/", 1)[0],
        "downloadURL": resource.url,
    }


def _broken(portal: FleetPortal, datasets: tuple[Dataset, ...]) -> Entry:
    entries: list[Any] = [_spoilt(us11_dataset(dataset, portal), dataset) for dataset in datasets]
    wrong: list[Any] = [None, "siehe Webseite", {}, {"title": "Ohne Kennung", "distribution": []}]
    for step, entry in enumerate(wrong):
        entries.insert(1 + step * 4, entry)
    return {"conformsTo": SCHEMA, "dataset": [*entries, entries[0]]}


def _spoilt(entry: Entry, dataset: Dataset) -> Entry:
    spoilt = {**entry, "modified": "R/P1D" if dataset.number % 10 == 0 else None}
    changes: tuple[Callable[[], Entry], ...] = (
        lambda: {"title": None},
        lambda: {"distribution": None, "publisher": dataset.publisher},
        lambda: {"keyword": ", ".join(dataset.keywords), "contactPoint": None},
        lambda: {"spatial": f"{dataset.town.short_name}, Musterland", "license": None},
    )
    return {**spoilt, **changes[dataset.number % len(changes)]()}

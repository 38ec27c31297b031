"""Dataverse: a search, and the native JSON of each dataset."""

from collections.abc import Sequence
from typing import Any

from fleet.holdings import Dataset, Resource
from fleet.message import Request, Response, json_response
from fleet.portal import FleetPortal
from fleet.portal_site import PortalSite
from fleet.routes import Fails, Routes, fixed, sound, text

Item = dict[str, Any]
HOME = "<!doctype html><a href='/dataverse/root'>Dataverse</a>"
AUTHORITY = "10.99999"
SUBJECTS = {"ENVI": "Earth and Environmental Sciences", "SOCI": "Social Sciences", "HEAL": "Medicine, Health"}


def installation(
    datasets: Sequence[Item], fails: Fails = sound, *, page: int = 100, hidden: Sequence[str] = ()
) -> Routes:
    """The installation; the native JSON of datasets breaks off where it `fails`, of those `hidden` (persistent
    identifiers) only the search knows."""
    items = {_name(each): _listed(each) for each in datasets}
    known = {_name(each): each for each in datasets}

    def search(request: Request) -> Response:
        found = list(items.values())
        if fq := request.query.get("fq", ""):
            found = [items[key] for key in items if f'"{key}"' in fq]
        start = request.number("start", 0)
        shown = found[start : start + min(page, request.number("per_page", 10))]
        return _ok({"total_count": len(found), "items": shown, "count_in_response": len(shown)})

    def native(request: Request) -> Response:
        name = request.query.get("persistentId", "")
        if name not in known or name in hidden:
            return json_response({"status": "ERROR", "message": "not found"}, 404)
        if fails([known[name]]):
            return text('{"status": "OK", "da', "application/json")
        return _ok(known[name])

    return {"/": fixed(text(HOME)), "/api/search": search, "/api/datasets/:persistentId/": native}


def _ok(data: Item) -> Response:
    return json_response({"status": "OK", "data": data})


def _name(dataset: Item) -> str:
    return str(dataset["latestVersion"]["datasetPersistentId"])


def _listed(dataset: Item) -> Item:
    fields = dataset["latestVersion"]["metadataBlocks"]["citation"]["fields"]
    title = next(each["value"] for each in fields if each["typeName"] == "title")
    return {"type": "dataset", "name": title, "global_id": _name(dataset)}


def routes(site: PortalSite) -> Routes:
    """The installation."""
    items = [dataset_of(dataset, site.host) for dataset in site.datasets]
    return installation(items, site.fails(items), page=site.page)


def identifier(dataset: Dataset, portal: FleetPortal) -> str:
    """The persistent identifier, with a prefix that no registrar gives out."""
    return f"doi:{AUTHORITY}/{dataset.id[:8].upper()}"


def dataset_of(dataset: Dataset, host: str) -> Item:
    """A dataset as the native API writes it."""
    name = f"{AUTHORITY}/{dataset.id[:8].upper()}"
    terms = dataset.license
    version = {
        "datasetPersistentId": f"doi:{name}",
        "versionNumber": 1 + dataset.number % 3,
        "versionMinorNumber": 0,
        "versionState": "RELEASED",
        "lastUpdateTime": f"{dataset.modified}T08:00:00Z",
        "releaseTime": f"{dataset.created}T09:00:00Z",
        "license": {"name": terms.title, "uri": terms.url} if terms.url else None,
        "termsOfUse": None if terms.url else terms.title or None,
        "metadataBlocks": {"citation": {"displayName": "Citation Metadata", "fields": _citation(dataset)}},
        "files": [_file(each) for each in dataset.resources],
    }
    where = {"protocol": "doi", "authority": AUTHORITY, "publisher": host}
    return {"persistentUrl": f"https://{host}/doi/{name}", **where, "latestVersion": version}


def _citation(dataset: Dataset) -> list[Item]:
    start, end = dataset.temporal
    said: dict[str, Any] = {
        "title": dataset.title,
        "dsDescription": [_compound(dsDescriptionValue=dataset.description)],
        "subject": [SUBJECTS.get(theme, "Other") for theme in dataset.themes],
        "keyword": [_compound(keywordValue=word) for word in dataset.keywords],
        "author": [_compound(authorName=dataset.publisher)],
        "datasetContact": [
            _compound(datasetContactName=dataset.contact_name, datasetContactEmail=dataset.contact_email)
        ],
        "distributor": [_compound(distributorName=dataset.publisher)],
        "timePeriodCovered": [_compound(timePeriodCoveredStart=start, timePeriodCoveredEnd=end)]
        if start
        else [],
        "language": ["German"],
    }
    return [{"typeName": name, "value": value} for name, value in said.items() if value]


def _compound(**values: str) -> Item:
    return {name: {"typeName": name, "value": value} for name, value in values.items() if value}


def _file(resource: Resource) -> Item:
    about = {"id": resource.id, "filename": resource.title, "contentType": resource.media_type or None}
    return {
        "label": resource.title,
        "description": resource.description,
        "restricted": False,
        "dataFile": {**about, "filesize": resource.size, "publicationDate": resource.issued},
    }

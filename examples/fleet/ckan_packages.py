"""A dataset as a CKAN package, in the dialects that CKAN's extensions and versions speak."""

from collections.abc import Callable
from typing import Any

import orjson

from fleet.holdings import Dataset, Resource
from fleet.register import slug
from fleet.topics import CATEGORIES, THEME_LABELS

Package = dict[str, Any]

THEME = "http://publications.europa.eu/resource/authority/data-theme/"
FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type/"
GERMAN = "http://publications.europa.eu/resource/authority/language/DEU"


def package(dataset: Dataset, dialect: str, host: str) -> Package:
    """The package in a dialect (plain, old, ogd, govdata, scheming, fluent); `host` is the portal's public name."""
    return _DIALECTS[dialect](dataset, host)


def stamp(day: str, number: int) -> str:
    """A day as CKAN writes it: naive, in UTC, with microseconds."""
    return f"{day}T{number % 24:02}:{number // 24 % 60:02}:{number // 1440 % 60:02}.{number % 999_983:06}"


def _plain(dataset: Dataset, host: str) -> Package:
    town = dataset.town.short_name
    return {
        **_core(dataset),
        "organization": _organization(town, dataset),
        "owner_org": _organization(town, dataset)["id"],
        "tags": [_tag(word) for word in dataset.keywords],
        "groups": [_group(theme.lower(), THEME_LABELS[theme]) for theme in dataset.themes],
        "resources": [_resource(dataset, position, host) for position in range(len(dataset.resources))],
        "extras": _pairs(
            {
                dataset.frequency_key: dataset.frequency,
                "spatial": dataset.spatial[0],
                "temporal_start": dataset.temporal[0],
                "temporal_end": dataset.temporal[1],
                "issued": dataset.issued,
            }
        ),
    }


def _core(dataset: Dataset) -> Package:
    in_person = dataset.number % 3 == 0
    return {
        "author": dataset.publisher,
        "author_email": "" if in_person else dataset.contact_email,
        "creator_user_id": f"{dataset.number:08x}-0000-4000-8000-000000000099",
        "id": dataset.id,
        "isopen": dataset.license.id.startswith("cc-"),
        "license_id": dataset.license.id or (None if dataset.number % 2 else ""),
        "license_title": dataset.license.title or None,
        **({"license_url": dataset.license.url} if dataset.license.url else {}),
        "maintainer": dataset.contact_name if in_person else None,
        "maintainer_email": dataset.contact_email if in_person else "",
        "metadata_created": stamp(dataset.created, dataset.number),
        "metadata_modified": stamp(dataset.modified, dataset.number),
        "name": dataset.name,
        "notes": dataset.description,
        "num_resources": len(dataset.resources),
        "num_tags": len(dataset.keywords),
        "private": False,
        "relationships_as_object": [],
        "relationships_as_subject": [],
        "state": "active",
        "title": dataset.title,
        "type": "dataset",
        "url": dataset.landing_page or None,
        "version": None,
    }


def _old(dataset: Dataset, host: str) -> Package:
    document = dataset.number % 10 < 7
    core = {
        key: value
        for key, value in _core(dataset).items()
        if key not in ("private", "num_tags", "num_resources")
    }
    return {
        **core,
        "type": "dokument" if document else "datensatz",
        "license": dataset.license.title,
        "ratings_average": None,
        "ratings_count": 0,
        "relationships": [],
        "revision_id": f"{dataset.number:08x}",
        "tags": sorted({slug(word) for word in dataset.keywords} - {""}),
        "groups": sorted({CATEGORIES[theme][0] for theme in dataset.themes}),
        "resources": [_old_resource(resource, dataset, n) for n, resource in enumerate(dataset.resources)],
        "extras": {
            "sector": "oeffentlich",
            "date_released": dataset.issued,
            "date_updated": dataset.updated,
            "temporal_coverage-from": dataset.temporal[0],
            "temporal_coverage-to": dataset.temporal[1],
            "temporal_granularity": dataset.frequency if "://" not in dataset.frequency else "Keine",
            "geographical_coverage": dataset.town.short_name,
            "geographical_granularity": "stadt",
            "metadata_original_portal": f"http://{host}",
            "username": dataset.contact_name,
            "misc": "",
        },
    }


def _ogd(dataset: Dataset, host: str) -> Package:
    dates = [
        {"role": "veroeffentlicht", "date": dataset.issued},
        {"role": "aktualisiert", "date": dataset.updated},
    ]
    contact = {"role": "ansprechpartner", "name": dataset.contact_name, "email": dataset.contact_email}
    extras = {
        "sector": "oeffentlich",
        "dates": orjson.dumps(dates).decode(),
        "contacts": orjson.dumps(
            [contact, {"role": "veroeffentlichende_stelle", "name": dataset.publisher}]
        ).decode(),
        "temporal_coverage_from": dataset.temporal[0],
        "temporal_coverage_to": dataset.temporal[1],
        "temporal_granularity": "Jahr",
        "temporal_granularity_factor": "1",
        "geographical_granularity": "stadt",
        "geographical_coverage": dataset.town.name,
        dataset.frequency_key: dataset.frequency,
        "spatial": dataset.spatial[0],
        "metadata_original_id": dataset.id,
        "metadata_original_html": dataset.landing_page,
    }
    groups = dict(CATEGORIES[theme] for theme in dataset.themes)
    return {
        **_plain(dataset, host),
        "type": "dokument" if dataset.kind == "papers" else "datensatz",
        "groups": [_group(name, title) for name, title in groups.items()],
        "extras": _pairs(extras),
    }


def _govdata(dataset: Dataset, host: str) -> Package:
    town = dataset.town
    key = f"http://dcat-ap.de/def/politicalGeocoding/municipalityKey/{town.ags}"
    texts = {
        "contact_email": dataset.contact_email,
        "contact_name": dataset.contact_name,
        "contact_tel": "+49 999 0000",
        "frequency": dataset.frequency,
        "geocodingText": town.name,
        "guid": f"https://daten.{town.domain}/dataset/{dataset.id}",
        "identifier": dataset.id,
        "issued": dataset.issued,
        "metadata_harvested_portal": f"https://daten.{town.domain}",
        "modified": dataset.updated,
        "politicalGeocodingLevelURI": "http://dcat-ap.de/def/politicalGeocoding/Level/municipality",
        "publisher_email": f"opendata@{town.domain}",
        "publisher_name": dataset.publisher,
        "publisher_url": f"https://www.{town.domain}/",
        "spatial": dataset.spatial[0],
        "temporal_end": dataset.temporal[1],
        "temporal_start": dataset.temporal[0],
    }
    lists = {
        "alternate_identifier": [dataset.name] if dataset.number % 3 else [],
        "contributorID": [f"http://dcat-ap.de/def/contributors/{slug(town.short_name)}"],
        "language": [GERMAN],
        "politicalGeocodingURI": [key],
        "theme": [THEME + theme for theme in dataset.themes],
    }
    extras = texts | {name: orjson.dumps(values).decode() for name, values in lists.items() if values}
    return {
        **_plain(dataset, host),
        "author": None,
        "author_email": None,
        "license_id": "",
        "license_title": "",
        "maintainer": None,
        "metadata_modified": stamp(max(dataset.modified, "2025-02-20"), dataset.number),
        "resources": [
            _govdata_resource(dataset, position, host) for position in range(len(dataset.resources))
        ],
        "extras": _pairs(dict(sorted(extras.items()))),
    }


def _scheming(dataset: Dataset, host: str) -> Package:
    published = {"name": dataset.publisher, "email": f"opendata@{dataset.town.domain}", "type": "", "url": ""}
    return {
        **_plain(dataset, host),
        "identifier": dataset.id if dataset.number % 5 else "",
        "issued": dataset.issued,
        "modified": dataset.updated,
        "frequency": dataset.frequency,
        "language": [GERMAN] if dataset.number % 2 else ["de"],
        "theme": [THEME + theme for theme in dataset.themes],
        "contact": [{"name": dataset.contact_name, "email": dataset.contact_email}],
        "publisher": [published],
        "temporal_coverage": [{"start": dataset.temporal[0], "end": dataset.temporal[1]}],
        "spatial_coverage": [{"text": dataset.town.name, "geom": dataset.spatial[0], "uri": ""}],
        "access_rights": "http://publications.europa.eu/resource/authority/access-right/PUBLIC",
        "transparency_act": dataset.number % 4 == 0,
        "extras": _pairs({"Fachbereich": f"{dataset.number % 90} {dataset.contact_name}"}),
    }


def _fluent(dataset: Dataset, host: str) -> Package:
    plain = _plain(dataset, host)
    translated = {
        "title_translated": {"de": dataset.title, "en": dataset.english},
        "notes_translated": {
            "de": dataset.description,
            "en": "" if dataset.number % 3 else f"{dataset.english}.",
        },
        "tags_translated": {"de": list(dataset.keywords), "en": dataset.english.lower().split()},
    }
    for resource in plain["resources"]:
        resource["name_translated"] = {"de": resource["name"] or "", "en": ""}
        resource["description_translated"] = {"de": resource["description"], "en": None}
    return {**plain, **translated, "tags": [], "language": ["de", "en"], "issued": dataset.issued}


def _resource(dataset: Dataset, position: int, host: str) -> Package:
    resource = dataset.resources[position]
    return {
        "cache_last_updated": None,
        "cache_url": None,
        "created": stamp(resource.issued, dataset.number + position),
        "datastore_active": resource.format in ("CSV", "csv"),
        "description": resource.description,
        "format": resource.format,
        "hash": f"{dataset.number:032x}" if resource.size else "",
        "id": resource.id,
        "last_modified": stamp(resource.modified, dataset.number) if resource.modified else None,
        "metadata_modified": stamp(resource.modified or resource.issued, dataset.number),
        "mimetype": resource.media_type or None,
        "mimetype_inner": None,
        "name": resource.title or None,
        "package_id": dataset.id,
        "position": position,
        "resource_type": None,
        "size": resource.size,
        "state": "active",
        "url": resource.url.replace(host, f"{host}/dataset/{dataset.name}")
        if position == 3
        else resource.url,
        "url_type": "upload" if position % 2 else None,
    }


def _old_resource(resource: Resource, dataset: Dataset, position: int) -> Package:
    return {
        "cache_last_updated": None,
        "created": stamp(resource.issued, dataset.number),
        "description": f"{resource.title} | de" if resource.title else "",
        "format": resource.format.lower(),
        "hash": "",
        "id": resource.id,
        "language": "de",
        "last_modified": None,
        "mimetype": None,
        "name": None,
        "package_id": dataset.id,
        "position": position,
        "resource_group_id": f"{dataset.number:08x}-group",
        "resource_type": None,
        "size": f"{resource.size / 1024:.2f} KB" if resource.size else None,
        "tracking_summary": {"total": 0, "recent": 0},
        "url": resource.url,
        "webstore_url": None,
    }


def _govdata_resource(dataset: Dataset, position: int, host: str) -> Package:
    resource = dataset.resources[position]
    kind = slug(resource.format).split("-")[-1].upper()
    return {
        **_resource(dataset, position, host),
        "access_url": resource.url,
        "download_url": resource.url if position == 0 else "",
        "format": FILE_TYPE + kind if dataset.number % 4 else resource.format,
        "license": dataset.license.term,
        "licenseAttributionByText": dataset.publisher if "by" in dataset.license.term else "",
        "plannedAvailability": "http://dcat-ap.de/def/plannedAvailability/stable",
    }


def _organization(town: str, dataset: Dataset) -> Package:
    return {
        "approval_status": "approved",
        "created": "2019-04-02T09:11:45.120000",
        "description": "",
        "id": f"99000000-0000-4000-8000-0000{dataset.town.ags}",
        "image_url": "",
        "is_organization": True,
        "name": slug(town),
        "state": "active",
        "title": f"Stadt {town}" if "Stadt" in dataset.town.type else f"Gemeinde {town}",
        "type": "organization",
    }


def _tag(word: str) -> Package:
    return {"display_name": word, "id": slug(word), "name": word, "state": "active", "vocabulary_id": None}


def _group(name: str, title: str) -> Package:
    return {"description": "", "display_name": title, "id": name, "name": name, "title": title}


def _pairs(extras: dict[str, str]) -> list[Package]:
    return [{"key": key, "value": value} for key, value in extras.items()]


_DIALECTS: dict[str, Callable[[Dataset, str], Package]] = {
    "plain": _plain,
    "old": _old,
    "ogd": _ogd,
    "govdata": _govdata,
    "scheming": _scheming,
    "fluent": _fluent,
}

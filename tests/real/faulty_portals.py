"""One small portal for each finding that arises while reading: sound but for that one fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from payload_sites import CONTENT_TYPES, MISSING, Answer, PayloadPortal, Query, Site

TURTLE, JSON_LD = CONTENT_TYPES[".ttl"], CONTENT_TYPES[".jsonld"]
PREFIXES = (
    b"@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> ."
    b" @prefix hydra: <http://www.w3.org/ns/hydra/core#> .\n"
)
DATASET = (
    PREFIXES
    + b'<https://d.example/1> a dcat:Dataset ; dct:title "Baumkataster" ; dct:description "Alle." .\n'
)


def package(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A package of CKAN without a fault, then changed; None takes a key away."""
    sound = {
        "id": f"d{number}",
        "name": f"baumkataster-{number}",
        "title": "Baumkataster",
        "notes": "Alle Bäume der Stadt.",
        "license_id": "dl-de-by-2.0",
        "metadata_created": "2026-01-31T08:00:00",
        "metadata_modified": "2026-01-31T08:00:00",
        "groups": [{"name": "envi"}],
        "extras": [],
        "resources": [resource()],
    }
    return {key: value for key, value in {**sound, **changes}.items() if value is not None}


def resource(**changes: Any) -> dict[str, Any]:
    """A resource of a package without a fault, then changed."""
    return {"id": "r1", "url": "https://d.example/baeume.csv", "format": "CSV", "size": 1024, **changes}


def extra(key: str, value: str) -> dict[str, Any]:
    """A package with one extra."""
    return package(extras=[{"key": key, "value": value}])


def search(*packages: Any, total: int | None = None) -> bytes:
    """The answer of `package_search`."""
    result = {"count": len(packages) if total is None else total, "results": list(packages)}
    return orjson.dumps({"success": True, "result": result})


def ckan(body: bytes) -> Site:
    """CKAN that gives one answer to every first page, and nothing after it."""

    def site(path: str, query: Query) -> Answer:
        if not path.endswith("/package_search"):
            return MISSING
        return Answer(body if query.get("start", "0") == "0" else search())

    return site


def feed(body: bytes, content_type: str = TURTLE) -> Site:
    """A feed of one page."""
    return lambda path, query: Answer(body, content_type) if path == "/catalog" else MISSING


def linking(following: bytes) -> bytes:
    """A page that names another as the next."""
    return (
        DATASET
        + b"<https://d.example/catalog> a hydra:PagedCollection ; hydra:nextPage "
        + following
        + b" .\n"
    )


def crowded() -> dict[str, Any]:
    """A dataset in JSON-LD with more distributions than anyone can look through."""
    parts = [{"@type": "dcat:Distribution", "@id": f"https://d.example/1/{number}"} for number in range(1001)]
    return dataset(
        {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"},
        **{"dcat:distribution": parts},
    )


def dataset(context: Any, **more: Any) -> dict[str, Any]:
    """A dataset in JSON-LD."""
    named = {"@id": "https://d.example/1", "@type": "http://www.w3.org/ns/dcat#Dataset"}
    return {"@context": context, **named, "http://purl.org/dc/terms/title": "Baumkataster", **more}


CKAN: dict[str, bytes] = {
    "sound": search(package()),
    "iri-repaired": search(package(resources=[resource(url="https://d.example/alle bäume.csv")])),
    "iri-unusable": search(package(resources=[resource(url="siehe Beschreibung")])),
    "iri-relative": search(package(resources=[resource(url="/dateien/baeume.csv")])),
    "date-unreadable": search(extra("issued", "irgendwann")),
    "size-unreadable": search(package(resources=[resource(size="recht groß")])),
    "geometry-unreadable": search(extra("spatial", "POLYGON((")),
    "format-unknown": search(
        package(resources=[resource(format="Lochkarte", url="https://d.example/baeume")])
    ),
    "licence-unknown": search(package(license_id="hausordnung")),
    "theme-unknown": search(package(groups=[{"name": "allerlei"}])),
    "frequency-unknown": search(extra("frequency", "bei Vollmond")),
    "language-unknown": search(extra("language", "Rotwelsch")),
    "identifier-missing": search(package(id=None, name=None)),
    "identifier-duplicate": search(package(), package(title="Grünflächen")),
    "title-missing-in-source": search(package(title="")),
    "template-unrendered": search(package(notes="{{description}}")),
    "text-has-markup": search(package(notes="<p>Alle <b>Bäume</b> der Stadt.</p>")),
    "charset-wrong": search(package()).decode().encode("latin-1"),
    "syntax-lenient": search(package(num_tags=77)).replace(b"77", b"NaN"),
    "extras-not-json": search(
        extra("theme", '["http://publications.europa.eu/resource/authority/data-theme/ENVI"')
    ),
    "personal-data-dropped": search(
        package(maintainer="Erika Musterfrau", maintainer_email="erika.musterfrau@d.example")
    ),
    "total-wrong": search(package(), total=4),
}
FEEDS: dict[str, tuple[bytes, str]] = {
    "context-remote": (orjson.dumps(dataset("https://elsewhere.example/context.jsonld")), JSON_LD),
    "distribution-excess": (orjson.dumps(crowded()), JSON_LD),
    "triples-orphaned": (DATASET + b'<https://d.example/2> dct:title "Allein" .\n', TURTLE),
    "page-repeated": (linking(b"<https://d.example/catalog>"), TURTLE),
    "page-failed": (b"<html>Wartung</html>", "text/html"),
    "link-foreign": (linking(b"<https://elsewhere.example/other>"), TURTLE),
}


def _portal(key: str, kind: str, make: Callable[[tuple[str, ...]], Site], path: str = "/") -> PayloadPortal:
    return PayloadPortal(key, kind, ((),), make, path, hint=True)


PORTALS = (
    *(_portal(slug, "ckan", lambda _, body=body: ckan(body)) for slug, body in CKAN.items()),
    *(_portal(slug, "dcat", lambda _, page=page: feed(*page), "/catalog") for slug, page in FEEDS.items()),
)  # fmt: skip

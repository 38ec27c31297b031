"""Stored answers of geodata catalogues, repositories, hubs and folders, put back behind the interface they were taken from."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import orjson
from fleet.message import Request
from fleet.products.csw import CAPABILITIES
from fleet.products.folders import tree
from fleet.products.udata import api_1
from fleet.routes import Routed, Routes
from payload_sites import MISSING, Answer, PayloadPortal, Query, Site, body, feed, value

XML = "application/xml"
EMPTY = (
    b'<csw:GetRecordsResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2"><csw:SearchResults'
    b' numberOfRecordsReturned="0" nextRecord="0"/></csw:GetRecordsResponse>'
)
OUT_OF_SCOPE = {
    "homemade_json/moers_2015-04-29_schema_as_data.json": "a JSON schema with the values in its descriptions, which"
    " another harvester repaired by hand; no portal serves it in this form",
    "homemade_json/ulm_2015_iso_flattened.json": "what another harvester made of the records that"
    " csw_iso19139/ulm_iso19139_collection.xml holds as they were",
}
"""File → why no kind reads it."""


def routed(routes: Routes) -> Site:
    """A site of the fleet as a site of payloads."""
    answer = Routed(routes)

    def site(path: str, query: Query) -> Answer:
        found = answer(Request(path, query, {"host": "127.0.0.1"}))
        return Answer(found.body, found.content_type, found.status)

    return site


def csw(files: tuple[str, ...]) -> Site:
    """CSW 2.0.2 by GET: capabilities, and one file a page, by the position in its name."""
    own = [name for name in files if "GetCapabilities" in name]
    capabilities = body(own[0]) if own else CAPABILITIES.format(host="127.0.0.1", title="Katalog").encode()
    positions = [(re.search(r"page-(\d+)", name), name) for name in files if name not in own]
    pages = {int(found[1]) if found else 1: body(name) for found, name in positions}

    def site(path: str, query: Query) -> Answer:
        if path != "/csw":
            return MISSING
        if query.get("request") == "GetCapabilities":
            return Answer(capabilities, XML)
        return Answer(pages.get(int(query.get("startPosition", 1)), EMPTY), XML)

    return site


def waf(files: tuple[str, ...]) -> Site:
    """A folder with these files."""
    return routed(tree({f"/waf/{Path(name).name}": body(name) for name in files}, XML))


def oai(files: tuple[str, ...]) -> Site:
    """OAI-PMH: the file of each verb, of records the one in the format that is asked for, if there is one."""
    verbs = {name.partition("_get_")[2].removesuffix(".xml"): body(name) for name in files}

    def site(path: str, query: Query) -> Answer:
        verb, prefix = query.get("verb", ""), query.get("metadataPrefix", "")
        found = verbs.get(f"{verb}_{prefix}") or verbs.get(verb)
        return Answer(found, XML) if found and path == "/oai" else MISSING

    return site


def udata(files: tuple[str, ...]) -> Site:
    """API 1."""
    return routed(api_1(value(files[0])))


def at(path: str, content_type: str) -> Callable[[tuple[str, ...]], Site]:
    """A file at its address."""

    def make(files: tuple[str, ...]) -> Site:
        answer = Answer(body(files[0]), content_type)
        return lambda asked, query: answer if asked == path else MISSING

    return make


def exchange(path: str) -> Callable[[tuple[str, ...]], Site]:
    """The RDF that another harvester recorded, at its address."""

    def make(files: tuple[str, ...]) -> Site:
        history = orjson.loads(body(files[0]))["requests_history"]
        said = next(each["response"]["body"] for each in history if each["request"]["method"] == "GET")
        answer = Answer(said.encode(), "application/rdf+xml")
        return lambda asked, query: answer if asked == path else MISSING

    return make


def _csw(key: str, *files: str) -> PayloadPortal:
    return PayloadPortal(key, "csw", (files,), csw, "/csw", hint=True, settings={"method": "GET"})


def _waf(name: str) -> PayloadPortal:
    key = re.sub(r"[^a-z0-9]+", "-", Path(name).stem.lower())
    return PayloadPortal(f"waf-{key}", "waf", ((name,),), waf, "/waf/", hint=True)


def _oai(key: str, prefix: str, *names: str) -> PayloadPortal:
    files = tuple(f"oai_pmh/pycsw_get_{name}.xml" for name in names)
    settings = {"metadata_prefix": prefix} if prefix else {}
    return PayloadPortal(key, "oai", (files,), oai, "/oai", hint=True, settings=settings)


ISO = "csw_iso19139"
PAGES = (1, 3, 5)
FEED = "/api/feed/dcat-ap/3.0.0.json"
EXPORT = "/catalog.rdf"
OTHERS = (
    PayloadPortal("dessau", "arcgis", (("arcgis_hub/dessau-rosslau_dcat-ap_3.0.0.json",),),
                  at(FEED, "application/json"), FEED, hint=True),
    PayloadPortal("data-gouv-fr", "udata", (("udata/data.gouv.fr_fixture_datasets_1-10.json",),), udata, hint=True),
    *(PayloadPortal(f"capatlantique-{number}", "dcat", ((f"opendatasoft/capatlantique_0{number}.rdf",),),
                    feed(EXPORT), EXPORT, hint=True) for number in (1, 2)),
    PayloadPortal("capatlantique-recorded", "dcat", (("opendatasoft/capatlantique_fr_ods_dcat_export_snapshot.json",),),
                  exchange(EXPORT), EXPORT, hint=True),
    PayloadPortal(
        "braunschweig", "csw",
        tuple((f"csw_dc/braunschweig_{day}_csw_Record.xml",) for day in ("2014-12-04", "2015-01-15")),
        csw, "/csw", hint=True, settings={"method": "GET"},
    ),
    _csw("geonetwork-dcat", *(f"csw_dcat/geonetwork-dcat-page-{number}.xml" for number in PAGES)),
    _csw("geonetwork-4-dcat", *(f"csw_dcat/geonetworkv4-page-{number}.xml" for number in PAGES)),
    _csw("geonetwork", *(f"{ISO}/geonetwork-iso19139-page-{number}.xml" for number in PAGES)),
    _csw("gdi-de", f"{ISO}/gdi-de_GetRecords_results.xml", f"{ISO}/gdi-de_GetCapabilities.xml"),
    _csw("gdi-de-hits", f"{ISO}/gdi-de_GetRecords_hits.xml"),
    _csw("inspire", f"{ISO}/inspire-getrecords-response.xml"),
    _csw("pycsw-iso", f"{ISO}/pycsw_apiso_post_GetRecords-all.xml"),
    _csw("pycsw-iso-3", f"{ISO}/pycsw_iso19115p3_GetRecords-all.xml"),
    *map(_waf, (
        f"{ISO}/ckanext-spatial_dataset-invalid.xml", f"{ISO}/ckanext-spatial_dataset.xml",
        f"{ISO}/csw_geobretagne_mdmetadata.xml", f"{ISO}/iso19139_srv.xml", f"{ISO}/iso_che.xml",
        f"{ISO}/iso_keywords_anchor.xml", f"{ISO}/ulm_iso19139_collection.xml",
        "iso19115_3/auscope-3d-model.xml", "iso19115_3/metawal.wallonie.be-catchments.xml",
        "waf_iso/USGSHydroCached.xml",
    )),
    _oai("pycsw-oai", "", "ListRecords_iso19139", "ListMetadataFormats", "Identify"),
    _oai("pycsw-oai-dc", "dc", "ListRecords_dc"),
    _oai("pycsw-oai-oai-dc", "oai_dc", "ListRecords_oai_dc"),
    _oai("pycsw-oai-refused", "dc_bad_metadata_prefix", "ListRecords_dc_bad_metadata_prefix"),
)  # fmt: skip

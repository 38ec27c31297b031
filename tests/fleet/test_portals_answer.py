"""Every portal answers on its own address as its product would, and fails as its note says."""

import csv
import io
import json
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pyoxigraph
import pytest
from fleet import Fleet, municipalities, portals

FORMATS = {
    "ttl": pyoxigraph.RdfFormat.TURTLE,
    "nt": pyoxigraph.RdfFormat.N_TRIPLES,
    "xml": pyoxigraph.RdfFormat.RDF_XML,
    "xml-flat": pyoxigraph.RdfFormat.RDF_XML,
    "jsonld": pyoxigraph.RdfFormat.JSON_LD,
    "jsonld-flat": pyoxigraph.RdfFormat.JSON_LD,
}
DATASET = pyoxigraph.NamedNode("http://www.w3.org/ns/dcat#Dataset")
HYDRA = "http://www.w3.org/ns/hydra/core#"
BY_KIND = {kind: [each for each in portals() if each.kind == kind] for kind in ("ckan", "dcat", "data_json")}
ALIVE = [portal.key for portal in portals() if portal.dialect != "down"]


@pytest.fixture(scope="module")
def fleet() -> Iterator[Fleet]:
    with Fleet() as started:
        yield started


@pytest.fixture
def fresh(fleet: Fleet) -> Iterator[Fleet]:
    fleet.set_epoch(1)
    fleet.forget_requests()
    yield fleet
    fleet.set_epoch(1)


def get(url: str, path: str = "", **headers: str) -> tuple[int, bytes, dict[str, str]]:
    """Status, body and headers of an address, without following anything."""
    address = urlsplit(url)
    connection = HTTPConnection(address.netloc, timeout=10)
    try:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(
            "GET", path or (address._replace(scheme="", netloc="").geturl() or "/"), headers=sent
        )
        answer = connection.getresponse()
        return answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()}
    finally:
        connection.close()


def search(fleet: Fleet, key: str, rows: int = 1000, start: int = 0) -> tuple[int, dict[str, Any]]:
    path = f"{fleet.portals[key].path.rstrip('/')}/api/3/action/package_search"
    status, body, _ = get(fleet.url(key), f"{path}?rows={rows}&start={start}&sort=id%20asc")
    return status, json.loads(body)["result"] if status == 200 else {}


def walk(fleet: Fleet, key: str, rows: int = 1000) -> list[Any]:
    """All entries of a CKAN portal; a failing or refusing window is asked again in smaller pieces."""
    found: list[Any] = []
    start, total = 0, 1
    while start < total:
        status, result = search(fleet, key, rows, start)
        if status == 429:
            continue
        if status == 500 and rows == 1:
            found.append(None)
        elif status == 500:
            rows = 1
            continue
        total = result.get("count", total)
        found += result.get("results", [])
        start += len(result.get("results", [])) or 1
    return found


def quads(fleet: Fleet, key: str, body: bytes) -> list[pyoxigraph.Quad]:
    form = FORMATS[fleet.portals[key].dialect]
    return list(pyoxigraph.parse(body, format=form, base_iri=fleet.url(key), lenient=True))


@pytest.mark.parametrize("key", ALIVE)
def test_each_portal_answers_on_an_address_of_its_own(fleet: Fleet, key: str) -> None:
    status, body, _ = get(fleet.url(key))
    assert status == 200
    assert body
    assert len({fleet.port(each) for each in fleet.portals}) == len(fleet.portals)


def test_the_portal_that_is_down_refuses_connections(fleet: Fleet) -> None:
    with pytest.raises(ConnectionRefusedError):
        get(fleet.url("blankoweiler"))
    assert fleet.requests("blankoweiler") == []


@pytest.mark.parametrize("key", [each.key for each in BY_KIND["ckan"] if each.count])
def test_ckan_gives_what_is_promised(fresh: Fleet, key: str) -> None:
    promised = fresh.records(key)
    entries = walk(fresh, key)
    found = [each["id"] for each in entries if isinstance(each, dict) and each.get("id")]
    assert set(found) == promised.ids
    repeated = 1 if fresh.portals[key].trait("restless") else 0
    assert len(entries) == promised.valid + promised.malformed + repeated


@pytest.mark.parametrize("key", [each.key for each in BY_KIND["ckan"] if each.count])
def test_ckan_proves_what_it_is(fleet: Fleet, key: str) -> None:
    root = fleet.portals[key].path.rstrip("/")
    status = json.loads(get(fleet.url(key), f"{root}/api/3/action/status_show")[1])
    assert status["success"]
    assert (
        b'<meta name="generator" content="ckan %s">' % status["result"]["ckan_version"].encode()
        in get(fleet.url(key), f"{root}/")[1]
    )


@pytest.mark.parametrize("key", [each.key for each in (*BY_KIND["dcat"], *BY_KIND["data_json"])])
def test_other_products_do_not_answer_the_api_of_ckan(fleet: Fleet, key: str) -> None:
    status, body, headers = get(fleet.url(key), "/api/3/action/status_show")
    soft = fleet.portals[key].trait("soft404")
    assert status == (200 if soft else 404)
    assert headers["content-type"].startswith("text/html")
    assert b"ckan_version" not in body


@pytest.mark.parametrize("key", [each.key for each in BY_KIND["dcat"] if not each.trait("preface")])
def test_dcat_pages_parse_and_give_what_is_promised(fresh: Fleet, key: str) -> None:
    portal = fresh.portals[key]
    per_page = portal.trait("per_page") or portal.count
    pages = [get(fresh.url(key), f"{portal.path}?page={n + 1}") for n in range(-(-portal.count // per_page))]
    found = set()
    for number, (status, body, _) in enumerate(pages, 1):
        if number == portal.trait("dead_page"):
            assert status == 500
            break
        found |= {str(quad.subject)[1:-1] for quad in quads(fresh, key, body) if quad.object == DATASET}
    promised = fresh.records(key)
    if not portal.trait("forbids"):
        assert found == promised.ids - promised.services
    assert len(found) >= min(portal.count, per_page)


def test_a_series_and_services_stand_beside_the_datasets(fresh: Fleet) -> None:
    pages = [get(fresh.url("beispielwalde"), f"/catalog.jsonld?page={number}")[1] for number in (1, 2)]
    found = [quad for body in pages for quad in quads(fresh, "beispielwalde", body)]
    typed = {
        str(quad.subject)[1:-1]
        for quad in found
        if str(quad.object) == "<http://www.w3.org/ns/dcat#DataService>"
    }
    assert typed == fresh.records("beispielwalde").services != frozenset()
    assert any(str(quad.object) == "<http://www.w3.org/ns/dcat#DatasetSeries>" for quad in found)


def test_the_file_with_a_preface_is_no_turtle(fleet: Fleet) -> None:
    with pytest.raises(SyntaxError):
        quads(fleet, "skizzenau", get(fleet.url("skizzenau"))[1])


def following(fleet: Fleet, key: str, path: str, predicate: str) -> list[str]:
    body = get(fleet.url(key), path)[1]
    return [
        str(quad.object).strip('<>"')
        for quad in quads(fleet, key, body)
        if quad.predicate.value == HYDRA + predicate
    ]


def test_hydra_links_lead_to_the_next_page_and_end(fleet: Fleet) -> None:
    base = fleet.url("probstenmuster")
    assert following(fleet, "probstenmuster", "/catalog.ttl", "next") == [f"{base}?page=2"]
    assert following(fleet, "probstenmuster", "/catalog.ttl?page=3", "next") == []
    old = fleet.url("neu-beispielstadt")
    assert following(fleet, "neu-beispielstadt", "/catalog.rdf", "nextPage") == [f"{old}?page=2"]
    assert following(fleet, "neu-beispielstadt", "/catalog.rdf?page=3", "nextPage") == []


def test_one_page_names_itself_and_one_an_internal_host(fleet: Fleet) -> None:
    own = f"{fleet.url('mustermuende')}?page=1"
    assert following(fleet, "mustermuende", "/catalog.rdf", "nextPage") == [own]
    internal = following(fleet, "beispielwalde", "/catalog.jsonld", "next")
    assert urlsplit(internal[0]).hostname == "tomcat.intern.example"


def test_ckan_has_a_dcat_feed_beside_its_api(fleet: Fleet) -> None:
    body = get(fleet.url("musterhafen"), "/catalog.ttl?page=3")[1]
    found = [
        quad for quad in pyoxigraph.parse(body, format=FORMATS["ttl"], lenient=True) if quad.object == DATASET
    ]
    assert len(found) == 50


@pytest.mark.parametrize("key", [each.key for each in BY_KIND["data_json"]])
def test_data_json_gives_what_is_promised(fresh: Fleet, key: str) -> None:
    pages = range(1, 4 if fresh.portals[key].trait("per_page") else 2)
    answers = [json.loads(get(fresh.url(key), f"/data.json?page={number}")[1]) for number in pages]
    entries = [each for answer in answers for each in answer["dataset"]]
    found = {each["identifier"] for each in entries if isinstance(each, dict) and each.get("identifier")}
    assert found == fresh.records(key).ids
    repeated = 1 if fresh.portals[key].dialect == "broken" else 0
    assert len(entries) == fresh.records(key).valid + fresh.records(key).malformed + repeated


def test_the_argentine_file_says_it_is_html(fleet: Fleet) -> None:
    assert get(fleet.url("gross-entwurf"))[2]["content-type"] == "text/html"


def test_the_broken_file_has_no_dates(fleet: Fleet) -> None:
    entries = json.loads(get(fleet.url("sankt-exemplar"))[1])["dataset"]
    dates = {each.get("modified") for each in entries if isinstance(each, dict)}
    assert dates <= {None, "R/P1D"}


def test_old_ckan_has_extras_as_an_object_and_mostly_documents(fleet: Fleet) -> None:
    packages = search(fleet, "beispielburg")[1]["results"]
    assert all(isinstance(each["extras"], dict) and isinstance(each["tags"], list) for each in packages)
    assert sum(each["type"] == "dokument" for each in packages) > len(packages) / 2


def test_the_aggregator_writes_lists_as_json_text(fleet: Fleet) -> None:
    packages = search(fleet, "musterland")[1]["results"]
    extras = [{pair["key"]: pair["value"] for pair in each["extras"]} for each in packages]
    keys = {json.loads(each["politicalGeocodingURI"])[0].rsplit("/", 1)[1] for each in extras}
    assert len(keys) > 3
    assert all(key.startswith("99") for key in keys)


def test_fluent_titles_come_in_two_languages(fleet: Fleet) -> None:
    packages = search(fleet, "mustertal")[1]["results"]
    assert all(set(each["title_translated"]) == {"de", "en"} for each in packages)


def test_rows_are_capped_below_what_is_asked(fleet: Fleet) -> None:
    result = search(fleet, "vorlagenheim")[1]
    assert (len(result["results"]), result["count"]) == (20, 64)


def test_an_order_that_is_not_asked_for_changes(fleet: Fleet) -> None:
    path = "/api/3/action/package_search?rows=15"
    orders = [
        [each["id"] for each in json.loads(get(fleet.url("beispielhausen"), path)[1])["result"]["results"]]
        for _ in range(2)
    ]
    assert orders[0] != orders[1]


def test_half_a_page_comes_only_in_small_windows(fleet: Fleet) -> None:
    assert search(fleet, "schablonenfeld")[0] == 500
    statuses = [search(fleet, "schablonenfeld", 1, start)[0] for start in range(40)]
    assert statuses.count(500) == 1


def test_an_error_in_the_middle_happens_once(fresh: Fleet) -> None:
    assert [search(fresh, "probehafen", 10, start)[0] for start in (0, 10, 20, 20, 30)] == [
        200,
        200,
        500,
        200,
        200,
    ]


def test_every_third_page_is_too_much(fresh: Fleet) -> None:
    assert [search(fresh, "klein-exempel", 8)[0] for _ in range(6)] == [200, 200, 429, 200, 200, 429]
    path = "/api/3/action/package_search"
    answers = [get(fresh.url("klein-exempel"), path) for _ in range(3)]
    assert [headers.get("retry-after") for _, _, headers in answers] == [None, None, "1"]


def test_maintenance_answers_everything_with_a_page(fleet: Fleet) -> None:
    for path in ("/robots.txt", "/api/3/action/package_search", "/data.json"):
        status, body, headers = get(fleet.url("bad-mustern"), path)
        assert status == 200
        assert body.startswith(b"<!DOCTYPE html>")
        assert headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("key", ["dummyfelde", "probstenmuster"])
def test_unchanged_pages_are_not_sent_again(fresh: Fleet, key: str) -> None:
    _, _, headers = get(fresh.url(key))
    assert get(fresh.url(key), If_None_Match=headers["etag"])[0] == 304
    assert get(fresh.url(key), If_Modified_Since=headers["last-modified"])[0] == 304
    fresh.set_epoch(2)
    assert get(fresh.url(key), If_None_Match=headers["etag"])[0] == (304 if key == "dummyfelde" else 200)


def test_robots_files_say_what_the_notes_say(fleet: Fleet) -> None:
    stock = get(fleet.url("musterhafen"), "/robots.txt")[1].decode()
    assert "Disallow: /api/" in stock
    assert "Crawl-Delay: 1\n" in stock
    assert get(fleet.url("platzhalter"), "/robots.txt")[1].startswith(b"User-agent: bestand\nDisallow: /\n")
    assert {get(fleet.url(key), "/robots.txt")[0] for key in ALIVE} == {200, 404}


def test_an_incremental_query_misses_silent_changes(fresh: Fleet) -> None:
    fresh.set_epoch(2)
    path = "/api/3/action/package_search?rows=1000&fq=metadata_modified:[2025-03-01T00:00:00Z%20TO%20*]"
    found = json.loads(get(fresh.url("beispielburg"), path)[1])["result"]["count"]
    assert 0 < found < 15


def test_requests_are_remembered_in_order(fresh: Fleet) -> None:
    get(fresh.url("dummyfelde"), "/robots.txt")
    get(fresh.url("dummyfelde"), "/data.json?page=2")
    assert fresh.requests("dummyfelde") == ["/robots.txt", "/data.json?page=2"]
    assert fresh.requests("testerode") == []


def test_a_post_with_json_gives_the_same_as_a_get(fleet: Fleet) -> None:
    connection = HTTPConnection(urlsplit(fleet.url("musterhafen")).netloc, timeout=10)
    connection.request("POST", "/api/3/action/package_search", b'{"rows": 3}')
    answer = json.loads(connection.getresponse().read())
    connection.request("HEAD", "/catalog.ttl")
    head = connection.getresponse()
    assert (len(answer["result"]["results"]), head.read(), head.status) == (3, b"", 200)
    connection.close()


def test_the_registry_lists_every_portal(fleet: Fleet) -> None:
    rows = list(csv.DictReader(io.StringIO(fleet.registry_csv())))
    assert rows == fleet.rows()
    assert {row["key"]: row["url"] for row in rows} == {key: fleet.url(key) for key in fleet.portals}
    assert "" in {row["kind"] for row in rows}


def test_an_unknown_epoch_is_refused(fleet: Fleet) -> None:
    with pytest.raises(ValueError, match="no epoch 7"):
        fleet.set_epoch(7)


def test_stopping_frees_the_ports_and_drops_open_connections() -> None:
    with Fleet(size=0.1) as short:
        url = short.url("musterhafen")
        connection = HTTPConnection(urlsplit(url).netloc, timeout=10)
        connection.request("GET", "/robots.txt")
        connection.getresponse().read()
    with pytest.raises(ConnectionRefusedError):
        get(url)
    connection.close()


def test_shared_portals_say_whose_their_parts_are(fleet: Fleet) -> None:
    parts = {(row["portal"], row["part"]): row["ags"] for row in fleet.parts()}
    packages = search(fleet, "musterland")[1]["results"]
    named = {("musterland", each["organization"]["name"]) for each in packages}
    found = json.loads(get(fleet.url("musterland-hub"), "/api/hub/search/search?filter=dataset&limit=9")[1])
    named |= {("musterland-hub", each["catalog"]["id"]) for each in found["result"]["results"]}
    assert named <= parts.keys()
    assert {key for key, _ in parts} == {"musterland", "musterland-hub", "beispielland", "schriftland"}
    assert set(parts.values()) <= {town.ags for town in municipalities()}

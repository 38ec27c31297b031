"""The large portals of the benchmarks: their size, their pages, their speed to serve."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import fleet
import pyoxigraph
import pytest
from fleet.big import BigCkan, BigDcat
from fleet.big_pages import RDF_TYPES, BigCkanSite, BigDcatSite
from fleet.message import Request

DATASET = pyoxigraph.NamedNode("http://www.w3.org/ns/dcat#Dataset")
DISTRIBUTION = pyoxigraph.NamedNode("http://www.w3.org/ns/dcat#Distribution")
NEXT = pyoxigraph.NamedNode("http://www.w3.org/ns/hydra/core#next")


@pytest.fixture(scope="module")
def ckan() -> BigCkanSite:
    return BigCkanSite(2500, 3, 1)


def packages(site: BigCkanSite, start: int, rows: int = 1000) -> list[dict[str, object]]:
    query = {"start": str(start), "rows": str(rows)}
    result = json.loads(site(Request("/api/3/action/package_search", query)).body)["result"]
    assert result["count"] == site.count
    return list(result["results"])


def test_a_package_has_three_resources_and_about_seven_kilobytes(ckan: BigCkanSite) -> None:
    found = packages(ckan, 0)
    assert {len(json.loads(json.dumps(each["resources"]))) for each in found} == {3}
    sizes = [len(json.dumps(each, ensure_ascii=False).encode()) for each in found]
    assert 6_500 < sum(sizes) / len(sizes) < 8_000


def test_pages_hold_each_package_once_in_the_order_of_ids(ckan: BigCkanSite) -> None:
    found = [str(each["id"]) for start in (0, 1000, 2000) for each in packages(ckan, start)]
    assert len(set(found)) == 2500
    assert found == sorted(found)
    assert len({str(each["name"]) for each in packages(ckan, 0)}) == 1000


def test_a_page_is_the_same_each_time(ckan: BigCkanSite) -> None:
    assert packages(BigCkanSite(2500, 3, 1), 500, 20) == packages(ckan, 500, 20)
    assert packages(BigCkanSite(2500, 3, 2), 500, 20) != packages(ckan, 500, 20)


@pytest.mark.parametrize("form", sorted(RDF_TYPES))
def test_the_feed_has_about_sixty_triples_a_dataset(form: str) -> None:
    site = BigDcatSite(250, 100, form, 1)
    pages = [site(Request(site.path, {"page": str(number)}, {"host": "127.0.0.1:1"})) for number in (1, 2, 3)]
    media_type = pages[0].content_type
    graph = [quad for page in pages for quad in pyoxigraph.parse(page.body, format=form_of(media_type))]
    assert len({quad.subject for quad in graph if quad.object == DATASET}) == 250
    assert len({quad.subject for quad in graph if quad.object == DISTRIBUTION}) == 750
    assert 55 < len(graph) / 250 < 70
    following = [quad.object.value for quad in graph if quad.predicate == NEXT]
    assert following == [f"http://127.0.0.1:1{site.path}?page={number}" for number in (2, 3)]


def form_of(media_type: str) -> pyoxigraph.RdfFormat:
    form = pyoxigraph.RdfFormat.from_media_type(media_type)
    assert form
    return form


def test_blank_nodes_of_different_datasets_stay_apart() -> None:
    site = BigDcatSite(50, 50, "nt", 1)
    graph = list(pyoxigraph.parse(site(Request(site.path)).body, format=pyoxigraph.RdfFormat.N_TRIPLES))
    users: dict[str, set[str]] = {}
    for quad in graph:
        if isinstance(quad.object, pyoxigraph.BlankNode):
            users.setdefault(quad.object.value, set()).add(quad.subject.value)
    assert users
    assert all(len(subjects) == 1 for subjects in users.values())


def test_each_portal_runs_in_a_process_of_its_own() -> None:
    with BigCkan(n=10) as ckan, BigDcat(n=10, per_page=4) as dcat:
        assert ckan.pid != dcat.pid
        with urlopen(f"{ckan.url}api/3/action/package_search?rows=1000") as answer:
            assert len(json.load(answer)["result"]["results"]) == 10
        with urlopen(f"{dcat.url}?page=3") as answer:
            assert answer.headers["content-type"] == "text/turtle"


def test_a_process_that_cannot_serve_is_reported() -> None:
    broken = BigDcat(n=10)
    broken.arguments = ("dcat", "--per-page=none")
    with pytest.raises(RuntimeError, match="ended before it served"), broken:
        pass


def test_the_fleet_serves_from_the_command_line() -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(fleet.__file__).parents[1])}
    command = [sys.executable, "-m", "fleet", "serve", "--csv"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout
        assert process.stdout.readline().startswith("key,title,url,kind")
        process.terminate()

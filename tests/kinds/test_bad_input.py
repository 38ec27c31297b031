"""Bad answers, end to end: each portal is crawled sound, then badly, then sound again, and has lost nothing."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest
from loopback import Loopback, Request, Response, Route, Routes, as_json, fixed, serving, text

from catalog.store.store import Store
from crawler.fetch.options import Options
from crawler.harvest import Harvest, harvest
from crawler.sources.protocol import Portal

OPTIONS = Options(
    delay=0, retries=1, retry_wait=0, retry_after_cap=5, timeout=5, max_bytes=3_000_000, allow_private=True, jobs=60
)  # fmt: skip
ORDINARY, PAGE = 12, 5
SEARCH = "/api/3/action/package_search"
RDF, JSON_LD, TURTLE = "application/rdf+xml", "application/ld+json", "text/turtle"
PREFIXES = (
    "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .\n"
    "@prefix hydra: <http://www.w3.org/ns/hydra/core#> .\n"
)
HTML = text("<!DOCTYPE html><html><title>Wartung</title><p>Bitte später wieder.</html>")


def package(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": f"d{number:02}", "name": f"datensatz-{number}", "title": f"Bäume {number}", "notes": "Alle Bäume.",
        "license_id": "dl-de-by-2.0",
        "resources": [{"id": f"r{number}", "url": f"https://d.example/{number}.csv", "format": "CSV"}], **more,
    }  # fmt: skip


PACKAGES = [package(number) for number in range(ORDINARY)]


def window(request: Request, packages: list[Any]) -> list[Any]:
    start, rows = request.number("start", 0), min(PAGE, request.number("rows", PAGE))
    return packages[start : start + rows]


def search(packages: list[Any], total: int | None = None) -> Route:
    """`package_search` in pages of five."""
    count = len(packages) if total is None else total
    return lambda request: as_json(
        {"success": True, "result": {"count": count, "results": window(request, packages)}}
    )


def ckan(*odd: Any) -> Routes:
    return {SEARCH: search([*PACKAGES, *odd])}


def only(answer: Response | Route) -> Routes:
    """CKAN whose search answers this."""
    return {SEARCH: fixed(answer) if isinstance(answer, Response) else answer}


def broken_window(request: Request) -> Response:
    """A server that breaks at one record."""
    if any(item["id"] == "d07" for item in window(request, PACKAGES)):
        return text("oops", status=500)
    return search(PACKAGES)(request)


def failing_middle(request: Request) -> Response:
    """A server that no longer answers after its first page."""
    return text("oops", status=500) if request.number("start", 0) else search(PACKAGES)(request)


class Throttled:
    """429 with Retry-After to the first request for the second page."""

    def __init__(self, seconds: str, times: int) -> None:
        self.seconds, self.times = seconds, times

    def __call__(self, request: Request) -> Response:
        if request.query.get("start") == "5" and self.times:
            self.times -= 1
            return Response(b"slow down", status=429, headers={"Retry-After": self.seconds})
        return search(PACKAGES)(request)


def in_latin_1(request: Request) -> Response:
    return text(to_latin_1(search(PACKAGES)(request).body), "application/json; charset=utf-8")


def to_latin_1(body: bytes) -> bytes:
    return body.decode("utf-8").encode("latin-1")


def bomb(request: Request) -> Response:
    """60 KB that unpack to 60 MB."""
    return Response(gzip.compress(b" " * 60_000_000, compresslevel=1), headers={"Content-Encoding": "gzip"})


def same_page(request: Request) -> Response:
    """A portal that knows no paging and claims a thousand records."""
    return as_json({"success": True, "result": {"count": 1000, "results": PACKAGES[:PAGE]}})


def turtle(extra: str = "") -> bytes:
    said = "".join(
        f'<https://d.example/{n}> a dcat:Dataset ; dct:title "Bäume {n}" ; dct:description "Alle." .\n'
        for n in range(ORDINARY)
    )
    return f"{PREFIXES}<https://d.example/> a dcat:Catalog .\n{said}{extra}".encode()


def rdf_xml(before: str = "", inside: str = "") -> bytes:
    said = "".join(
        f'<dcat:Dataset rdf:about="https://d.example/{n}"><dct:title>Bäume {n}{inside}</dct:title><dct:description>Alle.</dct:description></dcat:Dataset>'
        for n in range(ORDINARY)
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{before}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        f' xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="http://purl.org/dc/terms/">{said}</rdf:RDF>'
    ).encode()


def feed(body: bytes | str, content_type: str = TURTLE) -> Routes:
    return {"/catalog": fixed(text(body, content_type))}


def next_link(target: str) -> Routes:
    """A feed of one page that names another as its next; `{}` stands for a number that counts up."""
    paging = "<https://d.example/page> a hydra:PagedCollection ; hydra:nextPage <{}> .\n"

    def page(request: Request) -> Response:
        number = request.number("page", 1) + 1
        return text(turtle(paging.format(target.format(number))), TURTLE)

    return {"/catalog": page}


def with_context(context: Any) -> bytes:
    rows = [
        {"@id": f"https://d.example/{n}", "@type": "http://www.w3.org/ns/dcat#Dataset",
         "http://purl.org/dc/terms/title": f"Bäume {n}"}
        for n in range(ORDINARY)
    ]  # fmt: skip
    return orjson.dumps({"@context": context, "@graph": rows})


ENTRIES = [
    {"identifier": f"d{number:02}", "title": f"Bäume {number}", "description": "Alle."}
    for number in range(ORDINARY)
]


def data_json(*odd: Any) -> Routes:
    schema = "https://project-open-data.cio.gov/v1.1/schema"
    return file(orjson.dumps({"conformsTo": schema, "dataset": [*ENTRIES, *odd]}))


def file(body: bytes) -> Routes:
    return {"/data.json": fixed(text(body, "application/json"))}


def files(count: int, address: str) -> list[dict[str, str]]:
    return [{address: f"https://d.example/{number}.csv", "format": "CSV"} for number in range(count)]


def nothing_but_null(record: dict[str, Any]) -> dict[str, Any]:
    return {**dict.fromkeys(record), "identifier": None, "distribution": None, "extras": None, "tags": None}


@dataclass(frozen=True)
class Case:
    """A portal that answers badly in its second crawl: outcome, faults, how many records more than the ordinary ones
    are there afterwards, how many were rejected, and what the sentence about it says."""

    bad: Routes
    outcome: str
    faults: dict[str, int] = field(default_factory=dict)
    more: int = 0
    rejected: int = 0
    says: str = ""


CKAN = {
    "html": Case(only(HTML), "unreadable", says="a web page, not JSON"),
    "refused": Case({f"/api/3/action/{name}": fixed(as_json({"success": False, "error": {"message": "Wartung"}}))
                     for name in ("package_search", "current_package_list_with_resources", "package_list", "status_show")},
                    "unreadable", says="Wartung"),
    "truncated": Case(only(text(b'{"success": true, "result": {"count": 12, "res', "application/json")), "unreadable",
                      says="breaks off"),
    "charset": Case(only(in_latin_1), "complete", {"charset-wrong": 3}),
    "empty": Case(only(search([])), "shrunk", says="12 of 12 records were not found"),
    "same-page": Case(only(same_page), "partial", {"page-repeated": 8}, says="says 1000, 5 were delivered"),
    "poison": Case(only(broken_window), "complete", {"page-failed": 1}, rejected=1),
    "down-midway": Case(only(failing_middle), "partial", says="status 500"),
    "throttled": Case(only(Throttled("1", 1)), "complete"),
    "quota": Case(only(Throttled("86400", 99)), "partial", says="asks to come back in 86400 s"),
    "redirects": Case({SEARCH: fixed(Response(b"", status=302, headers={"Location": SEARCH}))}, "unreachable", says="redirects in a circle"),
    "too-large": Case(only(text(b" " * 4_000_000, "application/json")), "too_large", says="larger than the limit"),
    "bomb": Case(only(bomb), "too_large", says="larger than the limit"),
    "nameless": Case(ckan({"title": "Ohne Kennung", "resources": []}), "complete", {"identifier-missing": 1}, 1),
    "untitled": Case(ckan({"id": "x", "name": "", "resources": []}), "complete", {"title-missing-in-source": 1}, 1),
    "many-files": Case(ckan(package(99, resources=files(8000, "url"))), "complete", {}, 1),
    "doubled": Case(only(search([*PACKAGES[:4], package(3, title="Anders"), *PACKAGES[4:]])), "complete",
                    {"identifier-duplicate": 1}, 1),
    "nulls": Case(ckan(nothing_but_null(package(0)), None, 7, "text"), "complete", {}, 1, rejected=3),
}  # fmt: skip
DCAT = {
    "feed-html": Case(feed(HTML.body, "text/html"), "unreadable", says="HTML page"),
    "feed-truncated": Case(feed(rdf_xml()[:-300], RDF), "unreadable", says="end of input"),
    "feed-charset": Case(feed(to_latin_1(rdf_xml()), RDF), "complete", {"charset-wrong": 1}),
    "feed-empty": Case(feed(f"{PREFIXES}<https://d.example/> a dcat:Catalog ."), "shrunk", says="12 of 12"),
    "feed-entities": Case(feed(rdf_xml('<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]>', "&c;"), RDF),
                          "unreadable", says="entities"),
    "feed-outer-entity": Case(feed(rdf_xml('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>', "&b;"), RDF),
                              "unreadable", says="entities"),
    "feed-context": Case(feed(with_context("http://127.0.0.1:9/context.jsonld"), JSON_LD), "complete",
                         {"context-remote": 1}),
    "next-itself": Case(next_link("/catalog"), "partial", {"page-repeated": 1}, says="repeats a page"),
    "next-foreign": Case(next_link("http://elsewhere.invalid/other"), "partial", {"link-foreign": 1},
                         says="goes on at another host"),
    "next-for-ever": Case(next_link("/catalog?page={}"), "partial", {"page-repeated": 1}),
}  # fmt: skip
DATA_JSON = {
    "file-html": Case(file(HTML.body), "unreadable", says="a web page, not JSON"),
    "file-truncated": Case(file(b'{"dataset": [{"identifier": "d0'), "unreadable", says="breaks off"),
    "file-empty": Case(file(b'{"dataset": []}'), "shrunk", says="12 of 12"),
    "file-nameless": Case(data_json({"title": "Ohne Kennung"}), "complete", {"identifier-missing": 1}, 1),
    "file-untitled": Case(data_json({"identifier": "x"}), "complete", {"dataset-title-missing": 1}, 1),
    "file-many-files": Case(data_json({"identifier": "x", "title": "Viele",
                                       "distribution": files(8000, "downloadURL")}), "complete", {}, 1),
    "file-doubled": Case(data_json({**ENTRIES[3], "title": "Anders"}, ENTRIES[4]), "complete",
                         {"identifier-duplicate": 1}, 1),
    "file-nulls": Case(data_json(nothing_but_null(ENTRIES[0]), None, 7), "complete", {}, 1, rejected=2),
}  # fmt: skip
CASES = {**CKAN, **DCAT, **DATA_JSON}
SOUND: dict[str, tuple[str, Routes]] = {
    **dict.fromkeys(CKAN, ("ckan", ckan())),
    **dict.fromkeys(DCAT, ("dcat", feed(turtle()))),
    **dict.fromkeys(DATA_JSON, ("data_json", data_json())),
}


class World:
    """What the three crawls left behind."""

    def __init__(self, path: Path) -> None:
        self.store = Store(path)
        self.servers = {key: Loopback(routes) for key, (_, routes) in SOUND.items()}
        with serving(*self.servers.values()):
            self.runs = [self._crawl({}), self._crawl({key: case.bad for key, case in CASES.items()})]
            self.alive_then = {key: self.alive(key) for key in CASES}
            self.events_then = {key: self.events(key) for key in CASES}
            self.findings_then = {key: self.findings(key) for key in CASES}
            self.runs.append(self._crawl({}))

    def _crawl(self, bad: dict[str, Routes]) -> Harvest:
        for key, server in self.servers.items():
            server.routes = bad.get(key, SOUND[key][1])
            server.asked.clear()
        portals = [Portal(key, self._address(key), kind=kind) for key, (kind, _) in SOUND.items()]
        return harvest(self.store, portals, OPTIONS)

    def _address(self, key: str) -> str:
        return self.servers[key].url + ("/catalog" if SOUND[key][0] == "dcat" else "")

    def alive(self, key: str) -> set[str]:
        sql = "select identifier from dataset join portal on portal.id = portal where portal.key = ? and gone_run is null"
        return {name for (name,) in self.store.conn.execute(sql, (key,))}

    def events(self, key: str) -> list[str]:
        sql = (
            "select event from version join dataset on dataset.id = dataset join portal on portal.id = dataset.portal"
            " where portal.key = ?"
        )
        return [event for (event,) in self.store.conn.execute(sql, (key,))]

    def findings(self, key: str) -> set[str]:
        sql = (
            "select distinct finding_kind.slug from finding join finding_kind on finding_kind.id = finding.kind"
            " join dataset on dataset.id = dataset join portal on portal.id = dataset.portal where portal.key = ?"
        )
        return {slug for (slug,) in self.store.conn.execute(sql, (key,))}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("bad") / "bestand.db")
    yield made
    made.store.close()


def result(world: World, run: int, key: str) -> Any:
    return next(item for item in world.runs[run].results if item.portal.key == key)


def test_all_portals_were_sound_at_first(world: World) -> None:
    assert {item.outcome for item in world.runs[0].results} == {"complete"}
    assert {item.facts.delivered for item in world.runs[0].results} == {ORDINARY}


@pytest.mark.parametrize("key", CASES)
def test_a_bad_answer_has_its_outcome_and_is_explained(world: World, key: str) -> None:
    case, found = CASES[key], result(world, 1, key)
    assert (found.outcome, found.facts.rejected) == (case.outcome, case.rejected), found.facts.note
    assert case.says in found.facts.note
    assert "Traceback" not in found.facts.note


@pytest.mark.parametrize("key", CASES)
def test_a_bad_answer_has_its_faults(world: World, key: str) -> None:
    """A fault of the page, at most so often, or a finding of one of its records."""
    faults = result(world, 1, key).facts.faults
    for name, most in CASES[key].faults.items():
        assert faults[name] <= most
        assert faults[name] or name in world.findings_then[key]


@pytest.mark.parametrize("key", CASES)
def test_nothing_is_lost(world: World, key: str) -> None:
    """Not by the bad answer, and nothing is left of it once the portal is sound again."""
    case = CASES[key]
    assert len(world.alive_then[key]) == ORDINARY + case.more
    assert "gone" not in world.events_then[key]
    again = result(world, 2, key)
    assert (again.outcome, again.facts.delivered) == ("complete", ORDINARY)
    assert len(world.alive(key)) == ORDINARY
    assert world.events(key).count("returned") == 0
    assert world.events(key).count("gone") == case.more


def test_rejected_records_are_kept_raw(world: World) -> None:
    sql = "select raw from rejected join portal_run on portal_run.id = portal_run join portal on portal.id = portal where key = ?"
    assert sorted(raw for (raw,) in world.store.conn.execute(sql, ("nulls",))) == ['"text"', "7", "null"]


def test_hidden_letters_are_the_right_ones(world: World) -> None:
    """Titles came through the wrong charset unharmed: nothing changed."""
    for key in ("charset", "feed-charset"):
        assert "changed" not in world.events_then[key]


def test_the_pause_that_the_portal_asks_for_is_kept(world: World) -> None:
    assert result(world, 1, "throttled").facts.seconds >= 0.9


def test_a_portal_under_repair_is_left_in_peace(world: World) -> None:
    """Nothing readable: the page itself, robots.txt, and what every detection may ask."""
    for key in ("html", "feed-html", "file-html", "truncated", "feed-entities"):
        assert result(world, 1, key).facts.requests <= 10


def test_no_context_and_no_other_host_is_asked(world: World) -> None:
    for key in ("feed-context", "next-foreign", "feed-outer-entity"):
        evidence = world.store.conn.execute(
            "select evidence.url from evidence join portal_run on portal_run.id = portal_run join portal on portal.id = portal"
            " where key = ?", (key,)
        )  # fmt: skip
        assert {url for (url,) in evidence if not url.startswith(world.servers[key].url)} == set()


def test_the_database_is_sound(world: World) -> None:
    assert world.store.conn.execute("pragma integrity_check").fetchone() == ("ok",)
    assert world.store.conn.execute("pragma foreign_key_check").fetchall() == []


def test_a_full_disk_is_our_own_fault_and_costs_no_record(tmp_path: Path) -> None:
    """The run fails, the database stays sound, and once there is room the same portal is read whole."""
    store, server = Store(tmp_path / "bestand.db"), Loopback(ckan())
    with serving(server):
        portals = [Portal("town", server.url, kind="ckan")]
        assert harvest(store, portals, OPTIONS).state == "done"
        server.routes = ckan(*(package(number, notes=f"{number} " * 3000) for number in range(100, 160)))
        (pages,) = store.conn.execute("pragma page_count").fetchone()
        store.conn.execute(f"pragma max_page_count = {pages + 4}")
        full = harvest(store, portals, OPTIONS)
        assert (full.state, full.outcomes) == ("failed", {"failed_here": 1})
        assert "full" in full.results[0].facts.note
        assert store.conn.execute("pragma integrity_check").fetchone() == ("ok",)
        assert (
            store.conn.execute("select count(*) from dataset where gone_run is null").fetchone()[0]
            >= ORDINARY
        )
        store.conn.execute("pragma max_page_count = 1073741823")
        assert harvest(store, portals, OPTIONS).results[0].outcome == "complete"
    assert store.conn.execute("select count(*) from dataset").fetchone() == (ORDINARY + 60,)
    store.close()

"""Folders of RDF: on a web server and on disk, one syntax of each file, two crawls."""

from collections.abc import Iterator

import pytest
from crawls import Crawled, crawled_twice
from neighbours import FIXTURES, surest
from portal_rdf_folder import portal, turtle

from crawler.formats.reading import UnreadablePayload
from crawler.sources import rdf_folder
from crawler.sources.protocol import Call, Page, Payload, Portal

FOLDER = "https://www.neuwald.example/rdf/"
PORTAL = Portal("neuwald", FOLDER)


def asked(
    body: bytes | str, content_type: str = "text/html", step: str = "folder", url: str = FOLDER
) -> Page:
    sent = body.encode() if isinstance(body, str) else body
    return rdf_folder.read(PORTAL, Call(url, step), Payload(url, 200, {"content-type": content_type}, sent))


def test_of_each_file_one_syntax_is_read() -> None:
    page = asked((FIXTURES / "rdf_folder" / "folder.html").read_bytes())
    assert [(call.url.removeprefix(FOLDER), call.step, call.optional) for call in page.calls] == [
        ("katalog.ttl", "file", False),
        ("baeume.jsonld", "file", False),
        ("anderes.json", "file", True),
        ("2025/", "folder", False),
    ]
    assert page.skipped["other syntax"] == 1


def test_a_folder_on_disk_lists_addresses() -> None:
    body = "# what lies here\nfile:///srv/rdf/a.nt\nfile:///srv/rdf/a.ttl\r\nmehr/\nb.txt\n\n"
    page = asked(body, "text/uri-list", url="file:///srv/rdf/")
    assert [call.url for call in page.calls] == ["file:///srv/rdf/a.nt", "file:///srv/rdf/mehr/"]


def test_circles_of_folders_end() -> None:
    call = Call(FOLDER, "folder", state={"depth": rdf_folder.DEPTH - 1})
    page = rdf_folder.read(PORTAL, call, Payload(FOLDER, 200, {"content-type": "text/uri-list"}, b"a/\n"))
    assert page.calls == []


@pytest.mark.parametrize("content_type", ["text/plain", "application/octet-stream", "text/turtle"])
def test_a_file_is_read_by_its_ending(content_type: str) -> None:
    (entry,) = asked(turtle(1, 0), content_type, "file", FOLDER + "1.ttl").entries
    assert (entry.identifier, entry.read().record.root.title) == ("https://daten.example/1", ["Datensatz 1"])


@pytest.mark.parametrize(
    ("body", "step", "slug"),
    [
        (b"<html><p>Willkommen", "folder", "unexpected-shape"),
        (b"{}", "folder", "unexpected-shape"),
        (b"<!doctype html><p>404", "file", "html-instead"),
        (b"<<<", "file", "not-rdf"),
    ],
)
def test_answers_that_are_none(body: bytes, step: str, slug: str) -> None:
    with pytest.raises(UnreadablePayload) as refusal:
        asked(body, "text/html", step, FOLDER + ("a.ttl" if step == "file" else ""))
    assert refusal.value.slug == slug


def test_where_a_listing_starts() -> None:
    def first(url: str) -> tuple[str, str]:
        (call,) = rdf_folder.start(Portal("x", url))
        return call.step, call.url

    assert first("https://x.example/rdf") == ("folder", "https://x.example/rdf/")
    assert first("file:///srv/rdf/") == ("folder", "file:///srv/rdf/")
    assert first("file:///srv/katalog.ttl") == ("file", "file:///srv/katalog.ttl")
    assert [call.url for call in rdf_folder.probe(Portal("x", "https://x.example/a/k.ttl"))][:2] == [
        "https://x.example/a/",
        "https://x.example/a/rdf/",
    ]


def test_what_proves_it() -> None:
    index = Payload(
        FOLDER, 200, {"content-type": "text/html"}, (FIXTURES / "rdf_folder" / "folder.html").read_bytes()
    )
    assert surest("rdf_folder", index) == 60
    only_xml = Payload(FOLDER, 200, {}, b"<title>Index of /</title><a href='a.xml'>a.xml</a>")
    assert surest("rdf_folder", only_xml) == 0


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with crawled_twice(tmp_path_factory.mktemp("rdf"), portal, "rdf_folder", path="/rdf/") as crawled:
        yield crawled


def test_all_folders_and_files_are_read(world: Crawled) -> None:
    run = world.run("sound")
    assert (world.kind(), run["outcome"], run["delivered"]) == ("rdf_folder", "complete", 5)


def test_the_second_crawl_sees_what_changed(world: Crawled) -> None:
    run = world.run("sound", 2)
    assert (run["added"], run["changed"], run["gone"], run["unchanged"]) == (0, 1, 1, 3)


def test_a_broken_file_costs_only_itself(world: Crawled) -> None:
    run = world.run("broken")
    assert (run["outcome"], run["delivered"]) == ("partial", 4)

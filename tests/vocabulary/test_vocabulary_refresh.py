"""Refreshing: reading an official list, comparing it, and fetching it without trust."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from catalog.vocabulary import Concept, Vocabulary
from catalog.vocabulary.refresh import SOURCES, compare, parse_authority
from crawler import refresh as fetching

EU = "http://publications.europa.eu/resource/authority/data-theme/"
HEAD = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="http://www.w3.org/2004/02/skos/core#">'


def concept(code: str, de: str, en: str) -> str:
    return (
        f'<skos:Concept rdf:about="{EU}{code}"><skos:prefLabel xml:lang="de">{de}</skos:prefLabel>'
        f'<skos:prefLabel xml:lang="en">{en}</skos:prefLabel><skos:prefLabel xml:lang="fr">x</skos:prefLabel></skos:Concept>'
    )


SKOS = (
    HEAD + concept("ENVI", "Umwelt", "Nature") + concept("SPAC", "Weltraum", "Space") + "</rdf:RDF>"
).encode()


def test_concepts_and_their_labels_are_read() -> None:
    assert parse_authority(SKOS) == [
        Concept("ENVI", EU + "ENVI", "Umwelt", "Nature"),
        Concept("SPAC", EU + "SPAC", "Weltraum", "Space"),
    ]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html><body>Not found</body>", "not RDF/XML"),
        (b"", "no skos:Concept"),
        ((HEAD + "</rdf:RDF>").encode(), "no skos:Concept"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><x/>', "entities"),
    ],
    ids=["html", "empty", "no concept", "entities"],
)
def test_what_is_no_list_is_refused_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_authority(body)


def test_comparison_names_what_came_went_and_changed_its_label() -> None:
    ours = Vocabulary(
        "data-theme", EU, [Concept("ENVI", EU + "ENVI", "Umwelt", "Environment"), Concept("OLD", EU + "OLD")]
    )
    changes = compare(ours, parse_authority(SKOS))
    assert [c.code for c in changes.added] == ["SPAC"]
    assert [c.code for c in changes.removed] == ["OLD"]
    assert [(a.label_en, b.label_en) for a, b in changes.relabelled] == [("Environment", "Nature")]
    assert changes
    assert not compare(ours, ours)


def test_a_label_that_the_official_list_lacks_is_no_change() -> None:
    ours = Vocabulary("x", EU, [Concept("ENVI", EU + "ENVI", "Umwelt", "Environment")])
    assert not compare(ours, [Concept("ENVI", EU + "ENVI", "", "Environment")])


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = {"/list": SKOS, "/html": b"<html>", "/large": b"x" * 300_000}.get(self.path)
            self.send_response(200 if body else 404)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            """Silence."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()


def test_refresh_fetches_and_compares(server: str) -> None:
    with requests.Session() as session:
        changes = fetching.refresh(["data-theme"], session, {"data-theme": server + "/list"})
    assert [c.code for c in changes["data-theme"].added] == ["SPAC"]
    assert "AGRI" in {c.code for c in changes["data-theme"].removed}


@pytest.mark.parametrize(
    ("path", "reason"),
    [("/nothing", "404"), ("/html", "not RDF/XML"), ("/large", "larger"), (None, "no official address")],
)
def test_failures_are_one_sentence_that_names_the_list(
    server: str, path: str | None, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "_LARGEST_LIST", 100_000)
    sources = {"data-theme": server + path} if path else {}
    with (
        requests.Session() as session,
        pytest.raises(fetching.ListUnavailable, match=f"data-theme: .*{reason}"),
    ):
        fetching.refresh(["data-theme"], session, sources)


def test_a_host_that_is_not_there_is_said_without_parts_of_the_libraries() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"127.0.0.1:{closed.getsockname()[1]}"
    with requests.Session() as session, pytest.raises(fetching.ListUnavailable) as failed:
        fetching.fetch_list("data-theme", session, {"data-theme": f"http://{address}/list"})
    said = str(failed.value)
    assert said.startswith(f"data-theme: {address} cannot be reached (")
    assert "Pool" not in said
    assert "retries" not in said


def test_a_list_that_trickles_in_is_given_up(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "_LONGEST_FETCH", -1)
    with requests.Session() as session, pytest.raises(fetching.ListUnavailable, match="took longer"):
        fetching.fetch_list("data-theme", session, {"data-theme": server + "/list"})


def test_every_source_belongs_to_a_vocabulary() -> None:
    from catalog.vocabulary import NAMES

    assert set(SOURCES) <= set(NAMES)
    assert all(address.startswith(("http://", "https://")) for address in SOURCES.values())

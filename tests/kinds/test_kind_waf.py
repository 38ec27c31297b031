"""Folders of ISO XML: what proves them, nested folders, dates of the listing, broken files, two crawls."""

from collections.abc import Iterator

import pytest
from crawls import Crawled, crawled_twice
from neighbours import FIXTURES, fixtures, surest
from portal_waf import portal

from crawler.formats.reading import UnreadablePayload
from crawler.sources import waf
from crawler.sources.protocol import Call, Payload, Portal

FOLDER = "https://www.neuwald.example/waf/"
WAF = Portal("neuwald", FOLDER)


def answer(body: bytes | str, url: str = FOLDER) -> Payload:
    return Payload(url, 200, {}, body.encode() if isinstance(body, str) else body)


def test_an_index_with_xml_files_is_recognised() -> None:
    assert surest("waf", next(one for name, one in fixtures("waf") if name == "nginx.html")) == 85
    page = (FIXTURES / "waf" / "nginx.html").read_bytes()
    evidence = waf.recognise(WAF, waf.probe(WAF)[0], answer(page))
    assert evidence is not None
    assert (evidence.confidence, evidence.api_url) == (85, FOLDER)
    assert "2 XML files among 3" in evidence.proof


def test_an_index_without_xml_proves_nothing() -> None:
    body = '<title>Index of /</title><a href="bild.png">bild.png</a>'
    assert waf.recognise(WAF, waf.probe(WAF)[0], answer(body)) is None
    assert waf.recognise(WAF, waf.probe(WAF)[0], answer('<title>Stadt</title><a href="a.xml">a</a>')) is None


def test_a_listing_leads_to_files_with_their_dates_and_to_folders() -> None:
    page = waf.read(WAF, waf.start(WAF)[0], answer((FIXTURES / "waf" / "nginx.html").read_bytes()))
    assert [(call.step, call.url[len(FOLDER) :]) for call in page.calls] == [
        ("file", "00000.xml"),
        ("file", "stra%C3%9Fen.xml"),
        ("folder", "alt/"),
    ]
    assert page.calls[0].state == {"listed": "2025-11-22T12:36:00"}
    deep = Call(FOLDER, "folder", state={"depth": waf.DEPTH})
    calls = waf.read(WAF, deep, answer((FIXTURES / "waf" / "nginx.html").read_bytes())).calls
    assert {call.step for call in calls} == {"file"}


def test_the_date_of_the_listing_is_that_of_metadata_without_one() -> None:
    body = (
        '<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco">'
        "<gmd:fileIdentifier><gco:CharacterString>a b</gco:CharacterString></gmd:fileIdentifier></gmd:MD_Metadata>"
    )
    call = Call(FOLDER + "7.xml", "file", state={"listed": "2025-11-22T12:36:00"})
    (entry,) = waf.read(WAF, call, answer(body, call.url)).entries
    record = entry.read().record
    assert (entry.identifier, record.root.id) == ("a b", FOLDER + "#a%20b")
    assert record.others[0].id == call.url
    assert record.others[0].modified[0].text == "2025-11-22T12:36:00"  # type: ignore[attr-defined]


def test_a_file_with_many_records_is_read_whole() -> None:
    page = waf.read(
        WAF, Call(FOLDER + "all.xml", "file"), answer((FIXTURES / "csw" / "iso19139.xml").read_bytes())
    )
    assert [entry.identifier for entry in page.entries] == ["5c1e8f0a-spielplaetze", "wms-freizeit"]
    service = page.entries[1].read().record.root
    assert service.serves_dataset[0] == page.entries[0].read().record.root.id  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "body", ["<!doctype html>Fehler", "<a><b", '<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>', "", "{}"]
)
def test_a_broken_file_is_a_rejected_record(body: str) -> None:
    (entry,) = waf.read(WAF, Call(FOLDER + "x.xml", "file"), answer(body)).entries
    assert (entry.identifier, entry.raw) == (FOLDER + "x.xml", body.encode())
    with pytest.raises(UnreadablePayload):
        entry.read()


def test_other_xml_is_counted_and_a_folder_that_is_none_refused() -> None:
    page = waf.read(WAF, Call(FOLDER + "x.xml", "file"), answer("<urlset/>"))
    assert (page.entries, page.skipped) == ([], {"xml:urlset": 1})
    with pytest.raises(UnreadablePayload) as refusal:
        waf.read(WAF, waf.start(WAF)[0], answer("<title>Wartung</title>"))
    assert refusal.value.slug == "unexpected-shape"


def test_an_empty_folder_is_empty() -> None:
    assert waf.read(WAF, waf.start(WAF)[0], answer("<title>Index of /waf/</title>")).calls == []


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with crawled_twice(tmp_path_factory.mktemp("waf"), portal, "waf", path="/waf/") as crawled:
        yield crawled


def test_nested_folders_are_read_to_their_ends(world: Crawled) -> None:
    run = world.run("sound")
    assert (world.kind(), run["outcome"], run["delivered"], run["rejected"]) == ("waf", "complete", 14, 0)


def test_the_second_crawl_sees_what_changed(world: Crawled) -> None:
    run = world.run("sound", 2)
    assert (run["added"], run["changed"], run["gone"], run["unchanged"]) == (0, 1, 1, 12)


def test_a_broken_file_costs_only_itself(world: Crawled) -> None:
    run = world.run("broken")
    assert (run["outcome"], run["delivered"], run["rejected"]) == ("complete", 13, 1)

"""What a detection asks next, and what the answers prove."""

from __future__ import annotations

from typing import Any

from fetch_portals import KINDS

from crawler.fetch.detect import Detection, Inquiry, read_home_page
from crawler.sources.protocol import Call, Payload, Portal
from crawler.sources.registry import sources


def inquiry_of(**portal: Any) -> Inquiry:
    return Inquiry(Portal(**{"key": "town", "url": "https://daten.example"} | portal), KINDS)


def urls(inquiry: Inquiry) -> list[str]:
    found = []
    while (probe := inquiry.next()) is not None:
        found.append(probe.call.url.removeprefix("https://daten.example") or "home")
        inquiry.failed(probe, 404, "not_found", "Not there.")
    return found


def test_the_hint_is_asked_first() -> None:
    assert urls(inquiry_of()) == ["home", "/about", "/flat.json"]
    assert urls(inquiry_of(kind="flat")) == ["/flat.json", "home", "/about"]


def test_proof_ends_it() -> None:
    inquiry = inquiry_of(kind="flat")
    probe = inquiry.next()
    assert probe is not None
    inquiry.answer(probe, Payload(probe.call.url, 200, {}, b'{"flat": 1}'))
    assert inquiry.next() is None
    assert inquiry.detection().kind == "flat"


def test_a_dead_host_is_not_asked_again() -> None:
    inquiry = inquiry_of()
    probe = inquiry.next()
    assert probe is not None
    inquiry.failed(probe, 0, "unreachable", "The connection was refused.")
    assert inquiry.next() is None
    assert inquiry.detection() == Detection(evidence=inquiry.evidence)


def test_at_most_six_probes() -> None:
    class Curious(type(KINDS["listing"])):  # type: ignore[misc]
        def probe(self, portal: Portal) -> list[Call]:
            return [Call(f"{portal.base}/{number}") for number in range(50)]

    portal = Portal("town", "https://daten.example")
    assert len(urls(Inquiry(portal, {"listing": Curious()}))) == 7  # with the address itself
    assert len(urls(Inquiry(portal, {"listing": Curious()}, thorough=True))) == 51


def test_an_answer_that_cannot_be_read_proves_nothing() -> None:
    class Failing(type(KINDS["listing"])):  # type: ignore[misc]
        def recognise(self, portal: Portal, call: Call, payload: Payload) -> None:
            raise KeyError("result")

    inquiry = Inquiry(Portal("town", "https://daten.example"), {"listing": Failing()})
    probe = inquiry.next()
    assert probe is not None
    inquiry.answer(probe, Payload(probe.call.url, 200, {}, b""))
    assert inquiry.evidence[0].verdict == "nothing"


def test_a_home_page_names_generator_and_feeds() -> None:
    html = b"""<!doctype html><head><meta name="generator" content="ckan 2.11.0">
        <link rel="alternate" type="text/turtle" href="/catalog.ttl"><link rel="alternate" type="text/css" href="/x">"""
    page = read_home_page(Payload("https://daten.example/", 200, {"content-type": "text/html"}, html))
    assert (page.generator, page.feeds) == ("ckan 2.11.0", ["/catalog.ttl"])


def test_a_refusal_of_the_address_says_at_most_what_to_ask_first() -> None:
    inquiry = Inquiry(Portal("town", "https://daten.example"), sources())
    probe = inquiry.next()
    assert probe is not None
    refusal = Payload(probe.call.url, 404, {}, b'{"error": "Not here.", "status": 404}')
    inquiry.failed(probe, 404, "not_found", "The portal answers with status 404.", refusal)
    following = inquiry.next()
    assert following is not None
    assert following.kind == "udata"
    assert inquiry.detection().kind == ""


def test_the_software_that_a_page_names_is_asked_before_its_feeds() -> None:
    html = b"""<!doctype html><head><meta name="generator" content="ckan 2.11.0">
        <link rel="alternate" type="text/turtle" href="/catalog.ttl">"""
    inquiry = Inquiry(Portal("town", "https://daten.example"), sources())
    probe = inquiry.next()
    assert probe is not None
    inquiry.answer(probe, Payload("https://daten.example/", 200, {"content-type": "text/html"}, html))
    assert [each.kind for each in (inquiry.next(), inquiry.next()) if each] == ["ckan", "dcat"]


def test_what_was_known_of_another_kind_no_longer_holds() -> None:
    before = Portal("town", "https://a.example", kind="ckan", api_url="https://b.example",
                    settings={"prefix": "data", "parent": "ruhr"})  # fmt: skip
    after = Detection("dcat", 95, api_url="https://a.example/catalog.ttl", settings={"format": "ttl"})
    assert after.applied_to(before).settings == {"parent": "ruhr", "format": "ttl"}
    assert after.applied_to(before).base == "https://a.example/catalog.ttl"
    assert Detection("ckan", 95).applied_to(before) == before

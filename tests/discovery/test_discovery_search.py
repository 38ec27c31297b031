"""A search step by step, without a network: what is asked, in which order, and what is concluded."""

from collections.abc import Callable

import pytest

from crawler.discovery.candidates import MOST, candidates, spellings
from crawler.discovery.offers import data_pages, host_of, imprint_of, portals, relation
from crawler.discovery.search import Answer, Ask, Search
from crawler.discovery.towns import Register, Town
from crawler.formats.html_page import WebPage

Make = Callable[..., WebPage]
HOME = "https://www.muster.de/"
OFFICIAL = "Nordland Rathaus Gemeinderat Bürgermeister"
UNKNOWN = ("", 0, None, "unreachable", "The host name is not known.", True)


def answered(search: Search, answers: dict[str, Answer]) -> list[Ask]:
    """Lead a search through these answers; every other host does not exist."""
    asked = []
    while (ask := search.ask) is not None:
        asked.append(ask)
        search.take(answers.get(ask.url) or Answer(ask.url, *UNKNOWN[1:]))
    return asked


def found(url: str, page: WebPage) -> Answer:
    return Answer(url, 200, page)


def test_candidates_in_their_order() -> None:
    town = Town("1", "Bad Mustern, Stadt", type="Stadt", homepage="www.bad-mustern-online.de")
    urls = [candidate.url for candidate in candidates(town)]
    assert urls == [
        "https://www.bad-mustern-online.de/", "https://www.bad-mustern.de/", "https://bad-mustern.de/",
        "https://www.badmustern.de/", "https://badmustern.de/", "https://www.stadt-bad-mustern.de/",
        "https://stadt-bad-mustern.de/", "https://www.gemeinde-bad-mustern.de/", "https://gemeinde-bad-mustern.de/",
        "https://opendata.bad-mustern.de/", "https://daten.bad-mustern.de/", "https://geoportal.bad-mustern.de/",
    ]  # fmt: skip
    assert [candidate.portal for candidate in candidates(town)][-3:] == [True, True, True]


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("Mustermünde, Stadt", ["mustermuende"]),
        ("Frankfurt (Oder), Stadt", ["frankfurt-oder", "frankfurtoder", "frankfurt"]),
        ("Neustadt a.d. Muster", ["neustadt-a-d-muster", "neustadtadmuster"]),
        ("???", []),
    ],
)
def test_names_become_labels(name: str, labels: list[str]) -> None:
    assert spellings(Town("1", name)) == labels


def test_a_name_without_letters_and_a_bad_address_give_no_candidates() -> None:
    assert candidates(Town("1", "???", homepage="ftp://x")) == []
    assert len(candidates(Town("1", "Bad Muster am großen See (Heide), Markt"))) <= MOST


def test_it_ends_at_the_first_page_that_is_the_towns(register: Register, page: Make) -> None:
    search = Search(register.towns[0], register)
    asked = answered(search, {HOME: found(HOME, page("Stadt Muster", OFFICIAL, url=HOME))})
    assert [ask.url for ask in asked if ask.step == "candidate"] == [HOME]
    assert (search.finding.state, search.finding.url) == ("found", HOME)
    assert {ask.step for ask in asked} == {"candidate", "path", "host"}
    assert next(seen.verdict for seen in search.seen) == "accepted"


def test_http_is_tried_where_https_does_not_answer(register: Register, page: Make) -> None:
    plain = HOME.replace("https", "http")
    answers = {HOME: Answer(HOME, 0, None, "tls_error", "The certificate is not valid."),
               plain: found(plain, page("Stadt Muster", OFFICIAL, url=plain))}  # fmt: skip
    search = Search(register.towns[0], register)
    answered(search, answers)
    assert search.finding.url == plain
    assert [seen.verdict for seen in search.seen][:2] == ["tls_error", "accepted"]


def test_the_imprint_is_asked_where_the_page_says_too_little(register: Register, page: Make) -> None:
    link = '<a href="/kontakt">Kontakt</a><a href="/impressum">Impressum</a><a href="https://x.de/impressum">Impressum</a>'
    home = page("Stadt Muster", "Rathaus Gemeinderat", link, HOME)
    imprint = page("Impressum", "Seekreis", url=HOME + "impressum")
    search = Search(register.towns[0], register)
    asked = answered(
        search, {HOME: found(HOME, home), HOME + "impressum": found(HOME + "impressum", imprint)}
    )
    assert asked[1] == Ask("imprint", HOME + "impressum", asked[1].why)
    assert search.finding.state == "found"


@pytest.mark.parametrize(
    ("title", "text", "state"),
    [
        ("Stadt Muster", "Rathaus Gemeinderat", "open"),
        ("Landkreis Seekreis", OFFICIAL, "district"),
        ("Diese Domain steht zum Verkauf", "", "none"),
    ],
)
def test_what_is_no_home_page_is_kept_by_what_it_is(
    register: Register, page: Make, title: str, text: str, state: str
) -> None:
    search = Search(register.towns[0], register)
    answered(search, {HOME: found(HOME, page(title, text, url=HOME))})
    assert search.finding.state == state
    assert len(search.seen) >= len(candidates(register.towns[0]))


@pytest.mark.parametrize(
    ("slug", "state"),
    [
        ("blocked", "blocked"),
        ("unreachable", "unreachable"),
        ("tls_error", "unreachable"),
        ("not_found", "none"),
    ],
)
def test_failures_become_states(register: Register, slug: str, state: str) -> None:
    search = Search(register.towns[0], register)
    failed = {url: Answer(url, 0, None, slug, "It failed.") for url in (HOME, HOME.replace("https", "http"))}
    answered(search, failed)
    assert search.finding.state == state


def test_a_page_for_a_person_outweighs_a_site_that_is_down(register: Register, page: Make) -> None:
    other = "https://muster.de/"
    search = Search(register.towns[0], register)
    failed = {HOME: Answer(HOME, 403, None, "blocked", "Status 403.")}
    answered(search, failed | {other: found(other, page("Stadt Muster", "Rathaus Gemeinderat", url=other))})
    assert (search.finding.state, search.finding.url) == ("open", other)


def test_what_was_refused_before_is_not_asked_again(register: Register) -> None:
    refused = {"http://www.muster.de/", "https://muster.de/"}
    asked = [ask.url for ask in answered(Search(register.towns[0], register, refused=refused), {})]
    assert not {HOME, "https://muster.de/"} & set(asked)
    assert asked


def test_a_portal_under_the_towns_name_is_kept_without_a_home_page(register: Register, page: Make) -> None:
    url = "https://opendata.muster.de/"
    search = Search(register.towns[0], register)
    answered(search, {url: found(url, page("Stadt Muster: offene Daten", OFFICIAL, url=url))})
    assert (search.finding.state, [offer.url for offer in search.finding.offers]) == ("none", [url])


def test_links_lead_to_portals_and_pages_of_data(register: Register, page: Make) -> None:
    links = (
        '<a href="https://opendata.seekreis.de/">Offene Daten</a> <a href="/offene-daten">Offene Daten</a>'
        '<a href="https://www.facebook.de/opendata">Open Data auf Facebook</a> <a href="/statistik.pdf">Statistik</a>'
        '<a href="https://geo.muster.de/karte">Karte</a> <a href="https://x.de/">Partnerstadt</a>'
        '<a href="https://y.de/katalog.ttl">Datenkatalog</a>'
    )
    home = page("Stadt Muster", OFFICIAL, links, HOME)
    assert [lead.url for lead in portals(home)] == [
        "https://opendata.seekreis.de/", "https://geo.muster.de/karte", "https://y.de/katalog.ttl",
    ]  # fmt: skip
    assert [lead.url for lead in data_pages(home)] == [HOME + "offene-daten"]


def test_what_a_home_page_offers_is_looked_at(register: Register, page: Make) -> None:
    shared, data, host = (
        "https://opendata.seekreis.de/",
        HOME + "offene-daten",
        "https://geoportal.muster.de/",
    )
    home = page("Stadt Muster", OFFICIAL, f'<a href="{data}">Offene Daten</a>', HOME)
    files = page(
        "Offene Daten", "", f'<h2>Bäume</h2><a href="b.csv">x</a><a href="{shared}">Datenportal</a>', data
    )
    search = Search(register.towns[0], register)
    answers = {HOME: found(HOME, home), data: found(data, files), shared: found(shared, page("Seekreis", url=shared)),
               host: found(host, page("Domain", "Buy this domain", url=host))}  # fmt: skip
    asked = answered(search, answers)
    assert [ask.step for ask in asked] == ["candidate", "data_page", "portal", "host", "host", "host", "host"]
    assert [(offer.kind, offer.url, offer.files) for offer in search.finding.offers] == [
        ("website", data, 1),
        ("portal", shared, 0),
    ]
    assert [seen.verdict for seen in search.seen if seen.url == host] == ["parked"]


@pytest.mark.parametrize(
    ("url", "title", "known", "whose"),
    [
        ("https://opendata.muster.de/", "Open Data", [], "own"),
        ("https://muster.opendata.host/", "Open Data Muster", [], "own"),
        ("https://x.host/", "Open Data Bad Muster", [], "other"),
        ("https://x.host/", "Datenportal Neudorf", [], "other"),
        ("https://x.host/", "Offene Daten im Seekreis", [], "shared"),
        ("https://x.host/", "Offene Daten Nordland", [], "shared"),
        ("https://x.host/", "", [], "shared"),
        ("https://opendata.muster.de/", "Open Data", ["02"], "other"),
        ("https://x.host/", "", ["01"], "own"),
    ],
)
def test_whose_a_portal_is(register: Register, url: str, title: str, known: list[str], whose: str) -> None:
    assert relation(register.towns[0], register, HOME, url, title, known) == whose


def test_odd_addresses_have_no_host(page: Make) -> None:
    assert host_of("http://[1/") == ""
    assert imprint_of(page("x", "", '<a href="http://[1/impressum">Impressum</a>')) == ""

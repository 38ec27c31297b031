"""SPARQL endpoints: questions that every engine can answer, cuts that are noticed, two crawls."""

from collections.abc import Iterator
from typing import Any

import orjson
import pyoxigraph as ox
import pytest
from crawls import Crawled, crawled_twice
from hypothesis import given
from hypothesis import strategies as st
from neighbours import FIXTURES, PORTAL, surest
from portal_sparql import answered, portal, quads

from crawler.formats.reading import UnreadablePayload
from crawler.sources import sparql
from crawler.sources import sparql_queries as queries
from crawler.sources.protocol import Call, Page, Payload, Portal

ENDPOINT = Portal("x", "https://daten.neuwald.example/sparql")
NT = "application/n-triples"


def answer(body: Any, content_type: str = "application/sparql-results+json") -> Payload:
    return Payload(
        ENDPOINT.url,
        200,
        {"content-type": content_type},
        body if isinstance(body, bytes) else orjson.dumps(body),
    )


def rows(*bindings: dict[str, str]) -> Payload:
    found = [{name: {"type": "uri", "value": value} for name, value in row.items()} for row in bindings]
    return answer({"head": {"vars": []}, "results": {"bindings": found}})


def asked_of(page: Page) -> list[str]:
    return [call.step for call in page.calls]


def test_where_it_is_asked_for() -> None:
    found = sparql.probe(ENDPOINT)
    assert found[0].url.startswith("https://daten.neuwald.example/sparql?query=PREFIX%20dcat:")
    assert (found[0].method, found[-1].method) == ("GET", "POST")
    elsewhere = sparql.probe(PORTAL)[0]
    assert elsewhere.url.startswith("https://www.neuwald.example/sparql?query=")


def test_what_proves_it() -> None:
    yes = answer((FIXTURES / "sparql" / "ask.json").read_bytes())
    got, posted = (
        sparql.recognise(ENDPOINT, call, yes)
        for call in (sparql.probe(ENDPOINT)[0], sparql.probe(ENDPOINT)[-1])
    )
    assert got is not None
    assert posted is not None
    assert (got.confidence, got.api_url, got.settings) == (85, ENDPOINT.url, {})
    assert posted.settings == {"method": "POST"}
    assert 0 < surest("sparql", answer({"head": {}, "boolean": False})) < 50
    assert (
        0 < surest("sparql", answer(b"<html><title>Virtuoso SPARQL Query Editor</title>", "text/html")) < 50
    )
    assert (
        surest("sparql", answer({"success": True})) == surest("sparql", answer(b"<html>", "text/html")) == 0
    )


def test_every_query_is_sound() -> None:
    store = ox.Store()
    for graph in ("", "*", "https://neuwald.example/graph"):
        for query in (
            queries.is_there(graph),
            queries.count(graph),
            queries.names('a"\\b\n', 3, graph),
            queries.described(["https://a.example/1", "urn:b"], graph),
            queries.nameless(graph),
            queries.catalogues(graph),
        ):
            store.query(query)


def test_a_description_holds_what_belongs_to_a_dataset_and_no_other_dataset() -> None:
    store = ox.Store()
    store.extend(quads(0))
    wanted = "https://neuwald.example/d/005"
    body = answered(store, queries.described([wanted], ""), 10_000).body
    call = Call(ENDPOINT.url, "describe", state={"iris": [wanted], "graph": ""})
    (entry,) = sparql.read(ENDPOINT, call, answer(body, NT)).entries
    node = entry.read().record.root
    assert (entry.identifier, node.title) == (wanted, ["Datensatz 5"])
    assert (node.publisher[0].name, node.temporal[0].start_date) == (["Stadt Neuwald"], ["2024-01-01"])
    assert len(node.distribution) == 1
    assert body.count(b"\n") == 9


def test_counts_lead_to_names_and_names_to_descriptions() -> None:
    (call,) = sparql.start(ENDPOINT)
    page = sparql.read(ENDPOINT, call, rows({"blank": "false", "n": "3"}, {"blank": "true", "n": "1"}))
    assert (page.total, asked_of(page)) == (4, ["catalogue", "names", "nameless"])
    assert [call.optional for call in page.calls] == [True, False, False]
    names = page.calls[1]
    following = sparql.read(ENDPOINT, names, answer((FIXTURES / "sparql" / "names.json").read_bytes()))
    assert asked_of(following) == ["describe", "names"]
    assert "daten.neuwald.example/d/2" in following.calls[1].url
    last = sparql.read(ENDPOINT, following.calls[1], rows({"d": "https://daten.neuwald.example/d/3"}))
    assert asked_of(last) == ["describe"]


def test_names_that_do_not_go_on_end_the_listing() -> None:
    names = Call(
        ENDPOINT.url, "names", state={"graph": "", "total": 9, "after": "https://x.example/5", "seen": 4}
    )
    page = sparql.read(ENDPOINT, names, rows({"d": "https://x.example/4"}, {"d": "https://x.example/5"}))
    assert (page.calls, page.faults["page-repeated"]) == ([], 1)
    assert sparql.read(ENDPOINT, names, rows()).calls == []
    odd = sparql.read(
        ENDPOINT, names, rows({"d": "https://x.example/a b"}, {"d": "https://x.example/c"}, {"e": "x"})
    )
    assert (odd.skipped["iri-unusable"], odd.calls[0].state["iris"]) == (1, ["https://x.example/c"])


def test_an_empty_default_graph_is_not_the_end() -> None:
    (call,) = sparql.start(ENDPOINT)
    page = sparql.read(ENDPOINT, call, rows())
    assert [found.state["graph"] for found in page.calls] == ["*"]
    nothing = sparql.read(ENDPOINT, page.calls[0], rows({"blank": "0", "n": "0"}))
    assert (nothing.total, nothing.calls) == (0, [])


def test_long_questions_fit_into_addresses_or_are_posted() -> None:
    many = [f"https://daten.neuwald.example/datensatz/nummer/{number}" for number in range(500)]
    names = Call(ENDPOINT.url, "names", state={"graph": "", "total": 500, "after": "", "seen": 0})
    answered_names = rows(*({"d": iri} for iri in many))
    got = sparql.read(ENDPOINT, names, answered_names).calls
    assert max(len(call.url) for call in got) <= sparql.LONGEST
    assert [iri for call in got for iri in call.state["iris"]] == many
    posting = Portal("x", ENDPOINT.url, settings={"method": "POST"})
    posted = sparql.read(posting, names, answered_names).calls
    assert [len(call.state["iris"]) for call in posted] == [100] * 5
    assert all(call.body.startswith(b"query=") and call.url == ENDPOINT.url for call in posted)


@pytest.mark.parametrize(
    ("triples", "cut"), [(10_000, 1), (10_001, 1), (1_024, 1), (65_536, 1), (499, 0), (5_973, 0), (100, 0)]
)
def test_round_numbers_look_cut(triples: int, cut: int) -> None:
    assert sparql.looks_cut(triples) == bool(cut)


def test_what_is_missing_is_asked_for_again_in_halves() -> None:
    body = (FIXTURES / "sparql" / "described.nt").read_bytes()
    iris = [f"https://daten.neuwald.example/d/{number}" for number in (1, 2, 3)]
    call = Call(ENDPOINT.url, "describe", state={"iris": iris, "graph": ""})
    halves = sparql.read(ENDPOINT, call, answer(body, NT))
    assert (halves.entries, [part.state["iris"] for part in halves.calls]) == ([], [iris[:1], iris[1:]])
    alone = Call(ENDPOINT.url, "describe", state={"iris": iris[2:], "graph": ""})
    assert sparql.read(ENDPOINT, alone, answer(body, NT)).entries == []
    assert sparql.split(ENDPOINT, alone) == sparql.split(ENDPOINT, Call("x", "names")) == []


def test_one_dataset_with_too_much_to_say_is_kept_and_noted() -> None:
    iri = "https://x.example/d"
    lines = [
        f"<{iri}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#Dataset> ."
    ]
    lines += [
        f"<{iri}> <http://www.w3.org/ns/dcat#distribution> <{iri}/{number}> ." for number in range(9999)
    ]
    call = Call(ENDPOINT.url, "describe", state={"iris": [iri], "graph": ""})
    page = sparql.read(ENDPOINT, call, answer("\n".join(lines).encode(), NT))
    assert (len(page.entries), page.faults["page-failed"]) == (1, 1)


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        (b"<!doctype html><p>Wartung", "html-instead"),
        (b'{"head": {"vars": ["d"]}, "results": {"bind', "truncated"),
        (b"Virtuoso 42000 Error", "not-json"),
        (b'{"error": "timeout"}', "unexpected-shape"),
        (b'{"head": {}, "results": {"bindings": null}}', "unexpected-shape"),
    ],
)
@pytest.mark.parametrize("step", ["count", "names"])
def test_answers_that_are_none(body: bytes, slug: str, step: str) -> None:
    call = Call(ENDPOINT.url, step, state={"graph": "", "total": 3})
    with pytest.raises(UnreadablePayload) as refusal:
        sparql.read(ENDPOINT, call, answer(body))
    assert refusal.value.slug == slug


@given(st.binary(max_size=60), st.sampled_from(["count", "names", "describe", "nameless", "catalogue"]))
def test_any_answer_is_a_page_or_a_refusal(body: bytes, step: str) -> None:
    call = Call(ENDPOINT.url, step, state={"graph": "", "total": 3, "iris": ["https://x.example/a"]})
    sparql.recognise(ENDPOINT, call, answer(body))
    try:
        assert sparql.read(ENDPOINT, call, answer(body)).entries == []
    except UnreadablePayload:
        return


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with crawled_twice(tmp_path_factory.mktemp("sparql"), portal, "sparql", path="/sparql") as crawled:
        yield crawled


def test_an_endpoint_that_cuts_silently_is_read_whole(world: Crawled) -> None:
    run = world.run("sound")
    assert (world.kind(), run["outcome"], run["delivered"], run["claimed"]) == (
        "sparql",
        "complete",
        130,
        130,
    )
    assert world.datasets("identifier")[-1] == ("n7",)
    assert {count for (count,) in world.datasets("distributions")} == {1}


def test_the_second_crawl_sees_what_changed(world: Crawled) -> None:
    run = world.run("sound", 2)
    assert (run["added"], run["changed"], run["gone"], run["unchanged"]) == (0, 1, 1, 128)


def test_a_dataset_that_cannot_be_described_costs_only_itself(world: Crawled) -> None:
    run = world.run("broken")
    assert (run["outcome"], run["delivered"], run["rejected"]) == ("complete", 129, 1)


def test_named_graphs_are_read_too(tmp_path_factory: pytest.TempPathFactory) -> None:
    def make(epoch: int, broken: bool) -> Any:
        return portal(epoch, broken, "https://neuwald.example/graph")

    with crawled_twice(
        tmp_path_factory.mktemp("graphs"), make, "sparql", path="/sparql", settings={"method": "POST"}
    ) as world:
        assert world.run("broken", 2)["delivered"] == 128

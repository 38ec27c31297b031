"""CKAN as a source: what proves it, how a listing is walked, and what becomes of answers that are none."""

from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.formats.reading import UnreadablePayload
from crawler.sources import ckan
from crawler.sources.protocol import Call, Evidence, Page, Payload, Portal

FIXTURES = Path(__file__).parent.parent / "fixtures" / "ckan"
PORTAL = Portal("neuwald", "https://daten.neuwald.example")


def payload(call: Call, value: Any, status: int = 200) -> Payload:
    body = value if isinstance(value, bytes) else orjson.dumps(value)
    return Payload(call.url, status, {"content-type": "application/json"}, body)


def query(call: Call) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(call.url).query).items()}


def package(number: int) -> dict[str, Any]:
    return {"id": f"{number:06}", "title": f"Nummer {number}"}


def search(total: int, cap: int = 1000, broken: frozenset[int] = frozenset()) -> Callable[[Call], Any]:
    """A portal with `total` packages that delivers at most `cap` at once and fails where a broken one is among them."""

    def answer(call: Call) -> Any:
        asked = query(call)
        start = int(asked["start"])
        numbers = range(start, min(start + min(int(asked["rows"]), cap), total))
        if broken.intersection(numbers):
            return None
        return {"success": True, "result": {"count": total, "results": [package(n) for n in numbers]}}

    return answer


def walk(
    portal: Portal, answer: Callable[[Call], Any], at_most: int = 4000
) -> tuple[list[str], list[Call], Page]:
    """Identifiers in the order in which they came, the calls made, and all faults and skipped of the pages together."""
    waiting, made, found, together = deque(ckan.start(portal)), [], [], Page()
    while waiting:
        call = waiting.popleft()
        made.append(call)
        assert len(made) <= at_most, "the listing does not end"
        value = answer(call)
        if value is None:
            waiting.extend(ckan.split(portal, call))
            continue
        page = ckan.read(portal, call, payload(call, value))
        found += [entry.identifier for entry in page.entries]
        together.faults += page.faults
        together.skipped += page.skipped
        waiting.extend(page.calls)
    return found, made, together


def test_the_first_call_asks_for_everything_in_an_order_that_stays() -> None:
    (call,) = ckan.start(PORTAL)
    assert call.url == (
        "https://daten.neuwald.example/api/3/action/package_search?q=*:*&rows=1000&start=0&sort=id%20asc"
    )


@pytest.mark.parametrize(
    ("url", "api_url", "settings_", "root"),
    [
        ("https://a.example/", "", {}, "https://a.example"),
        ("https://a.example", "", {"prefix": "/data"}, "https://a.example/data"),
        ("https://a.example/data", "", {"prefix": "data"}, "https://a.example/data"),
        ("https://www.a.example", "https://ckan.a.example/api/3/action", {}, "https://ckan.a.example"),
        ("https://a.example/fr/indexer/service/ckan/", "", {}, "https://a.example/fr/indexer/service/ckan"),
    ],
)
def test_where_the_interface_lies(url: str, api_url: str, settings_: dict[str, str], root: str) -> None:
    portal = Portal("a", url, api_url=api_url, settings=settings_)
    (call,) = ckan.start(portal)
    assert call.url.startswith(root + "/api/3/action/package_search?")


def test_filter_and_page_size_are_settings() -> None:
    portal = Portal("a", "https://a.example", settings={"filter": "organization:stadt-a", "page_size": "50"})
    asked = query(ckan.start(portal)[0])
    assert (asked["fq"], asked["rows"]) == ("organization:stadt-a", "50")


def test_very_old_portals_are_asked_by_post() -> None:
    portal = Portal("a", "https://a.example", settings={"method": "POST", "action": "/api/action"})
    (call,) = ckan.start(portal)
    assert (call.url, call.method) == ("https://a.example/api/action/package_search", "POST")
    assert orjson.loads(call.body)["rows"] == 1000
    assert ("Content-Type", "application/json") in call.headers


@pytest.mark.parametrize(
    ("total", "cap"), [(0, 1000), (1, 1000), (1000, 1000), (1001, 1000), (2500, 300), (7, 1)]
)
def test_everything_comes_once_and_no_call_is_wasted(total: int, cap: int) -> None:
    found, made, page = walk(PORTAL, search(total, cap))
    assert found == [f"{number:06}" for number in range(total)]
    assert len(made) == max(1, -(-total // cap))
    assert not page.faults


@given(st.integers(0, 300), st.integers(1, 120), st.integers(1, 120))
def test_everything_comes_whatever_the_portal_allows(total: int, cap: int, rows: int) -> None:
    portal = Portal("a", "https://a.example", settings={"page_size": str(rows)})
    found, _, _ = walk(portal, search(total, cap))
    assert sorted(found) == [f"{number:06}" for number in range(total)]


def test_all_pages_are_asked_for_at_once_when_the_total_is_known() -> None:
    (call,) = ckan.start(PORTAL)
    page = ckan.read(PORTAL, call, payload(call, search(4500)(call)))
    assert page.total == 4500
    assert [query(following)["start"] for following in page.calls] == ["1000", "2000", "3000", "4000"]


def test_a_portal_that_grows_while_it_is_read() -> None:
    totals = iter((1500, 2200, 2200))
    found, made, _ = walk(PORTAL, lambda call: search(next(totals))(call))
    assert len(found) == 2200
    assert len(made) == 3


def test_a_portal_that_shrinks_while_it_is_read() -> None:
    totals = iter((3000, 2500, 2500))
    found, made, _ = walk(PORTAL, lambda call: search(next(totals))(call))
    assert len(set(found)) == 2500
    assert len(made) == 3


def test_a_page_that_lacks_rows_is_asked_for_the_rest() -> None:
    def answer(call: Call) -> Any:
        return search(2000, cap=400 if query(call)["start"] == "1000" else 1000)(call)

    found, _, _ = walk(PORTAL, answer)
    assert len(set(found)) == 2000


def test_a_total_that_is_made_up_costs_neither_memory_nor_calls() -> None:
    (call,) = ckan.start(PORTAL)
    value = {"success": True, "result": {"count": 10**12, "results": [package(n) for n in range(1000)]}}
    calls = ckan.read(PORTAL, call, payload(call, value)).calls
    assert len(calls) == 500
    empty = {"success": True, "result": {"count": 10**12, "results": []}}
    assert ckan.read(PORTAL, calls[-1], payload(calls[-1], empty)).calls == []


@pytest.mark.parametrize("broken", [{0}, {999}, {1000}, {1234, 1235}, {0, 1000, 2499}])
def test_one_record_that_breaks_its_page_costs_only_itself(broken: set[int]) -> None:
    found, made, _ = walk(PORTAL, search(2500, broken=frozenset(broken)))
    assert set(found) == {f"{number:06}" for number in range(2500)} - {f"{number:06}" for number in broken}
    assert len(made) < 3 + 24 * len(broken)


def test_a_portal_that_always_fails_is_given_up() -> None:
    portal = Portal("a", "https://a.example", settings={"page_size": "8"})
    found, made, _ = walk(portal, lambda call: None)
    assert found == []
    assert len(made) <= 50


def test_what_is_no_page_cannot_be_cut() -> None:
    assert ckan.split(PORTAL, Call("https://a.example", "names")) == []
    assert ckan.split(PORTAL, Call("https://a.example", "show")) == []


REFUSAL = {"success": False, "error": {"message": "Action name not known: package_search"}}


def test_names_and_packages_where_there_is_no_search() -> None:
    def answer(call: Call) -> Any:
        if "/package_list" in call.url:
            return {"success": True, "result": ["haltestellen", "bäume § 7", "haltestellen"]}
        if "/package_show" in call.url:
            return {"success": True, "result": [{"id": query(call)["id"], "title": "T", "type": "Dataset"}]}
        return REFUSAL

    found, made, _ = walk(PORTAL, answer)
    assert found == ["haltestellen", "bäume § 7"]
    assert [call.step for call in made] == ["search", "search-unsorted", "current", "names", "show", "show"]
    assert made[-1].url.endswith("package_show?id=b%C3%A4ume%20%C2%A7%207")


def test_a_listing_may_be_prescribed() -> None:
    portal = Portal("a", "https://a.example", settings={"listing": "packages"})
    assert [call.url for call in ckan.start(portal)] == ["https://a.example/api/3/action/package_list"]


def test_dkan_delivers_a_list_in_a_list_all_at_once() -> None:
    portal = Portal("a", "https://a.example", settings={"listing": "current"})
    found, made, page = walk(portal, lambda call: (FIXTURES / "dkan.json").read_bytes())
    assert (found, len(made)) == (["d1"], 1)
    assert not page.faults


def test_a_listing_without_a_total_ends_with_a_short_page() -> None:
    def answer(call: Call) -> Any:
        start, rows = int(query(call)["offset"]), int(query(call)["limit"])
        return [package(number) for number in range(start, min(start + rows, 25))]

    portal = Portal("a", "https://a.example", settings={"listing": "current", "page_size": "10"})
    found, made, _ = walk(portal, answer)
    assert (len(found), len(made)) == (25, 3)


def test_a_listing_that_does_not_page_at_all_ends() -> None:
    portal = Portal("a", "https://a.example", settings={"listing": "current", "page_size": "10"})
    found, made, page = walk(portal, lambda call: [package(number) for number in range(10)])
    assert (len(found), len(made)) == (10, 2)
    assert page.faults == {"page-repeated": 1}


def test_an_empty_portal() -> None:
    (call,) = ckan.start(PORTAL)
    page = ckan.read(PORTAL, call, payload(call, search(0)(call)))
    assert (page.entries, page.calls, page.total) == ([], [], 0)


def test_items_that_are_no_data_are_skipped_and_counted() -> None:
    (call,) = ckan.start(PORTAL)
    page = ckan.read(PORTAL, call, payload(call, (FIXTURES / "extras_as_list.json").read_bytes()))
    assert (page.total, len(page.entries), page.skipped) == (3, 2, {"harvest": 1})


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        ((FIXTURES / "error.json").read_bytes(), "api-error"),
        (b"<!DOCTYPE html><title>Wartung</title>", "html-instead"),
        ((FIXTURES / "extras_as_list.json").read_bytes()[:900], "truncated"),
        (b'"Bad request"', "unexpected-shape"),
        (b'{"success": true, "result": {"count": 3}}', "unexpected-shape"),
        (b'{"success": true, "result": null}', "unexpected-shape"),
        (b"nope", "not-json"),
    ],
)
def test_answers_that_are_none(body: bytes, slug: str) -> None:
    call = Call("https://a.example", "search", state={"start": 1000, "rows": 1000})
    with pytest.raises(UnreadablePayload) as refusal:
        ckan.read(PORTAL, call, payload(call, body))
    assert refusal.value.slug == slug


def test_an_error_says_what_the_portal_said() -> None:
    call = Call("https://a.example", "show")
    with pytest.raises(UnreadablePayload, match="Zugriff verweigert"):
        ckan.read(PORTAL, call, payload(call, (FIXTURES / "error.json").read_bytes()))


def test_html_with_status_200_is_no_reason_to_try_something_else() -> None:
    (call,) = ckan.start(PORTAL)
    with pytest.raises(UnreadablePayload):
        ckan.read(PORTAL, call, payload(call, b"<html>"))
    assert ckan.read(PORTAL, call, payload(call, b"<html>", 404)).calls[0].step == "search-unsorted"


def test_a_wrong_charset_is_a_fault_of_the_page() -> None:
    (call,) = ckan.start(PORTAL)
    body = '{"success": true, "result": {"count": 1, "results": [{"id": "a", "title": "Bäume"}]}}'.encode(
        "latin-1"
    )
    page = ckan.read(PORTAL, call, payload(call, body))
    assert page.faults == {"charset-wrong": 1}


def recognise(value: Any, portal: Portal = PORTAL, step: str = "status") -> Evidence | None:
    call = next((call for call in ckan.probe(portal) if call.step == step), Call(portal.url, step))
    return ckan.recognise(portal, call, payload(call, value))


def test_a_version_is_proof() -> None:
    evidence = recognise((FIXTURES / "status_show.json").read_bytes())
    assert evidence is not None
    assert evidence.confidence >= 90
    assert evidence.api_url == "https://daten.neuwald.example"
    assert evidence.settings == {"version": "2.10.4", "extensions": "scheming_datasets dcat"}
    assert "2.10.4" in evidence.proof


def test_a_prefix_is_found_and_used() -> None:
    call = next(call for call in ckan.probe(PORTAL) if "/katalog/api" in call.url)
    evidence = ckan.recognise(PORTAL, call, payload(call, (FIXTURES / "status_show.json").read_bytes()))
    assert evidence is not None
    found = Portal("a", PORTAL.url, api_url=evidence.api_url, settings=evidence.settings)
    assert ckan.start(found)[0].url.startswith("https://daten.neuwald.example/katalog/api/3/action/")


def test_a_search_or_a_list_of_names_only_speaks_for_it() -> None:
    empty = recognise({"success": True, "result": {"count": 7, "results": []}}, step="empty")
    listed = recognise({"success": True, "result": ["a", "b"]}, step="listed")
    assert empty is not None
    assert listed is not None
    assert 50 <= listed.confidence < empty.confidence < 90
    assert listed.settings["listing"] == "packages"


def test_an_old_interface_is_remembered() -> None:
    call = ckan.probe(PORTAL)[-1]
    evidence = ckan.recognise(PORTAL, call, payload(call, {"success": True, "result": ["a"]}))
    assert evidence is not None
    assert evidence.settings == {"action": "/api/action", "method": "POST", "listing": "packages"}


def test_the_generator_of_a_page_is_a_strong_hint() -> None:
    page = b'<!DOCTYPE html><html><head><meta name="generator" content="ckan 2.9.5" /></head></html>'
    evidence = recognise(page, step="home")
    assert evidence is not None
    assert 60 < evidence.confidence < 90


@pytest.mark.parametrize(
    "value",
    [
        b"<html>Willkommen</html>",
        {"success": False, "error": {}},
        {"success": True, "result": []},
        {"success": True, "result": {}},
        {"success": True, "result": [{"id": "x", "type": "Dataset"}]},
        {"success": True, "result": {"count": "7", "results": []}},
        {"count": 7, "next": None, "results": []},
        ["a", "b"],
        {"dataset": []},
        [],
        b"",
    ],
)
@pytest.mark.parametrize("step", ["status", "empty", "listed", "home"])
def test_what_proves_nothing(value: Any, step: str) -> None:
    assert recognise(value, step=step) is None


def test_probes_ask_the_likeliest_first_and_nothing_twice() -> None:
    calls = ckan.probe(Portal("a", "https://a.example/data"))
    assert calls[0].url == "https://a.example/data/api/3/action/package_search?rows=0"
    assert len({(call.url, call.method) for call in calls}) == len(calls)


@given(
    st.binary(max_size=80)
    | st.sampled_from([b'{"success":true,"result":[[[[]]]]}', b'{"success":true,"result":[{}]}'])
)
def test_any_answer_is_a_page_or_a_refusal(body: bytes) -> None:
    for call in (*ckan.start(PORTAL), Call("https://a.example", "names"), Call("https://a.example", "show")):
        ckan.recognise(PORTAL, call, payload(call, body))
        try:
            ckan.read(PORTAL, call, payload(call, body))
        except UnreadablePayload:
            continue

"""SPARQL endpoints that hold DCAT: addresses by key in a stable order, then everything said about some of them at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from catalog.record.addresses import repaired
from crawler.formats.reading import UnreadablePayload
from crawler.formats.sparql_results import read_boolean, read_graph_answer, read_rows
from crawler.sources import sparql_queries as queries
from crawler.sources.protocol import Call, Evidence, Page, Payload, Portal

KIND = "sparql"
RANK = 165
READER = 1

PATHS = ("/sparql", "/sparql/", "/query", "/api/sparql")
"""Where endpoints commonly lie: Virtuoso and most others, Oxigraph and Fuseki, piveau's proxies."""
NAMES = 500
"""Addresses a page; below every limit that endpoints are known to set."""
TOGETHER = 100
"""Resources described by one query at most."""
LONGEST = 6000
"""Characters of an address asked by GET: three quarters of what web servers take as shipped (Apache 8,190, nginx 8,192)."""
_RESULTS = "application/sparql-results+json, application/json;q=0.5"
_RDF = "application/n-triples, text/turtle;q=0.9, application/rdf+xml;q=0.5"
_SHORTEST_CUT = 500
_FORM = re.compile(rb"<title>[^<]*SPARQL|sparql-service-description#", re.IGNORECASE)


def probe(portal: Portal) -> list[Call]:
    """Whether there is any DCAT, asked at the address itself where it may be an endpoint, and at the usual places, by
    GET; then posted, for endpoints that take nothing else."""
    root = "{0.scheme}://{0.netloc}".format(urlsplit(portal.base))
    places = [portal.api_url or portal.url] if _may_be_endpoint(portal) else []
    places += [base + path for path in PATHS for base in (portal.base, root)]
    places += [] if _may_be_endpoint(portal) else [portal.api_url or portal.url]
    found = dict.fromkeys(places)
    return [
        _request(url, queries.is_there(), "ask", {}, posted=posted)
        for posted in (False, True)
        for url in found
    ]


def _may_be_endpoint(portal: Portal) -> bool:
    path = urlsplit(portal.base).path.lower()
    return "sparql" in path or path.endswith("/query")


def recognise(portal: Portal, call: Call, payload: Payload) -> Evidence | None:
    """A yes to the question for DCAT. Less sure than the product that the endpoint may belong to (piveau, udata, EntryStore).

    A form for queries or a service description names no kind: it only says where to ask.
    """
    url = call.url.partition("?")[0]
    try:
        found = read_boolean(payload.body, payload.headers.get("content-type", ""))
    except UnreadablePayload:
        if _FORM.search(payload.body[:100_000]):
            return Evidence(KIND, 45, "The page is that of a SPARQL endpoint.", url)
        return None
    if found:
        known = {"method": "POST"} if call.method == "POST" else {}
        return Evidence(KIND, 85, "The SPARQL endpoint holds datasets described with DCAT.", url, known)
    return Evidence(KIND, 30, "A SPARQL endpoint without DCAT in its default graph.", url)


def start(portal: Portal) -> list[Call]:
    """How many there are."""
    graph = portal.settings.get("graph", "")
    return [_ask(portal, queries.count(graph), "count", {"graph": graph})]


def _endpoint(portal: Portal) -> str:
    return portal.api_url or portal.url


def _ask(portal: Portal, query: str, step: str, state: Mapping[str, Any], *, optional: bool = False) -> Call:
    return _request(_endpoint(portal), query, step, state, posted=_posts(portal), optional=optional)


def _posts(portal: Portal) -> bool:
    return portal.settings.get("method", "").upper() == "POST"


def _request(
    url: str, query: str, step: str, state: Mapping[str, Any], *, posted: bool, optional: bool = False
) -> Call:
    """A query as the body of a form, or in the address (SPARQL 1.1 Protocol, section 2.1)."""
    accept = ("Accept", _RDF if "CONSTRUCT{" in query else _RESULTS)
    if posted:
        headers = (accept, ("Content-Type", "application/x-www-form-urlencoded"))
        return Call(url, step, "POST", headers, urlencode({"query": query}).encode(), state, optional)
    joint = "&" if "?" in url else "?"
    address = f"{url}{joint}{urlencode({'query': query}, quote_via=quote, safe=':/?,;.()')}"
    return Call(address, step, headers=(accept,), state=state, optional=optional)


def read(portal: Portal, call: Call, payload: Payload) -> Page:
    """Counts lead to names, names to descriptions, descriptions are records.

    Raises UnreadablePayload: what `read_json` and `read_feed` raise, `unexpected-shape` for other answers.
    """
    return _READERS.get(call.step, _read_descriptions)(portal, call, payload)


def _read_count(portal: Portal, call: Call, payload: Payload) -> Page:
    """An endpoint whose default graph is empty is asked again for its named graphs."""
    graph = str(call.state.get("graph", ""))
    counts = {row.get("blank", ""): row.get("n", "") for row in read_rows(payload.body)}
    numbers = {blank in ("true", "1"): int(text) for blank, text in counts.items() if text.isdecimal()}
    total = sum(numbers.values())
    if not total and not graph:
        return Page(calls=[_ask(portal, queries.count("*"), "count", {"graph": "*"})])
    if not total:
        return Page(total=0)
    state = {"graph": graph, "total": numbers.get(False, 0)}
    calls = [_names(portal, "", 0, state)] if numbers.get(False) else []
    if numbers.get(True):
        calls.append(_ask(portal, queries.nameless(graph), "nameless", state))
    about = _ask(portal, queries.catalogues(graph), "catalogue", state, optional=True)
    return Page(calls=[about, *calls], total=total)


def _names(portal: Portal, after: str, seen: int, state: Mapping[str, Any]) -> Call:
    query = queries.names(after, NAMES, str(state["graph"]))
    return _ask(portal, query, "names", {**state, "after": after, "seen": seen})


def _read_names(portal: Portal, call: Call, payload: Payload) -> Page:
    """The next page follows until as many came as were counted, or none comes: a short page may be a cut one."""
    after = str(call.state.get("after", ""))
    found = [row["d"] for row in read_rows(payload.body) if row.get("d")]
    page = Page()
    if found and max(found) <= after:
        page.faults["page-repeated"] += 1
        return page
    asked = [iri for iri in found if queries.can_be_asked(iri)]
    page.skipped["iri-unusable"] += len(found) - len(asked)
    page.calls = list(_described(portal, asked, str(call.state["graph"])))
    seen = int(call.state.get("seen", 0)) + len(found)
    if found and seen < int(call.state["total"]):
        page.calls.append(_names(portal, found[-1], seen, call.state))
    return page


def _described(portal: Portal, iris: Sequence[str], graph: str) -> Iterator[Call]:
    """As many resources in one query as may be asked for together."""
    batch: list[str] = []
    for iri in iris:
        if batch and not _fits(portal, [*batch, iri], graph):
            yield _describe(portal, batch, graph)
            batch = []
        batch.append(iri)
    if batch:
        yield _describe(portal, batch, graph)


def _fits(portal: Portal, iris: list[str], graph: str) -> bool:
    if len(iris) > TOGETHER:
        return False
    return _posts(portal) or len(_describe(portal, iris, graph).url) <= LONGEST


def _describe(portal: Portal, iris: Sequence[str], graph: str) -> Call:
    state = {"iris": list(iris), "graph": graph}
    return _ask(portal, queries.described(iris, graph), "describe", state)


def _read_descriptions(portal: Portal, call: Call, payload: Payload) -> Page:
    """The resources asked for. Where the answer was cut, or one is missing, they are asked for in halves."""
    feed, triples = read_graph_answer(payload.body, payload.content_type, _endpoint(portal))
    asked = {str(repaired(iri)) for iri in call.state.get("iris", ())}
    entries = [entry for entry in feed.entries if entry.read().record.root.id in asked]
    cut = looks_cut(triples)
    if len(asked) > 1 and (cut or len(entries) < len(asked)):
        return Page(calls=split(portal, call))
    page = Page(entries, faults=feed.faults)
    if cut:
        page.faults["page-failed"] += 1
    return page


def looks_cut(triples: int) -> bool:
    """Whether an answer has a number of triples at which endpoints stop without a word: Virtuoso as Debian ships it after
    10,000 rows, others after another round number. One answer in 250 looks so by chance and costs a question more."""
    return triples >= _SHORTEST_CUT and (triples % 500 <= 1 or triples.bit_count() == 1)


def _read_nameless(portal: Portal, call: Call, payload: Payload) -> Page:
    feed, _ = read_graph_answer(payload.body, payload.content_type, _endpoint(portal))
    entries = [
        entry for entry in feed.entries if not str(entry.read().record.root.id or "").startswith("http")
    ]
    return Page(entries, faults=feed.faults)


def _read_catalogue(portal: Portal, call: Call, payload: Payload) -> Page:
    return Page(
        catalogue=read_graph_answer(payload.body, payload.content_type, _endpoint(portal))[0].catalogue
    )


_READERS = {
    "count": _read_count,
    "names": _read_names,
    "nameless": _read_nameless,
    "catalogue": _read_catalogue,
}


def split(portal: Portal, call: Call) -> list[Call]:
    """Two halves of what was asked for together."""
    iris = call.state.get("iris", ())
    if call.step != "describe" or len(iris) < 2:
        return []
    middle, graph = len(iris) // 2, str(call.state["graph"])
    return [_describe(portal, part, graph) for part in (iris[:middle], iris[middle:])]

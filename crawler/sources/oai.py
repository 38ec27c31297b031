"""OAI-PMH repositories: records in DCAT, ISO or Dublin Core, by resumption tokens, with their tombstones."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from catalog.record.terms import IRI
from crawler.formats.iso_metadata import Context
from crawler.formats.metadata_xml import Metadata, read_elements, records_in
from crawler.formats.reading import UnreadablePayload
from crawler.formats.xml_payload import Element, child_text, children, descendants, local, read_xml
from crawler.sources.protocol import Call, Evidence, Page, Payload, Portal

KIND = "oai"
RANK = 160
READER = 1

PATHS = ("/oai", "/oai-pmh", "/oai/request", "/?mode=oaipmh", "/csw?mode=oaipmh")
"""Where repositories commonly answer: Dataverse and others, DSpace, pycsw (two installations)."""
PREFERRED = (
    ("http://www.w3.org/ns/dcat#", ("dcat_ap", "dcat-ap", "dcat", "rdf_dcat", "rdf")),
    ("http://www.isotc211.org/2005/gmd", ("iso19139", "gmd")),
    ("http://standards.iso.org/iso/19115/-3/mdb", ("iso19115-3", "mdb", "iso19115_3")),
    ("http://www.openarchives.org/OAI/2.0/oai_dc/", ("oai_dc", "dc")),
)
"""Metadata formats by namespace and usual prefixes, in the order in which they are asked for."""
_NONE = frozenset({"noRecordsMatch"})
_OWN = frozenset({"verb", "metadataprefix", "resumptiontoken", "set", "identifier", "from", "until"})


def _endpoint(url: str) -> str:
    """The address without the parameters of a request; others (`mode=oaipmh`) belong to it."""
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query, True) if name.lower() not in _OWN]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(kept), ""))


def _asking(base: str, **parameters: str) -> str:
    query = urlencode(parameters, quote_via=quote)
    return f"{base}{'&' if '?' in base else '?'}{query}"


def probe(portal: Portal) -> list[Call]:
    """Identify at the address itself, then at the usual places below it."""
    base = _endpoint(portal.base).rstrip("/") if not urlsplit(portal.base).query else _endpoint(portal.base)
    places = [base] if "?" in base else [base, *(base + path for path in PATHS)]
    return [Call(_asking(place, verb="Identify"), "identify", state={"base": place}) for place in places]


def recognise(portal: Portal, call: Call, payload: Payload) -> Evidence | None:
    """An answer to Identify is proof; a well-formed error of the protocol nearly so."""
    try:
        root, _ = read_xml(payload.body)
    except UnreadablePayload:
        return None
    if local(root) != "OAI-PMH":
        return None
    base = str(call.state.get("base", "")) or _endpoint(payload.url)
    for part in children(root, "Identify"):
        name, deleted = child_text(part, "repositoryName"), child_text(part, "deletedRecord")
        proof = f"Identify names the repository “{name}”; deleted records: {deleted or 'not said'}"
        return Evidence(KIND, 95, proof, base, {"deleted": deleted} if deleted else {})
    return Evidence(KIND, 80, "an answer in the envelope of OAI-PMH", base)


def start(portal: Portal) -> list[Call]:
    """The formats that the repository offers, or the records in the one that `metadata_prefix` names."""
    base = _endpoint(portal.base)
    if prefix := portal.settings.get("metadata_prefix", ""):
        return [_records(portal, base, prefix)]
    return [Call(_asking(base, verb="ListMetadataFormats"), "formats", state={"base": base})]


def _records(portal: Portal, base: str, prefix: str) -> Call:
    asked = {"verb": "ListRecords", "metadataPrefix": prefix}
    if name := portal.settings.get("set", ""):
        asked["set"] = name
    return Call(_asking(base, **asked), "records", state={"base": base, "prefix": prefix})


def read(portal: Portal, call: Call, payload: Payload) -> Page:
    """The best format, or one page of records and the token of the next.

    Raises UnreadablePayload: `api-error` for the protocol's errors (OAI-PMH 2.0, 3.6), `unexpected-shape` for what is no
    answer of it, and what `read_xml` raises.
    """
    root, faults = read_xml(payload.body)
    if local(root) != "OAI-PMH":
        raise UnreadablePayload("unexpected-shape", "The answer is not in the envelope of OAI-PMH.")
    codes = [str(part.get("code", "")) for part in children(root, "error")]
    if codes and _NONE.issuperset(codes):
        return Page(total=0)
    if codes == ["badArgument"] and call.state.get("token") and not call.state.get("both"):
        return Page(calls=[_next({**call.state, "both": True})])  # pycsw wants the prefix beside the token
    if codes:
        said = next(children(root, "error")).text or ""
        raise UnreadablePayload("api-error", f"The repository answers {codes[0]}: {said.strip()[:200]}")
    if call.step == "formats":
        return Page(calls=[_records(portal, str(call.state["base"]), _best(root))])
    page = _page(root, call)
    page.faults += faults
    return page


def _best(root: Element) -> str:
    """The prefix of the format that says most, by its namespace, else by its name; `oai_dc` is always there."""
    offered = {
        child_text(part, "metadataPrefix"): child_text(part, "metadataNamespace")
        for part in descendants(root, "metadataFormat")
    }
    for space, names in PREFERRED:
        by_space = [prefix for prefix, uri in offered.items() if uri.startswith(space.rstrip("#/"))]
        by_name = [prefix for prefix in offered if prefix.lower() in names]
        if found := [prefix for prefix in by_space if prefix in by_name] or by_space or by_name:
            return found[0]
    return "oai_dc"


def _page(root: Element, call: Call) -> Page:
    base, prefix = str(call.state["base"]), str(call.state["prefix"])
    listed = next(children(root, "ListRecords"), None)
    if listed is None:
        raise UnreadablePayload("unexpected-shape", "The answer lists no records.")
    page = Page()
    count = int(call.state.get("count", 0))
    for record in children(listed, "record"):
        _take(record, base, prefix, page)
        count += 1
    token = next(children(listed, "resumptionToken"), None)
    if token is not None:
        page.total = _total(token)
        text = (token.text or "").strip()
        visited = str(call.state.get("token", ""))
        if text and text == visited:
            page.faults["page-repeated"] += 1
        elif text and not (
            page.total is not None and count >= page.total
        ):  # pycsw's last token leads to the first page
            page.calls = [_next({**call.state, "token": text, "total": page.total, "count": count})]
    if page.total is None and isinstance(call.state.get("total"), int):
        page.total = call.state["total"]  # the last page may leave out what the first said
    return page


def _next(state: dict[str, Any]) -> Call:
    """The next page: the token is an exclusive argument (OAI-PMH 2.0, 4.5), which not every repository knows."""
    asked = {"verb": "ListRecords", "resumptionToken": str(state["token"])}
    if state.get("both"):
        asked["metadataPrefix"] = str(state["prefix"])
    return Call(_asking(str(state["base"]), **asked), "records", state=state)


def _total(token: Element) -> int | None:
    text = str(token.get("completeListSize", ""))
    return int(text) if text.isdecimal() and len(text) < 12 else None


def _take(record: Element, base: str, prefix: str, page: Page) -> None:
    """One record; a tombstone is counted, so that totals add up and the record is seen to be gone."""
    header = next(children(record, "header"), None)
    if header is not None and header.get("status") == "deleted":
        page.skipped["deleted"] += 1
        return
    name = child_text(header, "identifier") if header is not None else ""
    found = _metadata(record, base, prefix, name)
    page.entries += found.entries
    page.skipped.update(found.skipped)
    page.faults.update(found.faults)
    page.remainder += found.remainder


def _metadata(record: Element, base: str, prefix: str, name: str) -> Metadata:
    """What stands in `metadata`: one record, or a DCAT graph, which keeps the identifiers of its own."""

    def address(identifier: str) -> IRI:
        asked = _asking(base, verb="GetRecord", metadataPrefix=prefix)
        return IRI(f"{asked}&identifier={quote(identifier, safe='')}")

    context = Context(base, address)
    bodies = [child for part in children(record, "metadata") for child in part if local(child)]
    elements = [one for body in bodies for one in records_in(body)]
    if not elements:
        kind = local(bodies[0]) if bodies else "empty"
        return Metadata(skipped=Counter({kind: 1}))
    return read_elements(elements, lambda element: context, name if len(elements) == 1 else "")


def split(portal: Portal, call: Call) -> list[Call]:
    """Nothing: the repository alone knows how long its pages are."""
    return []

"""Answers of SPARQL endpoints: truth values and rows (SPARQL 1.1 Query Results JSON Format), and graphs with records."""

from __future__ import annotations

from typing import Any

from catalog.record.parse import UnreadableRdf, parse
from crawler.formats.dcat import FeedPage, page_of
from crawler.formats.json_payload import read_json
from crawler.formats.reading import UnreadablePayload


def read_boolean(body: bytes, content_type: str = "") -> bool:
    """The answer to an ASK. Raises UnreadablePayload."""
    value = _results(body, content_type).get("boolean")
    if not isinstance(value, bool):
        raise UnreadablePayload("unexpected-shape", "The endpoint gives no answer to a yes-or-no question.")
    return value


def read_rows(body: bytes, content_type: str = "") -> list[dict[str, str]]:
    """The rows of a SELECT: variable → text of its value. Raises UnreadablePayload."""
    results = _results(body, content_type).get("results")
    bindings = results.get("bindings") if isinstance(results, dict) else None
    if not isinstance(bindings, list):
        raise UnreadablePayload("unexpected-shape", "The endpoint's answer holds no rows.")
    return [_row(binding) for binding in bindings if isinstance(binding, dict)]


def read_graph_answer(body: bytes, content_type: str, base: str) -> tuple[FeedPage, int]:
    """The records in the answer to a CONSTRUCT, and how many triples it has. Raises UnreadablePayload."""
    try:
        parsed = parse(body, content_type, base)
    except UnreadableRdf as error:
        raise UnreadablePayload(error.slug, str(error)) from None
    return page_of(parsed), len(parsed.triples)


def _results(body: bytes, content_type: str) -> dict[str, Any]:
    value, _ = read_json(body, content_type)
    if not isinstance(value, dict) or not isinstance(value.get("head"), dict):
        raise UnreadablePayload("unexpected-shape", "The answer holds no SPARQL results.")
    return value


def _row(binding: dict[str, Any]) -> dict[str, str]:
    found = {name: term.get("value") for name, term in binding.items() if isinstance(term, dict)}
    return {name: text for name, text in found.items() if isinstance(text, str)}

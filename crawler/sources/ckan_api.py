"""CKAN's Action API as requests and answers: addresses, parameters, the envelope."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import orjson

from crawler.formats.json_payload import read_json
from crawler.formats.reading import UnreadablePayload
from crawler.sources.protocol import Call, Payload, Portal

ACTION = "/api/3/action"
OLD_ACTION = "/api/action"
"""Before CKAN 2.0 the API of version 3 had no number; CKAN still answers below it."""


def root(portal: Portal) -> str:
    """The address below which CKAN lies: the portal's base with its `prefix`, without the path of the API."""
    base = portal.base
    for part in ("/api/3", "/api/action", "/api/1", "/api/2"):
        base = base.partition(part)[0] if part in base else base
    prefix = portal.settings.get("prefix", "").strip("/")
    if prefix and not base.endswith("/" + prefix):
        base = f"{base}/{prefix}"
    return base.rstrip("/")


def action(portal: Portal, name: str, parameters: Mapping[str, Any], **call: Any) -> Call:
    """A call of an action; GET with a query, or POST with a JSON body where the portal's `method` says so.

    `call` is passed on to `Call` (`step`, `state`, `optional`).
    """
    return action_at(
        root(portal),
        portal.settings.get("action", ACTION),
        name,
        parameters,
        method=portal.settings.get("method", "GET"),
        **call,
    )


def action_at(
    base: str, path: str, name: str, parameters: Mapping[str, Any], *, method: str = "GET", **call: Any
) -> Call:
    """The same at a stated address: CKAN before 1.8 wants POST with a body, `{}` at the least."""
    url = f"{base}{path}/{name}"
    if method == "POST":
        headers = (("Content-Type", "application/json"),)
        return Call(url, method="POST", headers=headers, body=orjson.dumps(dict(parameters)), **call)
    query = urlencode(parameters, quote_via=quote, safe=":*")
    return Call(f"{url}?{query}" if query else url, **call)


def is_enveloped(payload: Payload) -> bool:
    """Whether the answer stands in CKAN's envelope `{help, success: true, result}`; raises nothing."""
    try:
        value, _ = read_json(payload.body, payload.headers.get("content-type", ""))
    except UnreadablePayload:
        return False
    return isinstance(value, dict) and value.get("success") is True and "result" in value


def result_of(payload: Payload) -> tuple[Any, Counter[str]]:
    """The `result` of an answer, or the answer itself where it has no envelope, and the faults met.

    Raises UnreadablePayload: what `read_json` raises, `api-error` for `success: false`, `unexpected-shape` for a text.
    """
    value, faults = read_json(payload.body, payload.headers.get("content-type", ""))
    if isinstance(value, dict) and "success" in value:
        if value["success"] is not True:
            raise UnreadablePayload("api-error", f"The portal answers with an error: {_message(value)}")
        value = value.get("result")
    if not isinstance(value, dict | list):
        raise UnreadablePayload("unexpected-shape", "The answer holds neither a list nor an object.")
    return value, faults


def _message(envelope: Mapping[str, Any]) -> str:
    """CKAN's `error.message`, else its type, else `help`; at most 200 characters."""
    error = envelope.get("error")
    if isinstance(error, dict):
        said = error.get("message") or error.get("__type") or orjson.dumps(error).decode()
    else:
        said = error or envelope.get("help") or "success is false"
    return " ".join(str(said).split())[:200]

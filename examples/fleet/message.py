"""A request and its answer as data, and the answers that every web server knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from hashlib import sha256
from html import escape
from typing import Protocol

import orjson


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked: header names in lower case, `query` with the last value of each name."""

    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: bytes = b""

    @property
    def base(self) -> str:
        """The address under which the client reached the server, without a trailing slash."""
        return f"http://{self.headers.get('host', 'localhost')}"

    def number(self, name: str, default: int) -> int:
        """A parameter as a whole number, the default where it is missing or no number."""
        value = self.query.get(name, "")
        return int(value) if value.isdecimal() else default


@dataclass(frozen=True, slots=True)
class Response:
    """What is answered."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class Site(Protocol):
    """A web server without its socket."""

    def __call__(self, request: Request, /) -> Response:
        """The answer to a request."""
        ...


def json_response(
    value: object, status: int = 200, content_type: str = "application/json;charset=utf-8"
) -> Response:
    """A value as JSON."""
    return Response(orjson.dumps(value), content_type, status)


def page(title: str, body: str, generator: str = "", status: int = 200) -> Response:
    """A page of a website; `body` is HTML."""
    meta = f'<meta name="generator" content="{escape(generator)}">' if generator else ""
    text = f"<!DOCTYPE html><html lang='de'><head><title>{escape(title)}</title>{meta}</head><body>{body}</body></html>"
    return Response(text.encode(), status=status)


def not_found() -> Response:
    """404 with a page."""
    return page("Nicht gefunden", "<h1>404</h1><p>Diese Seite gibt es nicht.</p>", status=404)


def server_error() -> Response:
    """500 with a page."""
    return page("Internal Server Error", "<h1>Server Error</h1>", status=500)


def too_many(seconds: int) -> Response:
    """429 with Retry-After."""
    answer = page("Too Many Requests", "<h1>Zu viele Anfragen</h1>", status=429)
    return Response(answer.body, answer.content_type, 429, {"Retry-After": str(seconds)})


def conditional(request: Request, response: Response, changed_at: int) -> Response:
    """The answer with ETag and Last-Modified (`changed_at` in Unix seconds), or 304 where the client has it already."""
    tag = f'"{sha256(response.body).hexdigest()[:20]}"'
    headers = {"ETag": tag, "Last-Modified": formatdate(changed_at, usegmt=True)}
    known = request.headers.get("if-none-match")
    seen = known == tag if known else request.headers.get("if-modified-since") == headers["Last-Modified"]
    if seen:
        return Response(b"", response.content_type, 304, headers)
    return Response(response.body, response.content_type, response.status, {**response.headers, **headers})

"""What a form sends: its fields and one file, read with a limit and kept in memory only."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.message import Message
from typing import Any
from urllib.parse import parse_qsl

LONGEST = 2_000_000
"""Bytes of a file that is accepted."""
_FRAME = 20_000
"""Bytes that fields and boundaries may take beside the file."""


class TooLarge(Exception):
    """More was sent than is accepted."""


@dataclass(slots=True)
class Form:
    """The fields by name; `name` and `body` of the file, empty where none was sent."""

    fields: dict[str, str] = field(default_factory=dict)
    name: str = ""
    body: bytes = b""


async def read_form(request: Any) -> Form:
    """The form of a POST request (`multipart/form-data`, RFC 7578, or URL-encoded). Raises TooLarge."""
    body = await _body(request.receive)
    kind = Message()
    kind["content-type"] = request.headers.get("content-type") or ""
    boundary = kind.get_param("boundary")
    if kind.get_content_type() == "multipart/form-data" and isinstance(boundary, str) and boundary:
        return _parts(body, boundary)
    text = body.decode("utf-8", "replace")
    return Form(dict(parse_qsl(text, max_num_fields=50)) if "urlencoded" in kind.get_content_type() else {})


async def _body(receive: Any) -> bytes:
    """The whole body; stops reading at the limit."""
    pieces, size, more = [], 0, True
    while more:
        message = await receive()
        piece = message.get("body", b"")
        size += len(piece)
        if size > LONGEST + _FRAME:
            raise TooLarge
        pieces.append(piece)
        more = message.get("more_body", False) and message["type"] == "http.request"
    return b"".join(pieces)


def _parts(body: bytes, boundary: str) -> Form:
    form = Form()
    mark = b"--" + boundary.encode("latin-1", "replace")
    for part in (b"\r\n" + body).split(b"\r\n" + mark)[1:50]:
        head, separator, content = part.partition(b"\r\n\r\n")
        if separator:
            _keep(form, _headers(head), content)
    return form


def _headers(head: bytes) -> Message:
    """The headers of a part; browsers write names of files as UTF-8 (RFC 7578, 5.1)."""
    found = Message()
    for line in head.decode("utf-8", "replace").split("\r\n"):
        name, separator, value = line.partition(":")
        if separator:
            found[name.strip()] = value.strip()
    return found


def _keep(form: Form, headers: Message, content: bytes) -> None:
    name = headers.get_param("name", header="content-disposition")
    file = headers.get_param("filename", header="content-disposition")
    if isinstance(file, str) and content:
        name_only = file.replace("\\", "/").rpartition("/")[2]
        form.name, form.body = "".join(filter(str.isprintable, name_only))[:200], content
    elif isinstance(name, str) and file is None:
        form.fields[name] = content.decode("utf-8", "replace").replace("\r\n", "\n")

"""Having an uploaded file judged by a program of its own, which the command that serves the site names; nothing is stored."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sys
from typing import Any

from datasette import Response

from catalog.publish.site.form import Form, TooLarge, read_form
from catalog.publish.site.visit import Visit

SECONDS = 20
"""Time that one file may take."""
AT_ONCE = 2
"""Files that are judged at a time; who comes then is asked to come back."""
_log = logging.getLogger(__name__)
_running = 0


class Refused(Exception):
    """A file that is not judged: `reason` names a message (`check.<reason>`), `status` the answer's; `detail` says more."""

    def __init__(self, reason: str, status: int, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.status, self.detail = reason, status, detail


def program(visit: Visit) -> str:
    """The module that judges files, empty where none was handed in: reading formats is not known to this room."""
    return visit.setting("checker")


async def uploaded(visit: Visit) -> Form:
    """What was sent, from a file or pasted as `text`. Raises Refused."""
    try:
        form = await read_form(visit.request)
    except TooLarge:
        raise Refused("large", 413) from None
    if not form.body:
        form.name, form.body = "", form.fields.get("text", "").encode()
    if not form.body.strip():
        raise Refused("nothing", 400)
    return form


async def judged(visit: Visit, form: Form, profile: str, shacl: int) -> dict[str, Any]:
    """What the program found. Raises Refused where there is none, where it takes too long or reads no records."""
    global _running
    if not program(visit):
        raise Refused("unavailable", 501)
    if _running >= AT_ONCE:
        raise Refused("busy", 503)
    command = [sys.executable, "-m", program(visit), form.name, profile, str(shacl)]
    _running += 1
    try:
        done = await asyncio.to_thread(_run, command, form.body)
    finally:
        _running -= 1
    return _found(done)


def _run(command: list[str], body: bytes) -> subprocess.CompletedProcess[bytes] | None:
    """The program's answer; None where it was stopped."""
    search = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    try:
        return subprocess.run(
            command, input=body, capture_output=True, timeout=SECONDS, env=search, check=False
        )
    except subprocess.TimeoutExpired:
        return None


def _found(done: subprocess.CompletedProcess[bytes] | None) -> dict[str, Any]:
    if done is None:
        raise Refused("slow", 422)
    try:
        found: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        _log.warning("Checking an uploaded file ended with %s: %s", done.returncode, lines[-1:] or "")
        raise Refused("failed", 422) from None
    if "error" in found:
        raise Refused("unreadable", 422, str(found["error"]))
    return found


async def answer(visit: Visit, template: str, context: dict[str, Any], refused: Refused | None) -> Response:
    """The page, never kept by anybody."""
    shared = {"refused": refused, "available": bool(program(visit))}
    status = refused.status if refused else 200
    return await visit.page(template, {**shared, **context}, status, cache_control="no-store")

"""What is not there, and what takes too long, said in the reader's language."""

from collections.abc import Awaitable
from typing import Any

from datasette import NotFound, Response
from datasette.database import QueryInterrupted

from catalog.publish.site.visit import DATABASE, Visit


def answer(datasette: Any, request: Any, exception: Exception) -> Awaitable[Response] | None:
    """The answer to an exception, None where Datasette's own is right (raw tables, its JSON)."""
    path = str(request.scope.get("route_path") or request.scope["path"])
    if isinstance(exception, NotFound):
        return _say(Visit(datasette, request), 404, path)
    if path.startswith(("/-/", f"/{DATABASE}/")):
        return None
    if isinstance(exception, QueryInterrupted):
        return _say(Visit(datasette, request), 503, path)
    return None


async def _say(visit: Visit, status: int, path: str) -> Response:
    title = visit.reader.message(f"{status}.title")
    if path.rpartition(".")[2] in ("json", "jsonld"):
        return Response.json({"ok": False, "status": status, "error": title}, status=status)
    if path.rpartition(".")[2] in ("ttl", "rdf", "nt", "txt"):
        return visit.answer(f"{title}\n", "text/plain; charset=utf-8", status)
    return await visit.page("error", {"status": status, "path": path}, status)

"""The Datasette plugin: our pages and feeds before Datasette's own, silent where no catalogue is served.

Only hooks that Datasette 0.65 and 1.0 share are used.
"""

import inspect
import sqlite3
from collections.abc import Callable, Generator
from contextlib import closing
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote

from datasette import hookimpl

from catalog.publish.site import errors, raw_pages, routes
from catalog.publish.site.visit import DATABASE, SECURITY
from catalog.store.reading import TABLES
from catalog.vocabulary.folding import fold, search_forms

F = TypeVar("F", bound=Callable[..., Any])


LARGEST = 16 * 2**20
"""Bytes of one value or row in a query; a record of thousands of distributions has some."""


def _hook(function: F) -> F:
    marked: F = hookimpl(function)
    return marked


@_hook
def register_routes(datasette: Any) -> list[tuple[str, Callable[..., Any]]]:
    """Our addresses, where a database named `bestand` holds our tables."""
    return routes.ROUTES if serves_catalogue(datasette) else []


@_hook
def prepare_connection(conn: sqlite3.Connection, database: str) -> None:
    """`fold(text)` and `search_forms(text)` in SQL: the forms in which words are compared and searched. No value of a query
    is larger than `LARGEST`: else `select randomblob(1e9)` takes gigabytes within the limit of time."""
    if database == DATABASE:
        conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST)
        conn.create_function("fold", 1, lambda text: fold(text or ""), deterministic=True)
        conn.create_function("search_forms", 1, lambda text: search_forms(text or ""), deterministic=True)


@_hook
def prepare_jinja2_environment(env: Any, datasette: Any) -> None:
    """Datasette's own templates get what accessibility asks for."""
    if serves_catalogue(datasette):
        raw_pages.patch(env)


@_hook
def extra_css_urls(template: str, datasette: Any) -> list[str]:
    """A style sheet for Datasette's own pages; ours have theirs."""
    ours = template.startswith("bestand/") or not serves_catalogue(datasette)
    return [] if ours else [raw_pages.STYLE_PATH]  # Datasette puts its prefix before it


@hookimpl(hookwrapper=True)  # type: ignore[untyped-decorator]
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Generator[None, Any, None]:
    """What is not there, and what takes too long, is said in the reader's language, without a traceback in the log."""
    outcome = yield
    ours = errors.answer(datasette, request, exception) if serves_catalogue(datasette) else None
    if ours is not None:
        for other in outcome.get_result():
            if inspect.iscoroutine(other):
                other.close()
        outcome.force_result([ours])


@_hook
def asgi_wrapper(datasette: Any) -> Callable[[Any], Any]:
    """`Vary` says on what our pages really depend (Datasette adds Cookie and Authorization); HEAD has no body."""
    prefix = str(datasette.setting("base_url")).rstrip("/")
    forms = frozenset(f"{prefix}{path}" for path in FORMS)
    return partial(_Wrapper, forms=forms, ours=partial(serves_catalogue, datasette))


FORMS = ("/check", "/inventory")
"""What is sent there is judged and forgotten, for nobody in particular: there is nothing that a foreign page could have
done in a visitor's name. So no cookie is taken along, and neither Datasette asks for a token that would need one."""


class _Wrapper:
    def __init__(self, app: Any, forms: frozenset[str], ours: Callable[[], bool]) -> None:
        self.app, self.forms, self.ours = app, forms, ours

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass a request on; correct the head of what our pages answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        told: dict[str, str] = {}

        async def corrected(message: Any) -> None:
            if message["type"] == "http.response.start" and self.ours():
                message = {**message, "headers": _headers(message.get("headers", []), told.get("vary"))}
            await send(message)

        headers = scope["headers"]
        if scope["method"] == "POST" and scope["path"] in self.forms:
            headers = [(name, value) for name, value in headers if name.lower() != b"cookie"]
        await self.app({**scope, "headers": headers, "bestand": told}, receive, corrected)


def _headers(headers: list[tuple[bytes, bytes]], vary: str | None) -> list[tuple[bytes, bytes]]:
    """`vary`: what our page depends on; None for pages of Datasette, which get the policy that their scripts let them have."""
    names = {name.lower() for name, _ in headers}
    added = [(name, value) for name, value in _RAW_SECURITY if name not in names]
    if vary is None:
        return [*headers, *added]
    kept = [(name, value) for name, value in headers if name.lower() != b"vary"]
    return [*kept, *added, (b"vary", vary.encode())] if vary else [*kept, *added]


_RAW_SECURITY = tuple(
    (name.encode(), value.encode()) for name, value in {**SECURITY, "content-security-policy": (
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
        " connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    )}.items()
)  # fmt: skip
"""Datasette's own pages have scripts and styles within; still, nothing foreign is loaded and nowhere else is anything sent."""


_KNOWN: dict[str, bool] = {}


def serves_catalogue(datasette: Any) -> bool:
    """Whether a database of our name holds our tables."""
    database = datasette.databases.get(DATABASE)
    path = getattr(database, "path", None)
    if not path:
        return False
    if not _KNOWN.get(str(path)):
        _KNOWN[str(path)] = _has_tables(str(path))
    return _KNOWN[str(path)]


def _has_tables(path: str) -> bool:
    try:
        with closing(sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True)) as connection:
            found = {name for (name,) in connection.execute("select name from sqlite_master")}
    except sqlite3.Error:
        return False
    return found >= TABLES

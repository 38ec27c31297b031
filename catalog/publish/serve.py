"""Serving a catalogue: the settings that keep a live database quick, and the server."""

import logging
import os
import webbrowser
from pathlib import Path
from threading import Timer
from typing import Any
from urllib.parse import urlsplit

import uvicorn

from catalog.publish.site.application import application, close

_log = logging.getLogger(__name__)


def settings() -> dict[str, Any]:
    """Datasette's settings: no facet suggestion (it takes seconds on large tables), small pages, short time limits."""
    return {
        "suggest_facets": False,
        "default_page_size": 50,
        "max_returned_rows": 1000,
        "sql_time_limit_ms": 1000,
        "facet_time_limit_ms": 500,
        "allow_download": False,
        "allow_csv_stream": True,
        "num_sql_threads": 3,
        "default_cache_ttl": 300,
        "truncate_cells_html": 200,
    }


def published_at(public: str) -> dict[str, Any]:
    """Datasette's settings for a public address: the prefix of all its paths behind a proxy, and its scheme.

    >>> published_at("https://www.example.de/bestand")
    {'base_url': '/bestand/', 'force_https_urls': True}
    """
    parts = urlsplit(public)
    return {"base_url": f"{parts.path.rstrip('/')}/", "force_https_urls": parts.scheme == "https"}


def serve(
    db_path: str | Path,
    host: str = "127.0.0.1",
    port: int = 8001,
    base_url: str = "",
    open_browser: bool = False,
    checker: str = "",
) -> None:
    """Serve until interrupted. `base_url` is the public address; without one it is taken from BESTAND_BASE_URL,
    else from host and port. `checker`: see `application`. Raises FileNotFoundError where there is no database."""
    if not Path(db_path).is_file():
        raise FileNotFoundError(str(db_path))
    local = f"http://{_shown(host)}:{port}"
    public = base_url or _configured() or local
    if open_browser:
        Timer(1.0, webbrowser.open, [local]).start()
    _log.info("Serving %s at %s", db_path, local)
    app = application(db_path, public, settings() | published_at(public), checker=checker).app()
    uvicorn.run(app, host=host, port=port, log_level="warning", server_header=False)


def _configured() -> str:
    return os.environ.get("BESTAND_BASE_URL", "")


def _shown(host: str) -> str:
    """The host as it stands in an address."""
    if host in ("0.0.0.0", "::", ""):
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


__all__ = ["application", "close", "serve", "settings"]

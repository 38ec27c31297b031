"""The Datasette instance that serves a catalogue under the name `bestand`."""

from pathlib import Path
from typing import Any

from datasette import handle_exception
from datasette.app import Datasette
from datasette.database import Database
from datasette.plugins import pm

from catalog.publish import site
from catalog.publish.metadata import metadata
from catalog.publish.site.visit import DATABASE

handle_exception.rich = None
"""Else each refused statement costs a third of a second and fills the log with the values of all variables."""


def application(
    db_path: str | Path, base_url: str = "", settings: dict[str, Any] | None = None, allow_sql: bool = True,
    checker: str = "",
) -> Datasette:  # fmt: skip
    """A Datasette for one file, live (never immutable: it may be written to while it is served).

    `base_url` is the public address for feeds; `checker` the module that judges uploaded files
    (`catalog.publish.site.checking`), without which they are refused. The ASGI app is its `.app()`.
    """
    if not any(plugin is site for plugin in pm.get_plugins()):
        pm.register(site, name="bestand")
    described = metadata()
    told = {"base_url": base_url.rstrip("/"), "checker": checker}
    described["plugins"] = {"bestand": {name: value for name, value in told.items() if value}}
    if not allow_sql:
        described["databases"][DATABASE]["allow_sql"] = False
    datasette = Datasette([], metadata=described, settings=settings or {})
    datasette.remove_database("_memory")
    datasette.add_database(Database(datasette, path=str(db_path), is_mutable=True), name=DATABASE)
    datasette.client = type(datasette.client)(
        datasette
    )  # the first one fixed its routes before there was a database
    return datasette


def close(datasette: Datasette) -> None:
    """End the threads of a Datasette and close its connections: for those who serve in passing."""
    datasette.executor.shutdown(wait=True)
    for database in datasette.databases.values():
        database.close()

"""The address under which the tests publish, and how a Datasette is put away."""

from typing import Any

BASE = "https://bestand.example"


def close(datasette: Any) -> None:
    """Close the connections and threads of a Datasette."""
    datasette.executor.shutdown(wait=True)
    for database in datasette.databases.values():
        database.close()

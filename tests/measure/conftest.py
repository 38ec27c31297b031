"""A store for the tests of measures; the pieces of the store's own tests are used again."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "store"))

from store_house import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """An empty store with one portal, `muster`."""
    found = House(tmp_path / "bestand.db")
    yield found
    found.store.conn.close()

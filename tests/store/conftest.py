"""A store for each test, checked when the test is over."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from store_house import House

from catalog.store.checking import invariants


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house whose database is sound when the test leaves it."""
    found = House(tmp_path / "bestand.db")
    yield found
    assert invariants(found.conn) == []
    found.store.close()

"""What the tests of link checks share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from link_hosts import Catalogue


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    made = Catalogue(tmp_path / "links.db")
    yield made
    made.store.close()

"""What the tests of operation share: a catalogue with two crawls of three portals, made without a network."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path += [str(Path(__file__).parents[1] / room) for room in ("store", "cli")]

from operated import Operated


@pytest.fixture
def operated(tmp_path: Path) -> Iterator[Operated]:
    """A database to operate on; closed when the test is over."""
    made = Operated(tmp_path / "bestand.db")
    yield made
    made.close()

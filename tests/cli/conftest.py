"""The demo, run once for all tests of the command line."""

from pathlib import Path

import pytest

from crawler import demonstration


@pytest.fixture(scope="session")
def demo_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a demo: two crawls of the fleet."""
    return demonstration.run(tmp_path_factory.mktemp("demo"), size=0.3)

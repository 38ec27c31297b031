"""The demo's feed against the official shapes: whatever they object to, the source itself lacks, or it has a name."""

from pathlib import Path

import pytest
from feed_conformance import PROFILES, check_feed, demo, lines
from shacl_results import SHAPES

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not SHAPES.exists(), reason="the official shapes are not beside the project"),
    pytest.mark.filterwarnings(
        "ignore"
    ),  # rdflib warns of addresses that are none, which the demo is full of
]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demo(tmp_path_factory.mktemp("demo"))


@pytest.mark.parametrize("profile", PROFILES)
def test_the_feed_has_no_fault_of_its_own(db: Path, profile: str) -> None:
    found = check_feed(db, profile, 400)
    assert found.ours == {}
    assert found.datasets == 400
    assert found.lacking
    assert "Nothing." in "\n".join(lines([found]))

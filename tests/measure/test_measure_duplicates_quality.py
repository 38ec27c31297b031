"""The quality of sightings on a labelled set: the harness counts rightly, and the figures hold on a part of the fleet."""

from itertools import islice
from pathlib import Path

import pytest
from store_house import dataset

from benchmarks.duplicates import BERLIN, FILES, PAGE, SIGNS, Listed, Quality, berlin, fleet, measure, table

ROOT = Path(__file__).parents[2]


def listed(portal: str, truth: str, title: str) -> Listed:
    return Listed(portal, "99111000", truth, dataset(title, files=0))


def test_pairs_are_counted_by_hand(tmp_path: Path) -> None:
    records = [
        listed("a", "trees", "Baumkataster Musterhafen"), listed("b", "trees", "Baumkataster der Stadt Musterhafen"),
        listed("a", "parks", "Grünflächen im Osten"), listed("b", "parks", "Parks und Gärten"),  # the same, but nothing shows it
        listed("a", "budget", "Haushalt 2026 Entwurf"), listed("b", "draft", "Haushalt 2026 Entwurf"),  # another, but nothing shows it
    ]  # fmt: skip
    found = {item.signs: item for item in measure("hand", records, tmp_path)}
    assert set(found) == set(SIGNS)
    assert (found["title"].found, found["title"].right, found["title"].there) == (2, 1, 2)
    assert (found["title"].precision, found["title"].recall) == (0.5, 0.5)
    assert found["identifier"] == Quality("hand", "identifier", 0, 0, 2)
    assert found["identifier"].precision == 1
    assert found["all"].found == 2


def test_a_part_of_the_fleet_is_known_again(tmp_path: Path) -> None:
    part = list(islice(fleet(), 300))
    found = {item.signs: item for item in measure("fleet", part, tmp_path)}
    assert found["all"].precision >= 0.95
    assert found["all"].recall >= 0.85
    assert found["all"].right >= max(item.right for item in found.values())


@pytest.mark.slow
def test_berlin_is_known_again_without_identifiers(tmp_path: Path) -> None:
    if not (BERLIN / FILES[0]).exists():
        pytest.skip("the payloads are not here (../shared/payloads)")
    found = {item.signs: item for item in measure("berlin", list(berlin()), tmp_path)}
    assert found["identifier"].found == 0
    assert found["all"].precision >= 0.99
    assert found["all"].recall >= 0.99
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    assert table([found["all"]]).splitlines()[-1] in page

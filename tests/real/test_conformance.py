"""Our findings and the official shapes: they agree, or the difference is named and explained."""

from pathlib import Path

import pytest

from tests.real.conformance import PAGE, SHARED, Compared, compare, everything, files, lines, name_of
from tests.real.differences import DIFFERENCES, Case
from tests.real.shacl_results import FILES, SHAPES

pytestmark = [
    pytest.mark.skipif(not SHAPES.exists(), reason="the official shapes are not beside the project"),
    pytest.mark.filterwarnings(
        "ignore"
    ),  # rdflib warns of addresses that are none, which these files are full of
]
TEST_CASES = [path for path in files() if "govdata-testcases" in path.parts]
FEW = [
    *(path for path in TEST_CASES if "v3.0_shapes" in path.parts),
    *(
        SHARED / "payloads" / "dcat_rdf" / name
        for name in ("udata_bnodes.xml", "ckanext-dcat_dataset_gov_de.rdf")
    ),
]


@pytest.mark.parametrize("profile", FILES)
@pytest.mark.parametrize("path", FEW, ids=name_of)
def test_a_few_files_agree(path: Path, profile: str) -> None:
    found = compare(path, profile)
    assert found.unexplained == []
    assert found.records > 0


@pytest.fixture(scope="module")
def all_of_it() -> tuple[list[Compared], list[str]]:
    return everything(files())


@pytest.mark.slow
def test_every_difference_is_explained(all_of_it: tuple[list[Compared], list[str]]) -> None:
    assert [case for row in all_of_it[0] for case in row.unexplained] == []


@pytest.mark.slow
def test_the_page_is_what_was_found(all_of_it: tuple[list[Compared], list[str]]) -> None:
    assert PAGE.read_text(encoding="utf-8") == "\n".join(lines(*all_of_it)) + "\n"


def test_a_difference_without_a_reason_is_seen() -> None:
    """The explanations do not cover just anything: a missing title that one side overlooks has none."""
    for side in ("shacl", "findings"):
        case = Case("dcat-ap", side, "Dataset", "title", "missing", frozenset({""}), False)
        assert not any(difference.holds(case) for difference in DIFFERENCES)


def test_each_difference_is_named_once() -> None:
    slugs = [difference.slug for difference in DIFFERENCES]
    assert len(set(slugs)) == len(slugs)
    assert all(difference.reason for difference in DIFFERENCES)

"""The code lists: complete, consistent, found by code and URI."""

import csv
import re
from pathlib import Path

import pytest

from catalog.vocabulary import NAMES, Concept, Vocabulary, read_table, vocabulary

ROOT = Path(__file__).parents[2]
FACTS = ROOT.parent / "shared" / "facts"
EU = "http://publications.europa.eu/resource/authority/"


@pytest.mark.parametrize("name", NAMES)
def test_every_concept_lives_under_the_scheme_and_is_found_by_code_and_uri(name: str) -> None:
    found = vocabulary(name)
    assert len(found) > 3
    for concept in found:
        assert concept.uri.startswith(found.scheme)
        assert concept.uri in found
        assert found.by_code(concept.code) is concept
        assert found.by_uri(concept.uri.replace("http://", "https://") + "/") is concept


def test_membership_is_exact() -> None:
    themes = vocabulary("data-theme")
    assert EU + "data-theme/ENVI" in themes
    assert EU + "data-theme/ENVI/" not in themes
    assert EU.replace("http:", "https:") + "data-theme/ENVI" not in themes
    assert None not in themes


def test_media_types_are_accepted_with_both_protocols() -> None:
    for protocol in ("http", "https"):
        assert f"{protocol}://www.iana.org/assignments/media-types/text/csv" in vocabulary("media-type")


@pytest.mark.parametrize(
    ("lang", "label"), [("de", "Umwelt"), ("en", "Environment")], ids=["German", "English"]
)
def test_labels(lang: str, label: str) -> None:
    assert vocabulary("data-theme").label(EU + "data-theme/ENVI", lang) == label


def test_a_missing_label_is_replaced_by_the_other_language_then_the_code() -> None:
    found = Vocabulary(
        "x", "http://x/", [Concept("A", "http://x/A", label_en="a"), Concept("B", "http://x/B")]
    )
    assert [found.label("http://x/A", "de"), found.label("http://x/B", "en"), found.label("http://x/C")] == [
        "a",
        "B",
        "",
    ]


def test_an_unknown_vocabulary_is_refused_with_the_known_names() -> None:
    with pytest.raises(KeyError, match="data-theme"):
        vocabulary("colour")


def test_own_columns_are_in_extra() -> None:
    yearly = vocabulary("frequency").by_code("ANNUAL")
    assert yearly is not None
    assert yearly.extra["interval"] == "P1Y"


def test_every_alias_points_to_something() -> None:
    formats = {row["code"] for row in (*read_table("file-type"), *read_table("format-addition"))}
    assert {row["code"] for row in read_table("format-aliases")} <= formats
    assert {row["code"] for row in read_table("licence-aliases")} <= {
        row["code"] for row in read_table("licence-registry")
    }
    assert {row["code"] for row in read_table("frequency-aliases")} <= {
        row["code"] for row in read_table("frequency")
    }
    assert {row["code"] for row in read_table("language-aliases")} <= {
        row["code"] for row in read_table("language")
    }
    themes = {code for row in read_table("theme-aliases") for code in row["codes"].split("|") if code}
    assert themes <= {row["code"] for row in read_table("data-theme")}


def test_uris_that_one_table_takes_from_another_exist_there() -> None:
    for row in read_table("licence-registry"):
        assert not row["eu_uri"] or row["eu_uri"] in vocabulary("licence")
        assert not row["de_uri"] or row["de_uri"] in vocabulary("dcatde-licence")
    for row in read_table("file-type"):
        media_type = row["media_type"]
        assert not media_type or vocabulary("media-type").by_code(media_type), row["code"]
    for row in read_table("distribution-status"):
        assert row["replaces"] in vocabulary("adms-status")


def test_every_table_is_in_the_readme_with_its_number_of_rows() -> None:
    readme = (ROOT / "schemas" / "README.md").read_text(encoding="utf-8")
    stated = {
        name: int(rows) for name, rows in re.findall(r"^\| `([a-z-]+)` \| (\d+) \|", readme, re.MULTILINE)
    }
    tables = {
        path.stem: len(read_table(path.stem)) for path in (ROOT / "schemas" / "vocabularies").glob("*.csv")
    }
    assert stated == tables


@pytest.mark.skipif(not FACTS.is_dir(), reason="the reference facts are not beside the project")
@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("data-theme", "eu_data_theme"),
        ("file-type", "eu_file_type"),
        ("frequency", "eu_frequency"),
        ("language", "eu_language"),
        ("licence", "eu_licence"),
        ("hvd-category", "eu_hvd_category"),
        ("dcatde-licence", "dcatde_licenses"),
        ("contributor", "dcatde_contributors"),
        ("publisher-type", "adms_publisher_type"),
        ("checksum-algorithm", "spdx_checksum_algorithm"),
    ],
)
def test_no_entry_of_the_reference_facts_is_missing(name: str, facts: str) -> None:
    with (FACTS / f"{facts}.csv").open(encoding="utf-8", newline="") as lines:
        assert {row["uri"] for row in csv.DictReader(lines)} == vocabulary(name).uris

"""The codebook, the crosswalk and the citation say all that they promise."""

import re
import tomllib
from pathlib import Path

import yaml
from sqlite_utils import Database

from catalog.measure.method import MEASURES
from catalog.measure.stocktaking.external import EXTERNAL
from catalog.publish.codebook import codebook_page, undescribed
from catalog.store.schema import MIGRATIONS

ROOT = Path(__file__).parents[2]
CROSSWALK = ROOT / "docs" / "explanation" / "crosswalk.md"


def test_every_table_and_column_is_described() -> None:
    db = Database(memory=True)
    MIGRATIONS.apply(db)
    assert undescribed(db) == []
    db.conn.execute("create table fremd (id integer primary key, wert text)")
    assert undescribed(db) == ["fremd", "fremd.id", "fremd.wert"]
    db.conn.close()


def test_the_codebook_has_types_references_and_measures() -> None:
    page = codebook_page()
    assert "| `run` | integer → run | Lauf – run |" in page
    assert "| **`ags`** | text → municipality | Gemeindeschlüssel – municipality key |" in page
    assert "| `low95` | real, may be empty |" in page
    assert all(f"| `{slug}` | {item.version} |" in page for slug, item in MEASURES.items())


def test_the_crosswalk_names_measures_that_exist() -> None:
    text = CROSSWALK.read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:criterion|share|state|dimension)-[a-z0-9-]+)`", text)) | {
        "inventory",
        "restricted",
    }
    assert named <= MEASURES.keys()
    assert {item for item in MEASURES if item.startswith("criterion-")} <= named


def test_the_crosswalk_has_each_external_figure_with_its_instrument() -> None:
    text = CROSSWALK.read_text(encoding="utf-8")
    for item in EXTERNAL:
        group = f"{item.scope} {item.key}".strip()
        share = f"{item.share * 100:.1f}".removesuffix(".0")
        row = re.search(
            rf"^\| {re.escape(item.source)} \| {item.year} \| {re.escape(group)} \| {share} % \| (.+?) \| `share-",
            text,
            re.MULTILINE,
        )
        assert row, item
        assert row[1] in (item.instrument.en, "as above")
        assert item.instrument.en in text


def test_the_citation_is_valid_and_current() -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {"cff-version", "message", "title", "authors"} <= cited.keys()
    assert cited["cff-version"] == "1.2.0"
    assert cited["type"] in ("software", "dataset")
    assert (str(cited["version"]), cited["license"]) == (project["version"], project["license"])
    for item in (cited, *cited["references"]):
        assert all(
            set(author) <= {"name", "website", "email", "orcid"} and author["name"]
            for author in item["authors"]
        )

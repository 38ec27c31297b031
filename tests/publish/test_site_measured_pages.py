"""Who has what, together, quality, method, downloads, legal pages: that they say what was measured, and harm nobody."""

import re
import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from outline import Outline, one_of_each
from sample_measured import BURG, HAFEN, HOSTILE_TOWN, Measured
from sqlite_utils import Database

from catalog.measure.method import MEASURES
from catalog.publish.site import markdown
from catalog.store.schema import MIGRATIONS

MODEL = "flora-und-fauna-baumbestand-baumkataster"
PAGES = (
    *("/models", f"/models?town={HAFEN}", "/models?class=3&sort=name", f"/models?town={BURG}&sort=peers"),
    *(f"/model/{MODEL}", f"/model/{MODEL}?town={HAFEN}", "/together", f"/together?town={HAFEN}"),
    *("/quality", "/quality/knownLicence", f"/quality/temporalAvailability?municipality={HAFEN}"),
    *("/quality/distribution-license-missing?portal=hafen", "/quality/accessUrlStatusCode?state=Musterland"),
    *("/method", "/downloads", "/check", "/inventory", "/legal/imprint", "/legal/privacy"),
    *(
        "/legal/accessibility",
        "/legal/easy-language",
        "/changes",
        "/runs",
        "/run/1",
        "/portals",
        "/portal/land",
    ),
)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_page_is_sound_html_in_the_language_asked_for(look: Any, path: str, language: str) -> None:
    answer = look(path, accept_language=language)
    page = Outline(answer.text)
    assert answer.status_code == 200
    assert page.all("html") == [{"lang": language}]
    assert len(page.all("h1")) == len(page.all("main")) == 1
    assert page.all("script") == []
    assert not [tag for tag, item in page.tags if "style" in item or any(key[:2] == "on" for key in item)]
    assert all(item.get("scope") for item in page.all("th"))
    assert len(answer.content) < 150_000


@pytest.fixture(scope="module")
def pages(look: Any) -> dict[str, Outline]:
    """Path → the page, asked for once."""
    return {path: Outline(look(path).text) for path in PAGES}


@pytest.mark.parametrize("path", PAGES)
def test_headings_are_in_order_and_fields_have_labels(pages: dict[str, Outline], path: str) -> None:
    page = pages[path]
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    labelled = {item.get("for") for item in page.all("label")}
    fields = [item for tag in ("input", "select", "textarea") for item in page.all(tag)]
    assert [item for item in fields if item.get("type") != "hidden" and item.get("id") not in labelled] == []
    ids = [item["id"] for _, item in page.tags if "id" in item]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", PAGES)
def test_only_web_and_mail_addresses_become_links(pages: dict[str, Outline], path: str) -> None:
    allowed = r"/|#|https?://|mailto:[^@\s]+@[^@\s]+$"
    assert [item for item in pages[path].all("a") if not re.match(allowed, str(item["href"]))] == []


def linked(pages: dict[str, Outline]) -> set[str]:
    """The addresses within the site to which the pages lead."""
    return {address.partition("#")[0] for page in pages.values() for address in page.links()}


def test_links_within_the_site_lead_somewhere(look: Any, pages: dict[str, Outline]) -> None:
    asked = one_of_each(linked(pages))
    assert len(asked) > 30
    assert [address for address in asked if look(address).status_code not in (200, 302)] == []


@pytest.mark.slow
def test_all_links_within_the_site_lead_somewhere(look: Any, pages: dict[str, Outline]) -> None:
    assert [address for address in linked(pages) if look(address).status_code not in (200, 302)] == []


def test_fragments_exist_on_the_page_that_they_lead_to(pages: dict[str, Outline]) -> None:
    method = {item["id"] for _, item in pages["/method"].tags if "id" in item}
    found = set().union(*(page.links() for page in pages.values()))
    wanted = {address.partition("#")[2] for address in found if address.startswith("/method#")}
    assert wanted
    assert wanted - method == set()


def test_a_model_dataset_names_who_has_it_and_how_many_do(look: Any, measured: Measured) -> None:
    with closing(sqlite3.connect(measured.path)) as conn:
        rows = conn.execute("select ags from model_town where model = ?", [MODEL]).fetchall()
        publishing = conn.execute("select sum(municipalities) from stat_model where model = ''").fetchone()[0]
    conn.close()
    page = Outline(look(f"/model/{MODEL}").text)
    assert rows
    assert f"{len(rows)} von {publishing} Kommunen, die Datensätze veröffentlichen" in page.text
    assert {f"/municipality/{ags}" for (ags,) in rows} <= page.links()


def test_beside_a_municipality_stand_those_most_like_it(look: Any) -> None:
    page = Outline(look(f"/models?town={HAFEN}").text)
    heads = [item for item in page.all("a") if str(item["href"]).startswith("/municipality/")]
    assert heads[0]["href"] == f"/municipality/{HAFEN}"
    assert f"/municipality/{BURG}" in page.links()
    assert "die ähnlichste zuerst" in page.text


def test_a_municipality_is_found_by_the_beginning_of_its_name(look: Any) -> None:
    assert "Musterhafen" in Outline(look("/together?town=musterhaf").text).text
    assert "Größ-Überlingen" in Outline(look("/together?town=groess").text).text
    assert "Keine Kommune beginnt mit „Nirgendwo“" in Outline(look("/together?town=Nirgendwo").text).text


def test_a_starter_record_is_for_the_municipality(look: Any) -> None:
    turtle = look(f"/model/{MODEL}/starter.ttl?town={HAFEN}")
    assert turtle.headers["content-type"] == "text/turtle; charset=utf-8"
    assert HAFEN in turtle.text
    package = look(f"/model/{MODEL}/starter.json?town={HAFEN}").json()
    assert package["name"] == MODEL
    assert look(f"/model/{MODEL}/starter.ttl").status_code == 404
    assert look(f"/model/nix/starter.ttl?town={HAFEN}").status_code == 404


def test_pairs_have_reasons_and_an_address_to_write_to(look: Any, measured: Measured) -> None:
    with closing(sqlite3.connect(measured.path)) as conn:
        ags = conn.execute("select ags from together order by score desc, ags limit 1").fetchone()[0]
    conn.close()
    assert "Gemeinsames Portal" in Outline(look("/together").text).text
    assert f"/together?town={ags}" in Outline(look("/together").text).links()
    assert look("/together?page=999").status_code == 200


def test_a_check_lists_what_fails_it(look: Any, measured: Measured) -> None:
    with closing(sqlite3.connect(measured.path)) as conn:
        (expected,) = conn.execute(
            "select datasets from action where ags = ? and metric = 'temporalAvailability'", [HAFEN]
        ).fetchone()
    conn.close()
    page = Outline(look(f"/quality/temporalAvailability?municipality={HAFEN}").text)
    assert f"{expected} Datensätze bestehen diese Prüfung nicht" in page.text
    assert "Den Zeitraum angeben" in page.text
    assert len([address for address in page.links() if address.startswith("/dataset/")]) == expected


def test_a_finding_lists_its_datasets_of_a_portal(look: Any, measured: Measured) -> None:
    with closing(sqlite3.connect(measured.path)) as conn:
        slug, number = conn.execute(
            "select slug, datasets from stat_finding join finding_kind as kind on kind.id = stat_finding.kind"
            " join portal on portal.id = stat_finding.portal where portal.key = 'hafen' and datasets < 50 order by 2 desc limit 1"
        ).fetchone()
    conn.close()
    page = Outline(look(f"/quality/{slug}?portal=hafen").text)
    assert len([address for address in page.links() if address.startswith("/dataset/")]) == number


@pytest.mark.parametrize(
    "path",
    [
        *("/model/nix", "/model/sonstiges-sonstiges", "/quality/nix", "/quality/knownLicence?portal=nix"),
        *("/quality/knownLicence?municipality=Nirgendwo", "/legal/nix", "/method?rows=nix"),
    ],
)
def test_what_is_not_there_is_said_in_the_readers_language(look: Any, path: str) -> None:
    assert look(path).status_code == 404
    assert "Diese Seite gibt es nicht" in look(path).text
    assert "This page does not exist" in look(path, accept_language="en").text


@pytest.mark.parametrize(
    "value", ["' or 1=1 --", "%00", "<script>alert(1)</script>", "x" * 3000, "\u202e", "-1"]
)
def test_any_value_is_harmless(look: Any, value: str) -> None:
    for path in (
        "/models?town=",
        "/models?topic=",
        "/together?town=",
        "/models?class=",
        "/quality/knownLicence?state=",
    ):
        answer = look(path + value)
        assert answer.status_code == 200
        assert "<script>" not in answer.text


def test_hostile_names_stay_text(look: Any) -> None:
    for path in (
        f"/together?town={HOSTILE_TOWN}",
        f"/models?town={HOSTILE_TOWN}",
        "/together",
        "/quality/knownLicence",
    ):
        assert "<script>" not in look(path).text
        assert "<img" not in look(path).text


def test_the_method_page_explains_every_figure(look: Any) -> None:
    ids = {item["id"] for _, item in Outline(look("/method").text).tags if "id" in item}
    assert set(MEASURES) <= ids
    assert "27" in Outline(look("/method").text).text
    assert "2026-Q3" in Outline(look("/method").text).text


@pytest.mark.parametrize("slug", sorted(MEASURES))
def test_the_rows_of_every_figure_can_be_seen(look: Any, slug: str) -> None:
    answer = look(f"/method?rows={slug}")
    assert answer.status_code == 302
    rows = look(answer.headers["location"].replace("/bestand?", "/bestand.json?_shape=array&_size=1&"))
    if rows.status_code == 302:  # Datasette 1.0 has an address of its own for queries
        rows = look(rows.headers["location"])
    assert rows.status_code == 200


def test_legal_pages_come_from_the_operators_folder(
    measured: Measured, other: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "# Wer wir sind\n\n<script>alert(1)</script> [böse](javascript:alert(1)) ![bild](http://x.example/a.png)\n\n# Zwei\n"
    (tmp_path / "imprint.de.md").write_text(text, encoding="utf-8")
    monkeypatch.setenv("BESTAND_LEGAL", str(tmp_path))
    fetch = other(measured.path)
    page = Outline(fetch("/legal/imprint").text)
    assert "Wer wir sind" in page.text
    assert len(page.all("h1")) == 1
    assert "Das ist eine Vorlage" not in page.text
    assert "<script>" not in fetch("/legal/imprint").text
    assert page.all("img") == []
    assert [item for item in page.all("a") if "javascript" in str(item["href"])] == []
    assert "Das ist eine Vorlage" in Outline(fetch("/legal/privacy").text).text
    assert page.all("section")[0].get("lang") is None
    assert Outline(fetch("/legal/imprint?lang=en").text).all("section")[0]["lang"] == "de"


def test_tables_of_markdown_say_whose_their_heads_are() -> None:
    title, body = markdown.render("# Eins\n\n|a|b|\n|:-|-|\n|1|2|\n")
    assert title == "Eins"
    assert body.count('<th scope="col">') == 2
    assert "style" not in body


def test_every_page_leads_to_the_legal_pages_and_to_the_method(look: Any) -> None:
    for path in ("/", "/datasets", "/portals", "/nix", "/models"):
        links = Outline(look(path).text).links()
        assert {"/legal/imprint", "/legal/privacy", "/legal/accessibility", "/legal/easy-language"} <= links
        assert "/method#object" in links


def test_a_database_that_was_not_measured_says_so(tmp_path: Path, other: Any) -> None:
    database = Database(tmp_path / "empty.db")
    MIGRATIONS.apply(database)
    database.conn.close()
    fetch = other(tmp_path / "empty.db")
    for path in ("/models", "/together", "/quality", "/quality/knownLicence"):
        assert fetch(path).status_code == 200
        assert "bestand measure" in fetch(path).text
    for path in ("/method", "/downloads", "/check", "/inventory", "/legal/imprint", "/changes"):
        assert fetch(path).status_code == 200


def test_a_dataset_tells_what_was_measured(look: Any, measured: Measured) -> None:
    with closing(sqlite3.connect(measured.path)) as conn:
        (key,) = conn.execute(
            "select key from dataset join sighting on sighting.dataset = dataset.id limit 1"
        ).fetchone()
        canonical, title = conn.execute(
            "select other.key, portal.title from sighting join dataset on dataset.id = sighting.dataset join dataset as other"
            " on other.id = canonical join portal on portal.id = other.portal where dataset.key = ?", [key],
        ).fetchone()  # fmt: skip
    conn.close()
    page = Outline(look(f"/dataset/{key}").text)
    assert f"/dataset/{canonical}" in page.links()
    assert f"{title} maßgeblich" in page.text
    assert "von 405 Punkten" in page.text
    assert "Sicherheit: " in page.text
    assert f"/model/{MODEL}" in Outline(look(f"/dataset/{_first(measured, MODEL)}").text).links()
    assert "erreichbar" in page.text


def _first(measured: Measured, model: str) -> str:
    with closing(sqlite3.connect(measured.path)) as conn:
        (key,) = conn.execute("select best from model_town where model = ? order by rank", [model]).fetchone()
    conn.close()
    return str(key)

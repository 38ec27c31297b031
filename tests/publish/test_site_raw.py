"""Datasette's own pages: a language, a label for each field, our colours."""

import datasette
import pytest
from outline import Outline

from catalog.publish.site import raw_pages


@pytest.mark.parametrize(
    "path",
    ["/bestand/dataset?portal=1&_size=3", "/bestand/portal?_facet=kind", "/bestand", "/bestand/dataset/1"],
)
def test_raw_pages_have_a_language_and_labels(look, path: str) -> None:  # type: ignore[no-untyped-def]
    answer = look(path)
    page = Outline(answer.text)
    assert answer.status_code == 200
    assert page.all("html") == [{"lang": "en"}]
    assert any("bestand-raw.css" in str(item.get("href")) for item in page.all("link"))
    labelled = {item.get("for") for item in page.all("label")}
    fields = [item for tag in ("select", "textarea") for item in page.all(tag)]
    fields += [item for item in page.all("input") if item.get("type") in ("text", "search", None)]
    assert [item for item in fields if not item.get("aria-label") and item.get("id") not in labelled] == []


def test_our_pages_are_not_touched(look) -> None:  # type: ignore[no-untyped-def]
    assert "bestand-raw.css" not in look("/models").text
    assert look("/-/bestand-raw.css").headers["content-type"] == "text/css; charset=utf-8"


def test_a_template_is_patched_where_it_needs_it() -> None:
    source = '<html><select name="_filter_column_{{ loop.index }}"><input type="text" name="_filter_value" class="x">'
    found = raw_pages.patched("table.html", source)
    assert '<html lang="en">' in found
    assert 'name="_filter_column_{{ loop.index }}" aria-label="Column"' in found
    assert 'name="_filter_value" aria-label="Value"' in found
    assert raw_pages.patched("bestand/base.html", source) == source
    assert raw_pages.patched("base.html", '<html lang="en">') == '<html lang="en">'


def test_the_list_of_tables_says_what_each_is_called(look) -> None:  # type: ignore[no-untyped-def]
    text = look("/bestand").text
    assert '<small lang="de">Datensätze</small>' in text
    assert "_sqlite_migrations</a>" not in text


def test_no_cookie_is_set(look) -> None:  # type: ignore[no-untyped-def]
    for path in ("/", "/check", "/inventory", "/bestand/dataset?_size=1"):
        assert "set-cookie" not in look(path).headers
    assert datasette.__version__

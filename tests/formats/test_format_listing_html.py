"""Listings of folders as nginx, Apache and IIS write them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.formats.listing_html import read_listing

FIXTURES = Path(__file__).parents[1] / "fixtures" / "waf"
SITE = "https://www.neuwald.example"


@pytest.mark.parametrize(
    ("name", "base", "files", "folders"),
    [
        (
            "nginx.html",
            "/waf/",
            {
                "/waf/00000.xml": "2025-11-22T12:36:00",
                "/waf/stra%C3%9Fen.xml": "2025-12-02T07:05:00",
                "/waf/liesmich.txt": "2025-11-22T12:36:00",
            },
            {"/waf/alt/": "2025-02-01T12:00:00"},
        ),
        ("apache.html", "/metadata/", {"/metadata/a.xml": "2024-05-01T12:30:00"}, {}),
        (
            "iis.html",
            "/iso/",
            {"/iso/c.xml": "2024-05-01T14:30:00"},
            {"/iso/tief/": "2024-05-02T09:05:00"},
        ),
    ],
)
def test_files_and_folders_with_their_dates(
    name: str, base: str, files: dict[str, str], folders: dict[str, str]
) -> None:
    found = read_listing((FIXTURES / name).read_bytes(), SITE + base)
    assert found.is_index
    assert found.files == {SITE + path: date for path, date in files.items()}
    found.folders = {url if url.endswith("/") else url + "/": date for url, date in found.folders.items()}
    assert found.folders == {SITE + path: date for path, date in folders.items()}


def test_a_page_with_links_is_no_index() -> None:
    found = read_listing('<title>Stadt</title><a href="a.xml">a</a><a href="http://[">b</a>', SITE + "/")
    assert not found.is_index
    assert list(found.files) == [SITE + "/a.xml"]


@given(st.text(alphabet="<>a/ =\"'.xmlhreftd-0123&;!", max_size=200))
def test_any_text_is_read_and_nothing_leads_out(text: str) -> None:
    found = read_listing(text, SITE + "/waf/")
    assert all(url.startswith(SITE + "/waf/") for url in [*found.files, *found.folders])

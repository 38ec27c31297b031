"""axe-core finds nothing on any page: the routes are taken from the site itself, so that a new page is looked at too."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe import SOURCE, there, violations
from every_route import LEGAL, addresses, patterns
from sample_measured import BLOCKED, HAFEN, NOTHING

pytestmark = pytest.mark.skipif(not there(), reason=f"{SOURCE} is not there: `make screenshots` fetches it")
MODEL = "flora-und-fauna-baumbestand-baumkataster"
MORE = (
    *(
        "/?lang=en",
        "/datasets?q=baum&theme=ENVI",
        "/datasets?q=spielplaz",
        "/datasets?state=gone",
        "/nirgends",
    ),
    *("/municipalities?class=7", f"/municipality/{BLOCKED}", f"/municipality/{NOTHING}?lang=en"),
    *(
        f"/models?town={HAFEN}",
        f"/together?town={HAFEN}",
        "/quality/dataset-publisher-missing",
        "/changes?event=gone",
    ),
    *("/bestand", "/bestand/dataset", "/bestand/dataset?portal=1&_facet=license", "/bestand/dataset/1"),
)


@pytest.fixture(scope="module")
def known(measured: Any) -> dict[str, tuple[str, ...]]:
    """What fills the groups of the routes."""
    return {
        "dataset.key": _keys(measured.path), "portal.key": ("hafen",), "municipality.key": (HAFEN,), "model.key": (MODEL,),
        "legal.name": LEGAL, "check": ("keywordAvailability",), "run.number": (str(measured.run - 1),),
    }  # fmt: skip


def _keys(path: Any) -> tuple[str, ...]:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(path)) as conn:
        return tuple(key for (key,) in conn.execute("select key from dataset order by id limit 1"))


def pages() -> Iterator[str]:
    """The expressions of the routes that answer with a page."""
    for pattern in patterns():
        last = pattern.rsplit("/", 1)[1]
        if "\\." not in last and "extension" not in last and last not in ("healthz$", "metrics$", "void$"):
            yield pattern


@pytest.mark.parametrize("pattern", list(pages()))
@pytest.mark.parametrize("dark", [False, True])
def test_every_page_keeps_the_rules(front: str, browser: Any, known: Any, pattern: str, dark: bool) -> None:
    for path in addresses(pattern, known):
        browser.open(front + path, 1280, dark=dark)
        assert browser.evaluate("document.querySelector('h1') !== null"), path
        assert violations(browser) == [], path


@pytest.mark.parametrize("pattern", list(pages()))
def test_every_page_fits_a_phone(front: str, browser: Any, known: Any, pattern: str) -> None:
    for path in addresses(pattern, known):
        assert browser.open(front + path, 360) == [], path
        assert browser.evaluate("document.documentElement.scrollWidth") <= 360, path
        assert violations(browser) == [], path


@pytest.mark.parametrize("path", MORE)
def test_other_states_of_pages_keep_the_rules_too(front: str, browser: Any, path: str) -> None:
    browser.open(front + path, 1280)
    assert violations(browser, wcag_only=path.startswith("/bestand")) == []  # Datasette's own pages

"""Pages and registers for discovery, small enough to be seen at a glance."""

from collections.abc import Callable

import pytest

from crawler.discovery.towns import Register, Town
from crawler.formats.html_page import WebPage, read_page

URL = "https://www.muster.example/"
TOWNS = (
    Town("01", "Muster, Stadt", "Nordland", "Stadt", "Seekreis", "Verbandsfreie Gemeinde"),
    Town("02", "Bad Muster, Stadt", "Nordland", "Stadt", "Bergland", "Verwaltungsgemeinschaft Muster"),
    Town("03", "Neudorf", "Nordland", "Gemeinde", "Seekreis", "Amt Seeland"),
    Town("04", "Neudorf (Heide)", "Südland-Anhalt", "Gemeinde", "Heidekreis", "Verbandsfreie Gemeinde"),
    Town("05", "Altdorf", "Nordland", "Gemeinde", "Seekreis", "Amt Seeland"),
    Town("06", "Altdorf", "Nordland", "Gemeinde", "Bergland", "Amt Seeland"),
    Town("07", "Kleve, Stadt", "Südland", "Stadt", "Kleve", "Verbandsfreie Gemeinde"),
    Town("08", "Freihafen, Landeshauptstadt", "Freihafen", "Kreisfreie Stadt", "Freihafen", ""),
    Town("09", "Essen, Stadt", "Südland", "Kreisfreie Stadt", "Essen", ""),
)
OFFICIAL = "Rathaus Gemeinderat Bürgermeister"


@pytest.fixture(scope="session")
def register() -> Register:
    return Register.of(TOWNS)


@pytest.fixture(scope="session")
def page() -> Callable[..., WebPage]:
    def make(title: str, text: str = "", body: str = "", url: str = URL) -> WebPage:
        source = (
            f"<!doctype html><html><head><title>{title}</title></head><body><p>{text}</p>{body}</body></html>"
        )
        return read_page(source.encode(), "text/html", url)

    return make

"""Values to codes for the tables, by the rules of this room; remembered, since portals repeat themselves."""

from functools import cache, lru_cache

from catalog.cleaning.dates import read_date
from catalog.cleaning.formats import read_format
from catalog.cleaning.geometry import read_geometry
from catalog.cleaning.licences import read_licence
from catalog.cleaning.themes import read_theme
from catalog.record.columns import Codes
from catalog.vocabulary import read_table


class CleanCodes(Codes):
    """The codes of licences, formats, themes, dates and places."""

    def license(self, text: str) -> str:
        """`dl-by-de-2.0` and the like; empty for what no list knows."""
        return _license(text)

    def format(self, text: str, url: str, media_type: str) -> str:
        """`CSV`, `GEOJSON` and the like, of the EU list file-type; the address counts where nothing else is said."""
        return _format(text, media_type) or ("" if text or media_type else _format_of(url))

    def themes(self, text: str) -> tuple[str, ...]:
        """`ENVI`, `GOVE` and the like."""
        return _themes(text)

    def date(self, text: str) -> str:
        """ISO 8601 as given."""
        found = read_date(text) if text else None
        return found.lexical if found else ""

    def bbox(self, text: str) -> tuple[float, float, float, float] | None:
        """West, south, east, north in degrees."""
        return _bbox(text)


@cache
def open_licenses() -> tuple[str, ...]:
    """The codes of licences that are open by the Open Definition; not those that only call themselves so."""
    rows = read_table("licence-registry")
    return tuple(row["code"] for row in rows if row["open"] == "yes" and row["by_declaration"] != "yes")


@lru_cache(maxsize=4096)
def _license(text: str) -> str:
    found = read_licence(text)
    return found.code if found else ""


@lru_cache(maxsize=4096)
def _format(text: str, media_type: str) -> str:
    found = read_format(text, "", media_type) if text or media_type else None
    return found.code if found else ""


def _format_of(url: str) -> str:
    found = read_format("", url) if url else None
    return found.code if found else ""


@lru_cache(maxsize=4096)
def _themes(text: str) -> tuple[str, ...]:
    return tuple(uri.rpartition("/")[2] for uri in read_theme(text))


@lru_cache(maxsize=4096)
def _bbox(text: str) -> tuple[float, float, float, float] | None:
    found = read_geometry(text) if text else None
    return found.bbox if found else None

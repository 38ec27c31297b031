"""What several products write alike: boxes, moments, escaped text."""

from datetime import UTC, datetime
from html import escape

from fleet.holdings import Dataset

Box = tuple[float, float, float, float]


def box(dataset: Dataset) -> Box:
    """West, south, east and north of the municipality, in degrees."""
    lat, lon = dataset.town.lat, dataset.town.lon
    return round(lon - 0.1, 4), round(lat - 0.06, 4), round(lon + 0.1, 4), round(lat + 0.06, 4)


def milliseconds(day: str) -> int:
    """An ISO day's beginning in milliseconds since 1970."""
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) * 1000


def element(name: str, value: str, attributes: str = "") -> str:
    """An element of XML with a text; nothing where there is no text."""
    return f"<{name}{attributes}>{escape(value)}</{name.split()[0]}>" if value else ""

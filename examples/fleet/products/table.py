"""An inventory as CSV in cp1252, as a German Excel saves it, on a web server."""

import csv
import io
from collections.abc import Sequence

from fleet.holdings import Dataset
from fleet.portal import FleetPortal
from fleet.portal_site import PortalSite
from fleet.routes import Routes, fixed, text

PATH = "/inventar.csv"
HEADER = (
    *(
        "Nr.",
        "Titel",
        "Beschreibung",
        "Amt",
        "E-Mail",
        "Schlagworte",
        "Zugang",
        "Lizenz",
        "Format",
        "Download",
    ),
    *("Aktualisierung", "Stand"),
)


def file(lines: Sequence[str]) -> Routes:
    """The file with these lines."""
    return {PATH: fixed(text("\r\n".join(lines).encode("cp1252", "replace"), "text/csv"))}


def routes(site: PortalSite) -> Routes:
    """The inventory below a line that says whose it is; a spoilt dataset has no title."""
    rows = [_row(dataset, site.is_spoilt(dataset)) for dataset in site.datasets]
    front = fixed(text(f"<h1>{site.portal.title}</h1><a href='{PATH}'>Dateninventar (CSV)</a>"))
    name = f"{site.portal.title};;;;"
    return {"/": front, **file([name, _line(HEADER), *map(_line, rows)])}


def _line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=";", lineterminator="").writerow(cells)
    return line.getvalue()


def _row(dataset: Dataset, spoilt: bool) -> tuple[str, ...]:
    first = dataset.resources[0] if dataset.resources else None
    access = "intern" if dataset.number % 4 == 0 else "offen" if first else "auf Anfrage"
    return (
        dataset.name,
        "" if spoilt else dataset.title,
        " ".join(dataset.description.split()),
        dataset.publisher,
        dataset.contact_email,
        ", ".join(dataset.keywords),
        access,
        dataset.license.title,
        first.format if first else "",
        first.url if first else "",
        dataset.frequency,
        dataset.updated,
    )


def identifier(dataset: Dataset, portal: FleetPortal) -> str:
    """The number in the first column."""
    return dataset.name

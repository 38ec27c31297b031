"""A town's plain web pages: a home page, pages of data, dead links, one page under two addresses, an endless calendar."""

from html import escape

from fleet.holdings import Dataset
from fleet.message import Response, server_error
from fleet.portal import FleetPortal
from fleet.portal_site import PortalSite
from fleet.register import slug
from fleet.routes import Route, Routes, fixed, text

MENU = """<nav><ul>
<li><a href="/rathaus">Rathaus</a></li>
<li><a href="/offene-daten?utm_source=menu">Offene Daten</a></li>
<li><a href="/offene-daten/">Daten A-Z</a></li>
<li><a href="/geodaten">Geodaten</a></li>
<li><a href="/statistik-archiv">Statistisches Archiv</a></li>
<li><a href="/geoportal">Geoportal des Kreises</a></li>
<li><a href="/kalender?monat=1&amp;daten=1">Daten und Termine</a></li>
<li><a href="/datenschutz">Datenschutz</a></li>
<li><a href="/faltblatt.pdf">Faltblatt Statistik (PDF)</a></li>
</ul></nav>"""


def page(title: str, body: str, town: str = "Stadt Kleinmuster", canonical: str = "") -> Response:
    """A page of the town's site; `canonical`: the path that it calls its own."""
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    head = f"<head><title>{escape(title)} - {escape(town)}</title>{link}</head>"
    return text(
        f"<!DOCTYPE html><html lang='de'>{head}<body>{MENU}<main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )


def pages(data: Response, others: dict[str, Response], home: Response) -> Routes:
    """The home page, the page of open data under its two addresses, and other pages by their paths."""
    shown: dict[str, Route] = {path: fixed(each) for path, each in others.items()}
    return {"/": fixed(home), "/offene-daten": fixed(data), "/offene-daten/": fixed(data), **shown}


def routes(site: PortalSite) -> Routes:
    """The site: a third of the datasets on the page of open data, the others on two pages below it; one of these cannot be
    served where a dataset on it is spoilt."""
    town = f"Gemeinde {site.datasets[0].town.short_name}"
    parts = [[each for each in site.datasets if each.number % 3 == part] for part in range(3)]
    deeper = {}
    for number, shown in enumerate(parts[1:], 2):
        body = page(f"Offene Daten, Teil {number}", "".join(map(_group, shown)), town)
        deeper[f"/offene-daten/teil-{number}"] = server_error() if any(map(site.is_spoilt, shown)) else body
    links = "".join(f'<p><a href="{path}">Weitere Daten</a></p>' for path in deeper)
    data = page("Offene Daten", "".join(map(_group, parts[0])) + links, town, "/offene-daten")
    home = page(town, "<p>Willkommen</p><h2>Formulare</h2><a href='/media/antrag.pdf'>Antrag (PDF)</a>", town)
    return pages(data, {**deeper, "/rathaus": page("Rathaus", "<p>Öffnungszeiten</p>", town)}, home)


def identifier(dataset: Dataset, portal: FleetPortal) -> str:
    """The page's path and the heading on it: such a site has no other name for a dataset."""
    part = dataset.number % 3
    return f"/offene-daten{f'/teil-{part + 1}' if part else ''}#{slug(dataset.title)}"


def _group(dataset: Dataset) -> str:
    """A heading, a sentence and the files below it, all on the town's own server."""
    title = escape(dataset.title.replace("_", " "))
    items = "".join(
        f'<li><a href="/media/{dataset.name}-{number}.{ending}">{title} ({ending.upper()})</a></li>'
        for number, ending in enumerate(("csv", "xlsx", "pdf")[: 1 + dataset.number % 3])
    )
    said = "" if dataset.number % 5 == 0 else f"<p>{escape(dataset.description[:200])}</p>"
    return f"<h2>{title}</h2>{said}<p>Stand: {dataset.modified}</p><ul>{items}</ul>"

"""A loopback town's web pages: a home page, pages of data, dead links, one page under two addresses, an endless calendar."""

from fleet.message import Request, Response
from fleet.products.website import page, pages
from fleet.routes import Route, Routes, text

__all__ = ["page", "portal"]


def offered(*files: str) -> str:
    items = "".join(
        f'<li><a href="/media/{name}">{name} ({name[-3:].upper()}, 3 kB)</a></li>' for name in files
    )
    return f"<ul>{items}</ul>"


def portal(epoch: int, broken: bool) -> Routes:
    """In epoch 1 the group `Wahlen` is gone, `Haushalt` has another file and `Kitas` is new; `broken`: 500 for a page."""
    groups = "<h2>Baumkataster</h2><p>Alle Bäume der Stadt mit Art und Standort.</p>" + offered(
        "baum.csv", "baum.pdf"
    )
    groups += "<h2>Haushalt</h2>" + offered("haushalt.xls" if epoch == 0 else "haushalt-neu.csv")
    groups += (
        "<h2>Wahlen</h2>" + offered("wahl.csv") if epoch == 0 else "<h2>Kitas</h2>" + offered("kitas.csv")
    )
    groups += '<p><a href="/offene-daten/verkehr">Zählstellen</a> <a href="/satzungen">Satzungen</a></p>'
    data = page("Offene Daten", groups, canonical="/offene-daten")
    geo = "<h2>Dienste</h2><p>https://geo.kleinmuster.example/ows?SERVICE=WFS</p>"
    others = {
        "/offene-daten/verkehr": page("Verkehr", "<h2>Zählstellen</h2>" + offered("verkehr.csv")),
        "/geodaten": page("Geodaten", geo),
        "/fremd": page("Geoportal des Kreises", offered("fremd.csv")),
        "/rathaus": page("Rathaus", offered("rathaus.csv")),
    }
    home = page("Stadt Kleinmuster", "<p>Willkommen</p><h2>Formulare</h2>" + offered("antrag.pdf"))
    shown = pages(text("Fehler", status=500) if broken else data, others, home)
    return {**shown, "/geoportal": moved("http://localhost:{port}/fremd")}


def moved(target: str) -> Route:
    """A redirect to the same server under another name; `{port}` is taken from the request."""

    def route(request: Request) -> Response:
        place = target.format(port=request.headers["host"].rpartition(":")[2])
        return Response(b"", status=302, headers={"Location": place})

    return route

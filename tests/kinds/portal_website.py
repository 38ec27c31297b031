"""A loopback town's web pages: a home page, pages of data, dead links, one page under two addresses, an endless calendar."""

from html import escape

from loopback import Answer, Routes, fixed, text

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


def page(title: str, body: str) -> Answer:
    head = f"<head><title>{escape(title)} - Stadt Kleinmuster</title></head>"
    return text(
        f"<!DOCTYPE html><html lang='de'>{head}<body>{MENU}<main><h1>{title}</h1>{body}</main></body></html>"
    )


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
    data = page("Offene Daten", groups)
    geo = "<h2>Dienste</h2><p>https://geo.kleinmuster.example/ows?SERVICE=WFS</p>"
    routes = {
        "/": fixed(page("Stadt Kleinmuster", "<p>Willkommen</p><h2>Formulare</h2>" + offered("antrag.pdf"))),
        "/offene-daten": fixed(text("Fehler", status=500) if broken else data),
        "/offene-daten/": fixed(text("Fehler", status=500) if broken else data),
        "/offene-daten/verkehr": fixed(page("Verkehr", "<h2>Zählstellen</h2>" + offered("verkehr.csv"))),
        "/geodaten": fixed(page("Geodaten", geo)),
        "/geoportal": moved("http://localhost:{port}/fremd"),
        "/fremd": fixed(page("Geoportal des Kreises", offered("fremd.csv"))),
        "/rathaus": fixed(page("Rathaus", offered("rathaus.csv"))),
    }
    return routes


def moved(target: str):  # type: ignore[no-untyped-def]
    """A redirect to the same server under another name; `{port}` is taken from the request."""

    def route(query: dict[str, str], headers: dict[str, str], body: bytes) -> Answer:
        return 302, {"Location": target.format(port=headers["host"].rpartition(":")[2])}, b""

    return route

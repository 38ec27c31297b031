"""What a town's home page shows: the town's own, in several manners, or something that only looks like it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

from fleet.message import Request, Response, not_found, page
from fleet.register import slug

DATA_PAGE = "/rathaus/offene-daten"
_MENU = (
    "Rathaus",
    "Bürgerservice",
    "Bekanntmachungen",
    "Stadtrat und Satzungen",
    "Veranstaltungen",
    "Datenschutz",
)
_FILES = ("einwohner.csv", "baumkataster.geojson", "haushalt.xlsx", "haushaltssatzung.pdf")


@dataclass(frozen=True)
class Home:
    """One host: whose it is (a row of the register; empty for a body that is no town) and what stands there."""

    host: str
    scene: str
    target: str
    offers: tuple[str, ...]
    town: Mapping[str, str]

    @property
    def ags(self) -> str:
        """The key of the town whose name the host bears; empty for a body that is none."""
        return self.town.get("ags", "")

    @property
    def name(self) -> str:
        """The town's name without its title."""
        return self.town.get("name", self.target).split(",")[0]

    @property
    def called(self) -> str:
        """The town with the word for what it is: `Stadt Musterhafen`."""
        type_ = self.town.get("type", "")
        word = next((word for word in ("Markt", "Gemeinde") if word in type_), "Stadt")
        return f"{word} {self.name}"


def scene(home: Home, request: Request) -> Response:
    """The answer of a host to a request."""
    if request.path == "/robots.txt":
        return _robots(home)
    return SCENES[home.scene](home, request)


def _robots(home: Home) -> Response:
    if home.scene == "robots":
        return Response(b"User-agent: *\nDisallow: /\n", "text/plain")
    return not_found() if len(home.host) % 3 else Response(b"User-agent: *\nDisallow: /suche\n", "text/plain")


def _official(home: Home, request: Request) -> Response:
    """A town's own site: home page, imprint, and a page of data where it has one."""
    if request.path in ("/", "/start"):
        return page(f"{home.called} - Startseite", _home_body(home), "Muster-CMS 7")
    if request.path == "/impressum":
        return page(f"Impressum - {home.called}", _imprint(home))
    if (request.path == DATA_PAGE and "pages" in home.offers) or (
        request.path == "/opendata" and "path" in home.offers
    ):
        return page(f"Offene Daten - {home.called}", _data(home))
    return not_found()


def _home_body(home: Home) -> str:
    where = f"Wir liegen im Landkreis {home.town['district']} in {home.town['state']}."
    if "Kreisfrei" in home.town["type"]:
        where = f"Eine kreisfreie Stadt in {home.town['state']}."
    shown = {"imprint": "Schön, dass Sie da sind.", "statewide": f"Ein Ort in {home.town['state']}."}
    links = "".join(f"<li><a href='/{slug(name)}'>{name}</a></li>" for name in _MENU)
    return (
        f"<nav><ul>{links}{_offered(home)}</ul></nav><main><h1>Willkommen in {escape(home.name)}</h1>"
        f"<p>{shown.get(home.scene, where)}</p><h2>Aktuelles aus dem Rathaus</h2><p>Der Bürgermeister lädt ein.</p></main>"
        "<footer><a href='/impressum'>Impressum</a></footer>"
    )


def _offered(home: Home) -> str:
    """The menu's links to what the town offers; what is hidden has none."""
    found = []
    for offer in home.offers:
        how, _, host = offer.partition(":")
        if how in ("own", "shared", "other", "dead"):
            found.append(
                f"<li><a href='http://{host}/'>{'Geoportal' if 'geo' in host else 'Offene Daten'}</a></li>"
            )
        elif how == "pages":
            found.append(f"<li><a href='{DATA_PAGE}'>Zahlen, Daten, Fakten</a></li>")
    return "".join(found)


def _imprint(home: Home) -> str:
    where = f"{home.town['district']}, {home.town['state']}"
    if "Kreisfrei" in home.town["type"]:
        where = home.town["state"]
    return f"<main><h1>Impressum</h1><p>{home.called}, vertreten durch den Bürgermeister, Rathausplatz 1. {where}.</p></main>"


def _data(home: Home) -> str:
    links = "".join(f"<li><a href='/media/{name}'>{name}</a></li>" for name in _FILES)
    return f"<main><h1>Offene Daten</h1><h2>Zahlen</h2><ul>{links}</ul></main>"


def _bare(home: Home, request: Request) -> Response:
    """A town's site that never says in which state or district it lies."""
    if request.path not in ("/", "/impressum"):
        return not_found()
    body = (
        f"<h1>{home.called}</h1><p>Rathaus, Bürgerservice, Gemeinderat.</p><a href='/impressum'>Impressum</a>"
    )
    return page(home.called, body)


def _both(home: Home, request: Request) -> Response:
    """A page about two towns of one name."""
    if request.path != "/":
        return not_found()
    body = (
        f"<h1>Gemeinde {home.name}</h1><p>Rathaus und Gemeinderat. Es gibt {home.name} im Landkreis Beispielgau in Beispielland"
        f" und {home.name} im Landkreis Probegrund in Musterland.</p>"
    )
    return page(f"{home.name} und {home.name}", body)


def _statewide(home: Home, request: Request) -> Response:
    """A town's page that names its state, in which another town has the same name."""
    return page(f"{home.called} - Startseite", _home_body(home)) if request.path == "/" else not_found()


def _english(home: Home, request: Request) -> Response:
    if request.path != "/":
        return not_found()
    body = f"<h1>{home.name}</h1><p>Town hall, mayor and city council of {home.name}, {home.town['district']}, {home.town['state']}.</p>"
    return page(f"Welcome to {home.name}", body)


def _slash(home: Home, request: Request) -> Response:
    """Redirects from the root to a start page on the same host."""
    return _moved_to("/start") if request.path == "/" else _official(home, request)


def _moved(home: Home, request: Request) -> Response:
    return _moved_to(f"http://{home.target}/")


def _moved_to(address: str) -> Response:
    return Response(b"", status=301, headers={"Location": address})


def _circle(home: Home, request: Request) -> Response:
    return _moved_to("/b" if request.path == "/a" else "/a")


def _association(home: Home, request: Request) -> Response:
    """The site of a district or an association of municipalities."""
    if request.path != "/":
        return not_found()
    members = "<p>Unsere Gemeinden: Dummyfelde, Testerode, Heftrand, Lückenfeld, Fallbach und viele mehr.</p>"
    body = f"<h1>{home.target}</h1><p>Verwaltung, Bürgerservice und Amtsblatt in Musterland und Beispielland.</p>{members}"
    return page(f"{home.target} - Startseite", body)


def _parked(home: Home, request: Request) -> Response:
    texts = (
        f"<h1>{home.host}</h1><p>Diese Domain steht zum Verkauf. Jetzt kaufen!</p>",
        f"<p>{home.host} is for sale. Buy this domain.</p><p>Rathaus Bürgerservice Hotels in {home.name}</p>",
        "<h1>It works!</h1>",
        "<p>Hier entsteht eine neue Internetpräsenz.</p>",
    )
    return page(home.host, texts[len(home.host) % len(texts)])


def _club(home: Home, request: Request) -> Response:
    where = f"{home.town['district']} ({home.town['state']})"
    return page(
        f"SV {home.name} 1921", f"<h1>SV {home.name}</h1><p>Fußball in {where}. Spielplan und Verwaltung.</p>"
    )


def _hotel(home: Home, request: Request) -> Response:
    text = f"Urlaub in {home.name} im Landkreis {home.town['district']}, {home.town['state']}: Zimmer, Frühstück, Radwege."
    return page(f"Ferien in {home.name}", f"<h1>Hotel Zur Post {home.name}</h1><p>{text}</p>")


def _press(home: Home, request: Request) -> Response:
    """A newspaper: it names everything that a town's own page would name."""
    district = home.town["district"]
    text = (
        f"Rathaus der Gemeinde {home.name}: der Gemeinderat, der Bürgermeister und der Landkreis {district}."
    )
    body = f"<h1>{home.name}er Anzeiger</h1><p>{text}</p>"
    return page(f"{home.name}er Anzeiger - Nachrichten aus {home.name}", body)


def _fan(home: Home, request: Request) -> Response:
    """Somebody's page about the town that nothing tells from the town's own."""
    where = f"im Landkreis {home.town['district']}, {home.town['state']}"
    text = f"Gemeinde {home.name} {where}. Rathaus, Gemeinderat, Bürgermeister."
    return page(f"{home.name} - unser Ort", f"<h1>{home.name}</h1><p>{text}</p>")


def _shop(home: Home, request: Request) -> Response:
    return page(
        f"{home.name} - Ihr Fachhandel",
        f"<h1>Alles zum Thema {home.name}</h1><p>Versandkostenfrei ab 20 Euro.</p>",
    )


def _empty(home: Home, request: Request) -> Response:
    """A page that only a browser with scripts can show."""
    return page(home.host, "<div id='app'></div><script src='/app.js'></script>")


def _file(home: Home, request: Request) -> Response:
    return Response(b"%PDF-1.7", "application/pdf")


def _down(home: Home, request: Request) -> Response:
    return page("Service Unavailable", "<h1>503</h1>", status=503)


def _forbidden(home: Home, request: Request) -> Response:
    return page("Forbidden", "<h1>403</h1>", status=403)


SCENES: dict[str, Callable[[Home, Request], Response]] = {
    **dict.fromkeys(("home", "imprint"), _official),
    **{"bare": _bare, "both": _both, "statewide": _statewide, "english": _english, "slash": _slash},
    **{"moved": _moved, "circle": _circle, "association": _association, "parked": _parked, "club": _club},
    **{"hotel": _hotel, "shop": _shop, "press": _press, "fan": _fan, "empty": _empty, "file": _file},
    **{"down": _down, "forbidden": _forbidden},
    **dict.fromkeys(("robots", "refused"), _official),
}
"""Scene → what answers."""

"""Home pages of fictional towns, and of those who only look like them, behind one port: told apart by the name of the host."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib.resources import files
from types import TracebackType
from typing import Self

from fleet.home_scenes import Home, scene
from fleet.message import Request, Response, Site, not_found
from fleet.portals import FLEET
from fleet.register import register_csv
from fleet.server import LOOPBACK, PortalServer, _closed_port
from fleet.sites import site

__all__ = ["FOUND", "HomePages", "Score", "Truth", "register_csv", "towns", "truth"]

SUFFIX = ".example"
"""What the hosts of the fictional towns end with (RFC 2606)."""
FOUND = frozenset({"home", "imprint", "english", "slash"})
OPEN = frozenset({"bare", "both", "statewide"})
_STATES = {
    "down": "unreachable",
    "refused": "unreachable",
    "circle": "unreachable",
    "robots": "blocked",
    "forbidden": "blocked",
}
PORTALS = {
    "opendata.musterhafen.example": ("musterhafen", "Transparenzportal Musterhafen"),
    "daten.beispielburg.example": ("beispielburg", "Datenregister Beispielburg"),
    "opendata.exempelstadt.example": ("musterbrueck", "Exempelstadt: offene Daten"),
    "geoportal.mustertal-an-der-probe.example": ("mustertal", "Mustertal offen"),
    "opendata.vorlagenheim.example": ("vorlagenheim", "Open Data Vorlagenheim"),
    "daten.musterland.example": ("musterland", "Open-Data-Portal Musterland"),
    "opendata.grossmusterode.example": ("grossmusterode", "Großmusterode: Offene Verwaltungsdaten"),
    "geoportal.formularstedt.example": ("schablonenfeld", "Geoportal Formularstedt"),
    "opendata.vordruckshausen-sued.example": ("probehafen", "Offene Daten der Gemeinde Vordruckshausen"),
    "daten.halbmuster.example": ("halbmuster", "Halbmuster transparent"),
    "opendata.listenhagen.example": ("listenhagen", "Listenhagen: Open Data"),
}
"""Host → the portal of the fleet that stands there, and under which title."""
_LISTED = {"opendata.exempelstadt.example": "exempelstadt", "geoportal.formularstedt.example": "formularstedt",
           "opendata.vordruckshausen-sued.example": "vordruckshausen"}  # fmt: skip
"""Hosts whose town has another portal in the fleet's registry than the one that is shown there."""


def aliases() -> dict[str, str]:
    """Key of a portal in the fleet's registry → the address at which home pages lead to it."""
    return {_LISTED.get(host, key): f"http://{host}/" for host, (key, _) in PORTALS.items()}


@dataclass(frozen=True, slots=True)
class Truth:
    """What a search should find for a town: `state` as discovery calls it, the home page's host (also where the page does
    not say enough to be accepted), portals' hosts with whose they are (`own`, `other`, `shared`), and whether there are
    pages with data files."""

    ags: str
    state: str
    host: str = ""
    portals: frozenset[tuple[str, str]] = frozenset()
    pages: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """How well a search did: of what it found, how much is right; of what there is, how much it found (0-1)."""

    found: int
    right: int
    there: int

    @property
    def precision(self) -> float:
        """The share of what was found that is right."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """The share of what there is that was found."""
        return self.right / self.there if self.there else 1.0


def towns() -> list[dict[str, str]]:
    """The fleet's register, a row a town; some have the same name."""
    return _rows("register.csv")


@cache
def _homes() -> list[Home]:
    named = {row["ags"]: row for row in towns()}
    return [
        Home(
            row["host"], row["scene"], row["target"], tuple(row["offers"].split()), named.get(row["ags"], {})
        )
        for row in _rows("homepages.csv")
    ]


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("fleet") / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def truth() -> list[Truth]:
    """What there is to be found, one row a town of the register."""
    return [_truth(row["ags"], [home for home in _homes() if home.ags == row["ags"]]) for row in towns()]


def _truth(ags: str, homes: list[Home]) -> Truth:
    for home in homes:
        if home.scene in FOUND:
            return Truth(
                ags, "found", home.host, _portals(home), "pages" in home.offers or "path" in home.offers
            )
    for home in homes:
        if home.scene in OPEN:
            return Truth(ags, "open", "" if home.scene == "both" else home.host)
    bodies = {home.host for home in _homes() if home.scene == "association"}
    if any(home.target in bodies for home in homes):
        return Truth(ags, "district")
    return Truth(ags, next((_STATES[home.scene] for home in homes if home.scene in _STATES), "none"))


def _portals(home: Home) -> frozenset[tuple[str, str]]:
    """`own:host`, `hidden:host` (own, but no link leads there), `other:host`, `shared:host`; `dead:host` is none."""
    pairs = [offer.partition(":")[::2] for offer in home.offers]
    whose = {"own": "own", "hidden": "own", "other": "other", "shared": "shared"}
    return frozenset((host, whose[how]) for how, host in pairs if how in whose)


def score(found: Mapping[str, str]) -> Score:
    """Of home pages: key of a town → the host that a search took for its home page."""
    right = {each.ags: each.host for each in truth() if each.host}
    hits = sum(
        1
        for ags, host in found.items()
        if right.get(ags, "").removeprefix("www.") == host.removeprefix("www.")
    )
    return Score(len(found), hits, len(right))


def portal_score(found: Iterable[tuple[str, str, str]]) -> Score:
    """Of portals: key of a town, host of a portal, whose it is."""
    said = set(found)
    right = {(each.ags, host, whose) for each in truth() for host, whose in each.portals}
    return Score(len(said), len(said & right), len(right))


class HomePages:
    """The home pages on loopback; use it as a context manager."""

    def __init__(self) -> None:
        self.homes = {home.host: home for home in _homes()}
        self._server = PortalServer(self._answer)
        self._closed = _closed_port()
        self._sites: dict[str, Site] = {host: partial(scene, home) for host, home in self.homes.items()}
        known = {portal.key: portal for portal in FLEET}
        self._sites |= {
            host: site(replace(known[key], title=title)) for host, (key, title) in PORTALS.items()
        }

    def __enter__(self) -> Self:
        """Starts the server."""
        self._server.start()
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stops the server and gives the ports back."""
        self._server.stop()
        self._closed.close()

    @property
    def port(self) -> int:
        """The port behind which all of them stand."""
        return int(self._server.server_port)

    def hosts_text(self) -> str:
        """Where the hosts stand, as a table of hosts: `address:port name` a line."""
        refused = int(self._closed.getsockname()[1])
        ports = {host: refused if home.scene == "refused" else self.port for host, home in self.homes.items()}
        ports |= dict.fromkeys(PORTALS, self.port)
        return "".join(f"{LOOPBACK}:{port} {host}\n" for host, port in sorted(ports.items()))

    def asked(self) -> list[str]:
        """The hosts and paths that were asked for, in order."""
        return list(self._server.asked)

    def _answer(self, request: Request) -> Response:
        host = request.headers.get("host", "").partition(":")[0].lower()
        self._server.remember(f"{host}{request.path}")
        answer = self._sites.get(host)
        return answer(request) if answer is not None else not_found()

"""The registry of portals as CSV: the one that ships with the program, and a town's or a country's own."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote, urlsplit

import orjson

from crawler.sources.local import address_of, is_local, path_of
from crawler.sources.protocol import LASTING, Portal

COLUMNS = (
    *(
        "key",
        "title",
        "url",
        "api_url",
        "aliases",
        "kind",
        "state",
        "country",
        "ags",
        "ars",
        "body",
        "parent",
    ),
    *("covers", "metadata_license", "republish", "robots", "opt_out", "settings", "source", "date", "note"),
)
"""The columns of a registry; `docs/reference/registry.md` says what each holds."""

STATES = ("active", "viewer", "aside", "dead")
"""`active`: is crawled; `viewer`: maps or figures, no datasets; `aside`: no municipality's, or its records lie in another
portal; `dead`: gone or replaced. All but the active ones are crawled only where they are named."""

ASIDE = LASTING
"""Columns that travel in a portal's settings."""

_DIGITS = {"ags": (5, 8), "ars": (2, 5, 9, 12)}
"""How long keys are: municipality or district; state, district, association, municipality."""
_AREA = re.compile(r"[A-Z]{2}|\d{2,12}")

KEY_LENGTH = 60
_FOLDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


class RegistryError(ValueError):
    """A registry that cannot be read; the message names the line and what is wrong with it."""


@cache
def shipped() -> tuple[Portal, ...]:
    """The German portals that ship with the program (`schemas/portals.csv`)."""
    return tuple(parse((files("schemas") / "portals.csv").read_text(encoding="utf-8")))


@cache
def shipped_europe() -> tuple[Portal, ...]:
    """The portals of other European towns (`schemas/portals_europe.csv`); known only once they are imported."""
    return tuple(parse((files("schemas") / "portals_europe.csv").read_text(encoding="utf-8")))


def is_active(portal: Portal) -> bool:
    """Whether a portal is crawled without being named."""
    return portal.settings.get("state", "active") == "active"


def addresses(portal: Portal) -> list[str]:
    """All addresses under which a portal is known."""
    return [url for url in (portal.url, portal.api_url, *portal.settings.get("aliases", "").split()) if url]


def read(path: Path) -> list[Portal]:
    """The portals of a CSV file. Raises RegistryError, or OSError where the file cannot be opened."""
    try:
        return parse(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise RegistryError(f"{path.name} is not UTF-8.") from error


def parse(text: str) -> list[Portal]:
    """The portals of a registry as text. Needs the column `url`; others may be missing. Raises RegistryError."""
    rows = csv.DictReader(io.StringIO(text, newline=""))
    if "url" not in (rows.fieldnames or ()):
        raise RegistryError("The registry has no column `url`.")
    found: dict[str, Portal] = {}
    for row in rows:
        portal = _portal_at(row, rows.line_num)
        if portal.key in found:
            raise RegistryError(f"Line {rows.line_num}: the key {portal.key!r} comes twice.")
        found[portal.key] = portal
    return list(found.values())


def portal_from(row: Mapping[str, str | None]) -> Portal:
    """One row as a portal; without a key it gets that of its address. Raises ValueError for what is no row."""
    value = {name: (row.get(name) or "").strip() for name in COLUMNS}
    url = value["url"] = _address(value["url"])
    if is_local(value["api_url"]):
        raise ValueError("api_url is a file; a portal on disk has its address in url")
    _check(value)
    settings = _settings(value["settings"]) | {name: value[name] for name in ASIDE if value[name]}
    robots = value["robots"] or "api"
    if robots not in ("api", "strict"):
        raise ValueError(f"robots is {robots!r}, not `api` or `strict`")
    names = ("title", "kind", "api_url", "ags")
    return Portal(
        value["key"] or key_for(url), url, robots=robots, settings=settings, **{n: value[n] for n in names}
    )


def _address(url: str) -> str:
    """An address of the web, or of a file or folder on disk in its usual form. Raises ValueError for any other."""
    if is_local(url):
        return address_of(path_of(url), folder=url.endswith("/"))
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise ValueError(f"{url!r} is no address that begins with http:// or https://, and no file:///")
    return url


def write(path: Path, portals: Iterable[Portal]) -> None:
    """Write portals as a registry, in order of their keys."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(row_of(portal) for portal in sorted(portals, key=lambda portal: portal.key))


def row_of(portal: Portal) -> dict[str, str]:
    """A portal as a row of a registry."""
    settings = {name: value for name, value in portal.settings.items() if name not in ASIDE}
    aside = {name: portal.settings.get(name, "") for name in ASIDE}
    text = orjson.dumps(settings, option=orjson.OPT_SORT_KEYS).decode() if settings else ""
    names = ("key", "title", "url", "api_url", "kind", "ags", "robots")
    return {**{name: getattr(portal, name) for name in names}, **aside, "settings": text}


def key_for(url: str) -> str:
    """A short name for an address, always the same: its host, port and path as lower-case words joined by hyphens.

    >>> key_for("https://www.opendata.musterstadt.example/daten/")
    'opendata-musterstadt-example-daten'
    >>> key_for("file:///srv/daten/B%C3%BCrger.csv")
    'file-srv-daten-buerger-csv'
    """
    parts = urlsplit(url.strip().lower())
    host = (parts.hostname or "").removeprefix("www.")
    port = re.search(r":(\d+)$", parts.netloc)
    path = f"file {unquote(parts.path).lower()}" if is_local(url) else parts.path
    words = f"{host} {port.group(1) if port else ''} {path} {parts.query}".translate(_FOLDED)
    key = "-".join(re.findall(r"[a-z0-9]+", words)) or "portal"
    if len(key) <= KEY_LENGTH:
        return key
    digest = blake2b(key.encode(), digest_size=4).hexdigest()
    return f"{key[: KEY_LENGTH - 9].rstrip('-')}-{digest}"


def _portal_at(row: Mapping[str, str | None], line: int) -> Portal:
    try:
        return portal_from(row)
    except ValueError as error:
        raise RegistryError(f"Line {line}: {error}.") from error


def _check(value: Mapping[str, str]) -> None:
    for name, lengths in _DIGITS.items():
        text = value[name]
        if text and not (text.isascii() and text.isdigit() and len(text) in lengths):
            raise ValueError(f"{name} is {text!r}, no key of {' or '.join(map(str, lengths))} digits")
    for name, allowed in (("state", STATES), ("republish", ("yes", "no"))):
        if value[name] and value[name] not in allowed:
            raise ValueError(f"{name} is {value[name]!r}, not one of {', '.join(allowed)}")
    wrong = [area for area in value["covers"].split() if not _AREA.fullmatch(area)]
    if wrong:
        raise ValueError(f"covers names {wrong[0]!r}, neither a country nor the beginning of a key")


def _settings(text: str) -> dict[str, str]:
    if not text:
        return {}
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ValueError(f"settings are no JSON ({error})") from error
    if not isinstance(value, dict):
        raise ValueError("settings are no JSON object")
    return {str(name): str(each) for name, each in value.items()}

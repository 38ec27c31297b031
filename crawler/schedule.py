"""Ready files that run Bestand on a schedule: templates of `crawler/schedules`, filled in for one place. Pure."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

KINDS: dict[str, tuple[str, ...]] = {
    "systemd": (
        *("bestand.service", "bestand-crawl.service", "bestand-crawl.timer", "bestand-report.service"),
        *("bestand-links.service", "bestand-links.timer", "bestand-backup.service", "bestand-backup.timer"),
    ),
    "cron": ("crontab",),
    "github-actions": (".github/workflows/bestand.yml",),
    "docker": ("Dockerfile", "compose.yaml", "crontab"),
}
"""Kind of schedule → names of its files."""
_MARK = re.compile(r"@([A-Z_]+)@")
_PLAIN = re.compile(r"[\w./:@%+=,-]+")
_USER = re.compile(r"[a-z_][a-z0-9_-]{0,31}")


class UnusablePlace(ValueError):
    """A path, address or name that the files cannot hold; the message is one clear sentence."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where and how Bestand runs. `program` and `db` are absolute paths; `minutes`: budget of a crawl."""

    program: Path
    db: Path
    contact: str = ""
    mail_to: str = ""
    base_url: str = ""
    user: str = "bestand"
    minutes: int = 180


def files_for(kind: str, place: Place) -> dict[str, str]:
    """Name → content of the files of a kind. Raises UnusablePlace."""
    _refuse(place)
    if kind == "systemd" and set(str(place.program)) & set("\"'$\\"):
        raise UnusablePlace(
            f"systemd starts no program at {place.program}: quotes and dollar signs in its path."
        )
    quote = _QUOTES[kind]
    folder = files("crawler") / "schedules" / kind
    return {
        name: _filled((folder / Path(name).name).read_text("utf-8"), place, quote) for name in KINDS[kind]
    }


def _refuse(place: Place) -> None:
    for value in (str(place.program), str(place.db), place.contact, place.mail_to, place.base_url):
        if not value.isprintable():
            raise UnusablePlace(f"{value!r} holds signs that no line of a file can hold.")
    if not _USER.fullmatch(place.user):
        raise UnusablePlace(f"{place.user!r} is no name of a user.")


def _filled(text: str, place: Place, quote: Callable[[str, str], str]) -> str:
    values = {
        "BESTAND": str(place.program), "DB": str(place.db), "FOLDER": str(place.db.parent), "CONTACT": place.contact,
        "BACKUPS": str(place.db.parent / "backups"), "MAIL_TO": place.mail_to, "BASE_URL": place.base_url,
        "MAIL_FROM": _sender(place), "ENV_CONTACT": f"BESTAND_CONTACT={place.contact}",
        "ENV_BASE_URL": f"BESTAND_BASE_URL={place.base_url}",
    }  # fmt: skip
    plain = {"USER": place.user, "MINUTES": str(place.minutes), "SECONDS": str(place.minutes * 60 + 3600)}

    def fill(line: str) -> str:
        return _MARK.sub(lambda found: plain.get(found[1]) or quote(values[found[1]], line), line)

    return "".join(fill(line) for line in text.splitlines(keepends=True) if _is_wanted(line, place))


def _is_wanted(line: str, place: Place) -> bool:
    """Lines about mail are left out where nobody is to get one; likewise the public address."""
    return (bool(place.mail_to) or "@MAIL_TO@" not in line) and (
        bool(place.base_url) or "@BASE_URL@" not in line
    )


def _sender(place: Place) -> str:
    return place.contact if "@" in place.contact else place.mail_to


def _for_systemd(value: str, line: str) -> str:
    """A word of a unit file (systemd.syntax): percent signs are doubled, in commands dollar signs too, and what is not
    plain stands in double quotes, but not a working directory, which is no list of words."""
    escaped = value.replace("%", "%%")
    if line.startswith("WorkingDirectory="):
        return escaped
    escaped = escaped.replace("\\", "\\\\").replace('"', '\\"')
    if line.startswith("Exec"):
        escaped = escaped.replace("$", "$$")
    return escaped if _PLAIN.fullmatch(value) else f'"{escaped}"'


def _for_cron(value: str, _line: str) -> str:
    """A word of a command in a crontab, where an unescaped percent sign ends the line (crontab(5))."""
    return shlex.quote(value).replace("%", "\\%")


def _for_yaml(value: str, _line: str) -> str:
    """A YAML string; GitHub would take `${{` for an expression."""
    if "${{" in value:
        raise UnusablePlace(f"{value!r} would be an expression there.")
    return "'" + value.replace("'", "''") + "'"


_QUOTES: dict[str, Callable[[str, str], str]] = {
    "systemd": _for_systemd,
    "cron": _for_cron,
    "github-actions": _for_yaml,
    "docker": lambda value, line: _for_yaml(value.replace("$", "$$"), line),
}

"""Keys of portals, from the environment or a file that its owner alone may read: sent to the portal's own host, kept and
told nowhere."""

from __future__ import annotations

import logging
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.exceptions import NotConfigured

from catalog.cleaning.privacy import without_people
from crawler.fetch.frontier import host_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)

PREFIX = "BESTAND_KEY_"
"""Begin of the variables that hold keys: `BESTAND_KEY_` and the portal's key in capitals, `_` for all but letters and
digits."""
STARS = "***"
ORDINARY = ("Authorization", "Bearer {}")
"""Header and form in which a key is sent where the portal kind says nothing else (RFC 6750, section 2.1)."""
_SHORTEST = 6
_OWN = frozenset(logging.makeLogRecord({}).__dict__)
_ILLEGAL = re.compile(r"[\x00-\x20\x7f-\uffff]")


class SecretsError(ValueError):
    """A key that cannot be used; the message is a sentence and tells no key."""


def variable(portal: str) -> str:
    """The environment variable of a portal's key.

    >>> variable("opendata-musterstadt")
    'BESTAND_KEY_OPENDATA_MUSTERSTADT'
    """
    return PREFIX + re.sub(r"[^A-Z0-9]", "_", portal.upper())


@dataclass(slots=True)
class Secrets:
    """Keys by variable name. Shows none of them."""

    keys: dict[str, str] = field(default_factory=dict, repr=False)

    def of(self, portal: str) -> str:
        """The key of a portal; empty where there is none."""
        return self.keys.get(variable(portal), "")

    def redact(self, text: str) -> str:
        """A text without keys."""
        for key in self.keys.values():
            text = text.replace(key, STARS)
        return text


SECRETS = Secrets()
"""The keys of this process."""


def load(environment: Mapping[str, str], path: Path | None = None) -> Secrets:
    """Keys of a file, and over them those of the environment. Raises SecretsError, or OSError for a file that is not there."""
    found = _of_file(path) if path is not None else {}
    found |= {name: value.strip() for name, value in environment.items() if name.startswith(PREFIX)}
    for name, key in found.items():
        if len(key) < _SHORTEST or _ILLEGAL.search(key):
            raise SecretsError(f"{name} holds no key: too short, or with characters that no header may have.")
    return Secrets(found)


def _of_file(path: Path) -> dict[str, str]:
    """`portal key` a line; `#` begins a comment."""
    with path.open(encoding="utf-8") as file:
        _refuse_open_file(os.fstat(file.fileno()), path)
        lines = [line.split() for line in file if line.strip() and not line.lstrip().startswith("#")]
    if any(len(words) != 2 for words in lines):
        raise SecretsError(
            f"{path}: each line is the key of a portal in the registry, a blank, and its secret."
        )
    return {variable(portal): key for portal, key in lines}


def _refuse_open_file(found: os.stat_result, path: Path) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise SecretsError(f"{path} is no ordinary file.")
    if found.st_mode & 0o077:
        raise SecretsError(f"{path} may be read by others; `chmod 600 {path}` makes it private.")
    if found.st_uid not in (os.geteuid(), 0):
        raise SecretsError(f"{path} belongs to somebody else.")


class KeyMiddleware:
    """Adds the portal's key to requests to the portal's own host, over TLS (or on loopback), and to no others; blots it
    out of answers that repeat it, before anybody reads them."""

    def __init__(self, key: str, host: str, header: tuple[str, str]) -> None:
        self._key, self._host = key, host
        self._name, self._form = header

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> KeyMiddleware:
        """Scrapy's way to build a component."""
        portal, source = getattr(crawler.spider, "portal", None), getattr(crawler.spider, "source", None)
        key = SECRETS.of(portal.key) if portal is not None and source is not None else ""
        if portal is None or not key:
            raise NotConfigured("This portal needs no key.")
        return cls(key, host_of(portal.base), getattr(source, "KEY_HEADER", ORDINARY))

    def process_request(self, request: Request) -> None:
        """The header, where it belongs; none where a redirect led elsewhere."""
        if host_of(request.url) == self._host and _is_private(request.url):
            request.headers[self._name] = self._form.format(self._key)
        else:
            request.headers.pop(self._name, None)

    def process_response(self, request: Request, response: Response) -> Response:
        """The answer without the key."""
        secret, stars = self._key.encode(), STARS.encode()
        held = [name for name, values in response.headers.items() if any(secret in value for value in values)]
        if secret not in response.body and self._key not in response.url and not held:
            return response
        headers = {name: value.replace(secret, stars) for name, (value, *_) in response.headers.items()}
        url = response.url.replace(self._key, STARS)
        return response.replace(url=url, headers=headers, body=response.body.replace(secret, stars))


def _is_private(url: str) -> bool:
    """Whether nobody on the way reads what is sent."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        return True
    try:
        return ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


class Discreet(logging.Filter):
    """Lines of the log without keys and without personal data."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true; changes the line."""
        record.msg, record.args = _discreet(record.getMessage()), ()
        for name, value in vars(record).items():
            if isinstance(value, str) and name not in _OWN:
                setattr(record, name, _discreet(value))
        if record.exc_info:
            text = _discreet(logging.Formatter().formatException(record.exc_info))
            record.exc_info, record.exc_text = None, text
            record.__dict__["error"] = text  # where lines are JSON
        return True


def _discreet(text: str) -> str:
    return without_people(SECRETS.redact(text))


def be_discreet() -> None:
    """Have every handler of the program's log write discreetly. Calling it again changes nothing."""
    for handler in logging.getLogger().handlers:
        if not any(isinstance(item, Discreet) for item in handler.filters):
            handler.addFilter(Discreet())

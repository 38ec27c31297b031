"""Fetches the official code lists again, for `bestand vocabularies refresh`; changes nothing."""

from collections.abc import Iterable, Mapping
from time import monotonic
from typing import Final
from urllib.parse import urlsplit

import requests

from catalog.vocabulary import vocabulary
from catalog.vocabulary.refresh import SOURCES, Changes, compare, parse_authority

_LARGEST_LIST: Final = 64 * 2**20  # bytes; the EU's language table, the longest, has about 20 MB
_CONNECT_AND_READ: Final = (10, 30)  # seconds without an answer
_LONGEST_FETCH: Final = 180  # seconds for a whole list
_CHUNK: Final = 2**16


class ListUnavailable(Exception):
    """An official list could not be fetched or read; the message names the list and the reason.

    Raised by `fetch_list` and `refresh` for the command to print.
    """


def fetch_list(name: str, session: requests.Session, sources: Mapping[str, str] = SOURCES) -> bytes:
    """The SKOS file of the list `name` in RDF/XML, at most 64 MiB, in at most three minutes.

    Raises ListUnavailable for a name without source and for whatever goes wrong on the way.
    """
    if name not in sources:
        raise ListUnavailable(f"{name}: no official address is known; known: {', '.join(sources)}")
    try:
        with session.get(
            sources[name],
            headers={"Accept": "application/rdf+xml"},
            timeout=_CONNECT_AND_READ,
            stream=True,
        ) as response:
            response.raise_for_status()
            return _body(name, response)
    except requests.RequestException as error:
        raise ListUnavailable(f"{name}: {_why(error)}") from error


def _why(error: requests.RequestException) -> str:
    """What failed, without the names of the libraries' own parts, which theirs begins with."""
    if isinstance(error, requests.exceptions.SSLError):
        return f"the certificate of {_host(error)} is not valid"
    if isinstance(error, requests.Timeout):
        return f"{_host(error)} does not answer in time"
    if isinstance(error, requests.ConnectionError):
        reason = str(getattr(error.args[0], "reason", error) if error.args else error)
        return f"{_host(error)} cannot be reached ({reason.rpartition(': ')[2].rstrip('. ')})"
    return str(error)


def _host(error: requests.RequestException) -> str:
    return urlsplit(error.request.url or "").netloc if error.request else "the host"


def _body(name: str, response: requests.Response) -> bytes:
    """The decoded body, given up as soon as it is too large or too slow."""
    body = bytearray()
    end = monotonic() + _LONGEST_FETCH
    for chunk in response.iter_content(_CHUNK):
        body += chunk
        if len(body) > _LARGEST_LIST:
            raise ListUnavailable(f"{name}: the list is larger than {_LARGEST_LIST // 2**20} MiB")
        if monotonic() > end:
            raise ListUnavailable(f"{name}: the list took longer than {_LONGEST_FETCH} seconds")
    return bytes(body)


def refresh(
    names: Iterable[str], session: requests.Session, sources: Mapping[str, str] = SOURCES
) -> dict[str, Changes]:
    """Name of a list → what the official one has otherwise than ours.

    Raises ListUnavailable at the first list that cannot be fetched or read.
    """
    changes: dict[str, Changes] = {}
    for name in names:
        try:
            concepts = parse_authority(fetch_list(name, session, sources))
        except ValueError as error:
            raise ListUnavailable(f"{name}: {error}") from error
        changes[name] = compare(vocabulary(name), concepts)
    return changes

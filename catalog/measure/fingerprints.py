"""By what the same dataset is known again in another portal: identifiers, addresses of files, the words of its title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Any
from urllib.parse import urlsplit

from catalog.measure.records import Item
from catalog.store.measures import Measures
from catalog.vocabulary.folding import fold

KINDS = ("identifier", "url", "title")
"""The kinds of fingerprint, the surest first."""
SHORTEST_IDENTIFIER = 8
"""Shorter identifiers (`12`, `baum`) are no proof."""
MOST_URLS = 20
"""Addresses of a record that are looked at: some records list thousands."""

_WORD = re.compile(r"[^\W_]+")
_ENDING = re.compile(r"(?:ern|en|er|es|e|n|s)$")
_EMPTY = (
    "der die das des dem den ein eine einer eines und oder in im am an auf aus bei fuer mit nach ueber von vom zu zum"
    " zur stadt gemeinde landeshauptstadt hansestadt markt kreisstadt stadtgebiet gemeindegebiet the of and for in"
)
_EMPTY_WORDS = frozenset(_EMPTY.split())


class Fingerprints:
    """Keeps what a record can be known by (table `fingerprint`)."""

    method = "fingerprints-1"

    def __init__(self) -> None:
        self._rows: dict[int, set[tuple[str, int]]] = {}

    def look(self, item: Item) -> None:
        """Take identifiers, addresses and title words of one record."""
        self._rows[item.dataset] = set(fingerprints(item))

    def flush(self, measures: Measures) -> None:
        """Write what was gathered since the last time."""
        rows = ((dataset, *sign) for dataset, signs in self._rows.items() for sign in sorted(signs))
        measures.renew_of("fingerprint", ("dataset", "kind", "value"), rows, "dataset", list(self._rows))
        self._rows.clear()


def fingerprints(item: Item) -> Iterator[tuple[str, int]]:
    """Kind and 64-bit hash of everything by which the record can be known again."""
    for text in {item.iri, item.identifier, *_identifiers(item.record)}:
        sign = identifier_sign(text)
        if sign:
            yield "identifier", hashed(sign)
    for url in _addresses(item.record):
        sign = address_sign(url)
        if sign:
            yield "url", hashed(sign)
    sign = title_sign(item.title)
    if sign:
        yield "title", hashed(sign)


def hashed(text: str) -> int:
    """64 bits of BLAKE2b as SQLite's signed integer."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), signed=True)


def identifier_sign(text: str) -> str:
    """An identifier as it is compared; empty for one that proves nothing: too short, or without a digit."""
    plain = text.strip().casefold().removeprefix("https://").removeprefix("http://").rstrip("/")
    uuid = _UUID.search(plain)  # then that is the identifier, whoever publishes it under which address
    if uuid:
        return uuid[0].replace("-", "")
    return plain if len(plain) >= SHORTEST_IDENTIFIER and any(letter.isdigit() for letter in plain) else ""


_UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$")


def address_sign(url: str) -> str:
    """An address as it is compared: without scheme, `www.`, fragment and trailing slash; empty for a bare host."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    path = parts.path.rstrip("/")
    if not parts.netloc or not (path or parts.query):
        return ""
    host = parts.netloc.casefold().removeprefix("www.")
    return f"{host}{path}?{parts.query}" if parts.query else f"{host}{path}"


def title_sign(title: str) -> str:
    """The words of a title as they are compared: folded, without endings and empty words, sorted; years stay, since the
    figures of another year are another dataset. Empty where fewer than two words or eight letters are left.

    >>> title_sign("Die Baumkataster der Stadt Musterhafen 2024") == title_sign("Baumkataster 2024 (Musterhafen)")
    True
    """
    words = {_stem(word) for word in _WORD.findall(fold(title))} - _EMPTY_WORDS
    sign = " ".join(sorted(words))
    return sign if len(words) >= 2 and len(sign) >= SHORTEST_IDENTIFIER else ""


def _stem(word: str) -> str:
    return word if len(word) < 6 or word[-1].isdigit() else _ENDING.sub("", word)


def _identifiers(record: dict[str, Any]) -> Iterator[str]:
    yield from _texts(record.get("identifier", ()))
    for other in record.get("other_identifier", ()):
        if isinstance(other, dict):
            yield from _texts(other.get("notation", ()))


def _addresses(record: dict[str, Any]) -> list[str]:
    nodes = [node for node in record.get("distribution", ()) if isinstance(node, dict)]
    named = [*record.get("endpoint_url", ())]
    for node in nodes[:MOST_URLS]:
        named += [*node.get("download_url", ()), *node.get("access_url", ())]
    return list(_texts(named))[:MOST_URLS]


def _texts(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            text = value.get("@value", value.get("@id", ""))
            if isinstance(text, str):
                yield text

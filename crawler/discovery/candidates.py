"""Where a municipality's home page may stand: what the register says, else hosts formed from its name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from catalog.vocabulary.folding import fold
from crawler.discovery.towns import Town

SUFFIX = ".de"
MOST = 14
"""Hosts tried for a town at most."""

_KINDS = (("markt", "markt"), ("stadt", "stadt"), ("gemeinde", "gemeinde"))
PORTAL_LABELS = ("opendata", "daten", "geoportal", "offenedaten")
"""The first part of hosts on which towns put their portals, commonest first."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A host that may be a town's, as an address. `portal`: it is named like one of its portals, not like its home page."""

    url: str
    why: str
    portal: bool = False


def candidates(town: Town, suffix: str = SUFFIX) -> list[Candidate]:
    """The hosts to try, best first; the register's own address before those formed from the name.

    >>> [candidate.url for candidate in candidates(Town("1", "Bad Mustern, Stadt", type="Stadt"))][:3]
    ['https://www.bad-mustern.de/', 'https://bad-mustern.de/', 'https://www.badmustern.de/']
    """
    found: dict[str, Candidate] = {}
    for candidate in (*_known(town), *_formed(town, suffix)):
        found.setdefault(urlsplit(candidate.url).netloc, candidate)
    return list(found.values())[:MOST]


def _known(town: Town) -> Iterator[Candidate]:
    url = town.homepage.strip()
    if not url:
        return
    url = url if "://" in url else f"https://{url}/"
    if urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname:
        yield Candidate(url, "The register names it.")


def _formed(town: Town, suffix: str) -> Iterator[Candidate]:
    labels = spellings(town)
    if not labels:
        return
    for label in labels:
        for host in (f"www.{label}{suffix}", f"{label}{suffix}"):
            yield Candidate(f"https://{host}/", "Formed from the name.")
    for kind in _prefixes(town):
        for label in labels[:1]:
            yield Candidate(f"https://www.{kind}-{label}{suffix}/", f"Formed from the name and `{kind}`.")
            yield Candidate(f"https://{kind}-{label}{suffix}/", f"Formed from the name and `{kind}`.")
    for prefix in PORTAL_LABELS[:3]:
        yield Candidate(
            f"https://{prefix}.{labels[0]}{suffix}/", f"Formed from the name and `{prefix}`.", True
        )


def spellings(town: Town) -> list[str]:
    """The town's name as the label of a host: with hyphens, in one word, without what stands in brackets.

    >>> spellings(Town("1", "Groß Entwurf (Heide)"))
    ['gross-entwurf-heide', 'grossentwurfheide', 'gross-entwurf', 'grossentwurf']
    """
    found: dict[str, None] = {}
    for name in (town.plain_name, town.short_name):
        parts = re.findall(r"[a-z0-9]+", fold(name))
        if parts:
            found["-".join(parts)] = found["".join(parts)] = None
    return [label for label in found if len(label) < 60]


def _prefixes(town: Town) -> list[str]:
    """The words that stand before a town's name in hosts: that of its own kind first."""
    type_ = fold(f"{town.type} {town.name}")
    own = [word for sign, word in _KINDS if sign in type_]
    return list(dict.fromkeys([*own, "stadt", "gemeinde"]))[:2]

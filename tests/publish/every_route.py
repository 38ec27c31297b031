"""Addresses for every route: what a route's expression leaves open is filled in, so that a new page is asked for too."""

import re
from collections.abc import Iterator, Mapping
from itertools import product

from catalog.publish.site.routes import ROUTES

_GROUP = re.compile(r"\(\?P<(\w+)>((?:[^()]|\([^()]*\))*)\)")
_WORDS = re.compile(r"[a-z.-]+(\|[a-z.-]+)*")
LEGAL = ("imprint", "privacy", "accessibility", "easy-language")


def patterns() -> list[str]:
    """The expressions of all routes."""
    return [pattern for pattern, _ in ROUTES]


def addresses(pattern: str, known: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Addresses that a route answers. `known`: the first part of the path with a group's name, or the name alone → values
    to fill in. Of several forms of one content (`extension`) the first stands for all."""
    groups = _GROUP.findall(pattern)
    for kind in _words(dict(groups).get("kind", "")) or (pattern.split("/")[1],):
        choices = [_values(kind, name, body, known) for name, body in groups]
        for chosen in product(*choices):
            values = iter(chosen)
            path = _GROUP.sub(lambda _: next(values), pattern.strip("^$")).replace("\\", "")  # noqa: B023
            assert re.match(pattern, path), f"no value is known for a part of {pattern}"
            yield path


def _words(body: str) -> tuple[str, ...]:
    """The words between which a group chooses; none where it is open."""
    plain = body.replace("\\", "")
    return tuple(plain.split("|")) if "|" in plain and _WORDS.fullmatch(plain) else ()


def _values(kind: str, name: str, body: str, known: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    if name == "kind":
        return (kind,)
    words = _words(body)[:1] if name == "extension" else _words(body)
    return words or known.get(f"{kind}.{name}") or known.get(name) or ("1",)

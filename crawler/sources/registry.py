"""Which portal kinds there are: every module of this package that names a `KIND`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import cast

import crawler.sources
from crawler.sources.protocol import Source

_PARTS = {
    "KIND": str,
    "RANK": int,
    "READER": int,
    **dict.fromkeys(("probe", "recognise", "start", "read", "split")),
}


@cache
def sources() -> dict[str, Source]:
    """Slug of a kind → its module, in the order of detection.

    Raises TypeError, naming the module, for a kind that is not complete or whose slug is taken.
    """
    package = crawler.sources
    modules = [import_module(f"{package.__name__}.{found.name}") for found in iter_modules(package.__path__)]
    return ordered(module for module in modules if hasattr(module, "KIND"))


def ordered(modules: Iterable[ModuleType]) -> dict[str, Source]:
    """The modules as sources by slug, smaller rank first. Raises TypeError as `sources` does."""
    found: dict[str, Source] = {}
    for source in sorted(map(as_source, modules), key=lambda source: (source.RANK, source.KIND)):
        if source.KIND in found:
            raise TypeError(f"two modules call themselves {source.KIND!r}")
        found[source.KIND] = source
    return found


def as_source(module: ModuleType) -> Source:
    """The module as a source. Raises TypeError naming what it lacks."""
    lacking = [name for name, type_ in _PARTS.items() if not _fits(getattr(module, name, None), type_)]
    if lacking:
        raise TypeError(
            f"{module.__name__} is no portal kind: {', '.join(lacking)} missing or of the wrong type"
        )
    return cast(Source, module)


def _fits(value: object, type_: type | None) -> bool:
    return callable(value) if type_ is None else isinstance(value, type_)

"""What monitoring asks for: the state of runs and portals as numbers, in the text format of Prometheus (version 0.0.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Labels = Mapping[str, str]


class Family(NamedTuple):
    """A metric: its name, what it says, and its values by labels. All are gauges: they are read from the database."""

    name: str
    help: str
    values: Sequence[tuple[Labels, float]]


def exposition(families: Iterable[Family]) -> str:
    """The families as text; one without values is left out."""
    return "".join(line for family in families if family.values for line in _lines(family))


def _lines(family: Family) -> Iterable[str]:
    described = family.help.replace("\\", "\\\\").replace("\n", "\\n")
    yield f"# HELP {family.name} {described}\n# TYPE {family.name} gauge\n"
    for labels, value in family.values:
        named = ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items())
        yield f"{family.name}{f'{{{named}}}' if named else ''} {value!r}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")

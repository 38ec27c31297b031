"""Parts of shared portals: which organisation or catalogue of a portal is which municipality, district or association."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files

LEVELS = ("municipality", "office", "association", "district", "region", "state", "federation", "other")
"""What a body is; `office`: an office of a municipality or a district."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a shared portal. `ags`: the municipality's key of 8 digits; `ars`: the body's own regional key (state
    2, district 5, association 9, municipality 12 digits); `certainty`: 0 to 100; `reason`: why it has no key."""

    portal: str
    part: str
    ags: str = ""
    ars: str = ""
    level: str = ""
    name: str = ""
    certainty: int = 0
    reason: str = ""
    source: str = ""

    @property
    def placed(self) -> bool:
        """Whether it is known whose part it is."""
        return bool(self.ags or self.ars)


PART_COLUMNS = ("portal", "part", "ags", "ars", "level", "name", "certainty", "reason", "source")


@cache
def shipped_parts() -> tuple[Part, ...]:
    """The parts that ship with the program (`schemas/portal_parts.csv`), those without a key too."""
    text = (files("schemas") / "portal_parts.csv").read_text(encoding="utf-8")
    return tuple(part_from(row) for row in csv.DictReader(io.StringIO(text, newline="")))


def part_from(row: Mapping[str, str | None]) -> Part:
    """One row of a table of parts. Raises ValueError for what is no row."""
    value = {name: (row.get(name) or "").strip() for name in PART_COLUMNS}
    certainty = value.pop("certainty") or "0"
    if not value["portal"] or not value["part"]:
        raise ValueError("the portal or the part has no name")
    if not certainty.isdecimal() or int(certainty) > 100:
        raise ValueError(f"certainty is {certainty!r}, no number from 0 to 100")
    return Part(**value, certainty=int(certainty))


def rows_for_store(parts: Iterable[Part], portals: Iterable[str]) -> list[dict[str, str | int]]:
    """The placed parts of these portals (keys) as rows of the table `portal_part`."""
    wanted = set(portals)
    return [asdict(part) for part in parts if part.placed and part.portal in wanted]

"""The municipalities of a register by their names, and the marks by which a page says which of them it is about."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from catalog.vocabulary.folding import fold

_BRACKETS = re.compile(r"\s*\(([^()]*)\)")
_BETWEEN = re.compile(r"[^\w]+|_")
_BODIES = (
    "landkreis",
    "landkreises",
    "kreis",
    "kreises",
    "lk",
    "landratsamt",
    "kreisverwaltung",
    "district of",
)
_MEMBERSHIP = re.compile(
    r"(?:verwaltungsgemeinschaft|verbandsgemeinde|samtgemeinde|verwaltungsverband|gemeindeverwaltungsverband|"
    r"kirchspielslandgemeinde|verwaltungsamt|amt|vg)\s+",
)


@dataclass(frozen=True, slots=True)
class Town:
    """One row of a register. `homepage`: as the register itself gives it, where it does."""

    ags: str
    name: str
    state: str = ""
    type: str = ""
    district: str = ""
    association: str = ""
    homepage: str = ""

    @property
    def plain_name(self) -> str:
        """The name without its title: `Musterhafen` for `Musterhafen, Landeshauptstadt`."""
        return self.name.split(",")[0].strip()

    @property
    def short_name(self) -> str:
        """The same without what stands in brackets: `Platzhalter` for `Platzhalter (Heide)`."""
        return _BRACKETS.sub("", self.plain_name).strip()


def town_of(row: Mapping[str, object]) -> Town:
    """A row of the table `municipality` or of a register's CSV file (`district` may be called `district_name`)."""

    def text(*names: str) -> str:
        return next((str(row[name]).strip() for name in names if row.get(name)), "")

    district = text("district", "district_name").split(",")[0].strip()
    home = text("homepage", "website", "url")
    return Town(text("ags"), text("name"), text("state"), text("type"), district, text("association"), home)


def words(text: str) -> str:
    """Text as folded words with one blank between and at both ends, in which whole words can be looked for.

    >>> words("Groß-Entwurf (Heide)")
    ' gross entwurf heide '
    """
    return f" {' '.join(_BETWEEN.sub(' ', fold(text)).split())} "


@dataclass(frozen=True)
class Register:
    """The municipalities that there are, looked up by name."""

    towns: tuple[Town, ...]
    by_name: Mapping[str, tuple[Town, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, towns: Iterable[Town]) -> Register:
        """A register of these towns."""
        every = tuple(towns)
        found: dict[str, list[Town]] = defaultdict(list)
        for town in every:
            for name in {words(town.plain_name), words(town.short_name)}:
                found[name].append(town)
        return cls(every, {name: tuple(group) for name, group in found.items()})

    @cached_property
    def states(self) -> tuple[str, ...]:
        """The names of the states as words, longer ones first."""
        return tuple(
            sorted(
                {words(town.state) for town in self.towns if town.state}, key=lambda name: (-len(name), name)
            )
        )

    @cached_property
    def _longer(self) -> Mapping[str, frozenset[str]]:
        """A word → the names of several words in which it stands."""
        found: dict[str, set[str]] = defaultdict(set)
        for name in self.by_name:
            parts = name.split()
            for part in parts if len(parts) > 1 else ():
                found[part].add(name)
        return {part: frozenset(names) for part, names in found.items()}

    def namesakes(self, town: Town) -> list[Town]:
        """Other towns that go by the same name, with or without what stands in brackets."""
        names = {words(town.plain_name), words(town.short_name)}
        return [
            other for name in sorted(names) for other in self.by_name.get(name, ()) if other.ags != town.ags
        ]

    def longer_names(self, town: Town) -> list[str]:
        """Names of other towns in which this town's name stands: `Bad Mustern` for Mustern; longest first."""
        short = words(town.short_name)
        own = {words(town.plain_name), short}
        parts = short.split()
        found = self._longer.get(parts[0], frozenset()) if parts else frozenset()
        return sorted((name for name in found if short in name and name not in own), key=len, reverse=True)


def district_marks(town: Town, register: Register) -> list[str]:
    """The words by which a page names a town's district; none for a town that is one itself.

    A district that shares its name with a town is named only together with the word for a district.
    """
    name = words(town.district)
    if not name.strip() or _is_district_itself(town):
        return []
    marks = [f" {body}{name}" for body in _BODIES] + [f"{name}kreis "]
    alone = name not in register.by_name and len(name.split()[0]) > 3
    return [name, *marks] if alone else marks


def _is_district_itself(town: Town) -> bool:
    return "kreisfrei" in town.type.casefold() or "stadtkreis" in town.type.casefold()


def body_marks(town: Town) -> list[str]:
    """The words by which the site of a town's district or association of municipalities names itself."""
    name = words(town.district)
    marks = [f" {body}{name}" for body in _BODIES] if name.strip() and not _is_district_itself(town) else []
    if name.strip().endswith("kreis"):
        marks.append(name)
    association = fold(town.association)
    if _MEMBERSHIP.match(association):
        bare = words(_MEMBERSHIP.sub("", association, count=1))
        marks += [words(association), f" vg{bare}"]
    return marks

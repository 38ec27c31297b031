"""The fictional municipalities of the states 97, 98 and 99: the demo's own register, read from `register.csv`."""

import csv
import io
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Municipality:
    """One municipality; `ags` has 8 digits, `ars` 12, `kgst_class` runs from 1 (over 400,000) to 7 (under 10,000)."""

    ags: str
    ars: str
    name: str
    state: str
    type: str
    district: str
    association: str
    population: int
    lat: float
    lon: float
    kgst_class: int

    @property
    def short_name(self) -> str:
        """The name without its title: `Musterhafen` for `Musterhafen, Landeshauptstadt`."""
        return self.name.split(",")[0]

    @property
    def domain(self) -> str:
        """The municipality's host name below the reserved top level domain `example` (RFC 2606)."""
        return f"{slug(self.short_name)}.example"


ASSOCIATION = 9
"""Digits of the key of an association of municipalities."""
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def slug(text: str) -> str:
    """Lower-case ASCII words joined by hyphens, as portals build names from titles."""
    plain = text.lower().translate(UMLAUTS)
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in plain).split()
    return "-".join(words)


def register_csv() -> str:
    """The register as CSV text (columns: ags, ars, name, state, type, …, kgst_class)."""
    return (files("fleet") / "register.csv").read_text(encoding="utf-8")


@cache
def municipalities() -> list[Municipality]:
    """All municipalities of the register, in its order."""
    return [_municipality(row) for row in csv.DictReader(io.StringIO(register_csv()))]


@cache
def municipality(ags: str) -> Municipality:
    """The municipality of a key; raises `KeyError` for one that the register does not hold."""
    return {town.ags: town for town in municipalities()}[ags]


@cache
def body(key: str) -> Municipality:
    """A district (5 digits) or an association (9), as far as a dataset needs to know whose it is; raises `KeyError`."""
    member = next((town for town in municipalities() if town.ars.startswith(key)), None)
    if member is None:
        raise KeyError(key)
    name = member.association if len(key) == ASSOCIATION else f"Landkreis {member.district}"
    return replace(member, ags=key, ars=key, name=name, type=name.split()[0])


def _municipality(row: dict[str, str]) -> Municipality:
    return Municipality(
        ags=row["ags"],
        ars=row["ars"],
        name=row["name"],
        state=row["state"],
        type=row["type"],
        district=row["district"],
        association=row["association"],
        population=int(row["population"]),
        lat=float(row["lat"]),
        lon=float(row["lon"]),
        kgst_class=int(row["kgst_class"]),
    )

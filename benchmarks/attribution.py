"""`python -m benchmarks.attribution [--write]`: how well publishers' names are read, on a half that no rule was made from.

The list is the one of the Musterdatenkatalog (`../shared/facts`). Which half a name is in, its hash says; rules and
aliases come from the learning half only.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from catalog.measure.names import Names
from catalog.vocabulary.registers import bodies_of, shipped_aliases, shipped_register

LIST = Path(__file__).parents[2] / "shared" / "facts" / "govdata_publisher_to_municipality.csv"
PAGE = Path("docs/reference/attribution.md")
_START, _END = "<!-- figures -->\n", "<!-- end of figures -->\n"
PRECISION, RECALL = 0.98, 0.90
"""What is aimed at on the unseen half."""


def is_learning(name: str) -> bool:
    """Whether a publisher is in the half that rules may be made from: the first byte of its name's SHA-256 is even."""
    return sha256(name.encode()).digest()[0] % 2 == 0


@dataclass(slots=True)
class Score:
    """Names that belong to a municipality and were given to it (`right`), were given to a wrong one (`wrong`) or to none
    (`missed`); names of districts and associations given to a municipality are `wrong`, too."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    negatives: int = 0
    told: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Of the names given to a municipality, the share that is its own."""
        return self.right / ((self.right + self.wrong) or 1)

    @property
    def recall(self) -> float:
        """Of the names of municipalities, the share that was given to the right one."""
        return self.right / ((self.right + self.missed) or 1)


def shipped_names() -> Names:
    """The names of the German register with the aliases that ship."""
    units = shipped_register()
    towns = [(unit["ags"], unit["name"], unit["type"], int(unit["population"] or 0)) for unit in units]
    return Names.of(towns, bodies_of(units), shipped_aliases())


def rows(path: Path = LIST) -> list[tuple[str, str]]:
    """Each publisher once with its municipality's key, or ``""`` for a district or association. Rows that are marked as
    ambiguous, and municipalities without a key, are left out."""
    with path.open(encoding="utf-8", newline="") as file:
        listed = [row for row in csv.DictReader(file) if "ambiguous" not in row["kind"]]
    found = {
        (row["publisher_name"], row["key"] if row["kind"] == "gemeinde" else "")
        for row in listed
        if row["kind"] != "gemeinde" or row["key"]
    }
    return sorted(found)


def score(listed: Iterable[tuple[str, str]], names: Names) -> Score:
    """How well these publishers are read."""
    found = Score()
    for name, wanted in listed:
        said = names.read(name)
        given = said.keys[0] if said.kind == "municipality" and len(said.keys) == 1 else ""
        found.negatives += not wanted
        found.right += bool(given) and given == wanted
        found.wrong += bool(given) and given != wanted
        found.missed += bool(wanted) and given != wanted
        if given != wanted:
            found.told.append(f"{name!r}: {given or 'nobody'}, not {wanted or 'nobody'}")
    return found


def halves(listed: Sequence[tuple[str, str]], names: Names) -> dict[str, Score]:
    """The figures of both halves."""
    return {
        "learning": score([row for row in listed if is_learning(row[0])], names),
        "unseen": score([row for row in listed if not is_learning(row[0])], names),
    }


def table(found: dict[str, Score]) -> str:
    """The figures as Markdown."""
    lines = [
        f"| {half} | {one.right + one.missed} | {one.negatives} | {one.right} | {one.wrong} | {one.missed} |"
        f" {100 * one.precision:.1f} % | {100 * one.recall:.1f} % |"
        for half, one in found.items()
    ]
    head = "| half | of municipalities | of other bodies | right | wrong | missed | precision | recall |"
    return "\n".join([head, "|---|--:|--:|--:|--:|--:|--:|--:|", *lines]) + "\n"


def main() -> None:
    """Print the figures, with `--write` also into the page; ends with 1 where the unseen half misses the aim."""
    options = argparse.ArgumentParser(prog="benchmarks.attribution", description=__doc__)
    options.add_argument("--write", action="store_true", help=f"write the figures into {PAGE}")
    options.add_argument(
        "--learning", action="store_true", help="name what is read wrongly in the learning half"
    )
    asked = options.parse_args()
    if not LIST.exists():
        print(f"Skipped: the list of publishers is not there ({LIST.name}).")
        return
    found = halves(rows(), shipped_names())
    print(table(found))
    if asked.learning:
        print("\n".join(found["learning"].told))
    if asked.write:
        _write(table(found))
    sys.exit(int(found["unseen"].precision < PRECISION or found["unseen"].recall < RECALL))


def _write(figures: str) -> None:
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(_START)
    PAGE.write_text(before + _START + figures + _END + rest.partition(_END)[2], encoding="utf-8")


if __name__ == "__main__":
    main()

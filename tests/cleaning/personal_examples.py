"""How surely the rule for personal data works on labelled examples, in German and English, all invented.

A row of `personal_data.csv`: `place` is `text` (a description) or `name` (of a contact or publisher); what stands in
`personal` must go, what stands in `public` must stay, each several by `|`. `python -m tests.cleaning.personal_examples` prints."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path

from catalog.cleaning.privacy import drop_personal_data
from catalog.record.canonical import to_json
from catalog.record.node import Record
from catalog.record.table import Dataset, Kind


@dataclass
class Score:
    """Personal values that were to be found and were; public ones that went with them."""

    examples: int = 0
    personal: int = 0
    found: int = 0
    missed: list[str] = field(default_factory=list)
    mistaken: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Of what is personal, the part that went."""
        return self.found / self.personal

    @property
    def precision(self) -> float:
        """Of what went, the part that is personal."""
        return self.found / (self.found + len(self.mistaken))


def examples() -> list[dict[str, str]]:
    """The rows."""
    with Path(__file__).with_name("personal_data.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def left_of(row: dict[str, str]) -> str:
    """What is kept of an example."""
    if row["place"] == "name":
        record = Record(Dataset(contact_point=[Kind(fn=[row["text"]])]))
    else:
        record = Record(Dataset(description=[row["text"]]))
    drop_personal_data(record)
    return str(to_json(record))


def scores() -> dict[tuple[str, str], Score]:
    """By language and place."""
    found: dict[tuple[str, str], Score] = {}
    for row in examples():
        score = found.setdefault((row["language"], row["place"]), Score())
        left, score.examples = left_of(row), score.examples + 1
        for value in filter(None, row["personal"].split("|")):
            score.personal += 1
            score.found += value not in left
            score.missed += [f"{value} in {row['text']}"] if value in left else []
        score.mistaken += [
            f"{value} in {row['text']}"
            for value in filter(None, row["public"].split("|"))
            if value not in left
        ]
    return found


if __name__ == "__main__":
    for (language, place), score in scores().items():
        print(
            f"{language} {place}: {score.examples} examples, precision {score.precision:.3f}, recall {score.recall:.3f}"
        )
        print("  missed:", *score.missed, sep="\n    ")
        print("  mistaken:", *score.mistaken, sep="\n    ")

"""Reads the tables of `schemas/vocabularies` as rows; also from an installed wheel."""

import csv
from functools import cache
from importlib.resources import files


@cache
def read_table(name: str) -> tuple[dict[str, str], ...]:
    """The rows of `schemas/vocabularies/<name>.csv`, each as column → value (never None).

    The rows are shared between callers: read them, do not change them.
    Raises FileNotFoundError for a table that does not exist.
    """
    source = files("schemas") / "vocabularies" / f"{name}.csv"
    with source.open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


@cache
def columns(name: str) -> tuple[str, ...]:
    """The column names of `schemas/vocabularies/<name>.csv`, in order."""
    return tuple(read_table(name)[0])

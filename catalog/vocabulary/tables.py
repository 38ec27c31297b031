"""Reads the tables of `schemas/vocabularies` as rows; also from an installed wheel."""

import csv
import io
from functools import cache
from importlib.resources import files


@cache
def read_table(name: str) -> tuple[dict[str, str], ...]:
    """The rows of `schemas/vocabularies/<name>.csv`, each as column → value (never None).

    The rows are shared between callers: read them, do not change them.
    Raises FileNotFoundError for a table that does not exist.
    """
    source = files("schemas") / "vocabularies" / f"{name}.csv"
    return tuple(csv.DictReader(io.StringIO(source.read_text(encoding="utf-8"), newline="")))

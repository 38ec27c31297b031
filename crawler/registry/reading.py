"""A file of portals, whatever form it has: our own CSV, tables of parts, lists of organisations, YAML, lines of JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import orjson
import yaml

from crawler.portals import RegistryError, parse
from crawler.registry.dataportals import read_entities
from crawler.registry.found import Found, Known
from crawler.registry.organisations import COLUMNS as ORGANISATIONS
from crawler.registry.organisations import read_organisations
from crawler.registry.parts import part_from

YAML, LINES = (".yaml", ".yml"), (".jsonl", ".ndjson")
_PARTS = frozenset({"portal", "part"})


def read_registry(name: str, body: bytes, known: Known) -> Found:
    """What a file holds; `name` tells its form by its ending. Raises RegistryError where it cannot be read at all."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RegistryError(f"{name} is not UTF-8.") from error
    low = name.lower()
    if low.endswith(YAML):
        return read_entities(_yaml(name, text), known)
    if low.endswith(LINES):
        return read_entities(_lines(text), known)
    return _table(name, text, known)


def _table(name: str, text: str, known: Known) -> Found:
    rows = csv.DictReader(io.StringIO(text, newline=""))
    columns = frozenset(rows.fieldnames or ())
    if columns >= ORGANISATIONS:
        return read_organisations(rows, known, name)
    if columns >= _PARTS:
        return _parts(rows, known)
    return Found(parse(text))


def _parts(rows: csv.DictReader[str], known: Known) -> Found:
    """Our own table of parts."""
    found = Found()
    for row in rows:
        try:
            part = part_from(row)
        except ValueError as error:
            raise RegistryError(f"Line {rows.line_num}: {error}.") from error
        if part.portal not in known.keys:
            found.leave(part.name or part.part, part.portal, "no portal that we know has this key")
        elif not part.placed:
            found.leave(part.name or part.part, part.portal, part.reason or "no key")
        else:
            found.parts.append(part)
    return found


def _yaml(name: str, text: str) -> Iterator[Any]:
    """The entities of a YAML file: one, several documents, or lists of them."""
    try:
        for document in yaml.safe_load_all(text):
            if isinstance(document, list):
                yield from document
            elif document is not None:
                yield document
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise RegistryError(f"{name} is no YAML: {str(error).partition(chr(10))[0]}.") from error


def _lines(text: str) -> Iterator[Any]:
    """One entity a line; a line that is no JSON stands for itself and is left out by the reader."""
    for line in text.split("\n"):
        if line.strip():
            try:
                yield orjson.loads(line)
            except orjson.JSONDecodeError:
                yield line[:200]

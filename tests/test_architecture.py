"""The house: imports go down only, rooms keep to themselves, units stay small."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("catalog", "crawler", "schemas", "examples/fleet")
LONGEST_FILE, LONGEST_FUNCTION = 400, 60
TABLES = {"catalog/record/table.py", "catalog/publish/site/messages.py"}

# Room -> the rooms of ours that it may import (its own always). Lower rooms stand first.
MAY_IMPORT: dict[str, set[str]] = {
    "schemas": set(),
    "catalog.vocabulary": {"schemas"},
    "catalog.record": {"catalog.vocabulary"},
    "catalog.cleaning": {"catalog.record", "catalog.vocabulary"},
    "catalog.store": {"catalog.record", "catalog.cleaning", "catalog.vocabulary"},
    "catalog.measure": {"catalog.store", "catalog.record", "catalog.cleaning", "catalog.vocabulary"},
    "catalog.publish": {
        "catalog.measure",
        "catalog.store",
        "catalog.record",
        "catalog.cleaning",
        "catalog.vocabulary",
    },
    "crawler.formats": {"catalog.record", "catalog.cleaning", "catalog.vocabulary"},
    "crawler.sources": {"crawler.formats", "catalog.record", "catalog.cleaning", "catalog.vocabulary"},
    "crawler.discovery": {"crawler.sources", "crawler.formats", "catalog.cleaning", "catalog.vocabulary"},
    "crawler.portals": {"crawler.sources"},
    "crawler.registry": {"crawler.portals", "crawler.sources", "crawler.formats", "catalog.vocabulary"},
    "crawler.fetch": {
        "crawler.discovery",
        "crawler.sources",
        "crawler.formats",
        "catalog.record",
        "catalog.cleaning",
        "catalog.store",
    },
    "fleet": set(),
}
# Library -> the only rooms that may import it.
ALONE = {"scrapy": {"crawler.fetch"}, "twisted": {"crawler.fetch"}, "datasette": {"catalog.publish"}}
WRITING = re.compile(
    r"\s*(insert\s+(or\s+\w+\s+)?into|update\s+\w+\s+set|delete\s+from|(create|drop)\s+(table|index))\s",
    re.IGNORECASE,
)


def modules() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[1:] if parts[0] == "examples" else parts)


def room_of(module: str) -> str:
    return next((room for room in MAY_IMPORT if module == room or module.startswith(f"{room}.")), "")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_imports_go_down_only(path: Path) -> None:
    room = room_of(name_of(path))
    if not room:
        return
    for imported in imports(path):
        other = room_of(imported)
        assert other in {"", room} | MAY_IMPORT[room], f"{name_of(path)} imports {imported}"
        if imported.split(".")[0] in ("catalog", "crawler") and not other:
            assert imported in ("catalog", "crawler"), f"{name_of(path)} imports {imported}"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_libraries_stay_in_their_rooms(path: Path) -> None:
    room = room_of(name_of(path))
    for imported in imports(path):
        allowed = ALONE.get(imported.split(".")[0])
        assert allowed is None or room in allowed, f"{name_of(path)} imports {imported}"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_only_the_store_writes(path: Path) -> None:
    if room_of(name_of(path)) == "catalog.store":
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            assert not WRITING.match(node.value), f"{name_of(path)}: {node.value[:60]}"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_units_are_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    name = path.relative_to(ROOT).as_posix()
    assert name in TABLES or text.count("\n") <= LONGEST_FILE, f"{name} has {text.count(chr(10))} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{name}: {node.name} has {length} lines"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_modules_say_what_they_know(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), f"{name_of(path)} has no docstring"
    assert not {"utils", "helpers", "manager"} & set(path.stem.split("_")), path.stem

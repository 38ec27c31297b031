"""The house: imports go down only, rooms keep to themselves, units stay small."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("catalog", "crawler", "schemas", "examples/fleet")
LONGEST_FILE, LONGEST_FUNCTION = 400, 60
TABLES = {
    "catalog/record/table.py",
    *(f"catalog/publish/site/messages/{part}.py" for part in ("general", "stock", "services")),
}

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


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[1:] if parts[0] == "examples" else parts)


def room_of(module: str) -> str:
    return next((room for room in MAY_IMPORT if module == room or module.startswith(f"{room}.")), "")


@dataclass(frozen=True)
class Module:
    """One of our modules: its name and room, its file, and all nodes of its syntax tree."""

    name: str
    room: str
    path: Path
    text: str
    tree: ast.Module
    nodes: list[ast.AST]

    def imports(self) -> Iterator[str]:
        for node in self.nodes:
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module


@cache
def modules() -> list[Module]:
    paths = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return list(map(read, paths))


def read(path: Path) -> Module:
    name, text = name_of(path), path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    return Module(name, room_of(name), path, text, tree, list(ast.walk(tree)))


def goes_down(room: str, imported: str) -> bool:
    """Whether a room may import a module: one of its own or a lower room, or what is not ours."""
    other = room_of(imported)
    ours = imported.split(".")[0] in ("catalog", "crawler")
    return other in {"", room} | MAY_IMPORT[room] and (bool(other) or not ours or "." not in imported)


def test_all_rooms_have_modules() -> None:
    assert {module.room for module in modules()} - {""} == set(MAY_IMPORT)
    assert len(modules()) > 200


def test_imports_go_down_only() -> None:
    rooms = [module for module in modules() if module.room]
    wrong = [
        f"{module.name} imports {imported}"
        for module in rooms
        for imported in module.imports()
        if not goes_down(module.room, imported)
    ]
    assert wrong == []


def test_libraries_stay_in_their_rooms() -> None:
    wrong = [
        f"{module.name} imports {imported}"
        for module in modules()
        for imported in module.imports()
        if module.room not in ALONE.get(imported.split(".")[0], {module.room})
    ]
    assert wrong == []


def test_only_the_store_writes() -> None:
    wrong = [
        f"{module.name}: {node.value[:60]}"
        for module in modules()
        if module.room != "catalog.store"
        for node in module.nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and WRITING.match(node.value)
    ]
    assert wrong == []


def test_files_are_small() -> None:
    lengths = {module.path.relative_to(ROOT).as_posix(): module.text.count("\n") for module in modules()}
    assert {
        name: length for name, length in lengths.items() if length > LONGEST_FILE and name not in TABLES
    } == {}


def test_functions_are_small() -> None:
    long = [
        f"{module.name}: {node.name} has {length} lines"
        for module in modules()
        for node in module.nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    ]
    assert long == []


def test_modules_say_what_they_know() -> None:
    assert [module.name for module in modules() if not ast.get_docstring(module.tree)] == []


def test_modules_have_names_of_their_own() -> None:
    vague = {"utils", "helpers", "manager"}
    assert [module.name for module in modules() if vague & set(module.path.stem.split("_"))] == []

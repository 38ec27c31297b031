"""The demo's feed against the official shapes: what they object to, and that the source itself lacks it.

`python -m tests.real.feed_conformance` crawls the demo's fleet and prints the page, with `--write` it writes
docs/reference/feed-conformance.md; `--db FILE` takes a database that is there.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, redirect_stdout
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path
from typing import Final

from catalog.publish import feed, selection
from catalog.publish.export import given, open_read_only
from catalog.publish.selection import Published, Scope
from catalog.record.graph import read_graph
from catalog.record.node import Record
from catalog.record.parse import parse
from tests.real.shacl_results import violations

PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "feed-conformance.md"
PROFILES: Final = {"dcat-ap": "", "dcat-ap-de": "de"}
"""Profile of the shapes -> `profile` of the feed."""
BASE: Final = "https://bestand.example"
CONTRIBUTOR: Final = "berlinOpenData"
_AT_ONCE: Final = 100
_NOBODY: Final = 0
"""Where a dataset's number would stand: the catalogue itself."""
_FINDINGS: Final = """
select finding_kind.class, finding_kind.property from finding join finding_kind on finding_kind.id = kind
where dataset = ?
"""
_PERSONAL: Final = {("Agent", "name"), ("Kind", "address"), ("Kind", "has_email"), ("Kind", "fn")}
"""Where a person stands in a source's record; names and mailboxes of persons are dropped before a record is stored."""
_AS_TEXT: Final = ("Location", "geometry", "wrong-kind")
"""DCAT-AP 3.0.0 wants a resource where everybody writes a text (difference `geometry-as-text` in conformance.md)."""
Objection = tuple[str, str, str]
"""Class, property, problem."""


@dataclass(slots=True)
class Checked:
    """A feed against the shapes of a profile: datasets, those without objection, and objections counted by what they are;
    `personal`: the source has a name or mailbox there that is dropped as personal data; `accepted`: we do as all portals
    do, not as the shape asks; `ours`: it has no fault at all."""

    profile: str
    datasets: int = 0
    clean: int = 0
    lacking: Counter[Objection] = field(default_factory=Counter)
    personal: Counter[Objection] = field(default_factory=Counter)
    accepted: Counter[Objection] = field(default_factory=Counter)
    ours: Counter[Objection] = field(default_factory=Counter)


def check_feed(db: Path, profile: str, most: int = -1) -> Checked:
    """The whole feed of a catalogue (or its first `most` datasets), page by page."""
    done = Checked(profile)
    described = replace(
        feed.site_feed(BASE), profile=PROFILES[profile], contributor=CONTRIBUTOR, harvest=True
    )
    with closing(open_read_only(db)) as connection:
        scope = Scope()
        sql = f"{selection.all_of(scope)} limit {most}"
        rows = map(Published._make, connection.execute(sql, given(connection, scope)).fetchall())
        for page in _pages(list(rows)):
            _check_page(connection, described, page, done)
    return done


def _pages(rows: Sequence[Published]) -> Iterator[Sequence[Published]]:
    for start in range(0, len(rows), _AT_ONCE):
        yield rows[start : start + _AT_ONCE]


def _check_page(
    connection: sqlite3.Connection, described: feed.Feed, page: Sequence[Published], done: Checked
) -> None:
    lines = [*feed.page_lines(described, "nt", 1, len(page)), *feed.catalogue_lines(described)]
    lines += feed.page_members(described, page)
    reading = read_graph(parse("".join(lines).encode(), "application/n-triples").triples)
    records = [*reading.records, *reading.catalogues]
    faults = {row.id: set(connection.execute(_FINDINGS, [row.id])) for row in page}
    owners = {name: row.id for row in page for name in (_page(row), feed.dataset_iri(BASE, row))}
    dirty: set[int] = set()
    for result in violations(records, done.profile):
        if result.note == "outside" or (
            result.record >= len(reading.records) and result.cls == "CatalogueRecord"
        ):
            continue  # records were taken apart to tell them from each other: what the catalogue refers to is elsewhere
        owner = _owner(records[result.record], owners)
        dirty.add(owner)
        _count(result[1:4], faults.get(owner, set()), done)
    done.datasets += len(page)
    done.clean += len(faults.keys() - dirty)


def _page(row: Published) -> str:
    return f"{BASE}/dataset/{row.key}"


def _owner(record: Record, owners: Mapping[str, int]) -> int:
    """The number of the dataset that a resource with an IRI is, or is a part of by the IRI that the page gives it."""
    name = str(record.root.id)
    return owners.get(name, owners.get(name.partition("#")[0], _NOBODY))


def _count(objection: Objection, faults: set[tuple[str, str]], done: Checked) -> None:
    if objection[:2] in faults:
        done.lacking[objection] += 1
    elif objection == _AS_TEXT:
        done.accepted[objection] += 1
    else:
        (done.personal if objection[:2] in _PERSONAL else done.ours)[objection] += 1


def lines(checked: Sequence[Checked]) -> Iterator[str]:
    """The page."""
    yield from _HEAD.splitlines()
    for done in checked:
        yield from ("", f"## {_TITLES[done.profile]}", "")
        yield f"{done.datasets} datasets, {done.clean} of them without any objection."
        yield from _table("What the source itself lacks", done.lacking)
        yield from _table("What is left out as personal data", done.personal)
        yield from _table(
            "Geometry as text, which all portals write ([geometry-as-text](conformance.md))", done.accepted
        )
        yield from _table("What nothing explains", done.ours)


def _table(title: str, found: Counter[Objection]) -> Iterator[str]:
    yield from ("", f"### {title}", "")
    if not found:
        yield "Nothing."
        return
    yield "| class | property | problem | datasets |"
    yield "|---|---|---|---:|"
    for (cls, name, problem), count in sorted(found.items(), key=lambda one: (-one[1], one[0])):
        yield f"| {cls} | `{name}` | {problem} | {count} |"


_TITLES: Final = {
    "dcat-ap": "DCAT-AP 3.0.1 (`/catalog.ttl`)",
    "dcat-ap-de": "DCAT-AP.de 3.0 with DCAT-AP 3.0.0 (`/catalog.ttl?profile=de`)",
}
_HEAD: Final = """# Whether our feed conforms

The whole feed of the demo, as harvesters read it, against the official shapes (which files: [conformance](conformance.md)), by pyshacl.
The demo's portals have the faults of real ones, so there is something to object to. An objection is *lacking in the source*
where the record as its portal gave it has a finding in the same property. Names and mailboxes of persons are dropped before
records are stored, so a contact may be left without an address. Anything else would be a fault of the feed, and a test fails. A count is datasets in which the objection occurs. Written by `python -m tests.real.feed_conformance --write`.
"""


def demo(folder: Path) -> Path:
    """The demo's database, made anew."""
    from crawler import demonstration

    with redirect_stdout(StringIO()):
        return demonstration.run(folder)


def main(words: Sequence[str]) -> int:
    """Print or write the page; 1 where the feed has faults of its own."""
    with tempfile.TemporaryDirectory() as folder:
        db = Path(words[words.index("--db") + 1]) if "--db" in words else demo(Path(folder))
        checked = [check_feed(db, profile) for profile in PROFILES]
    text = "\n".join(lines(checked)) + "\n"
    if "--write" in words:
        PAGE.write_text(text, encoding="utf-8")
    else:
        print(text)
    return 1 if any(done.ours for done in checked) else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

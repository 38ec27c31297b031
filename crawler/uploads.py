"""Reads one uploaded catalogue file and judges it: a program of its own, so that whoever runs it can stop it.

`python -m crawler.uploads NAME PROFILE SHACL`: bytes on standard input, JSON on standard output. NAME is the file's name,
SHACL how many records pyshacl looks at. Nothing is stored, no network is asked.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from importlib.resources import as_file, files
from typing import Any

import orjson

from catalog.measure.metrics import BIT, METRICS, TOTAL
from catalog.measure.quality import FAULTS, facts_of, score
from catalog.record.canonical import to_json
from catalog.record.findings import KINDS, check
from catalog.record.kinds import PROFILES
from catalog.record.node import Record
from catalog.record.table import Dataset
from crawler.catalogue_files import NoRecords, page_of
from crawler.judging import Item, validate_records, validate_shacl

ADDRESS = "https://upload.invalid/"
"""Stands for where the file lies: relative addresses are resolved against it and show as findings."""
MEMORY, SECONDS = 1_500_000_000, 60
"""Bytes and processor time that one file may take."""
MOST = 20_000
"""Records that are judged."""
POOREST = 25


def _limited() -> None:
    """No file may take the machine: less important than everything else, and stopped at a limit."""
    try:
        import resource
    except ImportError:  # not on every system; whoever runs it limits the time as well
        return
    os.nice(5)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def name_for(name: str, body: bytes) -> str:
    """A name whose ending says what the text is; for pasted text, which has none."""
    if "." in name:
        return name
    head = body[:3000].lstrip(b"\xef\xbb\xbf \r\n\t")
    if head.startswith((b"{", b"[")):
        return "pasted.jsonld" if b'"@' in head else "pasted.json"
    if head.startswith(b"<") and not head.startswith((b"<http", b"<urn")):
        return "pasted.rdf"
    first = head.partition(b"\n")[0]
    is_table = not head.startswith((b"@", b"PREFIX", b"#", b"<", b"_:")) and any(
        sign in first for sign in (b";", b",", b"\t")
    )
    return "pasted.csv" if is_table else "pasted.ttl"


def judge(name: str, body: bytes, profile: str, shacl: int) -> dict[str, Any]:
    """Findings, points and SHACL results of a file, and what it lists. Raises NoRecords."""
    page = page_of(name_for(name, body), body, ADDRESS + "file")
    items: list[Item] = []
    unreadable = 0
    for entry in page.entries[:MOST]:
        try:
            reading = entry.read()
        except Exception:  # noqa: BLE001 - the boundary around one entry: the others are still judged
            unreadable += 1
        else:
            items.append((entry.identifier, reading.record, reading.faults))
    if not items:
        raise NoRecords(f"None of the {unreadable} entries of the file can be read.")
    checked = validate_records(items, profile)
    return {
        "records": checked.records, "errors": checked.errors, "unreadable": unreadable,
        "left_out": max(0, len(page.entries) - MOST),
        "findings": [{**asdict(row), **_words(row.slug)} for row in checked.findings],
        "points": _points(items), "shacl": _shacl([record for _, record, _ in items[:shacl]], profile),
        "shacl_of": min(shacl, len(items)), "listed": list(_listed(items)),
    }  # fmt: skip


def _words(slug: str) -> dict[str, str]:
    kind = KINDS[slug]
    return {name: getattr(kind, name) for name in ("what_de", "what_en", "fix_de", "fix_en")}


def _points(items: Sequence[Item]) -> dict[str, Any] | None:
    """The points by the MQA as far as they can be known without asking an address; None where there is no dataset."""
    scored, passed, known = [], Counter[str](), Counter[str]()
    for identifier, record, faults in items:
        if not isinstance(record.root, Dataset):
            continue
        found = score(facts_of(to_json(record)), lambda _: None, _complies(record, faults))
        scored.append((found.points, found.possible, _title(record) or identifier))
        for metric in METRICS:
            known[metric.slug] += bool(found.known & BIT[metric.slug])
            passed[metric.slug] += bool(found.known & found.passed & BIT[metric.slug])
    if not scored:
        return None
    number = len(scored)
    return {
        "datasets": number, "average": sum(points for points, _, _ in scored) / number, "total": TOTAL,
        "possible": sum(possible for _, possible, _ in scored) / number,
        "shares": {slug: passed[slug] / count if count else None for slug, count in known.items()},
        "poorest": sorted(scored, key=lambda item: (item[0], item[2]))[:POOREST],
    }  # fmt: skip


def _complies(record: Record, faults: Counter[str]) -> bool:
    """Whether the record passes DCAT-AP as the measurement sees it."""
    wrong = [slug for slug in check(record) if KINDS[slug].severity["dcat-ap"] == "error"]
    return not wrong and not any(faults[slug] for slug in FAULTS)


def _shacl(records: Sequence[Record], profile: str) -> list[dict[str, Any]]:
    if not records:
        return []
    with as_file(files("schemas") / "shapes" / f"{profile}.ttl") as shapes:
        return [asdict(row) for row in validate_shacl(records, [shapes])]


def _listed(items: Sequence[Item]) -> Iterator[dict[str, Any]]:
    """What a municipality compares: title, who may have it, whether somebody answers for it."""
    for identifier, record, _ in items:
        plain = to_json(record)
        rights = next(iter(plain.get("access_rights", ())), "")
        address = rights.get("@id", "") if isinstance(rights, dict) else str(rights)
        yield {
            "identifier": identifier, "title": _title(record), "access": address.rpartition("/")[2],
            "owned": bool(plain.get("publisher") or plain.get("contact_point")),
        }  # fmt: skip


def _title(record: Record) -> str:
    values = getattr(record.root, "title", [])
    return str(getattr(values[0], "text", values[0])) if values else ""


def answer(name: str, profile: str, shacl: str, body: bytes) -> dict[str, Any]:
    """What is found in a file, or `{"error": …}` where it holds no records."""
    try:
        return judge(name, body, profile if profile in PROFILES else PROFILES[0], int(shacl))
    except NoRecords as error:
        return {"error": str(error)}


def main(arguments: Sequence[str]) -> int:
    """Judge what stands on standard input; exit code 1 where it holds no records."""
    _limited()
    name, profile, shacl = arguments
    found = answer(name, profile, shacl, sys.stdin.buffer.read())
    sys.stdout.buffer.write(orjson.dumps(found))
    return 1 if "error" in found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""From payload to sink: reads pages, reads each entry on its own, drops personal data, adds findings, hands over batches.

The same intake serves the crawl, `preview` and `reparse`. It knows no network and no database.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice

from catalog.cleaning.privacy import drop_personal_data, scrub
from catalog.record.findings import check
from catalog.record.node import Node, Record
from catalog.record.terms import IRI, PREFIXES, Triple
from catalog.store.sink import CrawlFacts, Found, PortalSink, Reject
from crawler.formats.reading import Entry, Reading, UnreadablePayload
from crawler.sources.protocol import Call, Page, Payload, Portal, Source

logger = logging.getLogger(__name__)

BATCH = 500
"""Records handed over at once (the sink's transaction)."""

ERROR_LENGTH = 300


@dataclass(slots=True)
class _Item:
    """An entry on its way: its raw digest, the identifier under which it is kept, the faults met so far."""

    entry: Entry
    digest: bytes
    identifier: str
    faults: Counter[str]


class Intake:
    """Takes in one portal. `facts` is up to date after each page; at most `limit` records are taken.

    `full`: the limit is reached. `repeats`: how many pages of several records came already, one after the other.
    """

    def __init__(self, portal: Portal, source: Source, sink: PortalSink, limit: int | None = None) -> None:
        self.facts = CrawlFacts()
        self.repeats = 0
        self._portal = portal
        self._source = source
        self._sink = sink
        self._limit = limit
        self._manner = (
            b"people kept" if sink.keep_personal_data else b""
        )  # read anew where the manner changes
        self._pages: dict[bytes, tuple[Call, int]] = {}
        self._seen: set[int] = set()

    @property
    def full(self) -> bool:
        """Whether as many records were taken as were wanted."""
        return self._limit is not None and self.facts.delivered + self.facts.rejected >= self._limit

    def page(self, call: Call, payload: Payload) -> Page:
        """What the payload says. A page that came already under another call leads nowhere and brings nothing.

        Raises UnreadablePayload, also for anything that the source stumbles over.
        """
        digest = blake2b(payload.body, digest_size=16).digest()
        repeated = (
            Counter() if call.page else Counter({"page-repeated": 1})
        )  # a web page may have two addresses
        if self._came_before(digest, call):
            return Page(faults=repeated)
        page = self._read(call, payload)
        content = _content(page.entries)  # the same records in another wrapping: a next link that counts on
        if self._came_before(content, call):
            return Page(faults=repeated)
        self._pages[digest] = self._pages[content] = (call, len(page.entries))
        self.repeats = 0
        return page

    def take(self, page: Page) -> None:
        """Hand the page's entries to the sink, in batches."""
        self._note(page)
        here: dict[str, bytes] = {}
        entries = iter(page.entries)
        while batch := list(islice(entries, BATCH)):
            self._take_batch(batch, here)
            if self.full:
                return

    def conclude(self, ended: bool, left_out: bool = False) -> None:
        """Settle whether the listing was walked to its natural end; `ended`: nothing is left that could be asked,
        `left_out`: it goes on where we do not ask.

        A portal that repeats a page or goes on elsewhere has not shown the rest, unless its own total was reached.
        """
        facts = self.facts
        arrived = facts.delivered + facts.rejected + sum(facts.skipped.values())
        open_end = left_out or bool(facts.faults["page-repeated"])
        short = open_end and (facts.claimed is None or arrived < facts.claimed)
        facts.walked = ended and not (facts.over_budget or facts.failures or short)
        if facts.walked and facts.claimed is not None and arrived + facts.repeated != facts.claimed:
            facts.faults["total-wrong"] += 1

    def _came_before(self, digest: bytes, call: Call) -> bool:
        """Whether a page with records came under another call already; its records are then counted as repeated."""
        earlier, count = self._pages.get(digest, (call, 0))
        if not count or earlier == call:
            return False
        self.facts.repeated += count
        self.repeats += count > 1  # the same single record may well lie at several addresses
        return True

    def _read(self, call: Call, payload: Payload) -> Page:
        try:
            return self._source.read(self._portal, call, payload)
        except UnreadablePayload:
            raise
        except Exception as error:  # the boundary around one payload: whatever it holds becomes an outcome
            logger.debug("%s: %s could not be read", self._portal.key, payload.url, exc_info=True)
            message = f"The answer has an unexpected shape ({one_line(error)})."
            raise UnreadablePayload("unexpected-shape", message) from error

    def _note(self, page: Page) -> None:
        facts = self.facts
        facts.faults.update(page.faults)
        facts.skipped.update(page.skipped)
        orphaned = _orphaned(page.remainder)
        if orphaned:
            facts.faults["triples-orphaned"] += orphaned
        if page.total is not None:
            facts.claimed = page.total
        if page.catalogue is not None:
            self._drop(page.catalogue)
            self._sink.catalogue(page.catalogue)

    def _take_batch(self, batch: list[Entry], here: dict[str, bytes]) -> None:
        items = list(self._fresh(batch, here))
        pairs = [(item.identifier, item.digest) for item in items if item.identifier]
        same = self._sink.unchanged(pairs, self._source.READER)
        found: list[Found] = []
        rejects: list[Reject] = []
        for item in items:
            if item.identifier in same:
                found.append(Found(item.identifier, item.digest, self._source.READER, type=item.entry.type))
            else:
                self._take_item(item, here, found, rejects)
        self.facts.delivered += len(found)
        self.facts.rejected += len(rejects)
        self._sink.take(found, rejects)

    def _fresh(self, batch: list[Entry], here: dict[str, bytes]) -> Iterator[_Item]:
        """The entries that were not seen before, each under an identifier that is unique within its page."""
        for entry in self._within_limit(batch):
            digest = blake2b(entry.raw, digest_size=16, person=self._manner).digest()
            item = _Item(entry, digest, entry.identifier, Counter())
            if self._is_named(item, here) if entry.identifier else self._is_nameless(item, here):
                yield item

    def _within_limit(self, batch: list[Entry]) -> list[Entry]:
        if self._limit is None:
            return batch
        return batch[: max(0, self._limit - self.facts.delivered - self.facts.rejected)]

    def _is_nameless(self, item: _Item, here: dict[str, bytes]) -> bool:
        """Note what has no identifier; False where the same came before."""
        item.faults["identifier-missing"] += 1
        name = item.digest.hex()
        if name in here:
            self.facts.skipped["duplicate"] += 1
            return False
        here[name] = item.digest
        return self._is_new(name)

    def _is_named(self, item: _Item, here: dict[str, bytes]) -> bool:
        """Settle the identifier: `x~2` where `x` stands for something else on this page; False where it came before."""
        wanted, number = item.identifier, 1
        while item.identifier in here:
            if here[item.identifier] == item.digest:
                self.facts.skipped["duplicate"] += 1
                return False
            number += 1
            item.identifier = f"{wanted}~{number}"
        if number > 1:
            item.faults["identifier-duplicate"] += 1
        if not self._is_new(item.identifier):
            return False
        here[item.identifier] = item.digest
        return True

    def _is_new(self, identifier: str) -> bool:
        """Whether an identifier comes for the first time in this crawl; else it is counted as repeated."""
        key = int.from_bytes(blake2b(identifier.encode("utf-8", "surrogatepass"), digest_size=8).digest())
        if key in self._seen:
            self.facts.repeated += 1
            return False
        self._seen.add(key)
        return True

    def _take_item(
        self, item: _Item, here: dict[str, bytes], found: list[Found], rejects: list[Reject]
    ) -> None:
        try:
            reading = item.entry.read()
            ready = self._found(item, here, reading)
            self._sink.prepare(ready)
            found.append(ready)
        except Exception as error:  # the boundary around one entry: one bad record stops nothing
            logger.debug("%s: record %s rejected", self._portal.key, item.identifier, exc_info=True)
            rejects.append(
                Reject(item.identifier or item.digest.hex(), self._scrubbed(item.entry.raw), one_line(error))
            )

    def _found(self, item: _Item, here: dict[str, bytes], reading: Reading) -> Found:
        if not item.identifier:
            item.identifier = self._fallback(item, here, reading.record)
        findings = check(reading.record)  # before: what is measured is the record as published
        dropped = self._drop(reading.record)
        if reading.faults or item.faults:
            findings.update(reading.faults)
            findings |= item.faults
        if dropped:
            findings["personal-data-dropped"] += dropped
        kind = reading.type or item.entry.type
        reader = self._source.READER
        return Found(item.identifier, item.digest, reader, reading.record, kind, findings, reading.unread)

    def _drop(self, record: Record) -> int:
        return 0 if self._sink.keep_personal_data else drop_personal_data(record)

    def _scrubbed(self, raw: bytes) -> bytes:
        return raw if self._sink.keep_personal_data else scrub(raw)

    def _fallback(self, item: _Item, here: dict[str, bytes], record: Record) -> str:
        """An identifier for an entry that has none: its first address where that is its own, else its digest."""
        address = first_address(record)
        key = int.from_bytes(blake2b(address.encode("utf-8", "surrogatepass"), digest_size=8).digest())
        if not address or address in here or key in self._seen:
            return item.digest.hex()
        self._seen.add(key)
        here[address] = item.digest
        return address


def _orphaned(remainder: list[Triple]) -> int:
    """Triples that belong to no record, without those that only describe the paging."""
    paging = {
        subject for subject, predicate, value in remainder if _is_paging(predicate) or _is_paging(value)
    }
    return sum(1 for subject, _, _ in remainder if subject not in paging)


def _is_paging(value: object) -> bool:
    return isinstance(value, IRI) and value.startswith(PREFIXES["hydra"])


def _content(entries: list[Entry]) -> bytes:
    """What tells a page's records from another's: their identifiers, or the records themselves, in order."""
    digest = blake2b(digest_size=16)
    for entry in entries:
        digest.update(entry.identifier.encode("utf-8", "surrogatepass") or entry.raw)
        digest.update(b"\0")
    return digest.digest()


def first_address(record: Record) -> str:
    """The record's first landing page, else the first access or download address of its distributions; or empty."""
    pages = _addresses(record, record.root, "landing_page")
    if pages:
        return pages[0]
    parts = [record.resolve(value) for value in getattr(record.root, "distribution", ())]
    nodes = [part for part in parts if isinstance(part, Node)]
    for name in ("access_url", "download_url"):
        found = [address for node in nodes for address in _addresses(record, node, name)]
        if found:
            return min(found)
    return ""


def _addresses(record: Record, node: Node, name: str) -> list[str]:
    values = [value.id if isinstance(value, Node) else value for value in getattr(node, name, ())]
    return sorted(str(value) for value in values if isinstance(value, str) and "://" in value)


def one_line(error: BaseException) -> str:
    """An error as one line of at most 300 characters, for people: its type and what it says."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:ERROR_LENGTH] if text else type(error).__name__

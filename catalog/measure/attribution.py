"""Whose a record is: the four steps of the method, a person's decisions before them. Ambiguous is not attributed."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

import orjson

from catalog.measure.names import Names, Said
from catalog.measure.records import Item
from catalog.store.measures import Measures
from catalog.store.registers import resolve
from catalog.store.store import Store
from catalog.vocabulary.folding import fold
from catalog.vocabulary.registers import CITY_STATES, Body, shipped_aliases

METHODS: Final = ("decision", "declared", "part", "own_portal", "publisher")
"""In the order in which they are tried; what none of them finds has the method ``""``."""
NOBODY: Final = "-"
"""The key of a decision that a publisher is no municipality and no body of the register."""
DECLARED, OWN = 98, 90
"""Certainty (0-100) of what a record says itself, and of a municipality's own portal; a person's decision has 100."""
MUNICIPAL: Final = "municipality"
_NARROWED: Final = 10
"""What the certainty loses where only the area of the portal tells namesakes apart."""
_KEY = re.compile(r"politicalGeocoding/([A-Za-z]+Key)/(\d+)")
_PAGE: Final = 20_000
"""Records that are read at a time."""
_IS_PART_OF: Final = "http://purl.org/dc/terms/isPartOf"
_COLUMNS: Final = ("dataset", "level", "keys", "publisher", "parts")

Decisions = Mapping[tuple[str, str], str]
"""(key of a portal or ``""``, publisher) -> key of a municipality or body, or `NOBODY`."""


class Spoken:
    """Keeps what records say themselves: level, keys, publisher, and the addresses of publisher and catalogue."""

    method = "spoken/2"

    def __init__(self) -> None:
        self._rows: list[tuple[int, str, str, str, str]] = []

    def look(self, item: Item) -> None:
        """Take what the record says of its place and its publisher."""
        record = item.record
        levels = {_tail(iri) for iri in _iris(record.get("geocoding_level"))}
        places = [*_iris(record.get("spatial")), *_iris(record.get("political_geocoding"))]
        keys = {found[2] for iri in places if (found := _KEY.search(iri))}
        parts = [*_iris(record.get("publisher")), *_iris((record.get("rest") or {}).get(_IS_PART_OF)),
                 *_iris(record.get("contributor")), *_iris(record.get("contributor_id"))]  # fmt: skip
        row = (
            " ".join(sorted(levels)),
            " ".join(sorted(keys)),
            item.publisher,
            "\n".join(dict.fromkeys(parts)),
        )
        self._rows.append((item.dataset, *row))

    def flush(self, measures: Measures) -> None:
        """Write what was gathered."""
        measures.keep("spoken_place", _COLUMNS, self._rows)
        self._rows = []


def _iris(values: Any) -> list[str]:
    """The addresses of values of canonical JSON, of bare references and of described resources."""
    return [value["@id"] for value in values or () if isinstance(value, dict) and "@id" in value]


def _tail(iri: str) -> str:
    return iri.rstrip("/").replace("#", "/").rsplit("/", 1)[-1]


class Found(NamedTuple):
    """Whose a record is. `ags`: a municipality's key, `body`: another body's; `method`: one of `METHODS` or ``""``."""

    ags: str | None = None
    method: str = ""
    certainty: int = 0
    body: str = ""


NOT_FOUND: Final = Found()


class Group(NamedTuple):
    """What records share that are attributed alike; the portal by its number."""

    portal: int
    publisher: str
    level: str = ""
    keys: str = ""
    parts: str = ""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A publisher that several municipalities or bodies may be."""

    reason: str
    candidates: tuple[str, ...]


@dataclass(slots=True)
class Portal:
    """What is known of a portal. `body`: the operator's key as the register has it; `own`: whether it is a municipality's,
    district's or association's own; `covers`: beginnings of keys; `parts`: the forms of a part's name -> (key, certainty)."""

    key: str
    body: str = ""
    own: bool = False
    covers: tuple[str, ...] = ()
    parts: dict[str, tuple[str, int]] = field(default_factory=dict)

    @property
    def area(self) -> tuple[str, ...]:
        """Beginnings of the keys in its area: what it covers, else its operator's state."""
        return self.covers or ((self.body[:2],) if self.body else ())


_STATE, _DISTRICT, _ASSOCIATION = 2, 5, 9
"""Digits of the keys of bodies that are no municipality."""


class Attribution:
    """Decides for groups of records whose they are; each group is decided once. `review`: the ambiguous ones."""

    def __init__(self, conn: sqlite3.Connection, decisions: Decisions | None = None) -> None:
        self._resolve = cache(lambda key: resolve(conn, key))
        self._municipal = {key for (key,) in conn.execute("select ags from municipality")}
        self.names = names_of(conn)
        self._read = cache(self.names.read)
        self.portals = dict(_portals(conn, self._resolve, self._municipal))
        self._decided = {(portal, fold(name)): key for (portal, name), key in (decisions or {}).items()}
        self._known: dict[Group, Found] = {}
        self.review: dict[Group, Ambiguous] = {}

    def of(self, group: Group) -> Found:
        """Whose the records of a group are."""
        if group not in self._known:
            found = self._steps(group)
            if isinstance(found, Ambiguous):
                self.review[group] = found
            self._known[group] = found if isinstance(found, Found) else NOT_FOUND
        return self._known[group]

    def _steps(self, group: Group) -> Found | Ambiguous:
        portal = self.portals[group.portal]
        decided = self._decision(portal, group.publisher)
        if decided is not None:
            return decided
        declared = self._declared(group)
        if declared is not None:
            return declared
        part = self._part(portal, group)
        if part is not None:
            return part
        said = self._read(group.publisher)
        return self._own(portal, said) or self._publisher(self._narrowed(said, portal))

    def _decision(self, portal: Portal, publisher: str) -> Found | None:
        """A person's word about this publisher here, or everywhere."""
        name = fold(publisher)
        key = self._decided.get((portal.key, name)) or self._decided.get(("", name))
        if not key:
            return None
        return Found(None, "decision", 100) if key == NOBODY else self._found(key, "decision", 100)

    def _declared(self, group: Group) -> Found | None:
        """Step 1: keys count only beside a level that says who the record is about; one body, or it says nothing."""
        levels, keys = set(group.level.split()), group.keys.split()
        owners = {self._at_level(key, levels) for key in keys} - {""}
        return self._found(owners.pop(), "declared", DECLARED) if len(owners) == 1 else None

    def _at_level(self, key: str, levels: set[str]) -> str:
        """The body of a key, if its kind is the level that the record gives: of municipalities and associations for
        `municipality`; districts and towns that are one for `administrativeDistrict`; city states for `state`."""
        owner = self._resolve(key)
        municipal = owner in self._municipal
        if MUNICIPAL in levels:
            return owner if municipal or len(owner) == _ASSOCIATION else ""
        if "administrativeDistrict" in levels:
            return owner if len(owner) == _DISTRICT or (municipal and owner.endswith("000")) else ""
        return owner if "state" in levels and len(key) == _STATE else ""

    def _part(self, portal: Portal, group: Group) -> Found | None:
        """Step 2: the organisation or catalogue in a shared portal, by its address or its name."""
        for form in part_forms(group.parts.split("\n"), group.publisher) if portal.parts else ():
            if form in portal.parts:
                key, certainty = portal.parts[form]
                return self._found(key, "part", certainty)
        return None

    def _narrowed(self, said: Said, portal: Portal) -> Said:
        """What a name says in this portal: of namesakes those in its area; a weak reading holds only there."""
        keys = tuple(dict.fromkeys(filter(None, map(self._resolve, said.keys))))
        here = tuple(key for key in keys if key.startswith(portal.area)) if portal.area else keys
        if not said.anywhere:
            return said._replace(keys=here) if here or not keys else Said()
        if len(keys) > 1 and here:
            return said._replace(keys=here, certainty=said.certainty - _NARROWED)
        return said._replace(keys=keys)

    def _own(self, portal: Portal, said: Said) -> Found | None:
        """Step 3: one municipality's own portal (or a district's or association's, as its body), where the publisher is no
        other body that is known; a city state is its own state."""
        if not portal.own:
            return None
        keys = {self._resolve(key) for key in said.keys} - {""}
        if keys:
            return self._found(portal.body, "own_portal", OWN) if portal.body in keys else None
        kinds = {"", MUNICIPAL, *(("state",) if portal.body in CITY_STATES.values() else ())}
        kinds |= {"district"} if len(portal.body) == _DISTRICT else set()
        return self._found(portal.body, "own_portal", OWN) if said.kind in kinds else None

    def _publisher(self, said: Said) -> Found | Ambiguous:
        """Step 4: the only bearer of the publisher's name."""
        if len(said.keys) == 1:
            return self._found(said.keys[0], "publisher", said.certainty) or NOT_FOUND
        if len(said.keys) > 1:
            alike = all(key in self._municipal for key in said.keys)
            return Ambiguous("namesakes" if alike else "association", said.keys)
        return NOT_FOUND

    def _found(self, key: str, method: str, certainty: int) -> Found | None:
        """As municipality or as another body, by the key as it is valid today; None for a key that nobody has."""
        owner = self._resolve(key)
        if owner in self._municipal:
            return Found(owner, method, certainty)
        return Found(None, method, certainty, owner) if owner else None


def part_forms(addresses: Sequence[str], publisher: str) -> Iterator[str]:
    """The forms in which a record may name its part, surest first: a whole address, its last piece, the name of the
    publisher as portals make slugs of names (umlauts written out, or dropped)."""
    for address in filter(None, addresses):
        yield from (address, compact(unquote(_tail(address))))
    if publisher:
        yield from dict.fromkeys((compact(publisher), _ascii_only(publisher)))


def compact(text: str) -> str:
    """Letters and digits of folded text: `stadt-köln` and `Stadt Köln` are `stadtkoeln`."""
    return re.sub(r"[^a-z0-9]", "", fold(text))


def _ascii_only(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def names_of(conn: sqlite3.Connection) -> Names:
    """The names of the register in the database, with the aliases that ship with the program."""
    towns = conn.execute("select ags, name, coalesce(type, ''), coalesce(population, 0) from municipality"
                         " where coalesce(unincorporated, 0) = 0 order by ags")  # fmt: skip
    bodies = map(Body._make, conn.execute("select key, kind, name, state, type from body order by key"))
    return Names.of(towns, bodies, shipped_aliases())


def _portals(
    conn: sqlite3.Connection, resolved: Callable[[str], str], municipal: set[str]
) -> Iterator[tuple[int, Portal]]:
    parts: dict[int, dict[str, tuple[str, int]]] = {}
    for portal, part, name, ags, ars, certainty in conn.execute(
        "select portal, part, name, ags, ars, certainty from portal_part order by portal, certainty, part"
    ):
        for form in filter(None, (part, compact(part), compact(name), _ascii_only(name))):
            parts.setdefault(portal, {})[form] = (ags or ars, certainty or DECLARED)
    for number, key, body, ags, covers in conn.execute("select id, key, body, ags, covers from portal"):
        owner = ags or resolved(body) or body
        own = owner in municipal or len(owner) in (_DISTRICT, _ASSOCIATION)
        area = tuple(area for area in covers.split() if area.isdecimal())
        yield number, Portal(key, owner, own, area, parts.get(number, {}))


_RECORDS: Final = """
select dataset.id, dataset.portal, coalesce(agent.name, ''), coalesce(level, ''), coalesce(keys, ''), coalesce(parts, ''),
       dataset.ags, attribution, certainty, body
from dataset left join agent on agent.id = dataset.publisher left join spoken_place on spoken_place.dataset = dataset.id
where dataset.id > ? order by dataset.id limit ?
"""


def attribute(store: Store, run: int, decisions: Decisions | None = None) -> Counter[str]:
    """Say of every record whose it is, and write what changed; how many records were found by which method (``""``: by
    none, `ambiguous` of them). Publishers that may be several go to `attribution_review`. `run`: the run that measures."""
    measures, done = Measures(store), Attribution(store.conn, decisions)
    counts: Counter[str] = Counter()
    ambiguous: Counter[tuple[int, str]] = Counter()
    for rows in _pages(store.conn):
        changed = []
        for number, *rest in rows:
            group = Group(*rest[:5])
            found = done.of(group)
            counts[found.method] += 1
            if group in done.review:
                ambiguous[group[:2]] += 1
            if found != tuple(rest[5:]):
                changed.append((*found, number))
        measures.change("dataset", ("ags", "attribution", "certainty", "body"), changed)
    _keep_review(measures, done, ambiguous)
    counts["ambiguous"] = ambiguous.total()
    return counts


def _pages(conn: sqlite3.Connection) -> Iterator[list[tuple[Any, ...]]]:
    last = 0
    while rows := conn.execute(_RECORDS, (last, _PAGE)).fetchall():
        last = rows[-1][0]
        yield rows


def _keep_review(measures: Measures, done: Attribution, datasets: Counter[tuple[int, str]]) -> None:
    by_publisher = {group[:2]: reason for group, reason in done.review.items()}
    columns = ("portal", "publisher", "reason", "candidates", "datasets")
    rows = (
        (
            portal,
            publisher,
            found.reason,
            orjson.dumps(found.candidates).decode(),
            datasets[portal, publisher],
        )
        for (portal, publisher), found in sorted(by_publisher.items())
    )
    measures.renew("attribution_review", columns, rows)

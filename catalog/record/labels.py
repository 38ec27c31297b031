"""Canonical labels for the blank nodes of one record: the same whatever they are called and in whatever order they come.

Colour refinement (Weisfeiler and Leman) tells nodes apart by what surrounds them; groups of connected nodes that it
leaves equal are tried in each order until the smallest is found. The work is bounded: only graphs made for the purpose
(large and regular) exhaust it, and keep an order that depends on their labels.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from hashlib import blake2b
from typing import Any

from catalog.record.graph import triples_of
from catalog.record.node import Record
from catalog.record.terms import BNode

SWEEPS = 64
BUDGET = 20_000
"""How often one refinement may sweep over its nodes, and how many nodes the search for an order may look at."""
Colours = dict[str, str]


def ordered_blank_nodes(record: Record) -> list[str]:
    """The labels of the record's blank nodes in canonical order."""
    surroundings = _Surroundings(record)
    return surroundings.sequence(surroundings.refined(surroundings.start, surroundings.levels))[1]


def _hash(parts: Iterable[str]) -> str:
    text = "\n".join(parts)
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


class _Surroundings:
    """The blank nodes of a record with what is said about each: `start` is the colour that follows from terms alone,
    `around` the other blank nodes it is tied to, `levels` the nodes by their distance from the named ones."""

    def __init__(self, record: Record) -> None:
        self.budget = BUDGET
        self.around: dict[str, list[tuple[str, str]]] = {}
        ground: dict[str, list[str]] = defaultdict(list)
        entrances: set[str] = {record.root.id} if isinstance(record.root.id, BNode) else set()
        for subject, predicate, value in triples_of(record):
            self._note(ground, subject, f"out {predicate}", value)
            if subject != value or not isinstance(value, BNode):
                self._note(ground, value, f"in {predicate}", subject)
                if isinstance(value, BNode) and not isinstance(subject, BNode):
                    entrances.add(value)
        if isinstance(record.root.id, BNode):
            ground[record.root.id].append("root")
        self.start = {node: _hash(sorted(ground[node])) for node in self.around}
        self.levels = self._by_distance(entrances & self.around.keys(), self.around.keys())

    def _note(self, ground: dict[str, list[str]], node: Any, way: str, other: Any) -> None:
        if not isinstance(node, BNode):
            return
        around = self.around.setdefault(node, [])
        if not isinstance(other, BNode):
            ground[node].append(f"{way} {type(other).__name__} {other!r}")
        elif other == node:
            ground[node].append(f"{way} itself")
        else:
            around.append((way, other))

    def _by_distance(self, level: Collection[str], within: Collection[str]) -> list[list[str]]:
        """The nodes in steps from those of the first level; what is not connected to them comes as the last level."""
        levels, left = list[list[str]](), set(within)
        while level:
            levels.append(list(level))
            left -= set(level)
            level = {other for node in level for _, other in self.around[node] if other in left}
        return [*levels, list(left)] if left else levels

    def refined(self, colours: Colours, levels: list[list[str]]) -> Colours:
        """Colours so fine that nodes of one colour have neighbours of the same colours; sweeps run outwards and back,
        so that long chains need few of them."""
        for _ in range(SWEEPS):
            kinds = len(set(colours.values()))
            if kinds == len(colours):
                break
            for level in (*levels, *reversed(levels)):
                colours = self._swept(colours, level)
            if len(set(colours.values())) == kinds:
                break
        return colours

    def _swept(self, colours: Colours, level: list[str]) -> Colours:
        fresh = {
            node: _hash(
                (
                    colours[node],
                    *sorted(f"{way} {colours[at]}" for way, at in self.around[node] if at in colours),
                )
            )
            for node in level
        }
        colours.update(fresh)
        return colours

    def sequence(self, colours: Colours) -> tuple[str, list[str]]:
        """A certificate (equal for interchangeable groups) and the nodes in order."""
        count = Counter(colours.values())
        parts = [(colour, [node]) for node, colour in colours.items() if count[colour] == 1]
        equal = {node for node, colour in colours.items() if count[colour] > 1}
        parts += [self._part({node: colours[node] for node in group}) for group in self._connected(equal)]
        parts.sort()
        return _hash(certificate for certificate, _ in parts), [node for _, nodes in parts for node in nodes]

    def _part(self, colours: Colours) -> tuple[str, list[str]]:
        """Connected nodes that have doubles: told apart among themselves, if need be by singling one out."""
        count = Counter(colours.values())
        doubled = [colour for colour, number in count.items() if number > 1]
        if not doubled or self.budget <= 0:
            order = sorted(colours, key=lambda node: (colours[node], node))
            return _hash(colours[node] for node in order), order
        trials = (node for node, colour in sorted(colours.items()) if colour == min(doubled))
        best = self._singled(colours, next(trials))
        for node in trials:
            if self.budget <= 0:
                break
            best = min(best, self._singled(colours, node))
        return best

    def _singled(self, colours: Colours, node: str) -> tuple[str, list[str]]:
        self.budget -= len(colours)
        trial = {**colours, node: _hash((colours[node], "singled out"))}
        return self.sequence(self.refined(trial, self._by_distance([node], colours)))

    def _connected(self, nodes: set[str]) -> list[list[str]]:
        groups: list[list[str]] = []
        left = set(nodes)
        while left:
            group = [left.pop()]
            for node in group:
                found = {other for _, other in self.around[node] if other in left}
                left -= found
                group.extend(found)
            groups.append(group)
        return groups

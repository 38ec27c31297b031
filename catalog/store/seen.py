"""Which records a crawl met: one bit a record, so that memory does not grow with the portal."""

from __future__ import annotations

from collections.abc import Iterable


class Seen:
    """A set of small positive integers."""

    def __init__(self) -> None:
        self._bits = bytearray(4096)

    def add_all(self, numbers: Iterable[int]) -> set[int]:
        """Add the numbers; returns those that were not there before."""
        return {number for number in numbers if self._add(number)}

    def _add(self, number: int) -> bool:
        place, bit = number >> 3, 1 << (number & 7)
        if place >= len(self._bits):
            self._bits.extend(bytes(place + 1 + (place >> 2) - len(self._bits)))
        before = self._bits[place] & bit
        self._bits[place] |= bit
        return not before

    def __contains__(self, number: int) -> bool:
        place = number >> 3
        return place < len(self._bits) and bool(self._bits[place] & (1 << (number & 7)))

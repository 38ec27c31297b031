"""Tells hosts that do not answer from a network of ours that is down: silence is believed only beside an answer. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from catalog.store.link_uses import host_of
from catalog.store.links import Checked

DOUBT = 5
"""So many hosts silent one after the other, and none that answers in between, are not believed unasked."""


class Network:
    """Holds back what hosts did not answer until one answers. `offline` once that was settled to our disadvantage."""

    def __init__(self) -> None:
        self.offline = False
        self.held: list[Checked] = []
        self.seen: dict[str, str] = {}
        self._silent: set[str] = set()

    @property
    def in_doubt(self) -> bool:
        """Whether it has to be found out if we are on the network at all."""
        return len(self._silent) >= DOUBT

    def answered(self, host: str, url: str) -> list[Checked]:
        """A host answered: what was held back is true, unless there is doubt already. Returns what is to be kept."""
        self.seen.pop(host, None)
        self.seen[host] = url  # the latest stands last
        return [] if self.in_doubt else self.believe()

    def silent(self, result: Checked) -> None:
        """Hold back a result of a host that did not answer."""
        self._silent.add(result.host)
        self.held.append(result)

    def believe(self) -> list[Checked]:
        """The network is there: what was held back is true and is to be kept."""
        held, self.held = self.held, []
        self._silent.clear()
        return held

    def witnesses(self, others: Iterable[str], count: int = 10) -> list[str]:
        """An address each on hosts to ask in doubt: those that answered in this run, the latest first, then others. A host
        that is silent may be among them: what answered before may be slow with one file."""
        places = dict(reversed(self.seen.items()))
        for url in others:
            places.setdefault(host_of(url), url)
        return list(places.values())[:count]

"""What is known of one portal of the fleet: whose it is, which product it plays and what is odd about it."""

from dataclasses import dataclass

Traits = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class FleetPortal:
    """One example portal.

    `kind` is what it speaks in epoch 1, `path` the part of its address behind host and port, `ags` its municipality
    (None for a shared portal), `count` its datasets at size 1, `dialect` the form its answers take, `traits` its
    oddities with a number each, `outcomes` what a crawl of epoch 1 and then of epoch 2 should end with. `body`: the key of
    the district or association that runs it, `covers`: beginnings of the keys (or a country) that it is open to, `shares`:
    the municipalities whose datasets it holds in turn, `mirrors`: portals whose datasets it holds as well (every so manieth
    as the trait `each` says, 3 if it says nothing).
    """

    key: str
    title: str
    kind: str
    ags: str | None
    count: int
    dialect: str
    note: str
    path: str = "/"
    hint: bool = True
    traits: Traits = ()
    outcomes: tuple[str, str] = ("complete", "complete")
    seed: int = 1
    body: str = ""
    covers: str = ""
    shares: tuple[str, ...] = ()
    mirrors: tuple["FleetPortal", ...] = ()

    @property
    def description(self) -> str:
        """Kind, dialect and note in one line."""
        return f"{self.kind} ({self.dialect}): {self.note}"

    def trait(self, name: str) -> int:
        """The number of a trait, 0 where the portal does not have it."""
        return dict(self.traits).get(name, 0)

    def domain(self, host: str) -> str:
        """The host name under which the portal's own links speak of it."""
        return f"daten.{host}" if self.ags or self.body else f"www.opendata-{self.key}.example"

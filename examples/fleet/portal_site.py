"""What the site of any portal knows: the portal, what it holds in an epoch, and when that last changed."""

from collections.abc import Sequence
from typing import Any

from fleet.holdings import Dataset, holdings
from fleet.portal import FleetPortal
from fleet.register import body, municipality
from fleet.routes import Fails, spoilt_by

CHANGED = {1: 1_740_816_000, 2: 1_742_025_600, 3: 1_743_235_200}
"""Epoch -> when what is held changed, in seconds since 1970."""


class PortalSite:
    """One portal in one epoch; `size` scales how much it holds."""

    def __init__(self, portal: FleetPortal, epoch: int = 1, size: float = 1.0) -> None:
        self.portal = portal
        self.datasets = holdings(portal, epoch, size)
        self.changed_at = CHANGED[1 if portal.trait("frozen") else epoch]
        self._first = holdings(portal, 1, size)

    @property
    def host(self) -> str:
        """The public host name that the portal's own data speak of."""
        owner = (
            municipality(self.portal.ags)
            if self.portal.ags
            else body(self.portal.body)
            if self.portal.body
            else None
        )
        return self.portal.domain(owner.domain if owner else "")

    @property
    def page(self) -> int:
        """How many items a page holds at most."""
        return self.portal.trait("page") or 1000

    @property
    def spoilt(self) -> list[Dataset]:
        """The dataset that the portal cannot serve, where there is one."""
        return [dataset for dataset in self.datasets if self.is_spoilt(dataset)]

    def is_spoilt(self, dataset: Dataset) -> bool:
        """Whether the portal cannot serve this dataset (trait `poison`: its place in epoch 1)."""
        place = self.portal.trait("poison")
        return 0 < place < len(self._first) and self._first[place].id == dataset.id

    def fails(self, items: Sequence[Any]) -> Fails:
        """Which pages fail of a listing whose items stand for the datasets, one each."""
        pairs = zip(items, self.datasets, strict=True)
        return spoilt_by(*(item for item, dataset in pairs if self.is_spoilt(dataset)))

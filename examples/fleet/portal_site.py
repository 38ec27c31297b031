"""What the site of any portal knows: the portal, what it holds in an epoch, and when that last changed."""

from fleet.holdings import holdings
from fleet.portals import FleetPortal

CHANGED = {1: 1_740_816_000, 2: 1_742_025_600, 3: 1_743_235_200}
"""Epoch -> when what is held changed, in seconds since 1970."""


class PortalSite:
    """One portal in one epoch; `size` scales how much it holds."""

    def __init__(self, portal: FleetPortal, epoch: int = 1, size: float = 1.0) -> None:
        self.portal = portal
        self.datasets = holdings(portal, epoch, size)
        self.changed_at = CHANGED[1 if portal.trait("frozen") else epoch]

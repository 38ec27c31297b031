"""A demo fleet: example portals of fictional municipalities on loopback, with the faults of real ones."""

from fleet.portals import FleetPortal, portals
from fleet.register import Municipality, municipalities, register_csv
from fleet.server import Fleet
from fleet.sites import Records

__all__ = ["Fleet", "FleetPortal", "Municipality", "Records", "municipalities", "portals", "register_csv"]

"""The address under which the tests publish, and how a Datasette is put away."""

from catalog.publish.serve import close

__all__ = ["BASE", "close"]

BASE = "https://bestand.example"

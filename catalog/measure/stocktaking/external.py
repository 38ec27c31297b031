"""Figures of others that stand beside ours, each with its instrument: they are not the same measurement."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.measure.measure import Text


@dataclass(frozen=True, slots=True)
class External:
    """One figure of another study. `scope` and `key` name the group of ours that it stands beside; `share` is 0 to 1."""

    source: str
    year: str
    scope: str
    key: str
    share: float
    instrument: Text


_SELF = Text("Selbstauskunft in einer Umfrage (n = 412)", "self-report in a survey (n = 412)")
_SURVEY = Text("Umfrage", "survey")
_MDK = Text(
    "Kommunen im Musterdatenkatalog (über GovData, Namensabgleich; bei kleinen Orten eine Obergrenze)",
    "municipalities in the Musterdatenkatalog (through GovData, matched by name; an upper bound for small towns)",
)
_MDK_SHARES = {"1": 0.87, "2": 0.92, "3": 0.57, "4": 0.31, "5": 0.15, "6": 0.064, "7": 0.017}

EXTERNAL: tuple[External, ...] = (
    External("KGSt/ÖFIT", "2019", "all", "", 0.27, _SELF),
    External("Difu/Bertelsmann Stiftung", "2022", "band", ">100k", 0.72, _SURVEY),
    External("Difu/Bertelsmann Stiftung", "2022", "band", "<20k", 0.18, _SURVEY),
    *(
        External("Musterdatenkatalog", "2025-06", "class", key, share, _MDK)
        for key, share in _MDK_SHARES.items()
    ),
)
"""The survey's 27 % is about systematic stocktaking (what we call `systematic`); the others about publishing at all."""

"""Lists of the organisations in shared portals, as opendata.guru keeps them: municipality, level, keys, portal, slug."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from crawler.registry.found import Found, Known, host_in
from crawler.registry.parts import Part

COLUMNS = frozenset({"parent_portal", "org_slug_in_portal"})
"""By these columns such a list is told from others."""

_LEVELS = {
    "municipality": "municipality", "municipalityPortal": "municipality", "municipality+state": "municipality",
    "municipalityAgency": "office", "districtAgency": "office", "collectiveMunicipality": "association",
    "district": "district", "districtPortal": "district",
}  # fmt: skip
_REASONS = {
    "stateAgency": "an agency of a state", "state": "a state", "federalAgency": "a federal agency",
    "federalCooperation": "a cooperation of Federation and states", "federal": "a body of the Federation",
    "federalPortal": "a portal of the Federation", "country": "a country", "governmentRegion": "a region of government",
    "regionalNetwork": "a network of municipalities", "regionalPortal": "a portal of a region",
    "other": "a company or a network",
}  # fmt: skip
_CERTAINTY = {"municipality": 95, "district": 95, "association": 95, "office": 85}
_ASSOCIATION = 9
"""Digits of an association's regional key."""


def read_organisations(rows: Iterable[Mapping[str, str | None]], known: Known, source: str) -> Found:
    """The parts that such a list names; what has no portal, no key, or two different ones is left out with a reason."""
    found = Found()
    for row in rows:
        part = _part(row, known, source)
        if part.placed and part.portal:
            found.parts.append(part)
        else:
            found.leave(part.name or part.part, part.portal or _text(row, "parent_portal"), part.reason)
    found.parts = _agreeing(found)
    return found


def _text(row: Mapping[str, str | None], name: str) -> str:
    return (row.get(name) or "").strip()


def _part(row: Mapping[str, str | None], known: Known, source: str) -> Part:
    name = _text(row, "org_title_in_portal") or _text(row, "municipality")
    level = _text(row, "level")
    part = Part(
        portal=known.hosts.get(host_in(_text(row, "parent_portal")), ""),
        part=_text(row, "org_slug_in_portal"),
        level=_LEVELS.get(level, ""),
        name=name,
        source=source,
    )
    if not part.portal:
        return replace(part, reason="no portal that we know stands there")
    if not part.part:
        return replace(part, reason="the part has no name")
    if not part.level:
        return replace(part, reason=_REASONS.get(level, f"the level {level!r} is not known"))
    return _keyed(part, _text(row, "ags"), _text(row, "ars"), known)


def _keyed(part: Part, ags: str, ars: str, known: Known) -> Part:
    """The part with the key of its body, if the row gives one that can be."""
    certainty = _CERTAINTY[part.level]
    if part.level == "association":
        given = ars[:_ASSOCIATION] if len(ars) >= _ASSOCIATION and ars.isdecimal() else ""
        reason = "" if given else "no key of an association"
        return replace(part, ars=given, certainty=certainty if given else 0, reason=reason)
    if part.level != "district" and len(ags) == 8 and ags.isdecimal():
        if known.register and ags not in known.register:
            return replace(part, reason=f"the key {ags} is not in the register")
        return replace(part, ags=ags, ars=ars if len(ars) == 12 else "", certainty=certainty)
    if part.level != "municipality" and len(ars) == 5 and ars.isdecimal():
        return replace(part, ars=ars, certainty=certainty)
    return replace(part, reason="no key of a municipality, a district or an association")


def _agreeing(found: Found) -> list[Part]:
    """Each part once; where two rows give different keys, neither is believed."""
    by_name: dict[tuple[str, str], dict[tuple[str, str], Part]] = {}
    for part in found.parts:
        by_name.setdefault((part.portal, part.part), {}).setdefault((part.ags, part.ars), part)
    agreed = []
    for given in by_name.values():
        first, *others = given.values()
        if others:
            found.leave(first.name, f"{first.portal} {first.part}", "rows give different keys")
        else:
            agreed.append(first)
    return agreed

"""The register of the Federal Statistical Office as GV100AD: fixed width, one record a line (read by gv100ad-py)."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from catalog.vocabulary.registers import Body, bodies_of

_STATES: Final = {
    "01": "Schleswig-Holstein", "02": "Hamburg", "03": "Niedersachsen", "04": "Bremen", "05": "Nordrhein-Westfalen",
    "06": "Hessen", "07": "Rheinland-Pfalz", "08": "Baden-Württemberg", "09": "Bayern", "10": "Saarland", "11": "Berlin",
    "12": "Brandenburg", "13": "Mecklenburg-Vorpommern", "14": "Sachsen", "15": "Sachsen-Anhalt", "16": "Thüringen",
}  # fmt: skip
_TYPES: Final = {
    60: "Markt", 61: "Kreisfreie Stadt", 62: "Stadtkreis", 63: "Stadt", 64: "Gemeinde",
    65: "gemeindefreies Gebiet (bewohnt)", 66: "gemeindefreies Gebiet (unbewohnt)", 67: "Große Kreisstadt",
}  # fmt: skip
_ASSOCIATIONS: Final = {
    50: "Verbandsfreie Gemeinde", 51: "Amt", 52: "Samtgemeinde", 53: "Verbandsgemeinde", 54: "Verwaltungsgemeinschaft",
    55: "Kirchspielslandgemeinde", 56: "Verwaltungsverband", 57: "Verwaltungsgemeinschaft", 58: "Erfüllende Gemeinde",
}  # fmt: skip
"""Kinds of municipalities and associations (GV100AD, field 7)."""
_HECTARES: Final = 100
_NUMBER_FIELDS: Final = ((128, 139), (139, 150), (150, 161))
"""Where a municipality's area, population and men stand; the library wants digits there."""
_UNNAMED: Final = Body("", "", "")


class Listed(NamedTuple):
    """What such a file lists: units by the columns of table `municipality`, bodies, one sentence for each bad line."""

    units: list[dict[str, Any]]
    bodies: list[Body]
    faults: list[str]


def read_gv100ad(text: str) -> Listed:
    """All records of a file: states, districts, associations and municipalities; other lines are faults."""
    units: list[dict[str, Any]] = []
    bodies: dict[str, Body] = {}
    faults: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            record = _record(line)
        except (ValueError, IndexError) as error:
            faults.append(f"Line {number} is no record of GV100AD ({error}).")
            continue
        if line.startswith("60"):
            units.append(_unit(line, record, bodies))
        elif line[:2] in _BODIES:
            found = _BODIES[line[:2]](line, record)
            bodies[found.key] = found
    every = {body.key: body for body in bodies_of(units)} | _real(bodies)
    return Listed(units, [every[key] for key in sorted(every)], faults)


def _record(line: str) -> Any:
    """The record that gv100ad-py makes of a line. Empty numbers are 0 to it. Raises ValueError."""
    from gv100ad import GV100ADReader  # only who imports such a file needs it

    if line.startswith("60"):
        line = f"{line:<220}"
        for start, end in _NUMBER_FIELDS:
            if not line[start:end].strip():
                line = f"{line[:start]}{0:0{end - start}d}{line[end:]}"
    return next(iter(GV100ADReader(io.StringIO(line)).read()))


def _state(line: str, record: Any) -> Body:
    key = record.regional_code
    return Body(key, "state", _STATES.get(key, record.name), _STATES.get(key, record.name))


def _district(line: str, record: Any) -> Body:
    key = record.regional_code
    return Body(key, "district", record.name.split(",")[0], _STATES.get(key[:2], ""), line[122:124])


def _association(line: str, record: Any) -> Body:
    key = record.regional_code + record.association
    kind = _ASSOCIATIONS.get(record.type.value, "")
    return Body(key, "association", record.name.split(",")[0], _STATES.get(key[:2], ""), kind)


_BODIES: Final[Mapping[str, Callable[[str, Any], Body]]] = {"10": _state, "40": _district, "50": _association}
_OWN_DISTRICT: Final = ("41", "42")
"""Kinds of districts that are one town (GV100AD, field 7)."""
_DISTRICTS: Final = {"43": "Kreis", "44": "Landkreis", "45": "Regionalverband"}


def _real(bodies: Mapping[str, Body]) -> dict[str, Body]:
    """Without towns that are their own district or association; the kinds of districts by their names."""
    found = {}
    for key, body in bodies.items():
        if body.kind == "district" and body.type not in _OWN_DISTRICT:
            found[key] = body._replace(type=_DISTRICTS.get(body.type, ""))
        elif body.kind == "state" or (body.kind == "association" and body.type != _ASSOCIATIONS[50]):
            found[key] = body
    return found


def _unit(line: str, record: Any, bodies: Mapping[str, Body]) -> dict[str, Any]:
    ags = record.regional_code
    ars = ags[:5] + record.association + ags[5:]
    district, association = bodies.get(ags[:5], _UNNAMED), bodies.get(ars[:9], _UNNAMED)
    population = line[139:150].strip()
    return {
        "ags": ags, "ars": ars, "name": record.name, "state": _STATES.get(ags[:2], ""),
        "type": _TYPES.get(record.type.value, ""), "district": district.name, "district_key": ags[:5],
        "association": association.name, "association_type": association.type, "postcode": record.postal_code, "country": "DE",
        "population": int(population) if population else None, "area": record.area / _HECTARES or None,
        "unincorporated": int(record.type.value in (65, 66)),
    }  # fmt: skip

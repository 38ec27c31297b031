"""What the profile DCAT-AP.de asks of a feed beyond DCAT-AP, as far as it can be said without inventing anything.

Source: DCAT-AP.de 3.0: Datenbereitsteller-ID, German licences, publisher, level of the political geocoding.
"""

from functools import lru_cache
from typing import Any

from catalog.cleaning.licences import read_licence
from catalog.publish.selection import Published
from catalog.vocabulary import vocabulary

Json = dict[str, Any]

PROFILE = "de"
_LEVEL_BY_LENGTH = {2: "state", 5: "administrativeDistrict", 9: "municipality"}


def germanised(record: Json, row: Published, contributor: str = "") -> Json:
    """A tidied record as DCAT-AP.de wants it; `contributor` is the operator's own ID (an IRI or the code of the list)."""
    for item in (record, *(one for one in record.get("distribution", ()) if isinstance(one, dict))):
        if "license" in item:
            item["license"] = [_german(value) for value in item["license"]]
    if record.get("@class") != "Dataset":
        return record
    named = contributor_iri(row.contributor or contributor)
    if named and not record.get("contributor_id"):
        record["contributor_id"] = [{"@id": named}]
    if not record.get("publisher") and (name := row.place or row.operator):
        record["publisher"] = [{"@class": "Agent", "name": [name]}]
    if not record.get("geocoding_level") and (level := _level(row)):
        record["geocoding_level"] = [{"@id": level}]
    return record


@lru_cache(maxsize=256)
def contributor_iri(text: str) -> str:
    """The IRI of a contributor that is given as IRI or as code; empty for an empty text or an unknown code."""
    if text.startswith(("http://", "https://")):
        return text
    found = vocabulary("contributor").by_code(text)
    return found.uri if found else ""


def _german(value: Any) -> Any:
    """A licence by its address in the German list, where that has it; any other as it is."""
    said = value if isinstance(value, str) else value.get("@id") or value.get("@value", "")
    known = read_licence(said) if said else None
    return {"@id": known.de_uri} if known and known.de_uri else value


def _level(row: Published) -> str:
    """The level of the body whose dataset it is; empty where that is not known."""
    code = "municipality" if row.ags else _LEVEL_BY_LENGTH.get(len(row.body), "")
    found = vocabulary("geocoding-level").by_code(code) if code else None
    return found.uri if found else ""

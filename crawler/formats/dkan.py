"""What DKAN 2's metastore says: datasets of DCAT-US with references beside them. DKAN 1 speaks CKAN's package, which
`crawler.formats.ckan` reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from catalog.cleaning.iris import is_web_address
from catalog.record.terms import IRI
from crawler.formats.data_json import Context, read_dataset
from crawler.formats.json_payload import canonical
from crawler.formats.reading import Entry, Reading
from crawler.formats.values import minted

_REFERENCE = "%Ref:"


@dataclass(frozen=True, slots=True)
class _Site(Context):
    """A DKAN site: what it calls by an identifier has its page below `/dataset`."""

    def address(self, identifier: str) -> IRI | None:
        if not identifier:
            return None
        return IRI(identifier) if is_web_address(identifier) else minted(self.url, "dataset", identifier)

    @property
    def site(self) -> str:
        return self.url


def read_items(items: Iterable[Any], site: str) -> list[Entry]:
    """The entries of a list of metastore items; `site` is the portal's address without a trailing slash. What is no
    object becomes an entry whose reading fails."""
    context = _Site(site)
    return [_entry(item, context) for item in items]


def _entry(item: Any, context: Context) -> Entry:
    identifier = item.get("identifier") if isinstance(item, dict) else None
    name = str(identifier).strip() if isinstance(identifier, str | int) else ""
    return Entry(name, canonical(item), partial(_read, item, context))


def _read(item: Any, context: Context) -> Reading:
    return read_dataset(dereferenced(item), context)


def dereferenced(item: Any) -> Any:
    """A dataset as DCAT-US has it: objects `{identifier, data}` (`?show-reference-ids`) are replaced by their data, as
    are bare identifiers whose data stands under `%Ref:<key>`; DKAN's own keys (`%…`) are left out."""
    if not isinstance(item, dict):
        return item
    plain = _plain(item)
    for key, value in item.items():
        name = key.removeprefix(_REFERENCE)
        if name != key and _is_bare(item.get(name), value):
            plain[name] = _unwrapped(value)
    return plain


def _plain(item: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _unwrapped(value) for key, value in item.items() if not key.startswith("%")}


def _unwrapped(value: Any) -> Any:
    if isinstance(value, list):
        return [_unwrapped(one) for one in value]
    if isinstance(value, dict):
        return _unwrapped(value["data"]) if value.keys() == {"identifier", "data"} else _plain(value)
    return value


def _is_bare(value: Any, references: Any) -> bool:
    """Whether a value is nothing but the identifiers of the references."""
    known = [one.get("identifier") for one in _listed(references) if isinstance(one, dict)]
    return all(isinstance(one, str) and one in known for one in _listed(value))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]

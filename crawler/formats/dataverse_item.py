"""An item of Dataverse's search → dcat:Dataset: what is known where the dataset itself cannot be read (Search API guide)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

from catalog.cleaning.iris import is_web_address
from catalog.record.node import Record
from catalog.record.table import Dataset
from catalog.record.terms import IRI
from crawler.formats.agents import agent, kind
from crawler.formats.dataverse import IS_PART_OF
from crawler.formats.dataverse_keys import ITEM_OUT_OF_SCOPE
from crawler.formats.fields import Fields
from crawler.formats.json_payload import canonical
from crawler.formats.reading import Entry, Reading, UnreadablePayload
from crawler.formats.rules import first_date
from crawler.formats.values import Cleaner, unique


def item_entry(item: Any, site: str) -> Entry:
    """An item of the search as an entry. Raises UnreadablePayload for what is none."""
    if not isinstance(item, dict) or not isinstance(item.get("global_id"), str):
        raise UnreadablePayload("unexpected-shape", "The item of the search has no persistent identifier.")
    return Entry(item["global_id"], canonical(item), partial(read_item, item, site))


def read_item(item: Mapping[str, Any], site: str) -> Reading:
    """An item of the search as a record: what is known where the dataset itself cannot be read."""
    clean = Cleaner(site)
    fields = Fields(item, clean)
    address, identifier = fields.text("url"), fields.text("global_id")
    dataset = Dataset(id=IRI(address) if is_web_address(address) else None, identifier=[identifier])
    dataset.title, dataset.description = fields.prose("name"), fields.prose("description")
    dataset.keyword = unique(fields.strings("keywords"))
    dataset.theme = unique(uri for text in fields.strings("subjects") for uri in clean.theme(text))
    dataset.issued, dataset.modified = first_date(fields, "published_at"), first_date(fields, "updatedAt")
    publisher = agent(clean, fields.prose("name_of_dataverse", "publisher"))
    dataset.publisher = [publisher] if publisher else []
    if collection := fields.text("identifier_of_dataverse"):
        dataset.rest[IS_PART_OF] = [IRI(f"{site}/dataverse/{quote(collection, safe='~')}")]
    dataset.creator = [one for name in fields.strings("authors") if (one := agent(clean, [name]))]
    dataset.contributor = [one for name in fields.strings("producers") if (one := agent(clean, [name]))]
    for part in fields.nested("contacts"):
        found = kind(clean, part.text("name", "affiliation"))
        dataset.contact_point += [found] if found else []
        part.close(frozenset({"affiliation"}))
    number, minor = fields.text("majorVersion"), fields.text("minorVersion")
    dataset.version = [f"{number}.{minor}" if minor else number] if number else []
    fields.close(ITEM_OUT_OF_SCOPE)
    return Reading(Record(dataset), clean.unread, clean.faults)

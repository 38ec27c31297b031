"""Who stands behind a CKAN package: publisher, contact, creator, custodian, originator, contributor."""

from __future__ import annotations

from typing import Any

from catalog.record.node import Values
from catalog.record.table import Agent, Dataset
from crawler.formats.agents import (
    agent,
    flat_agent,
    flat_agent_keys,
    flat_kind,
    flat_kind_keys,
    kind,
    nested_agent,
    nested_kind,
)
from crawler.formats.fields import Fields
from crawler.formats.values import minted

_AGENTS = {
    "publisher": "publisher",
    "creator": "creator",
    "contributor": "contributor",
    "originator": "originator",
    # ckanext-dcatde's key; DCAT-AP.de 3.0 calls the role custodian.
    "maintainer": "custodian",
}
"""Prefix of flat keys and name of nested objects → property of the dataset."""

_FLAT = {prefix: frozenset((prefix, *flat_agent_keys(prefix))) for prefix in _AGENTS}
_CONTACT_KEYS = ("contact", "contact_points", "contact_point")
_FLAT_CONTACT = frozenset(("contact-email", *flat_kind_keys("contact")))


def read_people(fields: Fields, dataset: Dataset, *, is_dkan: bool) -> None:
    """Fill the agents and the contact; author and maintainer stand in for a publisher or contact that is not stated."""
    for prefix, name in _AGENTS.items():
        if fields.has_any(_FLAT[prefix]):
            setattr(dataset, name, _stated(fields, prefix))
    dataset.contact_point = _stated_contacts(fields)
    _ogd_contacts(fields, dataset)
    organisation = _organisation(fields, is_dkan=is_dkan)
    if not dataset.publisher:
        dataset.publisher = organisation
    elif organisation and not dataset.publisher[0].id and dataset.publisher[0].name == organisation[0].name:
        dataset.publisher[0].id = organisation[0].id
    elif organisation and organisation[0].name != dataset.publisher[0].name:
        dataset.contributor = [
            *dataset.contributor,
            *organisation,
        ]  # through whom it came: a shared portal's part
    _author_and_maintainer(fields, dataset)


def _stated(fields: Fields, prefix: str) -> Values:
    """Agents given as objects, as `<prefix>_name` and its kin, or as a bare name."""
    found: list[Agent | None] = [nested_agent(part) for part in fields.nested(prefix)]
    if prefix == "maintainer":
        # CKAN's own pair of fields of this name is read later; extras have url, tel and address besides.
        return [one for one in found if one]
    found.append(flat_agent(fields, prefix))
    if not any(found) and (name := fields.prose(prefix)):
        found.append(agent(fields.cleaner, name))
    return [one for one in found if one]


def _stated_contacts(fields: Fields) -> Values:
    found = [nested_kind(part) for key in _CONTACT_KEYS for part in fields.nested(key)]
    if fields.has_any(_FLAT_CONTACT):
        found.append(flat_kind(fields, "contact"))
        found.append(kind(fields.cleaner, "", fields.text("contact-email")))
    return [one for one in found if one]


def _ogd_contacts(fields: Fields, dataset: Dataset) -> None:
    """The `contacts` of the OGD metadata structure 1.0: `[{role, name, email, url, address}]`."""
    clean = fields.cleaner
    for part in fields.nested("contacts"):
        role, name, email, url = (part.text(key) for key in ("role", "name", "email", "url"))
        part.drop("address")
        if role == "veroeffentlichende_stelle" and not dataset.publisher:
            dataset.publisher = _some(agent(clean, [name] if name else [], email, url))
        elif role == "autor" and not dataset.creator:
            dataset.creator = _some(agent(clean, [name] if name else [], email, url))
        else:
            dataset.contact_point += _some(kind(clean, name, email, "", url))
        part.close()


def _organisation(fields: Fields, *, is_dkan: bool) -> Values:
    """CKAN's organisation, or DKAN 1's groups, which are publishers there, with an address on the portal."""
    parts = [("organization", part) for part in fields.nested("organization")]
    if is_dkan and not parts:
        parts = [("group", part) for part in fields.nested("groups")]
    return [_publisher(path, part) for path, part in parts]


def _publisher(path: str, part: Fields) -> Agent:
    """The other keys of an organisation describe its page on the portal."""
    found = Agent(name=part.prose("title_translated", "title", "display_name"))
    slug = part.text("name")
    found.name = found.name or ([slug] if slug else [])
    if slug:
        found.id = minted(part.cleaner.site, path, slug.removeprefix("group/"))
    return found


def _author_and_maintainer(fields: Fields, dataset: Dataset) -> None:
    """Each stands in where nobody else is named, the maintainer first for contact; else they are creator and
    custodian."""
    author = (fields.text("author"), fields.text("author_email"))
    maintainer = (fields.text("maintainer"), fields.text("maintainer_email"))
    free = {"creator": author, "custodian": maintainer}
    if not dataset.publisher:
        role = "creator" if author[0] else "custodian"
        dataset.publisher = _agents(fields, free[role]) if free[role][0] else []
        if dataset.publisher and free[role] == author:
            del free[role]
    if not dataset.contact_point:
        role = "custodian" if any(maintainer) else "creator"
        person = maintainer if any(maintainer) else author
        dataset.contact_point = _some(kind(fields.cleaner, *person))
        free.pop(role, None)
    for name, person in free.items():
        if not getattr(dataset, name):
            setattr(dataset, name, _agents(fields, person))


def _agents(fields: Fields, person: tuple[str, str]) -> Values:
    return _some(agent(fields.cleaner, [person[0]] if person[0] else [], person[1]))


def _some(value: Any) -> Values:
    return [] if value is None else [value]

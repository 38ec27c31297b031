"""The contacts of an OGC API record by their roles (OGC 20-004r1, contact building block)."""

from __future__ import annotations

from dataclasses import dataclass, field

from catalog.record.node import Values
from catalog.record.table import Agent, Kind
from catalog.record.terms import IRI
from crawler.formats.agents import agent, kind
from crawler.formats.fields import Fields

_PUBLISHING = ("publisher", "owner", "distributor", "pointofcontact", "")
"""Whom the record names as publisher: the first of these roles that anyone has (ISO 19115 knows no better order)."""
_OF_ROLE = {
    "creator": "creator",
    "author": "creator",
    "principalinvestigator": "creator",
    "contributor": "contributor",
    "coauthor": "contributor",
    "processor": "contributor",
    "custodian": "custodian",
    "originator": "originator",
}
"""Role → property; roles are compared in lower case, without their code list's address."""
_REACHED = ("pointofcontact", "", "publisher", "owner", "custodian", "distributor")

OUT_OF_SCOPE = frozenset(
    # A picture, opening hours, and an address by post: how to reach an office in person.
    ("logo", "hoursOfService", "contactInstructions", "addresses", "identifier")
)
"""Keys of a contact that are known and deliberately not mapped."""


@dataclass(slots=True)
class Contacts:
    """Who is responsible for a resource, by property."""

    publisher: Values = field(default_factory=list)
    contact_point: Values = field(default_factory=list)
    creator: Values = field(default_factory=list)
    contributor: Values = field(default_factory=list)
    custodian: Values = field(default_factory=list)
    originator: Values = field(default_factory=list)


def read_contacts(fields: Fields) -> Contacts:
    """The contacts in `contacts` (`providers` in drafts)."""
    found = Contacts()
    people = [_read(part) for key in ("contacts", "providers") for part in fields.nested(key)]
    by_role: dict[str, list[tuple[Agent | None, Kind | None]]] = {}
    for roles, body, card in people:
        for role in roles or [""]:
            by_role.setdefault(role, []).append((body, card))
            if role in _OF_ROLE and body:
                getattr(found, _OF_ROLE[role]).append(body)
    found.publisher = next(
        ([body] for role in _PUBLISHING for body, _ in by_role.get(role, ()) if body), found.publisher
    )
    found.contact_point = next(
        (cards for role in _REACHED if (cards := [card for _, card in by_role.get(role, ()) if card])), []
    )
    return found


def _read(fields: Fields) -> tuple[list[str], Agent | None, Kind | None]:
    """Roles, the body responsible, and how it is reached."""
    clean = fields.cleaner
    roles = [text.rpartition("#")[2].rpartition("/")[2].lower() for text in _roles(fields)]
    person, organization, position = fields.text("name"), fields.text("organization"), fields.text("position")
    email = next(iter(fields.names("emails", "value") or fields.names("email", "value")), "")
    phone = next(iter(fields.names("phones", "value") or fields.names("phone", "value")), "")
    url = next(iter(fields.names("links", "href")), "") or fields.text("url")
    fields.close(OUT_OF_SCOPE)
    name = organization or person
    body = agent(clean, [name] if name else [])
    card = kind(clean, ", ".join(filter(None, [name, position])), email, phone, url)
    if body is not None and url:
        body.rest[IRI("http://xmlns.com/foaf/0.1/homepage")] = [clean.address(url)]
    return roles, body, card


def _roles(fields: Fields) -> list[str]:
    """`roles`: texts, or objects `{name}` in drafts; `role` in older ones."""
    return fields.names("roles", "name") or fields.names("role", "name")

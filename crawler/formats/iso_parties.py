"""Responsible parties of ISO metadata (CI_ResponsibleParty, CI_Responsibility) as agents, contacts and attributions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from catalog.record.node import Values
from catalog.record.table import Agent, Attribution, DataService, Dataset, Kind, Thing
from catalog.record.terms import IRI, expand
from crawler.formats.agents import agent, kind
from crawler.formats.values import Cleaner
from crawler.formats.xml_branch import Branch, Locales

ROLES = "http://inspire.ec.europa.eu/metadata-codelist/ResponsiblePartyRole/"
_ADDRESS, _ADDRESS_TYPE = expand("vcard:hasAddress"), expand("vcard:Address")
_POSTAL = {
    "deliveryPoint": expand("vcard:street-address"),
    "city": expand("vcard:locality"),
    "administrativeArea": expand("vcard:region"),
    "postalCode": expand("vcard:postal-code"),
    "country": expand("vcard:country-name"),
}
_PUBLISHERS = ("publisher", "owner", "pointOfContact", "custodian", "distributor", "resourceProvider", "")
"""Roles in the order in which they are taken for the publisher; the publisher itself is often not named."""
_PROPERTIES = {"custodian": "custodian", "originator": "originator", "author": "creator"}
"""Roles with a property of their own (GeoDCAT-AP 3.0); the others become attributions."""


@dataclass(slots=True)
class Party:
    """Somebody with a role. `name` is the organisation's, else the person's."""

    role: str = ""
    name: Values = field(default_factory=list)
    email: str = ""
    telephone: str = ""
    url: str = ""
    postal: dict[str, Values] = field(default_factory=dict)


def read_parties(branches: list[Branch], clean: Cleaner, tags: Locales) -> list[Party]:
    """Each party that says anything; a reference to one that stands elsewhere says nothing."""
    parties = [_read(branch, clean, tags) for branch in branches]
    return [party for party in parties if party.name or party.email or party.url]


def _read(branch: Branch, clean: Cleaner, tags: Locales) -> Party:
    """CI_ResponsibleParty (ISO 19115:2003) or CI_Responsibility (ISO 19115-1:2014)."""
    organisation = branch.first("organisationName", "party/CI_Organisation/name")
    person = branch.first("individualName", "party/*/individual/*/name", "party/CI_Individual/name")
    position = branch.first("positionName", "party/*/individual/*/positionName", "party/*/positionName")
    contacts = branch.all("contactInfo/*", "party/*/contactInfo/*", "party/*/individual/*/contactInfo/*")
    names = [part.prose(clean, tags) for part in (organisation, person, position) if part is not None]
    party = Party(branch.text("role"), next(filter(None, names), []))
    for contact in contacts:
        _complete(party, contact)
    return party


def _complete(party: Party, contact: Branch) -> None:
    party.email = party.email or contact.text("address/*/electronicMailAddress")
    voices = [*contact.texts("phone/*/voice"), *_numbers(contact)]
    party.telephone = party.telephone or next(iter(voices), "")
    party.url = party.url or next(iter(contact.texts("onlineResource/*/linkage")), "")
    contact.drop("onlineResource")
    for key, term in _POSTAL.items():
        if text := contact.text(f"address/*/{key}"):
            party.postal.setdefault(term, [text])
    contact.drop("address")


def _numbers(contact: Branch) -> list[str]:
    """Telephone numbers of ISO 19115-3, which tells voice from facsimile by a code beside each."""
    found = []
    for phone in contact.all("phone/*"):
        number, type_ = phone.text("number", "number/*"), phone.text("numberType")
        if number and type_ in ("", "voice"):
            found.append(number)
    return found


def assign(node: Dataset | DataService, parties: list[Party], fallback: list[Party], clean: Cleaner) -> None:
    """Publisher, contact and the other roles; `fallback` are those who keep the metadata."""
    everyone = parties + fallback
    publisher = next((party for role in _PUBLISHERS for party in parties if party.role == role), None)
    publisher = publisher or next(iter(everyone), None)
    if publisher and (found := _agent(publisher, clean)):
        node.publisher = [found]
    contacts = [party for party in parties if party.role in ("pointOfContact", "")] or everyone[:1]
    node.contact_point = contact_points(contacts, clean)
    for party in parties:
        if party is not publisher:
            _attribute(node, party, clean)


def contact_points(parties: list[Party], clean: Cleaner) -> Values:
    """The parties as contact information, each once."""
    found: list[Kind] = []
    for party in parties:
        one = kind(clean, _plain(party.name), party.email, party.telephone, party.url)
        if one is not None:
            if party.postal:
                one.rest[_ADDRESS] = [Thing(types=[_ADDRESS_TYPE], rest=dict(party.postal))]
            if one not in found:
                found.append(one)
    return list(found)


def _plain(name: Values) -> str:
    text = name[0] if name else ""
    return text if isinstance(text, str) else str(text.text)


def _agent(party: Party, clean: Cleaner) -> Agent | None:
    return agent(clean, list(party.name), "" if party.name else party.email, party.url)


def _attribute(node: Any, party: Party, clean: Cleaner) -> None:
    """A role beside the publisher's; a contact is no attribution. Services have attributions in `rest` alone."""
    found = _agent(party, clean)
    if found is None or party.role in ("pointOfContact", "", "publisher"):
        return
    name = _PROPERTIES.get(party.role)
    if name and isinstance(node, Dataset):
        values: Values = getattr(node, name)
        if found not in values:
            values.append(found)
        return
    attribution = Attribution(agent=[found], had_role=[IRI(ROLES + party.role)])
    values = (
        node.qualified_attribution
        if isinstance(node, Dataset)
        else node.rest.setdefault(expand("prov:qualifiedAttribution"), [])
    )
    if attribution not in values:
        values.append(attribution)

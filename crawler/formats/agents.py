"""People and organisations of a record: foaf:Agent and vcard:Kind from names, mailboxes and addresses."""

from __future__ import annotations

from functools import cache

from catalog.cleaning.iris import is_web_address
from catalog.record.node import Values
from catalog.record.table import Agent, Kind, Thing
from catalog.record.terms import IRI, expand
from crawler.formats.fields import Fields
from crawler.formats.values import Cleaner, coded

MBOX = expand("foaf:mbox")
HOMEPAGE = expand("foaf:homepage")
IDENTIFIER = expand("dct:identifier")
_UID = expand("vcard:hasUID")
_ADDRESS = expand("vcard:hasAddress")
_ADDRESS_TYPE = expand("vcard:Address")
_POSTAL = {
    "street": expand("vcard:street-address"),
    "zip": expand("vcard:postal-code"),
    "city": expand("vcard:locality"),
    "country": expand("vcard:country-name"),
}


def agent(clean: Cleaner, name: Values, email: str = "", url: str = "", type_: str = "") -> Agent | None:
    """An agent; None where nothing is said about it. Mailbox and home page have no place in the profile: `rest`."""
    if not (name or email or url):
        return None
    found = Agent(name=name)
    if email:
        found.rest[MBOX] = [clean.mailbox(email)]
    if url:
        found.rest[HOMEPAGE] = [clean.address(url)]
    if type_:
        found.type = [coded("publisher-type", type_)]
    return found


def kind(clean: Cleaner, name: str, email: str = "", telephone: str = "", url: str = "") -> Kind | None:
    """Contact information; None where nothing is said."""
    if not (name or email or telephone or url):
        return None
    return Kind(
        fn=[name] if name else [],
        has_email=[clean.mailbox(email)] if email else [],
        has_telephone=[clean.telephone(telephone)] if telephone else [],
        has_url=[clean.address(url)] if url else [],
    )


@cache
def flat_agent_keys(prefix: str) -> tuple[str, ...]:
    """The keys that `flat_agent` reads: name, email, url, type, uri, identifier."""
    return tuple(f"{prefix}_{part}" for part in ("name", "email", "url", "type", "uri", "identifier"))


def flat_agent(fields: Fields, prefix: str) -> Agent | None:
    """`<prefix>_name`, `_email`, `_url`, `_type`, `_identifier`, `_uri` (ckanext-dcat, ckanext-dcatde)."""
    name, *others = flat_agent_keys(prefix)
    email, url, type_, uri, identifier = fields.each(*others)
    found = agent(fields.cleaner, fields.prose(name), email, url, type_)
    return _identified(found, uri, identifier)


def nested_agent(fields: Fields) -> Agent | None:
    """The same as an object: `{name, email, url, type, identifier, uri}` (ckanext-scheming)."""
    found = agent(
        fields.cleaner,
        fields.prose("name_translated", "name"),
        fields.text("email"),
        fields.text("url", "homepage"),
        fields.text("type"),
    )
    found = _identified(found, fields.text("uri"), fields.text("identifier"))
    fields.close()
    return found


def _identified(found: Agent | None, uri: str, identifier: str) -> Agent | None:
    if not uri and not identifier:
        return found
    found = found or Agent()
    _name_node(found, IDENTIFIER, uri, identifier)
    return found


def _name_node(node: Agent | Kind, term: IRI, uri: str, identifier: str) -> None:
    """The node's IRI where `uri` can be one; everything else that identifies it goes under `term`."""
    if is_web_address(uri):
        node.id = IRI(uri)
        uri = ""
    said = [text for text in (uri, identifier) if text]
    if said:
        node.rest[term] = list(said)


@cache
def flat_kind_keys(prefix: str) -> tuple[str, ...]:
    """The keys that `flat_kind` reads: name, email, tel, phone, url, the postal address, uri, identifier."""
    parts = ("name", "email", "tel", "phone", "url", *_POSTAL, "uri", "identifier")
    return tuple(f"{prefix}_{part}" for part in parts)


def flat_kind(fields: Fields, prefix: str) -> Kind | None:
    """`<prefix>_name`, `_email`, `_tel`, `_url`, `_street`, `_zip`, `_city`, `_country`, `_identifier`, `_uri`."""
    name, email, tel, phone, url, *others, uri, identifier = fields.each(*flat_kind_keys(prefix))
    found = kind(fields.cleaner, name, email, tel or phone, url)
    postal = {part: text for part, text in zip(_POSTAL, others, strict=True) if text}
    return _complete(found, postal, uri, identifier)


def nested_kind(fields: Fields) -> Kind | None:
    """The same as an object (ckanext-scheming)."""
    names = fields.prose("name_translated", "name", "fn")
    found = (
        kind(fields.cleaner, "", fields.text("email"), fields.text("tel", "phone"), fields.text("url"))
        or Kind()
    )
    found.fn = names
    postal = {part: text for part in _POSTAL if (text := fields.text(part))}
    uri, identifier = fields.text("uri"), fields.text("identifier")
    fields.close()
    return _complete(found, postal, uri, identifier)


def _complete(found: Kind | None, postal: dict[str, str], uri: str, identifier: str) -> Kind | None:
    said: dict[str, Values] = {_POSTAL[part]: [text] for part, text in postal.items()}
    if not (said or uri or identifier):
        return found
    found = found or Kind()
    _name_node(found, _UID, uri, identifier)
    if said:
        found.rest[_ADDRESS] = [Thing(types=[_ADDRESS_TYPE], rest=said)]
    return found

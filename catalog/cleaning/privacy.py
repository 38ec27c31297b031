"""Personal data out of a record before it is stored (law 9): names, telephones and personal mailboxes of people.

Kept are organisations, function mailboxes and contact pages. An emptied contact stays in its place, without content: that
a portal names a contact is measured, who it is is not kept.
"""

from __future__ import annotations

import re
from typing import Any

from catalog.cleaning.people import is_function_mailbox, is_person
from catalog.record.node import Node, Record, Values, names
from catalog.record.table import Agent, Kind
from catalog.record.terms import IRI, PREFIXES, Literal

_MAIL = re.compile(
    r"(?:mailto:\s*)*([A-Za-z0-9._%+'äöüÄÖÜß\-]{1,64}(?:@|\(at\)|\[at\]|%40)[A-Za-z0-9äöüÄÖÜß.\-]{1,200})"
)
_PHONE = re.compile(r"(?:tel\.?|telefon|phone|fon|fax|mobil)\s*[:.]?\s*\+?[\d\s()/\-–]{6,}\d", re.IGNORECASE)
_PEOPLE_PAGES = re.compile(r"/community/users/|/user/|/users/|orcid\.org/")
_VCARD = PREFIXES["vcard"]
_FOAF = PREFIXES["foaf"]
_SCHEMA = PREFIXES["schema"]
_ALWAYS = frozenset(
    [
        *(
            _VCARD + name
            for name in ("hasTelephone", "tel", "hasName", "given-name", "family-name", "hasGivenName")
        ),
        *(
            _VCARD + name
            for name in ("hasFamilyName", "nickname", "bday", "hasPhoto", "telephone", "hasAddress")
        ),
        *(_VCARD + name for name in ("hasNickname", "additional-name", "honorific-prefix", "value")),
        *(_FOAF + name for name in ("phone", "givenName", "familyName", "firstName", "lastName", "surname")),
        *(_SCHEMA + name for name in ("telephone", "givenName", "familyName", "faxNumber")),
    ]
)
_NAMES = frozenset([_VCARD + "fn", _FOAF + "name", _SCHEMA + "name", PREFIXES["rdfs"] + "label"])


def drop_personal_data(record: Record) -> int:
    """Take personal data out of a record, in place; how many values were dropped or changed."""
    return sum(_node(node) for node in list(record.nodes()))


def scrub(raw: bytes) -> bytes:
    """Text of unknown shape without personal mailboxes and telephone numbers."""
    text = raw.decode("utf-8", "replace")
    return _clean(text).encode("utf-8", "replace")


def _node(node: Node) -> int:
    dropped = _identity(node)
    about_people = isinstance(node, Kind | Agent)
    if isinstance(node, Kind):
        dropped += len(node.has_telephone)
        node.has_telephone = []
    for name in names(type(node)):
        values = getattr(node, name)
        if values:
            dropped += _filter(values, about_people and name in ("fn", "name"))
    for key in list(node.rest):
        if key in _ALWAYS:
            dropped += len(node.rest.pop(key))
        else:
            dropped += _filter(node.rest[key], key in _NAMES)
    return dropped


def _identity(node: Node) -> int:
    """Addresses that are a person: a mailbox, a user's page."""
    if type(node.id) is not IRI:
        return 0
    personal = node.id.startswith(("mailto:", "tel:")) and _clean(node.id) != node.id
    if personal or (isinstance(node, Kind | Agent) and _PEOPLE_PAGES.search(node.id)):
        node.id = None
        return 1
    return 0


def _filter(values: Values, names_people: bool) -> int:
    """Change a list of values in place; how many were dropped or changed."""
    kept, dropped = [], 0
    for value in values:
        cleaned = _value(value, names_people)
        dropped += cleaned is not value
        if cleaned is not None:
            kept.append(cleaned)
    if dropped:
        values[:] = kept
    return dropped


def _value(value: Any, names_people: bool) -> Any:
    if isinstance(value, Node):
        return value
    text = value.text if isinstance(value, Literal) else value
    if names_people and type(value) is not IRI and is_person(text):
        return None
    if not _suspect(text):
        return value
    cleaned = _clean(text)
    if cleaned == text:
        return value
    if type(value) is IRI:
        return None
    return value._replace(text=cleaned) if isinstance(value, Literal) else cleaned


def _suspect(text: str) -> bool:
    if "@" in text or "(at)" in text or "[at]" in text or "%40" in text or text.startswith("tel:"):
        return True
    return len(text) < 100_000 and bool(_PHONE.search(text))


def _clean(text: str) -> str:
    if text.startswith("tel:"):
        return ""
    without = _MAIL.sub(lambda match: match[0] if _official(match[1]) else "", text)
    return _PHONE.sub("", without)


def _official(mailbox: str) -> bool:
    return is_function_mailbox(re.sub(r"\(at\)|\[at\]|%40", "@", mailbox))

"""Personal data out of a record before it is stored (law 9): names, telephones and personal mailboxes of people.

Kept are organisations, function mailboxes and contact pages. An emptied contact stays in its place, without content: that
a portal names a contact is measured, who it is is not kept.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain, compress
from typing import Any, Final

from catalog.cleaning.people import is_function_mailbox, is_person, name_length
from catalog.record.node import Node, Record, Values, all_values, properties, values_of
from catalog.record.table import CLASSES, Agent, Kind
from catalog.record.terms import IRI, PREFIXES, BNode, Literal

_MAIL: Final = re.compile(
    r"(?:mailto:\s*)*([A-Za-z0-9._%+'äöüÄÖÜß\-]{1,64}(?:@|\(at\)|\[at\]|%40)[A-Za-z0-9äöüÄÖÜß.\-]{1,200})"
)
_PHONE_WORDS: Final = ("tel", "fon", "fax", "phon", "mobil", "cell", "handy", "durchwahl")
_PHONE: Final = re.compile(
    r"(?<!\w)(?:\w{0,20}(?:telefon|telefax|phone|durchwahl)|tel|fon|fax|mobile?|cell|handy)(?:nummer|nr)?\.?"
    r"[\"']?\s{0,3}[:=]?\s{0,3}[\"']?(?P<number>[+(]{0,2}\d(?:[\d \t\u00a0()/–-]|\.(?=\d)){4,25}\d)",
    re.IGNORECASE,
)
# What every match of `_PHONE` ends with, up to its first digit, in lower case: cheap to look for, and mostly absent.
_PHONE_END: Final = re.compile(
    r"(?:tel|fon|fax|phone|durchwahl|mobile?|cell|handy)(?:nummer|nr)?\.?[\"']?\s{0,3}[:=]?\s{0,3}[\"']?[+(]{0,2}\d"
)
_TIME: Final = re.compile(
    r"(?:19|20)\d\d\s?[–/-]\s?(?:19|20)?\d\d|(?:19|20)\d\d(?:\s(?:19|20)\d\d)+|\d{4}-\d\d-\d\d|\d\d?\.\d\d?\.\d{4}"
)
_FEWEST_DIGITS: Final = 6
_PEOPLE_PAGES: Final = re.compile(r"/community/users/|/user/|/users/|orcid\.org/")
_SAID_OF_PEOPLE: Final = re.compile(
    r"(?P<before>\"[\w:-]{0,30}(?:author|maintainer|contact|person|creator|publisher|fn|name)[\w:-]{0,30}\"\s{0,3}:\s{0,3}\"|"
    r"<(?:\w{1,20}:)?(?:fn|name|individualName|creator|author|maintainer)\b[^<>]{0,200}>\s{0,20})"
    r"(?P<name>[^\"<>]{3,200})",
    re.IGNORECASE,
)
_NAME: Final = r"(?:(?:Herrn?|Frau|Hr\.|Fr\.|Mrs?\.?|Ms\.?|Prof\.|Dr\.|Dipl\.-\w{1,6}\.?)\s{1,2}){0,4}"
_WORD: Final = r"(?:[A-ZÄÖÜ][\w'’]{0,30}(?:-[A-ZÄÖÜ][\w'’]{0,30})?\.?|von|van|der|de|zu)"
# What introduces the name of a person in running text, and up to five words that may be one.
_INTRODUCED: Final = re.compile(
    r"(?P<before>\b(?i:Ansprech(?:partner|person)(?:[:*]?in|In)?(?:nen)?|Kontakt(?:person)?|Sachbearbeit(?:er|ung)(?:[:*]?in)?"
    r"|Bearbeiter(?:[:*]?in)?|Verfasser(?:[:*]?in)?|Autor(?:[:*]?in|en)?|Zuständig|Leit(?:er|ung)(?:[:*]?in)?"
    r"|Datenschutzbeauftragter?|bearbeitet von|erstellt von|verfasst von|gepflegt von|Rückfragen an|wenden Sie sich an"
    r"|Contact(?: person)?|Author|Maintainer|Responsible|Prepared by|Created by|Maintained by|Contact Point|Data (?:owner|steward))"
    r"\s{0,2}(?:ist|is)?\s{0,2}[:=–-]?\s{1,3}|\b(?=(?:Herrn?|Frau|Mrs?\.?|Ms\.?)\s+[A-ZÄÖÜ]))"
    rf"(?P<name>{_NAME}{_WORD}(?:,?[ \u00a0]{_WORD}){{0,4}})"
)
# Of which one stands in every match of `_INTRODUCED`, in lower case, and where the match then begins before it: cheap to
# look for, so that the dear pattern is only tried in those places.
_INTRODUCING: Final = (
    *(("ansprech", (0,)), ("onta", (1,)), ("bearbeit", (0, 4)), ("verfass", (0,)), ("autor", (0,))),
    *(("zuständig", (0,)), ("leit", (0,)), ("schutzbeauftragte", (5,)), ("t von", (7,))),
    *(("fragen an", (4,)), ("sich an", (11,)), ("author", (0,)), ("maintain", (0,)), ("responsible", (0,))),
    *(("ed by", (6, 5)), ("data owner", (0,)), ("data steward", (0,))),
)
_SALUTATIONS: Final = ("Herr", "Frau", "Mr", "Ms")  # in this case only
_VCARD: Final = PREFIXES["vcard"]
_FOAF: Final = PREFIXES["foaf"]
_SCHEMA: Final = PREFIXES["schema"]
_ALWAYS: Final = frozenset(
    _VCARD + name
    for name in (
        *("hasTelephone", "tel", "hasName", "given-name", "family-name", "hasGivenName", "hasFamilyName"),
        *("nickname", "bday", "hasPhoto", "telephone", "hasAddress", "hasNickname", "additional-name"),
        *("honorific-prefix", "value"),
    )
) | frozenset(
    [
        *(_FOAF + name for name in ("phone", "givenName", "familyName", "firstName", "lastName", "surname")),
        *(_SCHEMA + name for name in ("telephone", "givenName", "familyName", "faxNumber")),
    ]
)
_NAMES: Final = frozenset([_VCARD + "fn", _FOAF + "name", _SCHEMA + "name", PREFIXES["rdfs"] + "label"])
_PEOPLE: Final = frozenset({Agent, Kind})
_OF_PEOPLE: Final = {
    cls: tuple(item.name for item in properties(cls) if item.kind in ("Agent", "Kind"))
    for cls in CLASSES.values()
}
_NAMED: Final = {
    cls: tuple(
        item.kind in ("Agent", "Kind") or (cls in _PEOPLE and item.name in ("fn", "name"))
        for item in properties(cls)
    )
    for cls in CLASSES.values()
}
"""Whether a name stands in a property, for each property of a class."""
_SHORT: Final = 200  # characters; longer texts rarely come twice and would only fill the memory
"""The properties whose values are people or bodies; some portals write a bare name there."""


def drop_personal_data(record: Record) -> int:
    """Take personal data out of a record, in place; how many values were dropped or changed.

    Nodes about people are looked through value by value, all others only where something in any of their texts is
    suspect, which is looked for in all at once.
    """
    closely: list[Node] = []
    others: list[Node] = []
    texts: list[str] = []
    addresses: list[str] = []
    stack: list[Node] = [record.root, *record.others]
    while stack:
        node = stack.pop()
        if type(node) in _PEOPLE or node.rest or _names_bare(node):
            closely.append(node)
            stack += [value for value in values_of(node) if isinstance(value, Node)]
            continue
        others.append(node)
        if node.id is not None:
            addresses.append(node.id)
        for value in chain.from_iterable(all_values(node)):
            cls = type(value)
            if cls is IRI:
                addresses.append(value)
            elif cls is str:
                texts.append(value)
            elif cls is Literal:
                texts.append(value.text)
            elif cls is not BNode:
                stack.append(value)
    if _has_sign("\n".join(addresses)) or _suspect("\n".join(texts)):
        closely += others
    return sum(map(_node, closely))


def scrub(raw: bytes) -> bytes:
    """Text of unknown shape without personal mailboxes, telephone numbers, and names of people where a field of JSON or
    XML says that it holds one."""
    text = raw.decode("utf-8", "replace")
    named = _SAID_OF_PEOPLE.sub(lambda found: found["before"] if is_person(found["name"]) else found[0], text)
    unnumbered = _PHONE.sub(
        lambda found: found[0] if _is_kept(found) else found[0][: -len(found["number"])], named
    )
    return _clean(unnumbered).encode("utf-8", "replace")


def without_people(text: str) -> str:
    """A text of ours or of unknown shape (a note, an identifier, a line of a log) without personal mailboxes, telephone
    numbers and names that are introduced as somebody's."""
    return _clean(text) if _suspect(text) else text


def _names_bare(node: Node) -> bool:
    """Whether a name may stand where an agent or a contact should."""
    for name in _OF_PEOPLE[type(node)]:
        for value in getattr(node, name):
            if not isinstance(value, (Node, IRI)):
                return True
    return False


def _node(node: Node) -> int:
    cls = type(node)
    dropped = _identity(node)
    about_people = cls in _PEOPLE
    if isinstance(node, Kind):
        dropped += len(node.has_telephone)
        node.has_telephone = []
    given = all_values(node)
    for named, values in compress(zip(_NAMED[cls], given, strict=True), given):
        dropped += _filter(values, named, about_people)
    for key in list(node.rest):
        if key in _ALWAYS:
            dropped += len(node.rest.pop(key))
        else:
            dropped += _filter(node.rest[key], key in _NAMES, about_people)
    return dropped


def _identity(node: Node) -> int:
    """Addresses that are a person: a mailbox, a user's page."""
    if type(node.id) is not IRI or _address(node.id, type(node) in _PEOPLE):
        return 0
    node.id = None
    return 1


def _filter(values: Values, named: bool, about_people: bool) -> int:
    """Change a list of values in place; how many were dropped or changed."""
    kept, dropped = [], 0
    for value in values:
        cleaned = _value(value, named, about_people)
        dropped += cleaned is not value
        if cleaned is not None:
            kept.append(cleaned)
    if dropped:
        values[:] = kept
    return dropped


def _value(value: Any, named: bool, about_people: bool) -> Any:
    """The value without personal data, itself where it has none, None where nothing is left."""
    cls = type(value)
    if cls is IRI:
        return value if _address(value, about_people) else None
    if cls is not str and cls is not Literal:
        return value
    text = value.text if cls is Literal else value
    cleaned = _kept_of_short(text, named) if len(text) <= _SHORT else _kept(text, named)
    if cleaned == text:
        return value
    return value._replace(text=cleaned) if cleaned is not None and cls is Literal else cleaned


def _kept(text: str, named: bool) -> str | None:
    """What may stay of a text; None where nothing is left. `named`: it stands where a name does."""
    if named and is_person(text):
        return None
    cleaned = _clean(text) if _suspect(text) else text
    if cleaned == text:
        return text
    return cleaned if cleaned.strip() and not (named and is_person(cleaned)) else None


_kept_of_short = lru_cache(maxsize=4_096)(_kept)


def _address(iri: str, about_people: bool) -> bool:
    """Whether an address may stay: not a telephone, not a personal mailbox, not one in a query, no person's page.

    What stands before the host (`ftp://anonymous@…`) is no mailbox.
    """
    return _address_of_people(iri) if about_people else _is_impersonal(iri)


@lru_cache(maxsize=4_096)
def _address_of_people(iri: str) -> bool:
    return _PEOPLE_PAGES.search(iri) is None and _is_impersonal(iri)


def _is_impersonal(iri: str) -> bool:
    if iri.startswith("tel:"):
        return False
    if "@" not in iri and "%40" not in iri:  # as nearly all, each of which comes once: nothing to remember
        return True
    _, scheme, rest = iri.partition("://")
    part = rest.partition("/")[2] if scheme else iri
    return all(_official(mailbox) for mailbox in _MAIL.findall(part))


def _suspect(text: str) -> bool:
    """Whether a text may hold a mailbox or a telephone number; cheap, since nearly all do not."""
    if _has_sign(text):
        return True
    lower = text.lower()
    for word in _PHONE_WORDS:
        if word in lower:
            if _PHONE_END.search(lower) is not None and _PHONE.search(text) is not None:
                return True
            break
    return _introduces(text, lower)


def _introduces(text: str, lower: str) -> bool:
    """Whether somebody is introduced by name in a text."""
    if len(lower) != len(text):  # a letter that is two in lower case: what stands where is not the same
        return _INTRODUCED.search(text) is not None
    if any(word in text and _is_introduced(text, text, word, (0,)) for word in _SALUTATIONS):
        return True
    for word, places in _INTRODUCING:  # noqa: SIM110 - a loop is cheaper than `any`, and nearly all texts go through
        if word in lower and _is_introduced(text, lower, word, places):
            return True
    return False


def _is_introduced(text: str, searched: str, word: str, places: tuple[int, ...]) -> bool:
    """Whether `_INTRODUCED` matches where it would have one of these words in this place."""
    at = searched.find(word)
    while at >= 0:
        for before in places:
            if before <= at and _INTRODUCED.match(text, at - before) is not None:
                return True
        at = searched.find(word, at + 1)
    return False


def _has_sign(text: str) -> bool:
    return "@" in text or "(at)" in text or "[at]" in text or "%40" in text or "tel:" in text


def _clean(text: str) -> str:
    """Without personal mailboxes and telephone numbers; once more where that has joined what stood around them."""
    if text.startswith("tel:"):
        return ""
    for _ in range(5):
        cleaned = _PHONE.sub(_without_number, _MAIL.sub(_without_mailbox, text))
        cleaned = _INTRODUCED.sub(_without_name, cleaned)
        if cleaned == text:
            break
        text = cleaned
    return text


def _without_mailbox(found: re.Match[str]) -> str:
    return found[0] if _official(found[1]) else ""


def _without_number(found: re.Match[str]) -> str:
    return found[0] if _is_kept(found) else ""


def _without_name(found: re.Match[str]) -> str:
    """What introduces a name stays, and so do the words behind it."""
    words = found["name"].split()
    count = name_length(words)
    if not count:
        return found[0]
    behind = "" if words[count - 1].endswith((".", ",")) and len(words[count - 1]) > 3 else " "
    return (found["before"] + behind + " ".join(words[count:])).rstrip() if words[count:] else found["before"]


def _is_kept(found: re.Match[str]) -> bool:
    """Whether what stands behind `Tel.` and the like is too short for a number, or years or a day."""
    number = found["number"]
    return sum(map(str.isdigit, number)) < _FEWEST_DIGITS or _TIME.fullmatch(number.strip()) is not None


def _official(mailbox: str) -> bool:
    return is_function_mailbox(re.sub(r"\(at\)|\[at\]|%40", "@", mailbox))

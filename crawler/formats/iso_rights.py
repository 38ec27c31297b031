"""Constraints of ISO metadata: who may see a resource, what one may do with it, whom to name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial

import orjson

from catalog.cleaning.licences import read_licence
from catalog.record.node import Values
from catalog.record.table import RightsStatement
from crawler.formats.rules import labelled
from crawler.formats.values import Cleaner, coded, each_once
from crawler.formats.xml_branch import Branch, Locales

_ATTRIBUTION = re.compile(r"^\s*(?:quellenvermerk|source\s+note)\s*:\s*(.+)", re.IGNORECASE | re.DOTALL)
_ACCESS = (
    (re.compile(r"/LimitationsOnPublicAccess/noLimitations", re.IGNORECASE), "PUBLIC"),
    (re.compile(r"/LimitationsOnPublicAccess/INSPIRE_Directive_Article13", re.IGNORECASE), "RESTRICTED"),
)
"""INSPIRE's reasons for limiting access → EU access rights."""
ACCESS_CODES = {
    "unrestricted": "PUBLIC",
    "unclassified": "PUBLIC",
    **dict.fromkeys(("restricted", "limitedDistribution", "sensitiveButUnclassified"), "RESTRICTED"),
    **dict.fromkeys(("private", "confidential", "in-confidence", "secret", "topSecret"), "NON_PUBLIC"),
}
"""Codes of MD_RestrictionCode and MD_ClassificationCode that say who may see a resource; `copyright`, `license`,
`otherRestrictions` and their kind only say that a text follows."""


@dataclass(slots=True)
class Rights:
    """What the constraints say: `license` and `rights` hold for each distribution, `access` for the dataset."""

    license: Values = field(default_factory=list)
    rights: Values = field(default_factory=list)
    access: Values = field(default_factory=list)
    attribution: Values = field(default_factory=list)


@dataclass(slots=True)
class _Statement:
    """One constraint in words: its languages, and the address behind it."""

    words: Values
    href: str

    @property
    def texts(self) -> list[str]:
        said = [value if isinstance(value, str) else str(value.text) for value in self.words]
        return [text for text in (self.href, *said) if text]


def read_rights(blocks: list[Branch], clean: Cleaner, tags: Locales) -> Rights:
    """The constraints of all blocks. A text says who has access where only access constraints stand beside it (INSPIRE
    technical guidance 2.0, 2.4.6 and 2.4.7), unless it names a licence."""
    rights = Rights()
    use: list[_Statement] = []
    for block in blocks:
        codes, uses = block.texts("accessConstraints", "classification"), block.texts("useConstraints")
        about_access = bool(codes) and not uses
        rights.access += [coded("access-right", ACCESS_CODES[code]) for code in codes if code in ACCESS_CODES]
        for statement in _statements(block, clean, tags):
            if about_access and not _names_licence(statement):
                rights.access += _access(statement, clean)
            else:
                use.append(statement)
    _settle(rights, use, clean)
    rights.access = each_once(rights.access)
    return rights


def _statements(block: Branch, clean: Cleaner, tags: Locales) -> list[_Statement]:
    """Texts of a block, and the licence that it cites (ISO 19115-1: reference)."""
    parts = block.all("otherConstraints", "useLimitation", "reference/*/title", "reference/*/alternateTitle")
    found = [_Statement(_words(part, clean, tags), part.link()) for part in parts]
    links = block.texts("reference/*/onlineResource/*/linkage")
    block.drop("reference")
    found += [_Statement([], link) for link in links]
    return [statement for statement in found if statement.texts]


def _words(part: Branch, clean: Cleaner, tags: Locales) -> Values:
    """JSON stays as it is: it is no prose."""
    text = part.said()
    if text.startswith("{"):
        return [text]
    code = [inner for child in part.parts if (inner := child.attributes.get("codeListValue"))]
    return list(code) if code else part.prose(clean, tags)


def _names_licence(statement: _Statement) -> bool:
    known = [found for text in statement.texts if (found := read_licence(text))]
    return any(found.de_uri or found.eu_uri or found.url for found in known)


def _access(statement: _Statement, clean: Cleaner) -> Values:
    for pattern, code in _ACCESS:
        if any(pattern.search(text) for text in statement.texts):
            return [coded("access-right", code)]
    if statement.href:
        return [labelled(RightsStatement, clean, statement.href)]
    return [labelled(RightsStatement, clean, statement.texts[0])]


def _settle(rights: Rights, use: list[_Statement], clean: Cleaner) -> None:
    """The licence is the first that is known: by JSON (GDI-DE's form), by address, then in words. All words are kept as
    a rights statement; where none names a licence, that is a finding."""
    for statement in use:
        _credit(rights, statement)
    candidates = sorted((text for one in use for text in one.texts), key=_candidate_rank)
    known = next((text for text in candidates if _names_licence(_Statement([text], ""))), "")
    if known:
        rights.license = clean.license([known])
    elif candidates:
        clean.faults["licence-unknown"] += 1
    state = partial(labelled, RightsStatement, clean)
    texts = [one.href or one.texts[0] for one in use if not _is_json(one) and not _credited(one)]
    words = [word for one in use if one.href and not _is_json(one) for word in one.words]
    said = [*texts, *(word if isinstance(word, str) else word.text for word in words)]
    rights.rights = [state(text) for text in dict.fromkeys(said) if text != known]


def _candidate_rank(text: str) -> int:
    return 0 if text.startswith("{") else 1 if text.startswith(("http:", "https:")) else 2


def _is_json(statement: _Statement) -> bool:
    return any(text.startswith("{") for text in statement.texts)


def _credited(statement: _Statement) -> bool:
    return any(_ATTRIBUTION.match(text) for text in statement.texts)


def _credit(rights: Rights, statement: _Statement) -> None:
    """Whom to name: `quelle` of GDI-DE's JSON, or a text that begins with `Quellenvermerk:`."""
    for text in statement.texts:
        found = _source_of(text) if text.startswith("{") else _ATTRIBUTION.match(text)
        credit = found if isinstance(found, str) else found[1].strip() if found else ""
        if credit and credit not in rights.attribution:
            rights.attribution.append(credit)


def _source_of(text: str) -> str:
    try:
        said = orjson.loads(text)
    except orjson.JSONDecodeError:
        return ""
    found = said.get("quelle") if isinstance(said, dict) else ""
    return found.strip() if isinstance(found, str) else ""

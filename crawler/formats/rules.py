"""Rules: from one text under a key of the source to one value of a property."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from catalog.record.node import Node, Values
from catalog.record.terms import IRI, XSD_DECIMAL, XSD_DURATION, Literal, expand
from crawler.formats.fields import Fields
from crawler.formats.values import Cleaner, coded

LABEL = expand("rdfs:label")

Rule = Callable[[Cleaner, str], Any]
"""From one text of the source to one value of the record."""


def duration(clean: Cleaner, text: str) -> Literal:
    return Literal(text, "", XSD_DURATION)


def decimal(clean: Cleaner, text: str) -> Literal:
    return Literal(text, "", XSD_DECIMAL)


def concept(vocabulary: str) -> Rule:
    """A rule for values of one vocabulary."""
    return lambda clean, text: coded(vocabulary, text)


def verbatim(clean: Cleaner, text: str) -> str:
    return text


def labelled(cls: type[Node], clean: Cleaner, text: str) -> IRI | Node:
    """An IRI where the text is one, else a node with the text as its label: both are right for `dct:rights` and kin."""
    found = clean.reference(text)
    return found if isinstance(found, IRI) else cls(rest={LABEL: [text]})


def apply(rules: dict[str, tuple[str, Rule]], fields: Fields, node: Node) -> None:
    """Every key that has a rule, into its property."""
    clean = fields.cleaner
    for key in sorted(fields.keys() & rules.keys()):
        name, rule = rules[key]
        values: Values = getattr(node, name)
        for text in fields.strings(key):
            value = rule(clean, text)
            if value not in values:
                values.append(value)


def first_date(fields: Fields, *keys: str) -> Values:
    """The first of these dates; DKAN's `Date changed` without a date says nothing."""
    text = fields.text(*keys)
    return [fields.cleaner.date(text)] if text and text != "Date changed" else []

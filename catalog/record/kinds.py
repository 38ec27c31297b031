"""The kinds of finding that the property table implies: slug, severity in each profile, and the fix in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from catalog.record.faults import FAULTS
from catalog.record.node import Node, Obligation, Property, properties
from catalog.record.table import ANY_OF, CLASSES, DEPRECATED_TERMS
from catalog.record.terms import shorten

PROFILES = ("dcat-ap", "dcat-ap-de", "hvd")
TYPED = {"temporal", "decimal", "duration", "integer", "hex"}
_RANK = {"error": 3, "warning": 2, "info": 1, "": 0}
_BY_LEVEL = {"M": "error", "R": "warning"}
_BY_STRENGTH = {"MUST": "error", "SHOULD": "warning"}


@dataclass(frozen=True, slots=True)
class FindingKind:
    """One kind of finding. `severity` maps each profile to `error`, `warning`, `info` or `` (no concern there);
    `cls` and `name` are those of the property table, empty for faults met while reading."""

    slug: str
    cls: str
    name: str
    problem: str
    severity: Mapping[str, str]
    what_de: str
    what_en: str
    fix_de: str
    fix_en: str

    @property
    def worst(self) -> str:
        """The severity that counts in lists: that of DCAT-AP.de or DCAT-AP, whichever is graver; that of HVD for what only
        high-value datasets are asked."""
        graver = max(self.severity["dcat-ap"], self.severity["dcat-ap-de"], key=_RANK.__getitem__)
        return graver or self.severity["hvd"]


def kebab(name: str) -> str:
    """`DataService` or `access_url` -> `data-service`, `access-url`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).replace("_", "-").lower()


def slug(cls: type[Node], name: str, problem: str) -> str:
    """`distribution-access-url-missing`."""
    return f"{kebab(cls.__name__)}-{kebab(name)}-{problem}"


# fmt: off
_WORDS: dict[str, tuple[str, str, str, str]] = {
    "missing": ("{label_de} fehlt ({cls_de})", "{label_en} is missing ({cls_en})", "{term} ergänzen.", "Add {term}."),
    "too-many": ("{label_de} mehrfach angegeben ({cls_de})", "{label_en} given more than once ({cls_en})", "Nur einen Wert für {term} angeben.", "Give one value for {term} only."),
    "wrong-kind": ("{label_de}: falsche Art von Wert ({cls_de})", "{label_en}: wrong kind of value ({cls_en})", "Für {term} {kind_de} angeben.", "Give {kind_en} for {term}."),
    "ill-typed": ("{label_de}: kein gültiger Wert ({cls_de})", "{label_en}: not a valid value ({cls_en})", "{term} als {kind_de} schreiben.", "Write {term} as {kind_en}."),
    "off-vocabulary": ("{label_de}: nicht aus dem Vokabular ({cls_de})", "{label_en}: not in the vocabulary ({cls_en})", "Für {term} einen Eintrag der Liste {vocabulary} verwenden.", "Use an entry of the list {vocabulary} for {term}."),
    "none-in-vocabulary": ("{label_de}: kein Wert aus dem Vokabular ({cls_de})", "{label_en}: no value from the vocabulary ({cls_en})", "Für {term} mindestens einen Eintrag der Liste {vocabulary} verwenden.", "Use at least one entry of the list {vocabulary} for {term}."),
    "deprecated": ("{label_de}: überholte Eigenschaft ({cls_de})", "{label_en}: deprecated property ({cls_en})", "Statt {term} {instead} verwenden.", "Use {instead} instead of {term}."),
    "deprecated-term": ("{label_de}: überholter Eintrag ({cls_de})", "{label_en}: deprecated entry ({cls_en})", "Einen Eintrag der Liste {vocabulary} verwenden.", "Use an entry of the list {vocabulary}."),
    "none-of": ("Keine der Angaben {label_de} ({cls_de})", "None of {label_en} ({cls_en})", "Mindestens eine davon angeben: {term}.", "Give at least one of {term}."),
}
_KIND_WORDS = {
    "text": ("einen Text", "a text"), "literal": ("einen Text", "a text"), "iri": ("eine Adresse (IRI)", "an address (IRI)"),
    "temporal": ("xsd:date oder xsd:dateTime", "xsd:date or xsd:dateTime"), "decimal": ("xsd:decimal", "xsd:decimal"),
    "duration": ("xsd:duration", "xsd:duration"), "integer": ("xsd:nonNegativeInteger", "xsd:nonNegativeInteger"), "hex": ("xsd:hexBinary", "xsd:hexBinary"),
}
# fmt: on


def _of_property(cls: type[Node], item: Property) -> Iterator[FindingKind]:
    spans = (item.ap, item.de, item.hvd)
    yield from _if_any(cls, item, "missing", [_BY_LEVEL.get(span.level, "") for span in spans])
    yield from _if_any(cls, item, "too-many", ["error" if _bounded(span) else "" for span in spans])
    used = [_of_kind(item, span) for span in spans]
    yield from _if_any(cls, item, "wrong-kind", used)
    if item.kind in TYPED:
        yield from _if_any(cls, item, "ill-typed", used)
    if item.vocabulary:
        strengths = (*item.strength, item.strength[0])
        yield from _if_any(cls, item, "off-vocabulary", [_BY_STRENGTH.get(text, "") for text in strengths])
        some = ["warning" if text == "SOME" else "" for text in strengths]
        yield from _if_any(cls, item, "none-in-vocabulary", some)
    if item.deprecated:
        yield from _if_any(cls, item, "deprecated", ["", "warning", ""])
    if (cls, item.name) in DEPRECATED_TERMS:
        yield from _if_any(cls, item, "deprecated-term", ["warning", "warning", ""])


def _of_kind(item: Property, span: Obligation) -> str:
    """What is deprecated only warns, whatever its value."""
    return "" if not span.level else "warning" if item.deprecated else "error"


def _bounded(span: Obligation) -> bool:
    return bool(span.level) and span.maximum is not None


def _if_any(cls: type[Node], item: Property, problem: str, severities: list[str]) -> Iterator[FindingKind]:
    if not any(severities):
        return
    kind_de, kind_en = _KIND_WORDS.get(item.kind, ("eine Ressource", "a resource"))
    words = {
        "label_de": item.label_de[:1].upper() + item.label_de[1:],
        "label_en": item.label_en[:1].upper() + item.label_en[1:],
        "term": shorten(item.term),
        "kind_de": kind_de,
        "kind_en": kind_en,
        "vocabulary": item.vocabulary,
        "instead": item.instead,
    }
    yield _kind(cls, item.name, problem, severities, words)


def _kind(
    cls: type[Node], name: str, problem: str, severities: list[str], words: dict[str, str]
) -> FindingKind:
    cls_de, cls_en = cls.label
    texts = [text.format(cls_de=cls_de, cls_en=cls_en, **words) for text in _WORDS[problem]]
    severity = dict(zip(PROFILES, severities, strict=True))
    return FindingKind(slug(cls, name, problem), cls.__name__, name, problem, severity, *texts)


def _of_group(cls: type[Node], name: str, members: tuple[str, ...], levels: tuple[str, ...]) -> FindingKind:
    table = {item.name: item for item in properties(cls)}
    words = {
        "label_de": ", ".join(table[member].label_de for member in members),
        "label_en": ", ".join(table[member].label_en for member in members),
        "term": ", ".join(shorten(table[member].term) for member in members),
    }
    return _kind(cls, name, "none-of", [_BY_LEVEL.get(level, "") for level in levels], words)


def _all() -> Iterator[FindingKind]:
    for cls in CLASSES.values():
        for item in properties(cls):
            yield from _of_property(cls, item)
        for name, members, *levels in ANY_OF.get(cls, ()):
            yield _of_group(cls, name, members, tuple(levels))
    for name, fault in FAULTS.items():
        severity = dict.fromkeys(PROFILES, fault.severity)
        yield FindingKind(name, "", "", name, severity, *fault[1:])


KINDS: dict[str, FindingKind] = {kind.slug: kind for kind in _all()}
"""Every kind of finding by its slug."""

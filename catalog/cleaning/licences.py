"""Licences: from ids, addresses, titles and prose to one known licence, and whether it is open."""

import re
from functools import cache, lru_cache
from typing import Final, NamedTuple

import orjson

from catalog.vocabulary import Concept, fold, read_table, vocabulary


class Licence(NamedTuple):
    """A known licence. `open` is yes, no or unknown by the Open Definition; `by_declaration`: the
    portal calls it open, but there is no licence text behind it (CKAN's `other-open`). URIs may be ""."""

    code: str
    eu_uri: str
    de_uri: str
    url: str
    open: str
    attribution: bool
    share_alike: bool
    by_declaration: bool


_LONGEST: Final = 20_000
_LONGEST_NAME: Final = 400


def _key(text: str) -> str:
    """Folded, http for https, without `www.`, closing slash, quotation marks and full stop."""
    key = fold(text).strip("\"'.,;„“”’‘ ").rstrip("/ ")
    key = re.sub(r"^(?:https?://(?:www\.)?|www\.)", "http://", key)
    return key.replace("–", "-").replace("—", "-")


@cache
def _registry() -> dict[str, Licence]:
    """Code → licence."""
    return {
        row["code"]: Licence(
            row["code"],
            row["eu_uri"],
            row["de_uri"],
            row["url"],
            row["open"],
            row["attribution"] == "yes",
            row["share_alike"] == "yes",
            row["by_declaration"] == "yes",
        )
        for row in read_table("licence-registry")
    }


def _european(concept: Concept) -> Licence:
    """A licence of the EU list that the registry does not describe; its code tells the conditions."""
    creative = concept.code.startswith("CC_BY")
    return Licence(
        concept.code.lower().replace("_", "-"),
        concept.uri,
        "",
        concept.extra["url"],
        concept.extra["open"],
        creative,
        creative and "SA" in concept.code.split("_")[1],
        False,
    )


@cache
def _names() -> dict[str, Licence]:
    """Key of an id, URI, address or title → licence; curated aliases win over what lists say."""
    registry = _registry()
    names: dict[str, Licence] = {
        _key(row["alias"]): registry[row["code"]] for row in read_table("licence-aliases")
    }
    for known in registry.values():
        for name in (known.code, known.eu_uri, known.de_uri):
            if name:
                names.setdefault(_key(name), known)
    described = {known.eu_uri: known for known in registry.values() if known.eu_uri}
    for concept in vocabulary("licence"):
        known = described.get(concept.uri) or _european(concept)
        for name in (concept.uri, concept.code, known.code, concept.extra["url"], concept.label_en):
            if name:
                names.setdefault(_key(name), known)
    return names


_DEED: Final = re.compile(r"(?:/(?:deed|legalcode)(?:[./][a-z_-]{2,7})?)?(?:[?#].*)?$")
_CC: Final = re.compile(
    r"\bcc[\s_-]*by((?:[\s_-]*(?:nc|nd|sa))*)(?![a-z]|-(?!li[cz]en)[a-z])(?:[\s_/-]*v?(\d\.\d))?(?:[\s_/-]+(de|at|nl))?(?![a-z0-9])"
)
_CC_URL: Final = re.compile(
    r"http://creativecommons\.org/licenses/(by(?:-nc)?(?:-(?:nd|sa))?)/(\d\.\d)(?:/([a-z]{2}))?(?:/|$)"
)
_CC_ORDER: Final = ("nc", "nd", "sa")


def _creative_commons(kinds: str, version: str, country: str) -> Licence | None:
    """`by-nc-sa`, `3.0`, `de` → the licence, else the one of the same kind without the country."""
    wanted = [kind for kind in _CC_ORDER if kind in re.findall("nc|nd|sa", kinds)]
    parts = ["cc-by", *wanted, version, country]
    code = "-".join(part for part in parts if part)
    if known := _registry().get(code) or _names().get(code):
        return known
    if country:
        return _creative_commons(kinds, version, "")
    eu_code = "_".join(
        part for part in ("CC", "BY" + "".join(wanted).upper(), version.replace(".", "_")) if part
    )
    return _names().get(_key(eu_code))


def _by_name(text: str) -> Licence | None:
    """A whole text that is an id, an address or a title."""
    key = _key(text)
    names = _names()
    if known := names.get(key):
        return known
    if key.startswith("http://"):
        short = _DEED.sub("", key).rstrip("/")
        if known := names.get(short):
            return known
        found = _CC_URL.match(short)
        return _creative_commons(found[1], found[2], found[3] or "") if found else None
    found = _CC.fullmatch(key)
    return _creative_commons(found[1], found[2] or "", found[3] or "") if found else None


_URL: Final = re.compile(r"https?://[^\s<>\"'{}|\\^`,;]+[^\s<>\"'{}|\\^`,;.:!?)\]]", re.IGNORECASE)
# Ids that are no words of a language: a hyphen, slash or digit inside, or a well-known short name.
_TOKEN: Final = re.compile(
    r"(?<![\w./-])[a-z0-9]+(?:[-/._][a-z0-9]+)+(?![\w/-])|(?<![\w./-])(?:odbl|pddl|cc0|geonutzv|eupl)(?![\w/-])"
)
_DL_DE: Final = re.compile(
    r"datenlizenz\s+deutschland[\s,:\"-]*(namensnennung|zero)([\s,:-]*nicht[\s-]*kommerziell)?"
    r"[\s,:\"-]*(?:version\s*)?(\d)[.,-]?(\d)?"
)
_NOT_IDS: Final = frozenset({"open-data", "n/a", "k.a", "not-specified"})


def _by_datenlizenz(key: str) -> list[Licence]:
    found = []
    for kind, restricted, major, minor in _DL_DE.findall(key):
        code = (
            f"dl-de-{'zero' if kind == 'zero' else 'by'}{'-nc' if restricted else ''}-{major}.{minor or '0'}"
        )
        found.append(_registry().get(code))
    return [licence for licence in found if licence]


def _in_prose(text: str) -> Licence | None:
    """The one licence whose id, address or full title stands in a text; None if there are several."""
    found = [_by_name(url) for url in _URL.findall(text)[:50]]
    key = _key(_URL.sub(" ", text))
    found += _by_datenlizenz(key)
    for kinds, version, country in _CC.findall(key):
        found.append(_creative_commons(kinds, version, country))
    found += [_names().get(token) for token in _TOKEN.findall(_CC.sub(" ", key)) if token not in _NOT_IDS]
    codes = {licence.code: licence for licence in found if licence}
    return _the_only(codes)


def _the_only(codes: dict[str, Licence]) -> Licence | None:
    """One licence; of a kind named with and without its version, the one with the version."""
    if len(codes) > 1:
        codes = {
            code: licence
            for code, licence in codes.items()
            if not any(other != code and re.fullmatch(re.escape(code) + r"-\d.*", other) for other in codes)
        }
    return next(iter(codes.values())) if len(codes) == 1 else None


def _from_json(text: str) -> Licence | None:
    """GDI-DE writes `{"id": …, "name": …, "url": …, "quelle": …}` into ISO 19115 constraints."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(value, dict):
        return None
    stated = [value.get(name) for name in ("id", "url", "name")]
    return next(filter(None, (_by_name(one) for one in stated if isinstance(one, str))), None)


@lru_cache(maxsize=16_384)
def read_licence(text: str) -> Licence | None:
    """The licence that `text` names, else None.

    Reads ids (`cc-by`, `dl-de-by-2.0`), URIs of the EU and of DCAT-AP.de, the licences' own addresses
    (http or https, with `/deed.de`), titles, the JSON of GDI-DE, and prose or HTML in which the id,
    address or versioned title of exactly one licence stands.
    """
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return None
    if text.startswith("{"):
        return _from_json(text)
    known = _by_name(text) if len(text) <= _LONGEST_NAME else None
    return known or _in_prose(text)

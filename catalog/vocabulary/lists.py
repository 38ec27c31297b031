"""The controlled vocabularies: which concepts a list has, and what each is called."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Final

from catalog.vocabulary.tables import read_table

_EU: Final = "http://publications.europa.eu/resource/authority/"
_DE: Final = "http://dcat-ap.de/def/"

SCHEMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "access-right": _EU + "access-right/",
        "adms-status": "http://purl.org/adms/status/",
        "checksum-algorithm": "http://spdx.org/rdf/terms#checksumAlgorithm_",
        "contributor": _DE + "contributors/",
        "data-theme": _EU + "data-theme/",
        "dataset-type": _EU + "dataset-type/",
        "dcatde-licence": _DE + "licenses/",
        "distribution-status": _EU + "distribution-status/",
        "file-type": _EU + "file-type/",
        "frequency": _EU + "frequency/",
        "geocoding-level": _DE + "politicalGeocoding/Level/",
        "hvd-category": "http://data.europa.eu/bna/",
        "language": _EU + "language/",
        "licence": _EU + "licence/",
        "licence-type": "http://purl.org/adms/licencetype/",
        "media-type": "https://www.iana.org/assignments/media-types/",
        "planned-availability": _EU + "planned-availability/",
        "publisher-type": "http://purl.org/adms/publishertype/",
    }
)
"""Name of a vocabulary → the URI prefix in which its concepts live."""

NAMES: Final = tuple(SCHEMES)

# DCAT-AP.de 3.0 accepts IANA's addresses with http and https (pattern ^https?://www.iana.org/…).
_BOTH_PROTOCOLS: Final = frozenset({"media-type"})
_OWN_COLUMNS: Final = frozenset({"code", "uri", "label_de", "label_en"})


@dataclass(frozen=True, slots=True)
class Concept:
    """One entry of a list; `extra` holds the list's own columns (for example `interval`)."""

    code: str
    uri: str
    label_de: str = ""
    label_en: str = ""
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)


def same_uri(uri: str) -> str:
    """`uri` without what writers of it differ in: https for http, a closing slash, blanks around it."""
    uri = uri.strip().rstrip("/")
    return "http://" + uri[8:] if uri.startswith("https://") else uri


class Vocabulary:
    """One controlled list. `in` is exact and fast; `by_uri` forgives http/https and a closing slash."""

    __slots__ = ("_by_code", "_by_uri", "_concepts", "name", "scheme", "uris")

    def __init__(self, name: str, scheme: str, concepts: Iterable[Concept]) -> None:
        self.name = name
        self.scheme = scheme
        self._concepts = tuple(concepts)
        self._by_code = {concept.code: concept for concept in self._concepts}
        self._by_uri = {same_uri(concept.uri): concept for concept in self._concepts}
        uris = {concept.uri for concept in self._concepts}
        if name in _BOTH_PROTOCOLS:
            uris |= {same_uri(uri) for uri in uris}
        self.uris: frozenset[str] = frozenset(uris)

    def __contains__(self, uri: object) -> bool:
        return uri in self.uris

    def __iter__(self) -> Iterator[Concept]:
        return iter(self._concepts)

    def __len__(self) -> int:
        return len(self._concepts)

    def __repr__(self) -> str:
        return f"<Vocabulary {self.name}: {len(self)} concepts>"

    def by_uri(self, uri: str) -> Concept | None:
        """The concept with this URI; http and https are the same, a closing slash is ignored."""
        return self._by_uri.get(same_uri(uri))

    def by_code(self, code: str) -> Concept | None:
        """The concept with exactly this code, for example `ENVI` or `CC_BY_4_0`."""
        return self._by_code.get(code)

    def label(self, uri: str, lang: str = "de") -> str:
        """The label in `lang` (`de` or `en`), else in the other language, else the code; "" if unknown."""
        concept = self.by_uri(uri)
        if concept is None:
            return ""
        labels = (
            (concept.label_en, concept.label_de) if lang == "en" else (concept.label_de, concept.label_en)
        )
        return labels[0] or labels[1] or concept.code


def _concept(row: Mapping[str, str]) -> Concept:
    extra = {name: value for name, value in row.items() if name not in _OWN_COLUMNS}
    return Concept(row["code"], row["uri"], row["label_de"], row["label_en"], MappingProxyType(extra))


@cache
def vocabulary(name: str) -> Vocabulary:
    """The list called `name` (see `NAMES`), loaded at its first use.

    Raises KeyError, naming the known lists, for any other name.
    """
    if name not in SCHEMES:
        raise KeyError(f"no vocabulary {name!r}; known: {', '.join(NAMES)}")
    return Vocabulary(name, SCHEMES[name], map(_concept, read_table(name)))

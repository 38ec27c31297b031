"""The prefixes of the standards and the values that RDF knows, as cheap Python objects.

A plain `str` is a literal without language (xsd:string); `IRI` and `BNode` are strings of their own type; `Literal`
carries a language or a datatype. No reading, no writing, no rules.
"""

from typing import NamedTuple

PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "dcatap": "http://data.europa.eu/r5r/",
    "dcatde": "http://dcat-ap.de/def/dcatde/",
    "geodcatap": "http://data.europa.eu/930/",
    "adms": "http://www.w3.org/ns/adms#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "locn": "http://www.w3.org/ns/locn#",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "http://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "time": "http://www.w3.org/2006/time#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "eli": "http://data.europa.eu/eli/ontology#",
    "dqv": "http://www.w3.org/ns/dqv#",
    "sh": "http://www.w3.org/ns/shacl#",
}


class IRI(str):
    """A named node, absolute."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"IRI({str.__repr__(self)})"


class BNode(str):
    """A reference to a blank node by its label within one file or record, written `_:label`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"BNode({str.__repr__(self)})"


class Literal(NamedTuple):
    """A literal with a language tag (lower case) or a datatype other than xsd:string."""

    text: str
    lang: str = ""
    datatype: str = ""


Term = str | IRI | BNode | Literal
Triple = tuple[IRI | BNode, IRI, Term]


def expand(curie: str) -> IRI:
    """`dct:title` -> its IRI. Raises KeyError for an unknown prefix."""
    prefix, _, local = curie.partition(":")
    return IRI(PREFIXES[prefix] + local)


def shorten(iri: str) -> str:
    """The IRI as `prefix:local` where a prefix is known, else unchanged."""
    for prefix, base in PREFIXES.items():
        if iri.startswith(base):
            return f"{prefix}:{iri[len(base) :]}"
    return iri


RDF_TYPE = expand("rdf:type")
XSD = PREFIXES["xsd"]
XSD_STRING = XSD + "string"
XSD_DATE = XSD + "date"
XSD_DATETIME = XSD + "dateTime"
XSD_DURATION = XSD + "duration"
XSD_DECIMAL = XSD + "decimal"
XSD_NON_NEGATIVE = XSD + "nonNegativeInteger"
XSD_HEX = XSD + "hexBinary"
TEMPORAL = frozenset({XSD_DATE, XSD_DATETIME, XSD + "gYear", XSD + "gYearMonth"})

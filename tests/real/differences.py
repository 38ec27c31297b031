"""Why our findings and the official shapes differ where they do: each difference by name, when it holds, and its reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple


class Case(NamedTuple):
    """What only one side sees. `side` is `shacl` or `findings`; `notes` are those of `shacl_results` or `conformance`;
    `twice`: both agree on another problem of the same property of the same record."""

    profile: str
    side: str
    cls: str
    name: str
    problem: str
    notes: frozenset[str]
    twice: bool


class Difference(NamedTuple):
    """A named difference."""

    slug: str
    holds: Callable[[Case], bool]
    reason: str


def _shacl(case: Case, note: str) -> bool:
    return case.side == "shacl" and case.problem == "wrong-kind" and note in case.notes


def _ours(case: Case, cls: str, name: str, problem: str) -> bool:
    return case.side == "findings" and (case.cls, case.name, case.problem) == (cls, name, problem)


_IANA: Final = ("media_type", "compress_format", "package_format")
_NOT_IN_DE: Final = (
    "theme",
    "media_type",
    "rights",
    "page",
    "landing_page",
    "type",
    "status",
    "access_rights",
)

# fmt: off
DIFFERENCES: Final[tuple[Difference, ...]] = (
    Difference("same-fault-twice", lambda case: case.side == "shacl" and case.twice and case.problem in ("off-vocabulary", "no-such-value"),
        "One value, one fault: a text where an entry of a list belongs is of the wrong kind; the shapes say also that it is not in the list, and of a property that is missing also that it lacks a required value. Both sides report the record for this property."),
    Difference("resource-without-inference", lambda case: case.side == "shacl" and (case.cls, case.name) in (("CatalogueRecord", "primary_topic"), ("Relationship", "relation")),
        "A catalogue record's topic and the target of a relationship must be a `dcat:Resource`; that datasets and services are resources is known only with inference."),
    Difference("value-outside-the-file", lambda case: _shacl(case, "outside"),
        "The shapes of class ranges ask that a value declares its class. Of an address that the file does not describe (an entry of a code list, another catalogue's publisher) nobody can tell from the file. The official range file says of itself that it may or may not be part of validation; we do not hold against a record what others' files say."),
    Difference("value-of-a-subclass", lambda case: _shacl(case, "subclass"),
        "`vcard:Organization` is a `vcard:Kind`, `foaf:Organization` a `foaf:Agent` by their ontologies, which pyshacl does not know without inference. We do."),
    Difference("value-of-a-foreign-class", lambda case: _shacl(case, "foreign"),
        "The value declares only classes that DCAT-AP does not know (a polygon for a location, `dct:IMT` for a media type). We read it as what the property asks for."),
    Difference("value-is-the-record-itself", lambda case: _shacl(case, "itself"),
        "CKAN names the dataset's own address as landing page, and catalogues theirs as home page; the ranges ask for a `foaf:Document`. A page may well be its own address; DCAT-AP.de has switched this check off."),
    Difference("resource-of-several-classes", lambda case: case.side == "shacl" and "several" in case.notes,
        "A resource that declares several classes (dataset and dataset series; standard and concept) is judged by the shapes of all, by us as the one that its place asks for."),
    Difference("dates", lambda case: case.side == "findings" and ("temporal" in case.notes or "undeclared" in case.notes) and case.name in ("issued", "modified", "start_date", "end_date"),
        "DCAT-AP 3.0.1 names the check of five dates with `sh:shape`, which is not SHACL, and 3.0.0 asks only for a literal: `dct:issued \"gestern\"` passes. The specification asks for xsd:date, xsd:dateTime, xsd:gYear or xsd:gYearMonth; we check that."),
    Difference("undeclared-class", lambda case: case.side == "findings" and "undeclared" in case.notes,
        "Shapes look at resources that declare the class. We judge a resource by the property that refers to it: a contact that calls itself `vcard:Organization` alone is still a contact."),
    Difference("checksum-https", lambda case: case.side == "shacl" and (case.cls, case.name, case.problem) == ("Checksum", "algorithm", "off-vocabulary"),
        "The 3.0.1 shape wants algorithms to begin with `https://spdx.org/rdf/terms`; SPDX's own addresses begin with `http://`."),
    Difference("iana-entries", lambda case: case.side == "findings" and case.name in _IANA and case.problem == "off-vocabulary",
        "The shapes look only at the beginning of a media type's address, as IANA publishes no RDF; we look the entry up in IANA's list."),
    Difference("language-of-catalogue-records", lambda case: _ours(case, "CatalogueRecord", "language", "off-vocabulary"),
        "The specification asks for the EU's languages in catalogue records too; the 3.0.1 vocabulary shapes have no rule for them (DCAT-AP.de has)."),
    Difference("several-rights", lambda case: case.side == "shacl" and case.profile != "dcat-ap-de" and (case.name, case.problem) == ("rights", "too-many"),
        "DCAT-AP 3.0.1 allows any number of dct:rights on catalogues and distributions (its changelog says so); its shapes still allow one, as 3.0.0 did. DCAT-AP.de builds on 3.0.0, so there we report it too."),
    Difference("one-address-for-two", lambda case: case.side == "shacl" and "merged" in case.notes,
        "The portal gives two distributions the same address. In a graph they become one resource with the values of both; we keep them apart, as the portal lists them."),
    Difference("publisher-of-series", lambda case: _ours(case, "DatasetSeries", "publisher", "missing"),
        "DCAT-AP.de 3.0 makes the publisher of a series mandatory; its rule is written but attached to no class, so it never fires."),
    Difference("availability-namespace", lambda case: case.name == "availability" and case.profile == "dcat-ap-de",
        "The files of DCAT-AP.de 3.0 write the namespace `http://data.europa.eu/r5r#` for `…/r5r/`, so their rules about dcatap:availability never fire."),
    Difference("classes-not-asked-for", lambda case: case.side == "findings" and case.profile == "dcat-ap-de" and case.name in _NOT_IN_DE and case.problem == "wrong-kind",
        "DCAT-AP.de switches off class checks where it prescribes a list instead. We hold to DCAT-AP: a theme that describes itself as a concept scheme is none. The value is off the list as well, which both report."),
    Difference("geometry-as-text", lambda case: case.side == "shacl" and (case.cls, case.name, case.problem) == ("Location", "geometry", "wrong-kind"),
        "DCAT-AP 3.0.0 wants locn:geometry to be a resource; GeoDCAT-AP, the location vocabulary's own examples and all portals write WKT, GML or GeoJSON literals. We accept these."),
    Difference("blank-for-address", lambda case: case.side == "shacl" and case.problem == "wrong-kind" and "blank" in case.notes,
        "The shapes want an address for some values (the agent of an attribution in DCAT-AP.de, legislation in DCAT-AP) that may as well be described in place. We accept a description."),
    Difference("hvd-interface", lambda case: case.profile == "hvd" and case.side == "shacl" and (case.cls, case.problem) == ("Dataset", "none-of"),
        "A high-value dataset must have an interface: a distribution with an access service, or a service that says it serves the dataset. The second stands in another record, so a record alone cannot be judged."),
    Difference("hvd-usage", lambda case: case.profile == "hvd" and case.side == "findings" and case.problem == "none-of",
        "The specification of HVD asks for licence or rights, and for a contact with e-mail or page, in words; no shape checks it."),
)
# fmt: on
"""The first that holds explains a case."""

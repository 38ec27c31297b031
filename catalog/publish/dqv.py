"""The quality of datasets in the W3C's Data Quality Vocabulary, apart from the catalogue: consumers of DCAT need not read it.

Per dataset its points and those of each dimension of the MQA; metrics and dimensions bear the names of the EU's portal.
Source: W3C DQV (Note, 2016); data.europa.eu, metadata quality assessment.
"""

from collections.abc import Iterator
from typing import NamedTuple

from catalog.measure.metrics import DIMENSIONS, METRICS
from catalog.publish.lines import iri, literal
from catalog.publish.provenance import line
from catalog.record.terms import XSD, XSD_DATETIME

PV = "https://piveau.eu/ns/voc#"
"""The vocabulary in which data.europa.eu names metrics and dimensions."""


class Quality(NamedTuple):
    """A dataset's points; `passed` and `known` are bit sets over the metrics in their order."""

    id: int
    key: str
    iri: str
    points: int
    possible: int
    passed: int
    known: int


def metric_lines() -> Iterator[str]:
    """The metrics: the total and one for each dimension."""
    for name in ("scoring", *(f"{dimension}Scoring" for dimension in DIMENSIONS)):
        subject = iri(PV + name)
        yield line(subject, "rdf:type", iri("http://www.w3.org/ns/dqv#Metric"))
        yield line(subject, "dqv:expectedDataType", iri(f"{XSD}integer"))
        if name != "scoring":
            dimension = iri(PV + name.removesuffix("Scoring"))
            yield line(subject, "dqv:inDimension", dimension)
            yield line(dimension, "rdf:type", iri("http://www.w3.org/ns/dqv#Dimension"))


def quality_lines(base: str, row: Quality, measured: str) -> Iterator[str]:
    """The measurements of one dataset, computed at `measured` (UTC)."""
    page = f"{base}/dataset/{row.key}"
    dataset = iri(row.iri if row.iri.startswith(("http://", "https://")) else page)
    yield from _measurement(dataset, f"{page}#quality", "scoring", row.points, row.possible, measured)
    for dimension in DIMENSIONS:
        reached, possible = _points(row, dimension)
        name = f"{dimension}Scoring"
        yield from _measurement(dataset, f"{page}#quality-{dimension}", name, reached, possible, measured)


def _points(row: Quality, dimension: str) -> tuple[int, int]:
    """Points reached and possible in a dimension, of the metrics that are known."""
    here = [
        (1 << place, metric.points) for place, metric in enumerate(METRICS) if metric.dimension == dimension
    ]
    reached = sum(points for bit, points in here if row.passed & bit)
    return reached, sum(points for bit, points in here if row.known & bit)


def _measurement(
    dataset: str, address: str, metric: str, points: int, possible: int, measured: str
) -> Iterator[str]:
    subject = iri(address)
    yield line(dataset, "dqv:hasQualityMeasurement", subject)
    yield line(subject, "rdf:type", iri("http://www.w3.org/ns/dqv#QualityMeasurement"))
    yield line(subject, "dqv:computedOn", dataset)
    yield line(subject, "dqv:isMeasurementOf", iri(PV + metric))
    yield line(subject, "dqv:value", literal(str(points), datatype=f"{XSD}integer"))
    yield line(subject, "rdfs:comment", literal(f"{points} / {possible}"))
    if measured:
        yield line(subject, "prov:generatedAtTime", literal(measured, datatype=XSD_DATETIME))

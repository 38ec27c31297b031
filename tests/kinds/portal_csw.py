"""A catalogue that speaks CSW 2.0.2 by POST and GET, in two epochs; it caps its pages, and one of its records may be
broken."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from loopback import Answer, Routes, text

TOTAL = 25
CAP = 10
SPACES = (
    'xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:gmd="http://www.isotc211.org/2005/gmd"'
    ' xmlns:gco="http://www.isotc211.org/2005/gco" xmlns:srv="http://www.isotc211.org/2005/srv"'
)
CAPABILITIES = """<csw:Capabilities xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:ows="http://www.opengis.net/ows"
 xmlns:xlink="http://www.w3.org/1999/xlink" version="2.0.2"><ows:ServiceIdentification><ows:Title>Neuwald</ows:Title>
</ows:ServiceIdentification><ows:OperationsMetadata><ows:Operation name="GetRecords"><ows:DCP><ows:HTTP>
<ows:Get xlink:href="http://{host}/csw?"/><ows:Post xlink:href="http://{host}/csw/post"/></ows:HTTP></ows:DCP>
<ows:Parameter name="outputSchema"><ows:Value>http://www.isotc211.org/2005/gmd</ows:Value></ows:Parameter>
</ows:Operation></ows:OperationsMetadata></csw:Capabilities>"""
EXCEPTION = (
    '<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows"><ows:Exception><ows:ExceptionText>{}'
    "</ows:ExceptionText></ows:Exception></ows:ExceptionReport>"
)
Next = Callable[[int, int, int, int], str]
"""(position, delivered, total, asked for) -> the attribute `nextRecord`."""


def honest(start: int, delivered: int, total: int, rows: int) -> str:
    following = start + delivered
    return f' nextRecord="{following if following <= total else 0}"'


def metadata(number: int, epoch: int) -> str:
    """A dataset, or (every tenth) the service of the dataset before it."""
    title = f"Datensatz {number}" + (" (neu)" if epoch and number == 3 else "")
    service = number % 10 == 0
    name = "srv:SV_ServiceIdentification" if service else "gmd:MD_DataIdentification"
    couple = f'<srv:operatesOn uuidref="id-{number - 1:03d}"/>' if service else ""
    return (
        f"<gmd:MD_Metadata><gmd:fileIdentifier><gco:CharacterString>id-{number:03d}</gco:CharacterString>"
        f"</gmd:fileIdentifier><gmd:identificationInfo><{name}><gmd:citation><gmd:CI_Citation><gmd:title>"
        f"<gco:CharacterString>{title}</gco:CharacterString></gmd:title></gmd:CI_Citation></gmd:citation>{couple}"
        f"</{name}></gmd:identificationInfo></gmd:MD_Metadata>"
    )


def results(
    start: int, rows: int, epoch: int = 0, total: int = TOTAL, cap: int = CAP, following: Next = honest
) -> str:
    """One page of results; records begin at position 1."""
    numbers = range(start, min(total, start + min(rows, cap) - 1) + 1)
    records = "".join(metadata(number, epoch) for number in numbers)
    said = following(start, len(numbers), total, rows)
    return (
        f'<csw:GetRecordsResponse {SPACES}><csw:SearchResults numberOfRecordsMatched="{total}"'
        f' numberOfRecordsReturned="{min(rows, cap)}"{said}>{records}</csw:SearchResults></csw:GetRecordsResponse>'
    )


def portal(epoch: int, broken: bool) -> Routes:
    """Epoch 1: record 3 has another title, the last one is gone. Broken: record 13 breaks each page on which it stands, in
    epoch 0 by an exception with status 200, in epoch 1 with 500."""
    total, status = TOTAL - epoch, 500 if epoch else 200

    def page(start: int, rows: int) -> Answer:
        if broken and start <= 13 < start + min(rows, CAP):
            return text(EXCEPTION.format("java.lang.NullPointerException"), "text/xml", status)
        return text(results(start, rows, epoch, total), "text/xml")

    def by_get(query: dict[str, str], headers: Mapping[str, str], body: bytes) -> Answer:
        if query.get("request") == "GetCapabilities":
            return text(CAPABILITIES.format(host=headers["host"]), "text/xml")
        if query.get("request") == "GetRecords":
            return page(int(query["startPosition"]), int(query["maxRecords"]))
        return text("<p>Geoportal</p>")

    def by_post(query: dict[str, str], headers: Mapping[str, str], body: bytes) -> Answer:
        start, rows = (re.search(name + rb'="(\d+)"', body) for name in (b"startPosition", b"maxRecords"))
        assert start
        assert rows
        return page(int(start[1]), int(rows[1]))

    return {"/csw": by_get, "/csw/post": by_post}

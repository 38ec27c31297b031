"""A catalogue that speaks CSW 2.0.2 by POST and GET and caps its pages."""

import re
from collections.abc import Callable, Sequence

from fleet.holdings import Dataset
from fleet.message import Request, Response
from fleet.portal import FleetPortal
from fleet.portal_site import PortalSite
from fleet.products.iso import SPACES, metadata
from fleet.routes import Fails, Routes, sound, text

CAP = 10
CAPABILITIES = """<csw:Capabilities xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:ows="http://www.opengis.net/ows"
 xmlns:xlink="http://www.w3.org/1999/xlink" version="2.0.2"><ows:ServiceIdentification><ows:Title>{title}</ows:Title>
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
    """`nextRecord` as the standard has it: 0 at the end."""
    following = start + delivered
    return f' nextRecord="{following if following <= total else 0}"'


def results(
    records: Sequence[str], start: int, rows: int, *, cap: int = CAP, following: Next = honest
) -> str:
    """One page of results; positions count from 1."""
    total, shown = len(records), records[start - 1 : start - 1 + min(rows, cap)]
    said = following(start, len(shown), total, rows)
    return (
        f'<csw:GetRecordsResponse {SPACES}><csw:SearchResults numberOfRecordsMatched="{total}"'
        f' numberOfRecordsReturned="{min(rows, cap)}"{said}>{"".join(shown)}</csw:SearchResults></csw:GetRecordsResponse>'
    )


def catalogue(
    records: Sequence[str],
    fails: Fails = sound,
    *,
    status: int = 200,
    cap: int = CAP,
    title: str = "Neuwald",
) -> Routes:
    """The catalogue of these records (`gmd:MD_Metadata`); a page that fails is an exception with that `status`."""

    def page(start: int, rows: int) -> Response:
        if fails(records[start - 1 : start - 1 + min(rows, cap)]):
            return text(EXCEPTION.format("java.lang.NullPointerException"), "text/xml", status)
        return text(results(records, start, rows, cap=cap), "text/xml")

    def by_get(request: Request) -> Response:
        if request.query.get("request") == "GetCapabilities":
            host = request.headers.get("host", "")
            return text(CAPABILITIES.format(host=host, title=title), "text/xml")
        if request.query.get("request") == "GetRecords":
            return page(request.number("startPosition", 1), request.number("maxRecords", 10))
        return text("<p>Geoportal</p>")

    def by_post(request: Request) -> Response:
        asked = [re.search(name + rb'="(\d+)"', request.body) for name in (b"startPosition", b"maxRecords")]
        start, rows = (int(found[1]) if found else 1 for found in asked)
        return page(start, rows)

    return {"/csw": by_get, "/csw/post": by_post}


def routes(site: PortalSite) -> Routes:
    """The catalogue."""
    records = [metadata(dataset) for dataset in site.datasets]
    return catalogue(records, site.fails(records), cap=site.page, title=site.portal.title)


def identifier(dataset: Dataset, portal: FleetPortal) -> str:
    """The file identifier."""
    return dataset.id

"""An OAI-PMH repository with Dublin Core and tombstones."""

from collections.abc import Sequence
from dataclasses import dataclass

from fleet.holdings import Dataset, holdings
from fleet.message import Request, Response
from fleet.portal import FleetPortal
from fleet.portal_site import PortalSite
from fleet.products.pieces import element
from fleet.routes import Routes, text

PAGE = 10
HEAD = '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
SPACES = (
    'xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
IDENTIFY = "<Identify><repositoryName>{}</repositoryName><deletedRecord>persistent</deletedRecord></Identify>"
FORMATS = (
    f"{HEAD}<ListMetadataFormats><metadataFormat><metadataPrefix>oai_dc</metadataPrefix><schema/><metadataNamespace>"
    "http://www.openarchives.org/OAI/2.0/oai_dc/</metadataNamespace></metadataFormat></ListMetadataFormats></OAI-PMH>"
)


@dataclass(frozen=True)
class Held:
    """A record of the repository: what it is called, and its elements of Dublin Core; none for a tombstone."""

    name: str
    elements: str
    day: str = "2026-01-01"

    def __str__(self) -> str:
        header = f"<identifier>{self.name}</identifier><datestamp>{self.day}</datestamp>"
        if not self.elements:
            return f'<record><header status="deleted">{header}</header></record>'
        inner = f"<oai_dc:dc {SPACES}>{self.elements}</oai_dc:dc>"
        return f"<record><header>{header}</header><metadata>{inner}</metadata></record>"


def repository(
    records: Sequence[Held], *, page: int = PAGE, expired: bool = False, title: str = "Neuwald"
) -> Routes:
    """The repository at `/oai`; `expired`: its second token is not valid any more when it is used."""

    def route(request: Request) -> Response:
        verb, token = request.query.get("verb"), request.query.get("resumptionToken", "")
        if verb == "Identify":
            return text(f"{HEAD}{IDENTIFY.format(title)}</OAI-PMH>", "text/xml")
        if verb == "ListMetadataFormats":
            return text(FORMATS, "text/xml")
        if verb != "ListRecords" or bool(token) == ("metadataPrefix" in request.query):
            return _refusal("badArgument", "no")
        start = int(token.partition("/")[2] or 1)
        if expired and start > page + 1:
            return _refusal("badResumptionToken", "expired")
        last = min(len(records), start + page - 1)
        return text(_listed(records, start, last), "text/xml")

    return {"/oai": route}


def _refusal(code: str, said: str) -> Response:
    return text(f'{HEAD}<error code="{code}">{said}</error></OAI-PMH>', "text/xml")


def _listed(records: Sequence[Held], start: int, last: int) -> str:
    following = f"t/{last + 1}" if last < len(records) else ""
    size = f'completeListSize="{len(records)}" cursor="{start - 1}"'
    mark = f"<resumptionToken {size}>{following}</resumptionToken>"
    shown = "".join(str(record) for record in records[start - 1 : last])
    return f"{HEAD}<ListRecords>{shown}{mark}</ListRecords></OAI-PMH>"


def routes(site: PortalSite) -> Routes:
    """The repository; what was there in epoch 1 and is no more leaves a tombstone."""
    held = {
        dataset.id: Held(_name(dataset), _elements(dataset), dataset.modified) for dataset in site.datasets
    }
    gone = [Held(_name(each), "") for each in holdings(site.portal) if each.id not in held]
    tombs = gone if len(gone) < len(held) else []
    return repository([*held.values(), *tombs], page=site.page, title=site.portal.title)


def identifier(dataset: Dataset, portal: FleetPortal) -> str:
    """The identifier in the record's header."""
    return _name(dataset)


def _name(dataset: Dataset) -> str:
    return f"oai:{dataset.town.domain}:{dataset.id}"


def _elements(dataset: Dataset) -> str:
    """The elements of Dublin Core (DCMES 1.1)."""
    start, end = dataset.temporal
    said = [
        ("identifier", dataset.id),
        ("title", dataset.title),
        ("description", dataset.description),
        ("publisher", dataset.publisher),
        ("creator", dataset.publisher if dataset.number % 2 else ""),
        ("date", dataset.updated),
        ("type", "Dataset"),
        ("language", "ger"),
        ("rights", dataset.license.url or dataset.license.title),
        ("coverage", dataset.town.short_name),
        ("coverage", f"{start}/{end}" if start else ""),
        *(("subject", word) for word in dataset.keywords),
        *(("identifier", each.url) for each in dataset.resources[:2]),
        *(("format", each.media_type) for each in dataset.resources[:1]),
    ]
    return "".join(element(f"dc:{name}", value) for name, value in said)

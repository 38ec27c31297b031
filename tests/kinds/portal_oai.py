"""An OAI-PMH repository with tombstones, in two epochs; its tokens may expire."""

from __future__ import annotations

from collections.abc import Mapping

from loopback import Answer, Routes, text

TOTAL = 25
PAGE = 10
HEAD = '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
SPACES = (
    'xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
IDENTIFY = f"{HEAD}<Identify><repositoryName>Neuwald</repositoryName><deletedRecord>persistent</deletedRecord></Identify></OAI-PMH>"
FORMATS = (
    f"{HEAD}<ListMetadataFormats><metadataFormat><metadataPrefix>oai_dc</metadataPrefix><schema/><metadataNamespace>"
    "http://www.openarchives.org/OAI/2.0/oai_dc/</metadataNamespace></metadataFormat></ListMetadataFormats></OAI-PMH>"
)


def record(number: int, epoch: int) -> str:
    """Record 5 is a tombstone; in epoch 1 record 7 too."""
    name = f"<identifier>oai:neuwald:{number:03d}</identifier><datestamp>2026-01-01</datestamp>"
    if number == 5 or (epoch and number == 7):
        return f'<record><header status="deleted">{name}</header></record>'
    title = f"Datensatz {number}" + (" (neu)" if epoch and number == 3 else "")
    return (
        f"<record><header>{name}</header><metadata><oai_dc:dc {SPACES}><dc:identifier>id-{number}</dc:identifier>"
        f"<dc:title>{title}</dc:title></oai_dc:dc></metadata></record>"
    )


def portal(epoch: int, broken: bool) -> Routes:
    """Epoch 1: record 3 has another title, record 7 is deleted. Broken: the second token has expired when it is used."""

    def route(query: dict[str, str], headers: Mapping[str, str], body: bytes) -> Answer:
        verb, token = query.get("verb"), query.get("resumptionToken", "")
        if verb == "Identify":
            return text(IDENTIFY, "text/xml")
        if verb == "ListMetadataFormats":
            return text(FORMATS, "text/xml")
        if verb != "ListRecords" or bool(token) == ("metadataPrefix" in query):
            return text(f'{HEAD}<error code="badArgument">no</error></OAI-PMH>', "text/xml")
        start = int(token.partition("/")[2] or 1)
        if broken and start > PAGE + 1:
            return text(f'{HEAD}<error code="badResumptionToken">expired</error></OAI-PMH>', "text/xml")
        last = min(TOTAL, start + PAGE - 1)
        following = f"t/{last + 1}" if last < TOTAL else ""
        records = "".join(record(number, epoch) for number in range(start, last + 1))
        mark = (
            f'<resumptionToken completeListSize="{TOTAL}" cursor="{start - 1}">{following}</resumptionToken>'
        )
        return text(f"{HEAD}<ListRecords>{records}{mark}</ListRecords></OAI-PMH>", "text/xml")

    return {"/oai": route}

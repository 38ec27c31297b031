"""OAI-PMH: what proves it, the best format, tokens, tombstones, two crawls."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from crawls import Crawled, crawled_twice
from hypothesis import given
from hypothesis import strategies as st
from neighbours import FIXTURES, fixtures, surest
from portal_oai import FORMATS, HEAD, portal

from crawler.formats.reading import UnreadablePayload
from crawler.sources import oai
from crawler.sources.protocol import Call, Payload, Portal

BASE = "https://www.neuwald.example/oai"
OAI = Portal("neuwald", BASE)


def answer(body: bytes | str) -> Payload:
    return Payload(BASE, 200, {}, body.encode() if isinstance(body, str) else body)


def listed(**state: object) -> Call:
    return Call(BASE, "records", state={"base": BASE, "prefix": "oai_dc", **state})


def test_identify_is_proof() -> None:
    assert surest("oai", next(one for name, one in fixtures("oai") if name == "identify.xml")) == 95
    evidence = oai.recognise(OAI, oai.probe(OAI)[0], answer((FIXTURES / "oai" / "identify.xml").read_bytes()))
    assert evidence is not None
    assert (evidence.api_url, evidence.settings) == (BASE, {"deleted": "persistent"})


def test_probes_begin_at_the_address_and_keep_its_parameters() -> None:
    assert oai.probe(OAI)[0].url == BASE + "?verb=Identify"
    (only,) = oai.probe(Portal("x", "https://x.example/csw?mode=oaipmh&verb=ListRecords"))
    assert only.url == "https://x.example/csw?mode=oaipmh&verb=Identify"


@pytest.mark.parametrize(
    ("body", "prefix"),
    [
        ((FIXTURES / "oai" / "formats.xml").read_text(), "iso19139"),
        (FORMATS, "oai_dc"),
        (FORMATS.replace("oai_dc</", "rdf_dcat</").replace("2.0/oai_dc/", "none"), "rdf_dcat"),
        (f"{HEAD}<ListMetadataFormats/></OAI-PMH>", "oai_dc"),
    ],
)
def test_the_format_that_says_most_is_asked_for(body: str, prefix: str) -> None:
    (call,) = oai.read(OAI, oai.start(OAI)[0], answer(body)).calls
    assert call.url == f"{BASE}?verb=ListRecords&metadataPrefix={prefix}"


def test_settings_name_format_and_set() -> None:
    (call,) = oai.start(Portal("x", BASE, settings={"metadata_prefix": "gmd", "set": "offene daten"}))
    assert call.url == f"{BASE}?verb=ListRecords&metadataPrefix=gmd&set=offene%20daten"


def test_records_tombstones_and_what_is_neither() -> None:
    page = oai.read(OAI, listed(), answer((FIXTURES / "oai" / "records.xml").read_bytes()))
    assert [entry.identifier for entry in page.entries] == [
        "oai:neuwald:1",
        "https://www.neuwald.example/d/3",
    ]
    assert page.skipped == {"deleted": 1, "resource": 1}
    assert page.total == 9
    assert page.calls[0].url == f"{BASE}?verb=ListRecords&resumptionToken=abc%2F4"
    node = page.entries[0].read().record.root
    assert (
        node.id
        == f"{BASE}?verb=GetRecord&metadataPrefix=oai_dc&identifier=https%3A%2F%2Fwww.neuwald.example%2Fd%2F1"
    )


def test_a_token_with_its_prefix_where_the_repository_insists() -> None:
    refusal = answer(f'{HEAD}<error code="badArgument">Missing metadataPrefix parameter</error></OAI-PMH>')
    (call,) = oai.read(OAI, listed(token="101"), refusal).calls
    assert call.url == f"{BASE}?verb=ListRecords&resumptionToken=101&metadataPrefix=oai_dc"
    with pytest.raises(UnreadablePayload):
        oai.read(OAI, call, refusal)


def test_a_token_after_the_last_record_is_not_followed() -> None:
    body = (FIXTURES / "oai" / "records.xml").read_text()
    assert oai.read(OAI, listed(count=5, token="x"), answer(body)).calls == []
    assert oai.read(OAI, listed(token="abc/4"), answer(body)).faults == {"page-repeated": 1}


def test_an_empty_repository_is_no_error() -> None:
    page = oai.read(OAI, listed(), answer(f'{HEAD}<error code="noRecordsMatch"/></OAI-PMH>'))
    assert (page.entries, page.total) == ([], 0)


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        ("<!doctype html>x", "html-instead"),
        (HEAD + "<ListRecords>", "truncated"),
        ('<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>', "entities-refused"),
        ("{}", "not-xml"),
        ("<r/>", "unexpected-shape"),
        (f"{HEAD}<Identify/></OAI-PMH>", "unexpected-shape"),
        (f'{HEAD}<error code="badResumptionToken">weg</error></OAI-PMH>', "api-error"),
    ],
)
def test_answers_that_are_none(body: str, slug: str) -> None:
    with pytest.raises(UnreadablePayload) as refusal:
        oai.read(OAI, listed(token="x", both=True), answer(body))
    assert refusal.value.slug == slug


@given(st.text(alphabet="<>/record header metadataidentifier=\"'x&", max_size=80))
def test_any_answer_is_read_or_refused(text: str) -> None:
    with suppress(UnreadablePayload):
        oai.read(OAI, listed(), answer(f"{HEAD}<ListRecords>{text}</ListRecords></OAI-PMH>"))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with crawled_twice(tmp_path_factory.mktemp("oai"), portal, "oai", path="/oai") as crawled:
        yield crawled


def test_totals_add_up_with_tombstones(world: Crawled) -> None:
    run = world.run("sound")
    assert (world.kind(), run["outcome"], run["delivered"], run["claimed"]) == ("oai", "complete", 24, 25)
    assert '"deleted":1' in str(run["skipped"]).replace(" ", "")


def test_a_tombstone_makes_a_record_vanish(world: Crawled) -> None:
    run = world.run("sound", 2)
    assert (run["outcome"], run["added"], run["changed"], run["gone"]) == ("complete", 0, 1, 1)
    assert ("oai:neuwald:007",) not in world.datasets("identifier")


def test_an_expired_token_leaves_the_run_unfinished_and_nothing_gone(world: Crawled) -> None:
    first, second = world.run("broken"), world.run("broken", 2)
    assert (first["outcome"], first["delivered"]) == ("partial", 19)
    assert (second["outcome"], second["gone"]) == ("partial", 0)

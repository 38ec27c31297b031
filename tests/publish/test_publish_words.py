"""Words: the message table, numbers and dates in two languages, records and their differences in words."""

import re
import string
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.publish import schema_org, wording
from catalog.publish.site import labels
from catalog.publish.site.messages import MESSAGES, general, services, stock
from catalog.publish.site.reader import Reader, negotiate
from catalog.record.canonical import canonical_bytes, to_json
from catalog.record.node import Record
from catalog.record.table import Agent, Dataset, Distribution
from catalog.record.terms import IRI, XSD_DATE, Literal
from catalog.store.sink import OUTCOMES
from catalog.vocabulary.tables import read_table

SITE = Path(labels.__file__).parent
GERMAN, ENGLISH = Reader("de"), Reader("en")


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_say_it_with_the_same_values() -> None:
    for name, (german, english) in MESSAGES.items():
        assert german, name
        assert english, name
        if "|" not in german:
            assert _placeholders(german) == _placeholders(english), name
        assert ("|" in german) == ("|" in english), name


def test_every_message_is_used_and_every_used_one_exists() -> None:
    text = "".join(
        path.read_text()
        for path in [*SITE.rglob("*.html"), *SITE.rglob("*.py")]
        if "messages" not in path.parts
    )
    used = set(re.findall(r'(?:\bt|count|message)\(\s*f?["\']([\w.]+)["\']', text))
    prefixes = set(re.findall(r'\bt\(["\']([\w.]+\.)["\'] ~', text)) | {"facet.", "404.title", "503.title"}
    unknown = {name for name in used if name not in MESSAGES and not name.endswith(".")}
    unused = {name for name in MESSAGES if name not in used and not name.startswith(tuple(prefixes))}
    assert unknown == set()
    assert unused == {
        "once.yes",
        "open.yes",
        "sound.yes",
        "type.catalogue",
    }  # their names are made from the filter's


def test_no_message_stands_in_two_parts() -> None:
    assert len(MESSAGES) == sum(len(part.MESSAGES) for part in (general, stock, services))


@pytest.mark.parametrize("outcome", ["", *OUTCOMES])
def test_every_outcome_has_a_name_a_reason_and_a_tone(outcome: str) -> None:
    assert f"outcome.{outcome}" in MESSAGES
    assert f"reason.{outcome}" in MESSAGES
    assert labels.tone(outcome) in ("good", "fair", "bad")


@pytest.mark.parametrize(
    ("wanted", "accepted", "expected"),
    [
        ("", "", "de"),
        ("", "en-GB,en;q=0.9,de;q=0.5", "en"),
        ("", "fr, de;q=0.3, en;q=0.2", "de"),
        ("", "fr,*;q=0.1", "de"),
        ("en", "de", "en"),
        ("xx", "en", "en"),
        ("", ";;;,q=,en;q=x", "de"),
    ],
)
def test_the_language_is_negotiated(wanted: str, accepted: str, expected: str) -> None:
    assert negotiate(wanted, accepted) == expected


@given(st.text(), st.text())
def test_no_header_breaks_the_negotiation(wanted: str, accepted: str) -> None:
    assert negotiate(wanted, accepted) in ("de", "en")


def test_numbers_dates_and_sizes_are_written_as_the_reader_writes_them() -> None:
    assert GERMAN.number(1234567) == "1\u202f234\u202f567"
    assert ENGLISH.number(1234567) == "1,234,567"
    assert GERMAN.date("2026-11-22T11:21:00Z") == "22.11.2026"
    assert ENGLISH.date("2026-11-22") == "22\u00a0Nov\u00a02026"
    assert (GERMAN.date("2026-11"), GERMAN.date("2026"), GERMAN.date(None)) == ("11.2026", "2026", "–")
    assert (GERMAN.date("2015-02-30"), ENGLISH.date("2015-13")) == ("2015-02-30", "2015-13")
    assert GERMAN.moment("2026-11-22T11:21:00Z") == "22.11.2026,\u00a011:21"
    assert GERMAN.size(1_234_567) == "1,2\u00a0MB"
    assert ENGLISH.size(999) == "999\u00a0B"
    assert (ENGLISH.duration(45), ENGLISH.duration(7920)) == ("45\u00a0s", "2\u00a0h 12\u00a0min")
    assert GERMAN.count("n_datasets", 1) == "1 Datensatz"


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_share_is_never_rounded_to_all_or_nothing(part: int, rest: int) -> None:
    whole = part + rest
    text = ENGLISH.percent(part, whole)
    assert (text == "100%") == (part == whole > 0)
    assert (text == "0%") == (part == 0 < whole)


@given(st.text())
def test_any_text_may_stand_for_a_date(text: str) -> None:
    assert isinstance(GERMAN.date(text), str)
    assert isinstance(ENGLISH.date(text), str)


def _record(title: str, name: str) -> Record:
    return Record(
        Dataset(
            title=[Literal(title, "de")],
            issued=[Literal("2026-01-01", "", XSD_DATE)],
            theme=[IRI("http://publications.europa.eu/resource/authority/data-theme/ENVI")],
            publisher=[Agent(id=IRI("http://a.example/amt"), name=["Amt"])],
            distribution=[
                Distribution(id=IRI("http://a.example/1"), title=[name]),
                Distribution(id=IRI("http://a.example/2"), title=["zwei"]),
            ],
        )
    )


def test_a_record_in_words() -> None:
    found = {row.name: row for row in wording.rows(to_json(_record("Bäume", "eins")), "de")}
    assert found["title"].label == "Titel"
    assert found["title"].values[0].language == "de"
    assert found["theme"].values[0].text == "Umwelt"
    assert found["issued"].values[0].temporal
    assert (found["publisher"].values[0].text, found["publisher"].values[0].href) == (
        "Amt",
        "http://a.example/amt",
    )
    assert found["publisher"].term == "dct:publisher"


def test_differences_name_the_field_and_both_values() -> None:
    old, new = canonical_bytes(_record("Bäume", "eins")), canonical_bytes(_record("Baumkataster", "1"))
    found = {item.label: (item.old, item.new) for item in wording.differences(old, new, "en")}
    assert found["Title"] == (["Bäume (de)"], ["Baumkataster (de)"])
    assert (["eins"], ["1"]) in found.values()
    assert wording.differences(old, old, "de") == []
    assert wording.changed_fields(old, new, "de") == ["Titel", "Distribution"]


def test_the_text_in_the_readers_language_comes_first() -> None:
    record = {
        "title": ["ohne", {"@value": "deutsch", "@language": "de"}, {"@value": "english", "@language": "en"}]
    }
    assert [wording.text_in(record, "title", language).text for language in ("de", "en", "fr")] == [
        "deutsch",
        "english",
        "ohne",
    ]
    assert wording.text_in({}, "title", "de").text == ""


@given(st.text())
def test_schema_org_cannot_leave_its_script(text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    names = (
        "title",
        "description",
        "identifier",
        "license",
        "publisher",
        "issued",
        "modified",
        "landing_page",
    )
    facts = dict.fromkeys(names, text) | {"keywords": [text]}
    files = [dict.fromkeys(("title", "download_url", "access_url", "format", "byte_size"), text)]
    written = schema_org.dataset_json("https://b.example/dataset/x", facts, files)
    assert not set("<>&") & set(written)
    assert orjson.loads(written).get("name", "") == text


def test_every_licence_has_a_name() -> None:
    codes = [row["code"] for row in read_table("licence-registry")]
    assert [code for code in codes if code in (labels.licence(code, "de"), labels.licence(code, "en"))] == []


def test_codes_have_names() -> None:
    assert labels.licence("<div>frei, Quelle <b>nennen</b></div>", "de") == "frei, Quelle nennen"
    assert len(labels.licence("sehr lang " * 90, "de")) <= 80
    assert labels.theme("ENVI", "de") == "Umwelt"
    assert labels.file_format("XLSX", "de") == "Excel"
    assert "Namensnennung" in labels.licence("dl-de-by-2.0", "de")
    assert "Attribution" in labels.licence("cc-by-4.0", "en")
    assert labels.licence("", "de") == ""
    assert labels.theme("<nix>", "de") == "<nix>"
    assert labels.is_open("cc-by-4.0")
    assert not labels.is_open("")

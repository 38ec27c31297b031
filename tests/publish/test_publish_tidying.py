"""What a feed mends: keywords, dates, addresses, geometries, licences, hostile text."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.publish.tidying import LONGEST_TEXT, keywords, safe_text, tidied

XSD = "http://www.w3.org/2001/XMLSchema#"


def _date(text: str, kind: str = "date") -> dict[str, str]:
    return {"@value": text, "@type": f"{XSD}{kind}"}


def _tidied(**record: Any) -> dict[str, Any]:
    return tidied(orjson.dumps({"@class": "Dataset", **record}).decode())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bäume", ("Bäume",)),
        (" Bäume, Straße ;Park", ("Bäume", "Straße", "Park")),
        ("Platzhalter (Heide)", ("Platzhalter Heide",)),
        ("x" * 150, ("x" * 100,)),
        ("a", ()),
        ("", ()),
        (", ,", ()),
        ("--", ()),
        ("Kfz/Lkw", ("Kfz Lkw",)),
    ],
)
def test_keywords_are_such_as_ckan_takes(text: str, expected: tuple[str, ...]) -> None:
    assert keywords(text) == expected


def test_keywords_are_said_once_and_keep_their_language() -> None:
    given = ["Baum", "Baum,Park", {"@value": "tree, park", "@language": "en"}, "  "]
    found = _tidied(keyword=given)["keyword"]
    english = [{"@value": text, "@language": "en"} for text in ("tree", "park")]
    assert found == ["Baum", "Park", *english]
    assert "keyword" not in _tidied(keyword=["", " "])


def test_dates_of_one_kind_are_left_as_they_are() -> None:
    dates = {"issued": [_date("2020-01-31")], "modified": [_date("2021-01-31")]}
    assert _tidied(**dates) == {"@class": "Dataset", **dates}


def test_dates_of_a_record_become_one_kind() -> None:
    files = [
        {
            "issued": [_date("2018-06-05T08:27:43", "dateTime")],
            "modified": [_date("2018-06-05T08:27:43+02:00", "dateTime")],
        }
    ]
    found = _tidied(issued=[_date("2014", "gYear")], modified=["31.12.2020"], distribution=files)
    assert found["issued"] == [_date("2014-01-01T00:00:00Z", "dateTime")]
    assert found["modified"] == [_date("2020-12-31T00:00:00Z", "dateTime")]
    assert found["distribution"][0]["issued"] == [_date("2018-06-05T08:27:43Z", "dateTime")]
    assert found["distribution"][0]["modified"] == [_date("2018-06-05T08:27:43+02:00", "dateTime")]


@pytest.mark.parametrize(
    "text", ["2015-02-30", "9999-99-99", "9999-12-31", "siehe Text", "2022-01-10/2023-01-10", ""]
)
def test_dates_that_are_none_are_left_out(text: str) -> None:
    assert "issued" not in _tidied(issued=[text])
    assert "issued" not in _tidied(issued=[_date(text)])


def test_a_period_that_ends_before_it_begins_keeps_its_beginning() -> None:
    period = {"start_date": [_date("2020-05-01")], "end_date": [_date("2019-05-01")]}
    assert _tidied(temporal=[period])["temporal"] == [{"start_date": [_date("2020-05-01")]}]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"])
def test_addresses_lead_to_the_web(address: str) -> None:
    sound = {"@id": "https://a.example/1"}
    found = _tidied(
        landing_page=[{"@id": address}, sound],
        distribution=[{"access_url": [{"@id": address}, "siehe Text"]}],
    )
    assert found["landing_page"] == [sound]
    assert found["distribution"] == [{}]


def test_an_address_with_its_beginning_twice_is_mended() -> None:
    found = _tidied(distribution=[{"access_url": [{"@id": "http://http://a.example/1.csv"}]}])
    assert found["distribution"] == [{"access_url": [{"@id": "http://a.example/1.csv"}]}]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("POLYGON((8 50,9 50,9 51,8 51,8 50))", True),
        ('{"type":"Point","coordinates":[8,50]}', True),
        ("POLYGON((10.6,51.4,10.6,51.5,10.8,51.5))", False),
        ('{"type":"Polygon","coordinates":[[[10.6, NaN]]]}', False),
        ("{{extent:computeSpatialProperty}}", False),
    ],
)
def test_geometries_can_be_read(text: str, kept: bool) -> None:
    assert ("geometry" in _tidied(spatial=[{"geometry": [text]}])["spatial"][0]) is kept


def test_the_datasets_licence_is_passed_down() -> None:
    free, own = [{"@id": "https://a.example/free"}], [{"@id": "https://a.example/own"}]
    rest = {"http://purl.org/dc/terms/license": free}
    files = [{"title": ["1"]}, {"title": ["2"], "license": own}, {"@id": "https://a.example/elsewhere"}]
    found = _tidied(rest=rest, distribution=files)["distribution"]
    assert [item.get("license") for item in found] == [free, own, None]
    assert "license" not in _tidied(distribution=[{"title": ["1"]}])["distribution"][0]


def test_organisations_are_agents_too() -> None:
    organisation, agent = "http://xmlns.com/foaf/0.1/Organization", "http://xmlns.com/foaf/0.1/Agent"
    found = _tidied(publisher=[{"@types": [organisation], "name": ["Stadt"]}, {"name": ["Amt"]}])["publisher"]
    assert found == [{"@types": [agent, organisation], "name": ["Stadt"]}, {"name": ["Amt"]}]


def test_checksums_stay_unless_they_are_not_wanted() -> None:
    text = orjson.dumps({"distribution": [{"checksum": [{"rest": {}}], "title": ["1"]}]}).decode()
    assert "checksum" in tidied(text)["distribution"][0]
    assert "checksum" not in tidied(text, checksums=False)["distribution"][0]


def test_control_characters_and_turned_text_are_taken_out() -> None:
    found = _tidied(title=["a\u0000b\u202ec\u2066d\u001fe"], description=["x" * (LONGEST_TEXT + 1)])
    assert found["title"] == ["abcde"]
    assert len(found["description"][0]) == LONGEST_TEXT + 1
    assert found["description"][0].endswith("…")


@given(st.text(max_size=50))
def test_safe_text_is_safe_and_stays_so(text: str) -> None:
    safe = safe_text(text)
    assert safe_text(safe) == safe
    assert not set(safe) & {"\x00", "\u202e", "\u2066"}


_VALUE = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["2020-01-01", "2015-02-30", "31.12.2020", "2020-01-01T10:00:00", "2014"]),
    st.builds(
        _date,
        st.sampled_from(["2020-01-01", "2020", "x", "2020-01-01T00:00:00Z"]),
        st.sampled_from(["date", "dateTime"]),
    ),
    st.builds(lambda text: {"@id": text}, st.text(max_size=12)),
)
_VALUES = st.lists(_VALUE, min_size=1, max_size=3)
_PART = st.dictionaries(
    st.sampled_from(["issued", "access_url", "start_date", "end_date", "bbox", "license"]), _VALUES
)
_RECORD = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("keyword", "issued", "modified", "landing_page"), _VALUES),
        **{name: st.lists(_PART, max_size=3) for name in ("distribution", "temporal", "spatial")},
    },
)


@given(_RECORD)
def test_what_is_tidy_stays_as_it_is(record: dict[str, Any]) -> None:
    once = tidied(orjson.dumps(record).decode())
    assert tidied(orjson.dumps(once).decode()) == once

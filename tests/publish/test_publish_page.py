"""What a page for harvesters mends beyond single records: parts that are known again, publishers with one name."""

from dataclasses import replace
from typing import Any

import orjson
import pytest

from catalog.publish.feed import dataset_lines, page_members, site_feed
from catalog.publish.selection import Published

FEED = replace(site_feed("https://x.example"), harvest=True)
TOWN = "https://town.example/organization/town"
NAME = "<http://xmlns.com/foaf/0.1/name>"


def _row(number: int, **record: Any) -> Published:
    name = f"https://town.example/dataset/{number}"
    text = orjson.dumps(
        {"@class": "Dataset", "@id": name, "title": ["A"], "identifier": [str(number)], **record}
    )
    portal = ("town", "https://town.example")
    seen = "2026-01-01T00:00:00Z"
    return Published(
        number, f"key{number}", str(number), name, "Dataset", "A", text.decode(), *portal, seen, seen, None
    )


def _named(number: int, *names: Any) -> Published:
    return _row(number, publisher=[{"@class": "Agent", "@id": TOWN, "name": list(names)}])


def _names(*rows: Published) -> set[str]:
    lines = page_members(FEED, rows)
    return {
        line.split(" ", 2)[2].removesuffix(" .\n") for line in lines if line.startswith(f"<{TOWN}> {NAME}")
    }


def test_a_publisher_has_the_name_that_most_records_give_it() -> None:
    assert _names(_named(1, "TOWN"), _named(2, "Town"), _named(3, "Town")) == {'"Town"'}


@pytest.mark.parametrize("other", ["TOWN", "Town  ", "Town Office"])
def test_of_names_given_as_often_the_plainest_is_kept(other: str) -> None:
    assert _names(_named(1, other), _named(2, "Town")) == {'"Town"'}
    assert _names(_named(1, "Town"), _named(2, other)) == {'"Town"'}


def test_a_publisher_has_a_name_in_each_language() -> None:
    english, german = ({"@value": name, "@language": name[:2].lower()} for name in ("En", "De"))
    assert _names(_named(1, english, german, "Town")) == {'"En"@en', '"De"@de', '"Town"'}


def test_publishers_of_their_own_keep_their_names() -> None:
    rows = [_row(number, publisher=[{"@class": "Agent", "name": [f"Town {number}"]}]) for number in (1, 2)]
    assert sum(NAME in line for line in page_members(FEED, rows)) == 2


def _parts() -> dict[str, Any]:
    service = {"@class": "DataService", "endpoint_url": [{"@id": "https://town.example/wfs"}]}
    return {
        "distribution": [{"access_url": [{"@id": "https://town.example/a"}], "access_service": [service]}],
        "other_identifier": [{"notation": ["A-1"]}, {"notation": ["A-2"]}, {"notation": ["A-2"]}],
    }


def test_every_part_of_a_page_has_an_iri_that_stays() -> None:
    lines = dataset_lines(FEED, _row(1, **_parts()))
    assert not [line for line in lines if "_:" in line]
    parts = {line.partition(" ")[0] for line in lines if line.startswith("<https://x.example/dataset/key1#")}
    assert len(parts - {"<https://x.example/dataset/key1#record>"}) == 5
    assert dataset_lines(FEED, _row(1, **_parts())) == lines


def test_a_single_record_keeps_its_nameless_parts() -> None:
    lines = dataset_lines(site_feed("https://x.example"), _row(1, **_parts()))
    assert len({line.partition(" ")[0] for line in lines if line.startswith("_:")}) == 5

"""The same dataset in several portals: what joins two records, which one is canonical, what leaks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_house import House, dataset, found, hand_over

from catalog.measure.duplicates import NATIONAL, OWN, SHARED, STATE, leakage, sight, tier_of
from catalog.measure.fingerprints import Fingerprints, address_sign, identifier_sign, title_sign
from catalog.measure.records import look_at_changed
from catalog.record.node import Record
from catalog.record.table import Distribution
from catalog.record.terms import IRI
from catalog.store.measures import Measures
from catalog.store.sink import CrawlFacts

TOWN = "99111000"


def record(title: str, url: str = "", identifier: str = "") -> Record:
    parts = [Distribution(access_url=[IRI(url)])] if url else []
    named = {"identifier": [identifier]} if identifier else {}
    return dataset(title, files=0, **named) if not parts else _with(dataset(title, files=0, **named), parts)


def _with(given_record: Record, parts: list[Distribution]) -> Record:
    given_record.root.distribution = parts  # type: ignore[attr-defined]
    return given_record


def crawl(house: House, portal: str, records: dict[str, Record], ags: str = TOWN) -> None:
    sink = house.store.sink(house.store.begin_run(), portal)
    hand_over(sink, [found(identifier, item) for identifier, item in records.items()])
    sink.finish(CrawlFacts(walked=True, claimed=len(records), delivered=len(records)))
    number = house.one("select id from portal where key = ?", portal)
    rows = [(ags, key) for (key,) in house.rows("select id from dataset where portal = ?", number)]
    Measures(house.store).change("dataset", ("ags",), rows)
    house.clock.advance(hours=1)


@pytest.fixture
def town(house: House) -> House:
    """A town with a portal of its own, beside its state's and the country's."""
    house.store.keep_municipalities(
        [{"ags": TOWN, "ars": "991110000000", "name": "Musterhafen", "state": "Musterland"}]
    )
    house.store.keep_portals(
        [{"key": key, "url": f"https://{key}.example"} for key in ("bund", "land", "stadt")]
    )
    numbers = dict(house.rows("select key, id from portal"))
    Measures(house.store).change(
        "portal",
        ("ags", "covers"),
        [(TOWN, "", numbers["stadt"]), (None, "99", numbers["land"]), (None, "DE", numbers["bund"])],
    )
    return house


def seen(house: House) -> list[tuple[str, str, str, str]]:
    """Portal and title of each record that is not canonical, the portal of the canonical one, and the reason."""
    look_at_changed(house.store, [Fingerprints()])
    sight(house.store)
    return house.rows(
        "select portal.key, dataset.title, elsewhere.key, reason from sighting join dataset on dataset.id = dataset"
        " join portal on portal.id = dataset.portal join dataset as first on first.id = canonical"
        " join portal as elsewhere on elsewhere.id = first.portal order by 1, 2"
    )


def test_what_joins_and_who_is_canonical(town: House) -> None:
    crawl(town, "bund", {
        "a": record("Ganz anders benannt", identifier="urn:uuid:5f0d1a2b-0c3d-4e5f-8a9b-0c1d2e3f4a5b"),
        "b": record("Wahlkreise", "https://daten.musterhafen.example/wahlkreise.csv"),
        "c": record("Spielplätze der Stadt Musterhafen 2024"),
        "d": record("Spielplätze der Stadt Musterhafen 2023"),
    })  # fmt: skip
    crawl(town, "stadt", {
        "1": record("Baumkataster", identifier="5f0d1a2b-0c3d-4e5f-8a9b-0c1d2e3f4a5b"),
        "2": record("Wahlbezirke und Wahlkreise", "http://www.daten.musterhafen.example/wahlkreise.csv/"),
        "3": record("Spielplatz Musterhafen (2024)"),
    })  # fmt: skip
    # The town's own record is canonical although the national portal was crawled first; 2023 is another dataset;
    # "Spielplatz" and "Spielplätze" are two words to us.
    assert seen(town) == [
        ("bund", "Ganz anders benannt", "stadt", "identifier"),
        ("bund", "Wahlkreise", "stadt", "url"),
    ]


def test_titles_count_within_one_municipality(town: House) -> None:
    town.store.keep_municipalities([{"ags": "99111001", "name": "Anderswo"}])
    crawl(town, "stadt", {"1": record("Liste der Kitas")})
    crawl(town, "bund", {"2": record("Kitas (Liste)")}, ags="99111001")
    assert seen(town) == []
    crawl(town, "land", {"3": record("Kita-Liste Kitas")})
    assert seen(town) == []
    crawl(town, "land", {"3": record("Kitas, Liste")})
    assert seen(town) == [("land", "Kitas, Liste", "stadt", "title")]


def test_a_sign_that_one_portal_uses_twice_proves_nothing(town: House) -> None:
    shared = "https://geo.example/wms?service=WMS"
    crawl(town, "stadt", {"1": record("Radwege im Netz", shared), "2": record("Buslinien im Netz", shared)})
    crawl(town, "bund", {"3": record("Wanderwege im Netz", shared)})
    assert seen(town) == []


def test_two_records_of_one_portal_are_never_joined(town: House) -> None:
    crawl(
        town,
        "stadt",
        {
            "1": record("Radwege Nord", "https://a.example/x.csv"),
            "2": record("Radwege Süd", "https://a.example/y.csv"),
        },
    )
    crawl(town, "bund", {"3": record("Radwege", "https://a.example/x.csv", identifier="kennung-2024-1")})
    crawl(town, "land", {"4": record("Radwege", "https://a.example/y.csv", identifier="kennung-2024-1")})
    pairs = seen(town)
    assert len(pairs) == 2  # bund and land are one by identifier; only one of the town's two can be the third
    assert {portal for _, _, portal, _ in pairs} == {"stadt"}


def test_leakage_by_hand(town: House) -> None:
    crawl(town, "stadt", {n: record(f"Datensatz Nummer {n}00", f"https://a.example/{n}.csv") for n in "1234"})
    crawl(town, "land", {n: record(f"Datensatz Nummer {n}00", f"https://a.example/{n}.csv") for n in "12"})
    crawl(town, "bund", {n: record(f"Datensatz Nummer {n}00", f"https://a.example/{n}.csv") for n in "29"})
    assert len(seen(town)) == 3
    # own 4; state 2 (both also own); national 2, one of them own: not in the state's 2, not in the national 3, only elsewhere 1
    assert list(leakage(town.conn)) == [(TOWN, 4, 2, 2, 2, 3, 1)]


def test_leakage_is_not_shown_where_no_such_portal_was_read(town: House) -> None:
    crawl(town, "stadt", {"1": record("Baumkataster")})
    assert seen(town) == []
    assert list(leakage(town.conn)) == [(TOWN, 1, 0, 0, None, None, 0)]


@pytest.mark.parametrize(
    ("ags", "owner", "covers", "tier"),
    [
        (TOWN, TOWN, "", OWN), (TOWN, "99111001", "", SHARED), ("", None, "", SHARED), (TOWN, None, "99", STATE),
        (TOWN, None, "99111", SHARED), (TOWN, None, "DE", NATIONAL), (TOWN, None, "98 99", STATE), (TOWN, TOWN, "DE", OWN),
    ],
)  # fmt: skip
def test_tiers(ags: str, owner: str | None, covers: str, tier: int) -> None:
    assert tier_of(ags, owner, covers) == tier


@given(st.text(max_size=40), st.text(max_size=40))
def test_signs_never_fail_and_stay(first: str, second: str) -> None:
    for sign in (identifier_sign, address_sign, title_sign):
        assert sign(first) == sign(first)
    assert title_sign(f"{first} {second}") == title_sign(f"{second} {first}")


@pytest.mark.parametrize("text", ["12", "baum", "baumkataster", "", "   "])
def test_weak_identifiers_prove_nothing(text: str) -> None:
    assert identifier_sign(text) == ""


@pytest.mark.parametrize("url", ["", "https://a.example", "https://a.example/", "kein url", "http://[::1"])
def test_weak_addresses_prove_nothing(url: str) -> None:
    assert address_sign(url) == ""

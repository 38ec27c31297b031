"""Peers, what is missing, and with whom to work: by hand and as laws."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.measure.cooperation import partners, together
from catalog.measure.nearness import Place, bits, distance, kilometres, overlap, reasons, within
from catalog.measure.peers import Exemplar, Nearest, Peer, chosen, missing

HAFEN = Place("99111000", "Musterhafen", "Musterland", "Stadt", 100_000, 53.0, 9.0, frozenset("abcd"))
BURG = Place("99112000", "Beispielburg", "Musterland", "Stadt", 10_000, 53.1, 9.1, frozenset("abef"))


def test_the_distance_by_hand() -> None:
    # a factor of ten: 0.5; type and state the same; 2 of 6 model datasets in common: 0.25 * 4/6
    assert distance(HAFEN, BURG) == pytest.approx(0.5 + 0.25 * 4 / 6)
    # without a portfolio the rest is weighed up: 0.5 / 0.75
    assert distance(HAFEN, replace(BURG, models=frozenset())) == pytest.approx(0.5 / 0.75)
    assert distance(HAFEN, replace(HAFEN, type="Markt", state="Anderland")) == pytest.approx(0.25)


models = st.frozensets(st.sampled_from("abcdefgh"))
places = st.builds(
    Place, st.text("0123456789", min_size=8, max_size=8), st.just("X"), st.sampled_from(["A", "B"]),
    st.sampled_from(["Stadt", "Markt"]), st.none() | st.integers(-5, 10_000_000), st.floats(-90, 90), st.floats(-180, 180),
    models, gaps=models,
)  # fmt: skip


@given(places, places)
def test_distance_is_symmetric_and_between_0_and_1(first: Place, second: Place) -> None:
    assert distance(first, second) == pytest.approx(distance(second, first))
    assert 0 <= distance(first, second) <= 1 + 1e-12
    assert distance(first, first) == 0
    apart = kilometres(first, second)
    assert apart is not None
    assert 0 <= apart <= 20_016
    assert apart == pytest.approx(kilometres(second, first), abs=1e-6)


@given(places, places)
def test_together_is_mutual(first: Place, second: Place) -> None:
    score, why = together(first, second)
    assert (score, why) == (pytest.approx(together(second, first)[0]), together(second, first)[1])
    assert 0 <= score <= 1 + 1e-12
    assert "km" in why or score == 0 or set(why) - {"km"}


def test_known_kilometres() -> None:
    # one degree of latitude is 111.2 km; Musterhafen-Beispielburg: sqrt(11.12² + (11.12 cos 53.05°)²) = 12.98
    assert kilometres(replace(HAFEN, lat=0.0), replace(HAFEN, lat=1.0)) == pytest.approx(111.195, abs=0.01)
    assert kilometres(HAFEN, BURG) == pytest.approx(12.98, abs=0.02)
    assert kilometres(HAFEN, replace(BURG, lat=None)) is None


def test_reasons_name_what_is_the_same() -> None:
    assert reasons(HAFEN, BURG) == {
        "population": 10_000,
        "type": "Stadt",
        "state": "Musterland",
        "models": ["a", "b"],
    }
    assert reasons(HAFEN, replace(BURG, type="Markt", state="", models=frozenset())) == {"population": 10_000}


def test_peers_are_the_nearest_and_never_the_town_itself() -> None:
    towns = [replace(HAFEN, ags=f"{n:08}", population=1000 * n) for n in range(1, 40)]
    found = Nearest(towns).peers(towns[19])
    assert len(found) == 10
    assert {peer.place.ags for peer in found} == {f"{n:08}" for n in (16, 17, 18, 19, 21, 22, 23, 24, 25, 26)}
    assert [peer.distance for peer in found] == sorted(peer.distance for peer in found)


def test_a_town_without_anything_has_peers_too() -> None:
    nothing = Place("99999000", "Nirgendwo", "Musterland", "Stadt", 11_000)
    assert [peer.place.ags for peer in Nearest([HAFEN, BURG]).peers(nothing)] == [BURG.ags, HAFEN.ags]


def test_missing_is_what_two_peers_have() -> None:
    peers = [
        Peer(replace(BURG, ags=str(n), models=frozenset(has)), 0.1)
        for n, has in enumerate(["ex", "ex", "fa", "e"])
    ]
    assert missing(HAFEN, peers) == [("e", 3), ("x", 2)]  # f has one peer only, a it has itself
    assert missing(HAFEN, []) == []


def test_exemplars_of_peers_come_first() -> None:
    best = {ags: Exemplar(f"k{ags}", ags, 300, True, True, True) for ags in "1234"}
    assert [item.key for item in chosen(best, {"3"})] == ["k3", "k1", "k2"]


def test_what_is_common_by_hand() -> None:
    first = replace(
        HAFEN, gaps=frozenset("xy"), software=frozenset({"ckan"}), hosts=frozenset({"https://p.example"})
    )
    second = replace(
        BURG, gaps=frozenset("x"), software=frozenset({"ckan"}), hosts=frozenset({"https://q.example"})
    )
    score, why = together(first, second)
    # gaps 1 of 2, models 2 of 6, software the same, host not, 13 of 30 km
    assert score == pytest.approx(0.35 / 2 + 0.2 / 3 + 0.1 + 0.2 * (1 - 12.98 / 30), abs=0.001)
    assert why == {"gaps": ["x"], "models": ["a", "b"], "software": ["ckan"], "km": 13}


@pytest.mark.parametrize(
    ("first", "second", "expected"), [("", "", 0), ("ab", "", 0), ("ab", "ab", 1), ("ab", "bc", 1 / 3)]
)
def test_overlap(first: str, second: str, expected: float) -> None:
    assert overlap(bits(first), bits(second)) == expected


@given(places, st.lists(places, max_size=8), st.sampled_from([1.0, 30.0, 5000.0, 20_016.0]))
def test_near_are_those_whose_distance_is_small(place: Place, others: list[Place], most: float) -> None:
    near = within(place, others, most)
    assert [other for _, other in near] == [
        other for other in others if (kilometres(place, other) or 0) <= most * (1 + 1e-9)
    ]
    assert all(apart == kilometres(place, other) for apart, other in near)


def test_partners_are_the_best_of_all_that_are_near_alike_or_on_the_same_portal() -> None:
    towns = [
        replace(HAFEN, ags=f"{n:08}", lat=53 + n / 100, population=1000 + n, hosts=frozenset({f"h{n % 7}"}),
                models=frozenset("abcdefgh"[n % 5 : n % 5 + 3]), gaps=frozenset("xyz"[n % 3 :]))
        for n in range(50)
    ]  # fmt: skip
    alike = {place.ags: [other for other in towns if other != place] for place in towns}
    for place, best in partners(towns, alike):
        scored = sorted(((together(place, other)[0], other.ags) for other in alike[place.ags]), reverse=True)
        assert [(score, ags) for score, ags, _, _ in best] == scored[:10]

"""Registries in the forms in which others keep them: what is taken, what is left out and why."""

from pathlib import Path

import orjson
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from crawler.portals import RegistryError, shipped
from crawler.registry.dataportals import STATES, read_entities
from crawler.registry.found import Known, host_in, known, place_of
from crawler.registry.parts import Part, part_from, rows_for_store
from crawler.registry.reading import read_registry
from crawler.sources.protocol import Portal

SHARED = Path(__file__).parents[3] / "shared"
HEAD = "municipality,org_title_in_portal,level,ars,ags,wikidata,parent_portal,org_slug_in_portal,url\n"
LAND = Portal("land", "https://www.daten.example/", settings={"aliases": "https://alt.example"})
TOWN = Portal("town", "https://daten.example/stadt", api_url="https://api.town.example/ckan")
KNOWN = known([LAND, TOWN], ["99111000"])


def entity(**given: object) -> dict[str, object]:
    """A made-up portal in the shape of the registry's schema."""
    place = {"country": {"id": "DE", "name": "Germany"}, "level": 30, "subregion": {"id": "DE-NI"}}
    return {
        "catalog_type": "Open data portal", "id": "musterhafen", "link": "https://offen.musterhafen.example",
        "name": "Offene Daten Musterhafen", "status": "active", "software": {"id": "ckan", "name": "CKAN"},
        "owner": {"name": "Stadt Musterhafen", "type": "Local government", "location": place},
        "uid": "cdi00000000", "update_date": "3.4.2023 00:00",
        **given,
    }  # fmt: skip


def reasons(entities: list[object]) -> list[str]:
    found = read_entities(entities, KNOWN)
    return [each.reason.partition(":")[0] for each in found.unplaced]


class TestOrganisations:
    def read(self, *lines: str, register: Known = KNOWN) -> tuple[list[Part], list[str]]:
        found = read_registry("orgs.csv", (HEAD + "\n".join(lines)).encode(), register)
        return found.parts, [each.reason for each in found.unplaced]

    def test_a_town_an_association_a_district(self) -> None:
        parts, left = self.read(
            "M,Stadt Musterhafen,municipality,991110000000,99111000,,daten.example,stadt-m,",
            "A,Amt Muster,collectiveMunicipality,991515001,,,alt.example,amt,",
            "K,Kreis Muster,district,99151,99151,,api.town.example,kreis,",
        )
        assert left == []
        assert [(part.portal, part.part, part.ags, part.ars, part.level) for part in parts] == [
            ("land", "stadt-m", "99111000", "991110000000", "municipality"),
            ("land", "amt", "", "991515001", "association"),
            ("town", "kreis", "", "99151", "district"),
        ]

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("M,M,municipality,,99111000,,other.example,m,", "no portal that we know stands there"),
            ("M,M,municipality,,99111000,,daten.example,,", "the part has no name"),
            ("M,M,municipality,,99119999,,daten.example,m,", "the key 99119999 is not in the register"),
            (
                "M,M,municipality,,,,daten.example,m,",
                "no key of a municipality, a district or an association",
            ),
            ("M,M,collectiveMunicipality,99,,,daten.example,m,", "no key of an association"),
            ("M,M,stateAgency,99,99,,daten.example,m,", "an agency of a state"),
            ("M,M,guild,99,99,,daten.example,m,", "the level 'guild' is not known"),
        ],
    )
    def test_what_has_no_place_is_left_with_a_reason(self, line: str, said: str) -> None:
        assert self.read(line) == ([], [said])

    def test_of_two_keys_for_one_part_none_is_guessed(self) -> None:
        line = "M,M,municipality,,9911{},,daten.example,m,"
        lines = [line.format("1000"), line.format("2000"), line.format("1000")]
        assert self.read(*lines, register=known([LAND])) == ([], ["rows give different keys"])
        assert len(self.read(lines[0], lines[0])[0]) == 1

    def test_the_real_list_is_placed_like_the_one_that_ships(self) -> None:
        path = SHARED / "portals" / "portal_orgs.csv"
        if not path.exists():
            pytest.skip("../shared/portals is not here")
        found = read_registry(path.name, path.read_bytes(), known(shipped()))
        assert len(found.parts) > 750
        assert {each.reason for each in found.unplaced} >= {"an agency of a state", "a federal agency"}


class TestDataportals:
    def test_an_entity_as_yaml_and_as_a_line(self) -> None:
        body = entity(endpoints=[{"type": "ckan", "url": "https://api.musterhafen.example/x/api/3"}])
        for name, text in (
            ("a.yaml", yaml.safe_dump(body)),
            ("a.yml", yaml.safe_dump_all([body])),
            ("b.yaml", yaml.safe_dump([body])),
            ("a.jsonl", orjson.dumps(body).decode() + "\n\n"),
        ):
            found = read_registry(name, text.encode(), KNOWN)
            (portal,) = found.portals
            assert (portal.key, portal.kind) == ("offen-musterhafen-example", "ckan")
            assert portal.api_url == "https://api.musterhafen.example/x"
            assert portal.settings == {
                "state": "active", "country": "DE", "body": "Stadt Musterhafen", "date": "2023-04-03",
                "source": "commondataio/dataportals-registry cdi00000000",
            }  # fmt: skip

    def test_a_state_covers_itself_and_a_viewer_is_marked(self) -> None:
        owner = entity()["owner"]
        assert isinstance(owner, dict)
        body = entity(owner=owner | {"type": "Regional government"}, software={"id": "masterportal"})
        (portal,) = read_entities([body], KNOWN).portals
        assert (portal.settings["covers"], portal.settings["state"], portal.kind) == (
            "03",
            "viewer",
            "services",
        )
        assert sorted(STATES.values()) == [f"{number:02}" for number in range(1, 17)]

    def test_the_address_of_a_csw(self) -> None:
        ends = [
            {"type": "openapi", "url": "https://x.example/api"},
            {"type": "csw202", "url": "https://x.example/csw?SERVICE=CSW"},
        ]
        (portal,) = read_entities([entity(software={"id": "geonetwork"}, endpoints=ends)], KNOWN).portals
        assert (portal.kind, portal.api_url) == ("csw", "https://x.example/csw")

    def test_the_rest_is_listed(self) -> None:
        assert reasons([
            None,
            entity(link="offen.example"),
            entity(link="http://DATEN.example"),
            entity(catalog_type="Scientific data repository"),
            entity(owner={"type": "Academy"}),
            entity(), entity(),
        ]) == [
            "no description of a portal", "no address", "known already as land",
            "no catalogue of open data or geodata", "the owner is no local or regional government",
            "the address comes twice",
        ]  # fmt: skip

    def test_lines_that_are_no_json_are_listed(self) -> None:
        found = read_registry("x.ndjson", b'{"name": "cut\n[1, 2]\n', KNOWN)
        assert [each.reason for each in found.unplaced] == ["no description of a portal"] * 2

    @pytest.mark.parametrize("text", ["a: [", "!!python/object:os.system x", "d: 2024-99-99", "[" * 5000])
    def test_yaml_that_is_none_is_one_sentence(self, text: str) -> None:
        with pytest.raises(RegistryError, match=r"^x.yaml is no YAML: [^\n]*$"):
            read_registry("x.yaml", text.encode(), KNOWN)

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=20),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        ["link", "name", "owner", "type", "software", "id", "endpoints", "location"]
                    ),
                    inner,
                )
            ),
            max_leaves=12,
        )
    )
    def test_whatever_an_entity_is_it_is_taken_or_listed(self, value: object) -> None:
        found = read_entities([value], KNOWN)
        assert len(found.portals) + len(found.unplaced) == 1


class TestTables:
    def test_our_own_parts(self) -> None:
        text = "portal,part,ags,certainty,reason\nland,m,99111000,95,\nnowhere,m,99111000,95,\nland,x,,,a state\n"
        found = read_registry("parts.csv", text.encode(), KNOWN)
        assert [part.part for part in found.parts] == ["m"]
        assert [each.reason for each in found.unplaced] == ["no portal that we know has this key", "a state"]
        with pytest.raises(RegistryError, match="Line 2: certainty is 'much'"):
            read_registry("parts.csv", b"portal,part,certainty\nland,m,much\n", KNOWN)

    def test_our_own_portals(self) -> None:
        found = read_registry("p.csv", b"key,url\nx,https://x.example/\n", KNOWN)
        assert [portal.key for portal in found.portals] == ["x"]

    def test_what_is_not_utf8_is_refused(self) -> None:
        with pytest.raises(RegistryError, match="not UTF-8"):
            read_registry("p.csv", "url\nhttps://köln.example".encode("latin-1"), KNOWN)

    def test_a_part_needs_a_portal_and_a_name(self) -> None:
        with pytest.raises(ValueError, match="no name"):
            part_from({"portal": "land"})

    def test_only_placed_parts_of_the_portals_go_to_the_store(self) -> None:
        parts = [Part("land", "a", ags="99111000"), Part("land", "b"), Part("town", "c", ags="99111000")]
        assert [row["part"] for row in rows_for_store(parts, ["land"])] == ["a"]


def test_places_and_hosts() -> None:
    assert place_of("http://www.Daten.example:8080/a/?q=1") == "daten.example:8080/a?q=1"
    assert host_in("https://daten.example?x") == host_in("www.daten.example/a") == "daten.example"
    assert place_of("http://[broken") == host_in("") == ""
    assert KNOWN.hosts["daten.example"] == "land", "the portal nearest to the root"

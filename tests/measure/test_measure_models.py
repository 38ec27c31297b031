"""Which model dataset a record is: declared, recognised by words, or none."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_house import House, found, hand_over

from catalog.measure.models import (
    MEASURES,
    OTHER,
    Recognised,
    by_slug,
    model_of_label,
    model_of_uri,
    models,
    shipped,
)
from catalog.measure.records import Item, look_at_changed
from catalog.record.node import Record
from catalog.record.table import DataService, Dataset
from catalog.record.terms import IRI, Literal
from catalog.store.measures import Measures

DEF = "https://musterdatenkatalog.de/def/musterdatensatz/"
TREES = "flora-und-fauna-baumbestand-baumkataster"
texts = st.text(max_size=80)


def slug_of(title: str, description: str = "", keywords: tuple[str, ...] = (), publisher: str = "") -> str:
    recognised = shipped().recognise(title, description, keywords, publisher)
    return recognised[0].slug if recognised else ""


def record(title: str, *references: str, **more: Any) -> Record:
    return Record(Dataset(title=[title], references=[IRI(uri) for uri in references], **more))


def measured(house: House, records: dict[str, Record]) -> dict[str, tuple[str, str, str]]:
    """Identifier → model, evidence, words of the records after a crawl that brings just these."""
    house.clock.advance(hours=1)
    sink = house.store.sink(house.store.begin_run(), "muster")
    hand_over(sink, [found(identifier, item) for identifier, item in records.items()])
    look_at_changed(house.store, (Recognised(),))
    sql = """select dataset.identifier, model, evidence, words from dataset_model
    join dataset on dataset.id = dataset_model.dataset"""
    return {identifier: (model, evidence, words) for identifier, model, evidence, words in house.rows(sql)}


class TestTable:
    def test_lists_242_model_datasets_with_addresses_and_words_of_their_own(self) -> None:
        assert len(models()) == len(by_slug()) == len({model.uri for model in models()}) == 242
        assert [model.slug for model in models() if len(model.words) < 3] == [OTHER]

    def test_no_word_is_listed_for_and_against_the_same(self) -> None:
        both = {model.slug: set(model.words) & set(model.excluded) for model in models()}
        assert {slug: words for slug, words in both.items() if words} == {}

    def test_every_label_is_recognised_as_itself(self) -> None:
        wrong = {model.label: said for model in models() if (said := slug_of(model.label)) != model.slug}
        assert set(wrong) <= {by_slug()[OTHER].label}

    @pytest.mark.parametrize(
        "path",
        [
            "floraUndFauna/baumbestand/baumkataster",
            "floraundfauna/baumbestand/baumkataster/",
            "flora-und-fauna/baumbestand/baumkataster?x=1",
            "Gr%C3%BCnfl%C3%A4chen/Baumbestand%2FBaumkataster",
        ],
    )
    def test_a_declaration_is_read_in_its_present_and_former_spellings(self, path: str) -> None:
        model = model_of_uri(f"http://www.musterdatenkatalog.de/def/musterdatensatz/{path}")
        assert model is not None
        assert model.slug == TREES

    def test_former_topics_lead_to_what_they_became(self) -> None:
        model = model_of_uri(f"{DEF}abfallwirtschaft/abfallkalender")
        assert model is by_slug()["abfallentsorgung-abfallkalender"]
        assert model_of_label("Wahlen - Wahllokale") is by_slug()["politische-partizipation-wahl-wahllokal"]

    @pytest.mark.parametrize(
        "uri", ["", DEF, f"{DEF}nie/gesehen", "https://example.org/def/musterdatensatz/bau/brunnen"]
    )
    def test_unknown_addresses_are_none(self, uri: str) -> None:
        assert model_of_uri(uri) is None

    @given(texts)
    def test_no_address_is_too_odd(self, path: str) -> None:
        model = model_of_uri(DEF + path)
        assert model is None or model in models()


class TestWords:
    @pytest.mark.parametrize(
        ("title", "slug"),
        [
            ("Straßenbäume 2023", TREES),
            ("STRASSENBAEUME der Gemeinde Dorfstadt", TREES),
            ("Kindergärten und Kindertagesstätten", "bildung-kindertageseinrichtung-standort"),
            ("Feuerwehrgerätehäuser", "sicherheit-feuerwehr-standort"),
            ("Stadt Musterhausen: Haushaltsplan 2024", "finanzen-haushalt-plan"),
            ("Öffentliche WC-Anlagen", "gesundheit-oeffentliche-toilette"),
            ("Hundesteuer und Hundebestand", "finanzen-steuern-und-abgaben"),
            ("Ladesäulen für Elektroautos", "verkehr-kfz-elektrotankstelle"),
            ("Street trees", TREES),
        ],
    )
    def test_recognises(self, title: str, slug: str) -> None:
        assert slug_of(title) == slug

    @pytest.mark.parametrize(
        ("title", "not_this"),
        [
            ("Baumschule Grünwald", TREES),
            ("Baumwolle und Wolle", TREES),
            ("Haushaltswaren", "finanzen-haushalt-plan"),
            ("Haushaltswarengeschäfte", "finanzen-haushalt-plan"),
            ("Fahrschulen", "bildung-schule-standort"),
            ("Baumärkte", "wirtschaft-dienstleistung-wochenmarkt"),
            ("Arbeitsmarkt", "wirtschaft-dienstleistung-wochenmarkt"),
            ("Bürgerhaushalt", "finanzen-haushalt-plan"),
            ("Kindergärten", "flora-und-fauna-flaeche-gruenflaeche-und-gruenflaechenkataster"),
            ("Parkplätze", "flora-und-fauna-flaeche-gruenflaeche-und-gruenflaechenkataster"),
            ("Blindgänger", "soziale-hilfe-behinderung-menschen-mit-behinderung"),
            ("Waldkirch in Zahlen", "flora-und-fauna-flaeche-waldflaeche"),
        ],
    )
    def test_what_only_sounds_like_it_is_not(self, title: str, not_this: str) -> None:
        assert slug_of(title) != not_this

    @pytest.mark.parametrize(
        "title", ["", "2024", "Datensatz", "Quantenphysik", "xyz 123", "Stadt Musterhausen:"]
    )
    def test_says_none_where_nothing_is_said(self, title: str) -> None:
        assert slug_of(title) == ""

    def test_compounds_are_taken_apart_by_known_words(self) -> None:
        assert slug_of("Kartäuserbrunnen") == "bau-brunnen"
        assert slug_of("Stadtteilbibliotheken") == "bildung-bibliothek-standort"

    def test_two_words_together_say_more_than_each(self) -> None:
        ranked = [found.slug for found in shipped().rank("Besucher der Museen")]
        assert ranked[:2] == ["kultur-museum-besucherzahl", "kultur-museum-standort"]

    def test_a_breakdown_is_not_the_subject(self) -> None:
        assert slug_of("Arbeitslose nach Altersgruppen") == "wirtschaft-arbeitslosigkeit"

    def test_an_ambiguous_title_is_asked_of_its_description_and_stays_unsure(self) -> None:
        described = ("Messstellen", "Grundwasserstände, Grundwasserqualität an Grundwassermessstellen")
        alone, with_description = shipped().rank(described[0])[0], shipped().rank(*described)[0]
        assert (alone.slug, with_description.slug[-6:]) == ("verkehr-kfz-messung", "wasser")
        assert slug_of(*described) == ""

    def test_of_a_title_that_tells_nothing_the_description_counts_more(self) -> None:
        assert slug_of("Bestand", "Alle Straßenbäume") == TREES
        assert slug_of("Sirenen", "Alle Straßenbäume").endswith("sirene")

    def test_the_publisher_says_nothing_of_the_subject(self) -> None:
        assert (
            slug_of("Schulen der Gemeinde Forstwald", publisher="Gemeinde Forstwald")
            == "bildung-schule-standort"
        )
        assert slug_of("Gemeinde Wald", publisher="Gemeinde Wald") in {
            "",
            "flora-und-fauna-flaeche-waldflaeche",
        }

    def test_the_words_that_decided_are_told(self) -> None:
        recognised = shipped().recognise("Baumkataster", "Alle Straßenbäume")
        assert recognised is not None
        assert recognised[0].words[0] == "baumkataster"
        assert 0.5 < recognised[1] <= 1

    @given(texts, texts, st.lists(texts, max_size=4), texts)
    def test_never_fails_and_is_never_surer_than_sure(
        self, title: str, description: str, keywords: list[str], publisher: str
    ) -> None:
        ranked = shipped().rank(title, description, keywords, publisher)
        assert 0 <= shipped().certainty(ranked) <= 1

    @given(st.permutations(["Bäume", "Straße", "Umwelt", "Open Data", "Kataster"]))
    def test_the_order_of_keywords_makes_no_difference(self, keywords: list[str]) -> None:
        assert shipped().rank("Bestand", "", keywords) == shipped().rank("Bestand", "", sorted(keywords))


class TestRecords:
    def test_what_a_record_declares_goes_before_its_words(self, house: House) -> None:
        said = measured(
            house, {"a": record("Baumkataster", f"{DEF}bau/brunnen"), "b": record("Baumkataster")}
        )
        assert said == {
            "a": ("bau-brunnen", "declared", f"{DEF}bau/brunnen"),
            "b": (TREES, "words", "baumkataster"),
        }

    def test_sonstiges_means_none(self, house: House) -> None:
        assert measured(house, {"a": record("Baumkataster", f"{DEF}sonstiges/sonstiges")}) == {}

    def test_an_unknown_model_is_counted_and_the_words_decide(self, house: House) -> None:
        said = measured(
            house, {"a": record("Baumkataster", f"{DEF}nie/gesehen"), "b": record("Xyz", DEF + "%ff")}
        )
        assert said == {"a": (TREES, "words", "baumkataster")}
        assert house.rows("select uri from unknown_model order by uri") == [
            (DEF + "%ff",),
            (f"{DEF}nie/gesehen",),
        ]

    def test_other_references_declare_nothing(self, house: House) -> None:
        assert measured(house, {"a": record("Xyz", "https://example.org/gesetz")}) == {}
        assert house.one("select count(*) from unknown_model") == 0

    def test_a_changed_record_is_looked_at_anew(self, house: House) -> None:
        assert measured(house, {"a": record("Baumkataster")})["a"][0] == TREES
        assert measured(house, {"a": record("Sirenen")})["a"][0].endswith("sirene")
        assert measured(house, {"a": record("Xyz")}) == {}

    def test_the_catalogue_is_in_the_database(self, house: House) -> None:
        measured(house, {"a": record("Xyz")})
        assert house.one("select count(*) from model") == 242
        assert (
            house.one("select uri from model where slug = ?", TREES)
            == f"{DEF}floraUndFauna/baumbestand/baumkataster"
        )

    def test_a_service_is_no_dataset(self) -> None:
        recognised = Recognised()
        recognised.look(item("Baumkataster", kind="DataService"))
        assert recognised._rows == []

    def test_descriptions_in_german_are_read_without_markup(self, house: House) -> None:
        described = [Literal("<p>Alle <b>Straßenbäume</b></p>", "de"), Literal("All pharmacies", "en")]
        assert measured(house, {"a": record("Bestand", description=described)})["a"][0] == TREES

    @given(
        st.recursive(
            st.none() | st.integers() | texts,
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=2),
        )
    )
    def test_no_record_is_too_odd(self, value: object) -> None:
        values = value if isinstance(value, list) else [value]
        recognised = Recognised()
        recognised.look(item("Bäume", references=values, description=values, keyword=values))


class TestMeasures:
    def test_rows_of_every_measure_are_those_of_the_figure(self, house: House) -> None:
        town = "99000001"
        records = {
            "a": record("Baumkataster"),
            "b": record("Stadtbäume"),
            "c": record("Xyz"),
            "d": record("Xyz", f"{DEF}nie/gesehen"),
        }
        measured(house, records)
        writing = Measures(house.store)
        writing.keep("municipality", ("ags", "name", "size_class"), [(town, "Kleinstadt", 7)])
        writing.change("dataset", ("ags",), [(town, key) for (key,) in house.rows("select id from dataset")])
        named = {"ags": town, "size_class": 7}
        rows = {one.slug: house.store.conn.execute(one.sql, named).fetchall() for one in MEASURES}
        assert [row[2] for row in rows["models-recognised"]].count(TREES) == 2
        assert len(rows["models-recognised"]) == 4
        assert [(row[0], row[3]) for row in rows["models-of-municipality"]] == [(TREES, 2)]
        assert [(row[0], row[2], row[3]) for row in rows["models-share-of-class"]] == [(TREES, 1, 1)]
        assert [row[2] for row in rows["models-unknown"]] == [f"{DEF}nie/gesehen"]


def item(title: str, kind: str = "Dataset", **properties: object) -> Item:
    return Item(1, 1, "k", "i", "", kind, "", title, "", dict(properties), 1)


def test_services_are_a_class_of_their_own() -> None:
    assert DataService.__name__ == "DataService"

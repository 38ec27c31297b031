"""Laws of cleaning: any text in, never an error; cleaning twice is cleaning once."""

from collections.abc import Callable
from typing import Any

import pyoxigraph
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from catalog.cleaning.dates import XSD, is_valid_lexical, read_date, read_interval
from catalog.cleaning.formats import read_format, read_media_type
from catalog.cleaning.frequencies import read_frequency, read_granularity
from catalog.cleaning.geometry import read_geometry
from catalog.cleaning.iris import encode_iri, is_valid_iri, is_web_address, repair_iri, repair_mailbox
from catalog.cleaning.languages import language_tag, read_language
from catalog.cleaning.licences import read_licence
from catalog.cleaning.people import drop_person, is_function_mailbox, is_person
from catalog.cleaning.sizes import read_size
from catalog.cleaning.text import plain
from catalog.cleaning.themes import read_theme

# Everything that a str can hold, unpaired surrogates and NUL included.
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=40)


def salted(*pieces: str) -> st.SearchStrategy[str]:
    """Texts made of pieces that matter to one reader, mixed with anything."""
    return st.lists(st.one_of(st.sampled_from(pieces), ANY_TEXT), max_size=8).map("".join)


IRI_TEXT = salted(
    "http://",
    "https:/",
    "www.",
    "mailto:",
    "a@b.de",
    "[",
    "]",
    "#",
    "?",
    "%",
    "%2",
    "\\",
    " ",
    "ä",
    "::1",
    "/",
    ":",
    "urn:x:",
)
DATE_TEXT = salted(
    "2014",
    "-02-",
    "29",
    "T",
    "12:30",
    ":00",
    ".123",
    "+02:00",
    "Z",
    "01.02.",
    "/",
    "P1D",
    "R/",
    " ",
    "Juli",
    "9" * 10,
)
MARKUP = salted(
    "<",
    ">",
    "b",
    "</p>",
    "&amp;",
    "&lt;",
    "[x](",
    ")",
    "*",
    "**",
    "_",
    "`",
    "#",
    "# ",
    "\n",
    "&#",
    "60;",
    "<!--",
    "-->",
)
SIZES = salted("1", "234", ".", ",", " ", "KB", "MB", "Bytes", "-", "e5")
MAILS = salted("info", "max", ".", "mueller", "@", "x.de", "amt-61", "mailto:", "(at)")
NAMES = salted("Herr ", "Dr. ", "Anna", " ", "Muster", ", ", "Stadt", "GmbH", "-", "(", ")", "M.")
WKT = salted(
    "POLYGON",
    "((",
    "))",
    "8 50",
    ",",
    "SRID=4326;",
    "<",
    ">",
    "POINT",
    "1e9",
    "-",
    "{",
    '"type"',
    "[",
    "]",
    "nan",
)
LICENCES = salted(
    "cc-by",
    "-",
    "4.0",
    "Datenlizenz Deutschland",
    "Zero",
    " ",
    "http://creativecommons.org/licenses/",
    "by/",
    '{"id":',
    '"x"}',
)
INTERVALS = salted("P", "1", "Y", "M", "T", "R/", "0.5", "D", "jährlich", "/")

READERS: list[tuple[Callable[[str], object], st.SearchStrategy[str]]] = [
    (read_date, DATE_TEXT),
    (read_interval, DATE_TEXT),
    (repair_iri, IRI_TEXT),
    (encode_iri, IRI_TEXT),
    (is_valid_iri, IRI_TEXT),
    (is_web_address, IRI_TEXT),
    (repair_mailbox, MAILS),
    (read_language, ANY_TEXT),
    (language_tag, ANY_TEXT),
    (read_format, IRI_TEXT),
    (read_media_type, IRI_TEXT),
    (read_licence, LICENCES),
    (read_theme, ANY_TEXT),
    (read_frequency, INTERVALS),
    (read_granularity, INTERVALS),
    (read_geometry, WKT),
    (read_size, SIZES),
    (plain, MARKUP),
    (is_function_mailbox, MAILS),
    (is_person, NAMES),
    (drop_person, NAMES),
]


@pytest.mark.parametrize(("reader", "texts"), READERS, ids=[reader.__name__ for reader, _ in READERS])
def test_any_text_is_taken(reader: Callable[[str], object], texts: st.SearchStrategy[str]) -> None:
    @given(st.one_of(ANY_TEXT, texts))
    def takes(text: str) -> None:
        assert reader(text) == reader(text)

    takes()


@given(ANY_TEXT, st.one_of(ANY_TEXT, IRI_TEXT), ANY_TEXT)
def test_formats_take_any_text_in_every_place(text: str, url: str, media_type: str) -> None:
    found = read_format(text, url, media_type)
    assert found is None or found == read_format(found.code)


TWICE: list[tuple[Callable[[str], str | None], st.SearchStrategy[str]]] = [
    (lambda text: (read_date(text) or (None,))[0], DATE_TEXT),
    (repair_iri, IRI_TEXT),
    (encode_iri, IRI_TEXT),
    (repair_mailbox, MAILS),
    (plain, MARKUP),
    (drop_person, NAMES),
    (read_language, st.sampled_from(["de", "Deutsch", "ger", "fr-FR"])),
    (read_frequency, st.sampled_from(["jährlich", "R/P1M", "asNeeded", "DAILY"])),
    (read_media_type, st.sampled_from(["csv", "text/csv; charset=utf-8", "application/x-zip-compressed"])),
]


@pytest.mark.parametrize(
    ("clean", "texts"),
    TWICE,
    ids=["date", "iri", "encoded", "mailbox", "text", "person", "language", "frequency", "media type"],
)
def test_cleaning_twice_is_cleaning_once(
    clean: Callable[[str], str | None], texts: st.SearchStrategy[str]
) -> None:
    @given(st.one_of(ANY_TEXT, texts))
    def is_stable(text: str) -> None:
        once = clean(text)
        assert once is None or clean(once) == once

    is_stable()


@given(DATE_TEXT)
def test_dates_that_are_read_are_valid_by_their_datatype(text: str) -> None:
    found = read_date(text)
    assert found is None or is_valid_lexical(found.lexical, found.datatype)


@given(DATE_TEXT)
def test_intervals_hold_valid_dates(text: str) -> None:
    for end in read_interval(text) or ():
        assert end == "" or read_date(end) is not None


@given(
    DATE_TEXT,
    st.sampled_from(["date", "dateTime", "gYear", "gYearMonth", "duration", "decimal", "hexBinary"]),
)
def test_lexical_forms_are_judged_for_any_text(text: str, datatype: str) -> None:
    assert isinstance(is_valid_lexical(text, XSD + datatype), bool)


@given(st.dates(), st.times())
def test_python_and_xsd_agree_on_dates(day: Any, time: Any) -> None:
    assert is_valid_lexical(day.isoformat(), XSD + "date")
    assert is_valid_lexical(f"{day.isoformat()}T{time.isoformat()}", XSD + "dateTime")


@given(st.one_of(ANY_TEXT, IRI_TEXT))
def test_repaired_iris_are_valid_and_both_libraries_take_them(text: str) -> None:
    repaired = repair_iri(text)
    if repaired is not None:
        assert is_valid_iri(repaired)
    for iri in {text, repaired} - {None}:
        assert iri is not None
        if is_valid_iri(iri):
            assert pyoxigraph.NamedNode(iri).value == iri
            assert rdflib.URIRef(iri).n3() == f"<{iri}>"


@given(st.one_of(ANY_TEXT, IRI_TEXT))
def test_encoded_texts_can_stand_in_an_iri(text: str) -> None:
    assert pyoxigraph.NamedNode("urn:x:" + encode_iri(text))


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | ANY_TEXT,
        lambda inner: (
            st.lists(inner, max_size=5)
            | st.dictionaries(
                st.sampled_from(["type", "coordinates", "bbox", "geometry", "geometries", "features"]), inner
            )
        ),
        max_leaves=20,
    )
)
def test_geometry_takes_any_json(value: Any) -> None:
    found = read_geometry(value)
    if found is not None:
        west, south, east, north = found.bbox
        assert -180 <= west <= found.centroid[0] <= east <= 180
        assert -90 <= south <= found.centroid[1] <= north <= 90
        assert read_geometry(found.wkt) == found


@given(st.one_of(st.integers(), st.floats(), st.booleans()))
def test_sizes_are_not_negative_and_fit_into_sqlite(number: float) -> None:
    size = read_size(number)
    assert size is None or 0 <= size < 2**63

"""Dates: every shape that portals were seen to write."""

import pytest

from catalog.cleaning.dates import XSD, is_valid_lexical, read_date, read_interval


@pytest.mark.parametrize(
    ("text", "lexical", "datatype"),
    [
        ("2019-02-05T19:28:01.123456", "2019-02-05T19:28:01.123456", "dateTime"),
        ("2019-02-05T19:28:01", "2019-02-05T19:28:01", "dateTime"),
        ("2015-01-21T12:27:37+01:00", "2015-01-21T12:27:37+01:00", "dateTime"),
        ("2016-04-19T19:48:05.433640-03:00", "2016-04-19T19:48:05.433640-03:00", "dateTime"),
        ("2019-04-08T11:19:21.000Z", "2019-04-08T11:19:21.000Z", "dateTime"),
        ("2025-07-31 00:00:00+0000", "2025-07-31T00:00:00+00:00", "dateTime"),
        ("2025-07-16 00:00", "2025-07-16T00:00:00", "dateTime"),
        ("2016/04/14", "2016-04-14", "date"),
        ("2016/04/14 10:11:12", "2016-04-14T10:11:12", "dateTime"),
        ("20250716", "2025-07-16", "date"),
        ("2019-03-29", "2019-03-29", "date"),
        ("2019-03-29Z", "2019-03-29Z", "date"),
        (" 2019-03-29\n", "2019-03-29", "date"),
        ("Date changed\t2014-09-17T09:15:29+02:00", "2014-09-17T09:15:29+02:00", "dateTime"),
        ("jeu, 22/09/2016 - 16:32", "2016-09-22T16:32:00", "dateTime"),
        ("mar, 10/12/2019 - 09:23", "2019-12-10T09:23:00", "dateTime"),
        ("Tue, 07/22/2014 - 15:38", "2014-07-22T15:38:00", "dateTime"),
        ("31/12/2019", "2019-12-31", "date"),
        ("01.02.2014", "2014-02-01", "date"),
        ("1.2.2014, 9:05 Uhr", "2014-02-01T09:05:00", "dateTime"),
        ("22. Juli 2014", "2014-07-22", "date"),
        ("1. März 2020 14:00", "2020-03-01T14:00:00", "dateTime"),
        ("July 22, 2014", "2014-07-22", "date"),
        ("Wed, 30 Jul 2025 11:19:40 GMT", "2025-07-30T11:19:40Z", "dateTime"),
        ("Juli 2014", "2014-07", "gYearMonth"),
        ("2014-07", "2014-07", "gYearMonth"),
        ("2014", "2014", "gYear"),
        ("1406099103", "2014-07-23T07:05:03Z", "dateTime"),
        ("1406099103123", "2014-07-23T07:05:03.123Z", "dateTime"),
    ],
)
def test_shapes_that_name_a_date(text: str, lexical: str, datatype: str) -> None:
    assert read_date(text) == (lexical, XSD + datatype)


@pytest.mark.parametrize(
    "text",
    [
        "", "Date changed\t", "R/P1D", "R/P1M", "2014-01-01/2015-01-01", "9999-99-99", "20013-01-01", "20013",
        "2014-02-30", "2013-02-29", "31.04.2014", "0000", "0000-01-01", "2014-13", "2014-00", "03/04/2014",
        "Mon, 22/07/2014 - 15:38", "2014-01-01T25:00:00", "2014-01-01T12:00:60", "2014-01-01T12:00:00+15:00",
        "gestern", "Stand: 2014", "{{modified}}", "12", "99999999", "4102444801", "32. Juli 2014", "Foo 2014",
        "Date changed Date changed", "٢٠١٤", "2014-01-01" * 20,
    ],
)  # fmt: skip
def test_what_names_no_date(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("2006-01-01/2015-06-01", ("2006-01-01", "2015-06-01")),
        (
            "2016-01-01T03:00:00.000Z/2017-08-31T03:00:00.000Z",
            ("2016-01-01T03:00:00.000Z", "2017-08-31T03:00:00.000Z"),
        ),
        ("2010/2014", ("2010", "2014")),
        ("2010-2014", ("2010", "2014")),
        ("01.01.2010 bis 31.12.2010", ("2010-01-01", "2010-12-31")),
        ("Januar 2010 – März 2011", ("2010-01", "2011-03")),
        ("2014-01-01/..", ("2014-01-01", "")),
        ("/2014", ("", "2014")),
        ("2014-01-01/", ("2014-01-01", "")),
    ],
)
def test_periods(text: str, ends: tuple[str, str]) -> None:
    assert read_interval(text) == ends


@pytest.mark.parametrize(
    "text", ["", "/", "../..", "R/P1D", "2014-01-01", "2014-01-01/P1Y", "a/b", "2010/2011/2012"]
)
def test_what_is_no_period(text: str) -> None:
    assert read_interval(text) is None


@pytest.mark.parametrize(
    ("text", "datatype", "valid"),
    [
        ("2014-02-28", "date", True),
        ("2014-02-29", "date", False),
        ("2012-02-29", "date", True),
        ("1900-02-29", "date", False),
        ("2000-02-29+02:00", "date", True),
        ("2014-04-31", "date", False),
        ("-0044-03-15", "date", True),
        ("20013-01-01", "date", True),
        ("2014-1-1", "date", False),
        ("2014-01-01T00:00:00", "date", False),
        ("2014-01-01T24:00:00", "dateTime", True),
        ("2014-01-01T24:00:01", "dateTime", False),
        ("2014-02-30T00:00:00Z", "dateTime", False),
        ("-0004-02-29T00:00:00Z", "dateTime", True),
        ("2014-01-01", "dateTime", False),
        ("2014-01-01T00:00:00+14:00", "dateTime", True),
        ("2014-01-01T00:00:00+14:01", "dateTime", False),
        ("2014", "gYear", True),
        ("14", "gYear", False),
        ("2014-13", "gYearMonth", False),
        ("P1Y2M3DT4H5M6.7S", "duration", True),
        ("P", "duration", False),
        ("P1DT", "duration", False),
        ("PT1H", "duration", True),
        ("P1W", "duration", False),
        ("1.5", "decimal", True),
        ("1,5", "decimal", False),
        ("1e5", "double", True),
        ("-5", "nonNegativeInteger", False),
        ("5120", "nonNegativeInteger", True),
        ("0aF", "hexBinary", False),
        ("0aFf", "hexBinary", True),
        ("anything", "string", True),
    ],
)
def test_lexical_forms(text: str, datatype: str, valid: bool) -> None:
    assert is_valid_lexical(text, XSD + datatype) is valid

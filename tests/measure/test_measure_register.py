"""Registers: what ships, what a newer file says, what it changes, and that nothing is lost by a bad row."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from store_house import House

from catalog.measure.register import UnreadableRegister, read_register
from catalog.measure.register_changes import Unit, compare
from catalog.store.database import reading
from catalog.store.registers import Former, Registers, resolve
from catalog.store.store import Store
from catalog.vocabulary.registers import (
    CITY_STATES,
    bodies_of,
    municipality_key,
    shipped_aliases,
    shipped_register,
    size_class,
)
from crawler.cli import main
from crawler.commands.registering import load_register_once


def line(
    kind: str, land: str, name: str, type_: str = "", *, town: str = "   ", association: str = "    ",
    area: str = "", population: str = "", postcode: str = "",
) -> str:  # fmt: skip
    """One line of GV100AD: 220 characters, fields at fixed places. `land`: key of the district (5) or state (2)."""
    head = f"{kind}20251231{land:<5}{town}{association}{name:<50}{'':<50}{type_:<2}{'':<4}"
    numbers = f"{area:>11}{population:>11}{population:>11}" if kind == "60" else ""
    return f"{head}{numbers}{'':<4}{postcode:<5}".ljust(220)


FILE = "\n".join([
    line("10", "99", "Musterland"),
    line("40", "99101", "Musterhafen, Stadt", "41"),
    line("40", "99102", "Kleve", "44"),
    line("50", "99101", "Musterhafen, Stadt", "50", association="0000"),
    line("50", "99102", "Konzen", "53", association="5001"),
    line("60", "99101", "Musterhafen, Stadt", "61", town="000", association="0000", area="00000012345", population="00000300000", postcode="99999"),
    line("60", "99102", "Konzen, Stadt", "63", town="004", association="5001", area="00000005000", population="00000018000"),
    line("60", "99102", "Musterwald, gemfr. Gebiet", "66", town="444", association="9444", area="00000000100", population="00000000000"),
])  # fmt: skip


def test_the_german_register_is_whole() -> None:
    units = shipped_register()
    assert len(units) == 10_981
    assert len({unit["ags"] for unit in units}) == len({unit["ars"] for unit in units}) == 10_981
    assert sum(int(unit["population"]) for unit in units) == 84_358_845
    assert all(municipality_key(unit["ars"]) == unit["ags"] for unit in units)
    classed = [unit for unit in units if unit["size_class"]]
    assert len(classed) == 10_773
    assert all(int(unit["size_class"]) == size_class(int(unit["population"])) for unit in classed)
    kinds = [body.kind for body in bodies_of(units)]
    assert (kinds.count("district"), kinds.count("state")) == (294, 16)
    assert all(row["ags"] in {unit["ags"] for unit in units} for row in shipped_aliases())


def test_the_shipped_register_is_taken_once_into_an_empty_database(house: House) -> None:
    load_register_once(house.store)
    assert house.rows("select count(*), sum(unincorporated) from municipality") == [(10_981, 208)]
    for key, town in CITY_STATES.items():
        assert resolve(house.conn, key) == resolve(house.conn, town) == town
    assert resolve(house.conn, "05111") == "05111000"
    assert resolve(house.conn, "05334") == "05334"
    assert resolve(house.conn, "053340002002") == "05334002"
    assert resolve(house.conn, "nichts") == ""
    house.conn.execute("update municipality set homepage = 'https://aachen.example' where ags = '05334002'")
    house.conn.execute("delete from municipality where ags = '11000000'")
    load_register_once(house.store)
    assert resolve(house.conn, "11000000") == ""  # not empty, so it was left alone
    Registers(house.store.db).load_shipped()
    assert house.rows("select homepage from municipality where ags = '05334002'") == [
        ("https://aachen.example",)
    ]


def test_gv100ad_is_read() -> None:
    found = read_register(FILE.encode())
    assert found.faults == []
    hafen, konzen, wald = found.units
    assert (hafen["ags"], hafen["ars"], hafen["type"]) == ("99101000", "991010000000", "Kreisfreie Stadt")
    assert (hafen["area"], hafen["population"], hafen["postcode"]) == (123.45, 300_000, "99999")
    assert (konzen["district"], konzen["association"], konzen["association_type"]) == (
        "Kleve",
        "Konzen",
        "Verbandsgemeinde",
    )
    assert wald["unincorporated"] == 1
    assert [(body.key, body.kind, body.type) for body in found.bodies or ()] == [
        ("99", "state", ""), ("99102", "district", "Landkreis"), ("991025001", "association", "Verbandsgemeinde")]  # fmt: skip


def test_bad_lines_of_gv100ad_are_sentences() -> None:
    bad = [
        line("60", "99102", "Ohne Einwohner", "64", town="005", association="0005", area="00000000100"),
        line(
            "60",
            "99102",
            "Null",
            "64",
            town="006",
            association="0006",
            area="00000000100",
            population="00000000000",
        ),
        line("60", "99102", "Doppelt", "64", town="004", association="5001", area="1", population="1"),
        line("60", "99102", "Falsche Art", "99", town="007", association="0007", area="1", population="1"),
        line("60", "99102", "Buchstaben", "64", town="008", association="0008", area="viel", population="1"),
        "99kein Satz",
        "60",
    ]
    found = read_register("\n".join([FILE, *bad]).encode())
    assert [unit["name"] for unit in found.units][3:] == ["Ohne Einwohner", "Null"]
    said = "\n".join(found.faults)
    assert said.count("is no record of GV100AD") == 4
    assert "99102004 Doppelt: the key is already Konzen, Stadt's" in said
    assert "99102005 Ohne Einwohner: no inhabitants are given" in said
    assert "99102006 Null: it has 0 inhabitants" in said


def test_a_table_of_another_country_is_read() -> None:
    text = "Gemeindekennziffer;Gemeindename;Bundesland;Einwohner;Fläche;Breite;Länge\n10101;Mustereisen;Burgenland;14.476;42,91;47,84;16,53\n"
    (unit,) = read_register(text.encode("cp1252"), "at").units
    assert {key: unit[key] for key in ("ags", "name", "state", "population", "area", "lat", "lon", "country")} == {
        "ags": "10101", "name": "Mustereisen", "state": "Burgenland", "population": 14_476, "area": 42.91, "lat": 47.84,
        "lon": 16.53, "country": "AT"}  # fmt: skip


@pytest.mark.parametrize(
    ("row", "fault", "kept"),
    [
        ("9910,Kurz,5", "the key has not 8 digits", 1),
        ("99102001,Zweimal,5", "the key is already Kleve's", 1),
        ("99102002,GrÃ¼n,5", "the name holds broken letters", 2),
        ("99102002,Gr\ufffdn,5", "the name holds broken letters", 2),
        ("99102002,Leer,", "no inhabitants are given", 2),
        ("99102002,Null,0", "it has 0 inhabitants", 2),
        ("99102002,Wort,viele", "population 'viele' is no number", 2),
        ("99102002,Minus,-5", "population '-5' is no number", 2),
        (",Schlüssellos,5", "has no key or no name", 1),
    ],
)
def test_bad_rows_are_reported(row: str, fault: str, kept: int) -> None:
    found = read_register(f"ags,name,population\n99102001,Kleve,50000\n{row}\n".encode(), "DE")
    assert any(fault in said for said in found.faults), found.faults
    assert len(found.units) == kept


@pytest.mark.parametrize("body", [b"", b"\x00\xff", b"a,b\n1,2\n", b"ags,name\n", b"<html></html>", b"60"])
def test_what_is_no_register_is_said_to_be_none(body: bytes) -> None:
    with pytest.raises(UnreadableRegister, match="is no register"):
        read_register(body)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reading(body: bytes) -> None:
    for start in (b"", b"ags,name,population,lat\n", b"6020251231"):
        try:
            units = read_register(start + body, "DE").units
        except UnreadableRegister:
            continue
        assert all(len(unit["ags"]) == 8 for unit in units)


def unit(key: str, name: str, area: float, population: int = 1000, association: str = "") -> Unit:
    return Unit(key, name, key[:5], association, population, area)


OLD = [unit("99102001", "A", 10), unit("99102002", "B", 5), unit("99102003", "C", 7), unit("99102004", "D", 3),
       unit("99103001", "E", 9), unit("99103002", "F", 4)]  # fmt: skip


def test_what_a_newer_register_changes() -> None:
    new = [
        unit("99102001", "A-Stadt", 15.01, 1900),  # renamed, takes in B (5 km²)
        unit("99102009", "CD", 10),  # new, of C and D (7 + 3)
        unit("99104001", "E", 9),  # the same under another key
    ]
    changes = compare(OLD, new)
    assert changes.merged == {"99102002": "99102001", "99102003": "99102009", "99102004": "99102009"}
    assert changes.rekeyed == {"99103001": "99104001"}
    assert [one.key for one in changes.vanished] == ["99103002"]
    assert changes.renamed == {"99102001": ("A", "A-Stadt")}
    assert [one.key for one in changes.new] == ["99102009", "99104001"]
    assert changes.jumps == {}  # who takes another in may grow
    assert compare(OLD, [*OLD[1:], unit("99102001", "A", 10, 1300)]).jumps == {"99102001": (1000, 1300)}
    assert compare(OLD, OLD[:-1], {"99103002": "99103001"}).merged == {"99103002": "99103001"}


def test_a_part_of_a_country_lets_nothing_vanish() -> None:
    changes = compare(OLD, OLD[:2])
    assert changes.former() == []
    assert len(changes.vanished) == 4


@given(st.lists(st.sampled_from(OLD), unique=True), st.lists(st.sampled_from(OLD), unique=True))
def test_every_key_has_one_fate(old: list[Unit], new: list[Unit]) -> None:
    changes = compare(old, new)
    gone = {one.key for one in old} - {one.key for one in new}
    assert gone == {*changes.merged, *changes.rekeyed, *(one.key for one in changes.vanished)}
    assert {one.key for one in changes.new} == {one.key for one in new} - {one.key for one in old}


def test_chains_of_successors_lead_to_the_last(house: House) -> None:
    registers = Registers(house.store.db)
    registers.load(
        [{"ags": key, "name": key, "lat": lat} for key, lat in (("1", 50.0), ("2", None), ("3", None))]
    )
    house.store.keep_portals([{"key": "p", "url": "u", "ags": "1"}])
    registers.load([], [], [Former("1", "2", "merged")])
    registers.load([], [], [Former("2", "3", "rekeyed", "2027-01-01")])
    assert [resolve(house.conn, key) for key in "123"] == ["3", "3", "3"]
    assert house.rows("select ags, lat from municipality") == [("3", 50.0)]
    assert house.rows("select ags, body from portal where key = 'p'") == [("3", "1")]


def run(*command: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, list(command))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result.exit_code, result.output


def test_the_commands_of_the_register(tmp_path: Path) -> None:
    db, old, new = (str(tmp_path / name) for name in ("b.db", "old.csv", "new.csv"))
    head = "code,name,population,area\n"
    Path(old).write_text(f"{head}99102001,A,1000,10\n99102002,B,1000,5\n", encoding="utf-8")
    Path(new).write_text(f"{head}99102001,Aa,2000,15\n99102001,Doppelt,1,1\n", encoding="utf-8")
    assert run("register", "import", old, "--db", db, "--country", "XX")[0] == 0
    code, text = run("register", "check", new, "--db", db, "--country", "XX", "--json")
    assert code == 0
    assert json.loads(text)["merged"] == {"99102002": "99102001"}
    assert json.loads(text)["faults"] == ["99102001 Doppelt: the key is already Aa's, the row is left out."]
    assert (
        "merged" in run("register", "import", new, "--db", db, "--country", "XX", "--since", "2027-01-01")[1]
    )
    shown = json.loads(run("register", "show", "99102002", "--db", db, "--json")[1])
    assert (shown["key"], shown["name"], shown["population"]) == ("99102001", "Aa", 2000)
    assert run("register", "show", "1", "--db", db) == (1, "bestand: The register knows no key '1'.\n")
    assert run("register", "check", str(tmp_path / "b.db"), "--db", db)[0] == 2


def test_the_commands_of_attribution(tmp_path: Path) -> None:
    path = tmp_path / "b.db"
    store = Store(path)
    store.keep_municipalities([_town("99102001", "Neustadt"), _town("99103001", "Neustadt")])
    store.keep_portals([{"key": "bund", "url": "u"}])
    store.conn.execute("insert into attribution_review (portal, publisher, reason, candidates, datasets)"
                       " values (1, 'Stadt Neustadt', 'namesakes', '[\"99102001\",\"99103001\"]', 7)")  # fmt: skip
    store.conn.commit()
    store.close()
    db = str(path)
    (row,) = json.loads(run("attribution", "review", "--db", db, "--json")[1])
    assert row == {"portal": "bund", "publisher": "Stadt Neustadt", "reason": "namesakes", "datasets": 7,
                   "candidates": [{"key": "99102001", "name": "Neustadt"}, {"key": "99103001", "name": "Neustadt"}]}  # fmt: skip
    assert "Stadt Neustadt" in run("attribution", "review", "--db", db)[1]
    assert run("attribution", "decide", "Stadt Neustadt", "99103001", "--portal", "bund", "--db", db)[0] == 0
    assert run("attribution", "decide", "Niemand", "-", "--db", db)[0] == 0
    assert run("attribution", "decide", "X", "123", "--db", db)[0] == 2
    assert run("attribution", "decide", "X", "99103001", "--portal", "nirgends", "--db", db)[0] == 2
    rows = list(csv.DictReader((tmp_path / "b-decisions.csv").read_text(encoding="utf-8").splitlines()))
    assert [(row["portal"], row["publisher"], row["key"]) for row in rows] == [
        ("", "Niemand", "-"), ("bund", "Stadt Neustadt", "99103001")]  # fmt: skip


def _town(key: str, name: str) -> Mapping[str, str]:
    return {"ags": key, "name": name, "type": "Stadt"}


def test_a_crawl_takes_the_register_by_itself(tmp_path: Path) -> None:
    (tmp_path / "liste.csv").write_text("Titel\nBaumkataster\n", encoding="utf-8")
    run("crawl", str(tmp_path / "liste.csv"), "--db", str(tmp_path / "b.db"))
    with reading(tmp_path / "b.db") as db:
        assert db.execute("select count(*) from municipality").fetchone() == (10_981,)

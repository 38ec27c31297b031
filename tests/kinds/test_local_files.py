"""Inventories and RDF on disk as portals: read, found unchanged, changed, broken, read again; nothing else is reached."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from crawls import OPTIONS
from hypothesis import given
from hypothesis import strategies as st
from loopback import Loopback, Response, Routes, fixed, serving, text
from portal_rdf_folder import turtle
from scrapy.exceptions import DownloadCancelledError

from catalog.store.store import Store
from crawler.cli import main
from crawler.fetch import local_files
from crawler.fetch.frontier import Frontier
from crawler.fetch.local_files import read_local
from crawler.fetch.outcomes import AddressRefused
from crawler.fetch.run import detect
from crawler.harvest import Harvest, harvest, portal_of, read_again
from crawler.portals import RegistryError, key_for, parse
from crawler.sources import rdf_folder
from crawler.sources.local import address_of, is_local, lies_in, path_of
from crawler.sources.protocol import Call, Payload, Portal
from crawler.wanted import NotKnown, address, portal_for

TABLE = "Kennung;Titel;Amt;Zugang;Download\n1;Bäume;Grünamt;offen;https://daten.example/1.csv\n2;Wege;Tiefbau;intern;\n"
LIMIT = 1_000_000


def folder_of(path: Path, numbers: Sequence[int] = range(4)) -> Path:
    """RDF on disk: files 0 to 2, file 3 in a folder below, beside things that are none of the portal's."""
    (path / "mehr").mkdir(parents=True)
    (path / ".git").mkdir()
    for number in numbers:
        (path / ("mehr" if number > 2 else ".") / f"{number}.ttl").write_text(turtle(number, 0), "utf-8")
    (path / ".git" / "9.ttl").write_text(turtle(9, 0), "utf-8")
    (path / ".8.ttl").write_text(turtle(8, 0), "utf-8")
    return path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "bestand.db")
    yield store
    store.close()


def crawl(store: Store, *paths: Path, max_bytes: int = LIMIT) -> Harvest:
    rows = {row["url"]: portal_of(row) for row in store.portals()}
    portals = [portal_for(list(rows.values()), str(path)) for path in paths]
    options = OPTIONS if max_bytes == LIMIT else type(OPTIONS)(delay=0, retries=0, max_bytes=max_bytes)
    return harvest(store, portals, options)


def outcome(done: Harvest) -> tuple[str, int, str]:
    (result,) = done.results
    return result.outcome, result.facts.delivered, result.facts.note


def titles(store: Store) -> list[str]:
    return [
        title
        for (title,) in store.conn.execute("select title from dataset where gone_run is null order by 1")
    ]


def test_an_inventory_is_read_found_unchanged_and_seen_to_change(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "Inventar Übersicht.csv"
    file.write_text(TABLE, "utf-8")
    assert outcome(crawl(store, file)) == ("complete", 2, "")
    ((key, url, kind, title),) = store.conn.execute("select key, url, kind, title from portal")
    assert (url, kind, title) == (file.as_uri(), "table", file.name)
    assert key.startswith("file-")
    assert outcome(crawl(store, file))[:2] == ("unchanged", 2)
    file.write_text(TABLE.replace("Wege", "Wege und Plätze") + "3;Brunnen;Tiefbau;offen;\n", "utf-8")
    done = crawl(store, file)
    assert outcome(done) == ("complete", 3, "")
    assert titles(store) == ["Brunnen", "Bäume", "Wege und Plätze"]
    events = dict(
        store.conn.execute("select event, count(*) from version where run = ? group by 1", [done.run])
    )
    assert events == {"added": 1, "changed": 1}


def test_excel_on_disk(store: Store, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in ("Titel", "Amt", "Lizenz"), ("Bäume", "Grün", "CC0"):
        book.active.append(row)
    book.save(tmp_path / "inventar.xlsx")
    assert outcome(crawl(store, tmp_path / "inventar.xlsx")) == ("complete", 1, "")


def test_a_folder_of_rdf_is_read_whole_and_without_requests(store: Store, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "dcat")
    assert outcome(crawl(store, folder)) == ("complete", 4, "")
    assert titles(store) == [f"Datensatz {number}" for number in range(4)]
    assert outcome(crawl(store, folder))[:2] == ("unchanged", 4)
    (folder / "1.ttl").write_text(turtle(1, 1), "utf-8")
    (folder / "mehr" / "3.ttl").unlink()
    assert outcome(crawl(store, folder)) == ("complete", 3, "")
    assert titles(store) == ["Datensatz 0", "Datensatz 1 (neu)", "Datensatz 2"]
    asked = [url for (url,) in store.conn.execute("select url from evidence")]
    assert asked == [address_of(str(folder), folder=True)], "the detection; and robots.txt is nobody's here"


def test_a_broken_file_takes_nothing_from_the_good_ones(store: Store, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "dcat")
    crawl(store, folder)
    (folder / "2.ttl").write_text("{{{ das ist kein Turtle", "utf-8")
    found = outcome(crawl(store, folder))
    assert found[:2] == ("partial", 3)
    assert found[2]
    assert titles(store) == [f"Datensatz {number}" for number in range(4)], "what was not read is not gone"


def test_the_archive_is_read_again_when_the_files_are_gone(store: Store, tmp_path: Path) -> None:
    folder, file = folder_of(tmp_path / "dcat"), tmp_path / "i.csv"
    file.write_text(TABLE, "utf-8")
    crawl(store, folder, file)
    (folder / "1.ttl").unlink()
    file.unlink()
    done = read_again(store, [portal_of(row) for row in store.portals()])
    assert {(result.outcome, result.facts.delivered) for result in done.results} == {
        ("complete", 4),
        ("complete", 2),
    }


def test_what_cannot_be_had_has_its_outcome(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "i.csv"
    file.write_text(TABLE, "utf-8")
    crawl(store, file)
    file.write_text(TABLE * 9, "utf-8")
    assert outcome(crawl(store, file, max_bytes=100)) == (
        "too_large",
        0,
        "The answer is larger than the limit.",
    )

    def refused(*_: object) -> None:
        raise PermissionError

    with monkeypatch.context() as patched:
        patched.setattr(local_files, "open", refused, raising=False)
        assert outcome(crawl(store, file)) == ("blocked", 0, "The file or folder may not be read.")
    file.unlink()
    missing = harvest(store, [portal_of(row) for row in store.portals()], OPTIONS)
    assert outcome(missing) == ("not_found", 0, "There is no such file or folder.")
    assert titles(store) == ["Bäume", "Wege"]


def test_a_file_that_is_neither(tmp_path: Path, store: Store) -> None:
    for name, body in (("a.txt", "nur Text"), ("b.ttl", ""), ("c.json", '{"a": 1}')):
        (tmp_path / name).write_text(body)
        assert outcome(crawl(store, tmp_path / name))[:2] == ("not_found", 0), name
    assert "inventory nor RDF" in outcome(crawl(store, tmp_path / "a.txt"))[2]
    (tmp_path / "leer").mkdir()
    assert outcome(crawl(store, tmp_path / "leer"))[0] == "not_found"


def read(path: Path | str, root: Path, limit: int = 0, tag: str = "") -> Payload:
    url = path if isinstance(path, str) else path.as_uri()
    return read_local(url, root.as_uri(), limit, tag)


def test_a_folder_answers_with_its_own_files_in_order(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "dcat")
    (tmp_path / "geheim.ttl").write_text("x")
    (folder / "raus.ttl").symlink_to(tmp_path / "geheim.ttl")
    (folder / "kreis").symlink_to(folder)
    (folder / "tot.ttl").symlink_to(folder / "nirgends")
    (folder / "zwei.ttl").symlink_to(folder / "1.ttl")
    os.mkfifo(folder / "rohr.ttl")
    found = read(folder, folder)
    assert (found.status, found.content_type) == (200, "text/uri-list")
    names = [line.removeprefix(folder.as_uri()) for line in found.body.decode().splitlines()]
    assert names == ["/0.ttl", "/1.ttl", "/2.ttl", "/mehr/", "/zwei.ttl"]
    assert read(folder, folder, tag=found.headers["etag"]).status == 304
    assert read(folder / "rohr.ttl", folder).status == 404
    with pytest.raises(DownloadCancelledError):
        read(folder, folder, limit=20)


def test_nothing_outside_the_portal_is_read(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "dcat")
    (tmp_path / "dcat-geheim.ttl").write_text("x")
    (folder / "raus.ttl").symlink_to(tmp_path / "dcat-geheim.ttl")
    wanted = ["raus.ttl", "../dcat-geheim.ttl", "%2e%2e/dcat-geheim.ttl", "../../../../../etc/hostname"]
    for name in (*wanted, "mehr/%00"):
        with pytest.raises(AddressRefused):
            read(f"{folder.as_uri()}/{name}", folder)
    with pytest.raises(AddressRefused):
        read(folder / "0.ttl", folder / "1.ttl")
    with pytest.raises(AddressRefused):
        read("file://anderswo/srv/x.ttl", folder)
    with pytest.raises(AddressRefused):
        read_local(folder.as_uri(), "https://daten.example/", 0)


def test_media_types_come_from_names(tmp_path: Path) -> None:
    for name, kind in (("a.CSV", "text/csv"), ("b.ttl", "text/turtle"), ("c", "")):
        (tmp_path / name).write_text("x")
        assert read(tmp_path / name, tmp_path).content_type == kind


def test_a_portal_on_disk_is_not_left() -> None:
    frontier = Frontier(Portal("x", "file:///srv/dcat/", kind="rdf_folder"), 100)
    frontier.open(rdf_folder.start(Portal("x", "file:///srv/dcat/")))
    frontier.answered(Call("file:///srv/dcat/"), "file:///srv/dcat/")
    own = Call("file:///srv/dcat/mehr/1.ttl")
    foreign = ("file:///srv/geheim.ttl", "file:///srv/dcat/../x.ttl", "http://daten.example/srv/dcat/")
    frontier.follow([own, *map(Call, foreign), Call("file://anderswo/srv/dcat/1.ttl")], "file:///srv/dcat/")
    assert [frontier.next() for _ in range(3)] == [Call("file:///srv/dcat/", "folder"), own, None]
    assert (frontier.faults["link-foreign"], frontier.left_out) == (4, 4)


def hostile(secret: Path) -> Routes:
    """A folder on the web that lists a file of ours, and one that redirects to it."""
    moved = Response(b"", status=302, headers={"Location": secret.as_uri()})
    listed = f"{secret.as_uri()}\nhttp://127.0.0.1/rdf/gut.ttl\nweiter.ttl\ngut.ttl\n"
    return {
        "/rdf/": fixed(text(listed, "text/uri-list")),
        "/rdf/gut.ttl": fixed(text(turtle(1, 0), "text/turtle")),
        "/rdf/weiter.ttl": fixed(moved),
    }


def test_a_portal_on_the_web_reaches_no_file(store: Store, tmp_path: Path) -> None:
    secret = tmp_path / "geheim.ttl"
    secret.write_text(turtle(7, 0), "utf-8")
    web = Loopback(hostile(secret))
    with serving(web):
        listed = Portal("listed", f"{web.url}/rdf/", kind="rdf_folder")
        moved = Portal("moved", f"{web.url}/rdf/weiter.ttl", kind="rdf_folder")
        named = Portal("named", f"{web.url}/rdf/", kind="rdf_folder", api_url=secret.as_uri())
        done = harvest(store, [listed, moved, named], OPTIONS)
    assert [(result.outcome, result.facts.delivered) for result in done.results] == [
        ("partial", 1), ("unreachable", 0), ("not_found", 0),
    ]  # fmt: skip
    assert titles(store) == ["Datensatz 1"]
    assert done.results[0].facts.faults["link-foreign"] >= 1
    assert "is no address" in done.results[2].facts.note


def test_detection_names_files_by_what_is_in_them(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "dcat")
    (tmp_path / "i.csv").write_text("Titel;Beschreibung\nBäume;alle\n", "utf-8")
    (tmp_path / "tief" / "er").mkdir(parents=True)
    paths = [folder, folder / "1.ttl", tmp_path / "i.csv", tmp_path / "tief", tmp_path / "nichts"]
    found = detect([address_of(str(path)) for path in paths], OPTIONS)
    assert [(item.kind, len(item.evidence)) for item in found] == [
        ("rdf_folder", 1), ("rdf_folder", 1), ("table", 1), ("rdf_folder", 1), ("", 1),
    ]  # fmt: skip
    assert found[-1].evidence[0].verdict == "not_found"


def test_paths_become_absolute_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder_of(tmp_path / "dcat"))
    here = tmp_path.as_uri()
    assert address("mehr") == address("./mehr/") == address(f"{here}/dcat/mehr") == f"{here}/dcat/mehr/"
    assert address("0.ttl") == address("../dcat/0.ttl") == f"{here}/dcat/0.ttl"
    assert address("https://daten.example") == "https://daten.example"
    assert address("musterhafen") == "musterhafen"
    known = Portal("mehr", "https://daten.example")
    assert portal_for([known], "mehr") is known, "a key comes before a folder of that name"
    for wrong in ("./nichts", "file://anderswo/x.csv", "file:x.csv"):
        with pytest.raises(NotKnown):
            address(wrong)
    with pytest.raises(NotKnown, match="nor is there such a file"):
        portal_for([known], "inventar.xlsx")


@given(st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_any_name_survives_as_an_address(name: str) -> None:
    url = address_of(f"/srv/{name}")
    assert is_local(url)
    assert url.isascii()
    if name not in (".", ".."):
        assert path_of(url) == f"/srv/{name}"
        assert lies_in(url, "file:///srv/")
    assert not lies_in(url, "file:///sr")
    assert key_for(url).startswith("file")


def test_the_registry_takes_files_and_no_interface_on_disk() -> None:
    (portal,) = parse("url,kind\nfile://localhost/srv/dcat/,rdf_folder\n")
    assert (portal.url, portal.key) == ("file:///srv/dcat/", "file-srv-dcat")
    for row in (
        "file:dcat,",
        "file://anderswo/srv,",
        "ftp://daten.example,",
        "https://x.example,file:///etc",
    ):
        with pytest.raises(RegistryError):
            parse(f"url,api_url\n{row}\n")


def test_commands_take_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder_of(tmp_path / "dcat")
    Path("inventar.csv").write_text(TABLE, "utf-8")

    def bestand(*arguments: str, code: int = 0) -> str:
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == code, result.output
        return result.output

    assert "table (82 %)" in bestand("detect", "inventar.csv")
    assert "4 records" in bestand("validate", "dcat", code=1)
    assert "2 records" in bestand("validate", Path("inventar.csv").absolute().as_uri(), code=1)
    assert "Datensatz 3" in bestand("preview", "./dcat")
    assert "file:///" in bestand("portals", "add", "inventar.csv")
    bestand("crawl", "dcat", "./inventar.csv")
    assert "unchanged" in bestand("crawl")
    assert "complete" in bestand("reparse", "inventar.csv")
    bestand("export", "--format", "nt", "-o", "alles.nt")
    exported = Path("alles.nt").read_text("utf-8")
    assert "Datensatz 3" in exported
    assert "file:" not in exported, "a path of ours says nothing to others"

"""Whatever portals write is shown harmless on every page, whatever is asked for: the routes are taken from the site itself."""

import asyncio
import inspect
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from every_route import LEGAL, addresses, patterns
from outline import Outline
from sample_measured import HAFEN, Measured, record
from served import BASE, close
from store_house import House

from catalog.measure.measuring import measure
from catalog.publish import site
from catalog.publish.serve import application, settings
from catalog.publish.site.visit import SECURITY
from catalog.record.table import Agent, Distribution
from catalog.record.terms import IRI, Literal
from catalog.store.copying import copy_database

SCRIPT = "</title></textarea><script>alert(1)</script><img src=x onerror=alert(1)>\"'><svg/onload=alert(1)><!--{{7*7}}{%"
UNSEEN = "rechts\u202enach links\u2066\u0000\u0007\u001b[31m"
BROKEN = "<table><tr><td><b><i>unclosed &amp; &nonsense; &#0; <a href='javascript:alert(1)'>link</a>"
LONG = "lang " * 40_000  # more than a page may hold
TEXTS = {"script": SCRIPT, "unseen": UNSEEN, "broken": BROKEN, "long": LONG}
ADDRESSES = (
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "//evil.example",
)
_CODES = frozenset(
    {"key", "ags", "ars", "slug", "kind", "state", "outcome", "last_outcome", "event", "class", "type", "severity", "facet",
     "code", "scope", "measure", "method", "model", "best", "record", "digest", "raw_digest", "sha256", "level", "relation",
     "step", "via", "evidence", "dimension", "metric", "tokenize", "command", "reason", "robots", "covers", "body", "role",
     "other", "peer", "exemplars", "reasons", "figures", "dimensions", "metrics", "asked", "settings", "options", "skipped",
     "failures", "faults", "identifier", "theme", "frequency", "attribution", "district_key", "keys", "parts", "candidates",
     "odpw", "milestone", "name_en", "version", "title_de", "title_en", "what_de", "what_en", "fix_de", "fix_en",
     "condition_de", "condition_en", "criteria", "dcat_ap", "dcat_ap_de", "hvd", "property", "country", "word", "words", "contact"}
)  # fmt: skip
"""Columns that our own program fills with words of its own, or that hold its JSON."""
_OURS = frozenset({"model", "metric", "finding_kind", "milestone", "_sqlite_migrations", "dataset_theme", "facet_code", "stat_theme",
                   "stat_facet", "stat_model", "share", "milestone_share", "milestone_municipality"})  # fmt: skip


@pytest.fixture(scope="module")
def spoiled(measured: Measured, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The measured sample after a crawl of hostile records, with hostile text in every column that is not ours."""
    path = tmp_path_factory.mktemp("hostile") / "hostile.db"
    copy_database(measured.path, path)
    house = House(path, portal="hafen")
    house.crawl(_records(), claimed=None, walked=False)
    house.crawl(_records("!"), claimed=None, walked=False)
    measure(house.store)
    with house.store.db.atomic():
        for table, column in list(_foreign(house.conn)):
            house.conn.execute(f"update [{table}] set [{column}] = [{column}] || ? where typeof([{column}]) = 'text'"
                               f" and [{column}] <> '' and [{column}] not glob '20??-*' and length([{column}]) < 2000", (SCRIPT + UNSEEN,))  # fmt: skip
    house.store.close()
    return path


def _records(more: str = "") -> dict[str, Any]:
    made = {}
    for name, text in TEXTS.items():
        made[name] = item = record(text + more, 1, HAFEN, publisher=text, description=text)
        item.root.keyword = [text, text[:90]]  # type: ignore[attr-defined]
        item.root.landing_page = [IRI(address) for address in ADDRESSES]  # type: ignore[attr-defined]
        item.root.title = [Literal(text + more, "de"), Literal(text, "en")]  # type: ignore[attr-defined]
        item.root.creator = [Agent(id=IRI(ADDRESSES[0]), name=[text])]  # type: ignore[attr-defined]
        item.root.distribution += [  # type: ignore[attr-defined]
            Distribution(title=[text], description=[text], access_url=[IRI(address)], format=[text[:500]], rights=[text], license=[text])
            for address in ADDRESSES
        ]  # fmt: skip
    return made


def _foreign(conn: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Columns of text that others may have written."""
    for (table,) in conn.execute(
        "select name from sqlite_master where type = 'table' and sql not like '%virtual%'"
    ).fetchall():
        indexed = {
            column for _, index, unique, *_ in conn.execute(f"pragma index_list([{table}])").fetchall() if unique
            for _, _, column in conn.execute(f"pragma index_info([{index}])").fetchall()
        }  # fmt: skip
        for _, column, kind, _, _, key in conn.execute(f"pragma table_info([{table}])").fetchall():
            free = kind == "TEXT" and not key and column not in indexed | _CODES
            if free and table not in _OURS and "_fts" not in table and not column.endswith(("_at", "_run")):
                yield table, column


@pytest.fixture(scope="module")
def known(spoiled: Path) -> dict[str, tuple[str, ...]]:
    """What fills the groups of the routes."""
    with closing(sqlite3.connect(spoiled)) as conn:

        def one(sql: str) -> tuple[str, ...]:
            return tuple(str(row[0]) for row in conn.execute(sql))

        return {
            "dataset.key": one(f"select key from dataset where identifier in {tuple(TEXTS)}"),
            "portal.key": ("hafen", "seitenau"), "municipality.key": (HAFEN,), "run.number": one("select max(run) from portal_run"),
            "model.key": ("flora-und-fauna-baumbestand-baumkataster",), "legal.name": LEGAL,
            "check": ("keywordAvailability", "dataset-publisher-missing"),
        }  # fmt: skip


@pytest.fixture(scope="module")
def ask(spoiled: Path, loop: asyncio.AbstractEventLoop) -> Iterator[Callable[..., Any]]:
    """`ask(path, method="GET", **what the client takes)` of the spoiled sample."""
    datasette = application(spoiled, BASE, settings())
    yield lambda path, method="GET", **more: loop.run_until_complete(
        datasette.client.request(method, path, **more)
    )
    close(datasette)


@pytest.mark.parametrize("pattern", patterns())
def test_hostile_text_is_harmless_at_every_address(ask: Any, known: Any, pattern: str) -> None:
    for path in addresses(pattern, known):
        for language in ("de", "en"):
            answer = ask(f"{path}?lang={language}&town={HAFEN}")
            assert answer.status_code == 200, path
            if answer.headers["content-type"].startswith("text/html"):
                _harmless(answer, path)


def _harmless(answer: Any, path: str, longest: int = 150_000) -> None:
    page = Outline(answer.text)
    assert [item for item in page.all("script") if item.get("type") != "application/ld+json"] == [], path
    assert not [
        item for _, item in page.tags if any(name.startswith("on") or name == "style" for name in item)
    ], path
    assert page.all("iframe") == page.all("object") == [], path
    assert [
        item for item in page.all("img") if not str(item.get("src")).startswith("/municipality/")
    ] == [], path
    for tag, name in (("a", "href"), ("form", "action"), ("use", "href"), ("area", "href")):
        for item in page.all(tag):
            assert re.match(r"/(?!/)|#|https?://|mailto:[\w.@-]+$|$", str(item.get(name) or "")), (path, item)
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069]", answer.text), path
    assert "{{" not in answer.text.replace("{{7*7}}", ""), path
    assert len(answer.content) < longest, (path, max(re.split(r"[<>]", answer.text), key=len)[:300])
    assert answer.headers["content-security-policy"] == SECURITY["content-security-policy"], path
    assert answer.headers["x-content-type-options"] == "nosniff", path


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_hostile_words_are_harmless_in_the_search(ask: Any, text: str) -> None:
    answer = ask("/datasets", params={"q": text[:5000]})
    assert answer.status_code == 200
    _harmless(answer, "/datasets")


def test_the_policy_allows_nothing_but_our_own_style(ask: Any) -> None:
    policy = dict(part.strip().split(" ", 1) for part in SECURITY["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["style-src"] == "'self'"
    assert "script-src" not in policy
    for path in (
        "/nirgends",
        "/dataset/nichts",
        "/municipality/00000000",
        "/legal/nichts",
        "/model/nichts.ttl",
    ):
        assert ask(path).headers["content-security-policy"] == SECURITY["content-security-policy"], path


INJECTIONS = (
    "' or 1=1 --",
    '"; drop table dataset; --',
    "1) union select record from version --",
    "%00",
    '[](){}*^:-"',
    "9" * 400,
)


def _arguments() -> set[str]:
    """The names of all values that pages read from an address, out of their own source."""
    folder = Path(inspect.getfile(site)).parent
    text = "".join(path.read_text() for path in folder.rglob("*.py"))
    return set(re.findall(r'\b(?:argument|number|get)\("([a-z_]+)"', text)) | {
        "q",
        "page",
        "theme",
        "format",
        "license",
        "land",
    }


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_value_of_an_address_breaks_out_of_its_statement(
    ask: Any, known: Any, spoiled: Path, text: str
) -> None:
    before = sha256(spoiled.read_bytes()).digest()
    names = _arguments() - {"lang"}
    assert {"q", "run", "page", "town"} <= names
    for pattern in patterns():
        path = next(addresses(pattern, known))
        answer = ask(path, params=dict.fromkeys(names, text))
        assert answer.status_code in (200, 304, 400, 404), path
        assert "syntax error" not in answer.text
        if answer.headers.get("content-type", "").startswith("text/html"):
            _harmless(answer, path, 2 * 150_000)  # every link keeps what was asked for
    assert sha256(spoiled.read_bytes()).digest() == before


@pytest.mark.parametrize(
    "pattern",
    [
        pattern
        for pattern in patterns()
        if "(?P<key>" in pattern or "<check>" in pattern or "<number>" in pattern
    ],
)
@pytest.mark.parametrize("language", ["de", "en"])
def test_unknown_keys_are_said_not_to_be_there(ask: Any, pattern: str, language: str) -> None:
    path = next(
        addresses(pattern, {"key": ("gibt-es-nicht",), "check": ("gibt-es-nicht",), "number": ("999999",)})
    )
    answer = ask(f"{path}?lang={language}")
    assert answer.status_code == 404
    if answer.headers["content-type"].startswith("text/html"):
        assert f'<html lang="{language}">' in answer.text
        assert answer.headers["content-language"] == language


WRITING = [
    ("POST", "/bestand/dataset"), ("POST", "/bestand/dataset/-/insert"), ("POST", "/bestand/dataset/-/upsert"),
    ("POST", "/bestand/dataset/-/drop"), ("POST", "/bestand/-/create"), ("POST", "/bestand/dataset/1/-/update"),
    ("POST", "/bestand/dataset/1/-/delete"), ("PUT", "/bestand/dataset/1"), ("DELETE", "/bestand/dataset/1"),
    ("POST", "/datasets"), ("PUT", "/dataset/x"), ("DELETE", "/municipality/1"),
]  # fmt: skip


def test_nothing_can_be_written(ask: Any, spoiled: Path) -> None:
    before = sha256(spoiled.read_bytes()).digest()
    for method, path in WRITING:
        answer = ask(path, method, json={"rows": [{"id": 1, "title": "x"}]})
        assert answer.status_code >= 400 or (
            method == "POST" and answer.status_code == 200 and "<h1" in answer.text
        ), (method, path)
    assert sha256(spoiled.read_bytes()).digest() == before


@pytest.mark.parametrize(
    "sql",
    ["delete from dataset", "insert into keyword values (99, 'x')", "attach database '/tmp/x.db' as x", "pragma journal_mode=delete",
     "with x as (select 1) update dataset set title = ''", "vacuum", "create table x (y)", "select load_extension('x')"],
)  # fmt: skip
def test_raw_statements_only_read(ask: Any, sql: str, capsys: pytest.CaptureFixture[str]) -> None:
    answer = ask("/bestand.json", params={"sql": sql})
    if answer.status_code == 302:  # 1.0 leads to an address of its own for SQL
        answer = ask(answer.headers["location"])
    assert answer.status_code == 400
    said = "".join(capsys.readouterr())
    assert len(said) < 500, "a refused statement fills no log"
    assert "Traceback" not in said


def test_the_database_itself_is_not_given_away_while_it_is_written(ask: Any) -> None:
    assert ask("/bestand.db").status_code in (403, 404)


@pytest.mark.parametrize("sql", ["select randomblob(1e9)", "select zeroblob(1e9)"])
def test_no_query_makes_values_without_measure(ask: Any, sql: str) -> None:
    answer = ask("/bestand.json", params={"sql": sql})
    assert "too big" in answer.text
    assert len(answer.content) < 10_000
    assert ask(
        "/bestand.json", params={"sql": "select length(zeroblob(16777216)) as n", "_shape": "array"}
    ).json() == [{"n": 16777216}]


@pytest.mark.parametrize(
    "path", ["/bestand", "/bestand/dataset", "/bestand?sql=select+1", "/bestand/dataset.json", "/-/versions"]
)
def test_raw_pages_load_and_send_nothing_elsewhere(ask: Any, path: str) -> None:
    headers = ask(path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert not [
        words for words in policy.values() if "http" in words or "*" in words or "unsafe-eval" in words
    ]
    assert headers["x-content-type-options"] == "nosniff"

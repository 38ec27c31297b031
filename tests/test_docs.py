"""The documentation: links lead somewhere, and every command that is named exists with the options that it is given."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from crawler.cli import main

ROOT = Path(__file__).parents[1]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "schemas" / "README.md"]
LINK = re.compile(r"\[[^\]]*\]\(<?([^)>\s]+)>?\)")
NOT_OURS = re.compile(r"^(https?:|mailto:)")


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def anchors(page: Path) -> set[str]:
    """The names of a page's headings, as GitHub gives them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def commands_in(page: Path) -> Iterator[str]:
    """What a page tells to type: lines of code and code within lines."""
    text = page.read_text(encoding="utf-8")
    code = "\n".join(
        [*re.findall(r"`(bestand[^`\n]*)`", text), *re.findall(r"^(?: {4,}|\S* ?)?(?:.*&& )?(bestand .*)$", text, re.MULTILINE)]
    )  # fmt: skip
    for line in code.splitlines():
        typed = re.split(r" # |\s{2,}#|[>|`]| 2>>", line)[0].strip()
        if typed and not re.search(r"[{*]|: ", typed):
            yield typed


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if NOT_OURS.match(link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{name(page)} links to {link}"
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target), f"{name(page)} links to {link}"


def wrong_with(typed: str) -> str:
    """What the command line would not take of a command; empty where it takes all."""
    words = shlex.split(typed.replace("[", " ").replace("]", " ").replace("…", " "))[1:]
    command: click.Command = main
    while isinstance(command, click.Group):
        if not words or words[0].startswith("-"):
            break
        if words[0] not in command.commands:
            return f"{typed}: there is no command {words[0]}"
        command = command.commands[words.pop(0)]
    known = {option for item in command.params for option in (*item.opts, *item.secondary_opts)}
    known |= {"--help", "-h"}
    unknown = [word for word in words if word.startswith("-") and word.partition("=")[0] not in known]
    return f"{typed}: there is no option {unknown[0]}" if unknown else ""


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_exist_with_their_options(page: Path) -> None:
    assert [wrong for typed in commands_in(page) if (wrong := wrong_with(typed))] == []


def test_the_check_itself_sees_what_is_wrong() -> None:
    assert "no command crwal" in wrong_with("bestand crwal x")
    assert "no option --to" in wrong_with("bestand export --to file")
    assert wrong_with("bestand portals add https://x.example --key x") == ""
    assert len([typed for page in PAGES for typed in commands_in(page)]) > 40


def test_tests_that_the_page_on_bad_input_names_are_there() -> None:
    text = (ROOT / "docs/reference/bad-input.md").read_text(encoding="utf-8")
    own = "tests/kinds/test_bad_input.py"
    sources = {
        path: (ROOT / path).read_text(encoding="utf-8") for path in re.findall(r"tests/\w+/\w+\.py", text)
    }
    for row in [row for row in text.splitlines() if row.startswith("| ")][1:]:
        named = re.findall(r"`([^`]+)`", row.rsplit("|", 2)[1])
        assert named, row
        for test in named:
            path, _, function = test.rpartition("::")
            found = f"def {function}(" if function.startswith("test_") else f'"{function}": Case('
            assert found in sources[path or own], test

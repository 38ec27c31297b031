"""The report of a run: what it says, in which forms, and that nothing from outside becomes markup."""

from __future__ import annotations

import email
import email.policy
import html.parser
import json
import re
from collections import Counter
from email.message import EmailMessage

import pytest
from click.testing import CliRunner
from operated import PORTALS, Operated
from store_house import dataset, found

from catalog.publish.report import FORMATS, write_report
from catalog.publish.report_mail import NoAddress, report_mail
from catalog.publish.report_words import WORDS
from catalog.store.database import NotThere
from catalog.store.looking_back import FAILED, Retrospect, look_back
from catalog.store.measures import Measures
from catalog.store.sink import OUTCOMES, Reject
from crawler.cli import main
from crawler.notices import news

HOSTILE = 'x\n# y | <script>alert(1)</script> [a](javascript:b) "q" \x1b[31m'


@pytest.fixture
def eventful(operated: Operated) -> Operated:
    """A run in which all is well, and one in which all kinds of things happen."""
    run = operated.begin(["alpha", "beta", "gamma"])
    operated.crawl(run, "alpha", titles=[f"Titel {number}" for number in range(12)])
    operated.crawl(run, "beta")
    operated.crawl(run, "gamma")
    operated.store.end_run(run)
    operated.clock.advance(days=7)
    run = operated.begin(["alpha", "beta", "gamma", "delta"])
    assert operated.crawl(run, "alpha", titles=["Titel 0", "Anders"]) == "shrunk"
    operated.crawl(run, "beta", "unreachable", note=HOSTILE)
    sink = operated.store.sink(run, "gamma")
    read = [
        found(f"gamma-{n}", dataset(name), unread=Counter({"neu": 7}))
        for n, name in enumerate(("Eins", "Zwei"))
    ]
    sink.take(read, [Reject("bad", b"{}", "ValueError: no")])
    sink.finish(operated.facts(2, rejected=1))
    operated.store.end_run(run)
    columns = ("portal", "publisher", "reason", "datasets")
    Measures(operated.store).renew("attribution_review", columns, [(1, "Amt", "two towns", 9)])
    return operated


def kinds(seen: Retrospect) -> dict[str, tuple[str, int]]:
    return {item.kind: (item.portal, item.count) for item in seen.attention}


def test_what_was_asked_came_failed_and_needs_a_person(eventful: Operated) -> None:
    seen = look_back(eventful.db)
    assert (seen.run, seen.before, seen.status) == (2, 1, "attention")
    assert seen.outcomes == {"": 1, "complete": 1, "shrunk": 1, "unreachable": 1}
    assert [(item.portal, item.outcome, item.before) for item in seen.portals] == [
        ("alpha", "shrunk", "complete"),
        ("beta", "unreachable", "complete"),
        ("delta", "", ""),
        ("gamma", "complete", "complete"),
    ]
    assert kinds(seen) == {
        "shrunk": ("alpha", 10),
        "unread": ("gamma", 1),
        "rejected": ("gamma", 1),
        "attribution": ("", 1),
    }
    assert (seen.sums["delivered"], seen.sums_before["delivered"]) == (4, 16)
    assert seen.sums["changed"] == 1


def test_the_first_run_has_nothing_before_it_and_all_its_keys_are_no_news(operated: Operated) -> None:
    run = operated.begin(["alpha"])
    sink = operated.store.sink(run, "alpha")
    sink.take([found("a", dataset(), unread=Counter({"neu": 7}))])
    sink.finish(operated.facts(1))
    operated.store.end_run(run)
    seen = look_back(operated.db)
    assert (seen.before, seen.sums_before, seen.attention, seen.status) == (None, {}, [], "ok")
    assert "Lauf 1: alles gelesen" in write_report(seen, "text")


def test_moved_and_changed_kind_and_failing_for_long(operated: Operated) -> None:
    for _ in range(3):
        operated.clock.advance(days=1)
        run = operated.begin(["alpha", "beta", "gamma"])
        operated.crawl(run, "alpha", "not_found")
        operated.crawl(run, "beta", "changed_kind", note="The portal is no longer ckan but dkan.")
        operated.crawl(run, "gamma", answered="https://neu.example/api")
        operated.store.end_run(run)
    seen = look_back(operated.db)
    assert kinds(seen) == {"failing": ("alpha", 3), "changed_kind": ("beta", 0), "moved": ("gamma", 0)}
    operated.settings("gamma", aliases="https://neu.example/")
    assert "moved" not in kinds(look_back(operated.db))


def test_no_report_is_well_where_something_failed(operated: Operated) -> None:
    for outcome in OUTCOMES:
        run = operated.run({"alpha": outcome, "beta": "complete"})
        status = look_back(operated.db, run).status
        assert (status == "ok") == (outcome not in FAILED | {"shrunk"}), outcome
    run = operated.run({"alpha": "blocked", "beta": "unreachable"})
    assert look_back(operated.db, run).status == "failed"
    run = operated.begin(["alpha"])
    assert look_back(operated.db, run).status == "unfinished"


def test_every_word_is_there_in_both_languages(eventful: Operated) -> None:
    assert {f"outcome.{outcome}" for outcome in OUTCOMES} <= set(WORDS)
    for german, english in WORDS.values():
        assert set(re.findall(r"{\w+}", german)) == set(re.findall(r"{\w+}", english))
    seen = look_back(eventful.db)
    assert "What needs a person" in write_report(seen, "md", "en")
    assert "Was einen Menschen braucht" in write_report(seen, "md", "de")


class Tags(html.parser.HTMLParser):
    """The tags of a page, and whether each is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_nothing_from_outside_becomes_markup(eventful: Operated) -> None:
    seen = look_back(eventful.db)
    tags = Tags(write_report(seen, "html"))
    assert tags.open == []
    assert not {"script", "a", "img", "link"} & set(tags.seen)
    markdown = write_report(seen, "md")
    assert "<script" not in markdown
    assert "\n# y" not in markdown
    assert not re.search(r"(?<!\\)\]\(javascript", markdown)
    tables = [line for line in markdown.splitlines() if line.startswith("|")]
    widths = {len(re.findall(r"(?<!\\)\|", line)) for line in tables}
    assert widths == {4, 5, 9}, "a pipe from outside opens no column"
    assert "\x1b" not in write_report(seen, "text") + markdown


def test_json_says_it_all(eventful: Operated) -> None:
    said = json.loads(write_report(look_back(eventful.db), "json"))
    assert said["status"] == "attention"
    assert said["portals"][1]["note"] == HOSTILE
    assert said["portals"][1]["failures"] == 1
    with pytest.raises(ValueError, match="unknown format"):
        write_report(look_back(eventful.db), "pdf")


def test_the_mail_is_one_that_programs_read(eventful: Operated) -> None:
    eventful.settings("beta", note="x")
    seen = look_back(eventful.db)
    mail = report_mail(seen, "Bestand <crawl@example.de>", ["Ämter <data@example.de>", "b@example.de"])
    read = email.message_from_bytes(mail.as_bytes(), policy=email.policy.default)
    assert isinstance(read, EmailMessage)
    assert read["Subject"] == "[Bestand] Lauf 2: bitte ansehen"
    assert [each.addr_spec for each in read["To"].addresses] == ["data@example.de", "b@example.de"]
    assert [part.get_content_type() for part in read.iter_parts()] == ["text/plain", "text/html"]
    text, page = (part.get_content() for part in read.iter_parts())
    assert "nicht erreichbar" in text
    assert PORTALS["gamma"] in text
    assert Tags(page).open == []
    assert all(len(line) <= 998 for line in mail.as_bytes().splitlines()), "RFC 5322, 2.1.1"


@pytest.mark.parametrize("address", ["", "nobody", "a@b.de\nBcc: c@d.de", "@", "a@"])
def test_what_is_no_address_is_refused(eventful: Operated, address: str) -> None:
    with pytest.raises(NoAddress):
        report_mail(look_back(eventful.db), address, ["a@example.de"])


def test_news_only_where_an_outcome_turned(eventful: Operated) -> None:
    told = news(look_back(eventful.db, 2))
    assert told is not None
    assert told["status"] == "attention"
    assert [(item["portal"], item["before"], item["outcome"]) for item in told["changes"]] == [
        ("alpha", "complete", "shrunk"),
        ("beta", "complete", "unreachable"),
    ]
    assert news(look_back(eventful.db, 1)) is None
    eventful.run({"beta": "unreachable", "alpha": "shrunk", "gamma": "complete"})
    assert news(look_back(eventful.db)) is None, "what is known is no news"
    eventful.run({"beta": "complete", "alpha": "shrunk", "gamma": "complete"})
    again = news(look_back(eventful.db))
    assert again is not None
    assert [item["outcome"] for item in again["changes"]] == ["complete"]


@pytest.mark.parametrize("form", [*FORMATS, "eml"])
def test_the_command_writes_every_form(eventful: Operated, form: str) -> None:
    addresses = ["--from", "a@example.de", "--to", "b@example.de"]
    done = CliRunner().invoke(main, ["report", "--db", str(eventful.path), "--format", form, *addresses])
    assert (done.exit_code, done.stderr) == (0, "")
    assert "unreachable" in done.stdout or "nicht erreichbar" in done.stdout


def test_the_command_says_what_is_not_there(operated: Operated) -> None:
    with pytest.raises(NotThere):
        look_back(operated.db)
    for arguments, sentence in (([], "There is no crawl yet."), (["7"], "There is no run 7.")):
        done = CliRunner().invoke(main, ["report", "--db", str(operated.path), *arguments])
        assert (done.exit_code, done.stderr) == (2, f"bestand: {sentence}\n")

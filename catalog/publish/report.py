"""The report of a run as text, Markdown, HTML and JSON: one document of headings and tables, written four ways."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

import orjson

from catalog.publish.report_words import say
from catalog.store.looking_back import SUMS, Attention, PortalReport, Retrospect

FORMATS = ("text", "md", "html", "json")
_WHOLE = ("complete", "unchanged", "empty")
_STYLE = (
    "body{font:15px/1.4 sans-serif;max-width:60rem;margin:1rem auto;padding:0 1rem}table{border-collapse:collapse}"
    "th,td{text-align:left;vertical-align:top;padding:.2rem .8rem .2rem 0;border-bottom:1px solid #ccc}"
    "td.n,th.n{text-align:right}"
)


@dataclass(slots=True)
class Section:
    """A heading and a table; numbers stand in cells as numbers."""

    heading: str
    columns: list[str]
    rows: list[list[str | int]] = field(default_factory=list)


@dataclass(slots=True)
class Document:
    """A report in words."""

    title: str
    lead: list[str]
    sections: list[Section]
    language: str
    nothing: str


def write_report(found: Retrospect, form: str, language: str = "de") -> str:
    """The report in one of `FORMATS`. Raises ValueError for another one."""
    if form == "json":
        return as_json(found)
    writers = {"text": as_text, "md": as_markdown, "html": as_html}
    if form not in writers:
        raise ValueError(f"unknown format {form!r}; known: {', '.join(FORMATS)}")
    return writers[form](document(found, language))


def as_json(found: Retrospect) -> str:
    """Everything that the report knows, for machines."""
    said = {"status": found.status, **asdict(found), "outcomes": found.outcomes}
    return orjson.dumps(said, option=orjson.OPT_INDENT_2).decode() + "\n"


def title(found: Retrospect, language: str) -> str:
    """The report in one line; only a run without any failure is well."""
    return say("title", language, run=found.run, status=say(f"status.{found.status}", language))


def document(found: Retrospect, language: str) -> Document:
    """The report in words: what needs a person first, then what failed, what is otherwise than before, all portals."""
    sections = [_attention(found, language), _failed(found, language), _turned(found, language)]
    sections += [_counts(found, language), _portals(found, language)]
    return Document(title(found, language), _lead(found, language), sections, language, say("none", language))


def _lead(found: Retrospect, language: str) -> list[str]:
    ended = say("ended", language, at=found.ended) if found.ended else say("not_ended", language)
    values = {
        "command": found.command,
        "started": found.started,
        "ended": ended,
        "version": found.version or "?",
    }
    read = sum(item.outcome in _WHOLE for item in found.portals)
    failed = sum(item.failed for item in found.portals)
    left = sum(not item.outcome for item in found.portals)
    asked = len(found.portals)
    counted = {
        "asked": asked,
        "read": read,
        "failed": failed,
        "left": left,
        "other": asked - read - failed - left,
    }
    return [say("lead.run", language, **values), say("lead.portals", language, **counted)]


def _columns(language: str, *names: str) -> list[str]:
    return [say(f"column.{name}", language) for name in names]


def _attention(found: Retrospect, language: str) -> Section:
    rows = [_need(item, language) for item in found.attention]
    return Section(
        say("heading.attention", language), _columns(language, "portal", "what", "details", "do"), rows
    )


def _need(item: Attention, language: str) -> list[str | int]:
    what = say(f"need.{item.kind}", language, count=item.count)
    return [item.portal, what, "; ".join(item.what), say(f"do.{item.kind}", language, portal=item.portal)]


def _failed(found: Retrospect, language: str) -> Section:
    rows: list[list[str | int]] = [
        [_name(item), say(f"outcome.{item.outcome}", language), item.note, item.failures]
        for item in found.portals
        if item.failed
    ]
    names = _columns(language, "portal", "outcome", "why", "in_a_row")
    return Section(say("heading.failed", language), names, rows)


def _turned(found: Retrospect, language: str) -> Section:
    rows: list[list[str | int]] = [
        [
            _name(item),
            say(f"outcome.{item.before}", language),
            say(f"outcome.{item.outcome}", language),
            item.note,
        ]
        for item in found.portals
        if item.turned
    ]
    names = _columns(language, "portal", "earlier", "outcome", "why")
    return Section(say("heading.turned", language), names, rows)


def _counts(found: Retrospect, language: str) -> Section:
    names = [say("column.count", language), say("column.now", language)]
    rows: list[list[str | int]] = [[say(f"sum.{name}", language), found.sums[name]] for name in SUMS]
    if found.before is not None:
        names.append(say("column.before", language, before=found.before))
        rows = [[*row, found.sums_before[name]] for row, name in zip(rows, SUMS, strict=True)]
    return Section(say("heading.counts", language), names, rows)


def _portals(found: Retrospect, language: str) -> Section:
    names = _columns(language, "portal", "outcome", "records", "added", "changed", "gone", "rejected", "why")
    rows: list[list[str | int]] = [
        [
            *(_name(item), say(f"outcome.{item.outcome}", language), item.delivered),
            *(item.added, item.changed, item.gone, item.rejected, item.note),
        ]
        for item in found.portals
    ]
    return Section(say("heading.portals", language), names, rows)


def _name(item: PortalReport) -> str:
    return f"{item.title} ({item.portal})" if item.title else item.portal


def plain(text: str | int) -> str:
    """One line without anything that a terminal or mail program would obey: what portals say is not ours."""
    return "".join(sign if sign.isprintable() else " " for sign in str(text))


def as_text(found: Document) -> str:
    """Lines for a terminal or a mail; each row one paragraph of `column: value`, as notes are long."""
    lines = [found.title, "=" * len(found.title), "", *map(plain, found.lead)]
    for section in found.sections:
        lines += ["", section.heading, "-" * len(section.heading)]
        lines += _text_rows(section) or [found.nothing]
    return "\n".join(lines) + "\n"


def _text_rows(section: Section) -> list[str]:
    if all(isinstance(cell, int) for row in section.rows for cell in row[1:]):
        return [f"{plain(row[0])}: {' | '.join(str(cell) for cell in row[1:])}" for row in section.rows]
    rows = []
    for first, *rest in section.rows:
        named = zip(section.columns[1:], rest, strict=True)
        rows.append(f"* {plain(first)}" if first else "*")
        rows += [f"    {name}: {plain(cell)}" for name, cell in named if cell not in ("", 0)]
    return rows


def as_markdown(found: Document) -> str:
    """Headings and tables; what portals say cannot become markup."""
    lines = [f"# {_marked(found.title)}", "", *(f"{_marked(line)}  " for line in found.lead)]
    for section in found.sections:
        lines += ["", f"## {section.heading}", ""]
        lines += _markdown_table(section) if section.rows else [found.nothing]
    return "\n".join(lines) + "\n"


def _markdown_table(section: Section) -> list[str]:
    numbers = _numbers(section)
    rule = ["---:" if number else "---" for number in numbers]
    rows = [[_marked(cell) for cell in row] for row in section.rows]
    return [f"| {' | '.join(row)} |" for row in (section.columns, rule, *rows)]


def _marked(text: str | int) -> str:
    escaped = "".join(f"\\{sign}" if sign in "\\`*_{}[]|#~" else sign for sign in plain(text))
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def as_html(found: Document) -> str:
    """One page without scripts, pictures or anything else to be fetched."""
    parts = [
        f'<!doctype html>\n<html lang="{found.language}"><head><meta charset="utf-8">',
        f"<title>{_escaped(found.title)}</title><style>{_STYLE}</style></head>\n<body>",
        f"<h1>{_escaped(found.title)}</h1>\n<p>{'<br>'.join(map(_escaped, found.lead))}</p>",
    ]
    for section in found.sections:
        parts.append(f"<h2>{_escaped(section.heading)}</h2>")
        parts.append(_html_table(section) if section.rows else f"<p>{_escaped(found.nothing)}</p>")
    return "\n".join([*parts, "</body></html>\n"])


def _html_table(section: Section) -> str:
    marks = [' class="n"' if number else "" for number in _numbers(section)]
    head = _html_row("th", section.columns, [f' scope="col"{mark}' for mark in marks])
    rows = "\n".join(_html_row("td", row, marks) for row in section.rows)
    return f"<table><thead>{head}</thead>\n<tbody>{rows}</tbody></table>"


def _html_row(tag: str, cells: Sequence[str | int], marks: Sequence[str]) -> str:
    joined = "".join(
        f"<{tag}{mark}>{_escaped(cell)}</{tag}>" for cell, mark in zip(cells, marks, strict=True)
    )
    return f"<tr>{joined}</tr>"


def _escaped(text: str | int) -> str:
    return html.escape(plain(text))


def _numbers(section: Section) -> list[bool]:
    """Which columns hold numbers."""
    return [all(isinstance(cell, int) for cell in column) for column in zip(*section.rows, strict=True)]

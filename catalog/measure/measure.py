"""What a measure is: the same object computes a figure, explains it on the method page and lists its rows."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Text:
    """A text for people, German and English."""

    de: str
    en: str


@dataclass(frozen=True, slots=True)
class Measure:
    """One published figure.

    `sql` lists the rows behind the figure; its parameters are named (`:ags`, `:portal`, …). `thresholds` are those that
    decide (name -> number). `version` grows when formula, thresholds or rows change; `since` is the day of that version.
    """

    slug: str
    title: Text
    question: Text
    formula: Text
    sql: str
    caveat: Text = Text("", "")
    thresholds: dict[str, float] = field(default_factory=dict)
    version: int = 1
    since: str = "2026-11-22"

"""Shares of municipalities, honest about what is not known: lower and upper bound, and an interval where a sample was asked.

Lower bound: none of the unknown has it. Upper bound: all have it. The interval is Wilson's (1927) at 95 %; over several
size classes of which only a part was asked, each class weighs as much as it has municipalities.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

Z = 1.959963984540054
"""The normal quantile of a two-sided interval at 95 %."""


@dataclass(frozen=True, slots=True)
class Share:
    """Of `municipalities` have it `yes`, have it not `no`, of `unknown` nothing is known. `low95` and `high95` are None
    where all were asked (no sample) or none."""

    municipalities: int
    yes: int
    no: int
    unknown: int
    lower: float | None
    upper: float | None
    low95: float | None = None
    high95: float | None = None


def wilson(yes: float, asked: float) -> tuple[float, float]:
    """Wilson's score interval of a share, at 95 %. Raises ZeroDivisionError for nobody asked.

    >>> tuple(round(value, 3) for value in wilson(27, 100))
    (0.193, 0.364)
    """
    share, spread = yes / asked, Z * Z / asked
    centre = (share + spread / 2) / (1 + spread)
    half = Z * sqrt(share * (1 - share) / asked + spread / (4 * asked)) / (1 + spread)
    return max(0.0, centre - half), min(1.0, centre + half)


def share(answers: Iterable[bool | None]) -> Share:
    """The share of one group; None: nothing is known of that municipality."""
    known = list(answers)
    yes, no = known.count(True), known.count(False)
    return _bounded(len(known), yes, no)


def _bounded(total: int, yes: int, no: int) -> Share:
    unknown = total - yes - no
    if not total:
        return Share(0, 0, 0, 0, None, None)
    low, high = wilson(yes, yes + no) if unknown and yes + no else (None, None)
    return Share(total, yes, no, unknown, yes / total, (yes + unknown) / total, low, high)


def weighted(strata: Sequence[Share]) -> Share:
    """The share over strata (size classes): counts added up; the interval by the strata's weights, with the sample size
    that has the same variance (Kish's effective size), no larger than the number asked."""
    total = sum(item.municipalities for item in strata)
    whole = _bounded(total, sum(item.yes for item in strata), sum(item.no for item in strata))
    asked = [item for item in strata if item.yes + item.no]
    if (
        not whole.unknown
        or not asked
        or any(not (item.yes + item.no) for item in strata if item.municipalities)
    ):
        return whole if not whole.unknown else _without_interval(whole)
    weights = [item.municipalities / total for item in asked]
    estimate = sum(
        weight * item.yes / (item.yes + item.no) for weight, item in zip(weights, asked, strict=True)
    )
    spread = sum(weight * weight / (item.yes + item.no) for weight, item in zip(weights, asked, strict=True))
    size = min(1 / spread, whole.yes + whole.no)
    low, high = wilson(estimate * size, size)
    return Share(total, whole.yes, whole.no, whole.unknown, whole.lower, whole.upper, low, high)


def _without_interval(whole: Share) -> Share:
    """A class of which nobody was asked has no estimate, and so the whole has none."""
    return Share(whole.municipalities, whole.yes, whole.no, whole.unknown, whole.lower, whole.upper)

"""Shares of municipalities, honest about what is not known: lower and upper bound, and an interval where a sample was asked.

Lower bound: none of the unknown has it. Upper bound: all have it. The interval is Wilson's (1927) at 95 %, over the
municipalities that were asked whatever came of it (their home page was looked for): what merely turned up in a shared
portal is no sample. Over several size classes each weighs as much as it has municipalities.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import sqrt

Z = 1.959963984540054
"""The normal quantile of a two-sided interval at 95 %."""


@dataclass(frozen=True, slots=True)
class Share:
    """Of `municipalities` have it `yes`, have it not `no`, of `unknown` nothing is known. `low95` and `high95` are None
    where all are known or nobody was asked. `sample` were asked, of whom `sample_yes` have it."""

    municipalities: int
    yes: int
    no: int
    unknown: int
    lower: float | None
    upper: float | None
    low95: float | None = None
    high95: float | None = None
    sample: int = 0
    sample_yes: int = 0


def wilson(yes: float, asked: float) -> tuple[float, float]:
    """Wilson's score interval of a share, at 95 %. Raises ZeroDivisionError for nobody asked.

    >>> tuple(round(value, 3) for value in wilson(27, 100))
    (0.193, 0.364)
    """
    share, spread = yes / asked, Z * Z / asked
    centre = (share + spread / 2) / (1 + spread)
    half = Z * sqrt(share * (1 - share) / asked + spread / (4 * asked)) / (1 + spread)
    return max(0.0, centre - half), min(1.0, centre + half)


def share(answers: Iterable[bool | None], sample: Iterable[bool] = ()) -> Share:
    """The share of one group; None: nothing is known of that municipality. `sample`: the answers of those asked."""
    known, asked = list(answers), list(sample)
    whole = _bounded(len(known), known.count(True), known.count(False))
    low, high = wilson(sum(asked), len(asked)) if whole.unknown and asked else (None, None)
    return replace(whole, low95=low, high95=high, sample=len(asked), sample_yes=sum(asked))


def _bounded(total: int, yes: int, no: int) -> Share:
    unknown = total - yes - no
    return (
        Share(total, yes, no, unknown, yes / total, (yes + unknown) / total)
        if total
        else Share(0, 0, 0, 0, None, None)
    )


def weighted(strata: Sequence[Share]) -> Share:
    """The share over strata (size classes): counts added up; the interval by the strata's weights, with the sample size
    that has the same variance (Kish's effective size), no larger than the number asked. A stratum of which nobody was
    asked has no estimate, and so the whole has none."""
    members = [item for item in strata if item.municipalities]
    total = sum(item.municipalities for item in members)
    whole = _bounded(total, sum(item.yes for item in members), sum(item.no for item in members))
    if not whole.unknown or not all(item.sample for item in members):
        return whole
    weights = [(item.municipalities / total, item) for item in members]
    estimate = sum(weight * item.sample_yes / item.sample for weight, item in weights)
    size = min(
        1 / sum(weight**2 / item.sample for weight, item in weights), sum(item.sample for item in members)
    )
    low, high = wilson(estimate * size, size)
    return replace(whole, low95=low, high95=high)

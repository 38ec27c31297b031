"""What is usual in a size class: the model datasets that at least a third of its publishers publish."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from catalog.measure.stocktaking.figures import Figures

PUBLISHERS, MODELS, SHARE = 10, 8, 1 / 3
"""Publishers that a class must have, model datasets that must come out, and the share of publishers that makes one usual."""


def usual_models(
    found: Mapping[str, Figures], size_class: Mapping[str, int | None]
) -> dict[int, frozenset[str]]:
    """Size class → its usual model datasets; classes with too few publishers or models are left out."""
    publishers: Counter[int] = Counter()
    counts: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for town, figures in found.items():
        number = size_class.get(town)
        if number is not None and figures.records:
            publishers[number] += 1
            counts[number].update(figures.models)
    usual = {
        number: frozenset(model for model, count in counts[number].items() if count >= SHARE * total)
        for number, total in publishers.items()
        if total >= PUBLISHERS
    }
    return {number: models for number, models in usual.items() if len(models) >= MODELS}

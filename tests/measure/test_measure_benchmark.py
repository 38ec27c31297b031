"""The benchmark of measuring on a few records: it measures what it built, and writes its figures where they belong."""

from pathlib import Path

import pytest

from benchmarks import measure, measured_world
from benchmarks.measure import Measurement
from benchmarks.sample import Sample


@pytest.mark.slow
def test_the_benchmark_measures_all_records(tmp_path: Path) -> None:
    first, idle, again = measure.measurements(200, tmp_path)
    assert (first.sample.count, first.looked_at) == (
        220,
        220,
    )  # every tenth stands in the national portal too
    assert (idle.looked_at, again.looked_at > 0) == (0, True)
    text = measure.told(first, idle, again)
    page = tmp_path / "page.md"
    page.write_text(f"before\n{measure.BEGIN}old\n{measure.END}after\n", encoding="utf-8")
    measure.write(text, page)
    assert page.read_text(encoding="utf-8") == f"before\n{measure.BEGIN}{text}{measure.END}after\n"


@pytest.mark.parametrize(
    ("first", "again", "expected"),
    [((299, 400), (29, 400), True), ((301, 400), (29, 400), False), ((299, 400), (31, 400), False), ((299, 501), (29, 400), False)],
)  # fmt: skip
def test_the_bars(first: tuple[float, float], again: tuple[float, float], expected: bool) -> None:
    """Seconds and MB of the first measurement and of the one after a change."""
    one, other = (
        Measurement(Sample(220_000, seconds, seconds, peak), 1, {}) for seconds, peak in (first, again)
    )
    assert measure.passed(one, other) is expected


def test_records_are_told_apart_and_stay_the_same() -> None:
    town = ("99111000", "Musterhafen")
    one, other = (measured_world.record(number, town) for number in (1, 2))
    assert one != other
    assert one == measured_world.record(1, town)

"""The benchmark of measuring on a few records: it measures what it built, and writes its figures where they belong."""

from pathlib import Path

import pytest

from benchmarks import measure, measured_world


@pytest.mark.slow
def test_the_benchmark_measures_all_records(tmp_path: Path) -> None:
    first, idle, again = measure.measurements(200, tmp_path)
    assert (first.sample.count, first.looked_at) == (
        220,
        220,
    )  # every tenth stands in the national portal too
    assert (idle.looked_at, again.looked_at > 0) == (0, True)
    assert measure.passed(first, again)
    text = measure.told(first, idle, again)
    page = tmp_path / "page.md"
    page.write_text(f"before\n{measure.BEGIN}old\n{measure.END}after\n", encoding="utf-8")
    measure.write(text, page)
    assert page.read_text(encoding="utf-8") == f"before\n{measure.BEGIN}{text}{measure.END}after\n"


def test_records_are_told_apart_and_stay_the_same() -> None:
    town = ("99111000", "Musterhafen")
    one, other = (measured_world.record(number, town) for number in (1, 2))
    assert one != other
    assert one == measured_world.record(1, town)

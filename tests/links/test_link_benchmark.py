"""The benchmark of link checks on one host: it checks all, and writes its figures where they belong."""

from pathlib import Path

import pytest

from benchmarks import links


@pytest.mark.slow
def test_the_benchmark_checks_every_link(tmp_path: Path) -> None:
    sample = links.measure(1, 2, delay=0.0)
    assert sample.count == 2
    assert sample.seconds > 5 * links.latency(0)  # robots.txt, HEAD and GET of each
    text = links.told(sample, 1)
    assert f"bar: {links.BAR:,}" in text
    page = tmp_path / "page.md"
    page.write_text(f"before\n{links.BEGIN}old\n{links.END}after\n", encoding="utf-8")
    links.write(text, page)
    assert page.read_text(encoding="utf-8") == f"before\n{links.BEGIN}{text}{links.END}after\n"


def test_latencies_are_those_of_the_real_world() -> None:
    found = [links.latency(host) for host in range(100)]
    assert (min(found), max(found)) == (0.1, 2.0)
    assert 1 < sum(found) / 100 < 1.1

"""The benchmarks on a few dozen datasets: each runs, counts what it should, and stands in the table."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from benchmarks import cases, measure, measured_world, site, site_world, trials
from benchmarks.__main__ import main
from benchmarks.cases import BENCHMARKS, Bench, Result, Scale
from benchmarks.sample import Sample, Stopwatch, peak_memory
from benchmarks.site_mix import MIX, addresses
from benchmarks.stages import STAGES, Stages
from benchmarks.table import COLUMNS, page, table
from catalog.store.database import reading
from crawler.sources import ckan

SCALE = Scale(datasets=60, feed=40, repeats=1, page=30, feed_page=20)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with Bench(tmp_path_factory.mktemp("bench"), SCALE, trials.measure) as place:
        yield place


@pytest.mark.parametrize("name", BENCHMARKS)
def test_each_benchmark_measures_all_datasets(
    bench: Bench, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ckan, "READER", ckan.READER)  # `reparse` raises it
    results = list(BENCHMARKS[name](bench))
    whole = SCALE.feed if name == "dcat-first" else SCALE.datasets
    assert [sample.count for sample in results[0].samples] == [whole]
    assert all(sample.seconds > 0 and sample.peak > 10 for result in results for sample in result.samples)
    assert {result.name for result in results} == {name}
    assert name != "resume" or 0 < results[0].value < 100


def test_the_floor_holds_the_same_rows(bench: Bench) -> None:
    (floor,) = bench.repeat(lambda _: bench.measure("floor-store", db=bench.stored(), kind="ckan"))
    with reading(Path(bench.stored())) as stored:
        (count,) = stored.conn.execute("select count(*) from dataset").fetchone()
    assert floor.count == count == SCALE.datasets


def test_a_portal_that_was_not_read_whole_has_no_speed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trials, "OPTIONS", replace(trials.OPTIONS, retries=0))
    with pytest.raises(RuntimeError, match="unreachable"):
        trials.crawl(str(tmp_path / "none.db"), "http://127.0.0.1:9/", "ckan")


def test_a_process_of_its_own_measures_the_same(bench: Bench) -> None:
    output = bench.folder / "own.nt"
    sample = cases.in_own_process("export", db=bench.stored(), form="nt", output=str(output))
    assert sample.count == SCALE.datasets
    assert output.stat().st_size > 1000 * SCALE.datasets


def test_peak_memory_is_of_this_process() -> None:
    before = peak_memory()
    block = bytearray(b"x" * 40_000_000)
    assert peak_memory() > max(40, before - 1)
    assert len(block) == 40_000_000


def test_a_stopwatch_adds_up_what_it_was_asked_for() -> None:
    watch = Stopwatch()
    with watch:
        sum(range(100_000))
    once = watch.seconds
    sum(range(100_000))
    assert watch.seconds == once > 0
    with watch:
        sum(range(100_000))
    assert watch.seconds > once


def test_inner_stages_are_not_counted_twice() -> None:
    watch = Stages()
    inner = watch._timed(lambda: sum(range(2_000_000)), "inner")
    outer = watch._timed(lambda: inner() and None, "outer")
    outer()
    assert watch.spent["inner"] > 10 * watch.spent["outer"] >= 0


def test_every_stage_that_is_watched_exists() -> None:
    for _, module, path in STAGES:
        holder = import_module(module)
        for name in path.split("."):
            holder = getattr(holder, name)
        assert callable(holder)


def result(value: float, **more: object) -> Result:
    sample = Sample(100, 2.0, 1.0, 50.0)
    return Result("some", "of it", "datasets/s", [value], [sample], **more)  # type: ignore[arg-type]


def test_the_table_says_bar_spread_and_floor() -> None:
    floor = Sample(100, 0.5, 0.5, 40.0)
    lines = table([result(50.0, bar=60, floors=[floor]), result(70.0, bar=60, aim=90)]).splitlines()
    assert len({len(line) for line in lines}) == 1
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert cells[0] == list(COLUMNS)
    assert cells[2] == ["some", "of it", "50 datasets/s", "", "≥ 60 missed", "", "2.00", "1.00", "100", "50", "200", "4.0, 2.0"]  # fmt: skip
    assert cells[3][4:6] == ["≥ 60", "90"]


def test_memory_passes_below_its_bar() -> None:
    assert result(50.0, bar=60, at_most=True).passed
    assert not result(70.0, bar=60, at_most=True).passed
    assert result(70.0).passed


def test_the_page_names_machine_and_scale() -> None:
    text = page([result(50.0)], SCALE)
    assert "60 CKAN datasets, 40 in the feed, 1 repeats" in text
    assert "Python 3." in text
    assert "| some" in text


def test_an_unknown_name_is_refused_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["benchmarks", "crawl-second"])
    with pytest.raises(SystemExit):
        main()
    assert "unknown: crawl-second; known: crawl-first" in capsys.readouterr().err


@pytest.mark.slow
def test_the_command_prints_a_table() -> None:
    command = [sys.executable, "-m", "benchmarks", "--quick", "crawl-memory"]
    done = subprocess.run(command, capture_output=True, text=True, env=cases.environment(), check=True)
    assert "| crawl-memory" in done.stdout


def test_the_front_is_measured_with_forty_addresses_that_all_answer(tmp_path: Path) -> None:
    base, large = tmp_path / "base.db", tmp_path / "large.db"
    measured_world.build(base, 60)
    measure.run(base)
    assert site_world.multiply(base, large, 3) == 3 * 66
    assert len(set(MIX)) == 40
    found = site.timed(large, 1)
    assert [each.address for each in found] == list(addresses(large))
    assert max(each.length for each in found) < site.LONGEST
    assert "| 198 |" in site.table({"198": found})
    assert site.percentile([1.0] * 19 + [100.0]) > 1
    with closing(sqlite3.connect(large)) as conn:
        assert conn.execute("pragma foreign_key_check").fetchall() == []
        assert conn.execute(
            "select count(distinct key), count(distinct first_seen) from dataset"
        ).fetchone() == (198, 3)

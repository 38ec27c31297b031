"""The demo, run once for all tests of the command line, and portals that ask for no pauses."""

import fcntl
import os
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from crawler import demonstration
from crawler.fetch.options import Options


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second between two requests that the portals of the fleet ask for is not waited for; what keeps to it has tests
    of its own among those of fetching."""
    monkeypatch.setattr("crawler.commands.common.Options", partial(Options, crawl_delay_cap=0.01))


@pytest.fixture(scope="session")
def demo_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a demo, two crawls of the fleet: made by whichever test process comes first, only read by all."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "demo"
    folder.mkdir(exist_ok=True)
    path = folder / demonstration.DATABASE
    with (folder / "made").open("a") as mark, pytest.MonkeyPatch.context() as patch:
        fcntl.flock(mark, fcntl.LOCK_EX)
        if not os.fstat(mark.fileno()).st_size:
            hurried = replace(demonstration.OPTIONS, crawl_delay_cap=0.01, retry_wait=0.01)
            patch.setattr(demonstration, "OPTIONS", hurried)
            patch.setattr(demonstration, "LINKS_A_HOST", 4)
            demonstration.run(folder, size=0.2)
            mark.write("made")
    return path

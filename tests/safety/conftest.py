"""The loopback portals that the tests of fetching have serve here, too."""

import sys
from functools import partial
from pathlib import Path

import pytest

from crawler.fetch.options import Options

sys.path.append(str(Path(__file__).parent.parent / "fetch"))


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses before something is tried again have tests of their own among those of fetching."""
    monkeypatch.setattr(
        "crawler.commands.common.Options", partial(Options, crawl_delay_cap=0.01, retry_wait=0.01)
    )

"""What is the machine's fault is told in one sentence; what is ours, with all that helps to find it."""

import logging
import sqlite3

import pytest

from catalog.store.sink import PortalSink
from crawler.fetch.options import Options
from crawler.fetch.run import crawl
from crawler.sources.protocol import Portal


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (sqlite3.OperationalError("database or disk is full"), False),
        (OSError(28, "No space left on device"), False),
        (ZeroDivisionError("of ours"), True),
    ],
)
def test_only_our_own_faults_have_a_traceback(
    error: Exception, told: bool, caplog: pytest.LogCaptureFixture
) -> None:
    def no_sink(portal: Portal) -> PortalSink:
        raise error

    with caplog.at_level(logging.ERROR):
        (result,) = crawl([Portal("p", "https://daten.example", kind="ckan")], no_sink, Options())
    assert result.outcome == "failed_here"
    assert str(error) in result.facts.note
    (record,) = [record for record in caplog.records if record.name == "crawler.fetch.run"]
    assert bool(record.exc_info or record.exc_text) is told  # as text where keys of portals are blotted out

"""The crawl of the payloads, done once for all tests that look at it."""

from collections.abc import Iterator

import pytest
from payload_portals import PayloadCrawl, crawl_payloads
from payload_sites import PAYLOADS

from catalog.store.store import Store


@pytest.fixture(scope="session")
def payload_crawl(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PayloadCrawl]:
    """Skips where the payloads are not at hand."""
    if not PAYLOADS.is_dir():
        pytest.skip(f"no payloads at {PAYLOADS}")
    store = Store(tmp_path_factory.mktemp("payloads") / "payloads.db")
    yield PayloadCrawl(store, {(line.key, line.epoch): line for line in crawl_payloads(store)})
    store.close()

"""What holds for all tests."""

import gc
import shutil
import sys
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import settings
from sqlite_utils import Database

sys.dont_write_bytecode = False
"""Compiling the tests with their assertions takes each process five seconds: they are kept compiled, whatever is usual here."""

with (
    warnings.catch_warnings()
):  # Datasette 0.65 leaves a connection open when imported; Python 3.13 warns of it
    warnings.simplefilter("ignore", ResourceWarning)
    import datasette.app  # noqa: F401

    gc.collect()

# Without deadlines: the first call of a reader loads its tables. `--hypothesis-profile` chooses another one.
settings.register_profile("fast", deadline=None, max_examples=25)
settings.register_profile("thorough", deadline=None, max_examples=400)
settings.load_profile("fast")


def pytest_configure(config: pytest.Config) -> None:
    """Datasette 0.65 leaves connections to the collector, which may come in any later test; Python 3.13 warns of them."""
    config.addinivalue_line("filterwarnings", "ignore:unclosed database:ResourceWarning")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Thousands of collected tests and all libraries stay until the end: the collector need not look at them again, and
    at what comes seldom enough. (A fifth of the processor time; what is left open is still told of, a little later.)"""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def tables_made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Most tests begin with a new database: its tables are made once and copied then, which takes a tenth of the time."""
    from catalog.store import store

    made = tmp_path_factory.mktemp("tables") / "empty.db"
    store.Store(made).close()
    opened = store.open_for_writing

    def open_copy(path: Path) -> Database:
        if not path.exists():
            with suppress(OSError):
                shutil.copyfile(made, path)
        return opened(path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "open_for_writing", open_copy)
        yield

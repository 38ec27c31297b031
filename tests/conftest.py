"""What holds for all tests."""

import gc
import warnings

import pytest

with (
    warnings.catch_warnings()
):  # Datasette 0.65 leaves a connection open when imported; Python 3.13 warns of it
    warnings.simplefilter("ignore", ResourceWarning)
    import datasette.app  # noqa: F401

    gc.collect()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Thousands of collected tests and all libraries stay until the end: the collector need not look at them again, and
    at what comes seldom enough. (A fifth of the processor time; what is left open is still told of, a little later.)"""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)

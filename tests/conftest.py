"""What holds for all tests."""

import gc
import sys
import warnings

import pytest
from hypothesis import settings

sys.dont_write_bytecode = False
"""Compiling the tests with their assertions takes each process five seconds: they are kept compiled, whatever is usual here."""

with (
    warnings.catch_warnings()
):  # Datasette 0.65 leaves a connection open when imported; Python 3.13 warns of it
    warnings.simplefilter("ignore", ResourceWarning)
    import datasette.app  # noqa: F401

    gc.collect()

# Without deadlines: the first call of a reader loads its tables. `--hypothesis-profile` chooses another one.
settings.register_profile("fast", deadline=None, max_examples=40)
settings.register_profile("thorough", deadline=None, max_examples=400)
settings.load_profile("fast")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Thousands of collected tests and all libraries stay until the end: the collector need not look at them again, and
    at what comes seldom enough. (A fifth of the processor time; what is left open is still told of, a little later.)"""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)

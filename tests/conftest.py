"""What holds for all tests."""

import gc
import warnings

with (
    warnings.catch_warnings()
):  # Datasette 0.65 leaves a connection open when imported; Python 3.13 warns of it
    warnings.simplefilter("ignore", ResourceWarning)
    import datasette.app  # noqa: F401

    gc.collect()

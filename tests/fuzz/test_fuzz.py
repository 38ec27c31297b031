"""A little of the fuzzing in every run of the tests: what once went wrong, some changed inputs, and JSON of any shape."""

from __future__ import annotations

import random
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.__main__ import fuzz
from tests.fuzz.mutation import ODD
from tests.fuzz.targets import names, seeds, targets

KEYS = st.sampled_from(
    [*("result", "results", "items", "dataset", "records", "features", "title", "identifier", "id", "name", "url"),
     *("@id", "@type", "@graph", "@context", "count", "next", "links", "data", "total", "distribution", "resources")]
)  # fmt: skip
ODD_VALUES = st.sampled_from([value for value in ODD if value not in (2**63, 1e308)])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=20) | ODD_VALUES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)


@pytest.mark.parametrize("name", names())
def test_what_once_went_wrong_and_a_few_more(name: str) -> None:
    assert fuzz(name, targets()[name], len(seeds(name)) + 15, random.Random(name)) == []


@given(JSON, st.integers(0, 255))
@settings(max_examples=60)
def test_json_of_any_shape(value: Any, first: int) -> None:
    try:
        data = bytes([first]) + orjson.dumps(value)
    except TypeError:
        return  # an integer that JSON of ours does not hold
    for name, target in targets().items():
        if name.startswith("read-"):
            target(data)

"""The laws once more with ten times as many examples as in the fast tests."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.slow
def test_the_laws_hold_for_many_examples() -> None:
    which = ("-m", "hypothesis and not slow", "--hypothesis-profile", "thorough", "tests")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *which], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-5000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed
    assert int(passed[1]) > 100

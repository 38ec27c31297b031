"""Real peer software on loopback: the program that starts it, where there is one."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

SERVERS = Path(__file__).parents[2].parent / "shared" / "servers" / "servers"
NOT_INSTALLED = 3


def asked(*words: str) -> str:
    """What the program that runs the servers prints; skips where it or the server is not there."""
    if not SERVERS.is_file():
        pytest.skip(f"no servers at {SERVERS}")
    done = subprocess.run([SERVERS, *words], capture_output=True, text=True, timeout=300, check=False)
    if done.returncode == NOT_INSTALLED:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
    return done.stdout

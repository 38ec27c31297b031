"""The measured and the plain sample catalogue, served on loopback, and one browser for all tests."""

import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from axe import program
from chromium_pipe import Chromium

sys.path += [str(Path(__file__).parents[1] / name) for name in ("publish", "store")]

import sample_catalogue
import sample_measured
from served import BASE, close

from catalog.publish.serve import application, settings

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of these need a browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.skipif(not program(), reason="chromium is not installed"))


@contextmanager
def served(path: Path) -> Iterator[str]:
    """A catalogue on a loopback port; its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    datasette = application(path, BASE, settings())
    server = uvicorn.Server(uvicorn.Config(datasette.app(), log_level="critical"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listening.close()
    close(datasette)


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The sample catalogue."""
    with served(sample_catalogue.build(tmp_path_factory.mktemp("publish") / "demo.db").path) as at:
        yield at


@pytest.fixture(scope="session")
def measured(tmp_path_factory: pytest.TempPathFactory) -> sample_measured.Measured:
    """The measured sample catalogue."""
    return sample_measured.build(tmp_path_factory.mktemp("measured") / "measured.db")


@pytest.fixture(scope="session")
def front(measured: sample_measured.Measured) -> Iterator[str]:
    """The measured sample catalogue, served."""
    with served(measured.path) as at:
        yield at


@pytest.fixture(scope="session")
def browser() -> Iterator[Chromium]:
    """One browser for all pages."""
    with Chromium(program()) as opened:
        yield opened

"""A served sample catalogue for all tests of the publication."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sample_catalogue
import sample_measured
from served import BASE, close

from catalog.publish.serve import application, settings

Get = Callable[..., Any]


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> sample_catalogue.Sample:
    """The sample catalogue as a file that is not called `bestand`."""
    return sample_catalogue.build(tmp_path_factory.mktemp("publish") / "demo.db")


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """One event loop for all requests."""
    running = asyncio.new_event_loop()
    yield running
    running.run_until_complete(running.shutdown_asyncgens())
    running.close()


@pytest.fixture(scope="session")
def get(sample: sample_catalogue.Sample, loop: asyncio.AbstractEventLoop) -> Iterator[Get]:
    """`get(path, method="GET", **headers)` of the served sample."""
    datasette = application(sample.path, BASE, settings())

    def ask(path: str, method: str = "GET", **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return loop.run_until_complete(datasette.client.request(method, path, headers=named))

    yield ask
    close(datasette)


@pytest.fixture(scope="session")
def measured(tmp_path_factory: pytest.TempPathFactory) -> sample_measured.Measured:
    """The measured sample catalogue."""
    return sample_measured.build(tmp_path_factory.mktemp("measured") / "measured.db")


@pytest.fixture(scope="session")
def look(measured: sample_measured.Measured, loop: asyncio.AbstractEventLoop) -> Iterator[Get]:
    """`look(path, method="GET", **headers)` of the served measured sample."""
    datasette = application(measured.path, BASE, settings())

    def ask(path: str, method: str = "GET", **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return loop.run_until_complete(datasette.client.request(method, path, headers=named))

    yield ask
    close(datasette)


@pytest.fixture
def other(loop: asyncio.AbstractEventLoop) -> Iterator[Callable[..., Any]]:
    """`other(path)` serves another file and returns its `get`."""
    opened = []

    def serve(path: Path, **options: Any) -> Get:
        datasette = application(path, **options)
        opened.append(datasette)
        return lambda address, method="GET": loop.run_until_complete(
            datasette.client.request(method, address)
        )

    yield serve
    for datasette in opened:
        close(datasette)

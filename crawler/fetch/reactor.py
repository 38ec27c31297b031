"""The one reactor of the process, on a thread of its own, and the desk: work that belongs to the caller's thread.

Scrapy fetches on the reactor's thread while the caller's thread reads and stores, so both overlap, the caller's database
connections stay where they were opened, and a program may run any number of crawls.
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from queue import SimpleQueue
from typing import Any, ParamSpec, TypeVar

from twisted.logger import STDLibLogObserver, globalLogBeginner

from crawler.fetch.garbage import seldom_collected
from crawler.fetch.turns import quick_turns

T = TypeVar("T")
P = ParamSpec("P")

_started = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None


class Desk:
    """Runs functions one after the other in the thread that waits for the crawl. `stop` is set on SIGINT or SIGTERM."""

    def __init__(self) -> None:
        self.stop = asyncio.Event()
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Have a function called at the desk and wait for what it returns or raises."""
        future: Future[T] = Future()
        self._jobs.put(partial(_settle, future, partial(function, *args, **kwargs)))
        return await asyncio.wrap_future(future)

    def serve(self) -> None:
        """Work until closed. Called by the thread that owns the desk."""
        while (job := self._jobs.get()) is not None:
            job()

    def close(self) -> None:
        """Let `serve` return once what lies on the desk is done."""
        self._jobs.put(None)


def _settle(future: Future[T], job: Callable[[], T]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(job())
    except Exception as error:  # noqa: BLE001 - handed on to whoever waits for the result
        future.set_exception(error)


def run(work: Callable[[Desk], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine on the reactor's thread while the calling thread serves its desk; returns what it returns.

    The first SIGINT or SIGTERM sets `desk.stop`, the second raises KeyboardInterrupt (main thread only).
    """
    loop = _reactor_loop()
    desk = Desk()
    result = asyncio.run_coroutine_threadsafe(work(desk), loop)
    result.add_done_callback(lambda _: desk.close())
    with _signals(loop, desk), seldom_collected(), quick_turns():
        desk.serve()
    return result.result()


@contextmanager
def _signals(loop: asyncio.AbstractEventLoop, desk: Desk) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ask_to_stop(number: int, _frame: object) -> None:
        if desk.stop.is_set():
            raise KeyboardInterrupt
        loop.call_soon_threadsafe(desk.stop.set)

    before = {number: signal.signal(number, ask_to_stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _reactor_loop() -> asyncio.AbstractEventLoop:
    """The event loop of the reactor, which is started on first use."""
    global _loop
    with _started:
        if _loop is None:
            ready: Future[asyncio.AbstractEventLoop] = Future()
            threading.Thread(target=_turn, args=(ready,), name="reactor", daemon=True).start()
            _loop = ready.result(timeout=30)
        return _loop


def _turn(ready: Future[asyncio.AbstractEventLoop]) -> None:
    """The life of the reactor's thread."""
    from scrapy.utils.reactor import install_reactor

    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from crawler.fetch.guard import RESOLVER

    _log_as_python_does()
    reactor = _installed()
    reactor.installNameResolver(RESOLVER)
    reactor.callLater(0, lambda: ready.set_result(asyncio.get_running_loop()))
    atexit.register(_end, threading.current_thread())
    reactor.run(installSignalHandlers=False)
    asyncio.get_event_loop().close()


def _log_as_python_does() -> None:
    """Twisted's log as Python's, which keeps it off stderr; a wrong certificate and a full disk are outcomes, no tracebacks."""
    observer: Any = STDLibLogObserver("twisted")
    globalLogBeginner.beginLoggingTo([observer], redirectStandardIO=False)
    log = logging.getLogger("twisted")
    log.setLevel(logging.ERROR)
    log.addFilter(lambda record: "verifying certificate" not in record.getMessage())
    logging.getLogger("scrapy.core.scraper").addFilter(_is_worth_a_log)


def is_fault_of_the_machine(error: BaseException | None) -> bool:
    """Whether a disk is full or a database cannot be written: one sentence says so, and no traceback says more."""
    return isinstance(error, OSError) or type(error).__module__ == "sqlite3"


def _is_worth_a_log(record: logging.LogRecord) -> bool:
    """False where it is the machine's fault: the portal's outcome says so."""
    return not is_fault_of_the_machine(record.exc_info[1] if record.exc_info else None)


def _end(thread: threading.Thread) -> None:
    reactor = _installed()
    reactor.callFromThread(reactor.stop)
    thread.join(timeout=2)


def _installed() -> Any:
    """The reactor; untyped, as Twisted's own annotations describe its interface only."""
    from twisted.internet import reactor

    return reactor

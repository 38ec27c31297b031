"""`python -m benchmarks.links [--hosts N] [--links N] [--write]`: how many links one process checks politely in a day.

The hosts are ports of loopback in a process of their own; each takes between 0.1 and 2 s for an answer, every third does
not know HEAD. One request to a host at a time, 1 s between two.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.cases import environment
from benchmarks.sample import Sample, Stopwatch
from benchmarks.table import machine
from catalog.measure.links import sync
from catalog.store.links import Links
from catalog.store.store import Store
from crawler.fetch.links.checking import check_links
from crawler.fetch.options import Options

PAGE = Path("docs/explanation/links.md")
BEGIN, END = "<!-- figures -->\n", "<!-- end of figures -->\n"
DAY = 86_400
BAR = 57_600
"""Polite checks a day from one process."""
DELAY, HOSTS_AT_A_TIME = 1.0, 32
_BODY = b"name;hoehe\nEiche;12\n"


def latency(host: int) -> float:
    """Seconds that a host takes for an answer: 0.1 to 2, spread evenly."""
    return 0.1 + 1.9 * (host * 37 % 100) / 99


async def serve(count: int) -> None:
    """Serve so many hosts, print their ports on one line, and go on until stdin ends."""
    servers = [await asyncio.start_server(partial(_serve_one, host), "127.0.0.1", 0) for host in range(count)]
    sys.stdout.write(" ".join(str(server.sockets[0].getsockname()[1]) for server in servers) + "\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)


async def _serve_one(host: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer the requests of one connection."""
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            await asyncio.sleep(latency(host))
            writer.write(_answer(host, head))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def _answer(host: int, head: bytes) -> bytes:
    method, target = head.split(b" ", 2)[:2]
    if target == b"/robots.txt":
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    if method == b"HEAD" and host % 3 == 0:
        return b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n"
    length = f"Content-Length: {len(_BODY)}\r\n\r\n".encode()
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\n" + length
    return answer if method == b"HEAD" else answer + _BODY


@contextmanager
def hosts(count: int) -> Iterator[list[int]]:
    """Ports of hosts that another process serves. Raises RuntimeError where it does not start."""
    command = [sys.executable, "-m", "benchmarks.links", "--serve", str(count)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment()) as process:
        assert process.stdout
        ports = [int(word) for word in process.stdout.readline().split()]
        if len(ports) != count:
            raise RuntimeError("the hosts did not start")
        yield ports
        process.communicate()


def fill(store: Store, ports: list[int], links: int) -> None:
    """Datasets that name so many files on each host."""
    store.keep_portals([{"key": "musterstadt", "url": "https://daten.musterstadt.example/"}])
    run = store.begin_run()
    urls = [f"http://127.0.0.1:{port}/{number}.csv" for port in ports for number in range(links)]
    datasets = [
        {
            "id": number, "key": f"key{number}", "portal": 1, "identifier": str(number), "class": "Dataset",
            "version": number, "raw_digest": b"", "reader": 1, "first_seen": run, "changed_run": run,
        }
        for number in range(1, len(urls) + 1)
    ]  # fmt: skip
    store.db.table("dataset").insert_all(datasets)
    distributions = [
        {"dataset": number, "download_url": url, "media_type": "text/csv", "byte_size": len(_BODY)}
        for number, url in enumerate(urls, start=1)
    ]
    store.db.table("distribution").insert_all(distributions)


def measure(count: int, links: int, delay: float = DELAY) -> Sample:
    """Check so many links on each of so many hosts. Raises RuntimeError where one was not found to work."""
    watch, options = Stopwatch(), Options(jobs=HOSTS_AT_A_TIME, delay=delay, allow_private=True)
    with TemporaryDirectory() as folder, hosts(count) as ports:
        store = Store(Path(folder) / "links.db", "benchmark")
        fill(store, ports, links)
        sync(store)
        keeper = Links(store)
        with watch:
            done = check_links(keeper, options)
        found = keeper.found()
        store.close()
    if found != {"reachable": count * links}:
        raise RuntimeError(f"the checks ended as {done.outcome}: {found}")
    return watch.sample(done.checks)


def told(sample: Sample, count: int) -> str:
    """The figures as lines of Markdown."""
    rows = [
        ("links checked, hosts", f"{sample.count:,} on {count}, {HOSTS_AT_A_TIME} at a time, {DELAY:g} s between requests"),
        ("checks a second", f"{sample.rate:.1f} (in {sample.seconds:.0f} s)"),
        ("**checks a day**", f"**{sample.rate * DAY:,.0f}** (bar: {BAR:,})"),
        ("processor time a check", f"{1000 * sample.cpu / sample.count:.1f} ms"),
        ("largest resident size", f"{sample.peak:.0f} MB"),
    ]  # fmt: skip
    lines = ["| what | figure |", "|---|---|", *(f"| {what} | {figure} |" for what, figure in rows)]
    return "\n".join(
        [
            *lines,
            "",
            f"Measured on {date.today().isoformat()} by `python -m benchmarks.links --write`. {machine()}",
            "",
        ]
    )


def write(text: str, page: Path = PAGE) -> None:
    """Put the figures between their marks in the page."""
    before, rest = page.read_text(encoding="utf-8").split(BEGIN)
    page.write_text(f"{before}{BEGIN}{text}{END}{rest.split(END)[1]}", encoding="utf-8")


def main() -> None:
    """Measure and print; ends with 1 where the bar was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.links")
    parser.add_argument("--hosts", type=int, default=96)
    parser.add_argument("--links", type=int, default=5, help="of each host")
    parser.add_argument("--write", action="store_true", help=f"write the figures into {PAGE}")
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        asyncio.run(serve(options.serve))
        return
    sample = measure(options.hosts, options.links)
    text = told(sample, options.hosts)
    print(text)
    if options.write:
        write(text)
    sys.exit(0 if sample.rate * DAY >= BAR else 1)


if __name__ == "__main__":
    main()

"""A catalogue served over loopback, what its feed says, and the harvesters of real peers that read it."""

from __future__ import annotations

import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.error import URLError
from urllib.request import urlopen

import orjson
import pytest
from peer_servers import NOT_INSTALLED, SERVERS

from catalog.measure.measuring import measure
from catalog.store.rewinding import rewound
from catalog.store.store import utc_now
from crawler.demonstration import QUARTER

_SHIFTS: Final = range(300, 10_000, 1_000)
"""Added to every port: these servers are of our own, as harvested datasets must not stay in those that other tests read."""
_PORTS: Final = (15_000, 15_379, 15_432, 15_700, 15_717, 15_983)
"""Of CKAN with its database, its queue and its index; of udata with its own."""
_LONGEST: Final = 3_600
"""Seconds until a harvest counts as stuck; on two calm cores the demo's takes two to three minutes."""
_INVENTED: Final = re.compile(r"\.example(?![\w.-])")
_PATIENCE: Final = 60
_LABEL: Final = re.compile(r"_:\w+")
_IS_DATASET: Final = re.compile(r"#type> <http://www\.w3\.org/ns/dcat#Dataset(?:Series)?> \.")
_IS_MEMBER: Final = re.compile(r"<http://www\.w3\.org/ns/dcat#(?:dataset|service)> ")
_TYPE: Final = " <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
_NEXT: Final = " <http://www.w3.org/ns/hydra/core#next> "


def before_the_last_crawl(demo: Path, target: Path) -> None:
    """The demo's catalogue as it stood between its two crawls, a quarter apart."""
    day = (utc_now() - QUARTER / 2).date()
    store = rewound(demo, target, day)
    measure(store, as_of=day)
    store.close()


def told(base: str) -> dict[str, Counter[str]]:
    """IRI → the triples that describe it in the served feed, with those of all it refers to on its page but other datasets;
    of all datasets and series. Labels of blank nodes are left out, as they mean nothing, and classes, which no harvester keeps."""
    found: dict[str, Counter[str]] = {}
    for page in _pages(f"{base}/catalog.nt"):
        by_subject: defaultdict[str, set[str]] = defaultdict(set)
        for line in page:
            by_subject[line.partition(" ")[0]].add(line)
        members = {_object(line) for line in page if _IS_MEMBER.search(line)}
        datasets = (name for name in members if any(map(_IS_DATASET.search, by_subject[name])))
        found.update({name[1:-1]: _closure(name, by_subject, members) for name in datasets})
    return found


def _closure(name: str, by_subject: dict[str, set[str]], members: set[str]) -> Counter[str]:
    lines: list[str] = []
    waiting, seen = [name], {name}
    while waiting:
        mine = by_subject[waiting.pop()]
        lines.extend(mine)
        new = {item for item in map(_object, mine) if item in by_subject} - seen - members
        seen |= new
        waiting += new
    return Counter(_LABEL.sub("_:", line) for line in lines if _TYPE not in line)


def _object(line: str) -> str:
    return line.rstrip(" .").rpartition(" ")[2]


def _pages(address: str) -> Iterator[list[str]]:
    while address:
        with urlopen(address) as answer:
            lines = answer.read().decode().splitlines()
        yield [line for line in lines if line]
        following = next((line for line in lines if _NEXT in line), "")
        address = _object(following).strip("<>")


def with_real_names(source: Path, target: Path) -> None:
    """Copy a database and give invented hosts (`.example`) a top-level domain that exists: udata refuses others."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        new.create_function("real", 1, lambda text: _INVENTED.sub(".example.org", text) if text else text)
        new.execute("update version set record = real(record)")
        new.execute("update dataset set iri = real(iri), landing_page = real(landing_page)")
        new.commit()


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _shift() -> str:
    """The first shift with which all ports are free; another run of these tests may use the one before."""
    return str(next(shift for shift in _SHIFTS if all(map(_is_free, (port + shift for port in _PORTS)))))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@contextmanager
def served(db: Path, port: int) -> Iterator[str]:
    """The address of the catalogue while it is served by `bestand serve` in a process of its own."""
    address = f"http://127.0.0.1:{port}"
    path = os.pathsep.join(entry for entry in sys.path if entry)
    command = [sys.executable, "-m", "crawler.cli", "serve", "--db", str(db), "--port", str(port)]
    environment = {**os.environ, "PYTHONPATH": path}
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(address)
            yield address
        finally:
            process.terminate()


def _wait(address: str) -> None:
    ends = time.monotonic() + _PATIENCE
    while time.monotonic() < ends:
        try:
            with urlopen(f"{address}/healthz") as answer:
                if answer.status == 200:
                    return
        except URLError:
            time.sleep(0.2)
    raise TimeoutError(address)


class Peers:
    """Peer software with data of its own; what is installed is shared, what it stores is not."""

    def __init__(self, folder: Path) -> None:
        installed = Path(os.environ.get("BESTAND_SERVERS", "~/.cache/bestand-servers")).expanduser() / "venvs"
        if not SERVERS.is_file() or not installed.is_dir():
            pytest.skip("the peers' servers are not at hand")
        (folder / "venvs").symlink_to(installed)
        self.environment = {**os.environ, "BESTAND_SERVERS": str(folder), "BESTAND_SERVERS_SHIFT": _shift()}

    def asked(self, *words: str) -> str:
        """What the program that runs the servers prints; skips where a peer is not installed."""
        done = subprocess.run(
            [SERVERS, *words],
            capture_output=True,
            text=True,
            timeout=_LONGEST,
            check=False,
            env=self.environment,
        )
        if done.returncode == NOT_INSTALLED:
            pytest.skip(done.stderr.strip())
        assert done.returncode == 0, done.stderr
        return done.stdout

    def consume(self, name: str, feed: str, *words: str) -> dict[str, Any]:
        """The report of a harvester about a feed."""
        found: dict[str, Any] = orjson.loads(self.asked("consume", name, feed, *words))
        return found

    def packages(self, source: str) -> dict[str, dict[str, Any]]:
        """IRI → dataset, of all that CKAN took from a source, without what CKAN itself counts."""
        self.asked("start", "ckan")
        base = orjson.loads(self.asked("url", "ckan", "--all"))["base"].rstrip("/")
        found: dict[str, dict[str, Any]] = {}
        query = f"fq=organization:harvested-{source}&rows=500"
        while rows := _read(f"{base}/api/3/action/package_search?{query}&start={len(found)}")["result"][
            "results"
        ]:
            found.update({_extra(row, "uri"): _bare(row) for row in rows})
        return found

    def stop(self) -> None:
        """Stop all that was started here."""
        self.asked("stop", "all")


def _read(address: str) -> dict[str, Any]:
    with urlopen(address) as answer:
        found: dict[str, Any] = orjson.loads(answer.read())
    return found


def _extra(row: dict[str, Any], key: str) -> str:
    return next((str(item["value"]) for item in row["extras"] if item["key"] == key), "")


_OF_CKAN: Final = re.compile(
    r"(?:metadata_)?(?:created|modified)|revision.*|.*_id|id|position|cache_.*|.*last_updated|state|guid|mimetype"
)
"""What CKAN gives by itself; the media type among it, which it guesses from an address at a second harvest only."""


def _bare(value: Any) -> Any:
    """A dataset without what changes with every harvest: numbers, positions and times that CKAN gives."""
    if isinstance(value, dict):
        if str(value.get("key", "")).startswith(("harvest_", "guid")):
            return None
        return {name: _bare(one) for name, one in value.items() if not _OF_CKAN.fullmatch(name)}
    if isinstance(value, list):
        return sorted((one for one in map(_bare, value) if one is not None), key=orjson.dumps)
    return value

"""What monitoring asks the site for, and the site below a prefix, behind a real proxy too."""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from operated import Operated

from catalog.publish.serve import application, close, published_at, settings
from catalog.publish.site.measuring_points import Family, exposition

ROOT = Path(__file__).parents[2]
Ask = Callable[[str], Any]


SAMPLE = re.compile(
    r"([a-zA-Z_:][\w:]*)(?:\{(.*)\})? ([-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|Inf)|NaN)", re.ASCII
)
LABEL = re.compile(r'([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\"n])*)"', re.ASCII)


def samples(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """The values of an exposition; fails where it breaks a rule of the text format 0.0.4."""
    found: dict[tuple[str, tuple[tuple[str, str], ...]], float] = {}
    described: list[str] = []
    assert text.endswith("\n")
    for line in text[:-1].split("\n"):
        if line.startswith("# HELP "):
            name = line.split(" ", 3)[2]
            assert name not in described, "the lines of a metric stand together"
            described.append(name)
        elif line.startswith("# TYPE "):
            assert line.split(" ")[2:] == [described[-1], "gauge"]
        else:
            match = SAMPLE.fullmatch(line)
            assert match, line
            labels = tuple(LABEL.findall(match[2] or ""))
            assert ",".join(f'{name}="{value}"' for name, value in labels) == (match[2] or "")
            assert match[1] == described[-1]
            assert (match[1], labels) not in found
            found[match[1], labels] = float(match[3])
    return found


def serve(path: Path, public: str = "https://bestand.example") -> Iterator[Ask]:
    loop = asyncio.new_event_loop()
    datasette = application(path, public, settings() | published_at(public))
    transport = httpx.ASGITransport(app=datasette.app())
    client = httpx.AsyncClient(
        transport=transport, base_url="http://127.0.0.1"
    )  # Datasette's own adds the prefix
    yield lambda address: loop.run_until_complete(client.get(address))
    loop.run_until_complete(client.aclose())
    close(datasette)
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


@pytest.fixture
def crawled(operated: Operated) -> Operated:
    operated.clock.now = operated.clock.now.replace(year=2020)
    operated.run({"alpha": "complete", "beta": "unreachable"})
    operated.store.end_run(operated.store.begin_run("measure"))
    return operated


@pytest.fixture
def ask(crawled: Operated) -> Iterator[Ask]:
    yield from serve(crawled.path)


def test_health_says_age_and_outcome_of_the_last_crawl(ask: Ask) -> None:
    answer = ask("/healthz")
    said = answer.json()
    assert (answer.status_code, said["ok"], said["database"]) == (200, True, "readable")
    assert said["last_run"]["command"] == "measure"
    assert (said["last_crawl"]["state"], said["last_crawl"]["outcomes"]) == (
        "done",
        {"complete": 1, "unreachable": 1},
    )
    assert said["crawl_age_seconds"] > 10**8
    assert answer.headers["cache-control"] == "no-store"


def test_health_fails_where_the_last_crawl_is_too_old(ask: Ask) -> None:
    assert (ask("/healthz?max_age=3600").status_code, ask("/healthz?max_age=9999999999").status_code) == (
        503,
        200,
    )
    assert ask("/healthz?max_age=soon").status_code == 200


def test_without_a_crawl_only_who_asks_for_its_age_is_told_off(operated: Operated) -> None:
    for ask in serve(operated.path):
        said = ask("/healthz").json()
        assert (said["ok"], said["last_crawl"], said["last_run"]) == (True, None, None)
        assert ask("/healthz?max_age=60").status_code == 503
        assert samples(ask("/metrics").text)["bestand_up", ()] == 1


def test_metrics_are_what_prometheus_reads(ask: Ask) -> None:
    answer = ask("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    found = samples(answer.text)
    assert found["bestand_up", ()] == 1
    assert found["bestand_portals", (("outcome", "unreachable"),)] == 1
    assert found["bestand_portals", (("outcome", ""),)] == 1
    assert found["bestand_datasets", ()] == 2
    assert found["bestand_last_run_done", (("command", "crawl"),)] == 1
    assert found["bestand_last_run_end_timestamp_seconds", (("command", "crawl"),)] == 1604196000
    assert found["bestand_database_bytes", ()] > 10_000


def test_where_the_database_cannot_be_read_both_say_so(crawled: Operated) -> None:
    for ask in serve(crawled.path):
        assert ask("/healthz").status_code == 200
        crawled.db.conn.execute("alter table run rename to gone")
        answer = ask("/healthz")
        assert (answer.status_code, answer.json()["ok"], answer.json()["database"]) == (
            503,
            False,
            "unreadable",
        )
        answer = ask("/metrics")
        assert (answer.status_code, samples(answer.text)) == (503, {("bestand_up", ()): 0})
        crawled.db.conn.execute("alter table gone rename to run")


@given(
    st.dictionaries(st.sampled_from(["a", "b"]), st.text(), min_size=1),
    st.floats(allow_nan=False, allow_infinity=False),
)
def test_no_label_breaks_the_format(labels: dict[str, str], value: float) -> None:
    written = exposition([Family("x", "a\nb\\c", [(labels, value)]), Family("empty", "", [])])
    ((name, read), number) = samples(written).popitem()
    plain = [
        (key, re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], text))
        for key, text in read
    ]
    assert (name, dict(plain)) == ("x", labels)
    assert number == value


class Addresses(HTMLParser):
    """Every address that a page names."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("href", "src", "action")]


PAGES = (
    "/",
    "/datasets",
    "/portals",
    "/portal/alpha",
    "/runs",
    "/run/1",
    "/changes",
    "/municipalities",
    "/models",
    "/bestand",
)


def test_a_public_address_sets_prefix_and_scheme() -> None:
    assert published_at("https://bestand.example") == {"base_url": "/", "force_https_urls": True}
    assert published_at("http://127.0.0.1:8001") == {"base_url": "/", "force_https_urls": False}
    assert published_at("https://www.example.de/a/b/") == {"base_url": "/a/b/", "force_https_urls": True}


def test_below_a_prefix_every_address_leads_somewhere_below_it(crawled: Operated) -> None:
    for ask in serve(crawled.path, "https://www.example.de/offen/bestand"):
        seen: set[str] = set()
        for page in PAGES:
            answer = ask(f"/offen/bestand{page}")
            assert answer.status_code == 200, page
            for address in Addresses(answer.text).found:
                ours = address.removeprefix("https://www.example.de")
                if ours.startswith("/"):
                    assert ours.startswith("/offen/bestand"), f"{page} leads to {address}"
                    seen.add(ours.partition("#")[0])
        assert len(seen) > 20
        broken = [address for address in sorted(seen) if ask(address).status_code not in (200, 302)]
        assert broken == []


def test_below_a_prefix_feeds_name_public_addresses(crawled: Operated) -> None:
    for ask in serve(crawled.path, "https://www.example.de/bestand"):
        feed = ask("/bestand/catalog.ttl")
        assert feed.status_code == 200
        named = set(re.findall(r"<(https://www\.example\.de[^>]*)>", feed.text))
        assert named
        assert all(address.startswith("https://www.example.de/bestand/") for address in named)
        assert "Disallow: /bestand/" in ask("/bestand/robots.txt").text


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def answered(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, ""


def proxying(folder: Path, blocks: str) -> list[str]:
    """The command that runs nginx with these blocks of `http { }` and all its files in a folder."""
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"{name}_temp_path {folder}/{name};" for name in kinds)
    (folder / "nginx.conf").write_text(
        f"pid {folder}/pid; error_log {folder}/errors; daemon off; worker_processes 1; events {{}}\n"
        f"http {{ access_log off; {places} {blocks} }}\n"
    )
    return ["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)]


class _Always(BaseHTTPRequestHandler):
    """Answers everything."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.mark.realserver
@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not here")
def test_costly_addresses_are_limited_as_the_page_says(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "how-to" / "protect-the-site.md").read_text(encoding="utf-8")
    blocks = page.partition("```nginx\n")[2].partition("```")[0]
    theirs, site = free_port(), ThreadingHTTPServer(("127.0.0.1", 0), _Always)
    listening = blocks.replace("server {", f"server {{ listen 127.0.0.1:{theirs};")
    nginx = proxying(tmp_path, listening.replace(":8001", f":{site.server_port}"))
    threading.Thread(target=site.serve_forever, daemon=True).start()
    process = subprocess.Popen(nginx)
    try:
        url = f"http://127.0.0.1:{theirs}"
        until = time.monotonic() + 30
        while time.monotonic() < until and not ready(url):
            time.sleep(0.1)
        for costly in (
            "/bestand?sql=select+1",
            "/bestand/dataset?_where=1",
            "/bestand/dataset.csv?_size=max",
        ):
            assert {answered(f"{url}{path}")[0] for path in ("/datasets", "/dataset/x.ttl?sqlx=1")} == {200}
            assert 429 in {answered(f"{url}{costly}")[0] for _ in range(8)}, costly
            time.sleep(6 / 5)  # for the limit of all requests
    finally:
        process.terminate()
        process.wait(timeout=20)
        site.shutdown()
        site.server_close()


@pytest.mark.realserver
@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not here")
def test_behind_nginx_as_the_example_says(crawled: Operated, tmp_path: Path) -> None:
    ours, theirs = free_port(), free_port()
    example = (ROOT / "examples" / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    server = re.sub(r" *ssl_certificate.*\n", "", example).replace(
        "listen 443 ssl", f"listen 127.0.0.1:{theirs}"
    )
    nginx = proxying(tmp_path, server.replace(":8001", f":{ours}"))
    site = [sys.executable, "-m", "crawler.cli", "serve", "--db", str(crawled.path), "--port", str(ours)]
    where = {
        "PYTHONPATH": f"{ROOT}:{ROOT / 'examples'}",
        "BESTAND_BASE_URL": "https://www.example.de/bestand",
    }
    processes = [
        subprocess.Popen(site, env=where, stderr=subprocess.DEVNULL),
        subprocess.Popen(nginx),
    ]
    try:
        url = f"http://127.0.0.1:{theirs}/bestand"
        until = time.monotonic() + 30
        while time.monotonic() < until and (not ready(f"http://127.0.0.1:{ours}")):
            time.sleep(0.1)
        assert answered(f"{url}/healthz")[0] == 200
        status, page = answered(f"{url}/portals")
        assert (status, 'href="/bestand/portal/alpha"' in page) == (200, True)
        assert answered(f"{url}/metrics")[0] == 200, "from this machine"
        assert 429 in {answered(f"{url}/robots.txt")[0] for _ in range(40)}, (
            "who asks too fast is slowed down"
        )
    finally:
        for process in processes:
            process.terminate()
            process.wait(timeout=20)


def ready(url: str) -> bool:
    try:
        return answered(f"{url}/healthz")[0] == 200
    except OSError:
        return False

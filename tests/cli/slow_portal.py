"""A CKAN of many small pages that answers slowly and remembers what it was asked."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOTAL, ROWS = 400, 10


def package(number: int) -> dict[str, Any]:
    return {
        "id": f"p{number:04}", "name": f"p{number:04}", "title": f"Datensatz {number}", "notes": "Text", "type": "dataset",
        "resources": [{"id": f"r{number}", "url": f"https://files.example/{number}.csv", "format": "CSV"}],
    }  # fmt: skip


class SlowPortal:
    """`asked` lists the offsets asked for; `pause` is in seconds."""

    def __init__(self, pause: float) -> None:
        self.pause, self.asked, self.url = pause, list[int](), ""

    def answer(self, path: str, query: dict[str, list[str]]) -> tuple[int, bytes]:
        if path.endswith("/package_search"):
            start, rows = int(query.get("start", ["0"])[0]), min(int(query.get("rows", ["10"])[0]), ROWS)
            if rows:
                self.asked.append(start)
                time.sleep(self.pause)
            results = [package(number) for number in range(start, min(start + rows, TOTAL))]
            return 200, json.dumps({"success": True, "result": {"count": TOTAL, "results": results}}).encode()
        if path.endswith("/status_show"):
            return 200, json.dumps({"success": True, "result": {"ckan_version": "2.10.4"}}).encode()
        return 404, b"nothing here"


@contextmanager
def slow_portal(pause: float) -> Iterator[SlowPortal]:
    portal = SlowPortal(pause)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            status, body = portal.answer(parts.path, parse_qs(parts.query))
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except ConnectionError:
                self.close_connection = True

        def log_message(self, *arguments: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    portal.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield portal
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

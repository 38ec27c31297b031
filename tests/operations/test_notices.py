"""Mails and signed messages, handed over to servers on loopback."""

from __future__ import annotations

import hashlib
import hmac
import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from operated import Operated

from crawler.cli import main
from crawler.notices import MailServer, NotDelivered, UnsafeSecret, secret, send_mail, signature


class Mails(socketserver.StreamRequestHandler):
    """A mail server that speaks the least of SMTP (RFC 5321) and keeps what it gets."""

    taken: list[bytes]

    def handle(self) -> None:
        self.wfile.write(b"220 test\r\n")
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                self.taken.append(b"".join(iter(self.rfile.readline, b".\r\n")))
            self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
            if verb == b"QUIT":
                return


class Hooks(BaseHTTPRequestHandler):
    """Takes messages; answers with the statuses that it is given, then 204."""

    taken: list[tuple[dict[str, str], bytes]]
    statuses: list[int]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.taken.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.statuses.pop(0) if self.statuses else 204)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        """Nothing."""


@contextmanager
def served(server: socketserver.BaseServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1]  # type: ignore[index,misc]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def turned(operated: Operated) -> Operated:
    operated.run({"alpha": "complete", "beta": "complete"})
    operated.run({"alpha": "unreachable", "beta": "complete"})
    return operated


def report(operated: Operated, *arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(main, ["report", "--db", str(operated.path), *arguments], env=environment)


def test_a_mail_goes_through_a_server(turned: Operated) -> None:
    class Handler(Mails):
        taken: list[bytes] = []  # noqa: RUF012

    with served(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)) as port:
        addresses = ["--from", "a@example.de", "--to", "b@example.de", "--lang", "en"]
        done = report(turned, "--smtp", f"127.0.0.1:{port}", "--smtp-security", "none", *addresses)
    assert done.exit_code == 0, done.stderr
    assert b"Subject: [Bestand] Run 2: please look" in Handler.taken[0]
    assert b"unreachable" in Handler.taken[0]


def test_without_encryption_no_mail_leaves_unless_that_is_asked_for(turned: Operated) -> None:
    class Handler(Mails):
        taken: list[bytes] = []  # noqa: RUF012

    with served(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)) as port:
        done = report(turned, "--smtp", f"127.0.0.1:{port}", "--from", "a@example.de", "--to", "b@example.de")
    assert done.exit_code == 2
    assert "did not take the mail" in done.stderr
    assert Handler.taken == []


def test_where_no_server_answers_one_sentence_says_so() -> None:
    with pytest.raises(NotDelivered, match=r"127\.0\.0\.1:9"):
        send_mail(None, MailServer("127.0.0.1", 9, "none"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("statuses", "posts", "code"), [([], 1, 0), ([500, 503], 3, 0), ([404], 1, 2), ([302], 1, 2)]
)
def test_a_message_is_signed_and_tried_again(
    turned: Operated, statuses: list[int], posts: int, code: int
) -> None:
    handler = type("Handler", (Hooks,), {"taken": [], "statuses": [*statuses]})
    with served(HTTPServer(("127.0.0.1", 0), handler)) as port:
        url = f"http://127.0.0.1:{port}/hook"
        done = report(turned, "--webhook", url, BESTAND_WEBHOOK_SECRET="geheim")
    assert (done.exit_code, len(handler.taken)) == (code, posts), done.stderr
    assert "geheim" not in done.output
    headers, body = handler.taken[-1]
    expected = hmac.new(
        b"geheim", headers["x-bestand-timestamp"].encode() + b"." + body, hashlib.sha256
    ).hexdigest()
    assert headers["x-bestand-signature"] == f"sha256={expected}"
    message = json.loads(body)
    assert (message["status"], message["changes"][0]["outcome"]) == ("attention", "unreachable")


def test_nothing_is_sent_where_nothing_turned(operated: Operated) -> None:
    operated.run({"alpha": "complete"})
    operated.run({"alpha": "complete"})
    done = report(operated, "--webhook", "http://127.0.0.1:9/", BESTAND_WEBHOOK_SECRET="x")
    assert done.exit_code == 0
    assert "nothing was sent" in done.stderr


def test_a_message_needs_a_secret(turned: Operated) -> None:
    done = report(turned, "--webhook", "http://127.0.0.1:9/", BESTAND_WEBHOOK_SECRET="")
    assert done.exit_code == 2
    assert "BESTAND_WEBHOOK_SECRET" in done.stderr


def test_the_signature_is_the_one_that_others_compute() -> None:
    # openssl: printf '1.{}' | openssl dgst -sha256 -hmac key
    assert signature("key", "1", b"{}") == "sha256=" + hmac.digest(b"key", b"1.{}", "sha256").hex()
    assert signature("key", "2", b"{}") != signature("key", "1", b"{}")


def test_secrets_come_from_the_environment_or_a_file_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("geheim\n")
    file.chmod(0o600)
    assert secret("A", {"A": "x", "A_FILE": str(file)}) == "x"
    assert secret("A", {"A_FILE": str(file)}) == "geheim"
    assert secret("A", {}) == ""
    file.chmod(0o640)
    with pytest.raises(UnsafeSecret, match="0600"):
        secret("A", {"A_FILE": str(file)})

"""Telling people and programs how a run went: a mail through a server, a signed message to an address."""

from __future__ import annotations

import hashlib
import hmac
import os
import smtplib
import ssl
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import orjson
import requests

from catalog.store.looking_back import PortalReport, Retrospect
from crawler.fetch.options import Options

SECURITY = ("starttls", "tls", "none")
PORTS = {"starttls": 587, "tls": 465, "none": 25}
TIMEOUT = 30.0
TRIES = 3
SIGNATURE, TIMESTAMP = "X-Bestand-Signature", "X-Bestand-Timestamp"


class NotDelivered(Exception):
    """A mail or message that did not arrive; the message is one clear sentence."""


class UnsafeSecret(NotDelivered):
    """A file with a secret that others may read."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mails are handed over: `security` is one of `SECURITY`; without a port the usual one."""

    host: str
    port: int = 0
    security: str = "starttls"
    user: str = ""
    password: str = ""


def secret(name: str, environment: Mapping[str, str] = os.environ) -> str:
    """A secret: the variable `name`, else the content of the file that `<name>_FILE` names; empty where neither is set.

    Raises UnsafeSecret where the file may be read by others than its owner, OSError where it cannot be read.
    """
    if environment.get(name):
        return environment[name]
    file = environment.get(f"{name}_FILE")
    if not file:
        return ""
    if stat.S_IMODE(Path(file).stat().st_mode) & 0o077:
        raise UnsafeSecret(f"The file {file} may be read by others (it needs mode 0600).")
    return Path(file).read_text(encoding="utf-8").strip()


def send_mail(mail: EmailMessage, server: MailServer) -> None:
    """Hand a mail to a server, over a verified encrypted connection unless that is switched off. Raises NotDelivered."""
    port = server.port or PORTS[server.security]
    context = ssl.create_default_context()
    try:
        with _connection(server, port, context) as connection:
            if server.security == "starttls":
                connection.starttls(context=context)
            if server.user:
                connection.login(server.user, server.password)
            connection.send_message(mail)
    except (OSError, smtplib.SMTPException) as error:
        raise NotDelivered(f"The mail server {server.host}:{port} did not take the mail: {error}.") from error


def _connection(server: MailServer, port: int, context: ssl.SSLContext) -> smtplib.SMTP:
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, port, timeout=TIMEOUT, context=context)
    return smtplib.SMTP(server.host, port, timeout=TIMEOUT)


def news(found: Retrospect) -> dict[str, Any] | None:
    """What a program is told: portals that end otherwise than before, and a run that did not end well; None where there
    is nothing to tell. `status` is never `ok` where anything failed."""
    turned = [item for item in found.portals if item.turned]
    fresh = [item for item in found.portals if item.failed and not item.before]
    ended_badly = found.status in ("failed", "unfinished")
    if not (turned or fresh or ended_badly):
        return None
    return {
        "event": "run.ended" if ended_badly else "outcomes.changed",
        "run": found.run,
        "state": found.state,
        "status": found.status,
        "ended": found.ended,
        "outcomes": found.outcomes,
        "changes": [_change(item) for item in (*turned, *fresh)],
    }


def _change(item: PortalReport) -> dict[str, Any]:
    return {
        "portal": item.portal,
        "url": item.url,
        "before": item.before or None,
        "outcome": item.outcome or None,
        "note": item.note,
        "failures": item.failures,
    }


def signature(key: str, timestamp: str, body: bytes) -> str:
    """`sha256=` and the HMAC-SHA256, in hex, of the timestamp, a full stop and the body."""
    signed = hmac.new(key.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return f"sha256={signed.hexdigest()}"


def post(url: str, message: Mapping[str, Any], key: str, now: datetime | None = None) -> None:
    """Send a signed JSON message, trying three times; redirects are not followed. Raises NotDelivered."""
    body = orjson.dumps(dict(message))
    timestamp = str(int((now or datetime.now(UTC)).timestamp()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": Options().user_agent,
        TIMESTAMP: timestamp,
        SIGNATURE: signature(key, timestamp, body),
    }
    reason = ""
    for _ in range(TRIES):
        try:
            answer = requests.post(url, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False)
        except (requests.RequestException, ValueError) as error:
            reason = type(error).__name__
            continue
        if 200 <= answer.status_code < 300:
            return
        reason = f"status {answer.status_code}"
        if answer.status_code < 500:
            break
    raise NotDelivered(f"The message could not be delivered: {reason}.")

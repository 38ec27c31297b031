"""The report of a run as a mail: text and HTML in one message, ready for `sendmail -t` or a mail server."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from catalog.publish.report import as_html, as_text, document, title
from catalog.store.looking_back import Retrospect


class NoAddress(ValueError):
    """Text that is no mail address; the message says which."""


def report_mail(
    found: Retrospect,
    sender: str,
    recipients: Sequence[str],
    language: str = "de",
    at: datetime | None = None,
) -> EmailMessage:
    """The mail; its subject says how the run ended. Raises NoAddress."""
    mail = EmailMessage()
    mail["Subject"] = f"[Bestand] {title(found, language)}"
    mail["From"] = _address(sender)
    mail["To"] = [_address(each) for each in recipients]
    mail["Date"] = format_datetime(at or datetime.now(UTC))
    mail["Message-ID"] = (
        f"<run-{found.run}-{found.started.translate(_NO_SIGNS)}@{mail['From'].addresses[0].domain}>"
    )
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no automatic answers
    if found.status != "ok":
        mail["Importance"] = "high"
    said = document(found, language)
    mail.set_content(as_text(said), cte="quoted-printable")
    mail.add_alternative(as_html(said), subtype="html", cte="quoted-printable")
    return mail


_NO_SIGNS = str.maketrans("", "", "-:")


def _address(text: str) -> Address:
    name, spec = parseaddr(text)
    try:
        if "@" in spec and not any(sign in text for sign in "\r\n"):
            return Address(name, addr_spec=spec)
    except (ValueError, IndexError):
        pass
    raise NoAddress(f"{text!r} is no mail address.")

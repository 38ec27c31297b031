"""The command that says how a run went: to a terminal, into a file, by mail, to a program."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from catalog.publish.report import FORMATS, write_report
from catalog.publish.report_mail import NoAddress, report_mail
from catalog.publish.report_words import LANGUAGES
from catalog.store.database import reading
from catalog.store.looking_back import Retrospect, look_back
from crawler.commands import common
from crawler.notices import SECURITY, MailServer, NotDelivered, news, post, secret, send_mail

T = TypeVar("T")


@click.command()
@click.argument("run", type=int, required=False)
@common.db_option
@click.option(
    "--format", "form", type=click.Choice((*FORMATS, "eml")), default="text", show_default=True,
    help="eml: a whole mail, for sendmail -t.",
)  # fmt: skip
@click.option("--lang", "language", type=click.Choice(LANGUAGES), default="de", show_default=True)
@click.option("--from", "sender", default="", envvar="BESTAND_MAIL_FROM", help="Sender of the mail.")
@click.option(
    "--to", "recipients", multiple=True, envvar="BESTAND_MAIL_TO", help="Who gets the mail; repeatable."
)
@click.option("--smtp", metavar="HOST[:PORT]", default="", envvar="BESTAND_SMTP",
              help="Send the mail through this server. User and password: BESTAND_SMTP_USER, BESTAND_SMTP_PASSWORD.")  # fmt: skip
@click.option("--smtp-security", type=click.Choice(SECURITY), default="starttls", show_default=True)
@click.option("--webhook", metavar="URL", default="", envvar="BESTAND_WEBHOOK",
              help="Post what changed there, signed with BESTAND_WEBHOOK_SECRET; nothing where nothing changed.")  # fmt: skip
@click.option("--only-news", is_flag=True, help="Write or send nothing where all is well.")
@common.guarded
def report(
    run: int | None, db: Path, form: str, language: str, sender: str, recipients: tuple[str, ...], smtp: str,
    smtp_security: str, webhook: str, only_news: bool,
) -> None:  # fmt: skip
    """Say how a run went (the newest crawl), beside the one before: what was asked, came, changed, failed and why, and what
    needs a person.

    Secrets come from the environment, or from files with mode 0600 that BESTAND_SMTP_PASSWORD_FILE and
    BESTAND_WEBHOOK_SECRET_FILE name.

    Example: bestand report --format eml --from crawl@example.de --to data@example.de | sendmail -t
    """
    with reading(db) as opened:
        found = look_back(opened, run)
    if webhook:
        _or_stop(lambda: _post(found, webhook))
    if only_news and found.status == "ok":
        return
    if smtp:
        _or_stop(lambda: _mail(found, smtp, smtp_security, sender, recipients, language))
    elif form == "eml":
        mail = _or_stop(lambda: report_mail(found, sender, recipients, language))
        sys.stdout.buffer.write(mail.as_bytes())
    elif not webhook:
        click.echo(write_report(found, form, language).encode(), nl=False)


def _or_stop(work: Callable[[], T]) -> T:
    try:
        return work()
    except (NotDelivered, NoAddress) as error:
        common.stop(str(error))


def _post(found: Retrospect, url: str) -> None:
    key = secret("BESTAND_WEBHOOK_SECRET")
    if not key:
        common.stop("A message needs a secret to be signed with: BESTAND_WEBHOOK_SECRET.")
    message = news(found)
    if message is not None:
        post(url, message, key)
    click.echo(f"bestand: {'sent' if message else 'no outcome changed; nothing was sent'}.", err=True)


def _mail(
    found: Retrospect, smtp: str, security: str, sender: str, recipients: tuple[str, ...], language: str
) -> None:
    if not recipients:
        common.stop("Who gets the mail? --to is missing.")
    host, _, port = smtp.rpartition(":") if smtp.rpartition(":")[2].isdigit() else (smtp, "", "0")
    user, password = os.environ.get("BESTAND_SMTP_USER", ""), secret("BESTAND_SMTP_PASSWORD")
    server = MailServer(host, int(port), security, user, password)
    send_mail(report_mail(found, sender, recipients, language), server)
    click.echo(f"bestand: the report went to {', '.join(recipients)}.", err=True)

"""Alerts: the summary of a crawl goes to a command, a webhook and a mail box. None can hold a night up."""

from __future__ import annotations

import json
import os
import signal
import smtplib
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from http.client import HTTPException
from typing import Any
from urllib.parse import unquote, urlsplit

from crawler.config import Config
from crawler.night.advice import next_step
from crawler.terminal.escapes import words_of
from crawler.terminal.tables import named, plain
from storage.language.messages import gettext as _
from storage.language.messages import marked, message, ngettext, shown
from storage.vocabulary import local

COMMAND_SECONDS = 60.0  # a command may send a mail itself
NET_SECONDS = 15.0  # for each step of a connection; an alert is a few kilobytes
PAUSES = (2.0, 10.0)  # seconds before a second and third try: a receiver that restarts takes so long
_LINES = 50  # unhealthy portals named in a mail; all are in its attachment

Words = Callable[[Mapping[str, Any]], str]


class _Later(OSError):
    """The receiver could not take the alert just now; a second try may do."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A webhook that moved is told, instead of posting the summary wherever it leads."""

    def redirect_request(self, *_: Any) -> None:
        return None


def deliver(
    summary: Mapping[str, Any],
    command: str | None,
    config: Config,
    wording: tuple[Words, Words] | None = None,
) -> list[str]:
    """Sends `summary` every way that is asked for; returns a line for each that failed, naming it and why.

    `wording` gives a mail its subject and its letter; by default those of a crawl.

    A webhook or mail server that cannot take it just now is tried again after PAUSES; a command is not.
    """
    text = json.dumps(summary, ensure_ascii=False, default=plain)
    head, body = wording or (subject, letter)
    ways: list[tuple[str, Callable[[], None]]] = []
    if command:
        ways.append((message("the command {command!r}", command=command), lambda: run(command, text)))
    if config.webhook:
        hook = message("the webhook at {host}", host=host(config.webhook))
        ways.append((hook, lambda: _patiently(lambda: post(config.webhook, text))))
    if config.mail_to:
        ways.append(
            (
                message("the mail to {addresses}", addresses=config.mail_to),
                lambda: _patiently(lambda: mail(text, config, head(summary), body(summary))),
            )
        )
    faults: list[str] = []
    for name, send in ways:
        try:
            send()
        except (
            OSError,
            ValueError,
            HTTPException,
            smtplib.SMTPException,
            subprocess.SubprocessError,
        ) as error:
            faults.append(message("no alert by {name}: {why}", name=name, why=words_of(error, 300)))
    return faults


def _patiently(send: Callable[[], None]) -> None:
    """Sends, and tries again after each of PAUSES what may pass; raises what the last try raised."""
    for pause in PAUSES:
        try:
            return send()
        except (OSError, HTTPException, smtplib.SMTPException) as error:
            if not _passing(error):
                raise
        time.sleep(pause)
    return send()


def _passing(error: Exception) -> bool:
    """Returns whether a fault of a receiver may be gone in a moment: no connection, a lost one, "not now"."""
    if isinstance(error, smtplib.SMTPResponseException):
        return 400 <= error.smtp_code < 500  # RFC 5321, 4.2.1: transient
    passing = (_Later, ConnectionError, TimeoutError, socket.gaierror, smtplib.SMTPServerDisconnected)
    return isinstance(error, passing)


def run(command: str, text: str, seconds: float = COMMAND_SECONDS) -> None:
    """Runs a line of the shell with `text` on its standard input; what it prints goes to standard error.

    Raises ChildProcessError where it fails, TimeoutError after `seconds`; then all that it began is killed.
    """
    process = subprocess.Popen(  # noqa: S603 (the operator's own command)
        ["/bin/sh", "-c", command], stdin=subprocess.PIPE, stdout=2, stderr=2, start_new_session=True
    )
    try:
        process.communicate(text.encode(), timeout=seconds)
    except subprocess.TimeoutExpired:
        raise TimeoutError(message("it took longer than {seconds:g} s", seconds=seconds)) from None
    finally:
        with suppress(ProcessLookupError, PermissionError):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.returncode:
        raise ChildProcessError(message("it ended with status {status}", status=process.returncode))


def post(url: str, text: str, seconds: float = NET_SECONDS) -> None:
    """Posts `text` as application/json; any answer but 2xx is an OSError, after which `deliver` may retry."""
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "huyen"}
    request = urllib.request.Request(url, text.encode(), headers, method="POST")  # noqa: S310 (checked: http)
    try:
        with urllib.request.build_opener(_NoRedirects).open(request, timeout=seconds) as answer:
            answer.read(1024)
    except urllib.error.HTTPError as error:
        error.close()
        kind = _Later if error.code >= 500 or error.code in (408, 429) else OSError
        raise kind(message("it answered {code} {reason}", code=error.code, reason=error.reason)) from None
    except urllib.error.URLError as error:
        raise error.reason if isinstance(error.reason, OSError) else OSError(str(error.reason)) from None


def mail(text: str, config: Config, subject: str, letter: str, seconds: float = NET_SECONDS) -> None:
    """Mails `letter`, with `text` as an attachment, through the server of HUYEN_SMTP."""
    sent = EmailMessage()
    sent["Subject"] = subject
    sent["From"] = sender(config)
    sent["To"] = config.mail_to
    sent["Date"] = format_datetime(datetime.now(UTC))
    sent["Message-ID"] = make_msgid("huyen")
    sent.set_content(letter)
    sent.add_attachment(text.encode(), "application", "json", filename="summary.json")
    with mail_server(config, seconds) as connection:
        if refused := connection.send_message(sent):  # by some; where all refuse, smtplib raises
            raise OSError(message("it was refused for {addresses}", addresses=", ".join(refused)))


@contextmanager
def mail_server(config: Config, seconds: float = NET_SECONDS) -> Iterator[smtplib.SMTP]:
    """Yields a connection to the server of HUYEN_SMTP, logged in where the address has a user."""
    server = urlsplit(config.smtp)
    host, context = server.hostname or "localhost", ssl.create_default_context()
    connection: smtplib.SMTP
    if server.scheme == "smtps":
        connection = smtplib.SMTP_SSL(host, server.port or 465, timeout=seconds, context=context)
    else:
        connection = smtplib.SMTP(host, server.port or 25, timeout=seconds)
    with connection:
        if server.scheme == "smtp+starttls":
            connection.starttls(context=context)
        if server.username:
            connection.login(unquote(server.username), unquote(server.password or ""))
        yield connection


def host(url: str) -> str:
    """Returns the host and port of `url`, without user and password."""
    return urlsplit(url).netloc.rpartition("@")[2]


def sender(config: Config) -> str:
    """Returns the address that mails come from."""
    return config.mail_from or f"huyen@{socket.getfqdn()}"


def subject(summary: Mapping[str, Any]) -> str:
    """Returns a crawl in one line, what needs attention first."""
    people, entries, left = (len(summary[key]) for key in ("needs_person", "registry_errors", "not_begun"))
    counts = (
        (people, ngettext("{n} portal needing attention", "{n} portals needing attention", people)),
        (entries, ngettext("{n} damaged registry entry", "{n} damaged registry entries", entries)),
        (left, ngettext("{n} district not crawled", "{n} districts not crawled", left)),
    )
    told = [_early(summary)] if summary["stopped_early"] else []
    told += [words for count, words in counts if count]
    verdicts = named("verdict", dict(sorted(summary["totals"]["verdicts"].items())))
    return _(
        "huyen on {host}: {told} ({verdicts})",
        host=summary["host"],
        told=", ".join(told),
        verdicts=verdicts or message("no run"),
    )


def letter(summary: Mapping[str, Any]) -> str:
    """Returns what needs attention, one item per line, what to do about it, and where to find more."""
    people = summary["needs_person"]
    known = {(run["district_id"], run["portal"]): run for run in summary["runs"]}
    runs = [
        line for one in people[:_LINES] for line in _item(one, known.get((one["district_id"], one["portal"])))
    ]
    more = ["… " + _("and {more} more", more=len(people) - _LINES)] if len(people) > _LINES else []
    lists = (
        (marked("Not crawled: {ids}"), summary["not_begun"]),
        (marked("Cut short: {ids}"), summary["cut_short"]),
    )
    names = [_(what, ids=", ".join(ids[:_LINES])) for what, ids in lists if ids]
    day = local(summary["started_at"]).strftime("%Y-%m-%d")
    if summary["status"] == 2:
        hint = _("What a night needs: huyen doctor. Then begin it again: huyen crawl --all.")
    else:
        hint = _("Full list: huyen runs --from {day}. About each verdict: docs/operators.md.", day=day)
    first = [_because(summary)] if summary["stopped_early"] else []
    notices = map(shown, summary.get("notices", []))  # of the machines of a shared night
    faults = map(shown, summary["registry_errors"])
    return "\n".join([*first, *notices, *faults, *names, *runs, *more, "\n" + hint])


def _item(one: Mapping[str, Any], run: Mapping[str, Any] | None) -> list[str]:
    """Returns what happened to a portal that needs attention, what to do next, and where the log is."""
    lines = [shown(one["line"])]
    if run is not None:
        lines.append("    " + shown(next_step(run)))
        lines += ["    " + _("Log: {path}", path=run["log"])] if run.get("log") else []
    return lines


def _because(summary: Mapping[str, Any]) -> str:
    why = summary["stopped_because"]
    if summary["status"] == 2:
        return _("The crawl did not begin: {why}.", why=why)
    return _("The crawl ended early: {why}.", why=why)


def _early(summary: Mapping[str, Any]) -> str:
    return _("did not begin") if summary["status"] == 2 else _("ended early")

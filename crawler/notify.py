"""Alerts: the summary of a crawl goes to a command, a webhook and a mail box. None can hold a night up."""

from __future__ import annotations

import json
import os
import signal
import smtplib
import socket
import ssl
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from email.message import EmailMessage
from http.client import HTTPException
from typing import Any
from urllib.parse import unquote, urlsplit

from crawler.config import Config
from crawler.display import plain

COMMAND_SECONDS = 60.0  # a command may send a mail itself
NET_SECONDS = 15.0  # for each step of a connection; an alert is a few kilobytes
_LINES = 50  # unhealthy portals named in a mail; all are in its attachment


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A webhook that moved is told, instead of posting the summary wherever it leads."""

    def redirect_request(self, *_: Any) -> None:
        return None


def deliver(summary: Mapping[str, Any], command: str | None, config: Config) -> list[str]:
    """Sends `summary` every way that is asked for; returns a line for each that failed, naming it and why."""
    text = json.dumps(summary, ensure_ascii=False, default=plain)
    ways: list[tuple[str, Callable[[], None]]] = []
    if command:
        ways.append((f"the command {command!r}", lambda: run(command, text)))
    if config.webhook:
        host = urlsplit(config.webhook).netloc.rpartition("@")[2]
        ways.append((f"the webhook at {host}", lambda: post(config.webhook, text)))
    if config.mail_to:
        ways.append((f"the mail to {config.mail_to}", lambda: mail(summary, text, config)))
    faults = []
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
            words = " ".join(str(error).split())[:300] or type(error).__name__
            faults.append(f"no alert by {name}: {words}")
    return faults


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
        raise TimeoutError(f"it took longer than {seconds:g} s") from None
    finally:
        with suppress(ProcessLookupError, PermissionError):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.returncode:
        raise ChildProcessError(f"it ended with status {process.returncode}")


def post(url: str, text: str, seconds: float = NET_SECONDS) -> None:
    """Posts `text` as application/json; any answer but 2xx is an OSError."""
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "huyen"}
    request = urllib.request.Request(url, text.encode(), headers, method="POST")  # noqa: S310 (checked: http)
    try:
        with urllib.request.build_opener(_NoRedirects).open(request, timeout=seconds) as answer:
            answer.read(1024)
    except urllib.error.HTTPError as error:
        error.close()
        raise OSError(f"it answered {error.code} {error.reason}") from None
    except urllib.error.URLError as error:
        raise OSError(str(error.reason)) from None


def mail(summary: Mapping[str, Any], text: str, config: Config, seconds: float = NET_SECONDS) -> None:
    """Mails what needs a person in words, with `text` as an attachment, through the server of HUYEN_SMTP."""
    server = urlsplit(config.smtp)
    message = EmailMessage()
    message["Subject"] = subject(summary)
    message["From"] = config.mail_from or f"huyen@{socket.getfqdn()}"
    message["To"] = config.mail_to
    message.set_content(letter(summary))
    message.add_attachment(text.encode(), "application", "json", filename="summary.json")
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
        connection.send_message(message)


def subject(summary: Mapping[str, Any]) -> str:
    """A crawl in one line: what needs a person, first."""
    verdicts = ", ".join(f"{n} {name}" for name, n in sorted(summary["totals"]["verdicts"].items()))
    count = len(summary["needs_person"])
    return f"huyen on {summary['host']}: {count} portals need a look ({verdicts or 'none'})"


def letter(summary: Mapping[str, Any]) -> str:
    """What needs a person, a line each."""
    lines = [run["line"] for run in summary["needs_person"]]
    more = [f"… and {len(lines) - _LINES} more"] if len(lines) > _LINES else []
    stopped = [f"The crawl ended early: {summary['stopped_because']}."] if summary["stopped_early"] else []
    not_begun = [f"Not crawled: {', '.join(summary['not_begun'][:_LINES])}"] if summary["not_begun"] else []
    return "\n".join([*stopped, *summary["registry_errors"], *not_begun, *lines[:_LINES], *more])

"""Checks that the webhook and the mail server take an alert; nothing is sent unless it is asked for."""

from __future__ import annotations

import smtplib
import socket
import ssl
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from crawler.config import Config
from crawler.doctor.findings import Finding, attention, note, ok
from crawler.night import alerts, summary
from crawler.terminal.escapes import words_of
from storage.language.messages import message

SECONDS = 5.0  # for each step of a connection
_PORTS = {"http": 80, "https": 443}
_TODO = {
    "webhook": message("Check HUYEN_WEBHOOK, and whether this machine may reach that host (firewall, proxy)"),
    "mail": message("Check HUYEN_SMTP, HUYEN_MAIL_TO and HUYEN_MAIL_FROM, and whether the mail server runs"),
}


def receivers(config: Config, *, send: bool = False) -> Iterator[Finding]:
    """Yields whether each alert that is set up would arrive. With `send`, a real one is sent each way."""
    if send and (config.webhook or config.mail_to):
        yield from _sent(config)
        return
    if config.webhook:
        yield _tried("webhook", config)
    if config.mail_to:
        yield _tried("mail", config)
    if not (config.webhook or config.mail_to):
        yield note(
            "alerts",
            message("none is set up: what needs attention goes to standard error, which cron may mail"),
            message("Set HUYEN_MAIL_TO or HUYEN_WEBHOOK: docs/operators.md, In the morning"),
        )


def _tried(name: str, config: Config) -> Finding:
    try:
        return ok(name, webhook(config.webhook) if name == "webhook" else mail(config))
    except (OSError, smtplib.SMTPException) as error:
        where = alerts.host(config.webhook if name == "webhook" else config.smtp)
        words = words_of(error, 200)
        return attention(
            name, message("{where} does not take alerts: {words}", where=where, words=words), _TODO[name]
        )


def webhook(url: str) -> str:
    """Connects to the host of `url`, or to the proxy that stands before it, and checks its certificate.

    Sends no request; returns a sentence. Raises OSError.
    """
    target = urlsplit(url)
    host, port = target.hostname or "", target.port or _PORTS[target.scheme]
    proxies = urllib.request.getproxies()
    if (proxy := proxies.get(target.scheme)) and not urllib.request.proxy_bypass(host):
        through = urlsplit(proxy if "//" in proxy else f"//{proxy}")
        with socket.create_connection((through.hostname or "", through.port or 3128), SECONDS):
            return message(
                "the proxy {proxy} before {host} answers; --send tries the whole way",
                proxy=through.hostname or "",
                host=host,
            )
    with socket.create_connection((host, port), SECONDS) as connection:
        if target.scheme == "https":
            with ssl.create_default_context().wrap_socket(connection, server_hostname=host):
                return message("{host} answers with a valid certificate; --send sends a test", host=host)
    return message("{host} answers; --send sends a test", host=host)


def mail(config: Config) -> str:
    """Greets the mail server, logs in, and asks whether it takes a mail to each address; sends none.

    Returns a sentence. Raises OSError or SMTPException.
    """
    with alerts.mail_server(config, SECONDS) as server:
        server.ehlo_or_helo_if_needed()
        code, words = server.mail(alerts.sender(config))
        if code >= 400:
            raise OSError(
                message(
                    "it refuses the sender {address}: {words}",
                    address=alerts.sender(config),
                    words=_text(words),
                )
            )
        for address in config.mail_to.split(","):
            code, words = server.rcpt(address.strip())
            if code >= 400:
                raise OSError(
                    message("it refuses {address}: {words}", address=address.strip(), words=_text(words))
                )
        server.rset()
    return message(
        "{host} takes mail for {addresses}; --send sends a test",
        host=alerts.host(config.smtp),
        addresses=config.mail_to,
    )


def _sent(config: Config) -> Iterator[Finding]:
    """Sends a test each way that is set up."""
    test = summary.refused(
        message("this is a test by huyen doctor --send, no crawl was meant"), datetime.now(UTC)
    )
    faults = alerts.deliver(test, None, config)
    for name, value in (("webhook", alerts.host(config.webhook)), ("mail", config.mail_to)):
        if not value:
            continue
        fault = next((one for one in faults if f"the {name} " in one), None)
        if fault:
            yield attention(name, fault, _TODO[name])
        else:
            yield ok(name, message("a test was sent to {value}: look whether it has arrived", value=value))


def _text(words: bytes | str) -> str:
    return words.decode(errors="replace") if isinstance(words, bytes) else words

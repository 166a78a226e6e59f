"""Alerts are tried against real receivers on loopback; without --send, none gets a message."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from crawler.config import Config
from crawler.doctor import receivers
from crawler.doctor.findings import Finding, State
from crawler.night import alerts
from tests.crawler import certificates
from tests.crawler.mailbox import address, mailbox
from tests.crawler.site import Answer, serve

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _direct(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")
    monkeypatch.setattr(alerts, "PAUSES", (0.0, 0.0))


def config(**values: str) -> Config:
    return Config.model_validate({"data": Path("/"), **values})


def one(found: Config, *, send: bool = False) -> Finding:
    (finding,) = receivers.receivers(found, send=send)
    return finding


@pytest.fixture
def closed() -> str:
    """The port of nobody."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{taken.getsockname()[1]}"


def test_nothing_is_set_up() -> None:
    assert one(config()).state is State.NOTE
    assert one(config(), send=True).state is State.NOTE


def test_a_webhook_is_connected_to_and_asked_nothing(closed: str) -> None:
    with serve(lambda *_: Answer()) as site:
        assert one(config(webhook=f"{site.url}/hook")).state is State.OK
        assert site.asked == []
    found = one(config(webhook=f"http://{closed}/hook/secret"))
    assert found.state is State.ATTENTION and closed in found.said and "secret" not in found.said


def test_a_certificate_that_is_not_valid_is_told(tmp_path: Path) -> None:
    with serve(lambda *_: Answer(), certificates.context(tmp_path)) as site:
        found = one(config(webhook=site.url))
    assert found.state is State.ATTENTION and "certificate" in found.said


def test_a_mail_server_is_asked_about_each_address_and_gets_no_mail() -> None:
    with mailbox() as box:
        found = one(config(smtp=address(box), mail_to="dem@a.example, ngay@a.example"))
    assert found.state is State.OK
    assert box.letters == [] and "RSET" in [line.upper() for line in box.said]
    assert sum("rcpt" in line.lower() for line in box.said) == 2


@pytest.mark.parametrize("verb", [b"RCPT", b"MAIL", b"EHLO"])
def test_a_mail_server_that_refuses(verb: bytes) -> None:
    with mailbox(verb, b"554 not you") as box:
        found = one(config(smtp=address(box), mail_to="dem@a.example"))
    assert (found.state is State.ATTENTION) is (verb != b"EHLO")  # HELO does then
    assert verb == b"EHLO" or "not you" in found.said


def test_no_mail_server(closed: str) -> None:
    found = one(config(smtp=f"smtp://{closed}", mail_to="dem@a.example"))
    assert found.state is State.ATTENTION and "HUYEN_SMTP" in found.todo


def test_a_server_that_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receivers, "SECONDS", 0.1)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        found = one(config(smtp=f"smtp://127.0.0.1:{silent.getsockname()[1]}", mail_to="dem@a.example"))
    assert found.state is State.ATTENTION and "timed out" in found.said


def test_a_test_is_sent_only_where_it_is_asked_for() -> None:
    with mailbox() as box, serve(lambda *_: Answer()) as site:
        both = config(smtp=address(box), mail_to="dem@a.example", webhook=f"{site.url}/hook")
        assert [found.state for found in receivers.receivers(both, send=True)] == [State.OK] * 2
        assert site.paths() == ["/hook"]
    (letter,) = box.letters
    assert b"this is a test by huyen doctor --send" in letter.replace(b"=\r\n", b"")


def test_a_test_that_is_refused_is_told() -> None:
    with serve(lambda *_: Answer(status=404)) as site:
        found = one(config(webhook=f"{site.url}/hook"), send=True)
    assert found.state is State.ATTENTION and "404" in found.said

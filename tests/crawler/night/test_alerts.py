"""Alerts, each to a real receiver on loopback: what arrives, and what a receiver that fails costs."""

from __future__ import annotations

import base64
import email
import json
import os
import re
import socket
import sys
import time
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from crawler.config import Config, describe, load
from crawler.errors import ConfigError
from crawler.night import alerts as notify
from crawler.night.advice import next_step
from storage.vocabulary import HEALTHY, Verdict
from tests import test_docs as docs
from tests.crawler import certificates, gated
from tests.crawler.mailbox import address, mailbox
from tests.crawler.site import Answer, serve

ROOT = Path(__file__).parents[3]
RUN = {
    "district_id": "nghe-an.do-luong",
    "portal": "http://a.vn",
    "line": "nghe-an.do-luong http://a.vn broken",
}
SUMMARY: dict[str, Any] = {
    "host": "night",
    "status": 1,
    "started_at": datetime(2026, 11, 21, 18, 0, tzinfo=UTC),
    "stopped_early": False,
    "stopped_because": None,
    "not_begun": [],
    "cut_short": [],
    "registry_errors": ["Thanh Hóa: một mục hỏng"],
    "totals": {"portals": 4, "verdicts": {"ok": 3, "broken": 1}},
    "needs_person": [RUN],
    "runs": [],
}


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    for name in [name for name in os.environ if name.startswith("HUYEN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HUYEN_DATA", str(tmp_path))
    monkeypatch.setattr(notify, "PAUSES", (0.0, 0.0))
    return load(tmp_path)


@pytest.mark.slow
def test_a_command_gets_the_summary_on_its_input(config: Config, tmp_path: Path) -> None:
    assert notify.deliver(SUMMARY, f"cat > '{tmp_path}/got it'", config) == []
    got = json.loads((tmp_path / "got it").read_text())
    assert got["needs_person"] == [RUN]
    assert got["started_at"] == "2026-11-22T01:00:00+07:00"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "words"),
    [("exit 3", "status 3"), ("no-such-command-anywhere", "status 127"), ("exec <&-; exit 1", "status 1")],
)
def test_a_command_that_fails_is_one_line(config: Config, command: str, words: str) -> None:
    (fault,) = notify.deliver(SUMMARY, command, config)
    assert "\n" not in fault
    assert repr(command) in fault
    assert words in fault


@pytest.mark.slow
def test_a_command_that_hangs_is_ended_with_all_that_it_began(tmp_path: Path) -> None:
    began = time.monotonic()
    with pytest.raises(TimeoutError, match=r"0\.5 s"):
        notify.run(f"sleep 60 & echo $! > '{tmp_path}/pid'; wait", "{}", seconds=0.5)
    assert time.monotonic() - began < 10
    child = Path("/proc") / (tmp_path / "pid").read_text().strip() / "stat"
    gated.wait_for(lambda: [True] if not child.exists() or ") Z" in child.read_text() else [])


def test_a_webhook_gets_the_summary_as_json(config: Config) -> None:
    got: list[tuple[str, str | None, bytes]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((self.path, self.headers["Content-Type"], body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Keeps quiet."""

    with HTTPServer(("127.0.0.1", 0), Hook) as server:
        thread = Thread(target=server.handle_request, daemon=True)
        thread.start()
        webhook = f"http://127.0.0.1:{server.server_port}/hook?key=1"
        assert notify.deliver(SUMMARY, None, config.model_copy(update={"webhook": webhook})) == []
        thread.join()
    ((path, kind, body),) = got
    assert (path, kind) == ("/hook?key=1", "application/json; charset=utf-8")
    assert json.loads(body)["registry_errors"] == SUMMARY["registry_errors"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(b"", 500), "500"),
        (Answer(b"", 302, {"Location": "http://127.0.0.1:9/elsewhere"}), "302"),
        (Answer(raw=b"no HTTP at all\r\n"), "no HTTP at all"),
    ],
)
def test_a_webhook_that_fails_is_one_line_without_its_secret(
    config: Config, answer: Answer, words: str
) -> None:
    with serve(lambda path, headers: answer) as site:
        config = config.model_copy(update={"webhook": f"{site.url}/services/s3cret"})
        (fault,) = notify.deliver(SUMMARY, None, config)
    assert words in fault
    assert site.host in fault
    assert "s3cret" not in fault


def test_a_webhook_that_never_answers_holds_nothing_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf, pytest.raises(OSError, match="timed out"):
        notify.post(f"http://127.0.0.1:{deaf.getsockname()[1]}", "{}", seconds=0.3)


def test_a_mail_names_what_needs_a_person_and_carries_the_summary(config: Config) -> None:
    to = "a@example.org, b@example.org"
    with mailbox() as box:
        user = "dem:m%40t@"
        updates = {"mail_to": to, "mail_from": "huyen@example.org", "smtp": address(box, user)}
        assert notify.deliver(SUMMARY, None, config.model_copy(update=updates)) == []
    (letter,) = box.letters
    message = email.message_from_bytes(letter, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert (message["To"], message["From"]) == (to, "huyen@example.org")
    subject = "huyen on night: 1 portal needing attention, 1 damaged registry entry (1 broken, 3 ok)"
    assert message["Subject"] == subject
    assert message["Date"].datetime.tzinfo
    assert message["Message-ID"].endswith(">")
    body = message.get_body()
    assert body is not None
    assert body.get_content().splitlines()[:2] == ["Thanh Hóa: một mục hỏng", RUN["line"]]
    (attached,) = message.iter_attachments()
    assert json.loads(attached.get_content())["needs_person"] == [RUN]
    login = next(line for line in box.said if line.startswith("AUTH"))
    assert base64.b64decode(login.split()[-1]).decode() == "\0dem\0m@t"
    assert [line for line in box.said if line.startswith("rcpt")] == [
        "rcpt TO:<a@example.org>",
        "rcpt TO:<b@example.org>",
    ]


def test_a_mail_that_is_refused_is_one_line(config: Config) -> None:
    with mailbox(refuses=b"MAIL") as box:
        updates = {"mail_to": "a@example.org", "smtp": address(box, "me:s3cret@")}
        (fault,) = notify.deliver(SUMMARY, None, config.model_copy(update=updates))
    assert "a@example.org" in fault
    assert "550" in fault
    assert "s3cret" not in fault
    assert sum(line.startswith("mail") for line in box.said) == 1  # it will be refused again


def test_a_mail_that_one_of_its_readers_is_refused_says_so(config: Config) -> None:
    with mailbox(refuses=b"RCPT", words=b"550 no such user", times=1) as box:
        updates = {"mail_to": "a@example.org, b@example.org", "smtp": address(box)}
        (fault,) = notify.deliver(SUMMARY, None, config.model_copy(update=updates))
    assert len(box.letters) == 1
    assert "refused for a@example.org" in fault


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_a_mail_and_its_password_go_through_tls(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority(tmp_path)))
    with mailbox(tls=certificates.context(tmp_path), at_once=scheme == "smtps") as box:
        updates = {"mail_to": "a@example.org", "smtp": address(box, "dem:m%40t@", scheme)}
        assert notify.deliver(SUMMARY, None, config.model_copy(update=updates)) == []
    assert len(box.letters) == 1
    assert any(line.startswith("AUTH") for line in box.said)
    assert not any(line.startswith("AUTH") for line in box.overheard)


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_a_server_with_a_certificate_of_somebody_else_gets_neither_mail_nor_password(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority(tmp_path)))
    tls = certificates.context(tmp_path, issuer="Nobody")
    with mailbox(tls=tls, at_once=scheme == "smtps") as box:
        updates = {"mail_to": "a@example.org", "smtp": address(box, "dem:m%40t@", scheme)}
        (fault,) = notify.deliver(SUMMARY, None, config.model_copy(update=updates))
    assert "CERTIFICATE_VERIFY_FAILED" in fault
    assert box.letters == []
    assert not any(line.startswith("AUTH") for line in box.said + box.overheard)


def test_a_mail_server_that_says_not_now_is_asked_again(config: Config) -> None:
    with mailbox(refuses=b"MAIL", words=b"451 in a moment", times=1) as box:
        updates = {"mail_to": "a@example.org", "smtp": address(box)}
        assert notify.deliver(SUMMARY, None, config.model_copy(update=updates)) == []
    assert len(box.letters) == 1


def test_a_webhook_that_fails_once_is_asked_again(config: Config) -> None:
    answers = iter([Answer(b"", 503), Answer(b"", 204)])
    with serve(lambda path, headers: next(answers)) as site:
        assert notify.deliver(SUMMARY, None, config.model_copy(update={"webhook": site.url})) == []
    assert len(site.asked) == 2


@pytest.mark.parametrize(("status", "tries"), [(503, 3), (429, 3), (404, 1)])
def test_a_webhook_that_goes_on_failing_is_asked_three_times_at_most(
    config: Config, status: int, tries: int
) -> None:
    with serve(lambda path, headers: Answer(b"", status)) as site:
        (fault,) = notify.deliver(SUMMARY, None, config.model_copy(update={"webhook": site.url}))
    assert (len(site.asked), str(status) in fault) == (tries, True)


def test_a_webhook_where_nobody_listens_is_one_line(config: Config) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        webhook = f"http://127.0.0.1:{closed.getsockname()[1]}/x"
        (fault,) = notify.deliver(SUMMARY, None, config.model_copy(update={"webhook": webhook}))
    assert "refused" in fault


@pytest.mark.slow
def test_a_command_that_reads_nothing_of_a_long_summary_is_no_fault(config: Config) -> None:
    long = SUMMARY | {"needs_person": [RUN | {"line": "x" * 2**20}]}  # more than a pipe holds
    assert notify.deliver(long, "true", config) == []


@pytest.mark.parametrize(
    ("changed", "subject"),
    [
        (
            {"not_begun": ["a.b", "a.c"], "registry_errors": []},
            "1 portal needing attention, 2 districts not crawled",
        ),
        (
            {"stopped_early": True, "needs_person": [RUN, RUN]},
            "ended early, 2 portals needing attention, 1 damaged",
        ),
    ],
)
def test_the_subject_says_what_needs_a_person(changed: dict[str, Any], subject: str) -> None:
    assert notify.subject(SUMMARY | changed).removeprefix("huyen on night: ").startswith(subject)


@pytest.mark.slow
def test_a_night_that_does_not_begin_alerts_too(tmp_path: Path) -> None:
    gated.registry(tmp_path, {"do-luong": "http://127.0.0.1:9"})
    with mailbox() as box:
        settings = {
            "HUYEN_MAIL_TO": "a@example.org",
            "HUYEN_SMTP": address(box),
            "HUYEN_MIN_FREE_MB": "9" * 9,
        }
        asked = ("crawl", "--all", "--notify", f"{sys.executable} -m json.tool - told.json")
        process = gated.huyen(tmp_path, *asked, **settings)
        out, err = process.communicate(timeout=120)
        beside = gated.huyen(tmp_path, "crawl", "do-luong", **settings).communicate(timeout=120)[1]
    assert (process.returncode, out, len(err.splitlines())) == (2, "", 1)
    told = json.loads((tmp_path / "told.json").read_text())
    assert (told["status"], told["runs"], told["stopped_because"] in err) == (2, [], True)
    assert len(box.letters) == 1  # who asks for a single district is there, and reads it
    assert "HUYEN_MIN_FREE_MB" in beside


def test_a_letter_names_every_kind_of_trouble_and_where_to_look_on() -> None:
    trouble = {
        "stopped_early": True,
        "stopped_because": "only 7 MB are free",
        "not_begun": ["a.b"],
        "cut_short": ["a.c"],
    }
    run = RUN | {"id": 7, "verdict": "broken", "log": "/srv/huyen/data/logs/a.jsonl"}
    lines = notify.letter(SUMMARY | trouble | {"runs": [run]}).splitlines()
    at = lines.index(RUN["line"])
    assert "huyen districts probe http://a.vn" in lines[at + 1]
    assert lines[at + 2].strip() == "Log: /srv/huyen/data/logs/a.jsonl"
    assert lines[0] == "The crawl ended early: only 7 MB are free."
    assert {"Not crawled: a.b", "Cut short: a.c", RUN["line"]} < set(lines)
    assert "huyen runs --from 2026-11-22" in lines[-1]  # the Vietnamese day of its begin


@pytest.mark.parametrize("name", [verdict for verdict in Verdict if verdict not in HEALTHY])
def test_the_next_step_of_each_verdict_is_a_command_that_exists_or_a_page(name: Verdict) -> None:
    said = next_step({"id": 7, "district_id": "nghe-an.do-luong", "portal": "http://a.vn", "verdict": name})
    found = re.search(r"huyen .+?(?= takes| shows|$)", said)
    assert (docs.unknown(found[0]) is None) if found else (Path(ROOT / said.rpartition(" ")[2]).is_file())


def test_a_night_that_did_not_begin_is_told_what_works_now() -> None:
    refused = SUMMARY | {
        "status": 2,
        "stopped_early": True,
        "stopped_because": "no space",
        "needs_person": [],
    }
    assert "huyen doctor" in notify.letter(refused).splitlines()[-1]


@pytest.mark.parametrize(
    ("name", "value"),
    [("webhook", "ftp://a"), ("smtp", "localhost:25"), ("mail_to", "nobody"), ("mail_to", "a@b\r\nBcc: c@d")],
)
def test_an_address_that_cannot_be_used_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"HUYEN_{name.upper()}", value)
    with pytest.raises(ConfigError, match=f"HUYEN_{name.upper()}"):
        load(tmp_path)


def test_secrets_are_masked(config: Config) -> None:
    updates = {"webhook": "https://hooks.example.org/s3cret", "smtp": "smtps://me:s3cret@example.org"}
    shown = {row.name: row.value for row in describe(config.model_copy(update=updates))}
    assert shown["HUYEN_WEBHOOK"] == "https://hooks.example.org/***"
    assert shown["HUYEN_SMTP"] == "smtps://me:***@example.org"


@pytest.mark.slow
def test_a_night_that_needs_a_person_alerts_every_way_and_a_healthy_one_none(tmp_path: Path) -> None:
    with socket.socket() as closed, mailbox() as box, serve(lambda path, headers: Answer()) as hook:
        closed.bind(("127.0.0.1", 0))  # nobody listens there
        gated.registry(tmp_path, {"do-luong": f"http://127.0.0.1:{closed.getsockname()[1]}"})
        process = gated.huyen(
            tmp_path,
            *("crawl", "--all", "--json", "--notify", f"{sys.executable} -m json.tool - told.json; exit 7"),
            HUYEN_WEBHOOK=hook.url,
            HUYEN_MAIL_TO="a@example.org",
            HUYEN_SMTP=address(box),
        )
        out, err = process.communicate(timeout=120)
    assert (process.returncode, len(box.letters), len(hook.asked)) == (1, 1, 1)
    assert json.loads(out) == json.loads((tmp_path / "told.json").read_text())
    lines = err.splitlines()
    assert sum("unreachable" in line for line in lines) == 1
    assert "status 7" in lines[-1]

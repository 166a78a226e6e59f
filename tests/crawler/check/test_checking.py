"""What a check does around its looks: candidates, expectations, alerts, a network that is down."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.check import checking, letters, tables
from crawler.check.checking import Checked, summary, unexpected
from crawler.check.network import server_of
from crawler.cli import main
from crawler.registry.load import load
from fixtures.country.pages import STATES, Place
from fixtures.country.standins import StandIn, served, write_registry
from storage.database import open_database
from storage.runs import states
from storage.runs.states import CheckRecord
from storage.vocabulary import State, local
from tests.crawler.certificates import authority, context
from tests.crawler.site import ROOT, Answer, serve

WHEN = datetime(2026, 11, 27, 3, tzinfo=UTC)
KEY = ("nghe-an.do-luong", "https://doluong.nghean.gov.vn")


def look(state: str, previous: str | None = None, **values: Any) -> CheckRecord:
    return CheckRecord(*KEY, WHEN, state, "certain", "seen", previous=previous, **values)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("live", {State.LIVES}),
        ("unseen", {State.LIVES, State.FROZEN}),
        ("frozen", {State.LIVES, State.FROZEN}),
        ("moved", {State.MOVED, State.ANOTHER_OFFICE, State.NO_NAME, State.NO_ANSWER}),
        ("gone", set(State) - {State.LIVES, State.FROZEN, State.MOVED}),
        ("hijacked", {State.HIJACKED, State.PARKED, State.NO_NAME, State.NO_ANSWER}),
    ],
)
def test_what_needs_no_attention_depends_on_the_status(status: str, expected: set[State]) -> None:
    assert {state for state in State if not unexpected(look(state), {KEY: status})} == expected


def test_a_candidate_has_no_status_to_contradict() -> None:
    assert not unexpected(look("hijacked", candidate=True), {})


def test_a_change_is_told_whatever_the_registry_says() -> None:
    found = Checked([look("hijacked", "lives")])
    told = summary(found, {KEY: "hijacked"}, WHEN, 1.25)
    assert (told["status"], len(told["changed"]), told["needs_person"]) == (1, 1, [])
    assert (told["seconds"], told["totals"]["states"]) == (1.2, {"hijacked": 1})
    (line,) = tables.complaints(told)
    assert line.startswith("changed: nghe-an.do-luong") and "hijacked (was: lives)" in line
    assert letters.subject(told).endswith(": 1 portal changed")
    assert "hijacked (was: lives), certain: seen" in letters.letter(told).splitlines()[0]
    calm = summary(Checked([look("lives", "lives")]), {KEY: "live"}, WHEN, 1)
    assert (calm["status"], tables.complaints(calm)) == (0, [])


def test_a_damaged_entry_is_no_healthy_check() -> None:
    told = summary(Checked([look("lives")]), {KEY: "live"}, WHEN, 1, ["nghe-an.toml: key x"])
    assert (told["status"], tables.complaints(told)) == (1, ["not checked: nghe-an.toml: key x"])


def test_many_changes_are_counted_in_a_letter() -> None:
    told = summary(Checked([look("error", "lives")] * 60), {KEY: "live"}, WHEN, 1)
    assert letters.letter(told).splitlines()[50] == "… and 10 more"
    assert tables.complaints(told)[-1] == "… and 10 more"


def test_candidates_are_hosts_that_no_entry_has(tmp_path: Path) -> None:
    (tmp_path / "ha-noi.toml").write_text(
        '[hoan-kiem]\nname = "Hoàn Kiếm"\nkind = "quận"\ncode = "002"\n[[hoan-kiem.portals]]\n'
        'url = "https://hoankiem.hanoi.gov.vn"\nfamily = "generic"\n',
        encoding="utf-8",
    )
    found = checking.candidates(load(tmp_path).strict(), {"002", "060"})
    assert [one.subject.portal for one in found if one.code == "002"] == ["https://103.205.100.22"]
    (other, *_) = [one for one in found if one.code == "060"]
    assert (other.subject.candidate, other.registered, other.subject.district_id.partition(".")[0]) == (
        True, False, "bac-kan")  # fmt: skip
    assert other.settings.delay == 1.0


@pytest.mark.parametrize(
    ("address", "port", "server"),
    [
        ("203.162.0.11", 8080, "203.162.0.11"),
        ("203.162.0.11", None, "203.162.0.11"),
        ("127.0.0.1", 8080, "127.0.0.1:8080"),
        ("::1", 8080, "::1:8080"),
        ("127.3.0.1", 8080, "127.3.0.1"),
    ],
)
def test_an_address_is_a_server_and_on_this_machine_a_port_is(
    address: str, port: int | None, server: str
) -> None:
    assert server_of(address, port) == server


@pytest.mark.parametrize(
    "arguments", [[], ["do-luong", "--all"], ["do-luong", "--yes"], ["do-luong", "--write"]]
)
def test_wrong_use_is_status_2_and_one_line(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["districts", "check", *arguments]) == 2
    said = capsys.readouterr()
    assert (said.out, len(said.err.splitlines())) == ("", 1)
    assert not (tmp_path / "data").exists()


@pytest.mark.slow
def test_certificates_are_told(tmp_path: Path) -> None:
    today = local(datetime.now(UTC)).date()
    page = Answer(STATES["lives"](Place("Đô Lương"), today, 0).body.encode())

    def answer(path: str, headers: dict[str, str]) -> Answer:
        return page if path == "/" else Answer(status=404)

    root = authority(tmp_path)
    with (
        serve(answer, tls=context(tmp_path, days=40)) as good,
        serve(answer, tls=context(tmp_path, days=-2)) as expired,
        serve(answer, tls=context(tmp_path, issuer="Nobody")) as foreign,
    ):
        sites = {"h0": good, "h1": expired, "h2": foreign}
        entries = "".join(
            f'[{table}]\nname = "Đô Lương"\nkind = "huyện"\ncode = "99{n}"\n[[{table}.portals]]\n'
            f'url = "{site.url}"\nfamily = "generic"\ndelay = 0\n'
            for n, (table, site) in enumerate(sites.items())
        )
        (tmp_path / "vi-du.toml").write_text(entries, encoding="utf-8")
        own = {"HUYEN_DATA": str(tmp_path / "data"), "HUYEN_REGISTRY": str(tmp_path / "vi-du.toml")}
        done = subprocess.run(
            [sys.executable, "-m", "crawler.cli", "districts", "check", "--all", "--json"],
            cwd=ROOT, env={**os.environ, **own, "SSL_CERT_FILE": str(root)},
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
    found = [(one["state"], one["certificate"]) for one in json.loads(done.stdout)["checks"]]
    ends = (datetime.now(UTC) + timedelta(days=40)).date()
    assert found[0][0] == State.LIVES
    assert found[0][1] in {f"valid until {day}" for day in (ends, ends - timedelta(days=1))}  # past midnight
    assert found[1] == (State.CERTIFICATE, "refused: expired")
    assert found[2][0] == State.CERTIFICATE


@pytest.mark.slow
def test_where_nothing_answers_nothing_is_believed(tmp_path: Path) -> None:
    def run(*ids: str) -> subprocess.CompletedProcess[str]:
        own = {"HUYEN_DATA": str(tmp_path / "data"), "HUYEN_REGISTRY": str(tmp_path / "registry")}
        command = [sys.executable, "-m", "crawler.cli", "districts", "check", "--json", *ids]
        return subprocess.run(
            command, cwd=ROOT, env={**os.environ, **own}, capture_output=True, text=True, timeout=60
        )

    standins = [StandIn(f"h{n}", Place("Đô Lương"), "no_answer") for n in range(2)]
    standins += [StandIn("h2", Place("Đô Lương"), "no_name"), StandIn("h3", Place("Đô Lương"), "lives")]
    with served(standins, local(datetime.now(UTC)).date()):
        write_registry(tmp_path / "registry", standins, 0)
        silent = run("h0", "h1", "h2")
        assert (silent.returncode, json.loads(silent.stdout)["kept"]) == (1, False)
        assert "the network of this machine may be down" in silent.stderr
        assert json.loads(run("--all").stdout)["kept"] is True
    database = open_database(f"sqlite:///{tmp_path / 'data' / 'archive.db'}")
    try:
        assert len(states.history(database)) == 4
    finally:
        database.close()


SILENT = """
import sys
from pathlib import Path
from crawler.check import checking
from crawler.registry.load import load
from storage.database import open_database
registry = load(Path(sys.argv[1])).strict()
database = open_database(f"sqlite:///{sys.argv[2]}", create=True)
found = checking.check(checking.targets(registry.districts), registry, database, DOWNLOAD_TIMEOUT=0.5)
print(*(f"{one.state} {one.requests} {one.evidence}" for one in found.records), sep="\\n")
"""


@pytest.mark.slow
def test_the_portals_of_a_silent_server_are_not_all_waited_for(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:  # accepts, and says nothing
        port = silent.getsockname()[1]
        entries = "".join(
            f'[h{n}]\nname = "Đô Lương"\nkind = "huyện"\ncode = "99{n}"\n[[h{n}.portals]]\n'
            f'url = "http://127.0.0.1:{port}/don-vi/{n}"\nfamily = "generic"\ndelay = 0\n'
            for n in range(5)
        )
        (tmp_path / "vi-du.toml").write_text(entries, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-c", SILENT, str(tmp_path / "vi-du.toml"), str(tmp_path / "archive.db")],
            cwd=ROOT, env={**os.environ, "HUYEN_DATA": str(tmp_path / "data")},
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = [line.split(" ", 2) for line in done.stdout.splitlines()]
    assert [(state, asked) for state, asked, _ in told] == [("no_answer", "1")] * 3 + [("no_answer", "0")] * 2
    assert "other portals at its address" in told[4][2]

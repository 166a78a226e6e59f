"""The command line: exit status and one clear line for what can go wrong, answers in order for batches."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import update
from typer.main import get_command

from crawler.cli import app, main
from crawler.reread import lines as reading
from storage.database import open_database
from storage.runs.runs import start
from storage.schema import Run as RunRow

Run = Callable[..., tuple[int, str, str]]

ENTRY = """
[{name}]
name = "{name}"
kind = "huyện"
code = "{code}"
[[{name}.portals]]
url = "{url}"
family = "generic"
delay = 0
"""


def entry(name: str, url: str, code: str = "427") -> str:
    return ENTRY.format(name=name, url=url, code=code)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a registry of its own; the archive would be made in ./data."""
    (tmp_path / "registry").mkdir()
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("HUYEN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HUYEN_REGISTRY", str(tmp_path / "registry"))
    write(
        tmp_path,
        "nghe-an",
        entry("do-luong", "http://127.0.0.1:9/a"),
        entry("ky-anh", "http://127.0.0.1:9/b"),
    )
    write(tmp_path, "ha-tinh", entry("ky-anh", "http://127.0.0.1:9/c"))
    return tmp_path


@pytest.fixture
def huyen(folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command line in this process; gives status, standard output and standard error."""

    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(list(arguments))
        return status, *capsys.readouterr()

    return run


def write(folder: Path, province: str, *entries: str) -> None:
    (folder / "registry" / f"{province}.toml").write_text("".join(entries), encoding="utf-8")


def huyen_process(*arguments: str, **options: Any) -> subprocess.Popen[bytes]:
    path = os.pathsep.join(p for p in sys.path if p)
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    environment: Mapping[str, str] = os.environ | {"PYTHONPATH": path}
    return subprocess.Popen(
        [sys.executable, "-m", "crawler.cli", *arguments], env=environment, **pipes | options
    )


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["crawl"], "--all"),
        (["crawl", "do-luong", "--all"], "--all"),
        (["crawl", "--all", "--ful"], "--ful"),
        (["crawl", "--all", "--jobs", "0"], "--jobs"),
        (["crawl", "--all", "--province", "thanh-hoa"], "it has ha-tinh, nghe-an"),
        (["crawl", "do-loung"], "did you mean nghe-an.do-luong?"),
        (["crawl", "do-luong", "ky-anh"], "ha-tinh.ky-anh, nghe-an.ky-anh"),
        (["districts", "ky-anh"], "ha-tinh.ky-anh, nghe-an.ky-anh"),
        (["frobnicate"], "frobnicate"),
        (["files", "--type", "pfd"], "no type 'pfd'; there are 7z, avi, bmp, css, doc, docx"),
        (["read", "absent.html"], "absent.html"),
        (["date", "26/10/2023", "--fetched-at", "yesterday"], "yesterday"),
        (["runs"], "archive"),
        (["search", "hội nghị"], "archive"),
        (["export"], "archive"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_use_is_status_2_and_one_line(
    huyen: Run, folder: Path, arguments: list[str], words: str
) -> None:
    status, out, err = huyen(*arguments)
    assert (status, out) == (2, "")
    assert words in err
    assert len(err.splitlines()) == 1
    assert not (folder / "data").exists()


def test_a_damaged_entry_asked_for_is_status_2_and_names_file_table_and_key(huyen: Run, folder: Path) -> None:
    write(folder, "nghe-an", entry("do-luong", "http://127.0.0.1:9/a", code="42"))
    status, out, err = huyen("crawl", "do-luong")
    assert (status, out) == (2, "")
    assert "nghe-an.toml: [do-luong], key code" in err
    assert len(err.splitlines()) == 1


def test_a_registry_without_one_whole_entry_starts_nothing(huyen: Run, folder: Path) -> None:
    (folder / "registry" / "ha-tinh.toml").write_text("[ky-anh", encoding="utf-8")
    write(folder, "nghe-an", entry("do-luong", "no address"))
    status, out, err = huyen("crawl", "--all")
    assert (status, out, len(err.splitlines())) == (2, "", 2)
    assert not (folder / "data").exists()


def test_districts_lists_the_whole_ones_and_names_every_fault(huyen: Run, folder: Path) -> None:
    write(folder, "ha-tinh", entry("ky-anh", "no address", code="x"))
    status, out, err = huyen("districts", "--json")
    assert status == 2
    assert [district["id"] for district in json.loads(out)] == ["nghe-an.do-luong", "nghe-an.ky-anh"]
    assert [line.count("ha-tinh.toml") for line in err.splitlines()] == [1, 1]


def test_districts_shows_all_settings_of_one(huyen: Run) -> None:
    status, out, _ = huyen("districts", "do-luong")
    assert status == 0
    assert "http://127.0.0.1:9/a" in out
    assert "generic" in out
    politeness = out.partition("politeness")[2]
    told = ("robots.txt", "Crawl-delay", "one request", "Retry-After", "a night", "proxy", "contact")
    assert [word for word in told if word not in politeness] == []


@pytest.mark.parametrize("place", ["a file in its way", "a kernel folder"])
def test_a_data_folder_that_cannot_be_written_is_status_2(
    huyen: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    (folder / "file").touch()
    data = str(folder / "file" / "data") if place == "a file in its way" else "/proc/huyen"
    monkeypatch.setenv("HUYEN_DATA", data)
    status, out, err = huyen("crawl", "--all")
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    assert data in err


def test_a_file_that_is_no_database_is_status_2(huyen: Run, folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data" / "archive.db").write_text("no database, and longer than a header of one " * 40)
    status, out, err = huyen("crawl", "--all")
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    assert "archive.db" in err


def test_config_masks_passwords_and_says_where_values_come_from(
    huyen: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "huyen.toml").write_text('HUYEN_DATA = "kho"\n')
    monkeypatch.setenv("HUYEN_DATABASE_URL", "postgresql+psycopg://me:secret@localhost/huyen")
    status, out, _ = huyen("config", "--json")
    rows = {row["name"]: row for row in json.loads(out)}
    assert status == 0
    assert "secret" not in out
    assert rows["HUYEN_DATABASE_URL"]["source"] == "environment"
    assert rows["HUYEN_DATA"]["value"] == str(folder / "kho")


@pytest.mark.slow
def test_an_unreachable_portal_and_a_damaged_entry_fail_the_run_and_are_named_last(folder: Path) -> None:
    url = f"http://127.0.0.1:{closed_port()}"
    write(folder, "nghe-an", entry("do-luong", url))
    write(folder, "ha-tinh", entry("ky-anh", "http://127.0.0.1:9", code="x"))
    process = huyen_process("crawl", "--all", "--json")
    out, err = process.communicate(timeout=120)
    (run,) = json.loads(out)["runs"]
    assert process.returncode == 1
    assert (run["district_id"], run["portal"], run["verdict"]) == ("nghe-an.do-luong", url, "unreachable")
    lines = err.decode().splitlines()[-2:]
    assert "ha-tinh.toml: [ky-anh], key code" in lines[0]
    assert "unreachable" in lines[1]
    history = json.loads(huyen_process("runs", "--json").communicate(timeout=60)[0])
    keys = {"id", "district_id", "portal", "started_at", "finished_at", "verdict", "counts"}
    assert [row["verdict"] for row in history] == ["unreachable"]
    assert keys <= history[0].keys()


@pytest.mark.slow
def test_a_process_that_dies_leaves_a_verdict(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "sitecustomize.py").write_text(
        "import sys\nif 'crawler.night.forkserver' in sys.orig_argv: sys.exit('planted end')\n"
    )
    monkeypatch.syspath_prepend(str(folder))
    process = huyen_process("crawl", "do-luong", "--json")
    (run,) = json.loads(process.communicate(timeout=60)[0])["runs"]
    assert (process.returncode, run["verdict"]) == (1, "died")
    assert "planted end" in run["evidence"][0]
    (kept,) = json.loads(huyen_process("runs", "--json").communicate(timeout=60)[0])
    assert (kept["verdict"], kept["portal"]) == ("died", "http://127.0.0.1:9/a")


class Endless(BaseHTTPRequestHandler):
    """A portal that always has one more page."""

    asked = Event()

    def do_GET(self) -> None:
        number = int(self.path.rpartition("-")[2] or 0) if "-" in self.path else 0
        links = "".join(
            f'<li><a href="/tin-tuc/bai-viet-so-{number + n}">Bài viết số {n}</a></li>' for n in range(1, 9)
        )
        body = f"<html><body><h1>Tin tức</h1><ul>{links}</ul></body></html>".encode()
        self.send_response(404 if "robots" in self.path else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        if number:
            self.asked.set()
        time.sleep(0.5)

    def log_message(self, format: str, *args: Any) -> None:
        """Keeps quiet."""


@pytest.mark.slow
def test_a_signal_ends_the_crawl_in_order(folder: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Endless) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        write(folder, "nghe-an", entry("do-luong", f"http://127.0.0.1:{server.server_port}"))
        process = huyen_process("crawl", "do-luong", "--json")
        assert Endless.asked.wait(60)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
        server.shutdown()
    answer = json.loads(out)
    assert (process.returncode, answer["stopped_early"]) == (1, True)
    assert answer["runs"][0]["verdict"] != "died"
    assert answer["runs"][0]["finished_at"] is not None
    assert "stopped by a signal" in err.decode()


@pytest.mark.slow
def test_date_lines_are_answered_in_order_and_none_ends_the_batch() -> None:
    lines = [
        b'{"text": "Th\xe1\xbb\xa9 ba, 07/02/2023", "fetched_at": "2023-03-01"}',
        b"",
        b"no json",
        b"[1]",
        b'{"text": 7}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"text": "26/10/2023", "fetched_at": "2023-11-01T08:00:00"}',
    ]
    process = huyen_process("date", "-")
    out, err = process.communicate(b"\n".join(lines), timeout=60)
    answers = [json.loads(line) for line in out.splitlines()]
    assert [answer.get("value") for answer in answers] == ["2023-02-07", *[None] * 6, "2023-10-26"]
    assert all(answer["error"] for answer in answers[1:-1])
    assert process.returncode == 1
    assert err.decode().splitlines() == ["6 of 8 lines could not be read"]


@pytest.mark.slow
def test_a_reader_that_has_seen_enough_hears_no_complaint() -> None:
    process = huyen_process("date", "-")
    assert process.stdin and process.stdout and process.stderr
    process.stdin.write(b'{"text": "26/10/2023"}\n')
    process.stdin.flush()
    process.stdout.readline()
    process.stdout.close()
    process.stdin.write(b'{"text": "26/10/2023"}\n' * 10)
    process.stdin.close()
    assert process.wait(timeout=60) == 0
    assert process.stderr.read() == b""
    process.stderr.close()


def test_a_line_that_is_too_long_costs_itself_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(reading, "MAX_LINE", 100)
    file = tmp_path / "lines"
    file.write_bytes(b'{"text": "' + b"x" * 200 + b'"}\n' + b'{"text": "26/10/2023"}\n')
    with file.open("rb") as lines:
        answers = list(reading.answers(lines, lambda case: case))
    assert ["error" in answer for answer in answers] == [True, False]


def test_a_page_that_takes_too_long_costs_itself_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def answer(case: dict[str, Any]) -> dict[str, Any]:
        deadline = time.monotonic() + 10 * case["slow"]
        while time.monotonic() < deadline:
            try:
                time.sleep(0.01)
            except Exception:  # a reader that swallows whatever it can
                continue
        return {"read": True}

    monkeypatch.setattr(reading, "PAGE_SECONDS", 0.1)
    file = tmp_path / "lines"
    file.write_text('{"slow": 1}\n{"slow": 0}\n')
    with file.open("rb") as lines:
        answers = list(reading.answers(lines, answer))
    assert [answer.get("read") for answer in answers] == [None, True]
    assert "seconds" in answers[0]["error"]


def test_what_is_printed_cannot_steer_the_terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    title = "Họp\x1b[2J \u202ehuyện"
    page = f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>"
    page += "".join(
        f"<p>Đoạn {n}: Chiều nay, Ủy ban nhân dân huyện họp phiên thường kỳ.</p>" for n in range(9)
    )
    (tmp_path / "page.html").write_text(page + "</article></body></html>", encoding="utf-8")
    assert (
        main(["read", str(tmp_path / "page.html"), "--url", "https://a.gov.vn/tin/hop-thuong-ky-1.html"]) == 0
    )
    out = capfd.readouterr().out
    assert "huyện" in out
    assert not {"\x1b", "\u202e"} & set(out)


@pytest.mark.parametrize("names", [("--from", "--to"), ("--since", "--until")])
def test_days_are_named_alike_and_their_earlier_names_are_still_taken(
    huyen: Run, folder: Path, names: tuple[str, str]
) -> None:
    with closing(open_database(f"sqlite:///{folder / 'data' / 'archive.db'}")) as database:
        for night in (20, 21, 22):
            began = datetime(2026, 11, night, 18, 30, tzinfo=UTC)  # 01:30 of the next Vietnamese day
            number = start(database, "nghe-an.do-luong", "http://127.0.0.1:9/a")
            moved = update(RunRow).where(RunRow.id == number).values(started_at=began)
            database.transaction(lambda c, moved=moved: c.execute(moved))
    status, out, err = huyen("runs", "--json", names[0], "2026-11-22", names[1], "2026-11-22")
    assert (status, err) == (0, "")
    assert [run["started_at"] for run in json.loads(out)] == ["2026-11-22T01:30:00+07:00"]
    assert "such as 2026-11-21, not 'tomorrow'" in huyen("runs", names[0], "tomorrow")[2]


@pytest.mark.parametrize("command", ["runs", "export"])
def test_help_names_one_way_to_give_days(huyen: Run, command: str) -> None:
    help_text = huyen(command, "--help")[1]
    assert "--from" in help_text and "--to" in help_text
    assert "--since" not in help_text and "--until" not in help_text


def test_options_that_recur_say_the_same_everywhere() -> None:
    said: dict[str, set[str]] = {}
    inner: dict[str, Any] = getattr(get_command(app), "commands", {})
    for name, command in inner.items():
        for option in command.params:
            if option.name in ("as_json", "province") or (name != "districts" and option.name == "district"):
                said.setdefault(option.name, set()).add(option.help)
    assert {name: len(helps) for name, helps in said.items()} == {"as_json": 1, "province": 1, "district": 1}


def test_the_version_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert re.fullmatch(r"huyen \d+\.\d+\S*\n", capfd.readouterr().out)

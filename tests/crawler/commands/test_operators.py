"""What an operator does wrong, or a machine does not allow, is said in one clear line."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.cli import main
from crawler.errors import Refused
from crawler.terminal import console
from storage.database import upgrade
from tests.storage.upgrades import old, portals

ROOT = Path(__file__).parents[3]
HUGE = "9" * 20
COMMANDS = {
    "runs": ["runs"],
    "runs of a portal": ["runs", "--json"],
    "report": ["report", "-o", "{folder}/status.html"],
    "export": ["export", "-o", "{folder}/articles.csv"],
    "search": ["search", "huyện"],
    "duplicates": ["duplicates"],
    "diff": ["diff", "http://song-cau.example/tin-tuc/1.html"],
    "verify": ["verify", "--jobs", "1"],
    "backup": ["backup", "{folder}/copy.db"],
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of an archive, with its registry."""
    data = tmp_path / "data"
    data.mkdir()
    upgrade(f"sqlite:///{old.unpack(data)}")
    (tmp_path / "ven-song.toml").write_text(portals.Portals("http://127.0.0.1:9").registry(), "utf-8")
    monkeypatch.setenv("HUYEN_DATA", str(data))
    monkeypatch.setenv("HUYEN_REGISTRY", str(tmp_path / "ven-song.toml"))
    monkeypatch.delenv("HUYEN_DATABASE_URL", raising=False)
    return data


@pytest.mark.parametrize(
    "arguments",
    [
        ["runs", "--limit", HUGE],
        ["runs", HUGE],
        ["search", "huyện", "--limit", HUGE],
        ["duplicates", "--limit", HUGE],
        ["crawl", "--all", "--limit", HUGE],
        ["crawl", "--all", "--jobs", HUGE],
        ["verify", "--sample", HUGE],
        ["diff", "abcdef0123", "--from", HUGE],
        ["replay", ".", "--jobs", HUGE],
    ],
    ids=" ".join,
)
def test_a_number_beyond_all_counting(
    place: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "must be at most" in said and "unexpected" not in said


@pytest.mark.parametrize("arguments", [["runs", "--limit", str(2**63 - 1)], ["search", "huyện"]])
def test_the_largest_number_is_one(place: Path, arguments: list[str]) -> None:
    assert main(arguments) == 0


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("damage", ["head", "middle", "tables", "cut"])
def test_a_damaged_database(
    place: Path, tmp_path: Path, name: str, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = place / "archive.db"
    data = bytearray(path.read_bytes())
    if damage == "head":
        data[:100] = b"\x00" * 100
    elif damage == "middle":
        data[8192:] = b"\xff" * (len(data) - 8192)
    elif damage == "tables":
        data[100:4096] = os.urandom(3996)
    else:
        del data[4096:]
    path.write_bytes(data)
    status = main([part.format(folder=tmp_path) for part in COMMANDS[name]])
    said = capsys.readouterr()
    assert "unexpected" not in said.err and "Traceback" not in said.err
    assert status in (1, 2) and 1 <= said.err.count("\n") <= 2, (status, said)


@pytest.mark.slow
@pytest.mark.parametrize("files", [12, 20])
@pytest.mark.parametrize("arguments", [["crawl", "song-cau"], ["verify", "--jobs", "2"]], ids=" ".join)
def test_few_files_may_be_open(place: Path, files: int, arguments: list[str]) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "crawler.cli", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files)),
    )
    assert ran.returncode == 2
    assert ran.stderr == f"huyen: only {files} files may be open at a time; raise the limit: ulimit -n 1024\n"


def test_a_low_limit_that_may_be_raised_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = [(20, 4096)]
    monkeypatch.setattr(resource, "getrlimit", lambda _: limits[-1])
    monkeypatch.setattr(resource, "setrlimit", lambda _, to: limits.append(to))
    console.require_files()
    assert limits[-1] == (1024, 4096)
    limits.append((20, 40))
    with pytest.raises(Refused, match="only 40 files"):
        console.require_files()


@pytest.mark.parametrize(
    "arguments", [["runs", "--district", "x.\udcff"], ["export", "--district", "\udcff"]]
)
def test_an_argument_that_is_not_text(
    place: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["huyen", *arguments])
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith("huyen: an argument is not UTF-8")


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("setpriv"), reason="root writes everywhere")
@pytest.mark.parametrize("there", [True, False], ids=["an archive", "no archive"])
def test_a_dry_run_needs_no_folder_that_takes_files(place: Path, there: bool) -> None:
    if not there:
        (place / "archive.db").unlink()
    before = sorted(place.rglob("*"))
    folders = [place, place / "warc"]
    for path in [*before, place]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    limited = ["setpriv", "--bounding-set", "-dac_override"] if os.geteuid() == 0 else []
    ran = subprocess.run(
        [*limited, sys.executable, "-B", "-m", "crawler.cli", "replay", place / "warc", "--dry-run"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    for path in folders:
        path.chmod(0o755)
    assert ran.returncode == 0, ran.stderr
    assert "dry run: nothing was changed" in ran.stdout
    assert sorted(place.rglob("*")) == before


def test_help_has_no_bound_that_nobody_meets(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "--help"]) == 0
    told = capsys.readouterr().out
    assert HUGE[:3] not in told and str(2**63 - 1) not in told
    assert told.count("default: articles") == 1


@pytest.mark.parametrize("value", ["x", "1.5", ""])
def test_a_number_is_asked_for_in_plain_words(value: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["crawl", "--all", "--jobs", value]) == 2
    assert "must be a whole number" in capsys.readouterr().err

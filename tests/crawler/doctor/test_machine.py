"""The machine: folders, space, programs, and the whole command."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from crawler.cli import main
from crawler.config import Config
from crawler.doctor import examine, machine, settings
from crawler.doctor.findings import State
from pipelines.files import ocr


def config(folder: Path, **values: object) -> Config:
    return Config.model_validate({"data": folder, **values})


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("HUYEN_")]:
        monkeypatch.delenv(name)


def test_a_folder_that_is_missing_is_not_made(tmp_path: Path) -> None:
    found = machine.folder(config(tmp_path / "data"))
    assert found.state is State.ATTENTION and found.todo == f"mkdir -p {tmp_path / 'data'}"
    assert not (tmp_path / "data").exists()


def test_what_another_user_left_behind_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "logs").mkdir()
    assert machine.folder(config(tmp_path)).state is State.OK
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, how: Path(path).name != "logs" and may(path, how))
    found = machine.folder(config(tmp_path))
    assert found.state is State.ATTENTION
    assert str(tmp_path / "logs") in found.said and "chown -R" in found.todo


def test_space(tmp_path: Path) -> None:
    assert machine.space(config(tmp_path, min_free_mb=0)).state is State.OK
    found = machine.space(config(tmp_path, min_free_mb=10**9))
    assert found.state is State.ATTENTION and "HUYEN_MIN_FREE_MB" in found.said


@pytest.mark.parametrize("there", [True, False])
def test_tesseract_is_asked_for_where_scans_are_read(
    tmp_path: Path, there: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "can_recognise", lambda: there)
    assert "tesseract" not in {one.name for one in machine.machine(config(tmp_path))}
    found = {one.name: one.state for one in machine.machine(config(tmp_path, ocr_minutes=20))}
    assert found["tesseract"] is (State.OK if there else State.ATTENTION)


@pytest.mark.parametrize("contact", ["", "web@huyen.example"])
def test_webmasters_must_know_whom_to_write_to(tmp_path: Path, contact: str) -> None:
    found = machine.contact(config(tmp_path, contact=contact))
    assert found.state is (State.OK if contact else State.ATTENTION)


@pytest.fixture
def ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder from which a night can start."""
    (tmp_path / "data").mkdir()
    (tmp_path / "phu-yen.toml").write_text(
        '[song-cau]\nname = "Sông Cầu"\nkind = "thị xã"\ncode = "557"\n'
        '[[song-cau.portals]]\nurl = "http://song-cau.example"\nfamily = "generic"\n'
    )
    (tmp_path / "huyen.toml").write_text(
        'HUYEN_CONTACT = "web@huyen.example"\nHUYEN_REGISTRY = "phu-yen.toml"\nHUYEN_MIN_FREE_MB = "0"\n'
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(settings, "_crontab", lambda: "")
    return tmp_path


@pytest.mark.slow
def test_a_machine_that_is_ready(ready: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(ready.rglob("*"))
    assert main(["doctor", "--json"]) == 0
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert (told["status"], err) == (0, "")
    assert {one["state"] for one in told["checks"]} <= {"ok", "note"}
    names = {one["name"] for one in told["checks"]}
    assert {"registry", "huyen.toml", "contact", "database", "clock", "data folder", "space"} <= names
    assert {"limits", "alerts", "cron"} <= names
    assert sorted(ready.rglob("*")) == before


@pytest.mark.slow
def test_what_is_missing_stands_below_with_what_to_do(
    ready: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (ready / "huyen.toml").write_text('HUYEN_REGISTRY = "phu-yen.toml"\nHUYEN_MIN_FREE_MB = "0"\n')
    assert main(["doctor"]) == 1
    out, err = capsys.readouterr()
    lines = out.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("attention"))
    assert "HUYEN_CONTACT is not set" in lines[at] and "Put a line into huyen.toml" in lines[at + 1]
    assert err.endswith("checks need attention: contact\n")


@pytest.mark.parametrize(
    ("file", "text"), [("huyen.toml", "HUYEN_CONTACT = 7\n"), ("huyen.toml", 'HUYEN_REGISTRY = "none"\n')]
)
def test_settings_or_a_registry_that_cannot_be_read_are_wrong_use(
    ready: Path, file: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (ready / file).write_text(text)
    assert main(["doctor"]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1


def test_a_check_that_fails_hides_no_other(ready: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    for name in ("cron", "file"):
        monkeypatch.setattr(settings, name, fail)
    monkeypatch.chdir(ready)
    from crawler.config import load

    found = {one.name: one for one in examine.examine(load(), ready)}
    assert found["cron"].said == "could not be checked: ZeroDivisionError"
    assert found["clock"].state is State.OK

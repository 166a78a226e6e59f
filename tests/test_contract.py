"""The stable surface: the commands, what they load, the lock files, the make targets, the columns."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from crawler.cli import main

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")
COMMANDS = (
    *("crawl", "read", "date", "export", "search", "districts", "runs", "config", "doctor"),
    *("verify", "replay", "backup", "report", "diff", "duplicates", "release"),
)
COLUMNS = (
    "id,district_id,district_code,district,province,portal,url,title,lead,body,author,category,published_at,"
    "published_precision,published_source,published_is_event,captions,images,attachments,first_seen_at,"
    "last_seen_at,version,duplicate_of,duplicate_kind,province_now,province_now_code"
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_tells_what_it_does(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    assert f"Usage: huyen {command}" in capsys.readouterr().out


@pytest.mark.slow
def test_help_loads_nothing_slow() -> None:
    slow = ("scrapy", "trafilatura", "dateparser", "sqlalchemy", "pydantic", "lxml")
    code = (
        "import sys; from crawler.cli import main; main(['--help']);"
        f"print([name for name in {slow} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stderr.strip() == "[]"
    assert "crawl" in done.stdout


def test_the_export_of_an_empty_archive_has_the_columns_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from storage.database import open_database

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUYEN_DATABASE_URL", f"sqlite:///{tmp_path / 'archive.db'}")
    open_database(f"sqlite:///{tmp_path / 'archive.db'}").close()
    assert main(["export"]) == 0
    assert capfd.readouterr().out.splitlines() == [COLUMNS]


@pytest.mark.parametrize(
    "name", (*LOCKS, *(f"requirements-{name}.lock" for name in ("pywb", "wacz", "release", "s3")))
)
def test_a_lock_holds_versions_and_hashes_only(name: str) -> None:
    pin = r"[a-z0-9-]+==\S+( ; [^\\]+)? \\"
    digest = r"    --hash=sha256:[0-9a-f]{64}( \\)?"
    comment = r"    #( [^/\\:]*)?"
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(f"{pin}|{digest}|{comment}", line)] == []


def test_the_lock_of_npm_holds_a_hash_and_a_version_only() -> None:
    text = (ROOT / "requirements-npm.lock").read_text(encoding="utf-8")
    assert re.fullmatch(r"([0-9a-f]{64}  [a-z-]+-\d+\.\d+\.\d+\.tgz\n)+", text)


def test_the_locks_agree_and_hold_every_dependency() -> None:
    run, dev = (
        dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE)) for name in LOCKS
    )
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    def names(requirements: list[str]) -> set[str]:
        return {re.split(r"[^\w.-]", r)[0].lower().replace("_", "-") for r in requirements}

    assert names(project["dependencies"]) | {"setuptools"} <= run.keys()
    assert run.items() <= dev.items()
    assert names(project["optional-dependencies"]["dev"]) <= dev.keys()


def test_a_folder_as_a_store_needs_no_extra() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert any(
        one.startswith("fsspec") for one in project["dependencies"]
    )  # storage.warc.store takes no other


@pytest.mark.slow
def test_the_make_targets_explain_themselves() -> None:
    done = subprocess.run(["make", "-s", "-C", str(ROOT), "help"], capture_output=True, text=True, timeout=60)
    targets = {line.split()[1] for line in done.stdout.splitlines()}
    assert targets == {
        "help",
        "install",
        "demo",
        "quick",
        "test",
        "check",
        "messages",
        "schema",
        "codebook",
        "viewer",
        "lock",
        "clean",
    }

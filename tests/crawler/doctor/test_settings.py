"""huyen.toml, typing errors in the environment, the registry, and what cron would see."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from crawler.config import Config, load
from crawler.doctor import settings
from crawler.doctor.findings import Finding, State, bad

SECRET = 'HUYEN_SMTP = "smtp://dem:mat-khau@mail.example:25"\n'
ENTRY = """
[song-cau]
name = "Sông Cầu"
kind = "thị xã"
code = "557"
[[song-cau.portals]]
url = "http://song-cau.example"
family = "generic"
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory without settings of the environment."""
    for name in [name for name in os.environ if name.startswith("HUYEN_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def only(found: list[Finding]) -> Finding:
    (one,) = found
    return one


def written(folder: Path, text: str, mode: int) -> Config:
    (folder / "huyen.toml").write_text(text)
    (folder / "huyen.toml").chmod(mode)
    return load(folder)


@pytest.mark.slow  # asks git
@pytest.mark.parametrize(
    ("text", "mode", "state"),
    [
        (SECRET, 0o644, State.ATTENTION),
        (SECRET, 0o640, State.ATTENTION),
        (SECRET, 0o600, State.OK),
        ('HUYEN_CONTACT = "a@b.example"\n', 0o644, State.OK),
        ('HUYEN_WEBHOOK = "https://b.example/hook/9f3"\n', 0o604, State.ATTENTION),
        ('HUYEN_DATABASE_URL = "postgresql://h:matkhau@db.example/h"\n', 0o644, State.ATTENTION),
    ],
)
def test_a_password_is_for_its_owner_only(folder: Path, text: str, mode: int, state: State) -> None:
    written(folder, text, mode)
    found = settings.file(folder)
    assert found.state is state
    assert ("chmod 600" in found.todo) is (state is State.ATTENTION)


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("git"), reason="needs git")
def test_git_must_not_take_the_file_along(folder: Path) -> None:
    written(folder, SECRET, 0o600)
    subprocess.run(["git", "init", "-q", folder], check=True)
    assert ".gitignore" in settings.file(folder).todo
    (folder / ".gitignore").write_text("huyen.toml\n")
    assert settings.file(folder).state is State.OK
    subprocess.run(["git", "-C", folder, "add", "--force", "huyen.toml"], check=True)
    assert "git rm --cached" in settings.file(folder).todo


def test_a_file_that_is_not_read_from_here_is_named(folder: Path) -> None:
    assert settings.file(folder).state is State.NOTE
    written(folder, SECRET, 0o600)
    (folder / "below").mkdir()
    found = settings.file(folder / "below")
    assert found.state is State.ATTENTION and found.todo.endswith(f"cd {folder}")


def test_a_typing_error_in_the_environment_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUYEN_CONTACT", "a@b.example")
    monkeypatch.setenv("HUYEN_DEBUG", "1")
    assert list(settings.strangers()) == []
    monkeypatch.setenv("HUYEN_MAILTO", "a@b.example")
    found = only(list(settings.strangers()))
    assert found.said.startswith("HUYEN_MAILTO is set") and found.said.endswith("Did you mean HUYEN_MAIL_TO?")


@pytest.mark.slow
def test_a_value_that_follows_from_another_was_set_nowhere(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUYEN_DATA", str(folder / "elsewhere"))
    found = list(settings.cron(load(folder), folder, crontab=""))
    assert only(bad(found)).said == "cron does not see HUYEN_DATA: set in this shell only"


@pytest.mark.parametrize(
    ("status", "state", "words"),
    [
        ("", State.OK, "a night crawls 1 of 1 portal"),
        ('status = "unseen"\n', State.ATTENTION, "a night crawls 0 of 1 portal (1 unseen)"),
        ('stattus = "live"\n', State.ATTENTION, "phu-yen.toml: [[song-cau.portals]]"),
    ],
)
def test_what_a_night_would_crawl(folder: Path, status: str, state: State, words: str) -> None:
    (folder / "phu-yen.toml").write_text(ENTRY + status)
    config = written(folder, 'HUYEN_REGISTRY = "phu-yen.toml"\n', 0o600)
    found = only(list(settings.registry(config)))
    assert found.state is state and words in found.said


@pytest.mark.slow
def test_what_is_set_in_this_shell_only_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = written(folder, 'HUYEN_CONTACT = "a@b.example"\n', 0o600)
    found = list(settings.cron(config, folder, crontab=""))
    assert bad(found) == []
    assert found[-1].said.endswith(" crawl --all") and f"cd {folder} && /" in found[-1].said
    monkeypatch.setenv("HUYEN_LOG_DAYS", "7")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:3128")
    found = list(settings.cron(load(folder), folder, crontab=""))
    assert only(bad(found)).said == "cron does not see HUYEN_LOG_DAYS: set in this shell only"
    assert any("https_proxy" in one.said for one in found if one.state is State.NOTE)


@pytest.mark.slow
def test_the_language_of_the_shell_is_no_setting_that_a_night_needs(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "vi_VN.UTF-8")
    found = list(settings.cron(load(folder), folder, crontab=""))
    assert bad(found) == [] and "HUYEN_LANG" in found[0].todo


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "astray"),
    [
        ("15 1 * * * /srv/huyen/.venv/bin/huyen crawl --all", True),
        ("15 1 * * * cd /srv/huyen && .venv/bin/huyen crawl --all", False),
        ("# 15 1 * * * /srv/huyen/.venv/bin/huyen crawl --all", False),
        ("45 6 * * * /usr/bin/backup /srv/huyen", False),
    ],
)
def test_a_line_of_the_crontab_that_starts_elsewhere(
    folder: Path, line: str, astray: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = written(folder, 'HUYEN_CONTACT = "a@b.example"\n', 0o600)
    monkeypatch.setattr(settings, "_as_cron_sees", lambda _: {})
    found = bad(settings.cron(config, folder, crontab=f"MAILTO=huyen\n{line}\n"))
    assert [f"The command must be: cd {folder} && " in one.todo for one in found] == [True] * astray


@pytest.mark.slow
def test_what_does_not_start_under_cron_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = load(folder)
    written(folder, 'HUYEN_CONTACT = "a@b.example"\n', 0o600)
    (folder / "huyen.toml").write_text("HUYEN_CONTACT = 7\n")
    found = only(list(settings.cron(config, folder, crontab="")))
    assert found.state is State.ATTENTION and "must be a string in quotes" in found.said

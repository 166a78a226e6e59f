"""Settings come from the environment, else from huyen.toml, else from the defaults; faults are named."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from crawler.cli import main
from crawler.config import BUNDLED_REGISTRY, describe, load
from crawler.errors import ConfigError


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("HUYEN_")]:
        monkeypatch.delenv(name)


def test_defaults_stand_below_the_working_directory(tmp_path: Path) -> None:
    config = load(tmp_path)
    assert config.data == tmp_path / "data"
    assert config.warc == tmp_path / "data" / "warc"
    assert config.database_url == f"sqlite:///{tmp_path}/data/archive.db"
    assert config.registry == (BUNDLED_REGISTRY,)
    assert config.user_agent == "huyen/0.1"


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "huyen.toml").write_text(
        'HUYEN_DATA = "kho"\nHUYEN_CONTACT = "a@b.vn"\nHUYEN_REGISTRY = "r"\n'
    )
    monkeypatch.setenv("HUYEN_CONTACT", "c@d.vn")
    monkeypatch.setenv("HUYEN_REGISTRY", "")  # set but empty: as if it were not
    config = load(tmp_path)
    assert config.data == tmp_path / "kho"
    assert config.registry == (tmp_path / "r",)
    assert config.user_agent == "huyen/0.1 (+c@d.vn)"
    assert {row.name: row.source for row in describe(config)[:4]} == {
        "HUYEN_DATA": str(tmp_path / "huyen.toml"),
        "HUYEN_DATABASE_URL": "default",
        "HUYEN_REGISTRY": str(tmp_path / "huyen.toml"),
        "HUYEN_CONTACT": "environment",
    }


@pytest.mark.parametrize(
    "url",
    ["postgresql://u:bi-mat@h/db", "postgres://u:bi:m@t-mat@h/db", "postgresql+psycopg://h/db?password=mat"],
)
def test_passwords_are_masked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("HUYEN_DATABASE_URL", url)
    config = load(tmp_path)
    shown = next(row.value for row in describe(config) if row.name == "HUYEN_DATABASE_URL")
    assert config.database_url.startswith("postgresql+psycopg://")
    assert "mat" in config.database_url
    assert "mat" not in shown
    assert "***" in shown


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('HUYEN_DTA = "x"', "HUYEN_DTA"),
        ("HUYEN_DATA = 3", "HUYEN_DATA"),
        ("HUYEN_DATA = ", "huyen.toml"),
        ('HUYEN_DATABASE_URL = "mysql://h/db"', "HUYEN_DATABASE_URL"),
        ('HUYEN_CONTACT = "Văn phòng"', "HUYEN_CONTACT"),
    ],
)
def test_a_fault_is_one_line_that_names_it(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "huyen.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=named) as raised:
        load(tmp_path)
    assert "\n" not in str(raised.value)


def test_a_data_folder_that_takes_no_files_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(ConfigError, match=f"{tmp_path}/data cannot be written.*HUYEN_DATA"):
        load(tmp_path).require_writable()


def test_a_data_folder_is_made(tmp_path: Path) -> None:
    assert load(tmp_path).require_writable().data.is_dir()
    assert list((tmp_path / "data").iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "status", "times"),
    [(["config"], 2, 1), (["date", "3/2/2023"], 0, 1), (["--version"], 0, 0)],
)
def test_a_variable_that_is_no_setting_is_named_once(
    arguments: list[str],
    status: int,
    times: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("HUYEN_DEBUG", "")
    monkeypatch.setenv("HUYEN_REGSTRY", "/x")
    assert main(arguments) == status
    out, err = capsys.readouterr()
    assert out
    said = "huyen: HUYEN_REGSTRY is set, but huyen has no such setting; it is not in force. Did you mean"
    assert err.count(said) == err.count("\n") == times


def test_the_settings_alone_need_no_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in os.environ if name.startswith("HUYEN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HUYEN_CONTACT", "a@b.example")
    monkeypatch.setenv("HUYEN_DEBUG", "1")
    assert main(["config"]) == 0
    assert capsys.readouterr().err == ""

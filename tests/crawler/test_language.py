"""The language of a command: environment, huyen.toml, locale; help and usage errors in Vietnamese."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.cli import main
from crawler.lang import of_locale, spoken
from storage.language.messages import language

Huyen = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, and no language in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in ("HUYEN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def huyen(capsys: pytest.CaptureFixture[str]) -> Huyen:
    def run(*arguments: str) -> tuple[int, str, str]:
        return main(list(arguments)), *capsys.readouterr()

    return run


@pytest.mark.parametrize(
    ("variables", "wanted"),
    [
        ({}, "en"),
        ({"LANG": "vi_VN.UTF-8"}, "vi"),
        ({"LANG": "vi"}, "vi"),
        ({"LANG": "vie_VN"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "vi_VN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "vi_VN.UTF-8"}, "vi"),
        ({"LANG": "vi_VN.UTF-8", "LC_ALL": ""}, "vi"),
    ],
    ids=str,
)
def test_the_locale_chooses(variables: dict[str, str], wanted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert of_locale() == spoken() == wanted


def test_the_file_wins_over_the_locale_and_the_environment_over_the_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    (folder / "huyen.toml").write_text('HUYEN_LANG = "vi"\n')
    assert spoken() == "vi"
    monkeypatch.setenv("HUYEN_LANG", "en")
    assert spoken() == "en"


@pytest.mark.parametrize("content", ["HUYEN_LANG = 3", "HUYEN_LANG = ", 'HUYEN_LANG = "xx"', ""])
def test_a_damaged_file_is_told_by_the_configuration_alone(content: str, folder: Path) -> None:
    (folder / "huyen.toml").write_text(content)
    assert spoken() == "en"


def test_config_shows_the_language_and_where_it_comes_from(
    huyen: Huyen, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "vi_VN.UTF-8")
    _, out, _ = huyen("config")
    assert [line.split()[:2] for line in out.splitlines() if "HUYEN_LANG" in line] == [["HUYEN_LANG", "vi"]]
    monkeypatch.setenv("HUYEN_LANG", "fr")
    status, _, err = huyen("config")
    assert status == 2
    assert "HUYEN_LANG (environment)" in err
    assert "vi" in err


def test_help_is_vietnamese(huyen: Huyen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUYEN_LANG", "vi")
    _, out, _ = huyen("crawl", "--help")
    assert out.startswith("Cách dùng: huyen crawl [TÙY CHỌN] [ID]...")
    assert "Tham số:" in out
    assert "Tùy chọn:" in out
    assert "In phần trợ giúp này rồi thoát." in out
    assert language() == "en"  # of the next command in this process
    monkeypatch.setenv("HUYEN_LANG", "en")
    _, out, _ = huyen("crawl", "--help")
    assert "Show this message and exit." in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["runz"], "Không có lệnh 'runz'. Có phải bạn muốn 'runs'?"),
        (["frobnicate"], "Không có lệnh 'frobnicate'."),
        (["crawl", "--ful"], "Không có tùy chọn --ful (có các tùy chọn gần giống: --all, --full)"),
        (["crawl", "--qqq"], "Không có tùy chọn --qqq"),
        (["crawl", "--jobs"], "Tùy chọn '--jobs' cần có giá trị."),
        (["crawl", "--jobs", "0"], "Giá trị của '--jobs' không hợp lệ: phải lớn hơn hoặc bằng 1"),
        (["crawl", "--jobs", "9999"], "phải nhỏ hơn hoặc bằng 1024"),
        (["crawl", "--jobs", "x"], "phải là số nguyên"),
        (["districts", "probe", "http://h/", "--delay", "x"], "phải là số"),
        (["config", "--json=3"], "Tùy chọn '--json' không nhận giá trị."),
        (["read"], "Thiếu tham số 'FILE|URL|-'."),
        (["files", "get", "a", "b"], "Thừa tham số (b)"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_use_is_told_in_vietnamese(
    arguments: list[str], words: str, huyen: Huyen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUYEN_LANG", "vi")
    status, _, err = huyen(*arguments)
    assert status == 2
    assert words in err
    assert "--help`)" in err
    assert "xem" in err


def test_no_catalogue_is_loaded_for_english(huyen: Huyen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.language.messages.catalogue", lambda language: pytest.fail(language))
    assert huyen("--version")[0] == 0
    assert huyen("crawl")[0] == 2

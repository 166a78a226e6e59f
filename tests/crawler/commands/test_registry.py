"""`huyen districts`: the country listed, a district with its origins, what is missing, what to share."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path
from typing import Any

import pytest

from crawler.cli import main

MINE = """
[defaults]
delay = 3
[[do-luong.portals]]
url = "https://doluong.nghean.gov.vn"
status = "frozen"
source = "seen in a browser from Vinh"
year = 2026
[[do-luong.portals]]
url = "https://doluong.gov.vn"
status = "gone"
[[yen-thanh.portals]]
url = "https://yenthanh.nghean.gov.vn"
note = "not yet looked at"
[ky-son]
name = "Kỳ Sơn"
kind = "huyện"
code = "417"
[[ky-son.portals]]
url = "https://kyson.nghean.gov.vn"
status = "live"
source = "a neighbour"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with an entry of one's own above the bundled ones."""
    for name in [name for name in os.environ if name.startswith("HUYEN_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "nghe-an.toml").write_text(MINE, encoding="utf-8")
    (tmp_path / "huyen.toml").write_text('HUYEN_REGISTRY = ["bundled", "mine"]\n', encoding="utf-8")
    return tmp_path


def printed(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> tuple[str, str]:
    assert main(["districts", *arguments]) == status
    out, err = capsys.readouterr()
    return out, err


def as_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    return json.loads(printed(capsys, *arguments, "--json")[0])


def test_the_country_is_listed_with_its_provinces(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, err = printed(capsys)
    lines = out.splitlines()
    assert lines[0].split()[:4] == ["id", "code", "kind", "name"] and err == ""
    assert any(line.split()[0] == "nghe-an.ky-son" for line in lines)
    (province,) = [line for line in lines if line.startswith("Nghệ An  ")]
    assert province.split()[2:] == ["6", "20", "4", "1", "1", "1"]  # unseen, live, frozen, gone
    assert lines[-1].startswith("467 of 696 districts; 497 portals: 491 unseen, 4 live, 1 frozen, 1 gone")


def test_portals_are_listed_by_province_and_status(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = as_json(capsys, "--province", "Nghệ An", "--status", "frozen")
    assert [(d["id"], [p["url"] for p in d["portals"]]) for d in found] == [
        ("nghe-an.do-luong", ["https://doluong.nghean.gov.vn"])
    ]
    _, err = printed(capsys, "--status", "dead", status=2)
    assert 'no status "dead"; there are unseen, live' in err


def test_districts_without_an_entry_are_listed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = as_json(capsys, "--unregistered")
    assert len(found) == 696 - 467
    assert {d["province_id"] for d in found} > {"quang-ngai", "nghe-an"}
    (vinh,) = [d for d in found if d["id"] == "nghe-an.vinh"]
    assert (vinh["code"], vinh["kind"], vinh["candidates"]) == ("412", "thành phố", 2)
    out, _ = printed(capsys, "--unregistered", "--province", "nghe-an")
    assert out.splitlines()[-1] == "14 of 20 districts have no entry"
    assert "nghe-an.ky-son" not in out
    _, err = printed(capsys, "--unregistered", "--province", "nghe", status=2)
    assert 'no province "nghe"' in err


def test_a_district_shows_where_each_value_comes_from(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, _ = printed(capsys, "do-luong")
    said = {
        line.split()[0]: line.rpartition("(")[2].rstrip(")") for line in out.split("\n\n")[2].splitlines()
    }
    mine = f"{folder}/mine/nghe-an.toml"
    assert said["url"] == said["status"] == said["source"] == mine
    assert said["family"] == said["sections"] == "bundled nghe-an.toml"
    assert said["delay"] == f"{mine}, [defaults]"
    assert said["companions"] == "bundled nghe-an.toml, [defaults]"
    assert said["tls"] == "default"
    origins = as_json(capsys, "do-luong")[0]["origins"]
    assert (origins["code"], origins["portals"][1]["status"]) == ("bundled nghe-an.toml", mine)


def test_a_district_shows_what_became_of_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = printed(capsys, "gia-vien")
    assert "since 1 July 2025: 7 units of Ninh Bình (1674/NQ-UBTVQH15)" in out
    assert (
        "14533 phường Tây Hoa Lư: from Gia Tân (part), Gia Sinh; also of huyện Nho Quan, thành phố Hoa Lư"
        in out
    )
    (found,) = as_json(capsys, "ly-nhan")
    assert found["province_now"] == "Ninh Bình"
    (unit,) = [unit for unit in found["became"] if unit["code"] == "13597"]
    assert unit["name"] == "Vĩnh Trụ" and all(commune["whole"] for commune in unit["communes"])


def test_ones_own_verified_entries_are_printed_for_a_pull_request(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, err = printed(capsys, "export", status=1)
    assert out.startswith("# for crawler/districts/nghe-an.toml\n")
    found = tomllib.loads(out)
    assert found.keys() == {"do-luong", "ky-son"}
    (portal,) = found["do-luong"]["portals"]
    assert portal == {
        "url": "https://doluong.nghean.gov.vn",
        "family": "vnpt",
        "sections": ["/tin-tuc"],
        "delay": 3,
        "until": portal["until"],
        "status": "frozen",
        "source": "seen in a browser from Vinh",
        "year": 2026,
        "unverified": ["sections", "companions", "until"],
    }
    assert found["ky-son"]["code"] == "417" and "family" not in found["ky-son"]["portals"][0]
    assert err.splitlines() == [
        (
            "not printed: nghe-an.do-luong https://doluong.gov.vn: it has no source of yours; "
            "say how you looked at it"
        ),
        (
            "not printed: nghe-an.yen-thanh https://yenthanh.nghean.gov.vn: its status is unseen; "
            "set it to what you saw"
        ),
    ]


def test_without_a_registry_of_ones_own_nothing_is_printed(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUYEN_REGISTRY", "bundled")
    out, err = printed(capsys, "export")
    assert out == "" and "no layer of your own" in err


@pytest.mark.parametrize("name", ["nghe-an.quynh-luu", "quynh-luu", "Quỳnh Lưu", "421"])
def test_a_district_without_an_entry_is_shown_as_a_place(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    out, _ = printed(capsys, name)
    assert out.startswith(
        "nghe-an.quynh-luu: huyện Quỳnh Lưu, Nghệ An, code 421\nno portal in the registry; "
    )
    assert "quynhluu.nghean.gov.vn" in out and "since 1 July 2025: " in out
    (found,) = as_json(capsys, name)
    assert found["portals"] == [] and found["became"] and found["province_now"] == "Nghệ An"


def test_a_name_of_several_districts_or_of_none_is_an_error(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("chau-thanh", "nghe-an.khong-co"):
        _, err = printed(capsys, name, status=2)
        assert err.startswith("huyen: ")


BROKEN = '[thach-ha]\nname = "Thạch Hà\n'


@pytest.mark.parametrize(
    "arguments", [["thach-ha"], ["thach-ha", "--json"], ["do-luong"], ["--unregistered"], []], ids=str
)
def test_a_file_that_cannot_be_read_is_named_whatever_is_asked(
    folder: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "mine" / "ha-tinh.toml").write_text(BROKEN, encoding="utf-8")
    (folder / "huyen.toml").write_text('HUYEN_REGISTRY = "mine"\n', encoding="utf-8")
    (folder / "mine" / "nghe-an.toml").write_text(
        '[do-luong]\nname = "Đô Lương"\nkind = "huyện"\ncode = "427"\n'
        '[[do-luong.portals]]\nurl = "https://doluong.nghean.gov.vn"\nfamily = "vnpt"\n',
        encoding="utf-8",
    )
    out, err = printed(capsys, *arguments, status=2)
    assert out
    assert "ha-tinh.toml: is not valid TOML" in err

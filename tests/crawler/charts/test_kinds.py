"""The charts of `huyen chart`, in both languages, as SVG and as PNG; what stands beside them."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from crawler.charts import picture
from crawler.charts.draw import Chart, mark, svg
from crawler.charts.draw import Words as Said
from crawler.cli import main
from storage.database import open_database
from storage.warc.provenance import WAYBACK
from tests.storage.coverage.planting import WHOLE, plant
from tests.storage.making import PORTAL

SVG = "{http://www.w3.org/2000/svg}"
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def huyen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command line on an archive with dates of all kinds; returns status and standard error."""
    url = f"sqlite:///{tmp_path / 'archive.db'}"
    database = open_database(url)
    nights = [("2026-01-15", "ok", WHOLE), ("2026-03-15", "unreachable", {})]
    plant(database, ["2025-10-05", "2025-12-06", "2025-12-07", "2025", None, None], nights)
    plant(database, ["2025-12-01"], published_is_event=True, crawled="2026-06-02", suffix="e")
    twice = {"title": "Một", "body": ("Hai ba bốn.",), "exact": "a" * 16}
    plant(database, ["2025-12-08", "2026-01-09"], crawled="2026-06-03", suffix="d", **twice)
    plant(database, ["2025-11-05"], via=WAYBACK, portal="https://b.vn", district="nghe-an.b")
    database.close()
    entry = '[do-luong]\nname = "Đô Lương"\nkind = "huyện"\ncode = "427"\n[[do-luong.portals]]\n'
    entry += f'url = "{PORTAL}"\nfamily = "vnpt"\nsections = ["/tin"]\n'
    (tmp_path / "registry").mkdir()
    (tmp_path / "registry" / "nghe-an.toml").write_text(entry, encoding="utf-8")
    monkeypatch.setenv("HUYEN_DATABASE_URL", url)
    monkeypatch.setenv("HUYEN_REGISTRY", str(tmp_path / "registry"))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str]:
        return main(list(arguments)), capsys.readouterr().err

    return run


def drawn(path: str) -> tuple[list[str], list[str]]:
    """The texts of an SVG file, and what its marks say where one points at them."""
    root = ElementTree.fromstring(Path(path).read_text(encoding="utf-8"))
    return [one.text or "" for one in root.iter(f"{SVG}text")], [
        one.text or "" for one in root.iter(f"{SVG}title")
    ]


def test_articles_by_month_leave_out_what_is_no_month_of_publication(huyen: Run) -> None:
    assert huyen("chart", "articles-by-month", "-o", "a.svg", "--lang", "en") == (0, "")
    texts, told = drawn("a.svg")
    assert told == [
        "2025-10, date of publication: 1", "2025-11, date of publication: 1",
        "2025-12, date of publication: 3", "2025-12, date of an event: 1",
        "2026-01, date of publication: 1",
    ]  # fmt: skip
    assert texts[:2] == ["Articles by month", "Not drawn: 2 undated articles, 1 dated to the year only."]
    assert "Source: archive of huyen, 2026-03-15; 10 articles in the selection." in texts
    assert {"articles per month", "2026", "date of publication"} <= set(texts)


def test_a_selection_is_named_and_its_undated_articles_are_counted(huyen: Run) -> None:
    asked = ("--district", "do-luong", "--from", "2025-12", "--to", "2026", "--lang", "vi")
    assert huyen("chart", "articles-by-month", "-o", "a.svg", *asked) == (0, "")
    texts, told = drawn("a.svg")
    assert texts[0] == "Số bài viết theo tháng: Đô Lương, 2025-12 – 2026"
    assert "Không vẽ: 2 bài không rõ ngày, 1 bài chỉ rõ năm." in texts
    assert "Nguồn: kho huyen, 15/03/2026; 6 bài được chọn." in texts
    assert told[0] == "2025-12, có ngày đăng: 3"


def test_coverage_draws_why_months_are_empty(huyen: Run) -> None:
    assert huyen("chart", "coverage", "-o", "c.svg", "--lang", "en", "--from", "2025-11") == (0, "")
    texts, told = drawn("c.svg")
    here = "Đô Lương (doluong.nghean.gov.vn)"
    assert told == [
        "Đô Lương (b.vn), 2025-11: 1", *(f"Đô Lương (b.vn), {month}: not crawled" for month in (
            "2025-12", "2026-01", "2026-02", "2026-03")),
        f"{here}, 2025-11: 1", f"{here}, 2025-12: 3", f"{here}, 2026-01: 1", f"{here}, 2026-02: not crawled",
        f"{here}, 2026-03: no answer",
    ]  # fmt: skip
    assert {"Coverage: since 2025-11", "not crawled", "no answer"} <= set(texts)


def test_precision_and_duplicates_by_year(huyen: Run) -> None:
    assert huyen("chart", "precision", "-o", "p.svg", "--lang", "en")[0] == 0
    texts, told = drawn("p.svg")
    assert told == ["2025, to the day: 6", "2025, to the year: 1", "2026, to the day: 1"]
    assert "Dated by an event: 1 article." in texts
    assert huyen("chart", "duplicates", "-o", "d.svg", "--lang", "vi")[0] == 0
    assert drawn("d.svg")[1] == ["2025, đăng lần đầu: 7", "2026, giống hệt một bài trước: 1"]


def test_a_file_stands_alone_in_programs_that_know_no_variables() -> None:
    words = Said("Một", "tháng", "bài")
    chart = Chart(
        svg(words, 100, 40, [mark("rect", class_="c0", x=0, y=0, width=9, height=9)]), ("a",), [("b",)]
    )
    file = chart.alone(
        "Một tiêu đề dài đến mức không dòng nào chứa hết được nên phải xuống dòng", ["Ghi chú <một>", "hai"]
    )
    assert "var(" not in file and "--" not in file.partition("<style>")[2].partition("</style>")[0]
    root = ElementTree.fromstring(file)
    texts = [(one.text, float(one.get("y", "0"))) for one in root.iter(f"{SVG}text")]
    assert [text for text, _ in texts][-2:] == ["Ghi chú <một>", "hai"]
    assert [y for _, y in texts] == sorted(y for _, y in texts)
    height = float(root.get("height", "0"))
    assert root.get("viewBox") == f"0 0 480 {height:.0f}" and texts[-1][1] < height
    assert len(texts) == 4


def test_a_picture_has_vietnamese_letters_at_twice_the_size(huyen: Run) -> None:
    assert huyen("chart", "precision", "-o", "p.png", "--lang", "vi")[0] == 0
    assert huyen("chart", "precision", "-o", "p.svg", "--lang", "vi")[0] == 0
    found = Path("p.png").read_bytes()
    assert found.startswith(b"\x89PNG")
    size = re.search(r'width="(\d+)" height="(\d+)"', Path("p.svg").read_text(encoding="utf-8"))
    assert size is not None
    assert struct.unpack(">II", found[16:24]) == tuple(2 * int(part) for part in size.groups())
    plain = picture.png(picture._PROBE.format("Đế"))
    assert len({plain, *(picture.png(picture._PROBE.format(text)) for text in ("De", "Đê", "\ue123"))}) == 4


def test_what_cannot_be_drawn_is_refused(huyen: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for arguments, said in (
        (
            ["pie", "-o", "a.svg"],
            "no chart 'pie'; there are articles-by-month, coverage, precision, duplicates",
        ),
        (["precision", "-o", "a.jpg"], "name a.jpg with .svg or .png at its end"),
        (["precision", "-o", "a.svg", "--lang", "fr"], "no language 'fr'; there are en, vi"),
        (["precision", "-o", "no/a.svg"], "does not exist"),
        (["coverage", "-o", "a.svg", "--query", "đê"], "leave out --query"),
        (["precision", "-o", "a.svg", "--from", "2030"], "no article of the selection has a date"),
        (["precision", "-o", "a.svg", "--from", "2025", "--to", "2024"], "no day lies between"),
        (["precision", "-o", "a.svg", "--district", "a.b"], "has no district 'a.b'"),
    ):
        status, err = huyen("chart", *arguments)
        assert (status, said in err) == (2, True), err
    monkeypatch.setattr(picture, "_LETTERS", picture._NO_LETTERS)
    assert "no font on this machine" in huyen("chart", "precision", "-o", "a.png")[1]
    monkeypatch.setitem(__import__("sys").modules, "resvg_py", None)
    assert "pip install 'resvg-py" in huyen("chart", "precision", "-o", "a.png")[1]
    assert not [path.name for path in Path().glob("a.*")]

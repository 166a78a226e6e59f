"""`huyen export` and `huyen search`: formats by name, several districts and provinces, what is refused."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from crawler.cli import main
from storage.articles.queries import sync_registry
from storage.database import open_database
from storage.export import workbook
from storage.export.columns import ALL
from storage.export.export import export
from storage.records import Mention
from tests.storage.making import DISTRICTS, PORTAL, article, keep

Run = Callable[..., tuple[int, str, str]]
AWAY = {"district_id": "ninh-binh.gia-vien", "portal": "https://giavien.ninhbinh.gov.vn"}


@pytest.fixture
def huyen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command line on an archive of three articles in two districts."""
    url = f"sqlite:///{tmp_path / 'archive.db'}"
    database = open_database(url)
    sync_registry(database, DISTRICTS)
    keep(
        database,
        [
            article("a", title="Đê điều", published_at="2023-10-26", published_precision="day"),
            article("b", title="Chuyên đề", body=("=1+1", "Nội dung của b dài vừa đủ.")),
            article("c", title="Vùng đê", url="https://giavien.ninhbinh.gov.vn/c", **AWAY),
        ],
    )
    database.close()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUYEN_DATABASE_URL", url)

    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(list(arguments))
        return status, *capsys.readouterr()

    return run


def titles(text: str) -> list[str]:
    return sorted(row["title"] for row in csv.DictReader(io.StringIO(text)))


def test_districts_and_provinces_can_be_repeated(huyen: Run) -> None:
    both = ["Chuyên đề", "Vùng đê", "Đê điều"]
    assert titles(huyen("export", "--district", "do-luong", "--district", "gia-vien")[1]) == both
    assert titles(huyen("export", "--province", "nghe-an", "--province", "Ninh Bình")[1]) == both
    assert titles(huyen("export", "--province", "nghe-an", "--district", "gia-vien")[1]) == []
    found = json.loads(huyen("duplicates", "--district", "do-luong", "--district", "gia-vien", "--json")[1])
    assert found["totals"]["stories"] == 0


def test_a_query_means_the_same_as_in_a_search(huyen: Run) -> None:
    assert titles(huyen("export", "--query", "đê")[1]) == ["Vùng đê", "Đê điều"]
    assert titles(huyen("export", "--query", "đề OR vung")[1]) == ["Chuyên đề", "Vùng đê"]
    assert titles(huyen("export", "--query", "de -điều")[1]) == ["Chuyên đề", "Vùng đê"]


def test_a_search_says_how_many_there_are(huyen: Run) -> None:
    status, out, err = huyen("search", "de", "--limit", "1")
    assert (status, err) == (0, "1 of 3 articles; --limit N shows more\n")
    assert out.splitlines()[0] == "2023-10-26  Đô Lương  Đê điều"
    assert huyen("search", "đê")[2] == "2 of 2 articles\n"
    assert huyen("search", "khong-co")[2] == "nothing found\n"
    assert "cannot sort by 'title'; use one of date, relevance" in huyen("search", "đê", "--sort", "title")[2]
    assert len(json.loads(huyen("search", "de", "--sort", "relevance", "--json")[1])) == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--from", "2024-01", "--to", "2023-01"], "no day lies between 2024-01 and 2023-01"),
        (["--from", "2024", "--to", "2023-12-31"], "no day lies between 2024 and 2023-12-31"),
        (["-o", "e.xlsx", "--format", "csv"], "e.xlsx is named as xlsx, and --format says csv"),
        (["-o", "e.csv", "--format", "wacz"], "e.csv is named as csv, and --format says wacz"),
        (["-o", "e.parquet"], "no format here is called .parquet"),
        (["--format", "xlsx"], "-o X.xlsx"),
        (["--format", "wacz"], "-o X.wacz"),
        (["-o", "e.wacz", "--columns", "id"], "leave out --format wacz"),
        (["--format", "ods"], "unknown format 'ods'"),
        (["--query", "-đê"], "one word that is not excluded"),
        (["--coverage", "--from", "2024-02", "--to", "2024-01"], "no day lies between 2024-02 and 2024-01"),
        (["--coverage", "--files"], "--files and --coverage are two tables"),
        (["--coverage", "-o", "e.wacz"], "--coverage writes CSV, JSON lines or a workbook"),
        (["--coverage", "--query", "đê"], "--coverage counts all articles; leave out --query"),
        (["--coverage", "--columns", "id"], "no column 'id'; there are all, district_id, portal, month"),
        (["--coverage", "--format", "ods"], "unknown format 'ods'"),
        (["--coverage", "--district", "a.b"], "the archive has no district 'a.b'"),
        (["--quality", "--from", "2024"], "--quality counts all articles; leave out --from"),
        (["--quality", "--excel", "--format", "jsonl"], "--excel writes CSV"),
    ],
)
def test_what_means_nothing_is_refused_and_writes_nothing(
    huyen: Run, tmp_path: Path, arguments: list[str], said: str
) -> None:
    status, out, err = huyen("export", *arguments)
    assert (status, out) == (2, "")
    assert said in err
    assert sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith("archive.db")) == []


def test_a_range_that_touches_is_none_that_is_empty(huyen: Run) -> None:
    assert titles(huyen("export", "--from", "2023-10-26", "--to", "2023")[1]) == ["Đê điều"]


def test_an_unknown_verdict_is_refused(huyen: Run) -> None:
    status, _, err = huyen("runs", "--verdict", "good")
    assert status == 2
    assert "no verdict 'good'; there are ok, quiet, " in err


@pytest.mark.parametrize(
    "arguments",
    [
        ("runs", "--from", "2024-02-02", "--to", "2024-02-01"),
        ("rescue", "do-luong", "--since", "2024-02-02", "--until", "2024-02-01"),
        ("export", "--coverage", "--from", "2024-02-02", "--to", "2024-02-01"),
    ],
)
def test_a_range_without_a_day_is_refused(huyen: Run, arguments: tuple[str, ...]) -> None:
    status, out, err = huyen(*arguments)
    assert (status, out) == (2, "")
    assert "no day lies between 2024-02-02 and 2024-02-01" in err


def test_a_range_of_one_day_is_one(huyen: Run) -> None:
    assert huyen("runs", "--from", "2024-02-01", "--to", "2024-02-01")[0] == 0


def test_the_census_is_csv(huyen: Run, tmp_path: Path) -> None:
    status, _, err = huyen("districts", "--census", "-o", "all.xlsx")
    assert (status, "the census is CSV: name the file all.csv" in err) == (2, True)
    assert not (tmp_path / "all.xlsx").exists()


def test_the_days_that_a_date_can_mean_are_columns(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'archive.db'}")
    dates = {"2024-02": "month", "2023": "year", "2023-10-26T00:15:00+07:00": "minute", None: "none"}
    keep(database, [
        article(f"tin-{n}", n, published_at=value, published_precision=precision)
        for n, (value, precision) in enumerate(dates.items())
    ])  # fmt: skip
    names = "published_day,published_from,published_until"
    for form in ("csv", "jsonl"):
        stream = io.StringIO()
        export(database, stream, form, columns=names)
        lines = stream.getvalue().splitlines()
        rows = list(csv.DictReader(lines)) if form == "csv" else [json.loads(line) for line in lines]
        assert [tuple(value or "" for value in row.values()) for row in rows] == [
            ("", "2023-01-01", "2023-12-31"),
            ("2023-10-26", "2023-10-26", "2023-10-26"),
            ("", "2024-02-01", "2024-02-29"),
            ("", "", ""),
        ]
    database.close()


@pytest.mark.parametrize(
    ("name", "first"), [("x.csv", "id,district_id"), ("x.jsonl", '{"id": '), ("x.txt", "id,")]
)
def test_the_name_of_the_file_says_the_format(huyen: Run, tmp_path: Path, name: str, first: str) -> None:
    assert huyen("export", "-o", name)[:2] == (0, f"3 articles in {name}\n")
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(first)


def test_a_workbook_has_types_and_codes_as_text(
    huyen: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_LETTERS", 12)
    assert huyen("export", "-o", "x.xlsx", "--columns", "all")[0] == 0
    book = CalamineWorkbook.from_path(tmp_path / "x.xlsx")
    assert book.sheet_names == ["articles"]
    header, *rows = book.get_sheet_by_name("articles").to_python()
    assert header == [column.name for column in ALL]
    found = {row["title"]: row for row in (dict(zip(header, row, strict=True)) for row in rows)}
    row = found["Đê điều"]
    assert (row["district_code"], row["version"], row["published_is_event"]) == ("427", 1.0, False)
    assert (row["published_at"], row["captions"], row["lead"]) == ("2023-10-26", "[]", "")
    assert found["Chuyên đề"]["body"] == "=1+1\nNội […]"
    assert row["url"] == f"{PORTAL[:8]} […]"


def test_a_sheet_that_would_be_too_long_is_refused(
    huyen: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 2)
    status, _, err = huyen("export", "-o", "x.xlsx")
    assert (status, "a sheet holds 2 articles" in err) == (2, True)
    assert not (tmp_path / "x.xlsx").exists()


def test_without_xlsxwriter_it_says_what_to_install(huyen: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "xlsxwriter", None)
    status, _, err = huyen("export", "-o", "x.xlsx")
    assert (status, "pip install 'xlsxwriter" in err) == (2, True)


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A registry with a portal that the archive does not know."""
    folder = tmp_path / "registry"
    folder.mkdir()
    entry = '[ky-anh]\nname = "Kỳ Anh"\nkind = "huyện"\ncode = "447"\n'
    entry += '[[ky-anh.portals]]\nurl = "https://kyanh.hatinh.gov.vn"\nfamily = "generic"\n'
    (folder / "ha-tinh.toml").write_text(entry, encoding="utf-8")
    monkeypatch.setenv("HUYEN_REGISTRY", str(folder))


@pytest.mark.usefixtures("registry")
def test_coverage_and_quality_are_tables(huyen: Run, tmp_path: Path) -> None:
    asked = ("export", "--coverage", "--district", "do-luong", "--from", "2023-10-26", "--to", "2023")
    rows = list(csv.DictReader(io.StringIO(huyen(*asked)[1])))
    assert [row["month"] for row in rows] == ["2023-10", "2023-11", "2023-12"]
    assert [row["state"] for row in rows] == ["covered", "not_crawled", "not_crawled"]
    covered = ("false", "1", "", "never")
    assert (rows[0]["complete"], rows[0]["articles"], rows[0]["reason"], rows[1]["reason"]) == covered
    assert huyen(*asked, "--columns", "month,articles")[1].splitlines()[:2] == ["month,articles", "2023-10,1"]
    status, said, _ = huyen("export", "--coverage", "-o", "c.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "c.jsonl").read_text(encoding="utf-8").splitlines()]
    assert (status, said) == (0, f"{len(lines)} rows in c.jsonl\n")
    portals = {line["portal"]: line["reason"] for line in lines}
    assert portals == dict.fromkeys([PORTAL, AWAY["portal"], "https://kyanh.hatinh.gov.vn"], "never")
    assert huyen("export", "--quality", "-o", "q.xlsx")[1] == "3 rows in q.xlsx\n"
    found = CalamineWorkbook.from_path(tmp_path / "q.xlsx").get_sheet_by_index(0).to_python()
    assert [row[:3] for row in found[1:2]] == [["ha-tinh.ky-anh", "https://kyanh.hatinh.gov.vn", 0.0]]


@pytest.mark.parametrize("name", ["a.docx", "a.parquet", "a.json", "a.sqlite"])
def test_a_name_that_promises_another_format_is_refused(huyen: Run, tmp_path: Path, name: str) -> None:
    status, _, err = huyen("export", "-o", name)
    assert (status, (tmp_path / name).exists()) == (2, False)
    assert f"no format here is called {Path(name).suffix}" in err
    assert huyen("export", "-o", name, "--format", "csv")[0] == 0


@pytest.mark.parametrize("name", ["a", "a.txt", "articles.2026-11"])
def test_a_name_that_promises_nothing_is_csv(huyen: Run, tmp_path: Path, name: str) -> None:
    assert huyen("export", "-o", name)[0] == 0
    assert (tmp_path / name).read_text("utf-8").startswith("id,district_id")


def test_an_unknown_format_is_told_which_there_are(huyen: Run) -> None:
    status, out, err = huyen("export", "--format", "xml")
    assert (status, out) == (2, "")
    assert "use one of csv, jsonl, xlsx, wacz" in err


def test_what_the_text_names_selects_or_is_refused(huyen: Run, tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'archive.db'}")
    told = (Mention("commune:17662", "title", 4, 11, "kind"),)
    keep(database, [article("d", title="Đường Hòa Sơn", mentions=told)])
    database.close()
    assert titles(huyen("export", "--mentions", "17662")[1]) == ["Đường Hòa Sơn"]
    for way in ("--mentions", "--place"):
        status, out, err = huyen("export", way, "xã Vô Danh Nào Đó")
        assert (status, out) == (2, "")
        assert "xã Vô Danh Nào Đó" in err

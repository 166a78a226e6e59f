"""The loading recipes of docs/researchers.md, run on codes and dates that are easy to spoil."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from ast import literal_eval
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from crawler.cli import main
from crawler.report.calendars import month_name, series, unpacked
from storage.articles import queries
from storage.articles.queries import sync_registry
from storage.database import open_database
from storage.export.columns import DEFAULT
from storage.export.export import export
from storage.records import Mention
from tests import test_docs as docs
from tests.storage.coverage.planting import WHOLE, plant
from tests.storage.making import DISTRICTS, PORTAL, article, at, keep

GUIDE = "docs/researchers.md"
# Each date with the day that a recipe must make of it; the clock of the second is before 07:00, a day
# earlier in UTC.
DATES = {
    "ngay": ("2023-10-26", "day", "2023-10-26"),
    "phut": ("2023-10-26T00:15:00+07:00", "minute", "2023-10-26"),
    "thang": ("2023-10", "month", ""),
    "nam": ("2023", "year", ""),
    "khong": (None, "none", ""),
}


def recipe(heading: str) -> str:
    """The code under a heading of the guide."""
    found = re.search(r"^```\w+\n(.+?)^```$", docs.section(GUIDE, heading), re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an articles.csv: a code with leading zeros, every precision, one duplicate."""
    database = open_database(f"sqlite:///{tmp_path / 'archive.db'}")
    try:
        sync_registry(database, [replace(DISTRICTS[0], code="001")])
        made = [
            article(path, hours=n, published_at=value, published_precision=precision, captions=("Ảnh, “1”",))
            for n, (path, (value, precision, _)) in enumerate(DATES.items())
        ]
        keep(database, made)
        keep(database, [article("lai", hours=9, title=made[0].title, body=made[0].body)])
        export(database, tmp_path / "articles.csv")
    finally:
        database.close()
    return tmp_path


def expected() -> list[tuple[str, str, str]]:
    """Path, day and code of every article, as all recipes must have them."""
    days = {path: day for path, (_, _, day) in DATES.items()} | {"lai": ""}
    return sorted((path, day, "001") for path, day in days.items())


@pytest.mark.slow
def test_pandas(folder: Path) -> None:
    tail = """
day = articles["published_day"].dt.strftime("%Y-%m-%d").fillna("")
paths = articles["url"].str.rpartition("/")[2]
assert articles["captions"][0] in ([], ["Ảnh, “1”"]) and sum(map(len, articles["captions"])) == 5
assert (len(articles), len(stories), len(series)) == (6, 5, 2)
print(sorted(zip(paths, day, articles["district_code"])))
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", recipe("pandas") + tail],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == str(expected())


def test_duckdb(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    with duckdb.connect() as connection:
        counts = connection.execute(recipe("DuckDB")).fetchall()
        rows = connection.execute(
            "SELECT split_part(url, '/', 4), coalesce(strftime(published_day, '%Y-%m-%d'), ''), district_code"
            " FROM articles"
        ).fetchall()
    assert counts == [("Đô Lương", 6, 5)]
    assert sorted(rows) == expected()


def test_polars(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    names: dict[str, Any] = {}
    exec(compile(recipe("polars"), "polars", "exec"), names)
    rows = names["articles"].select("url", "published_day", "district_code", "published_is_event").rows()
    found = [(url.rpartition("/")[2], str(day or ""), code) for url, day, code, _ in rows]
    assert sorted(found) == expected()
    assert {event for *_, event in rows} == {False}
    assert (len(names["articles"]), len(names["stories"])) == (6, 5)
    assert sum(map(len, names["articles"]["captions"])) == 5


if shutil.which("Rscript"):

    @pytest.mark.slow
    def test_r(folder: Path) -> None:
        tail = """
stopifnot(nrow(articles) == 6, nrow(stories) == 5, is.integer(articles$version))
day <- ifelse(is.na(articles$published_day), "", format(articles$published_day))
cat(sort(paste(basename(articles$url), day, articles$district_code)), sep = "\\n")
"""
        done = subprocess.run(
            ["Rscript", "-e", recipe("R") + tail], cwd=folder, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        assert sorted(done.stdout.splitlines()) == sorted(" ".join(row) for row in expected())


if shutil.which("soffice"):

    @pytest.mark.slow
    def test_libreoffice(folder: Path) -> None:
        command = re.search(r"^ *(soffice .+)$", docs.section(GUIDE, "LibreOffice and Excel"), re.MULTILINE)
        assert command is not None
        home = f"-env:UserInstallation=file://{folder}/profile"
        done = subprocess.run(
            ["bash", "-c", command[1].replace("soffice", f"soffice {home}", 1)],
            cwd=folder, capture_output=True, text=True, timeout=180,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        header, *rows = CalamineWorkbook.from_path(folder / "articles.xlsx").get_sheet_by_index(0).to_python()
        assert header == [column.name for column in DEFAULT]
        found = [dict(zip(header, row, strict=True)) for row in rows]
        assert {row["district_code"] for row in found} == {"001"}
        printed = {value or "" for value, *_ in DATES.values()}
        assert {row["published_at"] for row in found} == printed


def test_the_spreadsheet_recipe_takes_every_column_as_text() -> None:
    assert f"seq -f '%g/2' -s / {len(DEFAULT)})" in docs.section(GUIDE, "LibreOffice and Excel")


@pytest.mark.slow
def test_ten_first_questions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    planted(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUYEN_DATABASE_URL", f"sqlite:///{tmp_path / 'archive.db'}")
    monkeypatch.setenv("HUYEN_REGISTRY", str(tmp_path / "registry"))
    monkeypatch.setenv("HUYEN_DATA", str(tmp_path / "data"))
    assert main(["report", "--json"]) == 0
    (tmp_path / "report.json").write_text(capsys.readouterr().out, encoding="utf-8")
    exec(compile(recipe("How complete is it?"), "report", "exec"), {})
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "nghe-an.do-luong 6 unreachable {'2019-10': 1, '2021-02': 2, '2021-03': 2}"
    section = docs.section(GUIDE, "Ten first questions")
    commands = re.findall(r"^huyen (.+)$", section, re.MULTILINE)
    assert [main(shlex.split(command)) for command in commands] == [0, 0, 0]
    capsys.readouterr()
    code = "\n".join(re.findall(r"^```python\n(.+?)^```$", section, re.MULTILINE | re.DOTALL))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    answers = dict(enumerate(map(literal_eval, done.stdout.splitlines()), 1))
    here, there = "nghe-an.do-luong", "ninh-binh.gia-vien"
    assert answers == {
        1: {here: 4, there: 2},
        2: {(PORTAL, "unreachable", ""): 1, (OTHER, "not_crawled", "never"): 18},
        3: {"day": 5, "event": 1, "month": 1, "none": 1},
        4: {"2019": 1000.0, "2021": 400.0},
        5: {("Đô Lương", "Gia Viễn"): 1},
        6: {"Mưa lũ gây ngập": {"copies": 1, "last": 3.0}},
        7: [{"id": article("sua").id, "title": "Sửa lần hai"}],
        8: {"Gia Viễn": 1},
        9: {"pdf": 1},
        10: {"17617": 1},
    }


OTHER = "https://giavien.ninhbinh.gov.vn"


def planted(folder: Path) -> None:
    """Makes an archive of two portals in `folder` with something to answer each question."""
    (folder / "registry").mkdir()
    entry = '[do-luong]\nname = "Đô Lương"\nkind = "huyện"\ncode = "427"\n[[do-luong.portals]]\n'
    (folder / "registry" / "nghe-an.toml").write_text(f'{entry}url = "{PORTAL}"\nfamily = "generic"\n')
    database = open_database(f"sqlite:///{folder / 'archive.db'}")
    sync_registry(database, DISTRICTS)
    day = {"published_precision": "day"}
    away: dict[str, Any] = {"district_id": "ninh-binh.gia-vien", "portal": OTHER, **day}
    flood: dict[str, Any] = {"title": "Mưa lũ gây ngập", "body": ("Nước lên nhanh trong đêm.",)}
    commune = Mention("commune:17617", "body", 3, 12, "kind")
    file = {"url": f"{PORTAL}/kh.pdf", "title": "Kế hoạch", "type": "pdf"}
    first = article("lu", published_at="2021-02-01", **flood, **day)
    text: dict[str, Any] = {"published_at": "2021-02-02", "attachments": (file,), **day}
    copy: dict[str, Any] = {"exact": first.exact, "published_at": "2021-02-04", **flood, **away}
    keep(database, [
        first,
        article("sua", 1, title="Sửa", **text),
        article("thang", 2, published_at="2021-03", published_precision="month", mentions=(commune,)),
        article("su-kien", 3, published_at="2021-03-09", published_is_event=True, **day),
        article("khong", 4),
        article("cu", 5, title="Ngập lụt ở hạ du", published_at="2019-10-05", **day),
        article("chep", 6, url=f"{OTHER}/chep", **copy),
        article("mat", 7, url=f"{OTHER}/mat", published_at="2021-04-05", **away),
    ])  # fmt: skip
    keep(
        database,
        [article("sua", 30, title="Sửa lần hai", **text)],
    )
    queries.mark_gone(database, [f"{OTHER}/mat"], at(50))
    plant(database, runs=[("2021-04-30", "ok", WHOLE), ("2021-05-10", "unreachable", {})])
    database.close()


def test_series_by_day_and_month_read_as_they_were_counted() -> None:
    months = Counter({2016 * 12 + 11: 1, 2017 * 12: 35, 2017 * 12 + 1: 40, 2020 * 12 + 5: 3})
    assert unpacked(series(months, month_name)) == {"2016-12": 1, "2017-01": 35, "2017-02": 40, "2020-06": 3}
    first = date(2019, 12, 30).toordinal()
    days = Counter({first: 2, first + 1: 2, first + 2: 1, first + 400: 36})
    by_day = {"2019-12-30": 2, "2019-12-31": 2, "2020-01-01": 1, "2021-02-02": 36}
    assert unpacked(series(days, lambda number: date.fromordinal(number).isoformat())) == by_day
    assert unpacked(None) == {}

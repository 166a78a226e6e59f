"""The loading recipes of docs/researchers.md, run on codes and dates that are easy to spoil."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from crawler.report.calendars import month_name, series
from storage.articles.queries import sync_registry
from storage.database import open_database
from storage.serve.export import export
from tests import test_docs as docs
from tests.storage.making import DISTRICTS, article, keep

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


@pytest.mark.slow
def test_coverage_by_month(tmp_path: Path) -> None:
    counts = Counter({2016 * 12 + 11: 1, 2017 * 12: 35, 2017 * 12 + 1: 40, 2020 * 12 + 5: 3})
    portals = [{"district_id": "a.b", "portal": "P", "months": series(counts, month_name)}]
    portals.append({"district_id": "a.c", "portal": "Q", "months": None})
    (tmp_path / "report.json").write_text(json.dumps({"portals": portals}))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", recipe("How complete is it?")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    full, empty = done.stdout.splitlines()
    found = Counter(json.loads(full.removeprefix("a.b P ").replace("'", '"')))
    assert +found == {month_name(number): count for number, count in counts.items()}
    assert len(found) == 2020 * 12 + 5 - (2016 * 12 + 11) + 1
    assert empty == "a.c Q {}"

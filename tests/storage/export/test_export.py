"""The archive as CSV and JSON lines."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from storage.articles.queries import mark_gone, sync_registry
from storage.database import Database, open_database
from storage.errors import StorageError
from storage.export.export import export
from storage.search.selection import Filters
from tests.storage.making import DISTRICTS, PORTAL, article, at, keep, ref, rows

HEADER = (
    "id,district_id,district_code,district,province,portal,url,title,lead,body,author,category,published_at,"
    "published_precision,published_source,published_is_event,captions,images,attachments,first_seen_at,"
    "last_seen_at,version,duplicate_of,duplicate_kind,province_now,province_now_code"
)


def table(db: Database, **options: Any) -> list[dict[str, str]]:
    out = io.StringIO(newline="")
    export(db, out, **options)
    return list(csv.DictReader(io.StringIO(out.getvalue(), newline="")))


def urls(db: Database, **filters: Any) -> list[str]:
    return [row["url"].rpartition("/")[2] for row in table(db, filters=Filters(**filters))]


def test_one_row_in_full(db: Database) -> None:
    sync_registry(db, DISTRICTS)
    full = article(
        title='Họp "giao ban", tháng 10',
        lead="Sapo",
        body=("Đoạn một.", "Đoạn hai."),
        author="Sỹ Bắc",
        category="Tin tức",
        captions=("Toàn cảnh",),
        images=({"url": "https://a/1.jpg", "caption": "Toàn cảnh", "alt": None},),
        attachments=({"url": "https://a/b.pdf", "title": "B", "type": "pdf"},),
        published_at="2023-10-26",
        published_precision="day",
        published_source="text",
        published_is_event=True,
    )
    keep(db, [full])
    edited = {"title": "Khác", "body": full.body}
    keep(db, [article(hours=1, **edited), article(hours=2, **edited)])
    out = io.StringIO(newline="")
    assert export(db, out) == 1
    header, line = out.getvalue().removesuffix("\r\n").split("\r\n", 1)
    assert header == HEADER
    row = dict(zip(HEADER.split(","), next(csv.reader([line])), strict=True))
    assert (row["id"], row["title"], row["version"]) == (full.id, "Khác", "2")
    assert (row["district"], row["province"], row["district_code"]) == ("Đô Lương", "Nghệ An", "427")
    assert (row["province_now"], row["province_now_code"]) == ("Nghệ An", "40")
    assert row["first_seen_at"] == "2024-01-01T08:00:00+07:00"
    assert row["last_seen_at"] == "2024-01-01T10:00:00+07:00"
    assert (row["captions"], row["published_is_event"], row["author"]) == ("[]", "false", "")


def test_values_as_they_are(db: Database) -> None:
    keep(db, [article(title='Họp "giao ban", =1', captions=("Đô",), images=({"url": "u", "alt": None},))])
    row = table(db)[0]
    assert row["title"] == 'Họp "giao ban", =1'
    assert row["body"] == "Nội dung của tin-1 dài vừa đủ.\nĐoạn thứ hai."
    assert (row["captions"], row["images"]) == ('["Đô"]', '[{"url": "u", "alt": null}]')


def test_jsonl_has_every_column_with_its_type(db: Database) -> None:
    keep(db, [article(tags=("a",), flags=("undated",), capture=ref(7), reader_version="r")])
    mark_gone(db, [article().url], at(3))
    out = io.StringIO()
    export(db, out, "jsonl")
    row = json.loads(out.getvalue())
    assert list(row)[:26] == HEADER.split(",")
    assert (row["tags"], row["flags"], row["warc_offset"], row["version"]) == (["a"], ["undated"], 7, 1)
    assert (row["published_at"], row["published_is_event"], row["run_id"]) == (None, False, None)
    assert (row["status"], row["gone_at"]) == ("gone", "2024-01-01T11:00:00+07:00")
    assert (row["warc_file"], row["warc_digest"]) == ("a.warc.gz", "sha256:7")


def test_all_columns_and_chosen_columns(db: Database) -> None:
    keep(db, [article()])
    assert list(table(db, columns="all")[0])[:26] == HEADER.split(",")
    assert len(table(db, columns="all")[0]) > 34
    assert list(table(db, columns="url, warc_file")[0]) == ["url", "warc_file"]
    with pytest.raises(StorageError, match=r"no column 'uri'; there are all, id, district_id"):
        table(db, columns="uri,url")


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@a", "\ta", "\ra"])
def test_excel_disarms_formulas(db: Database, start: str) -> None:
    keep(db, [article(title=start)])
    out = io.StringIO(newline="")
    export(db, out, excel=True)
    assert out.getvalue().startswith("\ufeffid,")
    assert next(csv.DictReader(io.StringIO(out.getvalue(), newline="")))["title"] == "'" + start
    assert table(db)[0]["title"] == start


def test_order_is_the_same_on_both_databases(db: Database) -> None:
    dates = (None, "2023", "2023-10", "2023-10-05", "2022-01-01T08:00:00+07:00", None)
    keep(db, [article(f"tin-{n}", published_at=date) for n, date in enumerate(dates)])
    keep(db, [article("a", district_id="nghe-an.Z"), article("b", district_id="nghe-an.do")])
    undated = sorted(["tin-0", "tin-5"], key=lambda name: article(name).id)
    assert urls(db) == ["a", "b", "tin-4", "tin-1", "tin-2", "tin-3", *undated]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"since": "2023-10-06"}, ["year", "month", "late"]),
        ({"until": "2023-10-04"}, ["minute", "year", "month"]),
        ({"since": "2023-11"}, ["year", "late"]),
        ({"until": "2022"}, ["minute"]),
        ({"since": "2023-10-05", "until": "2023-10-05"}, ["year", "month", "day"]),
        ({"since": "2022-01-01", "until": "2022-01-01"}, ["minute"]),
        ({"since": "2022-01-02", "until": "2022-12-31"}, []),
    ],
)
def test_dates_are_in_where_they_overlap(db: Database, filters: dict[str, str], expected: list[str]) -> None:
    dates = {
        "minute": "2022-01-01T23:30:00+07:00",
        "year": "2023",
        "month": "2023-10",
        "day": "2023-10-05",
        "late": "2023-12-31",
        "undated": None,
    }
    keep(db, [article(name, published_at=date) for name, date in dates.items()])
    assert urls(db, **filters) == expected


def test_places(db: Database) -> None:
    sync_registry(db, DISTRICTS)
    keep(db, [article("a"), article("b", district_id="ninh-binh.gia-vien"), article("c", district_id="x.y")])
    assert urls(db, districts=["nghe-an.do-luong"]) == urls(db, districts=["do-luong"]) == ["a"]
    assert urls(db, districts=["x.y"]) == ["c"]
    assert (
        urls(db, provinces=["ninh-binh"])
        == urls(db, provinces=["Ninh Bình"])
        == urls(db, provinces=["ninh binh"])
    )
    assert urls(db, places=["14533"]) == ["b"]
    assert urls(db, places=["17662", "373"]) == ["a", "b"]
    with pytest.raises(StorageError, match=r"no district 'vinh'"):
        urls(db, districts=["vinh"])
    with pytest.raises(StorageError, match=r"no province 'Huế'; it knows Nghệ An, Ninh Bình"):
        urls(db, provinces=["Huế"])


def test_query_and_wrong_dates(db: Database) -> None:
    keep(db, [article("a", body=("Vụ Đông ở Đô Lương",)), article("b", body=("Khác",))])
    assert urls(db, query="do luong") == ["a"]
    for wrong in ("hôm qua", "2023-13", "26/10/2023", "2023-02-30"):
        with pytest.raises(StorageError, match=r"is not a date; use 2023-10-26"):
            urls(db, since=wrong)


def test_a_file_is_renamed_when_whole(db: Database, tmp_path: Path) -> None:
    keep(db, [article()])
    target = tmp_path / "out" / "a.csv"
    with pytest.raises(StorageError, match=r"cannot write .*a.csv: No such file or directory"):
        export(db, target)
    target.parent.mkdir()
    target.write_text("before")
    with pytest.raises(StorageError, match=r"no column"):
        export(db, target, columns="x")
    assert target.read_text() == "before"
    assert export(db, target) == 1
    assert target.read_bytes().startswith(HEADER.encode() + b"\r\n")
    assert [path.name for path in target.parent.iterdir()] == ["a.csv"]


def test_a_failure_midway_leaves_the_file_before(tmp_path: Path) -> None:
    db = open_database(f"sqlite:///{tmp_path / 'archive.db'}")
    keep(db, [article(f"tin-{n}") for n in range(3)])
    db.transaction(
        lambda c: c.execute(text("UPDATE articles SET last_seen_at = 'x' WHERE rowid = 2")).rowcount
    )
    (tmp_path / "a.csv").write_text("before")
    with pytest.raises(ValueError, match=r"Invalid isoformat"):
        export(db, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text() == "before"
    assert not list(tmp_path.glob(".*.tmp"))
    db.close()


@pytest.mark.slow
def test_memory_does_not_grow_with_the_archive(db: Database, tmp_path: Path) -> None:
    def peak() -> int:
        tracemalloc.start()
        export(db, tmp_path / "a.csv")
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    body = ("Một đoạn văn. " * 100,)
    keep(db, [article(f"tin-{n}", body=body, exact="") for n in range(600)])
    small = peak()
    keep(db, [article(f"tin-{n}", body=body, exact="") for n in range(600, 1800)])
    assert peak() < 1.5 * small


def test_export_reads_in_the_order_of_an_index(tmp_path: Path) -> None:
    db = open_database(f"sqlite:///{tmp_path / 'a.db'}")  # PostgreSQL decides by the size of the tables
    order = "ORDER BY a.district_id, a.portal, a.published_order, a.id"
    join = "FROM articles a JOIN versions v ON v.article_id = a.id AND v.number = a.version"
    plan = rows(db, f"EXPLAIN QUERY PLAN SELECT v.title {join} {order}")
    assert "TEMP B-TREE" not in str(plan)
    db.close()


def test_portal_is_as_the_registry_has_it(db: Database) -> None:
    keep(db, [article()])
    assert table(db)[0]["portal"] == PORTAL


@pytest.mark.parametrize(
    ("code", "place"),
    [("353", ("Ninh Bình", "37", "35")), ("001", ("Hà Nội", "01", "01")), ("999", ("", "", ""))],
)
def test_an_article_says_the_province_of_then_and_of_now(
    db: Database, code: str, place: tuple[str, str, str]
) -> None:
    sync_registry(db, [replace(DISTRICTS[0], code=code)])
    keep(db, [article()])
    (row,) = table(db, columns="province_now,province_now_code,province_code")
    assert (row["province_now"], row["province_now_code"], row["province_code"]) == place
    out = io.StringIO()
    export(db, out, "jsonl", columns="province_now")
    assert json.loads(out.getvalue()) == {"province_now": place[0] or None}

"""A small archive with something in every table, and releases of it."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from storage.articles.queries import mark_gone, sync_registry
from storage.database import Database
from storage.release.about import About, Creator
from storage.release.release import Options, Released, release
from storage.schema import Run
from tests.storage.making import DISTRICTS, PORTAL, article, at, capture, keep

DAY = date(2026, 11, 28)
ABOUT = About(
    licence="CC-BY-4.0",
    rights_note="Texts belong to the portals.",
    creators=(Creator("Nguyễn, Thị Bình", "0000-0002-1825-0097"), Creator("Phòng Lưu trữ")),
    publisher="Viện Mẫu",
    contact="kho@example.org",
    doi="10.5281/zenodo.1",
)
# Every precision, one date before 07:00, which is the day before in UTC.
DATES = {
    "phut": ("2023-10-26T00:15:00+07:00", "minute"),
    "ngay": ("2024-02-29", "day"),
    "thang": ("2024-02", "month"),
    "nam": ("2022", "year"),
    "khong": (None, "none"),
}


def fill(db: Database) -> None:
    """Fills `db` with seven articles: one was edited, one is a copy, one is gone, one names odd letters."""
    sync_registry(db, DISTRICTS)
    dated = [
        article(name, n, published_at=value, published_precision=precision, reader_version="huyen 1")
        for n, (name, (value, precision)) in enumerate(DATES.items())
    ]
    keep(db, dated, [capture(name, n, outcome="new") for n, name in enumerate(DATES)])
    odd = article(
        "la", 6, title='Họp "giao ban",\ttháng 10', lead="Một, hai", captions=("“Ảnh”, 1",),
        images=({"url": "https://a/1.jpg", "caption": None, "alt": "x"},),
        attachments=({"url": "https://a/b.pdf", "title": "B", "type": "pdf"},), flags=("short",),
        published_is_event=True, published_at="2023-10-01", published_precision="day", confidence=0.7,
    )  # fmt: skip
    keep(db, [odd, article("lai", 7, title=dated[0].title, body=dated[0].body)])
    edited = (*dated[1].body, "Đã sửa.")
    keep(db, [article("ngay", 8, body=edited, published_at="2024-02-29", published_precision="day")])
    run = {
        "district_id": "nghe-an.do-luong", "portal": PORTAL, "started_at": at(0), "finished_at": at(1),
        "verdict": "ok", "counts": {"new": 7}, "evidence": ["7 articles are new"], "warc_files": [],
        "listings": {}, "host": "h", "pid": 1, "pid_token": "",
    }  # fmt: skip
    db.transaction(lambda connection: connection.execute(insert(Run), run).rowcount)
    mark_gone(db, [article("thang").url], at(9))


def made(db: Database, parent: Path, about: About = ABOUT, **options: Any) -> Released:
    """A release of `db` in `parent`."""
    return release(db, parent, about, DAY, Options(**options))


def table(folder: Path, name: str) -> list[dict[str, str]]:
    """The rows of a table of a release."""
    with (folder / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))

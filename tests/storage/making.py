"""Records for the tests of storage."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from storage.articles import queries, reread
from storage.articles.batch import Batch
from storage.database import Database
from storage.records import ArticleRecord, CaptureRecord, DistrictRecord, Kept, PortalRecord
from storage.text import words
from storage.warc.captures import CaptureRef

PORTAL = "https://doluong.nghean.gov.vn"
START = datetime(2024, 1, 1, 1, 0, tzinfo=UTC)
DISTRICTS = (
    DistrictRecord(
        "nghe-an.do-luong", "Đô Lương", "huyện", "427", "Nghệ An", (PortalRecord(PORTAL, "vnpt"),)
    ),
    DistrictRecord("ninh-binh.gia-vien", "Gia Viễn", "huyện", "373", "Ninh Bình"),
)


def at(hours: float) -> datetime:
    """A moment `hours` after START."""
    return START + timedelta(hours=hours)


def ref(offset: int, file: str = "a.warc.gz", revisit: bool = False) -> CaptureRef:
    """A place in a WARC file."""
    return CaptureRef(file, offset, 100, f"sha256:{offset}", f"{offset:064x}", revisit)


def article(path: str = "tin-1", hours: float = 0, **values: Any) -> ArticleRecord:
    """An article of its own text, captured `hours` after START, with the digest of its text and no bands."""
    texts = {"title": f"Tin về {path}", "body": (f"Nội dung của {path} dài vừa đủ.", "Đoạn thứ hai.")}
    record: dict[str, Any] = {
        "url": f"{PORTAL}/{path}",
        "district_id": "nghe-an.do-luong",
        "portal": PORTAL,
        "fetched_at": at(hours),
        "capture": ref(int(hours * 1000) + len(path)),
        "algorithm": "test",
    } | texts | values  # fmt: skip
    folded = " ".join(words(" ".join([record["title"], *record["body"]])))
    record.setdefault("exact", hashlib.sha256(folded.encode()).hexdigest()[:16])
    return ArticleRecord(**record)


def capture(path: str = "tin-1", hours: float = 0, **values: Any) -> CaptureRecord:
    """A capture of an article, `hours` after START."""
    where: dict[str, Any] = {"url": f"{PORTAL}/{path}", "fetched_at": at(hours)}
    return CaptureRecord(**where | {"ref": ref(int(hours * 1000) + len(path))} | values)


def keep(
    db: Database, articles: Sequence[ArticleRecord] = (), captures: Sequence[CaptureRecord] = (), **more: Any
) -> list[Kept]:
    """Keep a batch as a crawl does; `more` are further fields of Batch."""
    return queries.keep(db, Batch([*articles], [*captures], **more))


def keep_again(
    db: Database, articles: Sequence[ArticleRecord] = (), captures: Sequence[CaptureRecord] = ()
) -> list[reread.Reading]:
    """Keep a batch as a replay does."""
    return reread.keep_again(db, Batch([*articles], [*captures]))


def rows(db: Database, query: str) -> list[tuple[Any, ...]]:
    """The rows of an SQL query."""
    from sqlalchemy import text

    with db.reading() as connection:
        return [tuple(row) for row in connection.execute(text(query))]

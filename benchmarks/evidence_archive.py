"""An archive of any number of captured articles, written without a crawl, for `evidence.py --records`."""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from benchmarks import pages, texts
from benchmarks.big_portal import PORTAL
from benchmarks.release_archive import FETCHED, moment
from storage.articles.batch import Batch
from storage.articles.queries import keep
from storage.database import open_database
from storage.records import CaptureRecord, article_id
from storage.warc.captures import Exchange
from storage.warc.writer import WarcWriter

_DIFFERENT = 200  # pages, of 80 KB each; every capture gets a comment of its own behind them
_HEADERS = ((b"Content-Type", b"text/html; charset=utf-8"), (b"Server", b"nginx"), (b"Vary", b"Cookie"))
_NOTES = {"portal": "http://portal.test", "district": "nghe-an.do-luong", "listing": "http://portal.test/"}
_ARTICLES = """
INSERT INTO articles (id, district_id, portal, url, status, first_seen_at, first_crawled_at, last_seen_at,
  version, published_order, exact)
VALUES (:id, 'nghe-an.do-luong', 'http://portal.test', :url, 'live', :at, :at, :at, 1, '9999', :id)"""
_VERSIONS = """
INSERT INTO versions (article_id, number, fetched_at, title, body, published_precision, published_is_event,
  captions, images, attachments, tags, flags, encoding, reader_version, confidence, witnesses, content_hash,
  folded, warc_file, warc_offset, warc_length, warc_digest, captured_via, evidence_at)
VALUES (:id, 1, :at, 'Tin', 'Nội dung', 'none', 0, '[]', '[]', '[]', '[]', '[]', 'utf-8', 'huyen', 0.7, '[]',
  :id, '', :file, :offset, :length, :digest, 'crawl', :at)"""


def fill(folder: Path, records: int, files: int) -> None:
    """Fills an archive in `folder`: `records` captures, each cited by a version, in `files` WARC files."""
    with tempfile.TemporaryDirectory() as temporary:
        Path(temporary, f"{PORTAL}.toml").write_text(
            texts.toml(PORTAL, min(records, _DIFFERENT)), encoding="utf-8"
        )
        bodies = [page.body for _, page in pages.pages(PORTAL, folder=Path(temporary))]
    database = open_database(f"sqlite:///{folder / 'archive.db'}")
    rows = []
    for number in range(files):
        kept = []
        with WarcWriter(folder / "warc", f"nghe-an.do-luong.{number:03}", {}) as warc:
            for n in range(number, records, files):
                url, at = f"http://portal.test/bai-{n}", FETCHED + timedelta(seconds=n)
                body = (
                    bodies[n % len(bodies)] + f"<!-- {hashlib.sha256(url.encode()).hexdigest()} -->".encode()
                )
                ref = warc.write(Exchange(url, 200, _HEADERS, body, at), page=_NOTES)
                kept.append(CaptureRecord(url, at, ref, content_type="text/html; charset=utf-8"))
                where = {"file": ref.file, "offset": ref.offset, "length": ref.length, "digest": ref.digest}
                rows.append({"id": article_id(url), "url": url, "at": moment(at), **where})
        keep(database, Batch(captures=kept))
    database.close()
    with closing(sqlite3.connect(folder / "archive.db")) as connection:
        for statement in (_ARTICLES, _VERSIONS):
            connection.executemany(statement, rows)
        connection.commit()

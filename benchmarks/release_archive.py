"""An archive of any size to export and to release: the fixtures' sentences, put into the tables in bulk.

An article has about 2,600 bytes of text, as portals' articles do on average. One of ten has a second
version, one of five an attachment that was kept, one of thirty is a copy. Captures and runs stand beside.
"""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.texts import sentences
from storage.database import open_database
from storage.filing.addresses import file_id
from storage.places.lookup import districts, province

FIRST_DAY, DAYS = date(2012, 1, 1), 4900
FETCHED = datetime(2026, 10, 1, 1, 0, tzinfo=UTC)
EDITED, WITH_FILE, COPIED = 10, 5, 30  # one article of so many
RUNS = 8  # of each portal
_ROWS = 2_000  # a batch
_ARTICLES = (
    "id district_id portal url status first_seen_at first_crawled_at last_seen_at version published_order"
    " exact duplicate_of duplicate_kind"
)
_VERSIONS = (
    "article_id number run_id fetched_at title lead body author category published_at published_precision"
    " published_source published_raw published_is_event captions images attachments tags flags encoding"
    " reader_version confidence witnesses content_hash folded warc_file warc_offset warc_length warc_digest"
    " captured_via evidence_at"
)
_CAPTURES = (
    "run_id url_id url method status fetched_at outcome content_type warc_file warc_offset warc_length digest"
    " content_digest revisit captured_via"
)
_FILES = "id url host portal district_id kind status reason tries first_seen_at last_seen_at version size"
_FILE_VERSIONS = (
    "file_id number fetched_at content_digest size type content_type name warc_file warc_offset warc_length"
    " warc_digest"
)
_LINKS = "article_id file_id role position title first_version last_version"
_RUNS = "id district_id portal started_at finished_at verdict counts evidence warc_files listings host pid"


def fill(path: Path, size: int, seed: int = 1) -> None:
    """Fills a new SQLite archive at `path` with `size` articles, the same for the same seed.

    The full-text index stays empty: nothing here searches.
    """
    open_database(f"sqlite:///{path}").close()
    connection = sqlite3.connect(path)
    for name in ("insert", "delete", "update"):
        connection.execute(f"DROP TRIGGER search_{name}")
    connection.execute("PRAGMA synchronous=OFF")
    portals = _portals()
    _insert(connection, "districts", "id name kind code province", (row[2:] for row in portals))
    _insert(
        connection,
        "portals",
        "district_id url family until",
        ((row[2], row[1], "generic", None) for row in portals),
    )
    _insert(connection, "runs", f"{_RUNS} pid_token", ((*row, "") for row in _runs(portals)))
    rows = _articles(random.Random(seed), portals, size)
    done = 0
    while some := list(islice(rows, _ROWS)):
        for place, (table, columns) in enumerate(
            (
                ("articles", _ARTICLES), ("versions", _VERSIONS), ("captures", _CAPTURES), ("files", _FILES),
                ("file_versions", _FILE_VERSIONS), ("article_files", _LINKS),
            )
        ):  # fmt: skip
            _insert(connection, table, columns, (row for article in some for row in article[place]))
        done += len(some)
        print(f"\r{done} of {size} articles", end="", file=sys.stderr)
    connection.commit()
    connection.execute("ANALYZE")
    connection.close()
    print(file=sys.stderr)


def _portals() -> list[tuple[str, ...]]:
    """Rows of number, URL, then the columns of a district; one portal a district of the country."""
    found = []
    for n, place in enumerate(districts()):
        id_ = f"tinh-{province(place).code}.huyen-{place.code}"
        found.append(
            (
                str(n),
                f"https://h{place.code}.gov.vn",
                id_,
                place.name,
                place.kind,
                place.code,
                province(place).name,
            )
        )
    return found


def _runs(portals: list[tuple[str, ...]]) -> Iterator[tuple[Any, ...]]:
    counts, told = (
        json.dumps({"listing": 12, "new": 40, "failed": 1, "failed:timeout": 1}),
        '["1 of 53 failed"]',
    )
    for n, (_, url, id_, *_) in enumerate(portals):
        for run in range(RUNS):
            at = moment(FETCHED + timedelta(days=run, minutes=n))
            yield n * RUNS + run + 1, id_, url, at, at, "ok", counts, told, "[]", "{}", "host", 1


def _articles(luck: random.Random, portals: list[tuple[str, ...]], size: int) -> Iterator[tuple[Any, ...]]:
    """Rows of each table, article by article."""
    pool = sentences()
    first: list[str] = []
    for n in range(size):
        number = luck.randrange(len(portals))
        _, portal, district, *_ = portals[number]
        url = f"{portal}/tin-{n}"
        id_ = hashlib.sha256(url.encode()).hexdigest()[:16]
        day = FIRST_DAY + timedelta(days=luck.randrange(DAYS))
        published, precision = luck.choices(
            (
                (f"{day}T{luck.randrange(24):02}:{luck.randrange(60):02}:00+07:00", "minute"),
                (str(day), "day"), (f"{day:%Y-%m}", "month"), (None, "none"),
            ),
            (60, 32, 3, 5),
        )[0]  # fmt: skip
        seen = FETCHED + timedelta(seconds=n)
        at, later = moment(seen), moment(seen + timedelta(days=3))
        count = 2 if n % EDITED == 0 else 1
        file = file_id(f"{url}.pdf") if n % WITH_FILE == 0 else None
        copied = luck.choice(first) if first and n % COPIED == 0 else None
        if copied is None and len(first) < 5_000:
            first.append(id_)
        attachments = [{"url": f"{url}.pdf", "title": "Kế hoạch", "type": "pdf"}] if file else []
        body = "\n".join(" ".join(luck.sample(pool, 3)) for _ in range(luck.randint(2, 8)))
        run = number * RUNS + 1
        article = (
            id_, district, portal, url, "live", at, at, later, count, published or "9999", id_, copied,
            copied and "exact",
        )  # fmt: skip
        texts = (luck.choice(pool)[:90], luck.choice(pool), body)
        versions = [
            (
                id_, v, run, at, texts[0], texts[1], texts[2] + (f"\nBản {v}." if v > 1 else ""),
                luck.choice(("Hữu Hoàn", None)), "Tin tức", published, precision,
                "visible" if published else None, published, 0, _json([texts[1][:60]]),
                _json([{"url": f"{url}.jpg", "caption": texts[1][:60], "alt": None}]), _json(attachments),
                "[]", "[]" if published else '["undated"]', "utf-8",
                "huyen 0.1.0+5f3a09c27d, trafilatura 2.3.1", 0.7, '["vote"]',
                hashlib.sha256(f"{n}.{v}".encode()).hexdigest(), "", f"h{number}.warc.gz",
                n * 20_000 + v, 12_345, f"sha256:{id_}", "crawl", at,
            )
            for v in range(1, count + 1)
        ]  # fmt: skip
        captures = [
            (
                run, id_, url, "GET", 200, at, outcome, "text/html; charset=utf-8", f"h{number}.warc.gz",
                n * 20_000 + v, 12_345, f"sha256:{id_}", id_ * 4, v > 1, "crawl",
            )
            for v, outcome in ((1, "new"), (2, "unchanged"))
        ]  # fmt: skip
        digest, where = id_ * 4, ("f.warc.gz", n, 9)
        files = (
            [(file, f"{url}.pdf", portal, portal, district, "attachment", "kept", "", 0, at, at, 1, 9_999)],
            [(file, 1, at, digest, 9_999, "pdf", "application/pdf", "a.pdf", *where, f"sha256:{n}")],
            [(id_, file, "attachment", 0, "Kế hoạch", 1, count)],
        )
        yield [article], versions, captures, *(files if file else ([], [], []))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}.000000"


def _insert(connection: sqlite3.Connection, table: str, columns: str, rows: Iterable[Any]) -> None:
    names = columns.split()
    marks = ", ".join("?" * len(names))
    connection.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", rows)

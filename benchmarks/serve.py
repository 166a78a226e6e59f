"""What the pages of `huyen serve` cost on a large archive, and whether readers hold up a crawl.

Usage: python benchmarks/serve.py [--articles N] [--folder FOLDER] [--url URL] [--crawl] [--json]
Fills an archive of N articles of 700 portals in FOLDER (else a temporary one), or the empty database URL; one
that is full already is used again. Prints for each page the median CPU of five requests in milliseconds (of
this process, so of PostgreSQL the wall clock counts instead), its queries and its size; the memory that a
download of the whole archive takes above the start; and with --crawl the time of a loop of writes, as a crawl
makes them, alone and beside 50 readers in another process.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import event, func, insert, select, text

from benchmarks.texts import sentences
from storage.articles.batch import Batch
from storage.articles.queries import keep, sync_registry
from storage.articles.versions import ready, version_row
from storage.database import Database, open_database
from storage.readonly import open_readonly
from storage.records import ArticleRecord, DistrictRecord, PortalRecord
from storage.schema import Article, Version
from tests.planted import sentence
from web.app import application
from web.site import Site

PORTALS, FIRST, DAYS = 700, datetime(2012, 1, 1, tzinfo=UTC), 4_900
COPIED, UNDATED_SHARE, LISTED = 0.03, 0.04, 0.2  # of the articles
ROUNDS, READERS, SECONDS = 5, 50, 20
_CHUNK = 2_000
MEETING, VILLAGES, RARE = (quote(words) for words in ("hội nghị", "nông thôn mới", "xã Lạc Sơn"))
PAGES = {
    "start": "/?lang=vi",
    "search, every article": "/search",
    "search, common word": f"/search?q={MEETING}",
    "search, common words": f"/search?q={VILLAGES}",
    "search, phrase": f"/search?q=%22{VILLAGES}%22",
    "search, rare": f"/search?q={RARE}",
    "search, words in a year": f"/search?q={MEETING}&year=2020",
    "search, words in a province": f"/search?q={MEETING}&province=tinh-07",
    "search, words of a district": f"/search?q={VILLAGES}&district=tinh-07.huyen-085",
    "article": "/article/{id}",
    "district": "/district/tinh-07.huyen-085",
    "day": "/day/2020-05-05",
    "coverage": "/coverage",
    "figures": "/figures",
}


def place(number: int) -> tuple[str, str]:
    province = f"tinh-{number // 12:02}"
    return f"{province}.huyen-{number:03}", f"https://huyen{number:03}.{province}.gov.vn"


def districts() -> list[DistrictRecord]:
    return [
        DistrictRecord(
            place(n)[0],
            f"Huyện {n}",
            "huyện",
            "427",
            f"Tỉnh {n // 12}",
            (PortalRecord(place(n)[1], "generic"),),
        )
        for n in range(PORTALS)
    ]


def records(seed: int) -> Iterator[ArticleRecord]:
    """Articles without end, the same for the same seed."""
    rng, pool = random.Random(seed), sentences()
    number = 0
    while True:
        district, portal = place(rng.randrange(PORTALS))
        at = FIRST + timedelta(days=int(DAYS * rng.random() ** 0.6), seconds=rng.randrange(86_400))
        lines = [rng.choice(pool) if rng.random() < 0.5 else sentence(rng) for _ in range(rng.randint(8, 26))]
        body = tuple(" ".join(lines[n : n + 3]) for n in range(0, len(lines), 3))
        title = " ".join(rng.choice(pool).split()[: rng.randint(8, 14)])
        undated = rng.random() < UNDATED_SHARE
        files = ({"url": f"{portal}/{number}.pdf", "title": "Văn bản", "type": "pdf"},)
        yield ArticleRecord(
            f"{portal}/bai-{number}", district, portal, at + timedelta(days=1), title, lines[0], body,
            author=rng.choice(["Hữu Hoàn", "Ngọc Lam", None]), captions=(lines[-1][:60],),
            published_at=None if undated else at.date().isoformat(),
            published_precision="none" if undated else "day", published_source=None if undated else "visible",
            attachments=files if rng.random() < LISTED else (), confidence=0.9,
            flags=("undated",) if undated else (), reader_version="bench",
        )  # fmt: skip
        number += 1


def fill(db: Database, count: int) -> None:
    """Fills an empty archive, as `keep` would leave it but for fingerprints; an old one is left alone."""
    with db.reading() as connection:
        if connection.execute(select(func.count()).select_from(Article)).scalar_one() >= count:
            return
    sync_registry(db, districts())
    made, rng, earlier = records(1), random.Random(2), []
    for start in range(0, count, _CHUNK):
        some = list(islice(made, min(_CHUNK, count - start)))
        rows = []
        for one in some:
            original = rng.choice(earlier) if earlier and rng.random() < COPIED else None
            rows.append(_article(one, original))
            if original is None and rng.random() < 0.01:
                earlier.append(one.id)
        with db.engine.connect().execution_options(write=True) as connection, connection.begin():
            connection.execute(insert(Article), rows)
            connection.execute(insert(Version), [version_row(ready(one), 1) for one in some])
        print(f"\r{start + len(some)} of {count} articles", end="", file=sys.stderr)
    print(file=sys.stderr)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _article(one: ArticleRecord, original: str | None) -> dict[str, Any]:
    return {
        "id": one.id, "district_id": one.district_id, "portal": one.portal, "url": one.url, "status": "live",
        "first_seen_at": one.fetched_at, "last_seen_at": one.fetched_at, "version": 1,
        "published_order": one.published_at or "9999", "duplicate_of": original,
        "duplicate_kind": original and "exact",
    }  # fmt: skip


def ask(app: Any, address: str, sink: Callable[[bytes], None]) -> int:
    """Returns the status of one request, made without a socket; its body goes to `sink`."""
    path, _, query = address.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
        "headers": [(b"host", b"localhost")], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    status = 0

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(3600)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        nonlocal status
        status = message.get("status", status)
        sink(message.get("body", b""))

    asyncio.run(app(scope, receive, send))
    return status


def measured(app: Any, database: Database, address: str, clock: Callable[[], float]) -> dict[str, Any]:
    """Returns the median milliseconds of a page, its queries and its kilobytes."""
    queries, size = 0, 0

    def count(*_: Any) -> None:
        nonlocal queries
        queries += 1

    def take(body: bytes) -> None:
        nonlocal size
        size += len(body)

    event.listen(database.engine, "before_cursor_execute", count)
    times = []
    for _ in range(ROUNDS + 1):
        queries = size = 0
        start = clock()
        status = ask(app, address, take)
        times.append(1000 * (clock() - start))
    event.remove(database.engine, "before_cursor_execute", count)
    ms = round(statistics.median(times[1:]), 1)  # the first one loads templates
    return {
        "status": status,
        "ms": ms,
        "first_ms": round(times[0], 1),
        "queries": queries,
        "kb": size // 1024,
    }


def download(app: Any, address: str) -> dict[str, Any]:
    """Returns the seconds and megabytes of a download, and the memory above the start that it took."""
    gc.collect()
    before, size, start = _resident(), 0, time.process_time()
    most = before

    def take(body: bytes) -> None:
        nonlocal size, most
        size += len(body)
        most = max(most, _resident())

    ask(app, address, take)
    return {
        "cpu_s": round(time.process_time() - start, 1),
        "mb": size >> 20,
        "above_mb": (most - before) >> 20,
    }


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def crawling(url: str, seconds: float) -> float:
    """Returns the milliseconds that keeping one batch of 20 articles takes, the median of `seconds`."""
    times = []
    made = records(int(time.time()))
    with closing(open_database(url)) as db:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            batch = Batch(list(islice(made, 20)), [])
            start = time.perf_counter()
            keep(db, batch)
            times.append(1000 * (time.perf_counter() - start))
            time.sleep(0.2)  # a crawl waits for its portal
    return statistics.median(times)


def beside(url: str, folder: Path) -> dict[str, Any]:
    """Returns how long keeping takes alone and beside READERS, and what the readers were answered."""
    command = ["nice", sys.executable, "-m", "crawler.cli", "serve", "--port", "0"]
    settings = os.environ | {"HUYEN_DATABASE_URL": url, "HUYEN_DATA": str(folder)}
    alone = crawling(url, SECONDS)
    root = Path(__file__).parents[1]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root, env=settings) as server:
        assert server.stdout is not None
        base = server.stdout.readline().split("/ ")[0]
        stop, answers, lock = threading.Event(), {}, threading.Lock()

        def read(number: int) -> None:
            rng = random.Random(number)
            addresses = [one for name, one in PAGES.items() if "{" not in one and name != "coverage"]
            while not stop.wait(rng.expovariate(0.2)):  # a reader looks at a page for five seconds
                try:
                    with urllib.request.urlopen(base + rng.choice(addresses), timeout=60) as answer:
                        status: int | str = answer.status
                        answer.read()
                except urllib.error.HTTPError as error:
                    status = error.code
                except OSError as error:
                    status = type(error).__name__
                with lock:
                    answers[status] = answers.get(status, 0) + 1

        threads = [threading.Thread(target=read, args=(n,)) for n in range(READERS)]
        for thread in threads:
            thread.start()
        busy = crawling(url, SECONDS)
        stop.set()
        for thread in threads:
            thread.join()
        server.terminate()
    again = crawling(url, SECONDS)
    return {
        "alone_ms": round(alone, 1),
        "beside_ms": round(busy, 1),
        "after_ms": round(again, 1),
        "answers": answers,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--url")
    parser.add_argument("--crawl", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        url = options.url or f"sqlite:///{folder / 'archive.db'}"
        with closing(open_database(url)) as db:
            fill(db, options.articles)
            sqlite = db.sqlite
            with db.reading() as connection:
                key = connection.execute(select(Article.id).limit(1)).scalar_one()
        found: dict[str, Any] = {}
        with closing(open_readonly(url, 60.0)) as database, closing(open_readonly(url)) as patient:
            app = application(Site(database, patient, folder / "warc"))
            for name, address in PAGES.items():
                clock = time.process_time if sqlite else time.perf_counter
                found[name] = measured(app, database, address.replace("{id}", key), clock)
                if not options.json:
                    print(f"{name}: {json.dumps(found[name])}")
            found["download"] = download(app, "/search.csv")
        if options.crawl:
            found["crawl"] = beside(url, folder)
    if options.json:
        print(json.dumps(found))
    else:
        for name in ("download", "crawl"):
            if name in found:
                print(f"{name}: {json.dumps(found[name])}")


if __name__ == "__main__":
    main()

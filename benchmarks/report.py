"""What the status page costs with 700 portals and ten years of news: to gather, to write, to open.

Usage: python benchmarks/report.py [FOLDER]
Fills an SQLite archive in FOLDER (else a temporary one; one that is there already is used again), writes the
page and opens it from disk in a headless Chromium, where one is found. Prints a JSON line: seconds of CPU for
gathering and for the page, peak memory, size of the page in MB, and milliseconds on the page's own clock
(performance API, median of the rounds) until its first paint and DOMContentLoaded, and for the opening of a
portal's calendar.
"""

from __future__ import annotations

import json
import random
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from crawler.registry.load import Registry
from crawler.report import page as reportpage
from crawler.report.figures import gather
from storage.database import open_database
from storage.vocabulary import VIETNAM
from tests.browser.chromium import Tab, binary, browsing

PORTALS, FIRST, LAST = 700, date(2015, 7, 1), date(2025, 6, 30)
A_DAY = 0.35  # articles of a portal: 1,300 in ten years
RUNS = 8  # of each portal, as many as the page shows
COPIED = 0.03  # of the articles
ROUNDS = 5
NOW = datetime(2025, 7, 1, 6, 0, tzinfo=VIETNAM)
VERDICTS = ("ok",) * 12 + ("quiet",) * 5 + ("degraded", "broken", "unreachable")


def place(number: int) -> tuple[str, str]:
    return (
        f"tinh-{number // 12:02}.huyen-{number:03}",
        f"https://huyen{number:03}.tinh{number // 12:02}.gov.vn",
    )


def articles(luck: random.Random) -> Iterator[tuple[Any, ...]]:
    """Rows of articles: id, district, portal, day, original. Portals have gaps of months, as real ones do."""
    days = (LAST - FIRST).days
    earlier: list[str] = []
    for number in range(PORTALS):
        gap = luck.randrange(days)
        for day in range(days):
            count = 0 if gap <= day < gap + 120 else luck.choices((0, 1, 2, 5), (0.75, 0.18, 0.05, 0.014))[0]
            for n in range(count):
                id_ = f"{number:04x}{day:06x}{n:06x}"
                original = luck.choice(earlier) if earlier and luck.random() < COPIED else None
                if original is None and luck.random() < 0.001:
                    earlier.append(id_)
                yield id_, *place(number), (FIRST + timedelta(day)).isoformat(), original


def fill(path: Path) -> None:
    open_database(f"sqlite:///{path}").close()
    luck = random.Random(1)
    connection = sqlite3.connect(path)
    for name in ("insert", "delete", "update"):
        connection.execute(f"DROP TRIGGER search_{name}")  # the page never searches
    districts, portals, runs = [], [], []
    for number in range(PORTALS):
        id_, url = place(number)
        districts.append((id_, f"Huyện {number}", "huyện", "427", f"Tỉnh {number // 12}"))
        portals.append((id_, url, "generic", None))
        for n in range(RUNS):
            at = f"{(LAST - timedelta(RUNS - n)).isoformat()} 19:0{n}:00.000000"
            counts = {"listing": 4, "new": n, "unchanged": 12, "failed": 1, "failed:timeout": 1}
            evidence = ["1 of 17 requests failed: 1 × timeout"]
            verdict = luck.choice(VERDICTS)
            told = (json.dumps(counts), json.dumps(evidence), "{}", "[]")
            runs.append((id_, url, at, at, verdict, *told, "host", 1, ""))
    insert(connection, "districts", "id name kind code province", districts)
    insert(connection, "portals", "district_id url family until", portals)
    columns = "district_id portal started_at finished_at verdict counts evidence listings warc_files"
    insert(connection, "runs", f"{columns} host pid pid_token", runs)
    seen = "2025-06-30 19:00:00.000000"
    made = list(articles(luck))
    columns = "id district_id portal url status first_seen_at last_seen_at version published_order"
    insert(
        connection,
        "articles",
        f"{columns} duplicate_of duplicate_kind",
        (
            (
                id_,
                *where,
                f"{where[1]}/{id_}",
                "live",
                f"{day} 19:00:00.000000",
                seen,
                1,
                day,
                of,
                of and "exact",
            )
            for id_, *where, day, of in made
        ),
    )
    columns = "article_id number fetched_at title lead body author published_at published_precision"
    rest = (
        "published_source published_is_event captions images attachments tags flags encoding reader_version"
    )
    insert(
        connection,
        "versions",
        f"{columns} {rest} content_hash folded",
        (
            (
                *(
                    id_,
                    1,
                    f"{day} 19:00:00.000000",
                    f"Tin {id_}",
                    "Sa-pô.",
                    "Nội dung. " * 20,
                    None,
                    day,
                    "day",
                ),
                *("visible", 0, '["Ảnh"]', "[]", "[]", "[]", "[]", "utf-8", "1", id_, ""),
            )
            for id_, _, _, day, _ in made
        ),
    )
    connection.commit()
    connection.close()


def insert(connection: sqlite3.Connection, table: str, columns: str, rows: Any) -> None:
    names = columns.split()
    marks = ", ".join("?" * len(names))
    connection.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", rows)


def opening(tab: Tab, address: str) -> dict[str, float]:
    """Milliseconds of one opening of the page, from the start of its navigation."""
    tab.open("about:blank")
    tab.open(address)
    paint = "new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))"
    tab.run(paint)
    found: dict[str, float] = tab.run(
        "(() => { const n = performance.getEntriesByType('navigation')[0];"
        " const first = performance.getEntriesByName('first-contentful-paint')[0];"
        " const from = performance.now();"
        " document.querySelector('#table tbody th button').click();"
        " document.querySelector('.calendar').getBoundingClientRect();"
        " return { first_paint_ms: first.startTime, dom_content_loaded_ms: n.domContentLoadedEventEnd,"
        " load_ms: n.loadEventEnd, open_calendar_ms: performance.now() - from }; })()"
    )
    return found


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[1] if len(sys.argv) > 1 else temporary)
        path = folder / "archive.db"
        if not path.exists():
            fill(path)
        database = open_database(f"sqlite:///{path}")
        start, clock = time.process_time(), time.perf_counter()
        figures = gather(database, Registry(()), now=NOW)
        gathered, wall = time.process_time(), time.perf_counter() - clock
        page = folder / "index.html"
        reportpage.write(reportpage.page(figures), page)
        written = time.process_time()
        database.close()
        result: dict[str, Any] = {
            "portals": len(figures.portals),
            "articles": figures.totals.articles,
            "gather_cpu_s": round(gathered - start, 2),
            "gather_wall_s": round(wall, 2),
            "page_cpu_s": round(written - gathered, 2),
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            "page_mb": round(page.stat().st_size / 1e6, 2),
        }
        if binary():
            with browsing() as tab:
                tab.look(1280, 900)
                rounds = [opening(tab, page.as_uri()) for _ in range(ROUNDS)]
            result |= {name: round(statistics.median(r[name] for r in rounds), 1) for name in rounds[0]}
    print(json.dumps(result))


if __name__ == "__main__":
    main()

"""Keeping what a crawl reads: batches, outcomes, and an archive that goes away."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from scrapy.crawler import Crawler
from scrapy.utils.test import get_crawler
from sqlalchemy import text

import storage
from pipelines.context import context_of
from pipelines.items import (
    Article,
    Attachment,
    Image,
    NotAnArticle,
    Published,
    RawPage,
    article_kept,
    capture_written,
)
from pipelines.persist import BATCH, PersistPipeline, record
from storage.articles.queries import known
from storage.database import open_database
from storage.errors import RawKeepingError
from storage.records import CaptureRecord, Sighting
from storage.vocabulary import Outcome
from storage.warc.captures import CaptureRef

ROOT = Path(storage.__file__).parent.parent
NOON = datetime(2024, 1, 1, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)


def page(name: str = "1", **values: Any) -> RawPage:
    url = f"https://a.gov.vn/{name}"
    ref = CaptureRef("a.warc.gz", int(name) * 100, 100, "sha256:a", "a" * 64)
    own: dict[str, Any] = {"url": url, "body": b"<p>", "fetched_at": NOON, "portal": "p", "capture": ref}
    return RawPage(**own | values)


class Listening:
    """A crawler that does not run, its pipeline, and the outcomes that it told."""

    def __init__(self, url: str, seconds: float = 0.2) -> None:
        settings = {"HUYEN_DATABASE_URL": url, "HUYEN_DATABASE_RETRY_SECONDS": seconds}
        self.crawler: Crawler = get_crawler(settings_dict=settings)
        self.told: list[tuple[str, Outcome, str]] = []
        self.crawler.signals.connect(self.listen, signal=article_kept)
        self.pipeline = PersistPipeline.from_crawler(self.crawler)

    def close(self) -> None:
        """Ends the crawl as Scrapy does: the pipeline first, the archive last."""
        self.pipeline.close_spider()
        context_of(self.crawler).close()

    def listen(self, url: str, outcome: Outcome, reason: str) -> None:
        self.told.append((url.rpartition("/")[2], outcome, reason))


def count(url: str, table: str) -> int:
    database = open_database(url)
    with database.reading() as connection:
        found = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
    database.close()
    return int(found)


def test_a_full_batch_is_kept_at_once_and_the_rest_at_the_end(database_url: str) -> None:
    crawl = Listening(database_url)
    for number in range(BATCH + 1):
        crawl.pipeline.process_item(Article(page(str(number)), f"Tin {number}"))
    assert len(crawl.told) == BATCH
    crawl.close()
    assert [outcome for _, outcome, _ in crawl.told] == [Outcome.NEW] * (BATCH + 1)
    assert count(database_url, "articles") == BATCH + 1


def test_outcomes_of_a_second_crawl(database_url: str) -> None:
    first = Listening(database_url)
    first.pipeline.process_item(Article(page("1"), "Tin"))
    first.close()
    second = Listening(database_url)
    second.pipeline.process_item(Article(page("1"), "Tin"))
    second.pipeline.process_item(NotAnArticle(page("2"), "soft_404"))
    second.close()
    assert second.told == [("2", Outcome.NOT_AN_ARTICLE, "soft_404"), ("1", Outcome.UNCHANGED, "")]


def test_an_article_whose_page_says_that_it_is_not_there_is_gone(database_url: str) -> None:
    first, second = Listening(database_url), Listening(database_url)
    first.pipeline.process_item(Article(page("1"), "Tin"))
    first.close()
    later = replace(page("1"), fetched_at=NOON + HOUR)
    second.pipeline.process_item(NotAnArticle(later, "soft_404"))
    second.close()
    with closing(open_database(database_url)) as database:
        held = known(database, [later.url])[later.url]
    assert (held.status, count(database_url, "versions")) == ("gone", 1)


def test_bytes_outlive_a_power_cut_before_their_rows_do(database_url: str) -> None:
    crawl = Listening(database_url)
    rows: list[int] = []

    class Raw:
        def sync(self) -> None:
            rows.append(count(database_url, "articles"))

    context_of(crawl.crawler).writer = Raw()  # type: ignore[assignment]
    crawl.pipeline.process_item(Article(page(), "Tin"))
    crawl.pipeline.flush()
    assert (rows, count(database_url, "articles")) == ([0], 1)
    crawl.close()


def test_what_the_disk_does_not_take_is_not_committed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'archive.db'}"
    crawl = Listening(url)

    class Raw:
        def sync(self) -> None:
            raise RawKeepingError("no space left")

    context_of(crawl.crawler).writer = Raw()  # type: ignore[assignment]
    crawl.pipeline.process_item(Article(page(), "Tin"))
    crawl.close()
    assert count(url, "articles") == 0
    assert [(outcome, reason) for _, outcome, reason in crawl.told] == [(Outcome.FAILED, "archive")]


def test_captures_come_by_signal_and_get_their_outcome(database_url: str) -> None:
    crawl = Listening(database_url)
    for name in ("1", "2", "3"):
        place = page(name).capture
        assert place is not None
        capture = CaptureRecord(page(name).url, NOON, place)
        crawl.crawler.signals.send_catch_log(capture_written, record=capture)
    crawl.pipeline.process_item(Article(page("1"), "Tin"))
    crawl.pipeline.process_item(NotAnArticle(page("2"), "login"))
    crawl.close()
    database = open_database(database_url)
    with database.reading() as connection:
        found = connection.execute(text("SELECT outcome FROM captures ORDER BY warc_offset")).scalars().all()
    database.close()
    assert found == ["new", "not_an_article", None]


def test_sightings_are_noted(database_url: str) -> None:
    crawl = Listening(database_url)
    for name in ("1", "2"):
        crawl.pipeline.process_item(Article(page(name), "Tin"))
    crawl.pipeline.flush()
    ends = (("1", Outcome.UNCHANGED, "not_modified"), ("2", Outcome.GONE, "http_410"))
    for name, outcome, why in ends:
        place = CaptureRef("b.warc.gz", int(name), 1, "sha256:a", "a" * 64)
        crawl.pipeline.capture(CaptureRecord(page(name).url, NOON + HOUR, place, outcome=outcome))
        crawl.pipeline.process_item(Sighting(page(name).url, "a.b", "p", None, NOON + HOUR, outcome, why))
    crawl.close()
    assert crawl.told[2:] == list(ends)
    database = open_database(database_url)
    seen = known(database, [page("1").url, page("2").url])
    database.close()
    assert [(one.status, one.outcome) for one in seen.values()] == [("live", "unchanged"), ("gone", "gone")]
    assert seen[page("1").url].last_seen_at == NOON + HOUR


def test_one_bad_article_costs_no_other_its_place(database_url: str) -> None:
    crawl = Listening(database_url)
    for number in range(3):
        crawl.pipeline.process_item(Article(page(str(number), run_id=99 if number == 1 else None), "Tin"))
    crawl.close()
    assert crawl.told == [("0", Outcome.NEW, ""), ("2", Outcome.NEW, ""), ("1", Outcome.FAILED, "database")]
    assert count(database_url, "articles") == 2


@pytest.mark.parametrize("url", ["postgresql+psycopg://u@127.0.0.1:1/d", "sqlite:////proc/a.db"])
def test_without_an_archive_all_pages_failed(url: str) -> None:
    crawl = Listening(url)
    for number in range(BATCH + 2):
        crawl.pipeline.process_item(Article(page(str(number)), "Tin"))
    crawl.close()
    assert {told[1:] for told in crawl.told} == {(Outcome.FAILED, "database")}
    assert len(crawl.told) == BATCH + 2


def test_an_archive_that_is_back_at_the_end_gets_all(tmp_path: Path) -> None:
    import sqlite3

    url = f"sqlite:///{tmp_path / 'a.db'}"
    crawl = Listening(url)
    crawl.pipeline.process_item(Article(page("0"), "Tin"))
    crawl.pipeline.flush()
    blocker = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    crawl.pipeline.process_item(Article(page("1"), "Tin"))
    crawl.pipeline.flush()
    assert len(crawl.told) == 1
    blocker.close()
    crawl.close()
    assert [told[1] for told in crawl.told] == [Outcome.NEW, Outcome.NEW]


@pytest.mark.slow
def test_a_crawl_ends_when_its_archive_is_gone(tmp_path: Path) -> None:
    """A real crawl: its spider would go on for ever."""
    script = tmp_path / "run.py"
    script.write_text(SCRIPT)
    ran = subprocess.run(
        [sys.executable, str(script)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=60,
    )
    seen = json.loads(ran.stdout.splitlines()[-1])
    assert seen["reason"] == "database", ran.stderr.decode()
    assert seen["outcomes"] == ["failed"]


SCRIPT = """
import json
import re
from datetime import UTC, datetime, timedelta
import scrapy
from scrapy.crawler import CrawlerProcess
from pipelines.items import Article, RawPage, article_kept
class Endless(scrapy.Spider):
    name = "endless"
    async def start(self):
        self.told = set()
        self.crawler.signals.connect(self.listen, signal=article_kept)
        yield scrapy.Request("data:,1", dont_filter=True)
    def listen(self, url, outcome, reason):
        self.told.add(str(outcome))
    def parse(self, response):
        page = RawPage("https://a.gov.vn/1", b"", datetime.now(UTC))
        yield Article(page, "Tin")
        yield scrapy.Request("data:,1", dont_filter=True)
    def closed(self, reason):
        print(json.dumps({"reason": reason, "outcomes": sorted(self.told)}), flush=True)
process = CrawlerProcess({"HUYEN_DATABASE_URL": "postgresql+psycopg://u@127.0.0.1:1/d", "LOG_LEVEL": "ERROR",
    "HUYEN_DATABASE_RETRY_SECONDS": 0.5, "TELNETCONSOLE_ENABLED": False,
    "ITEM_PIPELINES": {"pipelines.persist.PersistPipeline": 600}})
process.crawl(Endless)
process.start()
"""


def test_an_article_as_the_archive_keeps_it() -> None:
    article = Article(
        page(),
        "Tiêu đề",
        body=["Một", "Hai"],
        images=[Image("https://a/1.jpg", "Ảnh")],
        attachments=[Attachment("https://a/b.pdf", "B", "pdf")],
        published=Published("2023-10", "month", "visible", "tháng 10/2023", True),
    )
    kept = record(article)
    assert kept.body == ("Một", "Hai")
    assert kept.images == ({"url": "https://a/1.jpg", "caption": "Ảnh", "alt": None},)
    assert kept.attachments == ({"url": "https://a/b.pdf", "title": "B", "type": "pdf"},)
    assert (kept.published_at, kept.published_precision, kept.published_is_event) == (
        "2023-10",
        "month",
        True,
    )
    assert kept.capture == page().capture
    assert re.fullmatch(r"huyen [\w.]+\+[0-9a-f]{10}, trafilatura [\d.]+", kept.reader_version)

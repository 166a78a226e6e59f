"""An archive of any size to look for duplicates in: texts as portals write them, put into the tables in bulk.

Ordinary articles mix sentences of the fixtures with those of tests.planted, so that administrative formulas
recur everywhere. One article of twenty is a look-alike: this week's issue of one of TEMPLATES texts, with
other dates and numbers.
"""

from __future__ import annotations

import random
import re
import struct
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import insert, text

from benchmarks.texts import sentences
from pipelines.dedup import fingerprint
from pipelines.items import Article as Page
from pipelines.items import RawPage
from storage.articles.versions import ready, version_row
from storage.database import Database
from storage.duplicates.link import CROWD
from storage.records import ArticleRecord
from storage.schema import Article, Band, Version
from tests.planted import Post, post, sentence

START = datetime(2024, 1, 1, tzinfo=UTC)
TEMPLATES = 100
LOOK_ALIKES = 0.05  # share of all articles
_CHUNK = 2000  # rows a transaction
_DATE = re.compile(r"\b(\d{1,2})/(\d{1,2})/(20\d\d)\b")


def record(one: Post, name: str, marked: bool = True) -> ArticleRecord:
    """`one` as the pipelines would hand it on; without its fingerprint unless `marked`."""
    url = f"https://a.gov.vn/{name}"
    at = START + timedelta(seconds=sum(name.encode()))
    found, _ = fingerprint(
        Page(RawPage(url, b"", at), one.title, one.lead, list(one.body), captions=[*one.captions])
    )
    marks = (found.exact, found.bands, found.algorithm) if found and marked else ("", (), "")
    return ArticleRecord(
        url, "a.b", "https://a.gov.vn", at, one.title, one.lead, one.body, captions=one.captions,
        published_at=one.published_at, exact=marks[0], bands=marks[1], algorithm=marks[2],
    )  # fmt: skip


def stream(seed: int) -> Iterator[Post]:
    """Articles without end, the same for the same seed; the templates are the same for all seeds."""
    pool = sentences()
    templates = [_prose(random.Random(f"template {n}"), pool) for n in range(TEMPLATES)]
    rng = random.Random(seed)
    while True:
        alike = rng.random() < LOOK_ALIKES
        yield issue(rng, rng.choice(templates)) if alike else _prose(rng, pool)


def _prose(rng: random.Random, pool: Sequence[str]) -> Post:
    frame = post(rng, 3)
    count = rng.randint(6, 18)
    lines = [sentence(rng) if rng.random() < 0.5 else rng.choice(pool) for _ in range(count)]
    body = tuple(" ".join(lines[n : n + 3]) for n in range(0, count, 3))
    return Post(frame.title, frame.lead, (*body, frame.body[-1]), (), frame.published_at)


def issue(rng: random.Random, template: Post) -> Post:
    """`template` of another week: other dates, other years, some other numbers."""
    day, year = f"{rng.randint(1, 28)}/{rng.randint(1, 12)}", str(rng.randint(2012, 2025))

    def other(line: str) -> str:
        line = _DATE.sub(f"{day}/{year}", line)
        line = re.sub(r"\b20\d\d\b", year, line)
        return re.sub(
            r"(?<![/\d])\d{2,3}(?![/\d])",
            lambda m: str(rng.randint(10, 990)) if rng.random() < 0.7 else m[0],
            line,
        )

    title = f"{template.title}: tuần {rng.randint(1, 52)} năm {year}"
    return Post(other(title), other(template.lead or ""), tuple(map(other, template.body)), (), year)


class Filler:
    """Puts articles into archives in bulk, as `keep` would leave them, but that copies are not linked.

    The full-text index is left out: it costs the same with and without linking, and more than all the rest.
    """

    def __init__(self, databases: Sequence[Database]) -> None:
        self.databases = databases
        self.size = 0
        self.posts = stream(5)
        self._members: Counter[int] = Counter()
        for db in databases:
            with db.engine.connect().execution_options(write=True) as connection, connection.begin():
                for thing in ("TRIGGER search_insert",) if db.sqlite else ("INDEX search",):
                    connection.execute(text(f"DROP {thing}"))

    def fill(self, size: int) -> None:
        """Adds articles until there are `size`."""
        while self.size < size:
            count = min(_CHUNK, size - self.size)
            records = [record(one, f"n{self.size + n}") for n, one in enumerate(islice(self.posts, count))]
            bands = self._bands(records)
            for db in self.databases:
                _write(db, records, bands)
            self.size += count
            print(f"\r{self.size} of {size} articles", end="", file=sys.stderr)
        for db in self.databases:
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("ANALYZE"))

    def _bands(self, records: Sequence[ArticleRecord]) -> list[tuple[int, str]]:
        rows = []
        for one in records:
            for key in one.bands:
                if self._members[key] < CROWD:
                    self._members[key] += 1
                    rows.append((key, one.exact))
        return sorted(rows)


def _write(db: Database, records: Sequence[ArticleRecord], bands: Sequence[tuple[int, str]]) -> None:
    mark = "?" if db.sqlite else "%s"
    into = f"INSERT INTO {Band.__tablename__} VALUES ({mark}, {mark}) ON CONFLICT DO NOTHING"
    with db.engine.connect().execution_options(write=True) as connection, connection.begin():
        connection.execute(insert(Article), [_article(one) for one in records])
        connection.execute(insert(Version), [version_row(ready(one), 1) for one in records])
        connection.exec_driver_sql(into, list(bands))


def _article(one: ArticleRecord) -> dict[str, Any]:
    return {
        "id": one.id, "district_id": one.district_id, "portal": one.portal, "url": one.url, "status": "live",
        "first_seen_at": one.fetched_at, "last_seen_at": one.fetched_at, "version": 1,
        "published_order": one.published_at, "exact": one.exact, "algorithm": one.algorithm,
        "bands": struct.pack(f"<{len(one.bands)}q", *one.bands),
    }  # fmt: skip

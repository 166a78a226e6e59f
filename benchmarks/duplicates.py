"""Finding duplicates: precision and recall on planted pairs, and what keeping costs as the archive grows.

Usage: python benchmarks/duplicates.py [SIZE …]     (default: 10000 50000 articles)
Prints JSON lines: the planted pairs by kind; then for each size CPU milliseconds an article to keep 500 new
ones of 500 words, with fingerprints (linking) and without, the difference (the cost of a lookup), and what
small ones of 60 words cost in all. SQLite in a temporary folder.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from pipelines.dedup import fingerprint
from pipelines.items import Article, RawPage
from storage.articles import keep
from storage.database import Database, open_database
from storage.records import ArticleRecord
from tests.planted import COPIES, LOOK_ALIKES, Post, pairs, post
from tests.storage.making import rows

START = datetime(2024, 1, 1, tzinfo=UTC)
BATCH = 100
PROBE = 500  # articles kept to measure, in batches


def record(one: Post, name: str, marked: bool = True) -> ArticleRecord:
    """`one` as the pipelines would hand it on; without its fingerprint unless `marked`."""
    url = f"https://a.gov.vn/{name}"
    at = START + timedelta(seconds=sum(name.encode()))
    article = Article(RawPage(url, b"", at), one.title, one.lead, list(one.body), captions=list(one.captions))
    found = fingerprint(article) if marked else None
    marks = (found.exact, found.bands, found.algorithm) if found else ("", (), "")
    texts = (one.title, one.lead, one.body)
    return ArticleRecord(
        url, "a.b", "https://a.gov.vn", at, *texts, captions=one.captions,
        exact=marks[0], bands=marks[1], algorithm=marks[2],
    )  # fmt: skip


def kept(db: Database, records: list[ArticleRecord]) -> list[float]:
    """CPU seconds that each batch took."""
    times = []
    for start in range(0, len(records), BATCH):
        began = time.process_time()
        keep(db, records[start : start + BATCH])
        times.append(time.process_time() - began)
    return times


def planted(folder: Path, count: int = 700) -> dict[str, object]:
    """Precision and recall of links among `count` copies and as many look-alikes, in one shuffled stream."""
    db = open_database(f"sqlite:///{folder / 'planted.db'}")
    stream, kinds = [], {}
    for truth, (source, seed) in enumerate(((LOOK_ALIKES, 21), (COPIES, 22))):
        for number, (kind, *both) in enumerate(pairs(source, count, seed)):
            kinds[f"{truth}-{number}"] = kind
            stream += [record(one, f"{truth}-{number}-{side}") for side, one in enumerate(both)]
    random.Random(1).shuffle(stream)
    kept(db, stream)
    query = "SELECT d.url, o.url FROM articles d JOIN articles o ON o.id = d.duplicate_of"
    names = [[url.rpartition("/")[2].rpartition("-")[0] for url in pair] for pair in rows(db, query)]
    right = {a for a, b in names if a == b and a.startswith("1-")}
    wrong = len(names) - len(right)
    by_kind = Counter(kinds[name] for name in right)
    db.close()
    return {
        "copies": count,
        "look_alikes": count,
        "recall": round(len(right) / count, 4),
        "precision": round(len(right) / (len(right) + wrong), 4),
        "found": {kind: f"{by_kind[kind]}/{Counter(kinds.values())[kind]}" for kind in COPIES},
    }


def cost(folder: Path, sizes: list[int]) -> list[dict[str, float]]:
    """Milliseconds an article at each size of the archive."""
    db = open_database(f"sqlite:///{folder / 'cost.db'}")
    rng = random.Random(5)
    answers, size = [], 0
    for wanted in sorted(sizes):
        while size < wanted:
            more = min(5000, wanted - size)
            kept(db, [record(post(rng), f"n{size + n}") for n in range(more)])
            size += more
        probes = {}
        for marked in (False, True):
            fresh = [record(post(rng), f"p{marked}{size}-{n}", marked) for n in range(PROBE)]
            probes[marked] = 1000 * statistics.median(kept(db, fresh)) / BATCH
        small = [record(post(rng, 2), f"s{size}-{n}") for n in range(PROBE)]
        small_ms = 1000 * statistics.median(kept(db, small)) / BATCH
        answers.append(
            {
                "articles": size,
                "ms_without_linking": round(probes[False], 3),
                "ms_with_linking": round(probes[True], 3),
                "ms_lookup": round(probes[True] - probes[False], 3),
                "small_articles_a_second": round(1000 / small_ms),
                "mb": round((folder / "cost.db").stat().st_size / 2**20),
            }
        )
    db.close()
    return answers


def main() -> None:
    """Runs both and prints."""
    sizes = [int(size) for size in sys.argv[1:]] or [10_000, 50_000]
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(planted(Path(folder)), ensure_ascii=False), flush=True)
        for answer in cost(Path(folder), sizes):
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()

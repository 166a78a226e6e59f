"""Finding duplicates: precision and recall on planted pairs, and what a lookup costs as the archive grows.

Usage: python benchmarks/duplicates.py [SIZE …]     (default: 10000 200000 articles, on SQLite and PostgreSQL)
       python benchmarks/duplicates.py --planted    (the planted pairs alone, half a minute)
Prints JSON lines. Planted pairs: by kind, how many were linked, and how many of each kind share 0.8 of their
shingles at all. Cost: at each size 100 articles a batch are kept as the crawl keeps them, batches with
fingerprints and without in turn; `lookup` is the difference of the medians, in milliseconds an article, CPU
of this process and time on the clock. `grows` compares the sizes. A server's own CPU is not counted.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from unittest import mock
from zlib import crc32

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.duplicate_archive import Filler, record, stream
from storage.database import Database, open_database
from storage.duplicates import link as duplicates
from storage.duplicates.similarity import NEAR
from storage.records import ArticleRecord
from tests import postgres
from tests.planted import COPIES, LOOK_ALIKES, Post, pairs
from tests.planted_copies import HARD_COPIES
from tests.planted_editors import EDITED_COPIES, EDITED_LOOK_ALIKES
from tests.planted_look_alikes import HARD_LOOK_ALIKES
from tests.planted_prose import similarity
from tests.storage.making import keep, rows

BATCH = 100
ROUNDS = 20  # batches kept with fingerprints, and as many without
COPIED = 3  # articles of a batch that copy one of the batch before
SEED = 777  # of planted pairs; the rules were made looking at other seeds
EACH = 60  # pairs of a kind; of texts of 5,000 words a tenth of that


def planted(folder: Path) -> dict[str, object]:
    """Precision and recall of links among copies and look-alikes of all kinds, in one shuffled stream."""
    db = open_database(f"sqlite:///{folder / 'planted.db'}")
    kinds: dict[str, str] = {}
    near: Counter[str] = Counter()
    made: list[ArticleRecord] = []
    look_alikes = LOOK_ALIKES | HARD_LOOK_ALIKES | EDITED_LOOK_ALIKES
    for truth, source in enumerate((look_alikes, COPIES | HARD_COPIES | EDITED_COPIES)):
        for kind in source:
            count = EACH // 10 if kind.startswith("5,000") else EACH
            seed = SEED + crc32(kind.encode())  # no text of one kind is a text of another
            for number, (_, *both) in enumerate(pairs({kind: source[kind]}, count, seed)):
                name = f"{truth}-{len(kinds)}-{number}"
                kinds[name] = kind
                near[kind] += similarity(*both) >= NEAR
                made += [record(one, f"{name}-{side}") for side, one in enumerate(both)]
    random.Random(1).shuffle(made)
    for start in range(0, len(made), BATCH):
        keep(db, made[start : start + BATCH])
    query = "SELECT d.url, o.url FROM articles d JOIN articles o ON o.id = d.duplicate_of"
    names = [[url.rpartition("/")[2].rpartition("-")[0] for url in pair] for pair in rows(db, query)]
    db.close()
    own = {a for a, b in names if a == b}
    right = {name for name in own if name.startswith("1-")}
    wrong = len(names) - len(right)
    copies = sum(name.startswith("1-") for name in kinds)
    of, found = Counter(kinds.values()), Counter(kinds[name] for name in own)
    return {
        "copies": copies,
        "look_alikes": len(kinds) - copies,
        "recall": round(len(right) / copies, 4),
        "precision": round(len(right) / (len(right) + wrong), 4),
        "linked": {kind: f"{found[kind]}/{of[kind]}" for kind in of},
        "at_0.8_and_above": {kind: f"{near[kind]}/{of[kind]}" for kind in of},
    }


def _batches(posts: Iterator[Post], name: str) -> Iterator[tuple[list[ArticleRecord], list[ArticleRecord]]]:
    """Batches without fingerprints and with; a few articles copy some of the batch before, less a line."""
    before: list[Post] = []
    for number in range(ROUNDS + 1):
        batch = list(islice(posts, BATCH))
        for at, one in enumerate(before[:COPIED]):
            batch[at] = Post(one.title, one.lead, one.body[:-1], (), one.published_at)
        before = batch
        yield (
            [record(one, f"{name}-u{number}-{n}", marked=False) for n, one in enumerate(batch)],
            [record(one, f"{name}-m{number}-{n}") for n, one in enumerate(batch)],
        )


def lookup(db: Database, size: int) -> dict[str, object]:
    """What an article costs to keep with and without its fingerprint, in an archive of `size` articles."""
    cpu: dict[bool, list[float]] = {False: [], True: []}
    wall: dict[bool, list[float]] = {False: [], True: []}
    compared: list[int] = []
    near = duplicates._near

    def counting(connection: duplicates.Connection, found: list[tuple[str, str]]) -> object:
        compared.append(len(found))
        return near(connection, found)

    with mock.patch.object(duplicates, "_near", counting):
        for number, both in enumerate(_batches(stream(size + 1), f"p{size}")):
            for marked, batch in enumerate(both):
                began, clock = time.process_time(), time.perf_counter()
                keep(db, batch)
                if number:  # the first warms the caches
                    cpu[bool(marked)].append(1000 * (time.process_time() - began) / BATCH)
                    wall[bool(marked)].append(1000 * (time.perf_counter() - clock) / BATCH)
    middle = {marked: statistics.median(times) for marked, times in cpu.items()}
    clocks = {marked: statistics.median(times) for marked, times in wall.items()}
    bands, mb = _size(db)
    return {
        "database": db.engine.dialect.name,
        "articles": size,
        "cpu_ms_without_linking": round(middle[False], 3),
        "cpu_ms_lookup": round(middle[True] - middle[False], 3),
        "wall_ms_without_linking": round(clocks[False], 3),
        "wall_ms_lookup": round(clocks[True] - clocks[False], 3),
        "compared_a_text": round(sum(compared) / (ROUNDS + 1) / BATCH, 2),
        "bands": bands,
        "mb_bands": mb,
    }


def _size(db: Database) -> tuple[int, int]:
    """Rows of the table of bands, and its MB on disk with its index; 0 where SQLite does not tell."""
    count = int(rows(db, "SELECT count(*) FROM bands")[0][0])
    if not db.sqlite:
        return count, round(rows(db, "SELECT pg_total_relation_size('bands')")[0][0] / 2**20)
    tables = rows(db, "SELECT 1 FROM pragma_compile_options WHERE compile_options = 'ENABLE_DBSTAT_VTAB'")
    if not tables:
        return count, 0
    return count, round(rows(db, "SELECT sum(pgsize) FROM dbstat WHERE name = 'bands'")[0][0] / 2**20)


def cost(databases: list[Database], sizes: list[int]) -> None:
    """Prints what a lookup costs at each size, and how it grows."""
    filler = Filler(databases)
    answers = []
    for size in sorted(sizes):
        filler.fill(size)
        for db in databases:
            answers.append(lookup(db, size))
            print(json.dumps(answers[-1]), flush=True)
    for db in databases:
        first, *_, last = [a for a in answers if a["database"] == db.engine.dialect.name] * 2
        grown = {name: round(last[name] / first[name], 2) for name in ("cpu_ms_lookup", "wall_ms_lookup")}  # type: ignore[operator]
        print(json.dumps({"database": db.engine.dialect.name, "grows": grown}), flush=True)


def main() -> None:
    """Runs what the command line asks for."""
    sizes = [int(size) for size in sys.argv[1:] if size != "--planted"] or [10_000, 200_000]
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(planted(Path(folder)), ensure_ascii=False, indent=1), flush=True)
        if "--planted" in sys.argv:
            return
        databases = [open_database(f"sqlite:///{folder}/cost.db")]
        try:
            with postgres.server() as url:
                databases.append(open_database(postgres.new_database(url, "cost")))
                cost(databases, sizes)
        except postgres.ServerMissing as reason:
            print(f"without PostgreSQL: {reason}", file=sys.stderr)
            cost(databases, sizes)
        finally:
            for db in databases:
                db.close()


if __name__ == "__main__":
    main()

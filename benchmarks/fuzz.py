"""Damaged pages and WARC files: nothing raises, and nothing takes long.

Usage: python benchmarks/fuzz.py [--pages 10000] [--warcs 2000] [--seed 0] [--seconds 2]
Pages are the golden pages with random damage (fixtures/mutate.py), read as articles and as listings. WARC
files hold five records, packed or plain, with bits flipped, bytes cut or repeated; they are scanned as a
replay does and examined as `huyen verify` does. Names each page or file that raises or takes more CPU than
allowed, with the seed that makes it again; ends with 1 where there is one.
"""

from __future__ import annotations

import argparse
import gzip
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from crawler.discover.feeds import feeds_of
from crawler.discover.links import article_links
from crawler.discover.notices import notice
from crawler.discover.paging import next_page
from crawler.discover.sections import left_over, named, sections
from fixtures import golden
from fixtures.mutate import mutated
from pipelines.chain import read
from pipelines.html.parse import parse
from pipelines.items import RawPage
from storage.care.warcfile import File, examine
from storage.warc.reader import scan

FETCHED = datetime(2026, 11, 21, tzinfo=UTC)
RECORDS = 5  # of a WARC file


def page(seed: int) -> None:
    """Reads a damaged page as an article, and as a listing."""
    names = golden.names()
    shown = golden.load(names[seed % len(names)])
    body = mutated(shown.html.encode(), seed)
    read(RawPage(url=shown.url, body=body, fetched_at=FETCHED))
    tree = parse(body, {}).tree
    taken = {link.url for link in article_links(tree, shown.url, None, None, set())}
    sections(tree, shown.url, taken)
    named(tree, shown.url)
    left_over(tree, shown.url, taken)
    next_page(tree, shown.url, 1)
    notice(tree, shown.url)
    feeds_of(tree, shown.url)


def warc_file(seed: int) -> bytes:
    """The bytes of a damaged WARC file."""
    rng = random.Random(seed)
    names = golden.names()
    records = []
    for number in range(RECORDS):
        shown = golden.load(rng.choice(names))
        body, fields = shown.html.encode()[: rng.randrange(200, 20_000)], ""
        if rng.random() < 0.3:
            body, fields = gzip.compress(body), "Content-Encoding: gzip\r\n"
        elif rng.random() < 0.3:
            body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
            fields = "Transfer-Encoding: chunked\r\n"
        block = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{fields}\r\n".encode() + body
        head = (
            f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{seed}-{number}>\r\n"
            f"WARC-Date: 2023-05-0{number + 1}T00:00:00Z\r\nWARC-Target-URI: {shown.url}\r\n"
            f"Content-Type: application/http;msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
        )
        records.append(head.encode() + block + b"\r\n\r\n")
    whole = b"".join(map(gzip.compress, records) if rng.random() < 0.5 else records)
    if rng.random() < 0.2:  # as a tool leaves it that turns line ends
        whole = whole.replace(b"\r\n", b"\n")
    return damaged(whole, rng)


def damaged(data: bytes, rng: random.Random) -> bytes:
    """`data` with one to six damages of a disk or a transfer."""
    for _ in range(rng.randrange(1, 7)):
        at = rng.randrange(len(data) + 1)
        way = rng.randrange(6)
        if way == 0 and at < len(data):
            data = data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]
        elif way == 1:
            data = data[:at] + data[at + rng.randrange(2_000) :]
        elif way == 2:
            data = data[:at] + data[at : at + rng.randrange(3_000)] * 2 + data[at:]
        elif way == 3:
            data = data[:at] + rng.randbytes(rng.randrange(300)) + data[at:]
        elif way == 4:
            data = data[:at] + bytes(rng.randrange(5_000)) + data[at:]
        elif rng.random() < 0.2:
            data = data[:at]
    return data


def file(seed: int, folder: Path) -> None:
    """Scans and examines a damaged WARC file."""
    data = warc_file(seed)
    path = folder / f"{seed}.warc{'' if data.startswith(b'WARC') else '.gz'}"
    path.write_bytes(data)
    try:
        for _ in scan(path):
            pass
        examine(File(path, path.name))
    finally:
        path.unlink()


def tried(what: str, work: Callable[[int], None], seeds: range, seconds: float) -> list[str]:
    """Does `work` for each seed; prints how it went, and returns a line for each that failed."""
    wrong, longest, began = [], (0.0, 0), time.process_time()
    for seed in seeds:
        start = time.process_time()
        try:
            work(seed)
        except Exception as error:
            wrong.append(f"{what} {seed}: {type(error).__name__}: {error}"[:200])
        taken = time.process_time() - start
        longest = max(longest, (taken, seed))
        if taken > seconds:
            wrong.append(f"{what} {seed}: {taken:.1f} s of CPU")
    each = (time.process_time() - began) / max(1, len(seeds)) * 1000
    print(
        f"{len(seeds)} {what}s: {len(wrong)} faults; {each:.1f} ms each, the longest {longest[0]:.2f} s"
        f" (seed {longest[1]})",
        flush=True,
    )
    return wrong


def main() -> int:
    """Runs both; returns 1 where one failed."""
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n", 1)[0])
    options.add_argument("--pages", type=int, default=10_000)
    options.add_argument("--warcs", type=int, default=2_000)
    options.add_argument("--seed", type=int, default=0, help="the first seed")
    options.add_argument("--seconds", type=float, default=2.0, help="CPU that one may take")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        pages = range(given.seed, given.seed + given.pages)
        warcs = range(given.seed, given.seed + given.warcs)
        wrong = tried("page", page, pages, given.seconds)
        wrong += tried("WARC file", lambda seed: file(seed, Path(name)), warcs, given.seconds)
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())

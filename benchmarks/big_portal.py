"""A WordPress-like portal of any number of articles on loopback, in a process of its own.

Usage: python benchmarks/big_portal.py ARTICLES
Prints its address, and serves until its standard input is closed. The articles are made of the fixtures' own
sentences, shuffled so that no two tell the same story.
"""

from __future__ import annotations

import json
import random
import re
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from fixtures import articles, server
from fixtures.articles import ZONE
from fixtures.portal import definitions

PORTAL = "do-luong-wp"  # pages of about 80 KB, 8 entries a listing page, feed and sitemap
SECOND_SECTION = 10  # one article of so many stands in the second section
FIRST_DAY = datetime(2012, 1, 2, 7, 30, tzinfo=ZONE)
BETWEEN = timedelta(hours=31, minutes=7)
_SENTENCE_END = re.compile(r"(?<=[.!?…”]) +(?=[^\W\d_])")


def sentences() -> list[str]:
    """Every different sentence of 6 words or more in the paragraphs of all fixture portals."""
    blocks = (
        block
        for definition in definitions()
        for item in articles.load(definition.key)
        for block in item.blocks
        if block.kind == "paragraph" and "nfd" not in item.flags
    )
    found = (sentence for block in blocks for sentence in _SENTENCE_END.split(" ".join(block.text.split())))
    return list(dict.fromkeys(sentence for sentence in found if len(sentence.split()) >= 6))


def toml(count: int, seed: int = 1) -> str:
    """`count` articles in the notation of fixtures.articles, the same for the same seed."""
    rng, pool = random.Random(seed), sentences()
    sections = [
        section.key
        for definition in definitions()
        if definition.key == PORTAL
        for section in definition.sections
    ]
    return "".join(_table(n, rng, pool, sections[n % SECOND_SECTION == 0]) for n in range(count))


def _table(n: int, rng: random.Random, pool: list[str], section: str) -> str:
    paragraphs = [" ".join(rng.sample(pool, rng.randint(2, 4))) for _ in range(rng.randint(5, 12))]
    for place in (1, 4):
        paragraphs.insert(place, f"IMG| {' '.join(rng.choice(pool).split()[:10])}")
    values = {
        "key": f"bai-{n}",
        "section": section,
        "title": " ".join(rng.choice(pool).split()[: rng.randint(8, 14)]).strip(" ,;:.“”"),
        "author": rng.choice(["Hữu Hoàn", "Ngọc Lam", "Sỹ Bắc", "Bài, ảnh: Đình Trọng"]),
        "body": "\n\n".join(paragraphs),
    }
    # a JSON string without control characters is a TOML string too
    lines = "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in values.items())
    return f"[[article]]\n{lines}published = {(FIRST_DAY + n * BETWEEN).isoformat()}\n\n"


def main() -> None:
    """Serves the portal until standard input ends."""
    server._GZIP.clear()  # compressing is the server's work and would hide what the pages weigh
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, f"{PORTAL}.toml").write_text(toml(int(sys.argv[1])), encoding="utf-8")
        with server.FixtureServer(0, folder=Path(folder)) as serving:
            print(serving.url(PORTAL), flush=True)
            sys.stdin.read()


if __name__ == "__main__":
    main()

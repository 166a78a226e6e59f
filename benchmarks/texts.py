"""Articles of the length of real meeting reports, made of the fixtures' own sentences.

The fixtures' texts are short notices for the most part; on those, readers that fall back to a second
algorithm for little text cost twice as much as on long ones.
"""

from __future__ import annotations

import json
import random
import re
from datetime import datetime, timedelta

from fixtures import articles
from fixtures.articles import ZONE
from fixtures.portal import definitions

SECOND_SECTION = 10  # one article of so many stands in the portal's second section
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


def toml(portal: str, count: int, seed: int = 1) -> str:
    """`count` articles for the sections of `portal` in the notation of fixtures.articles.

    The sentences are shuffled so that no two tell the same story; the same seed gives the same articles. An
    article has 5 to 12 paragraphs, about 2,800 letters, and two pictures with captions.
    """
    rng, pool = random.Random(seed), sentences()
    sections = [
        section.key
        for definition in definitions()
        if definition.key == portal
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

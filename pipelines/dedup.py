"""Stage 500: the fingerprint by which the archive finds other articles with the same story, and what search
finds of the texts, folded once for both.
"""

from __future__ import annotations

import hashlib
import struct
from typing import Any

from rensa import RMinHash  # type: ignore[attr-defined]

from pipelines.items import Article, Fingerprint
from storage.duplicates.similarity import MINHASHED, headline_keys, shingle_texts, story_of
from storage.text import indexed, word_lines

# A pair of Jaccard 0.8, the least that counts as near, shares one of 16 bands of 7 rows with a chance of 0.98
# (1 - (1 - 0.8^7)^16; of 8 rows: 0.95); short notices with a word changed lie just there.
BANDS, ROWS = MINHASHED, 7
_SEED = 42
_SKETCH = f"rensa-r{RMinHash.ALGORITHM_VERSION}/{_SEED}/{BANDS}x{ROWS}/words-3"
ALGORITHM = (
    f"{_SKETCH}+headline-8-date"  # bands of 0.1.0, which had no keys of headlines, still meet those of now
)
_SALTS = [hashlib.sha256(f"{_SKETCH}/{band}".encode()).digest()[:16] for band in range(BANDS)]
_HEADLINE_SALTS = [
    hashlib.sha256(f"headline-8-date/{end}".encode()).digest()[:16] for end in ("first", "last")
]
_EXACT_DIGITS = 16  # as for article ids: 64 bits


class DedupPipeline:
    """Gives every article its fingerprint and its folded text."""

    def process_item(self, item: Any) -> Any:
        if isinstance(item, Article):
            item.fingerprint, item.folded = fingerprint(item)
        return item


def fingerprint(article: Article) -> tuple[Fingerprint | None, str]:
    """Returns the digest of the article's folded text, the keys of its MinHash bands and behind them those of
    its headline, None without a text; and the text as it is searched. Each text is one line.

    Keys are signed 64-bit integers, hashed from the algorithm, band and rows: those of two never meet.
    """
    lines = [article.title, article.lead or "", *article.body, *article.captions, article.author or ""]
    words = word_lines("\n".join(lines))
    return _fingerprint(article, list(map(tuple, words))), indexed(lines, words)


def _fingerprint(article: Article, words: list[tuple[str, ...]]) -> Fingerprint | None:
    own = 2 + len(article.body)
    files = "\n".join(file.title for file in article.attachments)
    text = story_of(words[:own], lambda: [*words[own:-1], *map(tuple, word_lines(files))])
    if text is None:
        return None
    all_words = text.words
    exact = hashlib.sha256(" ".join(all_words).encode()).hexdigest()[:_EXACT_DIGITS]
    sketch = RMinHash(num_perm=BANDS * ROWS, seed=_SEED)
    sketch.update(shingle_texts(all_words))
    ends = headline_keys(article.title, [article.lead or "", *article.body])
    headline = [_key(end.encode(), salt) for end, salt in zip(ends, _HEADLINE_SALTS, strict=False)]
    return Fingerprint(exact, (*_keys(sketch.digest()), *headline), ALGORITHM)


def _keys(digest: list[int]) -> tuple[int, ...]:
    packed = struct.pack(f"<{len(digest)}I", *digest)
    width = 4 * ROWS  # bytes of a band
    return tuple(_key(packed[n * width : (n + 1) * width], _SALTS[n]) for n in range(BANDS))


def _key(data: bytes, salt: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=8, salt=salt).digest(), "little", signed=True)

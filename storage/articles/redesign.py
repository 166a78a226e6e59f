"""Whether two readings from different templates tell the same: pure decisions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from hashlib import blake2b
from typing import Any, NamedTuple

from sqlalchemy import Row

from storage.articles.block_keys import keys
from storage.records import ArticleRecord
from storage.text import visible, words

_LIKE = 0.6  # of the parts of two signatures are equal: one template, with and without a box at its side
_SHARED = 0.5  # of the words of the shorter text stand in the longer one, three in a row
_RUN = 3


class Text(NamedTuple):
    """The own text of an article as one reading has it; `rest` is what stands beside it."""

    title: str
    lines: tuple[str, ...]
    rest: tuple[str, ...]


def text_of(reading: ArticleRecord | Row[Any] | Mapping[str, Any]) -> Text:
    """Returns the text of a record, or of a row of the table of versions."""
    row = reading if isinstance(reading, Mapping) else None
    get = row.__getitem__ if row is not None else lambda name: getattr(reading, name)
    body = get("body")
    lines = [get("lead") or "", *(body.split("\n") if isinstance(body, str) else body), *get("captions")]
    files = [f"{file.get('url')} {file.get('title') or ''}" for file in get("attachments")]
    rest = [get("author") or "", get("published_at") or "", *files]
    shown = (visible(line) for line in lines)
    return Text(visible(get("title")), tuple(filter(None, shown)), tuple(map(visible, rest)))


def alike(one: str, other: str) -> bool:
    """Returns whether two signatures (pipelines.html.design) are of one template; one that nobody knows is
    like any."""
    if not one or not other:
        return True
    pairs = zip(bytes.fromhex(one), bytes.fromhex(other), strict=False)
    told = [a == b for a, b in pairs if a or b]
    return sum(told) >= _LIKE * len(told)


def lined(text: Text) -> str:
    """Returns `text` as it is kept for comparison: the key and the digest of each line."""
    lines = [text.title, *text.lines]
    named = [*zip(keys(lines), lines, strict=True), ("", "\n".join(text.rest))]
    return " ".join(f"{key}:{blake2b(line.encode(), digest_size=6).hexdigest()}" for key, line in named)


def same_lines(one: str, other: str, furniture: Collection[str]) -> bool:
    """Returns whether two texts (`lined`) differ in nothing but lines with a key of `furniture`."""
    texts = (text.split() for text in (one, other))
    first, second = ([line for line in text if line.partition(":")[0] not in furniture] for text in texts)
    return first == second


def tells_the_same(one: Text, other: Text, furniture: Collection[str]) -> bool:
    """Returns whether two readings from different templates are of one text: the headline stands, and most of
    the shorter text is in the longer one. What the templates put around it is not compared.
    """
    titles = [" ".join(words(text.title)) for text in (one, other)]
    if not all(titles) or (titles[0] not in titles[1] and titles[1] not in titles[0]):
        return False
    runs = [_runs(text, title, furniture) for text, title in zip((one, other), titles, strict=True)]
    least = min(map(len, runs))
    return len(runs[0] & runs[1]) >= _SHARED * least


def _runs(text: Text, title: str, furniture: Collection[str]) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for line, key in zip(text.lines, keys(text.lines), strict=True):
        told = words(line)
        if key in furniture or title in " ".join(told):
            continue
        found.update(tuple(told[i : i + _RUN]) for i in range(max(1, len(told) - _RUN + 1)))
    return found

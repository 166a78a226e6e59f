"""What differs between two values of a field: paragraph by paragraph, and word by word within a paragraph.

Pure functions over what the archive keeps: texts, truth values, lists of texts or of objects. The words are
compared by difflib; what stands here decides which paragraphs belong together.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, NamedTuple

SAME, REMOVED, ADDED, CHANGED = "same", "removed", "added", "changed"
ALIKE = 0.4  # share of equal words from which two paragraphs count as one that was changed
_PAIRS = 100_000  # of paragraphs compared with each other, about a second; more are not one edited text
_EXACT = 1_000  # words or paragraphs up to which frequent ones may begin a match: beyond, it costs the square

# A number or date with its signs is one word (26/10/2023, 1.250, 18-NQ); any other sign stands for itself.
_TOKEN = re.compile(r"\s+|\w+(?:[./,:-]\w+)*|[^\w\s]")
_SENTENCE = re.compile(r"[^.!?;]*[.!?;]*\s*")
_LONGEST = 50_000  # characters of a paragraph compared by words, in a second; a longer one is by sentences


class Words(NamedTuple):
    """A stretch of a paragraph: `op` is SAME, REMOVED or ADDED."""

    op: str
    text: str


class Paragraph(NamedTuple):
    """A paragraph before or now: `op` is SAME, REMOVED, ADDED, or CHANGED, which has several `words`."""

    op: str
    words: tuple[Words, ...]

    @property
    def text(self) -> str:
        """Its text; that of a changed one holds what was removed as well."""
        return "".join(word.text for word in self.words)


def changed(before: Mapping[str, Any], now: Mapping[str, Any], fields: Iterable[str]) -> dict[str, Any]:
    """Returns those of `fields` that differ: name to {"before", "now", "operations"} (see `operations`)."""
    return {
        name: {
            "before": before[name],
            "now": now[name],
            "operations": operations(compared(before[name], now[name])),
        }
        for name in fields
        if before[name] != now[name]
    }


def compared(before: Any, now: Any) -> list[Paragraph]:
    """Returns the paragraphs of two values in order: those that stayed, came, went, or were changed."""
    old, new = paragraphs(before), paragraphs(now)
    if old == new and before != now:  # they differ in what a line of them does not show
        old, new = (json.dumps(one, ensure_ascii=False).split("\n") for one in (before, now))
    return list(_paragraphs(old, new))


def operations(found: Iterable[Paragraph]) -> list[dict[str, Any]]:
    """Returns the same for JSON: {"op": "same", "paragraphs": n} for a stretch that stayed, {"op", "text"}
    for what came or went, {"op": "changed", "words": [{"op", "text"}]} for a paragraph changed within.
    """
    told: list[dict[str, Any]] = []
    for one in found:
        if one.op == CHANGED:
            told.append({"op": CHANGED, "words": [word._asdict() for word in one.words]})
        elif one.op != SAME:
            told.append({"op": one.op, "text": one.text})
        elif told and told[-1]["op"] == SAME:
            told[-1]["paragraphs"] += 1
        else:
            told.append({"op": SAME, "paragraphs": 1})
    return told


def paragraphs(value: Any) -> list[str]:
    """Returns a field's value as lines: of a text its paragraphs, of a list its items, nothing for none."""
    if value is None or value == "":
        return []
    if isinstance(value, str):
        return value.split("\n")
    if isinstance(value, Mapping):
        texts = [str(one) for key, one in value.items() if one and key != "url"]
        return [" ".join([*texts, f"<{value['url']}>"] if value.get("url") else texts)]
    if isinstance(value, Sequence):
        return [line for one in value for line in paragraphs(one)]
    return [json.dumps(value)]


def _paragraphs(old: list[str], new: list[str]) -> Iterator[Paragraph]:
    for op, left, right in _blocks(old, new):
        if op == "equal":
            yield from (Paragraph(SAME, (Words(SAME, one),)) for one in left)
            continue
        for a, b in _paired(left, right):
            if a is not None and b is not None:
                yield Paragraph(CHANGED, tuple(_words(a, b)))
            elif a is not None:
                yield Paragraph(REMOVED, (Words(REMOVED, a),))
            elif b is not None:
                yield Paragraph(ADDED, (Words(ADDED, b),))


def _blocks(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    """Yields the stretches of two sequences, as difflib names them; what begins or ends both is told at
    once.
    """
    start, most = 0, min(len(old), len(new))
    while start < most and old[start] == new[start]:
        start += 1
    end = 0
    while end < most - start and old[-1 - end] == new[-1 - end]:
        end += 1
    if start:
        yield "equal", old[:start], new[:start]
    left, right = old[start : len(old) - end], new[start : len(new) - end]
    frequent = max(len(left), len(right)) > _EXACT
    for op, a, b, c, d in SequenceMatcher(None, left, right, autojunk=frequent).get_opcodes():
        yield op, left[a:b], right[c:d]
    if end:
        yield "equal", old[len(old) - end :], new[len(new) - end :]


def _paired(old: Sequence[str], new: Sequence[str]) -> list[tuple[str | None, str | None]]:
    """Returns the paragraphs that were replaced by others, in order, those together that are ALIKE.

    Chosen so that the likeness of all pairs is the highest in sum, as in an alignment of sequences.
    """
    alone: list[tuple[str | None, str | None]] = [(one, None) for one in old]
    alone += [(None, one) for one in new]
    if not old or not new or len(old) * len(new) > _PAIRS:
        return alone
    bags = [[Counter(one.split()) for one in side] for side in (old, new)]
    likeness = [[_alike(a, b) for b in bags[1]] for a in bags[0]]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            pair = best[i + 1][j + 1] + likeness[i][j] if likeness[i][j] else 0.0
            best[i][j] = max(pair, best[i + 1][j], best[i][j + 1])
    found: list[tuple[str | None, str | None]] = []
    i = j = 0
    while i < len(old) and j < len(new):
        if likeness[i][j] and best[i][j] == best[i + 1][j + 1] + likeness[i][j]:
            found.append((old[i], new[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            found.append((old[i], None))
            i += 1
        else:
            found.append((None, new[j]))
            j += 1
    return [*found, *((one, None) for one in old[i:]), *((None, one) for one in new[j:])]


def _alike(a: Counter[str], b: Counter[str]) -> float:
    """Returns the share of equal words (Dice), or 0 where it is below ALIKE."""
    share = 2 * (a & b).total() / ((a.total() + b.total()) or 1)
    return share if share >= ALIKE else 0.0


def _words(old: str, new: str) -> Iterator[Words]:
    """Yields the stretches of a changed paragraph; signs alone between two changes are part of the change."""
    removed, added, kept = "", "", ""
    parts = _TOKEN if max(len(old), len(new)) <= _LONGEST else _SENTENCE
    for op, left, right in _blocks(parts.findall(old), parts.findall(new)):
        if op == "equal":
            kept += "".join(left)
            continue
        if kept and (any(map(str.isalnum, kept)) or not (removed or added)):
            yield from _change(removed, added)
            yield Words(SAME, kept)
            removed = added = ""
        else:
            removed, added = removed + kept, added + kept
        kept = ""
        removed, added = removed + "".join(left), added + "".join(right)
    yield from _change(removed, added)
    if kept:
        yield Words(SAME, kept)


def _change(removed: str, added: str) -> Iterator[Words]:
    if removed:
        yield Words(REMOVED, removed)
    if added:
        yield Words(ADDED, added)

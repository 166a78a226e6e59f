"""The passage of a text in which the words of a search stand."""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import Markup

from storage.text import fold, nfc

_WORD = re.compile(r"[^\W_]+")
_TERM = re.compile(r'-?"([^"]*)"|(\S+)')
_BEFORE, _LETTERS = 60, 280  # letters shown in front of the first word found, and in all


def passage(query: str | None, *texts: str | None) -> Markup:
    """Returns the part of the first of `texts` that holds a word of `query`, with its words marked, escaped.

    A word is found as the search finds it, without regard to case and diacritics. Without a query, or where
    no text holds a word: the beginning of the first text.
    """
    wanted, starts = _wanted(query or "")
    shown = [nfc(text) for text in texts if text]
    for text in shown:
        found = [m for m in _WORD.finditer(text) if _is(fold(m[0]), wanted, starts)]
        if found:
            begin = max(0, found[0].start() - _BEFORE)
            begin = text.rfind(" ", 0, begin) + 1 if begin else 0
            return _marked(text, begin, ((m.start(), m.end()) for m in found))
    return _marked(shown[0], 0, ()) if shown else Markup("")


def _wanted(query: str) -> tuple[set[str], tuple[str, ...]]:
    """The folded words that a query looks for, and those that are beginnings; not those it leaves out."""
    words: set[str] = set()
    starts: list[str] = []
    for quoted, bare in _TERM.findall(nfc(query)):
        if bare.startswith("-") or bare == "OR":
            continue
        found = [fold(word) for word in _WORD.findall(quoted or bare)]
        if bare.endswith("*") and found:
            starts.append(found.pop())
        words.update(found)
    return words, tuple(starts)


def _is(word: str, wanted: set[str], starts: tuple[str, ...]) -> bool:
    return word in wanted or bool(starts and word.startswith(starts))


def _marked(text: str, begin: int, spans: Iterable[tuple[int, int]]) -> Markup:
    end = min(len(text), begin + _LETTERS)
    if end < len(text):
        end = max(text.rfind(" ", begin, end), begin + 1)
    out = Markup("… ") if begin else Markup("")
    at = begin
    for start, stop in spans:
        if stop > end:
            break
        out += Markup("{}<mark>{}</mark>").format(text[at:start], text[start:stop])
        at = stop
    return out + Markup("{}").format(text[at:end]) + ("" if end == len(text) else " …")

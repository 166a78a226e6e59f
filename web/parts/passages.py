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
    """Returns the part of `texts` that holds most words of `query`, with its words marked, escaped.

    A word typed with diacritics is found with them, one typed without is found with any. Without a query, or
    where no text holds a word: the beginning of the first text.
    """
    wanted = _Wanted(query or "")
    shown = [nfc(text) for text in texts if text]
    best: tuple[int, int, str, list[re.Match[str]]] | None = None
    for text in shown:
        found = [word for word in _WORD.finditer(text) if wanted.means(word[0])]
        for at, word in enumerate(found):
            near = {
                fold(one[0]) for one in found[at : at + 30] if one.end() <= word.start() + _LETTERS - _BEFORE
            }
            if best is None or len(near) > best[0]:
                best = (len(near), word.start(), text, found)
    if best is None:
        return _marked(shown[0], 0, ()) if shown else Markup("")
    _, start, text, found = best
    begin = max(0, start - _BEFORE)
    begin = text.rfind(" ", 0, begin) + 1 if begin else 0
    return _marked(text, begin, ((m.start(), m.end()) for m in found if m.start() >= begin))


class _Wanted:
    """The words that a query looks for; not those that it leaves out."""

    def __init__(self, query: str) -> None:
        self.plain: set[str] = set()
        self.exact: set[str] = set()
        self.starts: list[str] = []
        for quoted, bare in _TERM.findall(nfc(query)):
            if bare.startswith("-") or bare == "OR":
                continue
            words = _WORD.findall(quoted or bare)
            if bare.endswith("*") and words:
                self.starts.append(fold(words.pop()))
            for word in words:
                low = word.lower()
                (self.plain if fold(low) == low else self.exact).add(low)

    def means(self, word: str) -> bool:
        """Returns whether `word` of a text is looked for."""
        low = word.lower()
        folded = fold(low)
        return low in self.exact or folded in self.plain or any(map(folded.startswith, self.starts))


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

"""Where a text has what a search asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable

from storage.serve.grammar import Phrase, Query
from storage.text import as_typed, searchable

BEFORE, LENGTH = 50, 180  # characters
_WORD = re.compile(r"[^\W_]+")


def passage(asked: Query, texts: Iterable[str | None]) -> str:
    """Returns the part of the first of `texts` in which a phrase of `asked` occurs, else its beginning.

    At most LENGTH characters, cut between words; an ellipsis where it is cut.
    """
    phrases = [phrase for group in asked.every for phrase in group]
    lines = [line for line in texts if line]
    wanted = [f" {' '.join(phrase.words)}" + ("" if phrase.prefix else " ") for phrase in phrases]
    for line in lines:
        # a line at a time is a tenth of the cost of a word at a time
        whole = f" {as_typed(line)} \n {searchable([line])} "
        if not any(words in whole for words in wanted):
            continue
        words = list(_WORD.finditer(line))
        typed, plain = [as_typed(word[0]) for word in words], [searchable([word[0]]) for word in words]
        places = [
            at for phrase in phrases for at in (_place(phrase, typed), _place(phrase, plain)) if at >= 0
        ]
        if places:
            return _cut(line, words[min(places)].start())
    return _cut(lines[0], 0) if lines else ""


def _place(phrase: Phrase, words: list[str]) -> int:
    """Returns the number of the first word in `words` where `phrase` begins; -1 where it does not occur."""
    size = len(phrase.words)
    first, last = list(phrase.words[:-1]), phrase.words[-1]
    for at in range(len(words) - size + 1):
        end = words[at + size - 1]
        if words[at : at + size - 1] == first and (end == last or (phrase.prefix and end.startswith(last))):
            return at
    return -1


def _cut(line: str, at: int) -> str:
    begin = 0 if at <= BEFORE else line.find(" ", at - BEFORE, at) + 1 or at
    rest = line[begin:]
    if len(rest) > LENGTH:
        rest = rest[: rest.rfind(" ", 0, LENGTH)] if " " in rest[:LENGTH] else rest[:LENGTH]
        rest = rest.rstrip(" ,;:") + " …"
    return ("… " if begin else "") + rest

"""Where a text has what a search asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from storage.search.grammar import Phrase, Query
from storage.text import as_typed, searchable

BEFORE, LENGTH = 50, 180  # characters
_WORD = re.compile(r"[^\W_]+")


def passage(asked: Query, texts: Iterable[str | None]) -> str:
    """Returns the part of `texts` in which most phrases of `asked` occur, the first of several; without any,
    the beginning.

    At most LENGTH characters, cut between words; an ellipsis where it is cut.
    """
    phrases = [phrase for group in asked.every for phrase in group]
    lines = [line for line in texts if line]
    wanted = [f" {' '.join(phrase.words)}" + ("" if phrase.prefix else " ") for phrase in phrases]
    best, most = "", 0
    for line in lines:
        # a line at a time is a tenth of the cost of a word at a time
        whole = f" {as_typed(line)} \n {searchable([line])} "
        if (held := sum(words in whole for words in wanted)) > most:
            best, most = line, held
    words = list(_WORD.finditer(best))
    typed, plain = [as_typed(word[0]) for word in words], [searchable([word[0]]) for word in words]
    places = sorted(
        (words[at].start(), n)
        for n, phrase in enumerate(phrases)
        for form in (typed, plain)
        for at in _places(phrase, form)
    )
    if not places:
        return _cut(lines[0], 0) if lines else ""
    return _cut(best, max(places, key=lambda place: (_near(places, place[0]), -place[0]))[0])


def _near(places: Sequence[tuple[int, int]], start: int) -> int:
    """Returns how many different phrases stand in a passage that begins before `start`."""
    return len({n for at, n in places if start <= at < start + LENGTH - BEFORE})


def _places(phrase: Phrase, words: list[str]) -> Iterator[int]:
    """Yields the numbers of the words at which `phrase` begins."""
    size = len(phrase.words)
    first, last = list(phrase.words[:-1]), phrase.words[-1]
    for at in range(len(words) - size + 1):
        end = words[at + size - 1]
        if words[at : at + size - 1] == first and (end == last or (phrase.prefix and end.startswith(last))):
            yield at


def _cut(line: str, at: int) -> str:
    begin = 0 if at <= BEFORE else line.find(" ", at - BEFORE, at) + 1 or at
    rest = line[begin:]
    if len(rest) > LENGTH:
        rest = rest[: rest.rfind(" ", 0, LENGTH)] if " " in rest[:LENGTH] else rest[:LENGTH]
        rest = rest.rstrip(" ,;:") + " …"
    return ("… " if begin else "") + rest

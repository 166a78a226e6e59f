"""What a search query means: one grammar for search, export and whatever else asks (docs/search.md).

    terms stand side by side   all of them occur
    "several words"            in this order, nothing between them
    one OR other               at least one of the two; it binds the terms beside it
    -term                      does not occur
    huyen*                     a word that begins so

A term with diacritics is found as it is typed, one without in any spelling. Other signs mean nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from storage.errors import StorageError
from storage.language.messages import message
from storage.text import as_typed, searchable

MOST = 64  # terms; SQLite bounds the depth of an expression at 256
# "45/KH-UBND", "112-KH/HU", "15/2022/NQ-HĐND": the number of a document
CODE = re.compile(
    r"\d{1,5}[A-Za-zĐđ]?(?:/\d{4})?\s?[/-]\s?[A-Za-zĐđ][A-Za-zĐđ0-9_&.]*"
    r"(?:\s?[-/]\s?[A-Za-zĐđ][A-Za-zĐđ0-9_&.]*)*"
)
_PARTS = re.compile(r'-?"[^"]*"\*?|\S+')


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in a row, as the index has them; of the last one only the beginning where `prefix` says so."""

    words: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """`every` of these must occur, of each at least one phrase; `none` of those may."""

    every: tuple[tuple[Phrase, ...], ...]
    none: tuple[Phrase, ...] = ()


def parse(query: str) -> Query:
    """Returns what `query` asks for.

    Raises StorageError where it has no word to find, where a term beside OR is excluded, or where there are
    more than 64 terms.
    """
    every: list[tuple[Phrase, ...]] = []
    none: list[Phrase] = []
    joined = False  # an OR stands before the next term
    for part in _PARTS.findall(query.replace("\0", " ")):
        if part == "OR":
            joined = bool(every)
            continue
        phrase = _phrase(part)
        if phrase is None:
            continue
        if part.startswith("-"):
            if joined:
                raise StorageError(
                    message("{part} stands beside OR: a term there cannot be excluded", part=part)
                )
            none.append(phrase)
        elif joined:
            every[-1] = (*every[-1], phrase)
        else:
            every.append((phrase,))
        joined = False
    if not every:
        if none:
            raise StorageError(
                message(
                    "nothing to search for in {query!r}: give at least one word that is not excluded",
                    query=query,
                )
            )
        raise StorageError(message("nothing to search for in {query!r}: give at least one word", query=query))
    if sum(map(len, every)) + len(none) > MOST:
        raise StorageError(message("the search has more than {most} terms", most=MOST))
    return Query(tuple(every), tuple(none))


def _phrase(part: str) -> Phrase | None:
    """Returns the phrase of a term, of its parts where it has several (26/10/2023); None for no word."""
    typed, plain = as_typed(part), searchable([part])
    numbered = CODE.fullmatch(part.strip('-"* '))  # a symbol, which many documents print without its Đ
    words = (plain if typed == plain or numbered else typed).split()
    return Phrase(tuple(words), part.endswith("*")) if words else None

"""When two texts tell the same story: nearly the same words, and the same figures in the same places.

Portals copy press releases with a sentence changed; they also write the same report every year, with other
dates and numbers. Both share most of their words. What tells them apart is where the figures differ: in a
copy hardly anywhere, in a report of another year wherever a date stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

from storage.duplicates.figures import Places, by_place, look_alike, strangers
from storage.duplicates.passages import covered
from storage.text import word_lines

MINHASHED = 16  # bands of a fingerprint that are MinHash's; behind them stand the keys of its headline
NEAR = 0.8  # Jaccard of 3-word shingles: the usual bound for a document that is a copy of another
LEAST = 0.6  # the same, of the texts below their headlines, where editors cut or added whole sentences
FAR = 0.5  # the same with headlines: texts as near as LEAST are nearer, whatever stands over them
COVERED = 0.75  # of the shorter text, in passages of a sentence's length that stand in the longer one
SHINGLE = 3  # words
HEADLINE = 8  # words at either end of a headline by which retitled copies are found
FEWEST = 4  # words of a headline that names a story: "Thông báo" heads any
LABEL = 4  # words before a colon that are none of the headline: "Tân Lập:", "Tin ảnh:"
SHORT = 20  # words of lead and body; with fewer, what the pictures and files say is part of the story
LONGEST = 50_000  # words that are compared; a book's worth, which bounds memory

_DAY = re.compile(
    r"(?<![\d/.,])(0?[1-9]|[12]\d|3[01]) ?(?:[/.-] ?|tháng )(0?[1-9]|1[0-2])(?![\d%])"
    r"(?:(?: ?[/.-] ?| năm )((?:19|20)\d\d)(?!\d))?"
)
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Story:
    """A text to compare: the folded words of its lines, the title first, then lead and paragraphs."""

    lines: tuple[tuple[str, ...], ...]

    @cached_property
    def words(self) -> list[str]:
        """All its words in order."""
        return list(chain.from_iterable(self.lines))

    @cached_property
    def shingles(self) -> set[tuple[str, ...]]:
        """Its 3-word shingles."""
        return shingles(self.words)

    @cached_property
    def figures(self) -> Places:
        """Its figures and names by place."""
        return by_place(self.lines)


def story(
    title: str,
    lead: str | None,
    body: Iterable[str],
    captions: Iterable[str] = (),
    files: Iterable[str] = (),
) -> Story | None:
    """Returns the text of an article to compare; None where there is nothing but a title.

    `body` is paragraphs, `files` titles of attachments. Captions and files count only where lead and body
    have fewer than SHORT words: photo stories, and notices that say "see the file".
    """
    own = _lines([title.replace("\n", " "), *(lead or "").split("\n"), *body])
    return story_of(own, lambda: _lines([*captions, *files]))


def story_of(own: list[tuple[str, ...]], more: Callable[[], list[tuple[str, ...]]]) -> Story | None:
    """Returns the same of the folded words of title, lead and paragraphs; `more`: of pictures and files."""
    if sum(map(len, own[1:])) < SHORT:
        own = own + more()
    lines = (own[0], *filter(None, own[1:]))
    return Story(lines) if len(lines) > 1 else None


def shingles(text: Sequence[str]) -> set[tuple[str, ...]]:
    """Returns the 3-word shingles of a text's words; a shorter text is one shingle."""
    text = text[:LONGEST]
    if len(text) < SHINGLE:
        return {tuple(text)} if text else set()
    return set(zip(text, text[1:], text[2:], strict=False))


def shingle_texts(text: Sequence[str]) -> list[str]:
    """Returns the same shingles as `shingles`, each as one text and as often as it occurs, to be hashed."""
    text = text[:LONGEST]
    if len(text) < SHINGLE:
        return [" ".join(text)] if text else []
    return list(map(" ".join, zip(text, text[1:], text[2:], strict=False)))


def jaccard(a: Set[Any], b: Set[Any]) -> float:
    """Returns the shared shingles over all shingles, 0 to 1."""
    shared = len(a & b)
    return shared / (len(a) + len(b) - shared) if shared else 0.0


def same_story(a: Story, b: Story) -> float | None:
    """Returns how similar two texts of one story are, LEAST to 1; None if they are not of one story.
    Symmetric.

    Two ways: nearly the same words in all; or, headlines apart, a text that an editor cut or lengthened by
    whole sentences, and that names no other days and places.
    """
    if look_alike(by_place(a.lines[:1]), by_place(b.lines[:1])):
        return None
    similarity = jaccard(a.shingles, b.shingles)
    words = min(len(a.words), len(b.words))
    if similarity < FAR:
        return None
    if similarity < NEAR:
        one, other = (list(chain.from_iterable(text.lines[1:])) for text in (a, b))
        similarity = jaccard(shingles(one), shingles(other))
        if similarity < LEAST or strangers(a.figures, b.figures):
            return None
        if covered(*sorted((one, other), key=lambda text: (len(text), text))) < COVERED:
            return None
    return None if look_alike(a.figures, b.figures, words) else similarity


def headline_keys(title: str, texts: Iterable[str]) -> list[str]:
    """Returns the first and the last HEADLINE words of a title without its label, folded, each with the first
    day that `texts` (lead and paragraphs) name, or their first number; none of a general title.

    A headline that is lengthened at one end, labelled, or put in capitals keeps one of its ends. The day
    keeps reports apart that a portal prints under one headline again and again.
    """
    label, colon, rest = title.partition(":")
    if colon and len(label.split()) <= LABEL and len(rest.split()) >= FEWEST:
        title = rest
    words = next(iter(_lines([title.replace("\n", " ")])), ())  # an empty title has no line
    if len(words) < FEWEST:
        return []
    day = _day("\n".join(texts))
    return [" ".join((*end, day)) for end in (words[:HEADLINE], words[-HEADLINE:])]


def _day(text: str) -> str:
    if match := _DAY.search(text):
        return f"{int(match[1])}/{int(match[2])}/{match[3] or ''}"
    number = _NUMBER.search(text)
    return number[0] if number else ""


def title_figures(title: str) -> Places:
    """Returns the figures of a title: titles that are look-alikes by them stand over different stories."""
    return by_place(_lines([title.replace("\n", " ")]))


def _lines(texts: Iterable[str]) -> list[tuple[str, ...]]:
    """Returns the words of each line of `texts`, some empty; folded all at once, which costs less."""
    lines = "\n".join(texts)
    return [tuple(words) for words in word_lines(lines)] if lines else []

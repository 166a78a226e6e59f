"""When two texts tell the same story: nearly the same words, and the same figures in the same places.

Portals copy press releases with a sentence changed; they also write the same report every year, with other
dates and numbers. Both share most of their words. What tells them apart is where the figures differ: in a
copy hardly anywhere, in a report of another year wherever a date stands.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import Any, NamedTuple

from storage.folding import fold

NEAR = 0.8  # Jaccard of 3-word shingles: the usual bound for a document that is a copy of another
SHINGLE = 3  # words
SHORT = 20  # words of lead and body; with fewer, what the pictures and files say is part of the story
_NOTICE = 60  # words; in a text so short one number may be all that it says
LONGEST = 50_000  # words that are compared; a book's worth, which bounds memory

_WORD = re.compile(r"\w+")
_SENTENCE = re.compile(r"(?<=[.!?;:…])\s+|\n+")
_ROMAN = re.compile(r"[ivxlc]{1,7}")
_ORDINAL = frozenset("nhat nhi hai ba tu bon nam lam sau bay tam chin muoi".split())
_COUNTED = frozenset("thu khoa lan quy".split())  # before an ordinal or a Roman number
_STEMS = frozenset("giap at binh dinh mau ky canh tan nham quy".split())
_BRANCHES = frozenset("ty suu dan mao thin ngo mui than dau tuat hoi".split())
_YEARLY = frozenset("nam tet xuan moi dan".split())  # before the name of a lunar year: Tết Giáp Thìn
# A figure after one of these dates or numbers the whole text: another one is another text.
_IDENTITY = frozenset("ngay thang nam quy tuan thu ky khoa lan so sang chieu toi dot".split())
_YEAR = re.compile(r"(?:19|20)\d\d")


class Story(NamedTuple):
    """A text to compare: the words of its sentences, folded, the title first."""

    sentences: tuple[tuple[str, ...], ...]

    @property
    def words(self) -> list[str]:
        """All its words in order."""
        return [word for sentence in self.sentences for word in sentence]


class Figure(NamedTuple):
    """A number, date or ordinal: `place` is the words around it, `value` its digits without leading zeros."""

    place: tuple[str, ...]
    value: tuple[str, ...]
    identity: bool
    sentence: int


def story(
    title: str,
    lead: str | None,
    body: Iterable[str],
    captions: Iterable[str] = (),
    files: Iterable[str] = (),
) -> Story | None:
    """The text of an article to compare; None where there is nothing but a title.

    `body` is paragraphs, `files` titles of attachments. Captions and files count only where lead and body
    have fewer than SHORT words: photo stories, and notices that say "see the file".
    """
    own = _sentences([title.replace("\n", " ")], [lead or "", *body])
    if sum(map(len, own[1:])) < SHORT:
        own += _sentences([], [*captions, *files])
    sentences = (own[0], *filter(None, own[1:]))
    return Story(sentences) if len(sentences) > 1 else None


def shingles(text: Sequence[str]) -> set[tuple[str, ...]]:
    """The 3-word shingles of a text's words; a shorter text is one shingle."""
    text = text[:LONGEST]
    if len(text) < SHINGLE:
        return {tuple(text)} if text else set()
    return set(zip(text, text[1:], text[2:], strict=False))


def shingle_texts(text: Sequence[str]) -> list[str]:
    """The same shingles as `shingles`, each as one text and as often as it occurs, to be hashed."""
    text = text[:LONGEST]
    if len(text) < SHINGLE:
        return [" ".join(text)] if text else []
    return list(map(" ".join, zip(text, text[1:], text[2:], strict=False)))


def jaccard(a: Set[Any], b: Set[Any]) -> float:
    """Shared shingles over all shingles, 0 to 1."""
    shared = len(a & b)
    return shared / (len(a) + len(b) - shared) if shared else 0.0


def same_story(a: Story, b: Story) -> float | None:
    """How similar two texts of one story are, NEAR to 1; None if they are not of one story. Symmetric."""
    similarity = jaccard(shingles(a.words), shingles(b.words))
    return None if similarity < NEAR or look_alike(a, b) else similarity


def look_alike(a: Story, b: Story) -> bool:
    """Whether two similar texts report on different things, since figures in the same places differ.

    They do where a figure in the title differs, or one that dates or numbers the text (ngày, tháng, năm, số,
    thứ …), or a fair share of figures in several sentences, or half of those of a short notice. A number
    corrected in one sentence makes no other story.
    """
    places_a, places_b = _by_place(a), _by_place(b)
    changed: list[Figure] = []
    same = 0
    for place in places_a.keys() & places_b.keys():
        left, right = _unmatched(places_a[place], places_b[place])
        same += len(places_a[place]) - len(left)
        changed += left[: min(len(left), len(right))]
    if not changed:
        return False
    if any(figure.identity or figure.sentence == 0 for figure in changed):
        return True
    if len({figure.sentence for figure in changed}) > 1:
        return 4 * len(changed) > same
    return len(changed) >= same and len(a.words) < _NOTICE


def _sentences(whole: list[str], paragraphs: Iterable[str]) -> list[tuple[str, ...]]:
    """The words of the lines `whole` and of each sentence of `paragraphs`, some empty.

    All are folded at once: a call for each sentence would cost as much again.
    """
    lines = whole + [sentence for paragraph in paragraphs for sentence in _SENTENCE.split(paragraph)]
    return [tuple(_WORD.findall(line)) for line in fold("\n".join(lines)).split("\n")] if lines else []


def _by_place(text: Story) -> dict[tuple[str, ...], list[Figure]]:
    places: defaultdict[tuple[str, ...], list[Figure]] = defaultdict(list)
    for number, sentence in enumerate(text.sentences):
        for figure in _figures(sentence, number):
            places[figure.place].append(figure)
    return places


def _figures(sentence: Sequence[str], number: int) -> Iterator[Figure]:
    start = 0
    while start < len(sentence):
        end = start + _width(sentence, start)
        if end > start:
            value = tuple(word.lstrip("0") or "0" for word in sentence[start:end])
            before = tuple(word for word in sentence[max(0, start - 2) : start] if not word.isdigit())
            named = before[-1:] != () and before[-1] in _IDENTITY
            identity = named or sentence[start].isalpha() or any(map(_YEAR.fullmatch, value))
            yield Figure((*before, "#", *sentence[end : end + 1]), value, identity, number)
        start = max(end, start + 1)


def _width(sentence: Sequence[str], at: int) -> int:
    """How many words from `at` on make one figure: 26 10 2023, XV after khoá, Giáp Thìn after Tết; else 0."""
    end = at
    while end < len(sentence) and any(map(str.isdigit, sentence[end])):
        end += 1
    if end > at or at == 0:
        return end - at
    word, before = sentence[at], sentence[at - 1]
    if before in _COUNTED and (word in _ORDINAL or _ROMAN.fullmatch(word)):
        return 1
    pair = at + 1 < len(sentence) and word in _STEMS and sentence[at + 1] in _BRANCHES
    return 2 if pair and before in _YEARLY else 0


def _unmatched(a: list[Figure], b: list[Figure]) -> tuple[list[Figure], list[Figure]]:
    """Those of `a` and of `b` that have no equal on the other side; 26/10 equals 26/10/2023."""
    rest = list(b)
    left = []
    for figure in a:
        match = next((other for other in rest if _equal(figure.value, other.value)), None)
        if match is None:
            left.append(figure)
        else:
            rest.remove(match)
    return left, rest


def _equal(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    shorter = min(len(a), len(b))
    if a[:shorter] == b[:shorter]:
        return True
    return shorter == 1 and "".join(a) == "".join(b)  # 1.200 and 1200

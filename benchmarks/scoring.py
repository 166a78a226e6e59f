"""How well a page was read: a reading against what its portal planted (fixtures.truth), counted the same for
every reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from storage.text import words

SHORT = 4  # words; a shorter line may stand in any sentence, so it must be a line of the article itself

DateVerdict = Literal["exact", "wrong", "missing", "none"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of a page: the lines of lead and body, and the date of publication as ISO text.

    `exact` is whether the reader may print a minute where there is one; others are judged by the day.
    """

    lines: Sequence[str] = ()
    date: str | None = None
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """Of one page: token F1 of lead and body; lines that belong neither to them nor to the captions; captions
    that stand in the text; and the date, "none" where it is not judged."""

    f1: float
    leaked: int
    captions: int
    date: DateVerdict


def score(truth: Mapping[str, Any], reading: Reading) -> Score:
    """The score of `reading` on an article page with this truth."""
    expected = [line for line in [truth["lead"], *truth["body"]] if line]
    leaked, captions = _strangers(expected, truth["captions"], reading.lines)
    return Score(token_f1(expected, reading.lines), leaked, captions, _date(truth, reading))


def token_f1(expected: Iterable[str], found: Iterable[str]) -> float:
    """F1 of the folded words as multisets; 1 where both are empty."""
    want, have = (Counter(word for line in lines for word in words(line)) for lines in (expected, found))
    total = want.total() + have.total()
    return 2 * (want & have).total() / total if total else 1.0


def _strangers(expected: Sequence[str], captions: Sequence[str], lines: Iterable[str]) -> tuple[int, int]:
    """How many of `lines` are not the article's own, and how many are captions."""
    cells = [cell for line in expected for cell in line.split(" | ")]
    whole = {" ".join(words(line)) for line in [*expected, *cells]}
    text = f" {' '.join(word for line in expected for word in words(line))} "
    pairs = _pairs(text.split())
    titles = [joined for caption in captions if (joined := " ".join(words(caption)))]
    leaked = in_text = 0
    for line in lines:
        own = words(line)
        joined = " ".join(own)
        if not own or joined in whole or (len(own) >= SHORT and f" {joined} " in text):
            continue
        if any(caption in joined or (len(own) >= SHORT and joined in caption) for caption in titles):
            in_text += 1
        elif len(_pairs(own) & pairs) < len(_pairs(own)) / 2 or len(own) < SHORT:
            leaked += 1
    return leaked, in_text


def _pairs(tokens: Sequence[str]) -> set[tuple[str, str]]:
    return set(pairwise(tokens))


def _date(truth: Mapping[str, Any], reading: Reading) -> DateVerdict:
    """A date that only listings print is not judged; where none is printed, the day of the event is right."""
    if truth["printed_by"] == "listing":
        return "none"
    right = {truth["published"] or truth["event"], *truth["accept"]} - {None}
    if not reading.exact:
        right = {value[:10] for value in right}
    if reading.date is None:
        return "missing" if right else "none"
    return "exact" if (reading.date if reading.exact else reading.date[:10]) in right else "wrong"


@dataclass(frozen=True, slots=True)
class Figures:
    """Scores of several pages together."""

    pages: int
    f1_mean: float
    f1_min: float
    leaked: int
    captions: int
    exact: int  # dates
    wrong: int
    missing: int


def together(scores: Sequence[Score]) -> Figures:
    """The figures of at least one score."""
    dates = Counter(score.date for score in scores)
    return Figures(
        len(scores),
        sum(score.f1 for score in scores) / len(scores),
        min(score.f1 for score in scores),
        sum(score.leaked for score in scores),
        sum(score.captions for score in scores),
        dates["exact"],
        dates["wrong"],
        dates["missing"],
    )

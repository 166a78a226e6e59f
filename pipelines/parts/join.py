"""One article of the pages that it is spread over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipelines.items import Article, NotAnArticle, Part
from storage.text import words
from storage.vocabulary import PARTIAL

_SAID = 8  # words of a line that may stand once only: templates repeat the lead on each page
_WHOLE = 0.8  # of the words of the first page stand on a page that has all of them
_SHORT = 40


def joined(first: Article, rest: Sequence[tuple[Part, Article | NotAnArticle]]) -> Article:
    """Returns `first` with the text of the further pages, in place; flagged PARTIAL where its pager names
    more.

    A page that holds the first one's text and more takes its place. One with another headline, or without a
    line of its own, is none of the article's: its pager turns something else.
    """
    last, complete = first, False
    for part, found in rest:
        if isinstance(found, NotAnArticle):
            continue
        if not _same_headline(first.title, found.title):
            complete = True
            break
        fresh = _fresh(first, found)
        if not fresh and not _more(first, found):
            complete = True
            break
        last = found
        if _is_whole(first, found):
            first.body, first.captions, first.images = found.body, found.captions, found.images
            first.lead = first.lead if first.lead not in found.body else None
            complete = True
        else:
            first.body = [*first.body, *fresh]
            first.captions = _both(first.captions, found.captions)
            first.images = [*first.images, *_unseen(first.images, found.images)]
        _take(first, found)
        first.parts.append(part)
        if complete:
            break
    _flag(first, partial=not complete and last.further is not None and _goes_on(last))
    return first


def _goes_on(article: Article) -> bool:
    further = article.further
    return further is not None and (further.following is not None or further.number < further.last)


def _take(first: Article, found: Article) -> None:
    first.attachments = [*first.attachments, *_unseen(first.attachments, found.attachments)]
    first.tags = _both(first.tags, found.tags)
    first.author = found.author or first.author
    first.confidence = min(first.confidence, found.confidence)
    first.witnesses = [name for name in first.witnesses if name in found.witnesses]
    first.flags = sorted({*first.flags, *(flag for flag in found.flags if flag not in ("short", PARTIAL))})
    explained = first.explain, found.explain
    first.explain = lambda: [*explained[0](), *explained[1]()]


def _flag(article: Article, *, partial: bool) -> None:
    flags = set(article.flags) - {PARTIAL}
    length = sum(len(line.split()) for line in [article.lead or "", *article.body])
    if article.parts and length >= _SHORT:
        flags -= {"short", "captions_only"}
    article.flags = sorted(flags | ({PARTIAL} if partial else set()))


def _same_headline(one: str, other: str) -> bool:
    """Returns whether two headlines are one, with or without the number of a page."""
    a, b = (words(text) for text in (one, other))
    short, long = sorted((a, b), key=len)
    return not short or long[: len(short)] == short or long[-len(short) :] == short


def _lines(article: Article) -> list[str]:
    return [*([article.lead] if article.lead else []), *article.body]


def _fresh(first: Article, found: Article) -> list[str]:
    """Returns the lines of `found` that `first` has not said yet."""
    said = set(_lines(first))
    return [line for line in _lines(found) if line not in said or len(line.split()) < _SAID]


def _more(first: Article, found: Article) -> bool:
    return bool(_unseen(first.images, found.images) or _unseen(first.attachments, found.attachments))


def _is_whole(first: Article, found: Article) -> bool:
    """Returns whether `found` has nearly all of the text of `first`, and more."""
    theirs = set(_lines(found))
    long = [line for line in _lines(first) if len(line.split()) >= _SAID]
    mine = sum(len(line.split()) for line in long)
    shared = sum(len(line.split()) for line in long if line in theirs)
    return bool(mine) and shared >= _WHOLE * mine and len(theirs) > len(long)


def _both(one: list[str], other: list[str]) -> list[str]:
    return list(dict.fromkeys([*one, *other]))


def _unseen(one: Sequence[Any], other: Sequence[Any]) -> list[Any]:
    seen = {item.url for item in one}
    return [item for item in other if item.url not in seen]

"""Publication dates in the markup of a page: meta elements, and elements that carry a moment in an attribute.

Names are judged by their words, so that every system's spelling is known: "article:published_time",
"parsely-pub-date", "DCTERMS.issued", "sailthru.date", "citation_publication_date". Which of several `time`
elements is the article's: the one that stands nearest to the headline, never one of a list, of a comment or
inside a link to another page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from lxml import etree, html

from pipelines.dating.placing import nearest, stands_aside
from pipelines.html.select import CUT
from storage.text import visible
from storage.vocabulary import VIETNAM

MAX_META = 400  # meta elements of a page that are looked at
MAX_MARKED = 200  # elements with a moment in an attribute
MAX_TEXT = 100  # letters of a date
UPDATED = 4  # the rank of what names an update

# Ranks of a name without its marks, the first to match: 0 posted, 1 issued, 2 made, 3 any date, 4 updated.
_NONE = re.compile(
    r"publisher|expir|validuntil|unpublish|copyright|birth|event|start|end(?:date|time)|keywords|version"
)
_RANKED = (
    (UPDATED, re.compile(r"modif|updat|lastmod|revis|edited|changed|reviewed")),
    (0, re.compile(r"publish|pubdate|pubtime|publicat|firstpub|ptime$|posted|postdate|releasedate")),
    (1, re.compile(r"issued|available|submitted|distribut")),
    (2, re.compile(r"creat|datereleased|upload")),
    (3, re.compile(r"^(?:dc|dcterms|og|article|page|doc|citation|content|sailthru|news|story|entry|display)?"
                   r"(?:online|original)?p?(?:date|datetime|timestamp)(?:online|display|original)?$|^gentime$")),
)  # fmt: skip
_MARKS = re.compile(r"[^a-z]+")
_DIGITS = re.compile(r"\d")
_EPOCH = re.compile(r"[1-4]\d{9}(?:\d{3})?")  # seconds or milliseconds, from 2001 on
_DAY_ONLY = re.compile(r"((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_NAMED = frozenset(  # attributes that hold a moment, or say that their element does
    (
        "datetime", "data-date", "data-time", "data-timestamp", "data-datetime", "data-published",
        "data-utime", "data-publish-date", "data-published-date", "data-published-at", "data-published-time",
        "data-publish-time", "data-pubdate", "data-pub-date", "data-post-date", "data-created",
        "data-created-at", "data-unix", "data-epoch", "data-livestamp", "data-iso",
    )
)  # fmt: skip
_MAYBE = _NAMED | {"property", "itemprop", "title", "type"}
_TITLED = frozenset(("abbr", "span", "div", "p", "em", "small"))
# The names that say most come first
_ATTRIBUTES = (
    "datetime",
    "content",
    *sorted(_NAMED - {"datetime"}, key=lambda name: ("publ" not in name, name)),
    "title",
    "value",
)
_ENTRY_CLASSES = re.compile(
    r"publish|entry-?date|entry-?time|post-?date|post-?time|posted|date-?posted|dateline|pub-?date"
)
_DATE_CLASSES = re.compile(r"date|time|ngay|ago|publish|posted|meta|moment", re.I)
_UPDATES = re.compile(r"updat|modif", re.I)
_CLASSED = etree.XPath(f"descendant::*[@class or @{CUT}]")
_NOT_PRINTED = frozenset(["html", "body", "script", "time"])


class Moment(NamedTuple):
    """A printed moment and how much its markup says: a rank as above; 3 for a `time` that says nothing."""

    rank: int
    text: str


def rank_of(name: str) -> int | None:
    """Returns the rank of the name of a property or class, None where it names no date of the page."""
    plain = _MARKS.sub("", name.lower())
    if not plain or _NONE.search(plain):
        return None
    return next((rank for rank, words in _RANKED if words.search(plain)), None)


def as_printed(text: str) -> str:
    """Returns `text` as a line that can be read: seconds and milliseconds since 1970, and YYYYMMDD, as ISO
    8601.
    """
    text = visible(text[:MAX_TEXT])
    if _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), VIETNAM).isoformat()
    if match := _DAY_ONLY.fullmatch(text):
        return "-".join(match.groups())
    return text


def metas(tree: html.HtmlElement) -> list[Moment]:
    """Returns what the meta elements of `tree` give as a date, the best name first."""
    found = []
    for element in islice(tree.iter("meta"), MAX_META):
        text = element.get("content") or element.get("value") or ""
        if not _DIGITS.search(text[:MAX_TEXT]):
            continue
        names = [element.get(key) or "" for key in ("property", "name", "itemprop", "http-equiv")]
        ranks = [rank for name in names if (rank := rank_of(name)) is not None]
        if ranks and not stands_aside(element):
            found.append(Moment(min(ranks), visible(text[:MAX_TEXT])))
    return sorted(found, key=lambda moment: moment.rank)


def printed(tree: html.HtmlElement, title: str, url: str) -> list[str]:
    """Returns the short texts near the headline whose class says that they are dates."""
    found = [
        (element, Moment(UPDATED if _UPDATES.search(element.get("class")) else 3, visible(text)))
        for element, text in _dated(tree)
    ]
    return [moment.text for moment in _ranked(nearest(tree, found, title, url, is_enough=_is_posted))]


def _dated(tree: html.HtmlElement) -> Iterator[tuple[html.HtmlElement, str]]:
    """Yields the elements, with their text, that hold digits and that their class calls a date."""
    left = MAX_MARKED
    for element in _CLASSED(tree):
        name = element.get("class")
        if name is not None and element.tag not in _NOT_PRINTED:
            if left <= 0:
                return
            left -= 1
            text = "".join(element.itertext())[:MAX_TEXT] if _DATE_CLASSES.search(name) else ""
            if len(text) < MAX_TEXT and _DIGITS.search(text):
                yield element, text
        if cut := element.get(CUT):
            left -= int(cut.partition(" ")[0])


def classed(tree: html.HtmlElement) -> int:
    """Returns how many elements under `tree` have a class and might be looked at for a date."""
    return sum(1 for element in _CLASSED(tree) if element.tag not in _NOT_PRINTED)


def moments(tree: html.HtmlElement, title: str, url: str) -> list[Moment]:
    """Returns the moments in attributes that are the article's, the best first: near the headline, then as
    marked.

    `title`: the headline as read; `url`: of the page. Only those of the smallest element around the headline
    count that has any; where no headline is found, those of the best rank must agree.
    """
    found = [
        (element, moment) for element in islice(_marked(tree), MAX_MARKED) if (moment := _moment(element))
    ]
    placed = _ranked(nearest(tree, found, title, url, is_enough=_is_posted))
    if not found or any(_is_posted(moment) for moment in placed):
        return placed
    # Templates put it into a side column or beside links, too: there it must be the only one.
    for only in (1, 3):
        loose = [(element, moment) for element, moment in found if moment.rank <= only]
        near, _ = nearest(tree, loose, title, url, is_enough=_is_posted, depth=2, lists_only=only == 1)
        if len({moment.text[:10] for moment in near}) == 1:
            return near[:1]
    return placed


def holds_moment(tree: html.HtmlElement) -> bool:
    """Returns whether anything under `tree` is looked at for a moment."""
    return next(_marked(tree), None) is not None or next(_dated(tree), None) is not None


def _marked(tree: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """Yields the elements that may hold a moment, in document order; XPath costs four times as much."""
    for element in tree.iterdescendants("*"):
        names, tag = element.keys(), element.tag
        if tag == "time" or (names and not _MAYBE.isdisjoint(names) and _may_hold(element, tag, names)):
            yield element


def _may_hold(element: html.HtmlElement, tag: str, names: list[str]) -> bool:
    """Returns whether an element has an attribute that holds a moment, or that calls its element one."""
    return (
        not _NAMED.isdisjoint(names)
        or (tag != "meta" and "property" in names)
        or (tag in _TITLED and "title" in names)
        or (tag == "input" and element.get("type") == "hidden")
        or "date" in element.get("itemprop", "")
    )


def _is_posted(moment: Moment) -> bool:
    return moment.rank < UPDATED


def _ranked(placed: tuple[list[Moment], bool]) -> list[Moment]:
    """The moments in the order of their ranks; where no headline places them, the best must agree."""
    found, sure = placed
    if not sure:
        best = min((moment.rank for moment in found), default=0)
        found = [moment for moment in found if moment.rank == best]
        found = found[:1] if len({moment.text for moment in found}) == 1 else []
    return sorted(found, key=lambda moment: moment.rank)


def _moment(element: html.HtmlElement) -> Moment | None:
    marks = " ".join(filter(None, (element.get("itemprop"), element.get("property"), element.get("rel"))))
    ranks = [rank for mark in marks.split() if (rank := rank_of(mark.rsplit(":", 1)[-1])) is not None]
    classes = (element.get("class") or "").lower()
    if element.tag == "input":
        names = f"{element.get('name') or ''} {element.get('id') or ''} {classes}".split()
        ranks = [rank for name in names if (rank := rank_of(name)) is not None]
        printed: str = element.get("value") or ""
        return Moment(min(ranks), visible(printed[:MAX_TEXT])) if ranks and _DIGITS.search(printed) else None
    if not ranks and "pubdate" in element.attrib:
        ranks = [0]
    if not ranks and (marked := [rank_of(name) for name in classes.split()]):
        ranks = [rank for rank in marked if rank is not None and rank in (0, UPDATED)]
        if not ranks and _ENTRY_CLASSES.search(classes):
            ranks = [0]
    named = (
        bool(ranks) or element.tag in ("time", "relative-time", "time-ago") or "datetime" in element.attrib
    )
    for attribute in _ATTRIBUTES:
        if not (value := element.get(attribute)):
            continue
        text = visible(value[:MAX_TEXT])
        if _DIGITS.search(text) and (
            named or (attribute != "content" and _looks_dated(element, classes, text))
        ):
            return Moment(min(ranks, default=3), text)
    if ranks or element.tag == "time":
        text = visible("".join(element.itertext())[:MAX_TEXT])
        return Moment(min(ranks, default=3), text) if _DIGITS.search(text) else None
    return None


def _looks_dated(element: html.HtmlElement, classes: str, text: str) -> bool:
    if element.tag == "abbr":
        return True
    parent = element.getparent()
    around = classes + " " + (parent.get("class") or "" if parent is not None else "")
    return _DATE_CLASSES.search(around) is not None

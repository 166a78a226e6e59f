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
from urllib.parse import urljoin, urlsplit

from lxml import etree, html

from storage.text import fold, visible
from storage.vocabulary import VIETNAM

MAX_META = 400  # meta elements of a page that are looked at
MAX_MARKED = 200  # elements with a moment in an attribute
TEASER_DEPTH = 4  # elements around a date in which the linked title of another article makes it that one's
TEASER_LINKS = 20
TITLE_WORDS = 4  # of a link that is no tag, byline or button
MAX_TEXT = 100  # letters of a date
UPDATED = 4  # the rank of what names an update

# Ranks of a name without its marks, the first to match: 0 posted, 1 issued, 2 made, 3 any date, 4 updated.
_NONE = re.compile(
    r"publisher|expir|validuntil|unpublish|copyright|birth|event|start|end(?:date|time)|keywords|version"
)
_RANKED = (
    (UPDATED, re.compile(r"modif|updat|lastmod|revis|edited|changed|reviewed")),
    (0, re.compile(r"publish|pubdate|pubtime|publicat|firstpub|ptime$|posted|postdate|releasedate")),
    (1, re.compile(r"issued|available|submitted")),
    (2, re.compile(r"creat|datereleased")),
    (3, re.compile(r"^(?:dc|dcterms|og|article|page|doc|citation|content|sailthru|news|story|entry|display)?"
                   r"(?:date|datetime|timestamp)(?:online|display)?$|^gentime$")),
)  # fmt: skip
_MARKS = re.compile(r"[^a-z]+")
_DIGITS = re.compile(r"\d")
_EPOCH = re.compile(r"[1-4]\d{9}(?:\d{3})?")  # seconds or milliseconds, from 2001 on
_DAY_ONLY = re.compile(r"((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_MOMENTS = etree.XPath(
    "descendant::time | descendant::*[not(self::meta)]/@property/.. | descendant::*/@datetime/.."
    " | descendant::*/@itemprop[contains(., 'date')]/.. | descendant::*/@data-date/.."
    " | descendant::*/@data-time/.."
    " | descendant::*[self::abbr or self::span or self::div or self::p or self::em or self::small]/@title/.."
    " | descendant::*/@data-timestamp/.. | descendant::*/@data-datetime/.. | descendant::*/@data-published/.."
    " | descendant::*/@data-utime/.."
)
_ATTRIBUTES = (
    "datetime", "content", "data-datetime", "data-published", "data-timestamp", "data-date", "data-time",
    "data-utime", "title",
)  # fmt: skip
_ASIDE = re.compile(
    r"comment|related|sidebar|widget|recent|popular|latest|most-?read|carousel|slider|teaser|promo|ticker|binh-?luan"
    r"|lien-?quan|tin-?khac|tin-?moi|xem-?nhieu|footer|copyright|event-?(?:date|time)"
)
_OUTSIDE = frozenset({"aside", "nav", "footer", "select", "form"})
_ENTRY_CLASSES = re.compile(
    r"publish|entry-?date|entry-?time|post-?date|post-?time|posted|date-?posted|dateline|pub-?date"
)
_DATE_CLASSES = re.compile(r"date|time|ngay|ago|publish|posted|meta", re.I)
_HEADINGS = etree.XPath("descendant::*[self::h1 or self::h2 or self::h3 or @itemprop='headline']")


class Moment(NamedTuple):
    """A printed moment and how much its markup says: a rank as above; 3 for a `time` that says nothing."""

    rank: int
    text: str


def rank_of(name: str) -> int | None:
    """The rank of the name of a property or class, None where it names no date of the page."""
    plain = _MARKS.sub("", name.lower())
    if not plain or _NONE.search(plain):
        return None
    return next((rank for rank, words in _RANKED if words.search(plain)), None)


def as_printed(text: str) -> str:
    """`text` as a line that can be read: seconds and milliseconds since 1970, and YYYYMMDD, as ISO 8601."""
    text = visible(text[:MAX_TEXT])
    if _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), VIETNAM).isoformat()
    if match := _DAY_ONLY.fullmatch(text):
        return "-".join(match.groups())
    return text


def metas(tree: html.HtmlElement) -> list[Moment]:
    """What the meta elements of `tree` give as a date, the best name first."""
    found = []
    for element in islice(tree.iter("meta"), MAX_META):
        text = element.get("content") or element.get("value") or ""
        if not _DIGITS.search(text[:MAX_TEXT]):
            continue
        names = [element.get(key) or "" for key in ("property", "name", "itemprop", "http-equiv")]
        ranks = [rank for name in names if (rank := rank_of(name)) is not None]
        if ranks and not _inside_another(element):
            found.append(Moment(min(ranks), visible(text[:MAX_TEXT])))
    return sorted(found, key=lambda moment: moment.rank)


def _inside_another(element: html.HtmlElement) -> bool:
    """Whether a meta of the body stands in a list of other articles or in a comment (microdata)."""
    return any(_is_aside(node) for node in element.iterancestors())


def moments(tree: html.HtmlElement, title: str, url: str) -> list[Moment]:
    """The moments in attributes that are the article's, the best first: near the headline, then as marked.

    `title`: the headline as read; `url`: of the page. Only those of the smallest element around the headline
    count that has any; where no headline is found, those of the best rank must agree.
    """
    found = [
        (element, moment)
        for element in islice(_MOMENTS(tree), MAX_MARKED)
        if (moment := _moment(element)) and not _is_others(element, url)
    ]
    if not found:
        return []
    above = [list(element.iterancestors()) for element, _ in found]
    inside: list[Moment] = []
    for scope in _around(tree, title):
        inside = [
            moment
            for (element, moment), nodes in zip(found, above, strict=True)
            if (element is scope or scope in nodes) and not _in_teaser(nodes, scope, url)
        ]
        if any(moment.rank < UPDATED for moment in inside):
            break
    else:
        if not inside:
            alone = [
                m for (_, m), nodes in zip(found, above, strict=True) if not _in_teaser(nodes, None, url)
            ]
            best = min((moment.rank for moment in alone), default=0)
            texts = dict.fromkeys(moment.text for moment in alone if moment.rank == best)
            inside = [Moment(best, text) for text in texts] if len(texts) == 1 else []
    return sorted(inside, key=lambda moment: moment.rank)


def _moment(element: html.HtmlElement) -> Moment | None:
    marks = " ".join(filter(None, (element.get("itemprop"), element.get("property"), element.get("rel"))))
    ranks = [rank for mark in marks.split() if (rank := rank_of(mark.rsplit(":", 1)[-1])) is not None]
    classes = (element.get("class") or "").lower()
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
        text = visible((element.get(attribute) or "")[:MAX_TEXT])
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


def _is_aside(node: html.HtmlElement) -> bool:
    if node.tag in _OUTSIDE:
        return True
    named = f"{node.get('class') or ''} {node.get('id') or ''}".lower()
    return node.tag not in ("html", "body") and _ASIDE.search(named) is not None


def _is_others(element: html.HtmlElement, url: str) -> bool:
    """Whether `element` dates something else: it stands aside, or links to another page."""
    return any(
        _is_aside(node) or (node.tag == "a" and _is_elsewhere(node, url))
        for node in (element, *element.iterancestors())
    )


def _in_teaser(above: list[html.HtmlElement], scope: html.HtmlElement | None, url: str) -> bool:
    """Whether the linked title of another article stands in one of the elements `above`, below `scope`."""
    for node in above[:TEASER_DEPTH]:
        if node is scope:
            return False
        for link in islice(node.iter("a"), TEASER_LINKS):
            if _is_elsewhere(link, url) and len("".join(link.itertext())[:500].split()) >= TITLE_WORDS:
                return True
    return False


def _is_elsewhere(link: html.HtmlElement, url: str) -> bool:
    href: str | None = link.get("href")
    if not href or "bookmark" in (link.get("rel") or ""):
        return False
    try:
        target = urlsplit(urljoin(url, href))
    except ValueError:  # "http://[": no address
        return True
    return target.path.rstrip("/") != urlsplit(url).path.rstrip("/")


def _text(heading: html.HtmlElement) -> str:
    return fold(visible("".join(heading.itertext())[:500])).strip(" .…")


def _around(tree: html.HtmlElement, title: str) -> Iterator[html.HtmlElement]:
    """The headline and the elements around it, the nearest first."""
    wanted = fold(title).strip(" .…")
    headings = _HEADINGS(tree)
    own = next((heading for heading in headings if wanted and _text(heading) == wanted), None)
    if own is None:
        first = [h for h in headings if h.tag == "h1"]
        own = first[0] if len(first) == 1 else None
    if own is not None:
        yield own
        yield from own.iterancestors()

"""Which of several places on a page is the article's: the one nearest to the headline."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

from lxml import etree, html

from storage.text import fold, visible

TEASER_DEPTH = 4  # elements around a date in which the linked title of another article makes it that one's
TEASER_LINKS = 20
TITLE_WORDS = 5  # of a link that is no tag, byline or button
ITEM_WORDS = 2  # of one beside a date in the item of a list
_LISTS = re.compile(
    r"comment|(?<![a-z])(?:related|recent|popular|latest|most-?read|carousel|slider|teasers?|promo|ticker)(?![a-z])"
    r"|binh-?luan|lien-?quan|tin-?khac|tin-?moi|xem-?nhieu|copyright|event-?(?:date|time)"
)
_SIDE = re.compile(r"(?<![a-z])(?:sidebar|widget)(?![a-z])")
_OUTSIDE = frozenset({"aside", "nav", "select"})
_ARTICLES = frozenset({"article", "main"})
_TAGS = ("h1", "h2", "h3")
_MARKS = etree.XPath("descendant::*/@itemprop", smart_strings=False)
_HEADINGS = etree.XPath("descendant::*[self::h1 or self::h2 or self::h3 or @itemprop='headline']")
T = TypeVar("T")


def nearest(
    tree: html.HtmlElement,
    found: list[tuple[html.HtmlElement, T]],
    title: str,
    url: str,
    *,
    is_enough: Callable[[T], bool],
    depth: int = TEASER_DEPTH,
    lists_only: bool = False,
) -> tuple[list[T], bool]:
    """Returns which of the values `found` at elements belong to the article.

    That is those of the smallest element around the headline that has any which `is_enough`, and True; or all
    that are not another article's, and False, where no headline is found.

    `title`: the headline as read; `url`: of the page. What stands aside (in a list, a comment, a footer), in
    a link to another page or beside the linked title of one is another's, unless the headline stands there.
    `depth`: elements around a value in which such a title is looked for. `lists_only`: a side column is no
    other article's, a list of articles or comments is.
    """
    around = list(_around(tree, title)) if found else []
    own = set(around)
    placed = []
    for element, value in found:
        path = [node for node in (element, *element.iterancestors()) if node not in own]
        apart = _in_list if lists_only else _is_aside
        if not any(apart(node) or _leads_away(node, url) for node in path) and not _in_teaser(
            path, url, depth
        ):
            placed.append((element, value))
    if not around:
        return [value for _, value in placed], False
    inside: list[T] = []
    for scope in around:
        inside = [value for element, value in placed if element is scope or scope in element.iterancestors()]
        if any(is_enough(value) for value in inside):
            break
    return inside, True


def stands_aside(element: html.HtmlElement) -> bool:
    """Returns whether `element` stands in a list of other articles, a comment or a footer."""
    return any(_is_aside(node) for node in element.iterancestors())


def _is_aside(node: html.HtmlElement) -> bool:
    if node.tag in _OUTSIDE:
        return True
    if node.tag == "footer":  # of the page, not of the article
        return not any(above.tag in _ARTICLES for above in node.iterancestors())
    return _in_list(node) or _SIDE.search(_named(node)) is not None


def _in_list(node: html.HtmlElement) -> bool:
    return node.tag not in ("html", "body") and _LISTS.search(_named(node)) is not None


def _named(node: html.HtmlElement) -> str:
    return f"{node.get('class') or ''} {node.get('id') or ''}".lower()


def _in_teaser(path: list[html.HtmlElement], url: str, depth: int) -> bool:
    """Whether the linked title of another article stands in one of the elements of `path`."""
    for node in path[: depth + 1]:
        enough = ITEM_WORDS if node.tag == "li" else TITLE_WORDS
        for link in islice(node.iter("a"), TEASER_LINKS):
            if _leads_away(link, url) and len("".join(link.itertext())[:500].split()) >= enough:
                return True
    return False


def _leads_away(link: html.HtmlElement, url: str) -> bool:
    href: str | None = link.get("href")
    if (
        link.tag != "a"
        or not href
        or (link.get("rel") or "").split()[:1] in (["bookmark"], ["author"], ["tag"])
    ):
        return False
    try:
        target = urlsplit(urljoin(url, href))
    except ValueError:  # "http://[": no address
        return True
    return target.path.rstrip("/") != urlsplit(url).path.rstrip("/")


def _around(tree: html.HtmlElement, title: str) -> Iterator[html.HtmlElement]:
    """The headline and the elements around it, the nearest first; nothing where it is not found."""
    wanted = fold(title).strip(" .…")
    # few pages mark a headline, and to ask each element costs twenty times as much as to walk the headings
    headings = _HEADINGS(tree) if "headline" in _MARKS(tree) else list(tree.iterdescendants(*_TAGS))
    own = next((heading for heading in headings if wanted and _text(heading) == wanted), None)
    if own is None:
        first = [heading for heading in headings if heading.tag == "h1"]
        own = first[0] if len(first) == 1 else None
    if own is not None:
        yield own
        yield from own.iterancestors()


def _text(heading: html.HtmlElement) -> str:
    return fold(visible("".join(heading.itertext())[:500])).strip(" .…")

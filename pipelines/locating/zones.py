"""Boxes that hold a page's furniture by their name: footer, navigation, popup, cookie notice, comments,
related news.

What stands inside such a box is furniture, however its inner boxes are called. Some names are sure; others
name layouts as well ("right-sidebar" around a page, "widget" around everything), so a box that holds the
page's heading, its marked text or most of its running text is none of these.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping

from lxml import html

_SURE_TAGS = frozenset("footer nav dialog".split())  # not "form": ASP.NET wraps the whole page in one
_OF_ARTICLE = re.compile(r"(?<![a-z])(?:entry|post|article|node)[-_]", re.I)  # a theme's name for its foot
_TEXT = re.compile(
    r"^(?:article|post|entry|news|story|detail)[-_]*(?:body|content|text)(?![a-z])|^noi-?dung$", re.I
)
_TAGS = frozenset("aside menu".split())
_SURE_ROLES = frozenset(["navigation", "contentinfo", "dialog", "alertdialog", "search"])
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# Whole words of a class or id, and pairs of them as Vietnamese templates join them.
_SURE = frozenset(
    "footer breadcrumb breadcrumbs crumbs comment comments disqus respond cookie cookies gdpr consent popup "
    "newsletter pagination pager pagenavi copyright".split()
)
_NAMES = frozenset(
    "foot sidebar sidenav navbar nav navigation menu related modal subscribe toolbar share sharing sharebar "
    "offcanvas lightbox toast advert advertisement ads widget recommended recommendations login signup "
    "paywall outbrain taboola".split()
)
_SURE_PAIRS = frozenset("binh luan|y kien|chan trang|phan hoi".split("|"))
_PAIRS = frozenset(
    "lien quan|chan trang|cung chuyen|tin khac|bai khac|tin moi|tin cu|chia se|quang cao"
    "|xem nhieu|doc nhieu|author box|author bio|author info|post navigation|side bar|col side|social links"
    "|more news|read also|also read".split("|")
)
# Beside these words a name tells of a layout: "no-sidebar", "page-with-footer", "comment-content-wrapper".
_OTHERWISE = frozenset(
    "no has hasnt with without open closed enabled disabled page layout container wrapper wrap body "
    "elementor title content main template single post article text".split()
)


def names(element: html.HtmlElement) -> tuple[str, ...]:
    """Returns the class names and the id of an element."""
    return tuple(f"{element.get('class') or ''} {element.get('id') or ''}".split())


def named(element: html.HtmlElement) -> str | None:
    """Returns "sure" or "maybe" where tag, role or name of an element say that it holds furniture, else
    None.
    """
    if element.tag in _SURE_TAGS or element.get("role") in _SURE_ROLES:
        return (
            "maybe" if element.tag == "footer" and _OF_ARTICLE.search(element.get("class") or "") else "sure"
        )
    if element.tag in ("body", "html", "main", "article", "p", "span", "a", "h1"):
        return None
    own = names(element)
    found = {_named(name) for name in own} - {None}
    if found and any(_TEXT.search(name) for name in own):
        return None  # "article-body pagination-first"
    if "sure" in found:
        return "sure"
    return "maybe" if found or element.tag in _TAGS else None


def _named(name: str) -> str | None:
    words = [word.lower() for word in _WORDS.findall(name)]
    if not words or len(words) > 4 or not _OTHERWISE.isdisjoint(words):
        return None
    pairs = [f"{a} {b}" for a, b in itertools.pairwise(words)]
    if not _SURE.isdisjoint(words) or not _SURE_PAIRS.isdisjoint(pairs):
        return "sure"
    return "maybe" if not _NAMES.isdisjoint(words) or not _PAIRS.isdisjoint(pairs) else None


_LAYERS = 3


class Zones:
    """The furniture of one page.

    `kept` are elements that no furniture holds, such as the headline; `texts` the elements of the page's
    running text with their letters.
    """

    def __init__(self, kept: Iterable[html.HtmlElement], texts: Mapping[html.HtmlElement, int]) -> None:
        self._texts = texts
        self._kept = {e for element in kept for e in (element, *element.iterancestors())}
        self._weigh()
        for _ in range(_LAYERS):  # a box that holds all there is to read is the page
            if not texts or not all(map(self.furniture, texts)):
                break
            longest = max(texts, key=lambda e: texts[e])
            outer = [e for e in (longest, *longest.iterancestors()) if named(e) and e not in self._kept]
            if any(named(e) == "sure" for e in outer):  # a footer is no article, whatever else is missing
                break
            self._kept |= {outer[-1], *outer[-1].iterancestors()}
            self._weigh()

    def _weigh(self) -> None:
        texts = self._texts
        self._known: dict[html.HtmlElement, bool] = dict.fromkeys(self._kept, False)
        self._holds: dict[html.HtmlElement, int] = {}
        for element, letters in texts.items():
            path = (element, *element.iterancestors())
            if any(named(e) == "sure" and e not in self._known for e in path):
                continue
            for e in path:
                self._holds[e] = self._holds.get(e, 0) + letters
        self._most = max(self._holds.values(), default=0) / 2

    def furniture(self, element: html.HtmlElement) -> bool:
        """Returns whether an element is furniture or stands in such a box."""
        path = []
        node = element
        while node is not None and node not in self._known:
            path.append(node)
            node = node.getparent()
        inside = self._known[node] if node is not None else False
        for below in reversed(path):
            if not inside:
                # ASP.NET wraps the whole page in a form, which then holds most of the text
                name = named(below) or ("maybe" if below.tag == "form" else None)
                most = 0 < self._most < self._holds.get(below, 0)
                inside = name == "sure" or (name == "maybe" and not most)
            self._known[below] = inside
        return inside


def length(element: html.HtmlElement) -> int:
    """Returns the letters that an element holds, white space around them left out."""
    return len("".join(element.itertext()).strip())

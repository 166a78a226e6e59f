"""The category of an article, and its tags."""

from __future__ import annotations

import re

from lxml import html

from pipelines.fields.plain import plain
from pipelines.html.select import compiled, select_text
from pipelines.items import RawPage
from storage.text import visible

# WordPress and its kin: the category's link in the article's own head or foot
_CATEGORY_LINK = (
    ".//a[contains(@rel, 'category') or (contains(@rel, 'tag') and contains(@href, '/category/'))]",
)
_CATEGORY_META = tuple(
    f"descendant::meta[@{name}]/@content"
    for name in ("property='article:section'", "name='article:section'", "itemprop='articleSection'")
)
_TAGS = (
    "descendant::*/@rel[. = 'tag']/parent::a[not(contains(@href, '/category/'))]/text() | "
    "descendant::meta[@property='article:tag']/@content"
)
_CRUMBS = " | ".join(
    f"descendant::*/@{name}[contains(., 'readcrumb')]/../descendant::a[not(contains(@href, 'javascript'))]"
    for name in ("class", "id", "itemtype")
)
_HOME = re.compile(r"^(?:trang ch(?:ủ|u)|home|trangchu)$", re.I)


def told_category(tree: html.HtmlElement, page: RawPage) -> str | None:
    """The category as the family's selector, the page's metadata or its breadcrumbs name it."""
    told = select_text(tree, page.hints.category) or select_text(tree, _CATEGORY_META)
    if told:
        return plain(told)
    if not _mentions(page.body, b"readcrumb"):
        return None
    crumbs = [visible("".join(a.itertext())) for a in compiled(_CRUMBS)(tree)]
    crumbs = [c for c in crumbs if c and not _HOME.match(c) and len(c) <= 60]
    return crumbs[-1] if crumbs else None


def linked_category(node: html.HtmlElement) -> str | None:
    """The category that a link in the head or foot of the article's `node` leads to, or None."""
    links = select_text(node, _CATEGORY_LINK)
    return plain(links) if links else None


def _mentions(body: bytes, *words: bytes) -> bool:
    """Whether a page's bytes hold one of some ASCII words: a look at them spares one at every node."""
    return b"\0" in body[:100] or not body or any(word in body for word in words)


def tags(tree: html.HtmlElement) -> list[str]:
    """The tags of the page's article, each once, in the page's order."""
    found = [visible(str(t)) for t in compiled(_TAGS)(tree)]
    return list(dict.fromkeys(t for t in found if t))

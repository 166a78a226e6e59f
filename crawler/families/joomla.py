"""Joomla 1.5 to 5 (Phú Thọ, Mai Châu, Phù Ninh): com_content, its articles and category blogs.

Article: /{menu}/{id}-{alias}, or /index.php?option=com_content&view=article&id={id}, or, where ids are left
out, /{menu}/{alias}; K2, an extension for news, says view=item. Listings page by offset (?start=10), never by
number. Templates may override the markup; the schema.org marks stay.
"""

from __future__ import annotations

import re
from typing import ClassVar
from urllib.parse import parse_qsl, urlsplit

from lxml import etree

from crawler.discover.links import Link, article_links, is_file, looks_like_article
from crawler.discover.urls import canonical
from crawler.families.base import Family, Listing, has_class
from pipelines.html.address import absolute, base_of
from pipelines.items import Hints

_ITEM = has_class("item-page")
_OTHERS = re.compile(
    r"/component/(?!content/article|k2/item)|[?&](?:option=com_(?!content\b|k2\b)|view=(?!article\b|item\b)"
    r"|task=(?!view\b)|format=)"
    r"|/(?:mailto|download)(?:[/?]|$)",
    re.I,
)


# The headlines of a category's blog or list; an alias may be one word ("/52-mua-ong").
_HEADED = etree.XPath(
    ".//*[@itemprop='blogPost']//*[self::h1 or self::h2 or self::h3]//a"
    " | .//*[contains(@class, 'item-title') or contains(@class, 'contentheading')]//a"
    " | .//td[contains(@class, 'list-title')]//a | .//th[contains(@class, 'list-title')]//a"
)


_NUMBERED = re.compile(r"\d+-(?:[^/?.-]+-){2,}[^/?.-]+")
_SHOWN = ("article", "item", "view")


class Joomla(Family):
    """Addresses of categories (/78-tin-trong-tinh) look like those of articles, only shorter."""

    article = re.compile(
        r"^(?!.*tmpl=component)(?:.*[?&](?:view=article|view=item|task=view)(?:&|$)"
        r"|.*/\d+-(?:[^/?.-]+-){3,}[^/?.-]+(?:\.html)?(?:$|\?)"
        r"|.*/(?:[^/?.-]+-){6,}[^/?.-]+(?:\.html)?$)",
        re.I,
    )
    section_feeds = "format=feed"  # the home page's has featured articles only
    hints: ClassVar[Hints] = Hints(
        article=(_ITEM,),
        title=(
            ".//*[self::h1 or self::h2][@itemprop='headline' or @itemprop='name']",
            has_class("contentheading"),
        ),
        body=(".//*[@itemprop='articleBody']",),
        date=(
            _ITEM + "//time[@itemprop='datePublished']",
            _ITEM + has_class("published")[1:],
            _ITEM + has_class("create")[1:],
            has_class("createdate"),
        ),
        category=(_ITEM + has_class("category-name")[1:] + "//a",),
        prune=(
            has_class("icons", "div"),
            has_class("actions", "ul"),
            has_class("pagenav"),
            has_class("content_rating"),
            has_class("hits", "dd"),
        ),
    )

    def identity(self, url: str) -> str | None:
        """An article has an address below every menu entry that shows it: /{menu}/{id}-{alias}."""
        parts = urlsplit(url)
        told = dict(parse_qsl(parts.query))
        if told.get("option") in ("com_content", "com_k2") and "id" in told:
            kind = told.get("view") or told.get("task") or ""
            return f"{kind} {told['id'].replace(':', '-')}".lower() if kind in _SHOWN else None
        last = parts.path.rpartition("/")[2].removesuffix(".html")
        if parts.query or not _NUMBERED.fullmatch(last):
            return None
        return f"{'item' if '/item/' in parts.path else 'article'} {last}".lower()

    def links(self, listing: Listing) -> list[Link]:
        found = article_links(listing.tree, listing.url, re.compile(""), listing.category, listing.places)
        base = base_of(listing.tree, listing.url)
        headed = {absolute(base, link.get("href") or "") for link in _HEADED(listing.tree)}
        items = {canonical(address) for address in headed if address}
        return [
            link
            for link in found
            if is_file(link) or is_article(link) or (link.url in items and not _is_other(link))
        ]


def is_article(link: Link) -> bool:
    """Returns whether a link leads to an article: by its address alone, or by its headline where ids are
    left out.
    """
    path = "/" + link.url.split("/", 3)[-1]
    if _is_other(link):
        return False
    return bool(Joomla.article and Joomla.article.search(path)) or looks_like_article(link.url, link.title)


def _is_other(link: Link) -> bool:
    return bool(_OTHERS.search("/" + link.url.split("/", 3)[-1]))

"""Drupal 7 and later: nodes at /node/{id} or under an alias of their own; listings page by ?page=1.

Core's field names are used, which themes keep: field-name-body in Drupal 7, field--name-body since 8.
"""

from __future__ import annotations

import re
from typing import ClassVar

from crawler.discover.links import Link, article_links, is_file, looks_like_article
from crawler.families.base import Family, Listing, has_class
from pipelines.items import Hints

_OTHERS = re.compile(
    r"^/(?:[a-z]{2}/)?(?:user|users|search|admin|comment|taxonomy|tags?|filter|contact|print|printpdf"
    r"|rss\.xml|blog/\d+|forum|aggregator|archive)(?:/|$)|/(?:feed|edit|revisions)(?:/|$)|[?&](?:page|q=user)=",
    re.I,
)


class Drupal(Family):
    """An alias has no shape of its own: its headline or its words vouch for it."""

    article = re.compile(r"/node/\d+(?:$|\?)|[?&]q=node/\d+(?:&|$)|/(?:[^/?.-]+-){4,}[^/?.-]+$", re.I)
    feeds = ("/rss.xml",)
    sitemaps = ("/sitemap.xml",)
    hints: ClassVar[Hints] = Hints(
        title=(".//h1[@id='page-title']", has_class("page-title", "h1"), has_class("page-header", "h1")),
        body=(has_class("field-name-body"), has_class("field--name-body")),
        date=(
            ".//*[contains(@property, 'dc:created') or @property='schema:dateCreated']",
            has_class("node__submitted") + "//time",
            has_class("submitted"),
        ),
        prune=(has_class("links", "ul"), ".//*[@id='comments']", has_class("field-name-field-tags")),
    )

    def links(self, listing: Listing) -> list[Link]:
        found = article_links(listing.tree, listing.url, re.compile(""), listing.category, listing.places)
        return [link for link in found if is_file(link) or is_node(link)]


def is_node(link: Link) -> bool:
    """Returns whether a link leads to a node with a text: by its address, else by its headline."""
    path = "/" + link.url.split("/", 3)[-1]
    if _OTHERS.search(path):
        return False
    return bool(Drupal.article and Drupal.article.search(path)) or looks_like_article(link.url, link.title)

"""The VHV platform (communes of Ninh Bình and Nam Định, schools). Its article pages have been seen.

Its addresses have no shape of their own, so links are judged as on any site. Lists may print years of two
digits, and their pagers an arrow without a number.
"""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import urljoin

from crawler.discover.paging import MAX_PAGES, NextPage, next_page
from crawler.discover.urls import canonical, same_site
from crawler.families.base import Family, Listing, has_class
from pipelines.html.address import base_of
from pipelines.items import Hints

_DETAIL = ".//article[contains(@class, 'news-detail-layout')]"
_NEXT = " | ".join(
    (has_class("next", "a"), has_class("next-pages", "a"), has_class("btn-next", "li") + "//a")
)


class Vhv(Family):
    """On the last page the arrow is a span, no link."""

    hints: ClassVar[Hints] = Hints(
        article=(_DETAIL,),
        title=(has_class("title-detail", "h1"),),
        lead=(has_class("brief", "div"),),
        body=(has_class("content-detail", "div"),),
        date=(
            _DETAIL + has_class("post-date", "span")[1:],
            _DETAIL + "//meta[@itemprop='datePublished']/@content",
        ),
        prune=(
            has_class("block_share"),
            has_class("social-connect"),
            has_class("network-share"),
            has_class("relatedArticles"),
            has_class("audio", "div"),
            has_class("rating", "div"),
            has_class("author", "p"),  # counts the views
        ),
    )

    def next_page(self, listing: Listing) -> NextPage | None:
        numbered = next_page(listing.tree, listing.url, listing.number)
        if numbered is not None or listing.number >= MAX_PAGES:
            return numbered
        for arrow in listing.tree.xpath(_NEXT):
            href = (arrow.get("href") or "").strip()
            if not href or href.startswith(("#", "javascript:")):
                continue  # the arrow of a slide show
            address = canonical(urljoin(base_of(listing.tree, listing.url), href))
            if same_site(address, listing.url) and address != canonical(listing.url):
                return NextPage(address, listing.number + 1)
        return None

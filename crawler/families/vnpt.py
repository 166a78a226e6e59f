"""VNPT Portal (vnPortal). Class names and the paging call: real pages and working scrapers have been seen.

A listing shows its first page in HTML; further ones come as HTML fragments from a POST whose ids stand in
the listing's inline script, so they are carried along from page to page.
"""

from __future__ import annotations

import re
from typing import ClassVar
from urllib.parse import urljoin

from crawler.discover.paging import MAX_PAGES, NextPage
from crawler.discover.paging import next_page as linked_page
from crawler.families.base import Family, Listing, has_class
from pipelines.items import Hints

_CALL = "/DesktopModule/UIArticleInMenu/ArticleInMenuPagination.aspx/LoadArticle"
_IDS = {
    "article_category_id": re.compile(r"article_category_id\s*[:=]\s*['\"]?(\d+)"),
    "categoryIds": re.compile(r"categoryIds\s*[:=]\s*['\"]([^'\"]*)['\"]"),
    "site_id": re.compile(r"site_id\s*[:=]\s*['\"]?(\d+)"),
    "page_size": re.compile(r"page_size\s*[:=]\s*['\"]?(\d+)"),
    "num_of_text": re.compile(r"num_of_text\s*[:=]\s*['\"]?(\d+)"),
}
_LAST = re.compile(r"maxPage\s*=\s*(?:parseInt\()?['\"]?(\d+)")


class Vnpt(Family):
    """Addresses: /{category}/{title cut at about 100 letters}-{id of 5 to 7 digits}."""

    article = re.compile(r"-\d{5,7}(?:\.html)?$")
    hints: ClassVar[Hints] = Hints(
        article=(has_class("ArticleDetailControl"),),
        title=(has_class("ArticleHeader"),),
        lead=(has_class("ArticleSummary"),),
        body=(has_class("ArticleContent"),),
        author=(has_class("author", "div"),),
        date=(has_class("PostDate"),),
        prune=(has_class("tool", "div"), has_class("UISocialShare")),
    )

    def next_page(self, listing: Listing) -> NextPage | None:
        state = listing.state or _state(listing)
        last = int(state.get("last") or MAX_PAGES)
        if "article_category_id" not in state:
            return linked_page(listing.tree, listing.url, listing.number)
        if listing.number >= min(last, MAX_PAGES):
            return None
        size = state.get("page_size") or "15"
        form = {
            "article_category_id": state["article_category_id"],
            "categoryIds": state.get("categoryIds", ""),
            "site_id": state.get("site_id", ""),
            "page": str(listing.number + 1),
            "page_size": size,
            "keyword": "",
            "date_begin": "",
            "date_end": "",
            "show_no": "False",
            "show_post_date": "True",
            "num_of_text": state.get("num_of_text", ""),
            "show_view_count": "False",
            "filter_order_in_list": "",
            "is_default": "False",
            "new": "False",
            "number_of_day": "3",
            "no": f"-{size}",
            "articlelang": "vi-VN",
            "is_authenticated": "False",
        }
        return NextPage(urljoin(listing.url, _CALL), listing.number + 1, form, state)


def _state(listing: Listing) -> dict[str, str]:
    script = "\n".join(s.text or "" for s in listing.tree.iter("script"))
    if "article_category_id" not in script:
        return {}
    found = {name: match.group(1) for name, pattern in _IDS.items() if (match := pattern.search(script))}
    if last := _LAST.search(script):
        found["last"] = last.group(1)
    return found

"""WordPress: /{slug}/ or /?p={id}; listings /page/{n}/ and /?cat={id}; feed and sitemap of its own.

Themes differ; what WordPress core and its editors write is used: entry-content, entry-title, wp-caption.
Where a theme has other names, structure and text decide.
"""

from __future__ import annotations

import re
from typing import ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

from crawler.discover.links import Link, article_links, is_file
from crawler.families.base import Family, Listing, has_class
from pipelines.items import Hints

_NO_ARTICLE = re.compile(
    r"^/(?:page/\d+|category|chuyen-muc|danh-muc|tag|author|wp-\w+|feed|comments|search"
    r"|\d{4}(?:/\d{2}){0,2}/?$)(?:/|$)|/(?:feed|page/\d+|amp|embed|attachment)(?:/|$)"
)

_POST_SITEMAP = re.compile(r"posts-post|(?:^|/)post-sitemap|sitemap-posttype-post", re.I)
_OTHER_SITEMAP = re.compile(
    r"posts-page|page-sitemap|taxonom|categor|tag-sitemap|users|author|attachment", re.I
)
_HEADLINE = 5  # words of a link's text; those of a menu that is not told from a listing have fewer


class WordPress(Family):
    """Its feed lists the newest posts with the exact time of publication."""

    feeds = ("/feed/",)
    sitemaps = ("/wp-sitemap.xml", "/sitemap_index.xml", "/sitemap.xml")
    hints: ClassVar[Hints] = Hints(
        body=(has_class("entry-content"), has_class("post-content"), has_class("td-post-content")),
        title=(
            has_class("entry-title", "h1"),
            has_class("post-title", "h1"),
            has_class("tdb-title-text", "h1"),
        ),
        prune=(
            has_class("sharedaddy"),
            has_class("jp-relatedposts"),
            has_class("yarpp-related"),
            has_class("addtoany_share_save_container"),
            has_class("code-block"),
            has_class("wp-block-latest-posts"),
            ".//*[@id='comments' or @id='respond']",
        ),
    )

    def announces(self, link: Link, sitemap: str) -> bool:
        """Returns whether a sitemap names posts: WordPress and its SEO plugins name sitemaps by what is in
        them, and posts may have any slug.
        """
        if _OTHER_SITEMAP.search(sitemap):
            return False
        return is_post(link.url, worded=bool(_POST_SITEMAP.search(sitemap)))

    def links(self, listing: Listing) -> list[Link]:
        found = article_links(listing.tree, listing.url, re.compile(""), listing.category, listing.places)
        return [
            link
            for link in found
            if is_file(link) or is_post(link.url, worded=len(link.title.split()) >= _HEADLINE)
        ]


def is_post(url: str, *, worded: bool = False) -> bool:
    """Returns whether an address may be a post: one part at the end of the path, or ?p= with a number.

    The part has three words or is a number; any will do where a headline or a sitemap of posts vouches for it
    (`worded`).
    """
    parts = urlsplit(url)
    if parts.query:
        return parts.path in ("", "/") and (parse_qs(parts.query).get("p") or [""])[0].isdigit()
    path = unquote(parts.path)
    slug = path.rstrip("/").rsplit("/", 1)[-1]
    return (
        not _NO_ARTICLE.search(path)
        and (slug.count("-") >= 2 or slug.isdigit() or (worded and slug != ""))
        and "." not in slug.removesuffix(".html")
    )

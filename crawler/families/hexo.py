"""Hexo, and sites that other generators write as files: /{yyyy}/{mm}/{dd}/{slug}/, listings /page/{n}/.

The marks are those of Hexo's landscape theme and of schema.org, which its other themes write as well. Every
theme prints its date as a moment of UTC, so the day that is shown may be the one before.
"""

from __future__ import annotations

import re
from typing import ClassVar

from crawler.families.base import Family, has_class
from pipelines.items import Hints


class Hexo(Family):
    """Archives, tags and categories have addresses of their own: /archives/, /tags/, /categories/."""

    article = re.compile(
        r"^(?!/(?:archives|tags|categories|page)/).*/\d{4}/\d{2}/\d{2}/[^/?]+(?:/(?:index\.html)?|\.html)?$"
    )
    feeds = ("/atom.xml", "/rss2.xml")
    sitemaps = ("/sitemap.xml",)
    hints: ClassVar[Hints] = Hints(
        title=(
            has_class("article-title", "h1"),
            has_class("post-title", "h1"),
            ".//h1[@itemprop='headline']",
        ),
        body=(has_class("article-entry"), has_class("post-body"), ".//*[@itemprop='articleBody']"),
        date=(".//time[@itemprop='datePublished']/@datetime", has_class("article-date") + "/time/@datetime"),
        category=(has_class("article-category-link"),),
        prune=(has_class("headerlink", "a"), has_class("article-footer"), ".//*[@id='article-nav']"),
    )

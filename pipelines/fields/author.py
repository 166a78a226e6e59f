"""Who wrote the article, where markup says so and no byline does."""

from __future__ import annotations

import re

from lxml import html

from pipelines.article.bylines import is_login
from pipelines.fields.plain import plain
from pipelines.html.select import select_text

# What a page has once or never is asked for by its attribute, along an axis that makes no list of all nodes:
# a third of the time of "//*[@name = …]".
# Marked by standards, or leading to the list of an author's articles; meta tags often know the account only.
_AUTHOR_MARKS = (
    " | ".join(
        [
            "descendant::*/@itemprop[. = 'author']/../descendant::*/@itemprop[. = 'name']/..",
            "descendant::*/@itemprop[. = 'author']/parent::*[not(*)]",
        ]
    ),
    "descendant::a[@rel='author' or contains(@href, '/author/') or contains(@href, '/tac-gia/')]",
    "descendant::meta[@name='author' or @property='article:author' or @name='dc.creator']/@content",
)
_NO_PERSON = re.compile(
    r"[@/\d]|\.(?:vn|com|net|org|edu|gov)\b|ubnd|huyện|cổng|trang|portal|xem tất cả|view all", re.I
)


def marked_author(tree: html.HtmlElement) -> str | None:
    """The author named by standard markup, by a link to an author's articles or by metadata, or None."""
    for mark in _AUTHOR_MARKS:
        name = select_text(tree, (mark,))
        # a site's own name or its login is no author
        if name and len(name.split()) <= 6 and not is_login(name) and not _NO_PERSON.search(name):
            return plain(name)
    return None

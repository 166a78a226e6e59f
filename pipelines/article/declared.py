"""What a page says of itself: that it is one article, by the marks of its system and by structured data."""

from __future__ import annotations

import re

from lxml import etree, html

from pipelines.article.titles import letters
from pipelines.html.jsonld import entries

_ARTICLE = re.compile(r"article|posting|report", re.I)
# The body's classes of WordPress, Drupal and Joomla on a page of one article; lists have others.
_SINGLE = re.compile(
    r"(?<![\w-])(?:single-(?!author)[\w-]+|postid-\d+|page-node-\d+|node-type-[\w-]+|view-article)(?![\w-])"
)
_LIST = re.compile(
    r"(?<![\w-])(?:archive|category|blog|home|search|search-results|view-category|view-featured)(?![\w-])"
)
_POSTED = etree.XPath("count(descendant::meta[@property='article:published_time'])")


def says_article(tree: html.HtmlElement, title: str) -> bool:
    """Returns whether the page calls itself one article: its `title` is the headline of its only entry of
    structured data, it names one time of publication, or its system marks it.
    """
    body = tree.find("body")
    classes = (body.get("class") or "") if body is not None else ""
    if _LIST.search(classes):
        return False
    if _SINGLE.search(classes) or _POSTED(tree) == 1:
        return True
    own = letters(title)
    told = [
        letters(headline)
        for node in entries(tree)
        if isinstance(headline := node.get("headline"), str) and _ARTICLE.search(str(node.get("@type") or ""))
    ]
    return (
        bool(own)
        and len({*told}) == 1
        and (told[0] == own or (len(told[0]) > 20 and own.startswith(told[0])))
    )

"""Where the article stands on a page: its title and the node that holds its body.

A family that knows says so (Hints); elsewhere structure and text decide: bodynode finds the text, headline
the title nearest before it.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import html

from pipelines.article.bodynode import body_node
from pipelines.article.headline import headline
from pipelines.html.select import select, trim
from pipelines.items import Hints


@dataclass(slots=True)
class Place:
    """The article on its page: `title` the element of its headline, `body` that of its text, `node` both."""

    node: html.HtmlElement
    title: html.HtmlElement | None
    body: html.HtmlElement | None
    headline: str
    told: bool  # the family named the body


def locate(tree: html.HtmlElement, hints: Hints) -> Place:
    """The place of the article on the page; the whole page where nothing stands out."""
    root = tree.find("body")
    root = tree if root is None else root
    told = select(tree, hints.article)
    scope = told[0] if told else root
    bodies = select(scope, hints.body)
    # below a node that the family knows: looking at every node of a page would cost as much as reading it
    trim(scope if told else bodies[0] if bodies else root, hints.prune)
    body = bodies[0] if bodies else body_node(scope)
    text, title = headline(tree, scope, body, hints)
    if title is not None and body is not None:
        node = told[0] if told else _common(title, body)
    elif title is not None:
        node = told[0] if told else _enclosing(title)
        body = node
    else:
        node = told[0] if told else (body if body is not None else root)
    return Place(node, title, body, text, bool(bodies))


def _common(a: html.HtmlElement, b: html.HtmlElement) -> html.HtmlElement:
    above = [a, *a.iterancestors()]
    return next(node for node in [b, *b.iterancestors()] if node in above)


def _enclosing(title: html.HtmlElement, enough: int = 60) -> html.HtmlElement:
    """The nearest node around a title that also holds something to read or to look at."""
    own = len("".join(title.itertext()).strip())
    node = title
    for node in title.iterancestors():
        rest = len(" ".join("".join(node.itertext()).split())) - own
        if rest >= enough or node.tag == "body" or (node.find(".//img") is not None and rest > 0):
            break
    return node

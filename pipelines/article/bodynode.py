"""The node that holds an article's text, where no family names it: long pieces of unlinked text vote for the
nodes that hold them, most for the nearest.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from lxml import etree, html

from pipelines.article import phrases
from pipelines.html.hidden import is_hidden
from storage.text import visible

# Letters of a piece of text that may be a paragraph; shorter ones are labels, links and captions.
_PARAGRAPH = 60
_PARAGRAPHS = etree.XPath("//body//p[string-length(normalize-space(.)) >= $n]")
# by length first: few texts are long, and only those need a look at where they stand
_TEXTS = etree.XPath(
    "//body/descendant::text()[string-length(.) >= $n][not(ancestor::p or parent::script or parent::style)]"
)
# not "form": ASP.NET wraps the whole page in one
_OUTSIDE = frozenset("a nav footer aside select button script style noscript textarea head".split())
_DECAY = 0.7  # of a piece's vote for each level up: the nearest node that holds all pieces wins
_LEVELS = 7
_BOXES = frozenset(["div", "td", "section", "article", "body", "blockquote"])
_NO_BOX = frozenset(["span", "font", "strong", "em", "b", "i", "p", "tr", "tbody"])
_FURNITURE_NAME = re.compile(
    r"sidebar|foot(?:er)?\b|menu|navbar|breadcrumb|comment|binh-?luan|related|lien-?quan|widget|popup|modal"
    r"|banner",
    re.I,
)
_FURNITURE = 0.3  # of a vote is left where the node's name says that it is furniture


def body_node(scope: html.HtmlElement) -> html.HtmlElement | None:
    """The node under `scope`, or `scope` itself, that holds the running text; None where there is none."""
    votes: dict[html.HtmlElement, float] = defaultdict(float)
    trust: dict[html.HtmlElement, float] = {}
    pieces = _pieces(scope)
    for piece, length in pieces:
        # 60 letters may be a teaser, 200 are prose
        weight = length * min(1.0, length / 200)
        node = piece if piece.tag in _BOXES else piece.getparent()
        for _ in range(_LEVELS):
            if node is None:
                break
            if node not in trust:
                trust[node] = _trust(node)
            votes[node] += weight * trust[node]
            if node is scope:
                break
            weight *= _DECAY
            node = node.getparent()
    if not votes:
        return None
    best = max(votes, key=lambda node: votes[node])
    while best.tag in _NO_BOX and best is not scope:
        best = best.getparent()
    return _grown(best, scope, pieces)


def _trust(node: html.HtmlElement) -> float:
    name = f"{node.get('class') or ''} {node.get('id') or ''}"
    return _FURNITURE if node.tag != "body" and _FURNITURE_NAME.search(name) else 1.0


def _pieces(scope: html.HtmlElement) -> list[tuple[html.HtmlElement, int]]:
    """The paragraphs of running text under `scope`, with their length in letters, at most 1,000 each."""
    inside = []
    judged: dict[html.HtmlElement, bool] = {}
    top = scope.getroottree().getroot()
    for piece in dict.fromkeys([*_PARAGRAPHS(top, n=_PARAGRAPH), *_owners(top)]):
        path = [piece, *piece.iterancestors()]
        if scope is not top and scope not in path:
            continue
        if any(_outside(e, judged) for e in path) or next(piece.iterancestors("p"), None) is not None:
            continue
        text = "".join(piece.itertext())
        whole = len(text.strip())
        own = whole if piece.tag == "p" else sum(len(t.strip()) for t in piece.xpath("text()"))
        linked = sum(map(_length, piece.iter("a"))) / (whole or 1)
        if linked < 0.4 and not _is_teaser(piece, own) and not _is_imprint(text):
            inside.append((piece, min(own, 1000)))
    return inside


def _owners(top: html.HtmlElement) -> Iterable[html.HtmlElement]:
    """The elements outside of paragraphs that hold a long text of their own."""
    for text in _TEXTS(top, n=_PARAGRAPH):
        owner = text.getparent().getparent() if text.is_tail else text.getparent()
        if owner.tag not in _OUTSIDE and len(visible(text)) >= _PARAGRAPH:
            yield owner


def _is_imprint(piece: str) -> bool:
    """Whether a piece of text says whose site it is; under a short notice it would be the longest of all."""
    text = visible(piece[:300])
    return bool(phrases.IMPRINT.match(text) or phrases.CONTACT.match(text))


def _outside(element: html.HtmlElement, judged: dict[html.HtmlElement, bool]) -> bool:
    if element not in judged:
        judged[element] = element.tag in _OUTSIDE or is_hidden(element)
    return judged[element]


def _is_teaser(piece: html.HtmlElement, length: int) -> bool:
    """Whether a piece of text introduces another page: it shares a small box with that page's headline, and
    boxes built the same way stand beside it.
    """
    for node in itertools.islice(piece.iterancestors(), 4):
        inside = list(itertools.islice(node.iter("*"), 25))
        if node.tag == "body" or len(inside) == 25:
            return False
        links = [_length(e) for e in inside if e.tag == "a"]
        if not any(linked >= 15 for linked in links):
            continue
        if _length(node) - sum(links) > 1.3 * length + 60:
            return False
        around = (*node.itersiblings(), *node.itersiblings(preceding=True))
        alike = [sibling for sibling in around if _look(sibling) == _look(node)]
        if sum(s.find(".//a") is not None for s in alike) >= 2:
            return True
    return False


def _look(element: html.HtmlElement) -> tuple[str, str | None]:
    return element.tag, element.get("class")


def _length(element: html.HtmlElement) -> int:
    return len("".join(element.itertext()).strip())


def _grown(
    best: html.HtmlElement, scope: html.HtmlElement, pieces: Sequence[tuple[html.HtmlElement, int]]
) -> html.HtmlElement:
    """The node that also holds the text which goes on in boxes beside `best`, built as the box of its own.

    Text split by an advertisement stands in boxes that look alike; comments and side lists do not.
    """
    inner = best
    for outer in itertools.islice(best.iterancestors(), 2):
        if inner is scope or inner.tag in ("body", "td"):
            break
        alike = {s for s in inner.itersiblings() if _look(s) == _look(inner)}
        on = [
            piece for piece, length in pieces if length >= 2 * _PARAGRAPH and alike & {*piece.iterancestors()}
        ]
        if on and _before_links(inner, on[0]):
            return outer
        inner = outer
    return best


def _before_links(start: html.HtmlElement, piece: html.HtmlElement) -> bool:
    """Whether nothing but pictures and empty boxes stands between a box and the box that holds `piece`."""
    holders = {piece, *piece.iterancestors()}
    for sibling in start.itersiblings():
        if sibling in holders:
            return True
        if _length(sibling) > _PARAGRAPH:
            return False
    return False

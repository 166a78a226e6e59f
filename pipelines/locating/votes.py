"""The node that holds an article's text, where no family names it: long pieces of unlinked text vote for the
nodes that hold them, most for the nearest.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml import etree, html

from pipelines.article import phrases
from pipelines.html.hidden import is_hidden
from pipelines.locating.zones import length
from storage.text import visible

# Letters of a piece of text that may be a paragraph; shorter ones are labels, links and captions.
PARAGRAPH = 60
_PARAGRAPHS = etree.XPath("//body//p[string-length(normalize-space(.)) >= $n]")
# by length first: few texts are long, and only those need a look at where they stand
_TEXTS = etree.XPath(
    "//body/descendant::text()[string-length(.) >= $n][not(ancestor::p or parent::script or parent::style)]"
)
_OUTSIDE = frozenset("h1 a select button script style noscript textarea head".split())
_DECAY = 0.7  # of a piece's vote for each level up: the nearest node that holds all pieces wins
_LEVELS = 7
_BOXES = frozenset(["div", "td", "section", "article", "body", "blockquote", "main"])
_NO_BOX = frozenset(["span", "font", "strong", "em", "b", "i", "p", "tr", "tbody", "table"])
_ELSEWHERE = 0.25  # of a vote is left where a piece does not stand in the headline's own branch
_MORE = 3  # times the text of the headline's own box stand in the article's
_FULL = 200  # letters of a piece that is prose beyond doubt; 60 may be a teaser
_TEASER = 25  # elements of a box that is no teaser's
_MOST = 1000  # letters that a piece counts for


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph of running text: its element, its letters, and whether it stands in a box of furniture."""

    element: html.HtmlElement
    letters: int
    furniture: bool


def elect(
    scope: html.HtmlElement, pieces: Sequence[Piece], branch: html.HtmlElement | None
) -> html.HtmlElement | None:
    """Returns the node under `scope`, or `scope` itself, that holds the running text; None where there is
    none.

    `branch`: the branch of the headline, whose pieces are trusted most.
    """
    votes: dict[html.HtmlElement, float] = defaultdict(float)
    above = set() if branch is None else {*branch.iterancestors()}
    for piece in pieces:
        if piece.furniture:
            continue
        weight = piece.letters * min(1.0, piece.letters / _FULL)
        # what stands elsewhere may win for itself, but says nothing for what holds it and the branch
        abroad = branch is not None and branch not in (piece.element, *piece.element.iterancestors())
        weight *= _ELSEWHERE if abroad else 1
        node = piece.element if piece.element.tag in _BOXES else piece.element.getparent()
        level = 0
        while node is not None and level < _LEVELS and not (abroad and node in above):
            votes[node] += weight
            if node is scope:
                break
            # a table that lays out a page has four elements where a box has one
            if node.tag not in ("tr", "tbody", "table"):
                weight *= _DECAY
                level += 1
            node = node.getparent()
    if not votes:
        return None
    best = max(votes, key=lambda node: votes[node])
    while best.tag in _NO_BOX and best is not scope:
        best = best.getparent()
    return best


def branch_of(heading: html.HtmlElement | None, pieces: Sequence[Piece]) -> html.HtmlElement | None:
    """Returns the nearest node around the headline that also holds running text; None where there is no
    headline.
    """
    if heading is None:
        return None
    holders = set()
    for piece in pieces:
        if not piece.furniture:
            holders |= {piece.element, *piece.element.iterancestors()}
    inside = {heading, *heading.iterdescendants()}
    near = next((node for node in heading.iterancestors() if node in holders and node not in inside), None)
    if near is None:
        return None
    # the headline's own box may hold no more than its introduction
    outer = next((e for e in near.iterancestors("article", "main")), None)
    if outer is not None and _letters(outer, pieces) >= _MORE * _letters(near, pieces):
        return outer
    return near


def _letters(node: html.HtmlElement, pieces: Sequence[Piece]) -> int:
    own = (piece for piece in pieces if not piece.furniture)
    return sum(p.letters for p in own if node in (p.element, *p.element.iterancestors()))


def texts_of(scope: html.HtmlElement) -> dict[html.HtmlElement, int]:
    """Returns the paragraphs of running text under `scope`, with their letters, at most 1,000 each."""
    inside: dict[html.HtmlElement, int] = {}
    judged: dict[html.HtmlElement, bool] = {}
    top = scope.getroottree().getroot()
    for element in dict.fromkeys([*_PARAGRAPHS(top, n=PARAGRAPH), *_owners(top)]):
        path = [element, *element.iterancestors()]
        if scope is not top and scope not in path:
            continue
        if any(_outside(e, judged) for e in path) or next(element.iterancestors("p"), None) is not None:
            continue
        text = "".join(element.itertext())
        whole = len(text.strip())
        own = whole if element.tag == "p" else sum(len(t.strip()) for t in element.xpath("text()"))
        linked = sum(map(length, element.iter("a"))) / (whole or 1)
        if linked < 0.4 and not _is_teaser(element, own) and not _is_imprint(text) and not _is_dated(text):
            inside[element] = min(own, _MOST)
    return inside


def _owners(top: html.HtmlElement) -> Iterable[html.HtmlElement]:
    """The elements outside of paragraphs that hold a long text of their own."""
    for text in _TEXTS(top, n=PARAGRAPH):
        owner = text.getparent().getparent() if text.is_tail else text.getparent()
        if owner.tag not in _OUTSIDE and len(visible(text)) >= PARAGRAPH:
            yield owner


def _is_imprint(piece: str) -> bool:
    """Whether a piece of text says whose site it is; under a short notice it would be the longest of all."""
    text = visible(piece[:300])
    return bool(phrases.IMPRINT.match(text) or phrases.CONTACT.match(text))


def _is_dated(piece: str) -> bool:
    """Whether a piece of text is the line under a headline: a date, who posted it, how often it was read."""
    text = visible(piece) if len(piece) < 2 * _FULL else ""
    return 0 < len(text) < _FULL and phrases.DATE.search(text) is not None and not phrases.ends_sentence(text)


def _outside(element: html.HtmlElement, judged: dict[html.HtmlElement, bool]) -> bool:
    if element not in judged:
        judged[element] = element.tag in _OUTSIDE or is_hidden(element)
    return judged[element]


def _is_teaser(piece: html.HtmlElement, letters: int) -> bool:
    """Whether a piece of text introduces another page: it shares a small box with that page's headline, and
    boxes built the same way stand beside it.
    """
    for node in itertools.islice(piece.iterancestors(), 4):
        inside = list(itertools.islice(node.iter("*"), _TEASER))
        if node.tag == "body" or len(inside) == _TEASER:
            return False
        links = [length(e) for e in inside if e.tag == "a"]
        if not any(linked >= 15 for linked in links):
            continue
        if length(node) - sum(links) > 1.3 * letters + 60:
            return False
        around = (*node.itersiblings(), *node.itersiblings(preceding=True))
        alike = [sibling for sibling in around if look(sibling) == look(node)]
        if sum(s.find(".//a") is not None for s in alike) >= 2:
            return True
    return False


def may_be_teaser(node: html.HtmlElement) -> bool:
    """Returns whether a box is small and holds the headline of another page."""
    inside = list(itertools.islice(node.iter("*"), _TEASER))
    return node.tag != "body" and len(inside) < _TEASER and any(length(e) >= 15 for e in node.iter("a"))


def look(element: html.HtmlElement) -> tuple[str, str | None]:
    """Returns what makes two boxes alike: the tag and the class names."""
    return element.tag, element.get("class")

"""Where the article stands on a page: its title and the node that holds its body.

A family that knows says so (Hints); elsewhere structure and text decide. Long pieces of unlinked text vote
for the nodes that hold them, most for the nearest; the title is the element whose text the page's own
metadata, its listing or its heading tags name, nearest before the body.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree, html

from pipelines import phrases
from pipelines.blocks import HEADINGS, Block, blocks
from pipelines.hiding import is_hidden
from pipelines.items import Hints
from storage.folding import fold, visible

# Letters of a piece of text that may be a paragraph; shorter ones are labels, links and captions.
_PARAGRAPH = 60
_PARAGRAPHS = etree.XPath("//body//p[string-length(normalize-space(.)) >= $n]")
_TEXTS = etree.XPath("//body//text()[string-length(.) >= $n]")
# not "form": ASP.NET wraps the whole page in one
_OUTSIDE = frozenset("nav footer aside select button script style noscript textarea head".split())
_DECAY = 0.7  # of a piece's vote for each level up: the nearest node that holds all pieces wins
_LEVELS = 7
_TEXT_WITH = etree.XPath("//body//text()[contains(., $word)]")
_META_TITLE = etree.XPath(
    "//meta[@property='og:title' or @name='og:title' or @name='twitter:title' or "
    "@itemprop='headline']/@content | "
    "//head/title/text()"
)
_SITE_SEPARATOR = re.compile(r"\s+[|–—»·:-]+\s+|\s*[|»]\s*")
_TITLE_NAME = re.compile(r"title|headline|tieu-?de", re.I)
_FURNITURE_NAME = re.compile(
    r"sidebar|foot(?:er)?\b|menu|navbar|breadcrumb|comment|binh-?luan|related|lien-?quan|widget|popup|modal"
    r"|banner",
    re.I,
)


@dataclass(slots=True)
class Place:
    """The article on its page: `title` the element of its headline, `body` that of its text, `node` both."""

    node: html.HtmlElement
    title: html.HtmlElement | None
    body: html.HtmlElement | None
    headline: str
    told: bool  # the family named the body


@lru_cache(maxsize=512)
def compiled(xpath: str) -> etree.XPath:
    return etree.XPath(xpath)


def select(tree: html.HtmlElement, xpaths: Iterable[str]) -> list[html.HtmlElement]:
    """The elements that the first matching XPath of `xpaths` finds; empty where none does."""
    for xpath in xpaths:
        found = [e for e in compiled(xpath)(tree) if isinstance(e, etree._Element)]
        if found:
            return found
    return []


def select_text(tree: html.HtmlElement, xpaths: Iterable[str]) -> str | None:
    """The visible text of the first non-empty match (element, attribute or text node)."""
    for xpath in xpaths:
        for found in compiled(xpath)(tree):
            text = visible(" ".join(found.itertext()) if isinstance(found, etree._Element) else str(found))
            if text:
                return text
    return None


def locate(tree: html.HtmlElement, hints: Hints) -> Place:
    """The place of the article on the page; the whole page where nothing stands out."""
    root = tree.find("body")
    root = tree if root is None else root
    told = select(tree, hints.article)
    scope = told[0] if told else root
    bodies = select(scope, hints.body)
    # below a node that the family knows: looking at every node of a page would cost as much as reading it
    trim(scope if told else bodies[0] if bodies else root, hints.prune)
    body = bodies[0] if bodies else _body(scope)
    headline, title = _title(tree, scope, body, hints)
    if title is not None and body is not None:
        node = told[0] if told else _common(title, body)
    elif title is not None:
        node = told[0] if told else _enclosing(title)
        body = node
    else:
        node = told[0] if told else (body if body is not None else root)
    return Place(node, title, body, headline, bool(bodies))


def _linked_share(element: html.HtmlElement) -> float:
    return sum(map(_length, element.iter("a"))) / (_length(element) or 1)


def _pieces(scope: html.HtmlElement) -> list[tuple[html.HtmlElement, int]]:
    """The paragraphs of running text under `scope`, with their length in letters, at most 1,000 each."""
    inside = []
    judged: dict[html.HtmlElement, bool] = {}
    top = scope.getroottree().getroot()
    for piece in dict.fromkeys([*_PARAGRAPHS(top, n=_PARAGRAPH), *_owners(top)]):
        path = [piece, *piece.iterancestors()]
        if scope is not top and scope not in path:
            continue
        if any(_outside(e, judged) for e in path) or any(e.tag == "p" for e in path[1:]):
            continue
        if piece.tag != "p":
            length = sum(len(t.strip()) for t in piece.xpath("text()"))
        else:
            length = len("".join(piece.itertext()).strip())
        if _linked_share(piece) < 0.4 and not _is_teaser(piece, length) and not _is_imprint(piece):
            inside.append((piece, min(length, 1000)))
    return inside


def _owners(top: html.HtmlElement) -> Iterable[html.HtmlElement]:
    """The elements outside of paragraphs that hold a long text of their own."""
    for text in _TEXTS(top, n=_PARAGRAPH):
        owner = text.getparent().getparent() if text.is_tail else text.getparent()
        if owner.tag not in _OUTSIDE and len(visible(text)) >= _PARAGRAPH:
            yield owner


def _is_imprint(piece: html.HtmlElement) -> bool:
    """Whether a piece of text says whose site it is; under a short notice it would be the longest of all."""
    text = visible("".join(piece.itertext())[:300])
    return bool(phrases.IMPRINT.match(text) or phrases.CONTACT.match(text))


def _outside(element: html.HtmlElement, judged: dict[html.HtmlElement, bool]) -> bool:
    if element not in judged:
        judged[element] = element.tag in _OUTSIDE or element.tag == "a" or is_hidden(element)
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


def _body(scope: html.HtmlElement) -> html.HtmlElement | None:
    votes: dict[html.HtmlElement, float] = defaultdict(float)
    pieces = _pieces(scope)
    for piece, length in pieces:
        # 60 letters may be a teaser, 200 are prose
        weight = length * min(1.0, length / 200)
        node = (
            piece
            if piece.tag in ("div", "td", "section", "article", "body", "blockquote")
            else piece.getparent()
        )
        for _ in range(_LEVELS):
            if node is None:
                break
            name = f"{node.get('class') or ''} {node.get('id') or ''}"
            votes[node] += weight * (0.3 if node.tag != "body" and _FURNITURE_NAME.search(name) else 1.0)
            if node is scope:
                break
            weight *= _DECAY
            node = node.getparent()
    if not votes:
        return None
    best = max(votes, key=lambda node: votes[node])
    while best.tag in ("span", "font", "strong", "em", "b", "i", "p", "tr", "tbody") and best is not scope:
        best = best.getparent()
    return _grown(best, scope, pieces)


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


def _headlines(tree: html.HtmlElement, hints: Hints) -> list[str]:
    """What the page, or the listing that led to it, calls itself: most trusted first, site names cut off."""
    given = [hints.listing_title or "", *map(str, _META_TITLE(tree))]
    found: list[str] = []
    for text in map(visible, given):
        if len(text) >= 8:
            parts = [p.strip() for p in _SITE_SEPARATOR.split(text) if p]
            found += [
                text.rstrip(" .…"),
                *sorted((p for p in parts if len(p) >= 12 and p != text), key=len, reverse=True),
            ]
    return list(dict.fromkeys(found))


def _title(
    tree: html.HtmlElement, scope: html.HtmlElement, body: html.HtmlElement | None, hints: Hints
) -> tuple[str, html.HtmlElement | None]:
    for element in select(scope, hints.title):
        if text := visible(" ".join(element.itertext())):
            return text, element
    named = _headlines(tree, hints)
    before = _Order(body)
    for headline in named:
        found = list(_with_text(scope, headline))
        if found:
            best = max(found, key=lambda e: (before(e) > 0, e.tag in HEADINGS, not _in_link(e), before(e)))
            return visible(" ".join(best.itertext())), best
    headings = [
        e
        for e in scope.iter(*sorted(HEADINGS))
        if not is_hidden(e)
        and not _in_link(e)
        and 8 <= len(visible(" ".join(e.itertext()))) <= 400
        and before(e) > 0
    ]
    if headings:
        top = min(h.tag for h in headings)
        best = max((h for h in headings if h.tag == top), key=before)
        return visible(" ".join(best.itertext())), best
    if (block := _by_look(scope, body)) is not None:
        return block.text, block.element
    return (named[0] if named else ""), None


def _by_look(scope: html.HtmlElement, body: html.HtmlElement | None) -> Block | None:
    """The line that looks like a headline, on pages that name theirs nowhere: the last bold one before the
    text that is no sentence, no link and no date.
    """
    if body is None:
        return None
    found = blocks(scope)
    inside = {body, *body.iterdescendants()}
    first = next((i for i, b in enumerate(found) if b.words >= 25 and b.element in inside), 0)
    for block in reversed(found[max(0, first - 12) : first]):
        if (
            (block.bold or _TITLE_NAME.search(block.element.get("class") or ""))
            and 4 <= block.words <= 40
            and block.linked == 0
            and not phrases.ends_sentence(block.text)
            and not phrases.DATE.search(block.text)
        ):
            return block
    return None


def _with_text(scope: html.HtmlElement, headline: str) -> Iterable[html.HtmlElement]:
    """The elements whose text is `headline`, or begins with what is left of it where the page cut it."""
    wanted = fold(headline)
    words = headline.split()
    start = " ".join(words[:4]) if len(words) > 4 else headline
    for text in _TEXT_WITH(scope, word=max(words[:4], key=len, default="")):
        if start not in " ".join(text.split()):
            continue
        element = text.getparent()
        if text.is_tail:
            element = element.getparent()
        for _ in range(3):
            if element is None or element.tag in ("body", "html", "script", "style", "head"):
                break
            own = fold(visible(" ".join(element.itertext())))
            if own.rstrip(" .…") == wanted.rstrip(" .…") or (
                len(wanted) > 50 and own.startswith(wanted) and len(own) < 400
            ):
                if not is_hidden(element):
                    yield element
                break
            if len(own) > len(wanted) + 200:
                break
            element = element.getparent()


def _in_link(element: html.HtmlElement) -> bool:
    return element.tag == "a" or any(a.tag == "a" for a in element.iterancestors())


class _Order:
    """How near before the body an element stands: 2 just before or inside its beginning, 0 after."""

    def __init__(self, body: html.HtmlElement | None) -> None:
        self._up = [] if body is None else [body, *body.iterancestors()]

    def __call__(self, element: html.HtmlElement) -> float:
        if not self._up:
            return 1
        chain = [element, *element.iterancestors()]
        depth = next((i for i, node in enumerate(self._up) if node in chain), None)
        if depth is None:
            return 0
        if depth == 0:
            return 1.5  # inside the body node: the headline of a page whose node holds both
        shared = self._up[depth]
        mine, its = chain[chain.index(shared) - 1] if chain.index(shared) else element, self._up[depth - 1]
        if mine is element and element is shared:
            return 0
        return 1 + 1 / (1 + depth) if shared.index(mine) < shared.index(its) else 0


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


def trim(node: html.HtmlElement, prune: Sequence[str]) -> None:
    """Drops what the family names as furniture; text that follows a dropped element stays."""
    for xpath in prune:
        for element in compiled(xpath)(node):
            if (
                isinstance(element, etree._Element)
                and element is not node
                and element.getparent() is not None
            ):
                _drop(element)


def _drop(element: html.HtmlElement) -> None:
    """Takes an element out of its tree; the text behind it stays."""
    parent, before = element.getparent(), element.getprevious()
    if element.tail:
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)

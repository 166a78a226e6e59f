"""Where the article stands on a page: its title and the boxes that hold its body.

A family that knows says so (Hints). Elsewhere candidates are compared: what standards mark, the headline's
own branch, the vote of the running text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice, takewhile

from lxml import html

from pipelines.article.headline import headline
from pipelines.html.blocks import HEADINGS
from pipelines.html.select import select, trim
from pipelines.html.spots import at
from pipelines.items import Hints
from pipelines.locating.candidates import heading_of, held, marked, marks_of
from pipelines.locating.votes import Piece, branch_of, elect, texts_of
from pipelines.locating.zones import Zones, length, named

_HEAD = 300  # letters above a text: its date, its lead
_FAR = 4  # times the text of the body are on the page
_CLEAR = 0.95  # of the page's running text stands in the body: no candidate disagrees


@dataclass(slots=True)
class Place:
    """The article on its page: `title` the element of its headline, `body` that of its text, `node` both."""

    node: html.HtmlElement
    title: html.HtmlElement | None
    body: html.HtmlElement | None
    headline: str
    told: bool  # the family named the body
    root: html.HtmlElement
    zones: Zones
    witnesses: list[str] = field(default_factory=list)  # the candidates that point at `body`
    running: frozenset[html.HtmlElement] = frozenset()  # the elements of the page's running text
    home: html.HtmlElement | None = None  # what holds the headline and the body: the article's own branch
    clear: bool = True  # no candidate holds much that `body` does not
    sure: bool = False  # the headline was found by its names alone
    pruned: tuple[str, ...] = ()  # what was dropped from all of the page


def locate(tree: html.HtmlElement, hints: Hints) -> Place:
    """Returns the place of the article on the page; the whole page where nothing stands out."""
    root = tree.find("body")
    root = tree if root is None else root
    told = select(tree, hints.article)
    scope = told[0] if told else root
    bodies = select(scope, hints.body)
    # below a node that the family knows: looking at every node of a page would cost as much as reading it
    top = scope if told else bodies[0] if bodies else root
    trim(top, hints.prune)
    pruned = hints.prune if top is root else ()
    if bodies:
        body: html.HtmlElement | None = bodies[0]
        zones, witnesses, running, home, clear = (
            Zones((), {}),
            ["family"],
            frozenset[html.HtmlElement](),
            None,
            True,
        )
    else:
        body, zones, witnesses, running, home, clear = _find(tree, scope, hints)
    text, title, sure = headline(tree, scope, body, hints)
    if title is not None and body is not None:
        node = told[0] if told else _common(title, body)
    elif title is not None:
        node = told[0] if told else _enclosing(title)
        body = node
    else:
        node = told[0] if told else (_with_head(body) if body is not None else root)
    return Place(
        node, title, body, text, bool(bodies), root, zones, witnesses, running, home, clear, sure, pruned
    )


def _find(
    tree: html.HtmlElement, scope: html.HtmlElement, hints: Hints
) -> tuple[
    html.HtmlElement | None, Zones, list[str], frozenset[html.HtmlElement], html.HtmlElement | None, bool
]:
    """The node of the body, the page's furniture, the witnesses for the body, and whether they leave nothing
    else.
    """
    heading = heading_of(tree, hints)
    marks = marks_of(scope)
    texts = texts_of(scope)
    zones = Zones([e for e in (heading, *(marks if len(marks) == 1 else ())) if e is not None], texts)
    pieces = [Piece(element, letters, zones.furniture(element)) for element, letters in texts.items()]
    branch = branch_of(heading, pieces)
    elected = elect(scope, pieces, branch)
    marks = marked(marks, zones, pieces)
    mark = _marked(marks, elected, branch, pieces)
    body = mark if mark is not None else elected
    learned = _learned(scope, hints, zones)
    if learned is not None and mark is None:
        body = learned
    if body is None:
        return None, zones, [], frozenset(), None, False
    witnesses = [
        name
        for name, node in (
            ("vote", elected),
            ("marked", next(iter(marks), None)),
            ("headline", branch),
            ("learned", learned),
            ("article", body if next(body.iterancestors("article", "main"), None) is not None else None),
        )
        if node is not None and _same(node, body, pieces)
    ]
    own = [p for p in pieces if not p.furniture]
    home = None if heading is None else _common(heading, body)
    mine = held(body, own)
    near = held(home, own) if home is not None and branch is not None else sum(p.letters for p in own)
    alone = mine >= _CLEAR * near or _only_introduced(body, own, mine, home if branch is not None else None)
    # far more elsewhere than here: the headline may stand in the wrong branch
    clear = alone and _FAR * mine >= sum(p.letters for p in own)
    return body, zones, witnesses, frozenset(texts), home, clear


def _learned(scope: html.HtmlElement, hints: Hints, zones: Zones) -> html.HtmlElement | None:
    """Returns the box in which the portal's template has its text; None where it is not known, or not one."""
    found = [node for node in at(scope, hints.template) if length(node)] if hints.template else []
    found = [node for node in found if not zones.furniture(node)]
    return found[0] if len(found) == 1 else None


def _only_introduced(
    body: html.HtmlElement, own: Sequence[Piece], mine: int, home: html.HtmlElement | None
) -> bool:
    """Returns whether nothing in `home` (None: on the page) disagrees with `body` but headings and one piece
    above it with fewer letters than its own (`mine`), an introduction: no second reader is believed on it.
    """
    others = []
    for piece in own:
        path = [piece.element, *piece.element.iterancestors()]
        if body not in path and (home is None or home in path) and HEADINGS.isdisjoint(e.tag for e in path):
            others.append(piece)
    if len(others) > 1:
        return False
    return all(p.letters < mine and _stands_before(p.element, body) for p in others)


def _stands_before(element: html.HtmlElement, other: html.HtmlElement) -> bool:
    """Returns whether `element`, which is outside of `other`, comes first on the page."""
    above = [element, *element.iterancestors()]
    for node in [other, *other.iterancestors()]:
        if node.getparent() in above:
            return any(before in above for before in node.itersiblings(preceding=True))
    return False


def _marked(
    marks: Sequence[html.HtmlElement],
    elected: html.HtmlElement | None,
    branch: html.HtmlElement | None,
    pieces: Sequence[Piece],
) -> html.HtmlElement | None:
    """The marked node that is the article's: the only one, or the only one in the headline's branch."""
    if len(marks) > 1 and branch is not None:
        marks = [m for m in marks if branch in (m, *m.iterancestors())] or marks
    if len(marks) > 1:
        marks = [m for m in marks if elected in (m, *m.iterdescendants())] or marks
    if len(marks) != 1:
        return None
    mark = marks[0]
    # a mark around the introduction only, or left empty by a theme
    if (
        elected is not None
        and mark in {*elected.iterdescendants()}
        and held(mark, pieces) < 0.5 * held(elected, pieces)
    ):
        return None
    return mark


def _same(a: html.HtmlElement, b: html.HtmlElement, pieces: Sequence[Piece]) -> bool:
    """Whether two nodes hold nearly the same running text."""
    of_a, of_b = held(a, pieces), held(b, pieces)
    nested = a in (b, *b.iterancestors()) or b in (a, *a.iterancestors())
    return nested and min(of_a, of_b) >= _CLEAR * max(of_a, of_b)


def _common(a: html.HtmlElement, b: html.HtmlElement) -> html.HtmlElement:
    above = [a, *a.iterancestors()]
    return next(node for node in [b, *b.iterancestors()] if node in above)


def _with_head(body: html.HtmlElement) -> html.HtmlElement:
    """The node around a body whose headline no element shows, which also holds the lines above it: a date."""
    for node in islice(body.iterancestors(), 2):
        above = takewhile(lambda part: part not in (body, *body.iterancestors()), node)
        letters = len(" ".join(" ".join(" ".join(part.itertext()) for part in above).split()))
        if node.tag in ("body", "html") or letters > _HEAD:
            break
        if letters:
            return node
    return body


def _enclosing(title: html.HtmlElement, enough: int = 60) -> html.HtmlElement:
    """The nearest node around a title that also holds something to read or to look at, short of the page's
    furniture.
    """
    own = length(title)
    node = title
    for outer in title.iterancestors():
        if node is not title and any(named(e) == "sure" for e in outer.iter("*") if e is not outer):
            break
        node = outer
        rest = len(" ".join("".join(node.itertext()).split())) - own
        shown = next(node.iter("img", "iframe", "object", "video", "audio", "embed"), None)
        if rest >= enough or node.tag == "body" or (shown is not None and rest > 0):
            break
    return node

"""The pieces that a portal prints on each page, byte for byte, and that the reader takes nothing from.

A piece is an element: a menu, a list of links, a script. Cutting it leaves its tags, so every other element
stands where it stood. What a piece may hold is decided by the reader's own rules, asked once of the piece.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lxml import html

from pipelines.article.spam import may_sell
from pipelines.dating.markup import classed, holds_moment
from pipelines.fields.author import has_mark
from pipelines.fields.category import has_crumbs, tags
from pipelines.html.design import BOXES, name_of
from pipelines.html.fonts import has_font_letter
from pipelines.html.parse import parse_plain
from pipelines.html.select import CUT, trim
from pipelines.html.unclosed import runs_on
from pipelines.html.word import has_word
from pipelines.locating.candidates import marks_of
from pipelines.parts.pager import may_lead_on

LEAST = 400  # bytes of a piece
MOST = 24  # pieces of a portal, the largest: to look for one costs up to 20 microseconds
MAX_PAGE = 500_000  # bytes of a page that is learned from
MAX_DEPTH = 256  # levels of a page, as its parser has them
_ANCHOR = 64  # bytes of a piece that are looked for: a long needle costs its length
_TRIES = 8  # places where a piece may begin; menus begin alike
_NAMES = frozenset(b"nav ul ol dl header footer aside div section article table form center script".split())
_VOID = frozenset(b"area base br col embed hr img input link meta param source track wbr".split())
_RAW = frozenset(b"script style textarea title".split())  # what stands in them is no markup
_TAG = re.compile(rb"<(?:!--|(/?)([a-z][\w:-]*+)[^<>]*+>)")
# What the reader looks for on a whole page: each of these stays where it is.
_READ = frozenset(
    "h1 h2 h3 h4 h5 h6 main article meta link base style title noscript time body html head".split()
)
_LINK = re.compile(rb"<a[\s>]", re.I)


@dataclass(frozen=True, slots=True)
class Piece:
    """An element of a page, from its first byte to its last, and the two tags that are left of it."""

    source: bytes
    tags: tuple[bytes, bytes]  # before and behind the number in its mark


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of one portal in the order of its pages, and what the reader would have taken from them.

    `count` is how many boxes stand in them (pipelines.html.design); `links` are the addresses of their links,
    in one.
    """

    found: tuple[Piece, ...] = ()
    count: int = 0
    links: str = ""
    _boxes: dict[tuple[object, ...], frozenset[str]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def size(self) -> int:
        """The bytes of all pieces."""
        return sum(len(piece.source) for piece in self.found)

    def boxes(self, prune: tuple[str, ...], gone: frozenset[int]) -> frozenset[str]:
        """Returns the names of the boxes that stand in the pieces once `prune` has dropped some; `gone`:
        numbers of those that went with what stands around them.
        """
        if (prune, gone) not in self._boxes:
            roots = list(_roots([piece for n, piece in enumerate(self.found) if n not in gone]))
            for root in roots:
                trim(root, prune)
            inside = (box for root in roots for piece in root for box in piece.iterdescendants(*BOXES))
            self._boxes[prune, gone] = frozenset(name for box in inside if (name := name_of(box)))
        return self._boxes[prune, gone]

    def without(self, numbers: frozenset[int]) -> Pieces:
        """Returns the pieces but those with `numbers`."""
        return _gathered([piece for n, piece in enumerate(self.found) if n not in numbers])


def learn(bodies: Sequence[bytes]) -> Pieces:
    """Returns the largest pieces that stand once on each of the pages `bodies`, the outermost of several."""
    first = bodies[0]
    if any(len(body) > MAX_PAGE for body in bodies):
        return Pieces()
    found: list[tuple[int, Piece]] = []
    end = -1
    for start, stop, name in sorted(_elements(first), key=lambda span: (span[0], -span[1])):
        source = first[start:stop]
        if start < end or stop - start < LEAST or not all(_stands_once(source, body) for body in bodies):
            continue
        if (name == b"script" and _is_plain_script(source)) or (name != b"script" and _is_piece(source)):
            found.append((start, Piece(source, _tags(source, name))))
            end = stop
    largest = sorted(found, key=lambda one: -len(one[1].source))[:MOST]
    return _gathered([piece for _, piece in sorted(largest, key=lambda one: one[0])])


def cut(body: bytes, pieces: Pieces) -> tuple[bytes, int]:
    """Returns `body` with its pieces cut to their tags, and how many those are."""
    parts, at, count = [], 0, 0
    for number, piece in enumerate(pieces.found):
        start = _find(body, piece.source, at)
        if start >= 0:
            parts += [body[at:start], piece.tags[0], b"%d" % number, piece.tags[1]]
            at, count = start + len(piece.source), count + 1
    return b"".join([*parts, body[at:]]), count


def _find(body: bytes, source: bytes, at: int) -> int:
    anchor = source[:_ANCHOR]
    for _ in range(_TRIES):
        at = body.find(anchor, at)
        if at < 0 or body.startswith(source, at):
            return at
        at += 1
    return -1


def _stands_once(source: bytes, body: bytes) -> bool:
    start = body.find(source)
    return start >= 0 and body.find(source, start + 1) < 0


def _elements(body: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yields start, end and name of the scripts and of the elements that hold well-formed markup only."""
    low, at = body.lower(), 0
    open_: list[tuple[bytes, int]] = []
    sound: list[bool] = []
    while (tag := _TAG.search(low, at)) is not None and len(open_) < MAX_DEPTH:
        at, closing, name = tag.end(), tag[1], tag[2]
        if name is None or (name in _RAW and not closing):
            end = low.find(b"-->" if name is None else b"</" + name, at)
            at = low.find(b">", end + 2 if name is None else end) + 1
            if end < 0 or not at:
                return
            if name == b"script":
                yield tag.start(), at, name
        elif name in _VOID or (not closing and tag[0].endswith(b"/>")):
            continue
        elif not closing:
            open_.append((name, tag.start()))
            sound.append(True)
        elif open_ and open_[-1][0] == name:
            start, whole = open_.pop()[1], sound.pop()
            if whole and name in _NAMES:
                yield start, at, name
        else:  # what is left open, or closed twice, makes all around it unsound
            last = max((n for n, (other, _) in enumerate(open_) if other == name), default=len(open_))
            del open_[last:]
            sound = [False] * len(open_)


def _tags(source: bytes, name: bytes) -> tuple[bytes, bytes]:
    """The tags of an element with its mark; the number goes between the two."""
    end = source.index(b">") + 1
    at = 1 + len(name)
    count = 0 if name == b"script" else classed(_root(source)[0])
    return source[:at] + b' %b="%d ' % (CUT.encode(), count), b'"' + source[at:end] + b"</" + name + b">"


def _root(source: bytes) -> html.HtmlElement:
    """The body of the page that a sound piece is by itself, which holds nothing else."""
    tree = parse_plain(source)
    assert tree is not None
    return tree.find("body")


def _roots(found: Sequence[Piece]) -> Iterator[html.HtmlElement]:
    """The same of each piece but the scripts."""
    return (_root(piece.source) for piece in found if piece.source[:7].lower() != b"<script")


def _is_plain_script(source: bytes) -> bool:
    """Whether a script holds no data that is read: JSON-LD. Others are never looked into."""
    return b"json" not in source[: source.index(b">")].lower() and _is_usual(source)


def _is_usual(source: bytes) -> bool:
    """Whether the bytes of a piece mean the same wherever they stand: UTF-8 in NFC that needs no repair."""
    return parse_plain(source) is not None and not has_font_letter(source) and not has_word(source)


def _is_piece(source: bytes) -> bool:
    """Whether the reader would take nothing from an element: it holds links and controls without a word of
    its own.
    """
    tree = parse_plain(source)
    if tree is None or not _is_usual(source) or b"articleBody" in source or b"password" in source.lower():
        return False
    root = tree.find("body")
    links = list(root.iter("a")) if root is not None else []
    return (
        root is not None
        and len(root) == 1
        and next(root.iterdescendants(*_READ), None) is None
        and _is_linked(root)
        and len(_LINK.findall(source)) == source.lower().count(b"</a")
        and not runs_on(tree)
        and not any(map(may_lead_on, links))
        and not holds_moment(tree)
        and not has_crumbs(tree)
        and not has_mark(tree)
        and not tags(tree)
        and not marks_of(root)
        and not may_sell(tree)
    )


def _is_linked(root: html.HtmlElement) -> bool:
    """Whether all text under `root` stands in links, or in scripts, which nobody reads."""
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        inside = element.tag == "script" or _in_link(element)
        if (element.text or "").strip() and not inside:
            return False
        if element is not root and (element.tail or "").strip() and not _in_link(element.getparent()):
            return False
        if element.tag == "script" and "json" in (element.get("type") or "").lower():
            return False
    return True


def _in_link(element: html.HtmlElement) -> bool:
    return any(node.tag == "a" and node.get("href") for node in (element, *element.iterancestors()))


def _gathered(found: Sequence[Piece]) -> Pieces:
    count, links = 0, []
    for root in _roots(found):
        count += sum(1 for _ in root[0].iterdescendants(*BOXES))
        links += [a.get("href") or "" for a in root.iter("a")]
    return Pieces(tuple(found), count, "\n".join(links))

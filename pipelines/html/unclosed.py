"""Headings, links and boxes in menus that a page does not close, closed before the parser sees them again.

It lets `<h1>…</h2>` run on to the end of the page, so that the whole text becomes its headline, and an open
`<a>` up to the next link, so that the text in between becomes a link's. A box that is left open in a <nav>
hides the `</nav>` from it, so that the whole page becomes a menu's; browsers close both there.
"""

from __future__ import annotations

import re
from itertools import islice

from lxml import etree, html

_HEADING = re.compile(rb"<(/?)h([1-6])(?=[\s/>])", re.I)
_LINK = re.compile(rb"<(/?)a(?=[\s/>])", re.I)
# what cannot stand in a line of text: a heading or link that is never closed ends before it
_BOX = re.compile(
    rb"<(?:div|p|table|ul|ol|dl|section|article|header|footer|aside|main|form|figure|blockquote"
    rb"|hr)(?=[\s/>])",
    re.I,
)
_LEVELS = tuple(
    ((b"<h%d" % level, b"<H%d" % level), (b"</h%d" % level, b"</H%d" % level)) for level in range(1, 7)
)
_LINKS = ((b"<a ", b"<A ", b"<a\n", b"<a>"), (b"</a", b"</A"))

_TAGS = tuple(f"h{level}" for level in range(1, 7))
_BOXES = ("div", "table", "p", "ul", "section", "article", "form")
_LINKED_BOX = etree.XPath(
    "boolean(descendant::a/descendant::*[self::p or self::div or self::table or self::ul])"
)

_FRAMES = ("nav", "aside", "footer", "header")
_PAGE = ("main", "article", "h1")  # none stands in a menu
_FRAMED = re.compile(rb"<(/?)(nav|aside|footer|header|main|article|section|div|ul|ol)(?=[\s/>])[^<>]*>", re.I)

_Change = tuple[int, int, bytes]  # from, to, what stands there instead


def runs_on(tree: html.HtmlElement) -> bool:
    """Returns whether a heading or link of a parsed page holds boxes: its source may not close it. Costs
    little.
    """
    held = (next(heading.iter(*_BOXES), None) for heading in tree.iter(*_TAGS))
    return any(box is not None for box in held) or bool(_LINKED_BOX(tree)) or _frames_page(tree)


def _frames_page(tree: html.HtmlElement) -> bool:
    """Whether a menu, a side column or a footer holds another such part or the page's own."""
    return any(
        (inner := next(islice(frame.iter(*_FRAMES, *_PAGE), 1, None), None)) is not None
        and (frame.tag != "header" or inner.tag in ("main", "article"))
        for frame in tree.iter(*_FRAMES)
    )


def close(source: bytes) -> bytes:
    """Returns the markup `source` with its headings and links closed; the same object where all are."""
    changes: list[_Change] = []
    if not all(_even(source, level) for level in _LEVELS):
        changes += _headings(source)
    if not _even(source, _LINKS):
        changes += _links(source)
    changes += _frames(source)
    parts, at = [], 0
    for start, end, instead in sorted(changes):
        if start >= at:
            parts += [source[at:start], instead]
            at = end
    return b"".join([*parts, source[at:]]) if parts else source


def _even(source: bytes, tags: tuple[tuple[bytes, ...], tuple[bytes, ...]]) -> bool:
    opens, closes = (sum(map(source.count, tag)) for tag in tags)
    return opens == closes


def _headings(source: bytes) -> list[_Change]:
    """A wrong level in the closing tag is put right; what has none ends before the next box."""
    changes: list[_Change] = []
    still_open: list[tuple[bytes, int]] = []
    for match in _HEADING.finditer(source):
        closing, level = match.groups()
        if not closing:
            still_open.append((level, match.end()))
        elif any(level == opened for opened, _ in still_open):
            while (last := still_open.pop())[0] != level:
                changes += _before_box(source, last[1], b"</h%b>" % last[0])
        elif still_open:
            changes.append((match.start(2), match.end(2), still_open.pop()[0]))
    for level, start in still_open:
        changes += _before_box(source, start, b"</h%b>" % level)
    return changes


def _links(source: bytes) -> list[_Change]:
    """A link that is not closed when the next one opens ends before the first box inside it."""
    changes: list[_Change] = []
    start = -1
    for match in _LINK.finditer(source):
        if not match.group(1) and start >= 0:
            changes += _before_box(source, start, b"</a>", match.start())
        start = -1 if match.group(1) else match.end()
    return changes + (_before_box(source, start, b"</a>") if start >= 0 else [])


def _frames(source: bytes) -> list[_Change]:
    """What is still open when a menu, a side column, a header or a footer closes ends with it."""
    changes: list[_Change] = []
    still_open: list[bytes] = []
    for match in _FRAMED.finditer(source):
        closing, name = match[1], match[2].lower()
        if not closing:
            still_open.append(name)
        elif name in still_open:
            inner = still_open[::-1].index(name)
            left = still_open[len(still_open) - inner :]
            if name.decode() not in _FRAMES and any(n.decode() in _FRAMES for n in left):
                continue  # it closes nothing inside of the frame
            if inner and name != b"div":
                changes.append((match.start(), match.start(), b"".join(b"</%b>" % n for n in left[::-1])))
            del still_open[len(still_open) - inner - 1 :]
    return changes


def _before_box(source: bytes, start: int, closing: bytes, end: int | None = None) -> list[_Change]:
    box = _BOX.search(source, start, len(source) if end is None else end)
    return [(box.start(), box.start(), closing)] if box else []

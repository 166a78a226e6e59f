"""A stretch of a page as blocks in reading order: what a reader sees as a line, a paragraph, a picture.

Markup of twenty years says little (a paragraph may be a <p>, a <div>, a table cell, a run between two
<br>), so everything after this module works on blocks: their text, their looks, their links.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from lxml import html

from pipelines.html.documents import shown_document
from pipelines.html.hidden import is_hidden
from pipelines.html.pictures import drawn_caption, source_of
from storage.text import visible

Kind = Literal["text", "heading", "item", "image", "table", "file"]

BLOCK_TAGS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hr legend li main nav ol p pre section summary table tbody "
    "td tfoot "
    "th thead tr ul".split()
)
HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
SKIPPED = frozenset(
    "script style noscript template select textarea button svg object canvas map head title input audio video"
    " datalist progress meter".split()
)
_VIEWERS = frozenset(["iframe", "embed", "object", "div"])  # may show a document
_BOLD, _ITALIC = frozenset(["b", "strong"]), frozenset(["i", "em", "cite"])
_BOLD_STYLE = re.compile(r"(?:^|[;\s])font-weight\s*:\s*(?:bold|[6-9]00)", re.I)
_ITALIC_STYLE = re.compile(r"(?:^|[;\s])font-style\s*:\s*italic", re.I)
_CENTRED = re.compile(r"text-align\s*:\s*(center|right)", re.I)
# A page with more is generated, not written; the rest is not looked at. The longest law has 3,000 paragraphs.
_MAX_BLOCKS = 6_000
_MAX_STEPS = 60_000  # elements entered and left


@dataclass(slots=True)
class Block:
    """One line or paragraph, picture, data table or attached file; `line` counts the lines of one element."""

    kind: Kind
    element: html.HtmlElement
    text: str = ""
    line: int = 0
    linked: float = 0.0  # share of the letters that stand in links
    align: str = ""  # "center", "right" or ""
    bold: bool = False
    italic: bool = False
    href: str = ""  # image source, file address; the first link of a text block
    rows: list[str] = field(default_factory=list)  # of a data table
    in_figure: bool = False  # a figcaption or its like

    @property
    def words(self) -> int:
        return self.text.count(" ") + 1 if self.text else 0


class _Line:
    """The line being gathered: pieces of text and how much of it is linked, bold and italic."""

    __slots__ = ("bold", "element", "href", "italic", "linked", "parts", "total")

    def __init__(self, element: html.HtmlElement) -> None:
        self.element = element
        self.parts: list[str] = []
        self.total = self.linked = self.bold = self.italic = 0
        self.href = ""


def blocks(root: html.HtmlElement) -> list[Block]:
    """The blocks of `root` in document order; hidden elements, scripts and form controls are left out."""
    found: list[Block] = []
    state = _Line(root)
    counts: dict[html.HtmlElement, int] = {}

    def flush(element: html.HtmlElement) -> None:
        nonlocal state
        text = visible("".join(state.parts))
        if text:
            owner, total = state.element, max(state.total, 1)
            kind: Kind = "heading" if owner.tag in HEADINGS else "item" if owner.tag == "li" else "text"
            found.append(
                Block(
                    kind,
                    owner,
                    text,
                    line=counts.get(owner, 0),
                    linked=state.linked / total,
                    align=_alignment(owner, root),
                    bold=state.bold > 0.9 * total,
                    italic=state.italic > 0.9 * total,
                    href=state.href,
                    in_figure=owner.tag in ("figcaption", "caption")
                    or "caption-text" in (owner.get("class") or ""),
                )
            )
            counts[owner] = counts.get(owner, 0) + 1
        state = _Line(element)

    def add(text: str | None, inline: tuple[bool, bool, bool]) -> None:
        if not text:
            return
        size = len(text) - text.count(" ")
        state.parts.append(text)
        state.total += size
        state.linked += size * inline[0]
        state.bold += size * inline[1]
        state.italic += size * inline[2]

    # An explicit stack, since pages nest deeper than Python recurses: element, closing, block, inline state
    plain = (False, False, False)
    stack: list[tuple[html.HtmlElement, bool, html.HtmlElement, tuple[bool, bool, bool]]] = [
        (root, False, root, plain)
    ]
    steps = 0
    while stack and len(found) < _MAX_BLOCKS and steps < _MAX_STEPS:
        steps += 1
        element, closing, owner, inline = stack.pop()
        tag = element.tag
        if closing:
            if tag in BLOCK_TAGS:
                flush(owner)
            if element is not root:
                add(element.tail, inline)
            continue
        if tag in _VIEWERS and (document := shown_document(element)):
            flush(owner)
            found.append(Block("file", element, visible(element.get("title") or ""), href=document))
            add(element.tail, inline)
            continue
        if tag == "noscript":
            flush(owner)
            _take_twins(element, found)
            add(element.tail, inline)
            continue
        if not isinstance(tag, str) or (tag in SKIPPED or (element is not root and is_hidden(element))):
            if element is not root:
                add(element.tail, inline)
            continue
        if tag == "table" and element is not root and (rows := data_rows(element)):
            flush(owner)
            found.append(Block("table", element, " ".join(rows), rows=rows))
            add(element.tail, inline)
            continue
        inner_owner, inner = owner, inline
        if tag in BLOCK_TAGS:
            flush(element)
            inner_owner, inner = element, plain if tag not in ("p", "div") else inline
        elif tag == "br":
            flush(owner)
        elif tag in ("img", "amp-img"):
            flush(owner)
            found += _picture(element)
            if tag == "amp-img":  # what stands in it is for browsers that do not know it
                add(element.tail, inline)
                continue
        elif tag == "a":
            href = element.get("href") or ""
            state.href = state.href or href
            inner = (bool(href), inline[1], inline[2])
        elif tag in _BOLD or tag in _ITALIC or tag == "span":
            style = element.get("style") or ""
            inner = (
                inline[0],
                inline[1] or tag in _BOLD or bool(style and _BOLD_STYLE.search(style)),
                inline[2] or tag in _ITALIC or bool(style and _ITALIC_STYLE.search(style)),
            )
        stack.append((element, True, owner, inline))
        add(element.text, inner)
        stack.extend((child, False, inner_owner, inner) for child in reversed(element))
    flush(root)
    return found


def _picture(image: html.HtmlElement) -> Iterator[Block]:
    """A picture as a block, and the caption that a script would draw under it as another."""
    yield Block("image", image, visible(image.get("alt") or ""), href=source_of(image))
    if caption := drawn_caption(image):
        yield Block("text", image, caption, in_figure=True)


def _take_twins(noscript: html.HtmlElement, found: list[Block]) -> None:
    """Pictures for readers without scripts: each is the file of the picture before it, or one of its own."""
    for image in noscript.iter("img", "amp-img"):
        source = source_of(image)
        last = found[-1] if found else None
        if last is not None and last.kind == "image" and last.element.getparent() is noscript.getparent():
            last.href = last.href or source
        elif source:
            found.append(Block("image", image, visible(image.get("alt") or ""), href=source))


def _alignment(element: html.HtmlElement, root: html.HtmlElement) -> str:
    for _ in range(3):
        if element is None or element.tag == "center":
            return "center" if element is not None else ""
        align = element.get("align") or ""
        style = element.get("style")
        match = _CENTRED.search(style) if style else None
        if match or align.lower() in ("center", "right"):
            return match.group(1).lower() if match else align.lower()
        names = element.get("class") or ""
        if "text-right" in names or "text-center" in names or "has-text-align-" in names:
            return "right" if "right" in names else "center"
        if element is root or style or align:
            return ""
        element = element.getparent()
    return ""


def data_rows(table: html.HtmlElement) -> list[str]:
    """The rows of a table of data, cells joined by " | "; empty where the table only lays out a page.

    Data has two or more rows of two or more cells that hold short text (on average under 120 letters) and no
    picture or table of their own.
    """
    rows: list[list[str]] = []
    for row in table.iter("tr"):
        if next(row.iterancestors("table")) is not table:
            return []
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        if any(next(cell.iter("img", "table", "form"), None) is not None for cell in cells):
            return []
        rows.append([visible(" ".join(cell.itertext())) for cell in cells])
    filled = [row for row in rows if any(row)]
    letters = [len(cell) for row in filled for cell in row if cell]
    if sum(1 for row in filled if len(row) > 1) < 2 or not letters or sum(letters) / len(letters) > 120:
        return []
    return [" | ".join(row) for row in filled]


def image_blocks(found: list[Block]) -> Iterator[Block]:
    """The pictures among `found` that belong to an article: not icons, spacers or counters."""
    for block in found:
        if block.kind == "image" and block.href and not _ICON.search(block.href) and not _tiny(block.element):
            yield block


_ICON = re.compile(
    r"(?<![a-z])(?:icons?|logo|sprite|spacer|blank|loading|print|email|facebook|zalo|twitter|avatar|emoji"
    r"|counter"
    r"|share)(?![a-z])[^/]*$",
    re.I,
)


def _tiny(image: html.HtmlElement) -> bool:
    sizes = [image.get(name) or "" for name in ("width", "height")]
    return any(size.rstrip("px").isdigit() and int(size.rstrip("px")) <= 40 for size in sizes)

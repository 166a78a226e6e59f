"""A stretch of a page as blocks in reading order: what a reader sees as a line, a paragraph, a picture.

Markup of twenty years says little (a paragraph may be a <p>, a <div>, a table cell, a run between two
<br>), so everything after this module works on blocks: their text, their looks, their links.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

from lxml import html

from pipelines.html.documents import shown_document
from pipelines.html.hidden import is_hidden
from pipelines.html.inline import SKIPPED, inline_text, shift_of, shifted
from pipelines.html.pictures import drawn_caption, is_small, marks_file, source_of
from pipelines.html.tables import data_rows
from storage.text import visible

Kind = Literal["text", "heading", "item", "image", "table", "file"]

BLOCK_TAGS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hr legend li main nav ol p pre section summary table tbody "
    "td tfoot "
    "th thead tr ul".split()
)
HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_VIEWERS = frozenset(["iframe", "embed", "object", "div"])  # may show a document
_BOLD, _ITALIC = frozenset(["b", "strong"]), frozenset(["i", "em", "cite"])
_BOLD_STYLE = re.compile(r"(?:^|[;\s])font-weight\s*:\s*(?:bold|[6-9]00)", re.I)
_ITALIC_STYLE = re.compile(r"(?:^|[;\s])font-style\s*:\s*italic", re.I)
_CAPTION = re.compile(r"(?:^|[\s_-])[Cc]aption(?:[\s_-]|$)|CAPTION|caption-text")
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
    words: int = field(init=False)  # of the text, which never changes

    def __post_init__(self) -> None:
        self.words = self.text.count(" ") + 1 if self.text else 0


Look = tuple[bool, bool, bool]  # of a stretch of text: linked, bold, italic
_PLAIN: Look = (False, False, False)


class _Line:
    """The line being gathered: pieces of text and how much of it is linked, bold and italic."""

    __slots__ = ("bold", "element", "href", "italic", "linked", "parts", "total")

    def __init__(self, element: html.HtmlElement) -> None:
        self.element = element
        self.parts: list[str] = []
        self.total = self.linked = self.bold = self.italic = 0
        self.href = ""

    def add(self, text: str | None, look: Look) -> None:
        if not text:
            return
        size = len(text) - text.count(" ")
        self.parts.append(text)
        self.total += size
        self.linked += size * look[0]
        self.bold += size * look[1]
        self.italic += size * look[2]


def blocks(root: html.HtmlElement) -> list[Block]:
    """Returns the blocks of `root` in document order; hidden elements, scripts and form controls are left
    out.
    """
    return _Walk(root).blocks()


class _Walk:
    """One walk over the elements of `root`, each by the rule of its tag.

    A rule answers with the owner and the look of what stands inside, or None where nothing there is read.
    """

    def __init__(self, root: html.HtmlElement) -> None:
        self._root = root
        self._found: list[Block] = []
        self._counts: dict[html.HtmlElement, int] = {}
        self._line = _Line(root)

    def blocks(self) -> list[Block]:
        # An explicit stack, since pages nest deeper than Python recurses: element, closing, owner, look
        root = self._root
        stack: list[tuple[html.HtmlElement, bool, html.HtmlElement, Look]] = [(root, False, root, _PLAIN)]
        steps = 0
        while stack and len(self._found) < _MAX_BLOCKS and steps < _MAX_STEPS:
            steps += 1
            element, closing, owner, look = stack.pop()
            inner = None if closing else self._open(element, owner, look)
            if inner is None:
                if closing and element.tag in BLOCK_TAGS:
                    self._flush(owner)
                if element is not root:
                    self._line.add(element.tail, look)
                continue
            stack.append((element, True, owner, look))
            self._line.add(element.text, inner[1])
            stack.extend((child, False, *inner) for child in reversed(element))
        self._flush(root)
        return self._found

    def _open(
        self, element: html.HtmlElement, owner: html.HtmlElement, look: Look
    ) -> tuple[html.HtmlElement, Look] | None:
        tag = element.tag
        if tag in _VIEWERS and (document := shown_document(element)):
            self._flush(owner)
            title = visible(element.get("title") or "")
            self._found.append(Block("file", element, title, href=document))
            return None
        if tag == "noscript":
            self._flush(owner)
            _take_twins(element, self._found)
            return None
        # comments have no name; what is hidden or a control is not read
        if not isinstance(tag, str) or tag in SKIPPED or (element is not self._root and is_hidden(element)):
            return None
        rule = _RULES.get(tag)
        return (owner, look) if rule is None else rule(self, element, owner, look)

    def _box(
        self, element: html.HtmlElement, owner: html.HtmlElement, look: Look
    ) -> tuple[html.HtmlElement, Look]:
        """A box ends the line before it; its looks are its own, but for what editors wrap in <b>."""
        self._flush(element)
        return element, look if element.tag in ("p", "div") else _PLAIN

    def _table(
        self, element: html.HtmlElement, owner: html.HtmlElement, look: Look
    ) -> tuple[html.HtmlElement, Look] | None:
        """A table of data is one block, its caption a line before it; others only lay out the page."""
        rows = data_rows(element) if element is not self._root else []
        if not rows:
            return self._box(element, owner, look)
        self._flush(owner)
        caption = element.find("caption")
        if caption is not None and (text := inline_text(caption)):
            self._found.append(Block("text", caption, text))
        self._found.append(Block("table", element, " ".join(rows), rows=rows))
        return None

    def _break(
        self, element: html.HtmlElement, owner: html.HtmlElement, look: Look
    ) -> tuple[html.HtmlElement, Look]:
        self._flush(owner)
        return owner, look

    def _image(
        self, element: html.HtmlElement, owner: html.HtmlElement, look: Look
    ) -> tuple[html.HtmlElement, Look] | None:
        self._flush(owner)
        self._found += _picture(element)
        # what stands in an amp-img is for browsers that do not know it
        return None if element.tag == "amp-img" else (owner, look)

    def _link(
        self, element: html.HtmlElement, owner: html.HtmlElement, look: Look
    ) -> tuple[html.HtmlElement, Look]:
        href = element.get("href") or ""
        self._line.href = self._line.href or href
        return owner, (bool(href) and not _local(href), look[1], look[2])

    def _letters(
        self, element: html.HtmlElement, owner: html.HtmlElement, look: Look
    ) -> tuple[html.HtmlElement, Look] | None:
        """Bold and italic by tag or style; what is raised or lowered by style too."""
        tag, style = element.tag, element.get("style") or ""
        if style and shift_of(element):
            return self._shift(element, owner, look)
        bold = look[1] or tag in _BOLD or bool(style and _BOLD_STYLE.search(style))
        return owner, (
            look[0], bold, look[2] or tag in _ITALIC or bool(style and _ITALIC_STYLE.search(style)),
        )  # fmt: skip

    def _shift(
        self, element: html.HtmlElement, owner: html.HtmlElement, look: Look
    ) -> tuple[html.HtmlElement, Look] | None:
        """A raised or lowered figure is told from the figure before it."""
        if element.find(".//img") is not None:
            return owner, look
        text = shifted("".join(element.itertext()), "".join(self._line.parts[-3:]), shift_of(element))
        self._line.add(text, look)
        return None

    def _flush(self, element: html.HtmlElement) -> None:
        """Ends the line: its text becomes a block; the next line belongs to `element`."""
        line, root = self._line, self._root
        if not line.parts:
            line.element, line.href = element, ""
            return
        self._line = _Line(element)
        text = visible("".join(line.parts))
        if not text:
            return
        owner, total = line.element, max(line.total, 1)
        kind: Kind = "heading" if owner.tag in HEADINGS else "item" if owner.tag == "li" else "text"
        self._found.append(
            Block(
                kind,
                owner,
                text,
                line=self._counts.get(owner, 0),
                linked=line.linked / total,
                align=_alignment(owner, root),
                bold=line.bold > 0.9 * total,
                italic=line.italic > 0.9 * total,
                href=line.href,
                in_figure=_is_in_caption(owner, root),
            )
        )
        self._counts[owner] = self._counts.get(owner, 0) + 1


_Rule = Callable[[_Walk, html.HtmlElement, html.HtmlElement, Look], tuple[html.HtmlElement, Look] | None]
_RULES: dict[str, _Rule] = {
    **dict.fromkeys(BLOCK_TAGS, _Walk._box),
    **dict.fromkeys([*_BOLD, *_ITALIC, "span"], _Walk._letters),
    **dict.fromkeys(["sup", "sub"], _Walk._shift),
    **dict.fromkeys(["img", "amp-img"], _Walk._image),
    "table": _Walk._table,
    "br": _Walk._break,
    "a": _Walk._link,
}


def _local(href: str) -> bool:
    """Whether an address leads to a file on the editor's own computer: Word leaves such links behind."""
    return href[:5].lower() == "file:" or href[:2].lower() in ("c:", "d:")


def _is_in_caption(owner: html.HtmlElement, root: html.HtmlElement) -> bool:
    """Whether a line stands in a caption by its markup: <figcaption>, <caption>, a box with that name."""
    for element in (owner, *islice(owner.iterancestors(), 2)):
        if element is root or element.tag in ("body", "article", "main", "section", "figure"):
            return False
        if element.tag in ("figcaption", "caption"):
            return True
        name = element.get("class")
        if (
            name
            and ("aption" in name or "APTION" in name)
            and _CAPTION.search(name)
            and element.find(".//img") is None
        ):
            return True
    return False


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


def image_blocks(found: list[Block]) -> Iterator[Block]:
    """Yields the pictures among `found` that belong to an article: not icons, spacers or counters."""
    for block in found:
        if (
            block.kind == "image"
            and block.href
            and not _ICON.search(block.href)
            and not is_small(block.element)
            and not marks_file(block.element)
        ):
            yield block


_ICON = re.compile(
    r"(?<![a-z])(?:icons?|logo|sprite|spacer|blank|loading|print|email|facebook|zalo|twitter|avatar|emoji"
    r"|counter"
    r"|share)(?![a-z])[^/]*$",
    re.I,
)

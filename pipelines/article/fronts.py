"""Is it a list of other pages? Linked headlines with teasers, documents with dates, no prose of its own."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.article import phrases
from pipelines.html.blocks import Block

_CUT = ("...", "…", "[…]", "[...]", "»", ">>")  # how a teaser ends
_OWN = 90  # words of one paragraph that no list of teasers has
_ENTRIES = 4  # linked lines; an article may name three others


def is_front(
    title: str, body: Sequence[Block], captions: int, scope: Sequence[Block], *, dated: bool
) -> bool:
    """Returns whether a page lists other pages. `scope`, `captions` and `dated` as in kinds.after_reading.

    A notice may be a list of links, too: it has one date, by its headline, and says what the list is.
    """
    text = [b for b in scope if b.text and b.kind != "image"]
    rows = sum(_linked_rows(b) for b in text if b.kind == "table")
    linked = [b for b in text if b.words >= 5 and (b.linked > 0.7 or (b.linked > 0.5 and _is_dated(b)))]
    prose = [b for b in body if b.kind != "table" and b.words >= 15 and b.linked < 0.3]
    cut = sum(1 for b in prose if b.text.endswith(_CUT))
    dates = sum(map(_is_dated, text))
    dated = dated and dates < 3
    if any(b.words >= _OWN for b in prose):
        return False
    row = _row(text)
    if row.startswith("ppp") or (dated and row.startswith("pp")):
        return False  # no list opens with paragraphs; what follows them may be one
    if len(linked) >= _ENTRIES and row.count("lp") >= 3 and row.count("pp") <= row.count("lp") / 2:
        return True  # links and prose take turns, as headlines and teasers do
    entries = len(linked) + rows
    if dated and captions == 0 and _introduced(text, body):
        return False
    if entries >= _ENTRIES and entries >= len(prose) and not (dated and len(prose) >= 2):
        # an article may carry a list of links too, but then its prose is no list of teasers
        return not prose or cut >= len(prose) / 2
    return len(linked) >= 2 and cut >= 2 and cut >= len(prose) - 1


def _linked_rows(table: Block) -> int:
    """The rows of a table that lead to another page each: most of their letters stand in a link."""
    count = 0
    for row in table.element.iter("tr"):
        linked = sum(len("".join(a.itertext())) for a in row.iter("a") if a.get("href"))
        count += linked >= 15 and linked > len("".join(row.itertext()).strip()) / 3
    return count


def _is_dated(block: Block) -> bool:
    """Whether a block is the entry of a list with its date, or that date: not a sentence that names one."""
    return (
        block.kind != "table"
        and (block.linked > 0.5 or block.words <= 12)
        and phrases.DATE.search(block.text[-60:]) is not None
        and not phrases.ends_sentence(block.text)
    )


def _introduced(text: Sequence[Block], body: Sequence[Block]) -> bool:
    """Whether the article's own words stand before the first link: "Kèm theo đây là các văn bản:"."""
    own = {id(b) for b in body}
    first = next((b for b in text if b.linked > 0.7 or b.kind == "table"), None)
    before = text[: text.index(first)] if first is not None else text
    return any(id(b) in own and b.words >= 4 and b.text.endswith((":", ".")) for b in before)


def _row(text: Sequence[Block]) -> str:
    """Links ("l") and pieces of prose ("p") in their order."""
    kinds = ("l" if b.linked > 0.7 and b.words >= 4 else "p" if b.words >= 12 else "" for b in text)
    return "".join(kinds)

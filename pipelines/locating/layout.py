"""The blocks of a page, and which of them are the article's body, as the arbiter joins and cuts them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml import html

from pipelines.html.blocks import Block, blocks
from pipelines.locating.arbiter import OTHER_TEXT, arbitrate, is_prose
from pipelines.locating.locate import Place
from pipelines.locating.witness import Second, second_reading

_COPY = 3  # long blocks that come again in one order: a second copy of the text, for another screen
_NEW = 0.25  # of the blocks of a copy may be new: the two screens' own notes
_ENOUGH = 60  # words of prose that make an article of a page on which we found none
_LONG = 8  # words of a block that is looked at for copies


@dataclass(slots=True)
class Layout:
    """The blocks of the place (`found`), where the headline ends (`start`) and the body's indexes (`body`).

    `area` is the body before the arbiter cut its ends: files stand there too. `second` is the second reader's
    text where it was asked, `rule` what the arbiter decided.
    """

    found: list[Block]
    start: int
    body: set[int]
    area: set[int] = field(default_factory=set)
    second: Second | None = None
    rule: str = "not asked"

    def scope(self) -> list[Block]:
        """Returns the blocks of the body and those that stand between them."""
        return self.found[min(self.body) : max(self.body) + 1] if self.body else []


def lay_out(place: Place, title: str, *, ask: bool = False) -> Layout:
    """Returns the layout of the page at `place`; `ask`: the second reader is asked in any case."""
    asked = not place.told and (ask or not place.clear)
    found = blocks(place.root if asked else place.node)
    start = _after_title(found, place, title)
    # a short notice has no running text: what is longer stands beside it
    if (place.told or place.running) and _is_behind(found, place.body, start):
        start = 0
    layout = Layout(found, start, _inside(found, place.body, start))
    if not place.told:
        layout.body -= {i for i in layout.body if place.zones.furniture(found[i].element)}
    layout.area = set(layout.body)
    if asked:
        layout.second = second_reading(place.root)
        judged = arbitrate(found, start, layout.body, layout.second, place)
        layout.area |= judged.body
        layout.body, layout.rule = judged.body, judged.rule
    layout.body -= _copies(found, sorted(layout.body))
    return layout


def second_chance(place: Place, title: str) -> Layout | None:
    """The layout of a page on whose chosen node nothing was found, by the text of the second reader, whatever
    the boxes around it are called; None where no two paragraphs of it stand behind the headline.
    """
    if place.told or place.title is None:
        return None
    second = second_reading(place.root)
    found = blocks(place.root)
    start = _after_title(found, place, title)
    theirs = [i for i in range(start, len(found)) if found[i].text and second.has(found[i].text)]
    prose = [i for i in theirs if is_prose(found[i])]
    if len(prose) < 2 or sum(found[i].words for i in prose) < _ENOUGH:
        return None
    body = {i for i in theirs if prose[0] <= i <= prose[-1]}
    return Layout(found, start, body, set(body), second, OTHER_TEXT)


def _after_title(found: Sequence[Block], place: Place, title: str) -> int:
    """The index of the first block behind the headline."""
    if place.title is None:
        return 0
    inside = {place.title, *place.title.iterdescendants()}
    last = max((i for i, b in enumerate(found) if b.element in inside), default=-1)
    if last < 0:  # the headline is an inline part of a block: find the block that holds it
        last = next((i for i, b in enumerate(found) if b.text.startswith(title[:60])), -1)
    return last + 1


def _is_behind(found: Sequence[Block], body: html.HtmlElement | None, start: int) -> bool:
    """Whether most of the body stands above the end of the headline, which is then printed again below."""
    if body is None or not start:
        return False
    inside = {body, *body.iterdescendants()}
    prose = [i for i, b in enumerate(found) if b.element in inside and b.words >= _LONG and b.linked < 0.5]
    return sum(found[i].words for i in prose if i < start) > sum(found[i].words for i in prose) / 2


def _inside(found: Sequence[Block], body: html.HtmlElement | None, start: int) -> set[int]:
    if body is None:
        return set(range(start, len(found)))
    inside = {body, *body.iterdescendants()}
    return {i for i, b in enumerate(found) if i >= start and b.element in inside}


def _copies(found: Sequence[Block], body: Sequence[int]) -> set[int]:
    """The blocks of a second copy of the text: three long ones or more, or most of them, in the order of the
    first.

    One paragraph said twice may be its author's.
    """
    first: dict[str, int] = {}
    again: list[int] = []
    for index in body:
        block = found[index]
        if block.words >= _LONG and block.kind not in ("image", "file"):
            if block.text in first:
                again.append(index)
            first.setdefault(block.text, index)
    if len(again) < _COPY and 2 * len(again) < max(len(first), _COPY):
        return set()
    if not again:
        return set()
    news = [i for i in first.values() if again[0] < i < again[-1]]
    if len(news) > _NEW * len(again):  # the rows of a plan repeat words and say new ones; a copy does not
        return set()
    # what stands between the blocks of the copy and was said before is copied, too
    said = {found[i].text for i in body if i < again[0]}
    return {i for i in body if i >= again[0] and i <= again[-1] and (i in again or found[i].text in said)}

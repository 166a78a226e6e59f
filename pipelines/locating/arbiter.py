"""Which blocks of a page are its article, where witnesses disagree: ours are compared with a second reader's.

Pure rules on blocks, each with its name. None believes one witness alone: what both take stays; what only the
second reader takes joins where it is prose in the article's own branch; what only we take is cut where it is
no prose and stands at an end of the text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import islice

from lxml import html

from pipelines.article import phrases
from pipelines.article.endings import closes
from pipelines.article.roles import Roles
from pipelines.html.blocks import Block
from pipelines.locating.locate import Place
from pipelines.locating.witness import Second, letters, second_reading
from pipelines.locating.zones import names

OTHER_TEXT = "the second reader's text"
_PROSE = 8  # words of a block that is no label
_APART = 0.2  # of our prose is shared: the two readers read two different texts
_MOSTLY = 3  # times our prose stands elsewhere: the headline stands in the wrong branch
_NEXT = 2  # paragraphs of a box that is the text's end set apart
_NOT_TEXT = re.compile(
    r"author|bio|about|note|disclaim|source|nguon|tac-?gia|tags?\b|info|summary|related", re.I
)
_MAX_SECOND = 1_000  # paragraphs; a longer text is worth no second reading of its two ends


@dataclass(slots=True)
class Judgement:
    """The body's blocks by index; those of them that the second reader brought (`joined`), and what went."""

    body: set[int]
    joined: set[int] = field(default_factory=set)
    cut: set[int] = field(default_factory=set)
    rule: str = "agreed"


def is_prose(block: Block) -> bool:
    """Returns whether a block is running text or data rather than a label, a link or a picture."""
    return block.kind == "table" or (
        block.kind not in ("image", "file") and block.words >= _PROSE and block.linked < 0.5
    )


def arbitrate(
    found: Sequence[Block], start: int, own: Collection[int], second: Second, place: Place
) -> Judgement:
    """Decides between our body (`own`, indexes of `found`) and the second reader's text, behind `start`."""
    sides = _Sides(found, start, own, second, place)
    if not sides.their_prose:
        return Judgement(set(own), rule="the second reader found nothing")
    if sides.words(sides.my_prose & sides.their_prose) < _APART * sides.words(sides.my_prose) and (
        sides.words(sides.their_prose) > sides.words(sides.my_prose)
    ):
        first, last = min(sides.their_prose), max(sides.their_prose)
        body = sides.filled({i for i in sides.theirs if first <= i <= last})
        return Judgement(body, body - set(own), set(own) - body, OTHER_TEXT)
    joined = sides.joined() | sides.next_box(place.body)
    cut = set() if joined else sides.loose_ends()
    body = sides.filled((set(own) | joined) - cut)
    return Judgement(body, joined, cut, "joined" if joined else "cut" if cut else "agreed")


class _Sides:
    """What the two readers took of a page, as indexes of its blocks."""

    def __init__(
        self, found: Sequence[Block], start: int, own: Collection[int], second: Second, place: Place
    ) -> None:
        self.found = found
        texts = [i for i in range(start, len(found)) if found[i].text and found[i].kind != "image"]
        self.texts = [i for i in texts if not place.zones.furniture(found[i].element)]
        self.theirs = {i for i in self.texts if second.has(found[i].text)}
        self.mine = {i for i in own if found[i].text and found[i].kind != "image"}
        self.my_prose = {i for i in self.mine if is_prose(found[i])}
        self.their_prose = {i for i in self.theirs if is_prose(found[i])}
        self._running = place.running | {found[i].element.getparent() for i in self.my_prose}
        self._home = place.home

    def words(self, indexes: Collection[int]) -> int:
        return sum(self.found[i].words for i in indexes)

    def joined(self) -> set[int]:
        """Returns what the second reader alone takes: stretches with prose in them, behind the beginning of
        our text and before a heading of related news or comments.

        One block before it is the introduction, which has a rule of its own (assign).
        """
        first, last = min(self.my_prose, default=0), max(self.my_prose, default=0)
        end = next((i for i in self.texts if i > last and closes(self.found[i])), len(self.found))
        joined: set[int] = set()
        run: list[int] = []
        for index in [*(i for i in self.texts if i < end), len(self.found)]:
            if index in self.theirs and index not in self.mine:
                run.append(index)
                continue
            if index < len(self.found) and index not in self.mine and not is_prose(self.found[index]):
                continue  # a label between two pieces of the stretch
            prose = [i for i in run if i in self.their_prose and self._runs_on(self.found[i])]
            if prose and (prose[-1] > first or len(prose) > 1):
                joined |= set(run)
            run = []
        abroad = {i for i in joined if not self._at_home(self.found[i])}
        # most of the text elsewhere: then the headline's branch is the wrong one
        return joined if self.words(abroad) > _MOSTLY * self.words(self.my_prose) else joined - abroad

    def next_box(self, body: html.HtmlElement | None) -> set[int]:
        """Returns the blocks of the box right behind ours, where it holds one or two paragraphs and says of
        itself nothing else: portals set the last paragraph apart.
        """
        box = body.getnext() if body is not None else None
        if box is None or not self.my_prose or box.tag not in ("div", "section", "p"):
            return set()
        if _NOT_TEXT.search(" ".join(names(box))):
            return set()
        inside = {box, *box.iterdescendants()}
        blocks = [i for i in self.texts if self.found[i].element in inside]
        prose = [i for i in blocks if is_prose(self.found[i]) and self.found[i].element in self._running]
        if (
            not prose
            or len(prose) > _NEXT
            or len(blocks) > _NEXT + 1
            or any(closes(self.found[i]) for i in blocks)
        ):
            return set()
        ours = max(self.my_prose)
        between = [i for i in self.texts if ours < i < blocks[0]]
        ends = all(phrases.ends_sentence(self.found[i].text) for i in prose)
        return set(blocks) if ends and not between and blocks[0] == prose[0] else set()

    def _runs_on(self, block: Block) -> bool:
        """Whether a block is one of the page's pieces of running text, which teasers are not."""
        return block.element in self._running or any(
            e in self._running for e in islice(block.element.iterancestors(), 3)
        )

    def _at_home(self, block: Block) -> bool:
        return self._home is None or self._home in (block.element, *block.element.iterancestors())

    def loose_ends(self) -> set[int]:
        """Returns what the second reader leaves out at the ends of our text and is no prose. Its silence
        about what stands between two paragraphs proves nothing: it loses short and repeated ones.
        """
        kept = [i for i in self.mine if i in self.theirs or is_prose(self.found[i])]
        first, last = min(kept, default=0), max(kept, default=len(self.found))
        return {i for i in self.mine if not first <= i <= last}

    def filled(self, body: set[int]) -> set[int]:
        """Returns `body` with the pictures and headings that stand between its blocks."""
        if not body:
            return body
        texts = {*self.texts}
        return body | {
            i
            for i in range(min(body), max(body) + 1)
            if self.found[i].kind == "image"
            or (
                i in texts
                and self.found[i].kind == "heading"
                and not closes(self.found[i])
                and self.found[i].linked < 0.5
            )
        }


def cut_ends(body: html.HtmlElement, roles: Roles) -> None:
    """Cuts short blocks at the ends of the text that the second reader, reading the same node, leaves out.

    It is asked only where that can cut something. Prose is never cut, and nothing between two paragraphs that
    both readers keep.
    """
    if not 0 < len(roles.body) <= _MAX_SECOND or (is_prose(roles.body[0]) and is_prose(roles.body[-1])):
        return
    second = second_reading(body, recall=True)
    kept = [i for i, b in enumerate(roles.body) if letters(b.text) in second.letters or is_prose(b)]
    first, last = min(kept, default=0), max(kept, default=len(roles.body) - 1)
    for index in reversed(range(len(roles.body))):
        if not first <= index <= last:
            roles.cut.append(("no main text to trafilatura", roles.body.pop(index)))

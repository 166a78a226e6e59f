"""Which blocks of a page are its article, where witnesses disagree: ours are compared with a second reader's.

Pure rules on blocks, each with its name. None believes one witness alone: what both take stays; what only the
second reader takes joins where it is prose beside the text; what only we take is cut where it is no prose at
an end of the text, or a stretch of boxes of its own behind it.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from lxml import html

from pipelines.article.endings import closes
from pipelines.html.blocks import Block
from pipelines.locating.witness import Second
from pipelines.locating.zones import Zones

_PROSE = 8  # words of a block that is no label
_APART = 0.2  # of our prose is shared: the two readers read two different texts


@dataclass(slots=True)
class Judgement:
    """The blocks of the body by index, and what was decided: `joined` came from the second reader, `cut`
    went.
    """

    body: set[int]
    joined: set[int] = field(default_factory=set)
    cut: set[int] = field(default_factory=set)
    rule: str = "agreed"


def is_prose(block: Block) -> bool:
    """Whether a block is running text or data rather than a label, a link or a picture."""
    return block.kind == "table" or (
        block.kind not in ("image", "file") and block.words >= _PROSE and block.linked < 0.5
    )


def arbitrate(
    found: Sequence[Block],
    start: int,
    own: Collection[int],
    second: Second,
    zones: Zones,
    running: frozenset[html.HtmlElement],
) -> Judgement:
    """Decides between our body (`own`, indexes of `found`) and the second reader's text, behind `start`."""
    texts = [i for i in range(start, len(found)) if found[i].text and found[i].kind != "image"]
    furniture = {i for i in texts if zones.furniture(found[i].element)}
    theirs = {i for i in texts if second.has(found[i].text)} - furniture
    mine = {i for i in own if found[i].text and found[i].kind != "image"}
    my_prose, their_prose = _prose(found, mine), _prose(found, theirs)
    if not their_prose:
        return Judgement(set(own), rule="the second reader found nothing")
    if _words(found, my_prose & their_prose) < _APART * _words(found, my_prose) and _words(
        found, their_prose
    ) > _words(found, my_prose):
        body = _filled(found, _runs(found, texts, theirs, their_prose))
        return Judgement(body, body - set(own), set(own) - body, "the second reader's text")
    joined = _joined(found, texts, mine, theirs, running)
    cut = _cut_ends(found, sorted(mine), theirs) if not joined else set()
    body = _filled(found, (set(own) | joined) - cut)
    return Judgement(body, joined, cut, "joined" if joined else "cut" if cut else "agreed")


def _joined(
    found: Sequence[Block],
    texts: Sequence[int],
    mine: Collection[int],
    theirs: Collection[int],
    running: frozenset[html.HtmlElement],
) -> set[int]:
    """What the second reader alone takes: stretches with prose in them, behind the beginning of our text.

    One block before it is the introduction, which has a rule of its own (assign).
    """
    first = min((i for i in mine if is_prose(found[i])), default=0)
    joined: set[int] = set()
    run: list[int] = []
    near = {found[i].element.getparent() for i in mine if is_prose(found[i])}
    last = max((i for i in mine if is_prose(found[i])), default=0)
    end = next((i for i in texts if i > last and closes(found[i])), len(found))
    for index in [*(i for i in texts if i < end), len(found)]:
        if index in theirs and index not in mine:
            run.append(index)
            continue
        if index < len(found) and index not in mine and not is_prose(found[index]):
            continue  # a label between two pieces of the stretch
        prose = [i for i in run if is_prose(found[i]) and _runs_on(found[i], running | near)]
        if prose and (prose[-1] > first or len(prose) > 1):
            joined |= set(run)
        run = []
    return joined


def _runs_on(block: Block, running: frozenset[html.HtmlElement]) -> bool:
    """Whether a block is one of the page's pieces of running text, which teasers are not."""
    return block.element in running or any(
        e in running for e in itertools.islice(block.element.iterancestors(), 3)
    )


def _cut_ends(found: Sequence[Block], mine: Sequence[int], theirs: Collection[int]) -> set[int]:
    """What the second reader leaves out at the ends of our text and is no prose. Its silence about what
    stands between two paragraphs proves nothing: it loses short and repeated ones.
    """
    kept = [i for i in mine if i in theirs or is_prose(found[i])]
    first, last = min(kept, default=0), max(kept, default=len(found))
    return {i for i in mine if not first <= i <= last}


def _runs(
    found: Sequence[Block], texts: Sequence[int], theirs: Collection[int], prose: Collection[int]
) -> set[int]:
    first, last = min(prose), max(prose)
    return {i for i in texts if i in theirs and first <= i <= last}


def _filled(found: Sequence[Block], body: set[int]) -> set[int]:
    """`body` with the pictures that stand between its blocks."""
    if not body:
        return body
    return body | {i for i in range(min(body), max(body) + 1) if found[i].kind == "image"}


def _prose(found: Sequence[Block], indexes: Collection[int]) -> set[int]:
    return {i for i in indexes if is_prose(found[i])}


def _words(found: Sequence[Block], indexes: Collection[int]) -> int:
    return sum(found[i].words for i in indexes)

"""How sure a reading is, from 0 to 1, and which witnesses agreed on it.

Where no family names the body, it is the share of pages with as few doubts that were read without a lost or
foreign sentence (shingle F1 of 0.99 or more), measured on public test pages; docs/decisions.md shows both
halves. No such reading reaches 0.9.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.html.blocks import Block
from pipelines.locating.arbiter import OTHER_TEXT
from pipelines.locating.layout import Layout
from pipelines.locating.locate import Place
from pipelines.locating.witness import agreement

SURE = 0.7  # no doubt: such readings show where a portal's template has its text
DOUBTFUL = 0.5  # below it an article is flagged
_ALIKE = 0.95  # of our text in the second reader's: it points at the same
# All of 59 fixture articles are read whole, so 95 % of such pages are, with 95 % certainty. They are ours.
_TOLD = 0.95
_BY_DOUBTS = (0.7, 0.5, 0.1)  # measured .68, .51, .09 on the tuning half; .73, .56, .12 on the other
_SAME = 0.98  # of our text in the second reader's: less is a doubt
_APART = 0.75  # less: the two read different texts
_SHORT = 8  # words; a shorter block may be a label
_LABELS = 1 / 3  # of the blocks are that short: as many are a doubt
_LINKED = 0.01  # of the words are links: as many are a doubt
_NO_TEXT = 0.5  # nothing to measure on public pages, which all have a text


def witnesses(place: Place, layout: Layout, body: Sequence[Block]) -> list[str]:
    """Who points at the body: "family", "vote", "marked", "learned", "headline", "article", "second"."""
    agreed = layout.second is not None and agreement(body, layout.second) >= _ALIKE
    return [*place.witnesses, *(["second"] if agreed else [])]


def confidence(place: Place, layout: Layout, body: Sequence[Block], title: str) -> float:
    """The confidence in a reading whose text is `body`.

    Three things are a doubt: short blocks in the text, links in it, and a second reader that was asked and
    leaves out more than 2 % of it. How many candidates point at the node is none: it tells nothing.
    """
    if place.told and title:
        return _TOLD
    second = layout.second
    agreed = 1.0 if second is None else agreement(body, second)
    if not title or layout.rule == OTHER_TEXT or agreed < _APART:
        return _BY_DOUBTS[-1]
    if not body:
        return _NO_TEXT
    words = sum(block.words for block in body)
    doubts = (
        sum(block.words < _SHORT for block in body) >= _LABELS * len(body),
        sum(block.linked * block.words for block in body) >= _LINKED * max(1, words),
        agreed < _SAME,
    )
    return _BY_DOUBTS[min(sum(doubts), len(_BY_DOUBTS) - 1)]

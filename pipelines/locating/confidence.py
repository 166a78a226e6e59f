"""How sure a reading is, from 0 to 1, and which witnesses agreed on it.

Calibrated on pages with known text (docs/decisions.md shows the curve): of articles at 0.9 or more, 99 of 100
are read without a lost or foreign sentence. Only what a family names reaches it; agreement of witnesses on a
page of an unknown system does not, for they are wrong together on leads, captions and boxes in the text.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.html.blocks import Block
from pipelines.locating.arbiter import OTHER_TEXT
from pipelines.locating.layout import Layout
from pipelines.locating.locate import Place
from pipelines.locating.witness import agreement

DOUBTFUL = 0.5  # below it an article is flagged
_ALIKE = 0.95  # of our text in the second reader's: it points at the same
_SHORT = 40  # words; of a shorter text no witness can say much
_TOLD, _TOLD_SHORT = 0.97, 0.93
_NO_TEXT, _NO_TITLE, _OTHER = 0.6, 0.2, 0.45


def witnesses(place: Place, layout: Layout, body: Sequence[Block]) -> list[str]:
    """Returns who points at the body: "family", "vote", "marked", "headline", "article", "second"."""
    agreed = layout.second is not None and agreement(body, layout.second) >= _ALIKE
    return [*place.witnesses, *(["second"] if agreed else [])]


def confidence(place: Place, layout: Layout, body: Sequence[Block], title: str) -> float:
    """Returns the confidence in a reading whose text is `body`, in steps of 0.01.

    Each witness that points at the same node adds a tenth to 0.45; where the second reader was asked, the
    share of the text that it took counts by its square.
    """
    words = sum(block.words for block in body)
    if not title:
        return _NO_TITLE
    if place.told:
        return _TOLD if words >= _SHORT else _TOLD_SHORT
    if not body:
        return _NO_TEXT
    if layout.rule == OTHER_TEXT:
        return _OTHER
    agreeing = min(len(place.witnesses), 4)
    if layout.second is None:
        sure = 0.45 + 0.1 * agreeing
    else:
        sure = 0.1 + 0.6 * agreement(body, layout.second) ** 2 + 0.04 * agreeing
    return round(sure, 2)

"""Which lines under and above pictures are their captions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.article import phrases
from pipelines.article.roles import Roles
from pipelines.html.blocks import Block

LONG = 40  # words; no caption of the seeds has more than 30


def caption_score(block: Block, style: str) -> int:
    """Scores the evidence that a block under a picture is its caption: 2 is enough. `style`: the body's
    alignment.
    """
    text = block.text
    score = 0
    score += 2 if block.italic or (block.align == "center" and style != "center") else 0
    # bold in the line of the text is how editors set sub-headings
    score -= 3 if block.bold and not block.italic and block.align in ("", style) else 0
    score += 3 if phrases.credits_photo(text) or block.in_figure or phrases.is_credit(text) else 0
    score += 0 if phrases.ends_sentence(text) else 2
    score += 1 if block.words <= 12 else 0
    score += 1 if not phrases.INNER_END.search(text) else -2
    if phrases.SHOWN.match(text):
        score += 2 if phrases.SHOWS.search(text) else 1
    score -= 1 if text.endswith(".") else 0
    score -= 2 if phrases.PROSE_START.match(text) else 0
    score -= 3 if text.endswith((":", ";")) or re.match(r"^[-+*•–]|^\d+[.)]|^[IVX]+\.", text) else 0
    return score - (4 if block.words > LONG else 0)


def is_caption(block: Block, pending: Sequence[Block], style: str, inside: bool) -> bool:
    """Returns whether a block under a picture is its caption. Only the first line under pictures in a row may
    be told by its wording alone; a heading has to look like a caption, a credit line of the text is none.
    """
    label = phrases.BYLINE_LABEL.match(block.text)
    if block.kind not in ("text", "heading") or (label and not phrases.credits_photo(block.text)):
        return False
    looks = block.italic or phrases.credits_photo(block.text)
    if (block.kind == "heading" and not looks) or block.linked > 0.5:
        return False
    return caption_score(block, style) >= (2 if inside else 3)


def caption_above(found: Sequence[Block], index: int, roles: Roles, pending: Sequence[Block]) -> Block | None:
    """Returns the line just above a picture, where only its looks (italic, "Ảnh:") make it a caption; it
    leaves the body.
    """
    before = found[index - 1] if index else None
    if before is None or pending or not roles.body or roles.body[-1] is not before or len(roles.body) < 2:
        return None
    looks = before.italic or phrases.credits_photo(before.text)
    if looks and before.words <= LONG and not phrases.ends_sentence(before.text):
        return roles.body.pop()
    return None


def prose_alignment(found: Sequence[Block], in_body: set[int]) -> str:
    """Returns the alignment of most of the body's prose: a centred portal's paragraphs are not all
    captions.
    """
    counts: dict[str, int] = {}
    for index in in_body:
        if found[index].words > LONG:
            counts[found[index].align] = counts.get(found[index].align, 0) + 1
    return max(counts, key=lambda align: counts[align], default="")

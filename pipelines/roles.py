"""What each block of an article is: lead, body, caption, byline, date line, or furniture.

Every rule reads a block's text, looks and neighbours; none knows a portal. Sources of the numbers: the
five seed articles and the portals' own habits (a caption is one short sentence under its picture, a pen
name closes the text, what follows it belongs to the page).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines import phrases
from pipelines.blocks import Block, document_type
from storage.folding import fold

LONG = 40  # words; no caption of the seeds has more than 30


@dataclass(slots=True)
class Roles:
    """The blocks of an article by role, in reading order, and what was cut with the reason why."""

    lead: str | None = None
    body: list[Block] = field(default_factory=list)
    captions: list[tuple[Block | None, Block]] = field(default_factory=list)  # the picture above, the caption
    author: str | None = None
    date_lines: list[str] = field(default_factory=list)
    images: list[Block] = field(default_factory=list)
    files: list[Block] = field(default_factory=list)
    cut: list[tuple[str, Block]] = field(default_factory=list)


def is_date_line(text: str, *, strict: bool = False) -> bool:
    """Whether a line prints a date and hardly anything else: labels, weekday, clock, counter.

    Up to 24 letters more (a name, a category) are let pass, 6 where `strict`: above a headline stand other
    articles' headlines with their dates.
    """
    match = phrases.DATE.search(text) if len(text) <= 160 else None
    if not match:
        return False
    # "Toàn cảnh hội nghị tháng 3/2022" is no date line: a month dates an article only where it stands alone
    strict = strict or match.group().lower().startswith("tháng")
    return len(phrases.DATE_WORDS.sub("", text)) <= (6 if strict else 24)


def is_utility(block: Block) -> bool:
    """Whether a block offers a function of the page (print, share, font size) or is a picture's file name."""
    text = block.text
    if phrases.FILE_NAME.match(text) or not any(map(str.isalpha, text)):
        return True
    return block.words <= 8 and bool(phrases.UTILITY.match(text)) and not phrases.SENTENCE_END.search(text)


def closes(block: Block) -> bool:
    """Whether a block opens what follows an article: related news, comments, tags."""
    return (
        block.words <= 12
        and bool(phrases.CLOSING.match(block.text))
        and not block.text.endswith((".", ";", "!"))
    )


def byline(block: Block, *, last: bool) -> str | None:
    """The author that a block names, without its label, or None. `last`: nothing of the article follows."""
    text = block.text.strip(" .*-–—_|•[]")
    label = phrases.BYLINE_LABEL.match(text)
    if label and block.words <= 16:
        name = text[label.end() :].strip(" .:;-–—()")
        return name or None
    if (
        block.words > 12
        or len(text) < 2
        or text.endswith((":", ";", "?", "!"))
        or block.text.startswith(("-", "+", "•"))
    ):
        return None
    if (
        block.align == "right"
        and block.words <= 10
        and text[0].isupper()
        and not phrases.SENTENCE_END.search(block.text)
    ):
        return text
    named = phrases.NAME.match(text) and not text.isdigit() and not (text.isupper() and block.words > 5)
    if last and (named or phrases.OFFICE.match(text)):
        return text if text.count("(") == 1 and not text.startswith("(") else text.strip("() ") or None
    return None


def caption_score(block: Block, style: str) -> int:
    """Evidence that a block under a picture is its caption; 2 or more is enough. `style`: the "
    "body's alignment."""
    text = block.text
    score = 0
    score += 2 if block.italic or (block.align == "center" and style != "center") else 0
    score += 3 if phrases.PHOTO.search(text) or block.in_figure else 0
    score += 0 if phrases.SENTENCE_END.search(text) else 2
    score += 1 if block.words <= 12 else 0
    score += 1 if not phrases.INNER_END.search(text) else -2
    if phrases.SHOWN.match(text):
        score += 2 if phrases.SHOWS.search(text) else 1
    score -= 1 if text.endswith(".") else 0
    score -= 2 if phrases.PROSE_START.match(text) else 0
    score -= 3 if text.endswith((":", ";")) or re.match(r"^[-+*•–]|^\d+[.)]|^[IVX]+\.", text) else 0
    return score - (4 if block.words > LONG else 0)


def _same(text: str, other: str) -> bool:
    a, b = fold(text).strip(" .…"), fold(other).strip(" .…")
    return a == b or (len(b) > 40 and a.startswith(b) and len(a) < len(b) + 40)


def assign(found: Sequence[Block], headline: str, in_body: set[int], *, told: bool) -> Roles:
    """Gives each block after the headline its role.

    `in_body` holds the indexes of the blocks inside the body node; `told` says that a family named that node,
    so what stands in it is trusted more than looks.
    """
    roles = Roles()
    first = min(in_body, default=0)
    last = max(in_body, default=-1)
    style = _style(found, in_body)
    picture: Block | None = None
    waiting = False  # a picture without a caption yet
    for index, block in enumerate(found):
        inside = index in in_body
        if block.kind == "image":
            picture, waiting = block, inside or waiting
            if inside or first - 3 <= index < first:
                roles.images.append(block)
            continue
        if block.kind == "file" or (block.href and document_type(block.href) and block.linked > 0.8):
            roles.files.append(block)
            continue
        if _same(block.text, headline):
            continue
        if is_date_line(block.text) and (not inside or not roles.body):
            roles.date_lines.append(block.text)
            continue
        if inside and closes(block) and _nothing_follows(found, index, last, block):
            roles.cut += [("after the article", b) for b in found[index : last + 1]]
            break
        if block.kind != "table" and is_utility(block):
            if phrases.FILE_NAME.match(block.text) and inside:
                waiting = True
            roles.cut.append(("page function", block))
            continue
        if not inside:
            if index > last:
                if closes(block) or index > last + 6:
                    break
                if (name := byline(block, last=index <= last + 2)) and block.linked < 0.5:
                    roles.author = roles.author or name
                    break
                roles.cut.append(("outside the body", block))
            elif block.words >= 8 and block.linked < 0.5 and roles.lead is None and block.kind != "heading":
                roles.lead = block.text
            else:
                roles.cut.append(("outside the body", block))
            continue
        if (
            block.linked > 0.9
            and not told
            and block.words >= 4
            and block.kind != "table"
            and not phrases.SENTENCE_END.search(block.text)
        ):
            roles.cut.append(("a link to elsewhere", block))
            continue
        if block.in_figure or (
            waiting and block.kind in ("text", "heading") and caption_score(block, style) >= 2
        ):
            roles.captions.append((picture, block))
            waiting = False
            continue
        waiting = False
        roles.body.append(block)
    _cut_imprint(roles)
    _take_byline(roles)
    _take_lead(roles)
    return roles


def _style(found: Sequence[Block], in_body: set[int]) -> str:
    """The alignment of most of the body's prose, so that a centred portal's paragraphs are not all "
    "captions."""
    counts: dict[str, int] = {}
    for index in in_body:
        if found[index].words > LONG:
            counts[found[index].align] = counts.get(found[index].align, 0) + 1
    return max(counts, key=lambda align: counts[align], default="")


def _nothing_follows(found: Sequence[Block], index: int, last: int, block: Block) -> bool:
    """Whether what stands behind a closing heading is links, not the article going on."""
    rest = [b for b in found[index + 1 : last + 1] if b.text]
    prose = sum(b.words for b in rest if b.linked < 0.3 and b.words > 25)
    return prose == 0 or bool(rest) and sum(b.linked for b in rest) / len(rest) > 0.5


def _cut_imprint(roles: Roles) -> None:
    """Cuts the site's imprint (copyright, licence, editor) where a page sets it under the article."""
    for index, block in enumerate(roles.body):
        rest = roles.body[index:]
        if (
            phrases.IMPRINT.match(block.text)
            and block.words <= LONG
            and sum(b.words > LONG for b in rest) == 0
            and index
        ):
            roles.cut += [("imprint", b) for b in rest]
            del roles.body[index:]
            return


def _take_byline(roles: Roles) -> None:
    """Moves the closing pen name out of the body; up to three lines (text, photos, source) may name "
    "people."""
    names: list[str] = []
    while roles.body and len(names) < 3:
        block = roles.body[-1]
        name = byline(block, last=True) if block.kind in ("text", "heading") else None
        if (
            not name
            or (len(roles.body) == 1 and not roles.captions and not roles.lead)
            or (names and not phrases.BYLINE_LABEL.match(block.text) and block.align != "right")
        ):
            break
        names.insert(0, name)
        roles.body.pop()
    if names and roles.author is None:
        roles.author = "; ".join(dict.fromkeys(names))


def _take_lead(roles: Roles) -> None:
    """A bold or italic first paragraph, with plain ones after it, is the sapo."""
    if roles.lead is not None or len(roles.body) < 2:
        return
    first, second = roles.body[0], roles.body[1]
    if (
        first.kind == "text"
        and first.words >= 12
        and (first.bold > second.bold or first.italic > second.italic)
    ):
        roles.lead = first.text
        roles.body.pop(0)

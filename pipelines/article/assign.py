"""What each block of an article is: lead, body, caption, byline, date line, or furniture.

Every rule reads a block's text, looks and neighbours; none knows a portal. Sources of the numbers: the
five seed articles and the portals' own habits (a caption is one short sentence under its picture, a pen
name closes the text, what follows it belongs to the page).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from pipelines.article import phrases
from pipelines.article.bylines import byline, signed_date, signs, take_byline
from pipelines.article.captions import caption_above, is_caption, prose_alignment
from pipelines.article.endings import article_ends, aside, closes, cut_imprint, drop_thumbnail, opens_contents
from pipelines.article.roles import Roles
from pipelines.html.blocks import Block
from pipelines.html.documents import linked_type
from storage.text import fold

REPEATED = "repeats on the pages of this portal"


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
    if phrases.FILE_NAME.match(text) or len(list(islice(filter(str.isalpha, text), 2))) < 2:
        return True
    if block.words > 8 or phrases.ends_sentence(text.rstrip(":")):
        return False
    return bool(phrases.UTILITY.match(text) or phrases.UTILITY_START.match(text))


def _says(text: str, title: str) -> bool:
    """Whether `text` is the folded and stripped `title`, or begins with it and ends soon."""
    start = fold(text[:20]).lstrip(" .…")[:10]  # of nearly every block it is enough
    if not start.startswith(title[: len(start)]):
        return False
    a = fold(text).strip(" .…")
    return a == title or (len(title) > 40 and a.startswith(title) and len(a) < len(title) + 40)


def assign(
    found: Sequence[Block],
    headline: str,
    in_body: set[int],
    *,
    told: bool,
    furniture: frozenset[int] = frozenset(),
) -> Roles:
    """Gives each block after the headline its role.

    `in_body` holds the indexes of the blocks inside the body node; `told` says that a family named that node,
    so what stands in it is trusted more than looks. `furniture`: indexes of blocks that repeat on the portal;
    they are cut unless they are captions or bylines.
    """
    roles = Roles()
    title = fold(headline).strip(" .…")
    first = min(in_body, default=0)
    last = max(in_body, default=-1)
    style = prose_alignment(found, in_body)
    pending: list[Block] = []  # pictures without a caption yet
    signed: str | None = None  # a pen name by the headline
    for index, block in enumerate(found):
        inside = index in in_body
        if block.kind == "image" and index in furniture:
            roles.cut.append((REPEATED, block))
            continue
        if block.kind == "image":
            if inside or first - 4 <= index < first:
                if inside and (caption := caption_above(found, index, roles, pending)):
                    roles.captions.append((block, caption))
                else:
                    pending.append(block)
                roles.images.append(block)
            continue
        if (
            block.href and (block.linked > 0.8 or not inside) and _leads_to_document(block)
        ) or block.kind == "file":
            roles.files.append(block)
            continue
        if _says(block.text, title):
            continue
        if is_date_line(block.text) and (not inside or not roles.body):
            roles.date_lines.append(block.text)
            signed = signed or signed_date(block.text)
            continue
        if inside and article_ends(found, index, last, block, roles):
            roles.cut += [("after the article", b) for b in found[index : last + 1]]
            break
        if block.kind != "table" and is_utility(block):
            roles.cut.append(("page function", block))
            if inside and phrases.FILE_NAME.match(block.text):
                pending = pending or [block]
            continue
        if block.in_figure or (pending and is_caption(block, pending, style, inside)):
            picture = next((b for b in pending if b.kind == "image"), None)
            if inside or picture is not None:
                roles.captions.append((picture, block))
                pending = pending[1:]
                continue
        if index in furniture and not signs(found, index, last, furniture):
            roles.cut.append((REPEATED, block))
            continue
        if not inside:
            if index > last:
                if closes(block) or index > last + 6:
                    break
                if (name := byline(block, last=index <= last + 2)) and block.linked < 0.5:
                    if phrases.SOURCE_LABEL.match(block.text):
                        roles.source = roles.source or name
                    else:
                        roles.author = roles.author or name
                    continue
                roles.cut.append(("outside the body", block))
            elif roles.lead is None and _may_be_lead(block):
                roles.lead = block.text
            else:
                labelled = phrases.BYLINE_LABEL.match(block.text)
                signed = signed or (byline(block, last=False) if labelled else None)
                roles.cut.append(("outside the body", block))
            continue
        if reason := aside(found, index, block, told=told):
            roles.cut.append((reason, block))
            drop_thumbnail(roles, pending, block)
            if reason == "contents" and roles.body and opens_contents(roles.body[-1], found[index - 1]):
                roles.cut.append((reason, roles.body.pop()))
            continue
        pending = []
        roles.body.append(block)
    cut_imprint(roles)
    take_byline(roles, signed)
    _take_lead(roles)
    return roles


def _leads_to_document(block: Block) -> bool:
    return any(linked_type(link) for link in block.element.iter("a"))


def _may_be_lead(block: Block) -> bool:
    enough = block.words >= (12 if block.kind == "heading" else 8)
    return enough and block.linked < 0.5 and not phrases.BYLINE_LABEL.match(block.text)


def _take_lead(roles: Roles) -> None:
    """A bold or italic first paragraph, with plain ones after it, is the sapo."""
    if roles.lead is not None or len(roles.body) < 2:
        return
    first, second = roles.body[0], roles.body[1]
    if (
        first.kind in ("text", "heading")
        and first.words >= 12
        and (first.kind == "heading" or first.bold > second.bold or first.italic > second.italic)
    ):
        roles.lead = first.text
        roles.body.pop(0)

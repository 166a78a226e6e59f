"""What each block of an article is: lead, body, caption, byline, date line, or furniture.

Every rule reads a block's text, looks and neighbours; none knows a portal. Sources of the numbers: the
five seed articles and the portals' own habits (a caption is one short sentence under its picture, a pen
name closes the text, what follows it belongs to the page).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from pipelines import phrases
from pipelines.blocks import Block, document_type
from pipelines.furniture import names_site
from pipelines.kinds import sells
from storage.folding import fold

REPEATED = "repeats on the pages of this portal"
LONG = 40  # words; no caption of the seeds has more than 30


@dataclass(slots=True)
class Roles:
    """The blocks of an article by role, in reading order, and what was cut with the reason why."""

    lead: str | None = None
    body: list[Block] = field(default_factory=list)
    captions: list[tuple[Block | None, Block]] = field(default_factory=list)  # the picture above, the caption
    author: str | None = None
    source: str | None = None  # where the text was taken from, its author where it names none
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
    if phrases.FILE_NAME.match(text) or len(list(islice(filter(str.isalpha, text), 2))) < 2:
        return True
    if block.words > 8 or phrases.ends_sentence(text.rstrip(":")):
        return False
    return bool(phrases.UTILITY.match(text) or phrases.UTILITY_START.match(text))


def closes(block: Block) -> bool:
    """Whether a block opens what follows an article: related news, comments, tags."""
    return (
        block.words <= 12
        and bool(phrases.CLOSING.match(block.text) or phrases.COMMENTS.match(block.text))
        and not block.text.endswith((".", ";", "!"))
    )


def byline(block: Block, *, last: bool) -> str | None:
    """The author that a block names, without its label, or None. `last`: nothing of the article follows."""
    text = block.text.strip(" .*-–—_|•[]")
    label = phrases.BYLINE_LABEL.match(text)
    if label and block.words <= 16:
        name = text[label.end() :].strip(" .:;-–—()")
        return None if not name or is_login(name) else name
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
        and not phrases.ends_sentence(block.text)
    ):
        return text
    named = phrases.NAME.match(text) and not text.isdigit() and not (text.isupper() and block.words > 5)
    if last and (named or phrases.OFFICE.match(text)):
        return text if text.count("(") == 1 and not text.startswith("(") else text.strip("() ") or None
    return None


def is_login(name: str) -> bool:
    """Whether a name is an account's ("bientap", "Super User"), not a person's or an office's."""
    return bool(phrases.LOGIN.match(name)) and (" " in name or not name[0].isupper())


def signed_date(text: str) -> str | None:
    """The pen name that shares a line with the date: "Đặng Thùy - 21/12/2020 09:30", "… Tác giả: Hải Vân"."""
    for part in _SEPARATOR.split(text):
        named = part.strip()
        capitals = all(word[0].isupper() and word.isalpha() for word in named.split())
        if capitals and 2 <= len(named.split()) <= 4 and len(phrases.DATE_WORDS.sub("", named)) > 3:
            return named
    return None


_SEPARATOR = re.compile(r"\s+[-–—|•·]\s+|[|•·]|(?:tác giả|người viết|(?:viết |đăng )?bởi)\s*:?\s", re.I)


def caption_score(block: Block, style: str) -> int:
    """Evidence that a block under a picture is its caption: 2 is enough. `style`: the body's alignment."""
    text = block.text
    score = 0
    score += 2 if block.italic or (block.align == "center" and style != "center") else 0
    score += 3 if phrases.credits_photo(text) or block.in_figure else 0
    score += 0 if phrases.ends_sentence(text) else 2
    score += 1 if block.words <= 12 else 0
    score += 1 if not phrases.INNER_END.search(text) else -2
    if phrases.SHOWN.match(text):
        score += 2 if phrases.SHOWS.search(text) else 1
    score -= 1 if text.endswith(".") else 0
    score -= 2 if phrases.PROSE_START.match(text) else 0
    score -= 3 if text.endswith((":", ";")) or re.match(r"^[-+*•–]|^\d+[.)]|^[IVX]+\.", text) else 0
    return score - (4 if block.words > LONG else 0)


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
    style = _style(found, in_body)
    pending: list[Block] = []  # pictures without a caption yet
    signed: str | None = None  # a pen name by the headline
    for index, block in enumerate(found):
        inside = index in in_body
        if block.kind == "image" and index in furniture:
            roles.cut.append((REPEATED, block))
            continue
        if block.kind == "image":
            if inside or first - 4 <= index < first:
                if inside and (caption := _caption_above(found, index, roles, pending)):
                    roles.captions.append((block, caption))
                else:
                    pending.append(block)
                roles.images.append(block)
            continue
        if (
            block.href and document_type(block.href) and (block.linked > 0.8 or not inside)
        ) or block.kind == "file":
            roles.files.append(block)
            continue
        if _says(block.text, title):
            continue
        if is_date_line(block.text) and (not inside or not roles.body):
            roles.date_lines.append(block.text)
            signed = signed or signed_date(block.text)
            continue
        if inside and _article_ends(found, index, last, block, roles):
            roles.cut += [("after the article", b) for b in found[index : last + 1]]
            break
        if block.kind != "table" and is_utility(block):
            roles.cut.append(("page function", block))
            if inside and phrases.FILE_NAME.match(block.text):
                pending = pending or [block]
            continue
        if block.in_figure or (pending and _is_caption(block, pending, style, inside)):
            picture = next((b for b in pending if b.kind == "image"), None)
            if inside or picture is not None:
                roles.captions.append((picture, block))
                pending = pending[1:]
                continue
        if index in furniture and not _signs(found, index, last, furniture):
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
        if reason := _aside(found, index, block, told=told):
            roles.cut.append((reason, block))
            _drop_thumbnail(roles, pending, block)
            if reason == "contents" and roles.body and _opens_contents(roles.body[-1], found[index - 1]):
                roles.cut.append((reason, roles.body.pop()))
            continue
        pending = []
        roles.body.append(block)
    _cut_imprint(roles)
    _take_byline(roles, signed)
    _take_lead(roles)
    return roles


def _signs(found: Sequence[Block], index: int, last: int, furniture: frozenset[int]) -> bool:
    """Whether a block that repeats is the byline: it names somebody, and nothing of the text follows."""
    names = [
        byline(block, last=True) is not None and not names_site(block.text)
        for i, block in enumerate(found[index : last + 1], index)
        if block.text and block.kind != "image" and (i == index or i not in furniture)
    ]
    return bool(names) and all(names)


def _may_be_lead(block: Block) -> bool:
    enough = block.words >= (12 if block.kind == "heading" else 8)
    return enough and block.linked < 0.5 and not phrases.BYLINE_LABEL.match(block.text)


def _is_caption(block: Block, pending: Sequence[Block], style: str, inside: bool) -> bool:
    """Whether a block under a picture is its caption. Only the first line under pictures in a row may be told
    by its wording alone; a heading has to look like a caption, a credit line of the text is none.
    """
    label = phrases.BYLINE_LABEL.match(block.text)
    if block.kind not in ("text", "heading") or (label and not phrases.credits_photo(block.text)):
        return False
    looks = block.italic or phrases.credits_photo(block.text)
    if (block.kind == "heading" and not looks) or block.linked > 0.5:
        return False
    return caption_score(block, style) >= (2 if inside else 3)


def _caption_above(
    found: Sequence[Block], index: int, roles: Roles, pending: Sequence[Block]
) -> Block | None:
    """The line just above a picture, where only its looks (italic, "Ảnh:") make it a caption; it leaves the
    body.
    """
    before = found[index - 1] if index else None
    if before is None or pending or not roles.body or roles.body[-1] is not before or len(roles.body) < 2:
        return None
    looks = before.italic or phrases.credits_photo(before.text)
    if looks and before.words <= LONG and not phrases.ends_sentence(before.text):
        return roles.body.pop()
    return None


def _aside(found: Sequence[Block], index: int, block: Block, *, told: bool) -> str | None:
    """Why a block in the middle of the body leads elsewhere, or None: a link, a box of related news, the
    page's own table of contents.
    """
    if block.kind == "table":
        return None
    if block.linked > 0.3 and sells(block.text):
        return "planted links"
    if told:
        return None
    if block.linked > 0.8 and block.href.startswith("#"):
        return "contents"
    if block.linked >= 0.5 and phrases.CLOSING.match(block.text):
        return "a link to elsewhere"
    if block.linked > 0.9 and block.words >= 4 and not phrases.ends_sentence(block.text):
        return "a link to elsewhere"
    if closes(block):
        following = next((b for b in found[index + 1 : index + 9] if b.text and b.kind != "image"), None)
        if following is not None and following.linked > 0.6:
            return "heading of links to elsewhere"
    return None


def _opens_contents(heading: Block, before: Block) -> bool:
    return heading is before and heading.words <= 5 and bool(phrases.CONTENTS.match(heading.text))


def _drop_thumbnail(roles: Roles, pending: list[Block], link: Block) -> None:
    """Lets go of the small picture that stands before a link and leads to the same page."""
    for picture in [p for p in pending if p.kind == "image"]:
        around = picture.element.getparent()
        if around is not None and around.tag == "a" and around.get("href") == link.href:
            pending.remove(picture)
            roles.images.remove(picture)


def _style(found: Sequence[Block], in_body: set[int]) -> str:
    """The alignment of most of the body's prose: a centred portal's paragraphs are not all captions."""
    counts: dict[str, int] = {}
    for index in in_body:
        if found[index].words > LONG:
            counts[found[index].align] = counts.get(found[index].align, 0) + 1
    return max(counts, key=lambda align: counts[align], default="")


def _article_ends(found: Sequence[Block], index: int, last: int, block: Block, roles: Roles) -> bool:
    """Whether a block opens what no longer is the article: comments, or a heading with no prose of its own
    behind it.
    """
    if (
        block.words <= 12
        and roles.body
        and phrases.COMMENTS.match(block.text)
        and block.text[-1] not in ".;!"
    ):
        return True
    if not closes(block):
        return False
    rest = [b for b in found[index + 1 : last + 1] if b.text]
    row = "".join("l" if b.linked > 0.6 else "p" if _is_sentence(b) else "" for b in rest)
    goes_on = any(b.words > 25 and b.linked < 0.3 for b in rest) or ("p" in row and row.count("lp") < 2)
    return not goes_on or sum(b.linked for b in rest) > len(rest) / 2


def _is_sentence(block: Block) -> bool:
    return block.words >= 12 and block.linked < 0.3 and phrases.ends_sentence(block.text)


def _cut_imprint(roles: Roles) -> None:
    """Cuts the site's imprint (copyright, licence, editor) where a page sets it under the article."""
    for index, block in enumerate(roles.body):
        if block.words > LONG or not phrases.IMPRINT.match(block.text):
            continue
        rest = roles.body[index:]
        if sum(b.words > LONG for b in rest) == 0 and (index or sum(b.words for b in rest) < 60):
            roles.cut += [("imprint", b) for b in rest]
            del roles.body[index:]
            return


def _take_byline(roles: Roles, signed: str | None) -> None:
    """Moves the closing pen name out of the body; up to three lines (text, photos, source) may name people.

    A name by the headline (`signed`) stands where the text closes with none, or with its source only.
    """
    names: list[str] = []
    while roles.body and len(names) < 3:
        block = roles.body[-1]
        label = phrases.BYLINE_LABEL.match(block.text)
        if label and is_login(block.text[label.end() :].strip()):
            roles.cut.append(("an account", roles.body.pop()))
            continue
        name = byline(block, last=True) if block.kind in ("text", "heading") else None
        if (
            not name
            or (len(roles.body) == 1 and not roles.captions and not roles.lead)
            or (names and not label and block.align != "right")
            or (not label and block.align != "right" and _in_a_list(roles.body))
        ):
            break
        if phrases.SOURCE_LABEL.match(block.text) and not names:
            roles.source = name
        else:
            names.insert(0, name)
        roles.body.pop()
    roles.author = roles.author or "; ".join(dict.fromkeys(names)) or signed or roles.source


def _in_a_list(body: Sequence[Block]) -> bool:
    """Whether three or more names close the text: a list of people, not its authors."""
    return len(body) >= 3 and all(byline(b, last=True) and b.align != "right" for b in body[-3:])


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

"""What each block of an article is: lead, body, caption, byline, date line, or furniture.

Every rule reads a block's text, looks and neighbours; none knows a portal. Sources of the numbers: the
five seed articles and the portals' own habits (a caption is one short sentence under its picture, a pen
name closes the text, what follows it belongs to the page).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from itertools import islice

from lxml import html

from pipelines.article import phrases
from pipelines.article.bylines import byline, signed_date, signs, stands_elsewhere, take_byline
from pipelines.article.captions import caption_above, is_caption, prose_alignment
from pipelines.article.endings import (
    article_ends,
    aside,
    closes,
    cut_imprint,
    drop_thumbnail,
    is_teaser,
    opens_contents,
)
from pipelines.article.navigation import is_date_line, is_trail, leads_on
from pipelines.article.roles import Roles
from pipelines.html.blocks import Block
from pipelines.html.documents import document_type, labels_files, linked_type, lists_files, named_links
from pipelines.html.pictures import marks_file
from storage.text import fold

REPEATED = "repeats on the pages of this portal"
_OUTSIDE = "outside the body"
_SENTENCE = 4  # words of a short lead: "Trân trọng thông báo./."
_FULL_STOP = re.compile(r"[.!?…]/?\.?[”\"')»]*$")
# Sentences of the page, not of the article: "Chưa có bình luận.", "Vui lòng đăng nhập."
_OF_PAGE = re.compile(
    r"\b(?:bình luận|phản hồi|đánh giá|đăng nhập|trình duyệt|javascript|bấm|nhấn|click|bài (?:viết )?này"
    r"|trang này|cập nhật|bởi)\b",
    re.I,
)
_PAGER = re.compile(r"(?:trang|phần|page)s?\W*(?:\d{1,3}\W*){2,}", re.I)  # the pages of an article in several


def is_utility(block: Block) -> bool:
    """Returns whether a block offers a function of the page (print, share, font size) or is a picture's file
    name.
    """
    text = block.text
    if phrases.FILE_NAME.match(text) or len(list(islice(filter(str.isalpha, text), 2))) < 2:
        return True
    if block.words > 8 or phrases.ends_sentence(text.rstrip(":")):
        return False
    if block.linked > 0 and _PAGER.fullmatch(text):
        return True
    return bool(phrases.UTILITY.match(text) or phrases.UTILITY_START.match(text))


def _says(text: str, title: str) -> bool:
    """Whether `text` is the folded and stripped `title`, or begins with it and ends soon."""
    if title and text[:1].isascii() and text[:1].isalpha() and text[0].lower() != title[0]:
        return False  # nearly every block
    start = fold(text[:20]).lstrip(" .…")[:10]
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
    host: str = "",
) -> Roles:
    """Gives each block after the headline its role.

    `in_body` holds the indexes of the blocks that are the body's; `told` says that a family named its node,
    so what stands in it is trusted more than looks. `furniture`: indexes of blocks that repeat on the portal;
    they are cut unless they are captions or bylines. `host`: the page's; a link to another host is no related
    news.
    """
    return _Assignment(found, headline, in_body, told, furniture, host).roles


class _Assignment:
    """The rules, asked in the order of `_RULES` for each block until one takes it."""

    def __init__(
        self,
        found: Sequence[Block],
        headline: str,
        in_body: Collection[int],
        told: bool,
        furniture: frozenset[int],
        host: str,
    ) -> None:
        self.found, self.in_body, self.told, self.furniture, self.host = found, in_body, told, furniture, host
        self.title = fold(headline).strip(" .…")
        self.first, self.last = min(in_body, default=0), max(in_body, default=-1)
        prose = [i for i in in_body if found[i].words >= 8 and found[i].linked < 0.5]
        self.last_prose = max(prose, default=-1)
        self.style = prose_alignment(found, set(in_body))
        self.roles = Roles()
        self.pending: list[Block] = []  # pictures without a caption yet
        self.signed: str | None = None  # a pen name by the headline
        self.links: dict[html.HtmlElement, list[tuple[str, bool]]] = {}  # of boxes, by their texts
        self.sentence: Block | None = None  # above the text, the lead where there is no longer one
        self.ended = False
        for index, block in enumerate(found):
            for rule in _RULES:
                if rule(self, index, block):
                    break
            else:
                self.pending = []
                self.roles.body.append(block)
            if self.ended:
                break
        cut_imprint(self.roles)
        take_byline(self.roles, self.signed)
        _take_lead(self.roles)
        self._take_sentence()

    def _take_sentence(self) -> None:
        """A short sentence between headline and text is the lead where nothing else is."""
        if self.sentence is not None and self.roles.lead is None:
            self.roles.lead = self.sentence.text
            self.roles.cut = [(why, block) for why, block in self.roles.cut if block is not self.sentence]

    def _picture(self, index: int, block: Block) -> bool:
        """A picture in the body or just above it, with the caption that stands over it."""
        if block.kind != "image":
            return False
        if index in self.furniture:
            self.roles.cut.append((REPEATED, block))
        elif marks_file(block.element):
            self.roles.cut.append(("the icon of a file", block))
        elif index in self.in_body or self.first - 4 <= index < self.first:
            above = index in self.in_body
            caption = caption_above(self.found, index, self.roles, self.pending) if above else None
            if caption:
                self.roles.captions.append((block, caption))
            else:
                self.pending.append(block)
            self.roles.images.append(block)
        return True

    def _file(self, index: int, block: Block) -> bool:
        """A line that is nothing but a link to a document, with a label at most, or a viewer."""
        if labels_files(block.text):
            rest = range(index + 1, len(self.found))
            following = next((i for i in rest if self.found[i].text or self.found[i].kind == "file"), None)
            if following is not None and self._is_file(following, self.found[following]):
                self.roles.cut.append(("the label of a file", block))
                return True
        if not self._is_file(index, block):
            return False
        self.pending = []
        self.roles.files.append(block)
        return True

    def _is_file(self, index: int, block: Block) -> bool:
        leads = bool(block.href) and (
            document_type(block.href) is not None
            or (block.linked > 0.8 and any(linked_type(link) for link in block.element.iter("a")))
        )
        if block.kind == "file" or (leads and (block.linked > 0.8 or index not in self.in_body)):
            return True
        if not block.linked or block.kind == "table":
            return False
        if block.element not in self.links:  # the lines of a box share it, and it may have thousands
            self.links[block.element] = named_links(block.element)
        return lists_files(block.text, self.links[block.element])

    def _headline(self, index: int, block: Block) -> bool:
        """The headline said again."""
        return _says(block.text, self.title)

    def _trail(self, index: int, block: Block) -> bool:
        """A breadcrumb."""
        if block.kind == "table" or not is_trail(block.text, self.title):
            return False
        self.roles.cut.append(("breadcrumb", block))
        return True

    def _date(self, index: int, block: Block) -> bool:
        """A date line before the text; further down, dates are the text's own."""
        if block.kind == "table" or (index in self.in_body and self.roles.body):
            return False
        if not is_date_line(block.text):
            return False
        self.roles.date_lines.append(block.text)
        self.signed = self.signed or signed_date(block.text)
        return True

    def _end(self, index: int, block: Block) -> bool:
        """Related news or comments, and all that follows them."""
        if index not in self.in_body or not article_ends(self.found, index, self.last, block, self.roles):
            return False
        self.roles.cut += [("after the article", b) for b in self.found[index : self.last + 1]]
        self.ended = True
        return True

    def _utility(self, index: int, block: Block) -> bool:
        """Print, share, counters; a line of figures between paragraphs is the text's."""
        if block.kind == "table" or not is_utility(block):
            return False
        inside = index in self.in_body
        figures = any(map(str.isdigit, block.text)) and not phrases.FILE_NAME.match(block.text)
        if inside and figures and self.roles.body and index < self.last_prose and block.linked < 0.5:
            return False
        self.roles.cut.append(("page function", block))
        if inside and phrases.FILE_NAME.match(block.text):
            self.pending = self.pending or [block]
        return True

    def _caption(self, index: int, block: Block) -> bool:
        """A line under a picture that looks or reads like its caption."""
        inside = index in self.in_body
        if not (block.in_figure or (self.pending and is_caption(block, self.pending, self.style, inside))):
            return False
        picture = next((b for b in self.pending if b.kind == "image"), None)
        if not inside and picture is None:
            return False
        self.roles.captions.append((picture, block))
        self.pending = self.pending[1:]
        return True

    def _repeated(self, index: int, block: Block) -> bool:
        """What repeats on the portal, unless it signs the text."""
        if index not in self.furniture or signs(self.found, index, self.last, self.furniture):
            return False
        self.roles.cut.append((REPEATED, block))
        return True

    def _around(self, index: int, block: Block) -> bool:
        """Outside of the body: the introduction and a name before it, a byline behind it."""
        if index in self.in_body:
            return False
        roles = self.roles
        if index > self.last:
            self._behind(index, block)
        elif index < self.first and roles.lead is None and _may_be_lead(block):
            roles.lead = block.text
        else:
            labelled = phrases.BYLINE_LABEL.match(block.text)
            self.signed = self.signed or (byline(block, last=False) if labelled else None)
            if index < self.first and self.sentence is None and _is_sentence(block):
                self.sentence = block
            roles.cut.append((_OUTSIDE, block))
        return True

    def _behind(self, index: int, block: Block) -> None:
        roles = self.roles
        if closes(block) or index > self.last + 6:
            self.ended = True
        elif (
            (name := byline(block, last=index <= self.last + 2))
            and block.linked < 0.5
            and not stands_elsewhere(block, roles.body[-1] if roles.body else None)
        ):
            if phrases.SOURCE_LABEL.match(block.text):
                roles.source = roles.source or name
            else:
                roles.author = roles.author or name
        else:
            roles.cut.append((_OUTSIDE, block))

    def _aside(self, index: int, block: Block) -> bool:
        """A link to elsewhere in the midst of the text, with its picture, heading and teaser."""
        roles = self.roles
        if not self.told and is_teaser(roles, block):
            roles.cut.append(("introduces another page", block))
            return True
        turns = block.kind != "table" and leads_on(block.text, block.linked)
        reason = (
            "a link to elsewhere"
            if turns
            else aside(
                self.found,
                index,
                block,
                told=self.told,
                host=self.host,
                last=self.last_prose,
                before=roles.body[-1] if roles.body else None,
            )
        )
        if not reason:
            return False
        roles.cut.append((reason, block))
        drop_thumbnail(roles, self.pending, block)
        if reason == "contents" and roles.body and opens_contents(roles.body[-1], self.found[index - 1]):
            roles.cut.append((reason, roles.body.pop()))
        return True


_RULES: tuple[Callable[[_Assignment, int, Block], bool], ...] = (
    _Assignment._picture,
    _Assignment._file,
    _Assignment._headline,
    _Assignment._trail,
    _Assignment._date,
    _Assignment._end,
    _Assignment._utility,
    _Assignment._caption,
    _Assignment._repeated,
    _Assignment._around,
    _Assignment._aside,
)


def _may_be_lead(block: Block) -> bool:
    enough = block.words >= (12 if block.kind == "heading" else 8)
    return enough and block.linked < 0.5 and not phrases.BYLINE_LABEL.match(block.text)


def _is_sentence(block: Block) -> bool:
    """Whether a short line tells something: four words or more up to a full stop, without link or label."""
    if block.kind != "text" or block.words < _SENTENCE or block.linked or _OF_PAGE.search(block.text):
        return False
    if phrases.BYLINE_LABEL.match(block.text) or not _FULL_STOP.search(block.text):
        return False
    return sum(word[0].islower() for word in block.text.split()) >= 2


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

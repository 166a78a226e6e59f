"""Who signed an article: the label, the pen name or the office at its end, or the name by its headline."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from pipelines.article import phrases
from pipelines.article.furniture import names_site
from pipelines.article.roles import Roles
from pipelines.html.blocks import Block

_SEPARATOR = re.compile(
    r"\s+[-–—|•·]\s+|[|•·]|(?:tác giả|người (?:viết|đăng|gửi)|phóng viên|(?:viết |đăng )?bởi)\s*:?\s", re.I
)

_ACCORDING = re.compile(r"^\(?theo\s+(?=\S)", re.I)

_ELSEWHERE = re.compile(
    r"comment|binh-?luan|y-?kien|disqus|related|lien-?quan|most-?(?:read|viewed|popular)|xem-?nhieu|doc-?nhieu",
    re.I,
)
_NEARBY = 5  # boxes around a line


def stands_elsewhere(block: Block, text: Block | None) -> bool:
    """Returns whether a line behind the text stands in a box of comments or of other news, which does not
    hold `text`, a block of the text.
    """
    around = {text.element, *text.element.iterancestors()} if text is not None else set()
    boxes = (e for e in (block.element, *islice(block.element.iterancestors(), _NEARBY)) if e not in around)
    return any(_ELSEWHERE.search(f"{e.get('class') or ''} {e.get('id') or ''}") for e in boxes)


def byline(block: Block, *, last: bool) -> str | None:
    """Returns the author that a block names, without its label, or None. `last`: nothing of the article
    follows.
    """
    text = block.text.strip(" .*-–—_|•[]")
    label = phrases.BYLINE_LABEL.match(text)
    if label and block.words <= 16:
        name = _unbracketed(text[label.end() :].strip(" .:;-–—"))
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
        return _unbracketed(_ACCORDING.sub("", text)) or None
    return None


def _unbracketed(name: str) -> str:
    """Returns `name` without brackets around all of it, and without one at an end that has no partner."""
    while name := name.strip(" .:;-–—"):
        opened, closed = name.count("("), name.count(")")
        inner = name[1:]
        if name[0] == ")" or (name[0] == "(" and (opened > closed or _is_around(inner))):
            name = inner
        elif name[-1] == "(" or (name[-1] == ")" and closed > opened):
            name = name[:-1]
        else:
            break
    return name


def _is_around(inner: str) -> bool:
    """Whether the bracket before `inner` is closed by its last letter."""
    first = inner.find(")")
    return first == len(inner) - 1 or (inner.endswith(")") and 0 <= inner.find("(") < first)


# "Được viết bởi Hồng Hạ vào Thứ 5, 01/09/2016", "Đăng bởi A – B lúc 11:01": one line with its moment
_SUBMITTED = re.compile(
    r"\b(?:(?:được |bài )?(?:viết|đăng|gửi|tạo|cập nhật)|posted|submitted|written|published"
    r"|đã đăng)\s+(?:bởi|by)\s*:?\s+"
    r"(?P<name>[^|•\d]{2,80}?)\s*(?:(?:,\s*)?\b(?:vào|lúc|ngày|on|at|thứ)\b|[|•]|[-–—,(]\s*\d|\d|$)",
    re.I,
)


def is_login(name: str) -> bool:
    """Returns whether a name is an account's ("bientap", "Super User"), not a person's or an office's."""
    return bool(phrases.LOGIN.match(name)) and (" " in name or not name[0].isupper())


def signed_date(text: str) -> str | None:
    """Returns the pen name that shares a line with the date: "Đặng Thùy - 21/12/2020 09:30", "… Tác giả: Hải
    Vân".
    """
    if submitted := _SUBMITTED.search(text):
        name = submitted["name"].strip(" .,;:-–—(")
        return name if name and name[0].isupper() and not is_login(name) else None
    for part in _SEPARATOR.split(text):
        named = part.strip()
        capitals = all(word[0].isupper() and word.isalpha() for word in named.split())
        if capitals and 2 <= len(named.split()) <= 4 and len(phrases.DATE_WORDS.sub("", named)) > 3:
            return named
    return None


def signs(found: Sequence[Block], index: int, last: int, furniture: frozenset[int]) -> bool:
    """Returns whether a block that repeats is the byline: it names somebody, and nothing of the text
    follows.
    """
    names = [
        byline(block, last=True) is not None and not names_site(block.text)
        for i, block in enumerate(found[index : last + 1], index)
        if block.text and block.kind != "image" and (i == index or i not in furniture)
    ]
    return bool(names) and all(names)


def take_byline(roles: Roles, signed: str | None) -> None:
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

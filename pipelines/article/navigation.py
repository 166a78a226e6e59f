"""Lines of a page that lead elsewhere and name what they lead to: breadcrumbs, the neighbours of an article.

Their words change from page to page, so repetition does not give them away; their pattern does.
"""

from __future__ import annotations

import re

from pipelines.article import phrases
from pipelines.article.phrases import ends_sentence
from pipelines.html.blocks import Block
from storage.text import fold, visible

_STEP = re.compile(r"\s*(?:[»›>→/|\\]|::|-->?)\s*")
_SIGN = re.compile(r"[»›>→/|\\]|::|--")  # stands in every step
_HOME = re.compile(
    r"^\W*(?:trang (?:chủ|nhất|đầu)|home(?: ?page)?|bạn (?:đang )?ở(?: đây)?|you are here|đường dẫn"
    r"|vị trí)\b",
    re.I,
)
_NAME = 8  # words of the name of a section
_STEPS = 8
_STEPS_LETTERS = 60  # of the steps before the headline
_TITLE = 20  # letters of a headline that a trail may cut short
# "Bài trước: …", "Next Post → …": WordPress, Joomla and Drupal print it under the text
_TURN = re.compile(
    r"^\W*(?:(?:bài|tin)(?: viết| tức)? (?:kế tiếp|tiếp theo|tiếp|kế|trước(?: đó)?|sau)"
    r"|(?:previous|next|prev|older|newer)(?: (?:post|article|entry|story))?"
    r"|kế tiếp|tiếp theo|đọc tiếp|xem tiếp|(?:xem|đọc) thêm(?=\s*:))\s*(?:\W|$)",
    re.I,
)
_ARROW = re.compile(r"^[«‹←‹<]+\s*\w|\w[\W_]*?\s[»›→>]+$")
_LINKED = 0.5
_LONGEST = 45  # words of a label and a headline
_LEADS = 0.6  # share of a line in links with which it leads elsewhere
_MAY_LEAD = 0.25  # share with which it may: a date beside a short headline is longer than the link
_CLOCK = re.compile(r"\d:\d")
_LABELLED = re.compile(
    r"\b(?:cập nhật|xuất bản|đăng (?:tải|tin|bài|ngày|lúc|vào|bởi)|bởi|posted|published|updated|modified)\b",
    re.I,
)
_DAY_BEFORE = re.compile(r"(?<!\d)\d{1,2}\s*$")


def is_trail(text: str, title: str) -> bool:
    """Whether a line tells where the page stands on its site: "Trang chủ » Kinh tế » {headline}".

    `title` is the folded headline. The line begins with the home page or ends with the headline, and names
    short sections between.
    """
    sign = _SIGN.search(text)
    if sign is None:  # quicker than folding every paragraph
        return (
            len(title) >= _TITLE
            and len(text) <= len(title) + _STEPS_LETTERS
            and _leads_from_home(text, title)
        )
    first = text[: sign.start()]
    if len(first.split()) > _NAME + 1 and not _SIGN.search(fold(first)):
        return False  # no name of a section: a paragraph with a date
    told = fold(text).strip(" .…")
    before = told.removesuffix(title) if title else told
    if before != told:  # headlines have strokes of their own: "tháng 3/2022"
        parts = _STEP.split(before.rstrip())
        return len(parts) > 1 and not parts[-1] and all(len(part.split()) <= _NAME for part in parts)
    steps = [step for step in _STEP.split(text) if step]
    if not 2 <= len(steps) <= _STEPS or any(len(step.split()) > _NAME for step in steps[:-1]):
        return False
    last = fold(steps[-1]).strip(" .…")
    if len(last) >= _TITLE and title.startswith(last):
        return True
    return bool(_HOME.match(steps[0])) and len(last.split()) <= _NAME and not ends_sentence(text)


def _leads_from_home(text: str, title: str) -> bool:
    """Whether a line names the home page first and the headline last, with nothing between the steps."""
    return bool(_HOME.match(text)) and fold(text).strip(" .…").endswith(title)


def leads_on(text: str, linked: float) -> bool:
    """Whether a line is a link to the article before or after, by its label or its arrow; `linked` is the
    share of its letters that stand in links."""
    if linked < _LINKED or text.count(" ") >= _LONGEST:
        return False
    return bool(_TURN.match(text) or (linked > 0.9 and text.count(" ") >= 4 and _ARROW.search(text)))


def is_date_line(text: str, *, strict: bool = False) -> bool:
    """Returns whether a line prints a date and hardly anything else: labels, weekday, clock, counter.

    Up to 24 letters more (a name, a category) are let pass, 6 where `strict`: above a headline stand other
    articles' headlines with their dates.
    """
    match = phrases.DATE.search(text) if len(text) <= 160 else None
    if not match:
        return False
    # "Toàn cảnh hội nghị tháng 3/2022" is no date line: a month dates an article only where it stands alone
    # ("20 Tháng 6, 2024" has its day)
    month = match.group().lower().startswith("tháng") and not _DAY_BEFORE.search(text[: match.start()])
    strict = strict or month
    if ends_sentence(text) and _is_told(text):
        return False
    return len(phrases.DATE_WORDS.sub("", text)) <= (6 if strict else 24)


def _is_told(text: str) -> bool:
    """Whether a sentence with a date tells something: two words or more are no name, nor a label's."""
    if ":" in _CLOCK.sub("", text) or _LABELLED.search(text):
        return False
    return sum(word[0].islower() for word in phrases.DATE_WORDS.sub(" ", text).split()) >= 2


def leads_elsewhere(block: Block) -> bool:
    """Returns whether a block is a link to another page, or the link and its date: an entry of a list."""
    if block.linked > _LEADS:
        return True
    if block.linked < _MAY_LEAD or block.kind == "table":
        return False
    rest = block.text
    for link in block.element.iter("a"):
        rest = rest.replace(visible("".join(link.itertext())), " ", 1)
    return is_date_line(rest) and not ends_sentence(block.text)

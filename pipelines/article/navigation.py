"""Lines of a page that lead elsewhere and name what they lead to: breadcrumbs, the neighbours of an article.

Their words change from page to page, so repetition does not give them away; their pattern does.
"""

from __future__ import annotations

import re

from pipelines.article.phrases import ends_sentence
from storage.text import fold

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


def is_trail(text: str, title: str) -> bool:
    """Whether a line tells where the page stands on its site: "Trang chủ » Kinh tế » {headline}".

    `title` is the folded headline. The line begins with the home page or ends with the headline, and names
    short sections between.
    """
    if not _SIGN.search(text):  # quicker than folding every paragraph
        return (
            len(title) >= _TITLE
            and len(text) <= len(title) + _STEPS_LETTERS
            and _leads_from_home(text, title)
        )
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

"""The text of a headline: without what themes set into its element, told from names of sites and sections."""

from __future__ import annotations

import re
from copy import deepcopy

from lxml import html

from pipelines.article import phrases
from pipelines.article.furniture import names_site
from pipelines.html.blocks import blocks
from pipelines.html.hidden import is_hidden
from storage.text import fold, visible

# What templates print for every page, and the names of sections: no headline by itself
_GENERIC = re.compile(
    r"^\W*(?:chi tiết(?: (?:tin|bài viết|tin tức|bài|sản phẩm))?|(?:tin|xem|bài viết"
    r"|nội dung)(?: tin)? chi tiết|xem tin"
    r"|xem (?:tiếp|thêm)|đọc tiếp|bài viết|trang chủ|trang nhất|home(?: ?page)?|untitled.*|no title"
    r"|document|index|default"
    r"|tin tức(?:\W+sự kiện)?|tin mới|thông báo|giới thiệu|văn bản|liên hệ|news|article|title|detail|view"
    r"|read more"
    r"|trang tin|blog|new page \d*)\W*$",
    re.I,
)
# How places and offices begin, whose name stands behind the headline
_OFFICE = re.compile(
    r"^(?:huyện|xã|phường|thị trấn|thị xã|thành phố|tp\.?|quận|tỉnh|ubnd|hđnd|ủy ban|uỷ ban|báo|đài|cổng"
    r"|trang|sở|ban|bộ"
    r"|phòng|trung tâm|website|portal)\b",
    re.I,
)
_EXTRA_CLASS = re.compile(
    r"(?<![a-z])(?:date|time|ngay|badge|label|icon|hot|new|views?|count(?:er)?|print|share|tools?|edit"
    r"|meta|post-on|rating"
    r"|luot-?xem|comments?)(?![a-z])",
    re.I,
)
_BADGE = re.compile(r"^\W*(?:mới|new|hot|nóng|nổi bật|video|ảnh|cập nhật|\d+)?\W*$", re.I)
_DATE = r"\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}"
_CLOCK = r"\d{1,2}\s*[:hg]\s*\d{2}(?::\d{2})?(?:\s*(?:AM|PM|SA|CH))?"
_WEEKDAY = r"(?:(?:thứ\s+(?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật)\W{0,3})?"
_ZONE = r"(?:\s*\(?(?:GMT|UTC)\s*\+?\s*0?7(?::?00)?\)?)?"
# A date of posting behind the headline: with a label, a clock or in brackets; "… ngày 12/3/2024" is the
# headline's
_DATED = re.compile(
    rf"\s*[-–|(\[]*\s*(?:(?:ngày đăng|đăng ngày|đăng lúc|ngày cập nhật|cập nhật(?: ngày| lúc)?"
    rf"|ngày đưa tin)\s*:?\s*"
    rf"(?:(?:{_CLOCK})\W*)?{_DATE}(?:\W*{_CLOCK})?|{_WEEKDAY}{_DATE}\W*{_CLOCK}{_ZONE}"
    rf"|{_CLOCK}\W*{_WEEKDAY}{_DATE})\s*[)\]]*\s*$"
    rf"|\s*[(\[]\s*{_DATE}\s*[)\]]\s*$",
    re.I,
)
_COUNTED = re.compile(
    r"\s*[-–|(\[]*\s*(?:(?:lượt xem|đã xem|số lần xem|xem|views?|lượt đọc)\s*:?\s*[\d.,]+"
    r"|[\d.,]+\s*(?:lượt xem|lượt đọc|views?))"
    r"\s*[)\]]*\s*$",
    re.I,
)
_INLINE = ("b", "strong", "span", "a", "font", "i", "em")
_LABEL = 60  # letters of a date of posting with its label
_LAST = 200  # letters of a line in which a date of posting or a counter stands; they have some 60
_LONGEST = 600  # letters of an element that may be a headline's
_SEPARATOR = re.compile(r"\s+[|–—»«·:•-]+\s+|\s*[|»«]\s*")


def letters(text: str) -> str:
    """Returns the folded letters and digits of `text`: what two prints of one headline share."""
    return "".join(filter(str.isalnum, fold(text)))


def title_of(element: html.HtmlElement) -> str:
    """Returns the headline that `element` shows, as one line.

    Dates of posting, counters, badges and links to functions of the page that stand in it are left out.
    """
    if any(_is_extra(child) for child in element.iterdescendants()):
        element = deepcopy(element)
        element.tail = None
        for child in [child for child in element.iterdescendants() if _is_extra(child)]:
            if child.getparent() is not None:
                _drop(child)
    text = visible(
        " ".join(block.text for block in blocks(element) if block.kind in ("text", "heading", "item"))
    )
    return bare(text)


def bare(text: str) -> str:
    """Returns a headline without the date of posting and the counter that follow it in the same line."""
    before = None
    while text != before:
        before, end = text, text[-_LAST:]  # a long run of brackets or digits would take time with its square
        text = (text[:-_LAST] + _COUNTED.sub("", _DATED.sub("", end))).strip() or text
    return text


def beside(element: html.HtmlElement, title: str) -> str:
    """Returns what stands in the element of the headline `title` beside it: a date of posting, a counter; or
    "".
    """
    text = visible(" ".join(element.itertext()))
    around = element.getparent()
    if text == title and element.tag in _INLINE and around is not None:  # the line goes on behind its element
        line = visible(" ".join(around.itertext()))
        text = line if line.startswith(title) and len(line) <= len(title) + _LABEL else text
    return text.removeprefix(title).strip() if len(text) < _LONGEST else ""


def _is_extra(child: html.HtmlElement) -> bool:
    if not isinstance(child.tag, str):
        return False
    if is_hidden(child) or child.tag in ("time", "button", "form", "script", "style"):
        return True
    text = visible(" ".join(child.itertext()))
    if not text:
        return False
    if child.tag == "a" and phrases.UTILITY.match(text):
        return True
    named = _EXTRA_CLASS.search(child.get("class") or "") is not None
    small = named or child.tag in ("small", "sup", "sub", "label", "i", "span", "em", "font")
    if not small or len(text) > 60:
        return False
    rest = phrases.DATE_WORDS.sub("", text)
    if phrases.DATE.search(text) and len(rest) <= 6 and (named or child.tag == "small"):
        return True
    return (named and len(text) <= 20) or (child.tag in ("sup", "small", "label") and _is_badge(text))


def _is_badge(text: str) -> bool:
    return bool(_BADGE.match(text)) and not text.isdigit()


def _drop(child: html.HtmlElement) -> None:
    """Takes an element out of its tree; the text behind it stays."""
    parent, before = child.getparent(), child.getprevious()
    tail = f" {child.tail or ''}"
    if before is None:
        parent.text = (parent.text or "") + tail
    else:
        before.tail = (before.tail or "") + tail
    parent.remove(child)


def is_generic(text: str) -> bool:
    """Returns whether a text is printed for every page of a site, or names it or one of its sections."""
    return bool(_GENERIC.match(text)) or (names_site(text) and len(text.split()) <= 12)


def without_site(text: str, labels: frozenset[str]) -> str:
    """Returns a name of the page without the names of site and section behind it or before it.

    `labels`: the folded texts of the page's links and of the site's name. A dash of the headline's own stays.
    """
    cuts = [m.span() for m in _SEPARATOR.finditer(text)]
    bounds = [(0, 0), *cuts, (len(text), len(text))]
    first, last = 0, len(bounds) - 1
    while last - first > 1 and _is_site(text[bounds[last - 1][1] : bounds[last][0]], labels):
        last -= 1
    while last - first > 1 and names_site(text[bounds[first][1] : bounds[first + 1][0]]):
        first += 1
    return text[bounds[first][1] : bounds[last][0]].strip() or text


def _is_site(part: str, labels: frozenset[str]) -> bool:
    part = part.strip()
    if names_site(part) or _GENERIC.match(part) or fold(part) in labels:
        return True
    words = part.split()
    return (
        bool(_OFFICE.match(part))
        and len(words) <= 7
        and all(w[0].isupper() or _OFFICE.match(w) for w in words)
    )

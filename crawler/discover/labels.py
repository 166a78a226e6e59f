"""What links say, and what the labels of menus mean: news, or everything else that a portal has."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from lxml import etree

from storage.text import visible

HEADLINE = 9  # words of a link's text that no menu, label or button has
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_CARDS = ("article", "li", "div", "section", "td")  # nodes that one link may cover as a whole
_STRING = etree.XPath("string()", smart_strings=False)
# On folded text.

NEWS = re.compile(
    r"\b(?:tin|thoi su|su kien|hoat dong|thong bao|kinh te|van hoa|xa hoi|chinh tri|quoc phong|an ninh"
    r"|nong thon|xay dung dang|doan the|giao duc|y te|nong nghiep|chuyen muc|news)\b"
)
OTHER = re.compile(
    r"\b(?:gioi thieu|van ban|thu tuc|bo may|to chuc|lich|lien he|so do|ban do|hoi dap|gop y|dang nhap"
    r"|danh ba|english|thu vien|video|anh|cong khai|tim kiem|chuc nang|lich su|dich vu)\b"
)


def said_by(element: Any) -> str:
    """Returns what a link says: its headline where it is a whole card, its text, else what names it.

    A link without a text may lie over a card, whose headline stands beside it.
    """
    if text := visible(text_in(element)):
        if len(element) and len(text.split()) > HEADLINE:
            inside = list(islice(element.iter(*_HEADINGS), 2))
            return (len(inside) == 1 and visible(text_in(inside[0]))) or text
        return text
    if title := visible(element.get("title") or ""):
        return title
    around = element.getparent()
    if around is not None and around.tag in _CARDS and element.find(".//img") is None:
        beside = list(islice(around.iter(*_HEADINGS), 2))
        if len(beside) == 1 and beside[0].find(".//a") is None and (text := visible(text_in(beside[0]))):
            return text
    return visible(element.get("aria-label") or "")


def text_in(element: Any) -> str:
    """Returns all text within `element`, in time that does not grow with its siblings (lxml's itertext)."""
    return str(_STRING(element)) if len(element) else element.text or ""

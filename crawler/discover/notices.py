"""What a portal says of itself: that it is closed, that it has moved; and pages that only lead on."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree, html

from crawler.discover.urls import same_site
from pipelines.html.address import absolute
from pipelines.html.parse import parse
from storage.text import fold, visible
from storage.vocabulary import Verdict

_MOST = 400  # characters of a notice; longer text is an article
_FEW = 3  # links of a page that only leads on: "click here", two languages
_QUOTED = 200  # characters of it that the evidence repeats
_SITE = r"\b(?:(?:trang|cong) (?:thong tin|tin|web|chu)|website|web site|trang nay)\b"
_NEW = r"(?:dia chi|ten mien|website|(?:trang|cong) (?:thong tin|tin|web)|https?:|www\.|[\w-]+\.gov\.vn)"
_CLOSED = re.compile(
    rf"{_SITE}.{{0,100}}?\b(?:ngung|dung|ket thuc|cham dut|dong cua)"
    r"(?: viec)?(?: hoat dong| cap nhat| cung cap| dang tin| phuc vu| van hanh)"
    rf"|{_SITE}.{{0,100}}?\bkhong con (?:duoc )?(?:hoat dong|cap nhat)"
)
_MOVED = re.compile(
    rf"{_SITE}.{{0,100}}?\b(?:chuyen|doi)\b.{{0,20}}?\b(?:sang|den|ve|qua|thanh|toi)\b.{{0,40}}?{_NEW}"
    rf"|(?:moi|vui long|xin) .{{0,30}}?(?:truy cap|ghe tham) .{{0,40}}?{_NEW}.{{0,20}}? moi\b"
    rf"|\b(?:da|duoc) chuyen (?:sang|den|ve|qua) {_NEW}"
)
_ADDRESS = re.compile(r"(?:https?://)?(?:[a-z0-9-]+\.)+(?:vn|com|net|org)\b[^\s,;\"'<>]*", re.I)
_TEXTS = etree.XPath("//*[not(self::script or self::style)]/text()", smart_strings=False)
_BODY = etree.XPath("//body//text()[not(parent::script or parent::style)]", smart_strings=False)
_BLOCKS = ("p", "div", "h1", "h2", "h3", "h4", "td", "li", "center", "marquee", "strong", "span", "b", "font")
_LOCATION = re.compile(
    r"(?:window\.|document\.|self\.|top\.)?location(?:\.href)?\s*=\s*[\"']([^\"'\s]+)[\"']"
)
_REFRESH = re.compile(r"\s*+(\d{0,6}(?:\.\d*)?)(?:\s*+[;,])?\s*+url\s*+=\s*+[\"']?([^\"'>\s]+)", re.I)
_SOON = 30  # seconds; a page that sends on later is one to be read
_SENDS = re.compile(rb"http-equiv|location", re.I)
_SMALL = 20_000  # bytes of a page that only sends on
_BARE = 60  # words of one
_REPLACE = re.compile(r"location\.(?:replace|assign)\(\s*[\"']([^\"'\s]+)[\"']\s*\)")


def notice(tree: html.HtmlElement, url: str) -> tuple[Verdict, str] | None:
    """Returns (FROZEN or MOVED, what the page at `url` says of its portal), or None.

    Headlines of news are links, so text that is mostly link is not heard. The words of MOVED name where to.
    """
    text = fold(" ".join(_TEXTS(tree)))
    if not (_CLOSED.search(text) or _MOVED.search(text)):
        return None
    for element in tree.iter(*_BLOCKS):
        said = visible("".join(element.itertext()))
        if not 12 <= len(said) <= _MOST:
            continue
        plain = fold(said)
        kind = Verdict.MOVED if _MOVED.search(plain) else Verdict.FROZEN if _CLOSED.search(plain) else None
        if kind is None or _linked(element, said):
            continue
        target = _target(element, said, url)
        if kind is Verdict.FROZEN and target:
            kind = Verdict.MOVED
        if kind is Verdict.MOVED and target is None:
            kind = Verdict.FROZEN  # it says no place where its news would be
        words = said[:_QUOTED]
        return kind, words if not target or target in words else f"{words} → {target}"
    return None


def only_words(tree: html.HtmlElement) -> str | None:
    """Returns what a page without a list says, if that is little: the first words of a maintenance page."""
    said = visible(" ".join(_BODY(tree)))
    return said[:_QUOTED] if 0 < len(said) <= _MOST else None


def leads_on(tree: html.HtmlElement, url: str) -> str | None:
    """Returns where a page without content sends its reader (meta refresh, or a script's location); None:
    nowhere.
    """
    if sum(1 for _ in tree.iter("a")) > _FEW:
        return None
    for meta in tree.iter("meta"):
        if (meta.get("http-equiv") or "").lower() == "refresh":
            found = _REFRESH.match(meta.get("content") or "")
            if found and float(found[1] or 0) <= _SOON:
                return absolute(url, found[2])
    for script in tree.iter("script"):
        found = _LOCATION.search(script.text or "") or _REPLACE.search(script.text or "")
        if found:
            return absolute(url, found[1])
    return None


def sends_on(body: bytes, headers: Mapping[str, str], url: str) -> str | None:
    """Returns where an answer without text of its own sends its reader: by Refresh, a meta refresh or a
    script.

    `headers` have lower-case names. None: nowhere, or there is something to read.
    """
    found = _REFRESH.match(headers.get("refresh", ""))
    if found and float(found[1] or 0) <= _SOON:
        return absolute(url, found[2])
    if len(body) > _SMALL or not _SENDS.search(body):
        return None
    tree = parse(body, headers).tree
    words = sum(len(text.split()) for text in _TEXTS(tree))
    return leads_on(tree, url) if words <= _BARE else None


def _linked(element: html.HtmlElement, said: str) -> bool:
    """Returns whether most of a block's text is a link, or it stands in one: a headline, unless it is an
    address.
    """
    if any(parent.tag == "a" for parent in element.iterancestors()):
        return True
    linked = "".join(visible("".join(a.itertext())) for a in element.iter("a"))
    return len(linked) > 0.6 * len(said) and not _ADDRESS.fullmatch(linked)


def _target(element: html.HtmlElement, said: str, url: str) -> str | None:
    """Returns the first address of another site that a block links to or prints."""
    addresses = [joined for a in element.iter("a") if (joined := absolute(url, a.get("href") or ""))]
    printed = [found if "://" in found else f"https://{found}" for found in _ADDRESS.findall(said)]
    return next((address for address in [*addresses, *printed] if not same_site(address, url)), None)

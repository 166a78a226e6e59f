"""What a home page says of itself, zone by zone: title, banner, footer, language; and how new its news is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from lxml import etree, html

from crawler.check.offices import Claim, claim, rank
from crawler.discover.links import anchors
from crawler.discover.urls import canonical, same_site
from crawler.families import family
from crawler.families.base import Listing
from crawler.probe.sections import day_of
from pipelines.article.wording import Phrases
from pipelines.html.address import absolute
from storage.text import fold, visible
from storage.vocabulary import local

_PARTY = "(?:huyện|quận|thị|thành|đảng) (?:ủy|uỷ)"
_SITE = Phrases(
    "(?:cổng|trang) (?:giao tiếp|thông tin|tin|web|chủ|ttđt|thành phần)|thông tin điện tử|tin điện tử|ttđt"
    f"|website|portal|ubnd|(?:ủy|uỷ) ban|hđnd|hội đồng nhân dân|{_PARTY}|chính quyền|mặt trận|đảng bộ"
)
_PUBLISHER = Phrases(
    "bản quyền|cơ quan chủ quản|chủ quản|cơ quan|đơn vị|thuộc|ubnd|(?:ủy|uỷ) ban nhân dân|hđnd|cổng"
    f"|trang (?:thông )?tin|website|copyright|{_PARTY}"
)
_ADDRESS = re.compile(
    r"\b(?:địa chỉ|trụ sở|điện thoại|đt|tel|hotline|email|fax|số điện thoại|chịu trách nhiệm|trưởng ban"
    r"|giấy phép|cấp phép|thiết kế|phát triển bởi|xây dựng bởi|hỗ trợ kỹ thuật|đơn vị vận hành|powered by"
    r"|designed by|developed by|dia chi|tru so|dien thoai|address)\b.*",
    re.I | re.S,
)
_PARTS = re.compile(r"\s+[|»›•–—-]+\s+|\s*[|»›]\s*|\s+::\s+")
_BANNER = ("header", "banner", "logo", "brand", "site-name", "sitename", "slogan")  # in names of elements
_BOTTOM = ("footer", "chan-trang", "copyright", "bottom")
_LOW = "translate({0},'ABCDEFGHIJKLMNOPQRSTUVWXYZ','abcdefghijklmnopqrstuvwxyz')"


def _boxes(tag: str, names: Sequence[str]) -> etree.XPath:
    """Returns the XPath of the elements that are a `tag`, or have one of `names` in class or id."""
    tests = [f"contains({_LOW.format(at)},'{name}')" for at in ("@class", "@id") for name in names]
    return etree.XPath(f"//body//{tag} | //body//*[{' or '.join(tests)}]")


_HEADERS, _FOOTERS = _boxes("header", _BANNER), _boxes("footer", _BOTTOM)
_IMAGES = etree.XPath(".//img/@alt | .//img/@title", smart_strings=False)
_TEXT = etree.XPath(
    "//body//text()[not(ancestor::script or ancestor::style or ancestor::noscript)]", smart_strings=False
)
_METAS = etree.XPath("//meta[@content]")
_BANNER_LINE = 100  # characters; longer ones in a box of that name are sentences
_LONG = 200  # characters; what a banner or a footer says of its owner is shorter
_ALL = 1_000  # lines of a whole page
_EDGE = 10  # lines of a page without banner or footer by name
_LINES = 60  # lines of a zone that are looked at
_SHOWN = 120  # characters of a line that evidence repeats
_MENTIONS = 2  # of the district in running text, that let a page without a name of its own pass for its
_DAY = re.compile(r"(?<![\d/.-])(\d{1,2})[/.-](\d{1,2})[/.-](20\d\d)(?![\d/.-])")
# What stands before a day that a page prints of itself, once
_STAMP = re.compile(r"\b(?:cap nhat|hom nay|truy cap|phien ban|updated|last modified|today)\b")
_WEEKDAY = re.compile(r"\b(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat)\W*(?:ngay\W*)?$")
_LEAD = 40  # letters before a day that are looked at
_FEW, _MANY = 3, 5  # days beside links that are enough; printed days that make a list of news
_FIRST_DAY = date(2000, 1, 1)
_VIETNAMESE = re.compile("[\u1ea0-\u1ef9ăđơưĂĐƠƯ]")
_SCRIPTS = (
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
)
_INDONESIAN = re.compile(r"\b(?:situs|terpercaya|daftar|yang|dengan|untuk|bermain)\b", re.I)


@dataclass(frozen=True, slots=True)
class Said:
    """What one zone names: its `weight` as a witness, the claim, and the line as printed."""

    zone: str
    weight: int
    claim: Claim
    line: str


@dataclass(frozen=True, slots=True)
class Zones:
    """A home page, read. `text` is all that it shows; `claims` what its zones name."""

    title: str
    site_name: str
    description: str
    headings: str
    text: str
    words: int  # of `text`
    claims: tuple[Said, ...]
    links: int
    language: str | None
    password: bool
    scripts: bool


def read(tree: html.HtmlElement, url: str, name: str, province: str) -> Zones:
    """Returns what the page at `url` says of itself, seen from the district `name` of `province`."""
    title = visible("".join(tree.xpath("string((//title)[1])")))
    metas = {_name(meta): visible(meta.get("content") or "") for meta in _METAS(tree)}
    site_name = metas.get("og:site_name") or metas.get("application-name") or ""
    text = visible(" ".join(_TEXT(tree)))
    claims = [*_title_claims(title, name, province)]
    if site_name and (found := claim(site_name, name, province)):
        claims.append(Said("site name", 4, found, site_name[:_SHOWN]))
    banner = (line for line in _headers(tree, url) if len(line) <= _BANNER_LINE)
    claims += _zone(banner, "banner", 3, _SITE, name, province)
    claims += _zone(_footers(tree, url), "footer", 3, _PUBLISHER, name, province)
    if not any(one.claim.office == "district" for one in claims) and _mentions(text, name) >= _MENTIONS:
        claims.append(Said("text", 1, Claim("district", True, name), f"its text names {name}"))
    return Zones(
        title=title,
        site_name=site_name,
        description=metas.get("description", "")[:500],
        headings=visible(" ".join("".join(h.itertext()) for h in tree.iter("h1", "h2")))[:1000],
        text=text,
        words=len(text.split()),
        claims=tuple(claims),
        links=sum(1 for _ in tree.iter("a")),
        language=language(text or title),
        password=bool(tree.xpath("boolean(//input[@type='password'])")),
        scripts=next(tree.iter("script"), None) is not None,
    )


def _name(meta: html.HtmlElement) -> str:
    return (meta.get("property") or meta.get("name") or "").lower()


def _title_claims(title: str, name: str, province: str) -> Iterator[Said]:
    """Yields what the title names: its part that speaks of a site, else the first that names anybody."""
    parts = [part for part in _PARTS.split(title) if part]
    named = [(part, found) for part in parts if (found := claim(part, name, province))]
    if not named:
        if fold(name) in [fold(part) for part in parts] or (whole := claim(title, name, province)) is None:
            return
        named = [(title, whole)]
    of_site = [(part, found) for part, found in named if _SITE.search(part)]
    found = of_site[0][1] if of_site else min((one for _, one in named), key=rank)
    if found.office == "province":  # "Tỉnh X | Huyện Y"
        found = min((one for _, one in named), key=lambda one: rank(one)[0])
    yield Said("title", 4 if of_site else 3, found, title[:_SHOWN])


def _zone(
    lines: Iterator[str], zone: str, weight: int, spoken: Phrases, name: str, province: str
) -> list[Said]:
    """Returns what the lines of a zone name: each office once, the first line that names it."""
    found: dict[tuple[str, bool], Said] = {}
    for line in lines:
        bare = _ADDRESS.sub("", line).strip()
        said = claim(bare, name, province) if bare else None
        alone = said is not None and said.office != "department" and fold(bare) == fold(said.words)
        if said and (alone or spoken.search(bare)):
            found.setdefault((said.office, said.own), Said(zone, weight, said, bare[:_SHOWN]))
    return list(found.values())


def _headers(tree: html.HtmlElement, url: str) -> Iterator[str]:
    for h1 in tree.iter("h1"):
        yield from _texts(h1, url)
    boxes = _HEADERS(tree)[:12]
    body = tree.find("body")
    if not boxes and body is not None:  # nothing is named so: how the page begins
        lines = list(_texts(body, url, most=_ALL))
        yield from lines[: min(_EDGE, len(lines) // 3 + 1)]
    for box in boxes:
        yield from _texts(box, url)
        yield from (visible(alt)[:_LONG] for alt in _IMAGES(box)[:4])


def _footers(tree: html.HtmlElement, url: str) -> Iterator[str]:
    boxes = _FOOTERS(tree)[:12]
    body = tree.find("body")
    if not boxes and body is not None:  # nothing is named so: how the page ends
        lines = list(_texts(body, url, most=_ALL))
        yield from lines[-min(_EDGE, len(lines) // 3 + 1) :]
    for box in boxes:
        yield from _texts(box, url)


def _texts(box: html.HtmlElement, url: str, most: int = _LINES) -> Iterator[str]:
    """Yields the short lines of a zone, without its links to elsewhere: a menu names other offices."""
    count = 0
    for node in box.iter():
        if not isinstance(node.tag, str) or node.tag in ("script", "style", "option") or count >= most:
            continue
        own = node.tag in ("a", "span", "b", "strong", "font", "em", "i") and node is not box
        if own or _in_link(node, box, url):
            continue
        line = visible(" ".join(_inline(node, url)))
        if 2 < len(line) <= _LONG:
            count += 1
            yield line


def _inline(node: html.HtmlElement, url: str) -> Iterator[str]:
    """Yields the text of a node without that of blocks inside it, nor of links that lead to other pages."""
    if node.text:
        yield node.text
    for child in node:
        inline = isinstance(child.tag, str) and child.tag in (
            "a",
            "span",
            "b",
            "strong",
            "font",
            "em",
            "i",
            "br",
            "u",
        )
        if inline and not (child.tag == "a" and not _home_link(child, url)):
            yield from _inline(child, url)
        if child.tail:
            yield child.tail


def _in_link(node: html.HtmlElement, box: html.HtmlElement, url: str) -> bool:
    while node is not None:
        if node.tag == "a":
            return not _home_link(node, url)
        if node is box:
            return any(parent.tag == "a" and not _home_link(parent, url) for parent in node.iterancestors())
        node = node.getparent()
    return False


def _home_link(link: html.HtmlElement, url: str) -> bool:
    """Returns whether a link leads to the site's home page: then its text is the site's name."""
    href = (link.get("href") or "").strip()
    if not href:  # an anchor
        return True
    target = None if href.startswith(("#", "javascript:")) else absolute(url, href)
    if not target or not same_site(target, url):
        return False
    path = urlsplit(target).path.rstrip("/").lower()
    return path in ("", urlsplit(url).path.rstrip("/").lower()) or path.rpartition("/")[2] in (
        *("home", "index.html", "index.php", "default.aspx", "trang-chu", "trangchu", "vi", "vi-vn"),
    )


def _mentions(text: str, name: str) -> int:
    """Returns how often a text names the district by its kind and name."""
    return len(
        re.findall(rf"\b(?:huyen|quan|thi xa|thanh pho|tp|tx)\.? {re.escape(fold(name))}\b", fold(text))
    )


def newest(tree: html.HtmlElement, url: str, at: datetime) -> tuple[date | None, int]:
    """Returns the newest day beside a link to an article, and how many such days there are.

    Clocks, counters and announced events are none; days after `at` (aware) are not believed. Nor is a day
    under which the site says that it was updated, or that it is today's, unless a list prints them so.
    """
    today = local(at).date()
    days: list[date] = []
    stamped: list[date] = []
    below = {canonical(href) for box in _FOOTERS(tree)[:12] for href, _, _ in anchors(box, url)}
    for link in family("generic").links(Listing(tree, url)):
        printed = day_of(link, at)
        if printed and _FIRST_DAY <= (day := date.fromisoformat(printed)) <= today:
            apart = _STAMP.search(fold(link.date or "")) is not None or link.url in below
            (stamped if apart else days).append(day)
    if len(days) < _FEW <= len(stamped):
        days += stamped
    if len(days) < _FEW:  # dates that stand apart from their links
        text = " ".join(_TEXT(tree))
        shown: set[date] = set()
        labelled: set[date] = set()
        for match in _DAY.finditer(text):
            if (printed_day := _day(match)) and _FIRST_DAY <= printed_day < today:
                lead = fold(text[max(0, match.start() - _LEAD) : match.start()])
                own = _STAMP.search(lead) or _WEEKDAY.search(lead)
                (labelled if own else shown).add(printed_day)
        if len(shown) < _MANY <= len(labelled):
            shown |= labelled
        if len(shown) >= _MANY:  # a clock shows today, and no list is one of fewer
            days = list(shown)
    return max(days, default=None), len(days)


def _day(match: re.Match[str]) -> date | None:
    try:
        return date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        return None


def language(text: str) -> str | None:
    """Returns the language of a text: vi, en, or that of its script; None for too little of it."""
    letters = sum(map(str.isalpha, text))
    if letters < 20:
        return None
    counts = Counter({name: len(pattern.findall(text)) for name, pattern in _SCRIPTS})
    name, most = counts.most_common(1)[0]
    if most > letters / 5:
        return "ja" if name == "zh" and counts["ja"] > most / 4 else name
    if len(_VIETNAMESE.findall(text)) > letters / 50:
        return "vi"
    return "id" if len(_INDONESIAN.findall(text)) >= 5 else "en"

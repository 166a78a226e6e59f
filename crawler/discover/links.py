"""Which links of a page lead to articles, and what the page prints beside them.

Works on structure and address shape alone, so that a listing in any markup gives its links; a family
narrows it with the pattern of its article addresses.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from lxml import html

from crawler.discover.entries import Standing, dated
from crawler.discover.labels import HEADLINE, NEWS, said_by
from crawler.discover.places import MENU, Place, Places
from crawler.discover.urls import as_printed, canonical, print_view, same_site
from pipelines.html.address import base_of
from pipelines.html.documents import document_type
from storage.text import visible
from storage.text import words as slug_words

# Page functions and site services, never news. Folded path parts.
_SERVICE = re.compile(
    r"/(?:login|dang-?nhap|register|dang-?ky|logout|lien-?he|contact|sitemap|so-?do|rss|feed|search(?!/label/)"
    r"|tim-?kiem|tag|tags|author"
    r"|wp-(?:admin|content|includes|login|json)|comments?|cart|user|account|thu-?vien|album|video"
    r"|hoi-?dap|gop-?y|xmlrpc|cgi-bin|api|ajax|print"
    r"|siteterms|about|statistics|voting|freecontent"  # modules of NukeViet
    r"|users|authors?|members?|profile|webresource|_layouts|desktopmodules?|usercontrols?|lich|calendar|archive[s]?)(?P<on>[/._?]|$|-)",
    re.I,
)
_FILE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|zip|rar|7z|jpe?g|png|gif|webp|svg|mp[34]|avi|wmv|flv|css|js|ico|xml"
    r"|txt|apk|exe)$",
    re.I,
)
_ARCHIVE = re.compile(r"(?:^|/)(?:19|20)\d\d(?:/\d{1,2}){0,2}/?$")  # of a year, a month, a day
# Months, authors, tags, static pages and feeds of systems with plain addresses.
_ASIDE = re.compile(
    r"[?&](?:m=\d{4,8}(?:&|$)|author=|tag=|page_id=|attachment_id=|replytocom=|feed=|format=feed|view=tag)",
    re.I,
)
_Q_PATH = re.compile(r"(?:^|&)q=([^&]+/[^&]*)")
_EXTENSION = re.compile(r"\.(?:html?|aspx?|php|jsp|htm|vnp|chn|epi)$", re.I)
_LISTING = re.compile(
    r"/(?:page|trang)[/=-]\d|/(?:category|chuyen-muc|danh-muc|folder|blog-category)(?:/|$)|[?&](?:page|paged"
    r"|trang|p|cat)=\d",
    re.I,
)
# A post of systems that put its day or month before its name; "/2024/05/page/2/" is a listing.
_DATED = re.compile(r"/(?:19|20)\d\d/[01]\d/(?:[0-3]\d/)?(?!page/|\d+(?:/|$))[^/]*[a-z][^/]*/?$", re.I)
# Names a section by its number: ?cid=3, ?cat_id=12, ?id_muc=4; alone, or beside what names no article
_CATEGORY_ID = re.compile(
    r"^(?!.*(?:news|tin|bai|item|article)_?id=)(?:.*&)?(?:c|cat|cate|category|group|muc|chuyenmuc|danhmuc|menu|loai)_?id=",
    re.I,
)
_DETAIL = re.compile(r"(?:^|[-_])(?:chi-?tiet|detail|bai-?viet|xem-?tin|doc-?tin|article)", re.I)  # a script
_ID = re.compile(r"(?:^|[-_/=])(?:[a-z]{0,3})\d{3,}(?:\D|$)")
_DATE = re.compile(
    r"(?:\d{1,2}:\d{2}(?::\d{2})?\s*["
    r"|,-]?\s*)?(?:ngày\s*)?\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{2}(?:\d{2})?(?!\d)(?:\s*["
    r"|,-]?\s*\d{1,2}:\d{2}(?::\d{2})?(?:\s*[SCAP][AHM])?)?"
    r"|\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:?\d{2})?)?"
    r"|ngày \d{1,2} tháng \d{1,2} năm \d{4}",
    re.I,
)
# A menu's links share one place in the markup and are short; a headline has 8 to 25 syllables.
_MENU_WORDS = 6.5  # words on average
_MENU_LINKS = 8
_SLUG = 4  # hyphens of a slug that no section has, or few
_NAME = 7  # words that no name of a section has
_LIST = 3  # articles at one place that make the others there articles, too, if they are the most
_LABEL_LETTERS = 16  # beside a date: "Thứ ba, ngày đăng:"; prose has more
_NAMED_FILE = 4  # words of a document's title; a button or a file name has fewer
_ROOTED = ("/", "http://", "https://")  # links that mean the same on every page of a host
_JUNK = ("javascript:", "mailto:", "tel:", "data:", "#", "ftp:", "file:", "zalo:")


@dataclass(frozen=True, slots=True)
class Link:
    """A link that leads, or may lead, to an article; `date` and `category` as listing or feed print them."""

    url: str  # canonical
    title: str = ""
    date: str | None = None
    category: str | None = None
    from_feed: bool = False
    modified: str | None = None  # lastmod of a sitemap, as printed
    printed: str = ""  # the address to ask, where it is not `url`

    @property
    def address(self) -> str:
        """The address to ask."""
        return self.printed or self.url


def link_to(
    address: str, title: str = "", date: str | None = None, category: str | None = None,
    *, from_feed: bool = False, modified: str | None = None,
) -> Link | None:  # fmt: skip
    """Returns the link to absolute `address`, as printed; None where that is no HTTP(S) URL with a host."""
    try:
        url, printed = canonical(address), as_printed(address)
    except ValueError:
        return None
    return Link(url, title, date, category, from_feed, modified, printed if printed != url else "")


def anchors(tree: html.HtmlElement, url: str) -> Iterable[tuple[str, str, Any]]:
    """Yields (absolute address, visible text, element) of every link of the page that leads to http or
    https.
    """
    base = base_of(tree, url)
    origin = urljoin(base, "/")  # is enough for most links, which are remembered from page to page with it
    for element in tree.iter("a"):  # XPath would sort what it finds, sibling by sibling: quadratic
        href = (element.get("href") or "").strip()
        if not href or href.lower().startswith(_JUNK):
            continue
        if address := _absolute(origin if href.startswith(_ROOTED) else base, href):
            yield address, said_by(element), element


@lru_cache(maxsize=16_384)
def _absolute(base: str, href: str) -> str | None:
    """Returns the http or https address that `href` means on a page at `base`; None for anything else."""
    try:
        address = urljoin(base, href)
        if urlsplit(address).scheme not in ("http", "https"):
            return None
        canonical(address)  # whoever goes on with the link asks for it
    except ValueError:
        return None  # "http://[broken", "http://host:port": some portals print such
    return address


@lru_cache(maxsize=16_384)
def looks_like_article(url: str, title: str = "") -> bool:
    """Returns whether the shape of an address is that of an article: a long slug, or an id with a worded
    title.
    """
    parts = urlsplit(url)
    path = unquote(parts.path)
    if not plausible(url) or set_aside(url) or path in ("", "/"):
        return False
    if _DATED.search(path):
        return True
    last = _EXTENSION.sub("", path.rstrip("/").rsplit("/", 1)[-1])
    hyphens = last.count("-") + last.count("_")
    words = sum(any(map(str.isalnum, word)) for word in title.split())  # a dash is none
    if (_SERVICE.search(path) and hyphens < _SLUG) or (words < _NAME and _names_section(last, title)):
        return False
    worded = words >= 5
    if words >= HEADLINE:
        return True
    if _LISTING.search(path + ("?" + parts.query if parts.query else "")) and not (
        _ID.search(last) and hyphens >= 3
    ):
        return bool(
            re.search(r"[?&](?:p|id|news(?:id)?|itemid|tin|bai|article\w*)=\d+", "?" + parts.query, re.I)
        ) and (worded or bool(_DETAIL.search(last)))
    if hyphens >= _SLUG or (hyphens >= 2 and bool(_ID.search(last))):
        return True
    if _CATEGORY_ID.search(parts.query) and not _DETAIL.search(last):
        return False
    query_id = re.search(r"(?:id|newsid|itemid|id_news|mabai|article\w*|p)=[\w-]*\d", parts.query, re.I)
    return worded and (bool(_ID.search(last)) or bool(query_id) or hyphens >= 2)


def _names_section(slug: str, title: str) -> bool:
    """Whether an address says no more than its label, and that is what menus call news."""
    said = slug_words(title)
    return "-".join(said) == slug.lower() and bool(NEWS.search(" ".join(said)))


def plausible(url: str) -> bool:
    """Whether an address may be an article's or a listing's: no file, no function of the site."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    if asked := _Q_PATH.search(parts.query):  # Drupal without clean addresses: /?q=user/login
        path += unquote(asked[1])
    service = _SERVICE.search(path)
    if _FILE.search(path) or (service and service["on"] != "-"):
        return False  # "/lich-cat-dien" may be a notice, "/lich" is none
    return path not in ("", "/") or bool(parts.query)


def set_aside(url: str) -> bool:
    """Whether an address is that of an archive by day, month or year, of a tag, an author or a feed."""
    parts = urlsplit(url)
    return bool(_ARCHIVE.search(unquote(parts.path)) or _ASIDE.search("?" + parts.query))


def section(url: str, title: str) -> bool:
    """Returns whether an address may be a listing: no file, no page function, no article by its shape."""
    parts = urlsplit(url)
    if (
        not plausible(url)
        or _SERVICE.search(unquote(parts.path))
        or set_aside(url)
        or len(parts.query) > 60
        or unquote(parts.path).count("/") > 5
    ):
        return False
    return not print_view(url) and not looks_like_article(url, title)


def article_links(
    tree: html.HtmlElement, url: str, pattern: re.Pattern[str] | None = None, category: str | None = None,
    trusted: set[Place] | None = None,
) -> list[Link]:  # fmt: skip
    """Returns the links of a page that lead to articles of the same site, in order, each address once.

    `pattern` is the family's (searched in path and query); without one a link is an article's that stands
    dated in a list, or by the shape of its address, or among others of that kind. The
    longest text of all links to one address is its title; the date is what the page prints in the smallest
    surrounding node that holds no other article's link. `category` goes to the links of the page's main list
    only, since its side boxes show articles of other sections. `trusted` are the places where articles stood
    on earlier pages of this listing: what stands there is one, and those of this page are added.
    """
    titles: dict[str, str] = {}
    printed: dict[str, str] = {}
    places: dict[str, Any] = {}
    lists: dict[str, set[Place]] = {}
    found = standing(tree, url)
    own = [one for one in found if one.place != MENU and not is_pager(one.text, one.element)]
    dates = dated(own)
    menus = _menus(own, dates) - (trusted or set())
    own = [one for one in own if one.place not in menus]
    taken = None if pattern is not None else _told_apart(found, own, dates, trusted or set())
    files = {one.target for one in own if one.target in dates and _is_listed_file(one)}
    for one in own:
        target, text = one.target, one.text
        if target in files or (
            target in taken if taken is not None else leads_to_article(target, text, pattern)
        ):
            if len(text) > len(titles.get(target, "")) or target not in titles:
                titles[target] = text
            if (asked := as_printed(one.address)) == target or target not in printed:
                printed[target] = asked
            places.setdefault(target, one.element)
            lists.setdefault(target, set()).add(one.place)
    main = _main_list(titles, lists)
    if trusted is not None and main:
        trusted.add(main)
    here = canonical(url)
    hrefs = {place: target for target, place in places.items()}
    return [
        Link(
            target,
            title if len(title.split()) > 2 or target in dates else "",
            _date_beside(places[target], target, hrefs),
            category if main in lists[target] else None,
            printed=printed[target] if printed[target] != target else "",
        )
        for target, title in titles.items()
        if target != here
    ]


def standing(tree: html.HtmlElement, url: str) -> list[Standing]:
    """The links of a page to pages of the same site, with their places; print views are left out."""
    places = Places()
    return [
        Standing(canonical(address), text, element, places.of(element.getparent()), address)
        for address, text, element in anchors(tree, url)
        if same_site(address, url) and not print_view(address)
    ]


def _is_listed_file(one: Standing) -> bool:
    """Whether a link leads to a document under a title of its own, not under "Tải về"."""
    return document_type(one.target) is not None and len(one.text.split()) >= _NAMED_FILE


def _menus(links: list[Standing], dates: set[str]) -> set[Place]:
    """The places of many short links, unless those stand dated. A card may link its article thrice."""
    groups: dict[Place, dict[str, int]] = {}
    for one in links:
        words = groups.setdefault(one.place, {})
        words[one.target] = max(words.get(one.target, 0), len(one.text.split()))
    return {
        place
        for place, words in groups.items()
        if len(lengths := [length for length in words.values() if length]) >= _MENU_LINKS
        and sum(lengths) / len(lengths) < _MENU_WORDS
        and 2 * len(words.keys() & dates) < len(words)
    }


def _told_apart(found: list[Standing], own: list[Standing], dates: set[str], trusted: set[Place]) -> set[str]:
    """The targets of a page's `own` links that are articles, where no pattern tells them from sections."""
    short = {one.target for one in found if one.place == MENU and len(one.text.split()) < HEADLINE}
    named = short - dates
    sure = {
        one.target
        for one in own
        if one.target in dates or (one.target not in named and looks_like_article(one.target, one.text))
    }
    at: dict[Place, set[str]] = {}
    for one in own:
        at.setdefault(one.place, set()).add(one.target)
    taken = set(sure)
    for place, targets in at.items():
        articles, sections = targets & sure, targets & named
        if place in trusted or (len(articles) >= _LIST and 2 * len(articles) >= len(targets)):
            taken |= {target for target in targets - named if not set_aside(target)}
        elif 2 * len(sections) > len(targets):  # a list of sections: its other links are some, too
            taken -= {
                one.target for one in own if one.target in targets and len(one.text.split()) < HEADLINE
            } - dates
    return {target for target in taken if plausible(target)}


def is_file(link: Link) -> bool:
    """Whether a link that a listing shows as an article's leads to a document."""
    return document_type(link.url) is not None


def is_pager(text: str, element: Any) -> bool:
    """Whether a link is a page number or an arrow."""
    return not any(map(str.isalpha, text)) and (bool(text) or element.find(".//img") is None)


def leads_to_article(url: str, title: str, pattern: re.Pattern[str] | None) -> bool:
    """Returns whether canonical `url` is an article's by the family's `pattern`, or by its shape
    without one.
    """
    if pattern is None:
        return looks_like_article(url, title)
    parts = urlsplit(url)
    return bool(pattern.search(unquote(parts.path) + ("?" + parts.query if parts.query else "")))


def _main_list(titles: dict[str, str], lists: dict[str, set[Place]]) -> Place | None:
    """Returns the place in the markup whose links have the most text: a listing's own list, beside its side
    boxes.
    """
    weight: Counter[Place] = Counter()
    for target, places in lists.items():
        for place in places:
            weight[place] += len(titles[target])
    return max(weight, key=lambda place: weight[place], default=None)


def _date_beside(element: Any, target: str, places: dict[Any, str]) -> str | None:
    """Returns the one date line in the smallest node around a link that belongs to no other article; None
    else.
    """
    node = element
    for _ in range(4):
        node = node.getparent()
        if node is None or node.tag in ("body", "html"):
            return None
        if any(places.get(a, target) != target for a in node.iter("a")):
            return None
        dates = [date for text in node.itertext() if (date := _date_alone(text))]
        if dates:
            return visible(dates[0]) if len(dates) == 1 else None
    return None


def _date_alone(text: str) -> str | None:
    """Returns the date of a line that says hardly more; a summary tells the day of an event, not of
    publication.
    """
    match = _DATE.search(text) if len(text) < 120 else None
    if match is None or sum(map(str.isalpha, text)) - sum(map(str.isalpha, match.group())) > _LABEL_LETTERS:
        return None
    return match.group()

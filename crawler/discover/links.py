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

from lxml import etree, html

from crawler.discover.urls import as_printed, canonical, print_view, same_site
from pipelines.html.address import base_of
from storage.text import visible

# Page functions and site services, never news. Folded path parts.
_SERVICE = re.compile(
    r"/(?:login|dang-?nhap|register|dang-?ky|logout|lien-?he|contact|sitemap|so-?do|rss|feed|search"
    r"|tim-?kiem|tag|tags|author"
    r"|wp-(?:admin|content|includes|login|json)|comments?|cart|user|account|thu-?vien|album|video"
    r"|hoi-?dap|gop-?y|xmlrpc|cgi-bin|api|ajax|print"
    r"|webresource|_layouts|desktopmodules?|usercontrols?|lich|calendar|archive[s]?)(?:[/._?-]|$)",
    re.I,
)
_FILE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|zip|rar|7z|jpe?g|png|gif|webp|svg|mp[34]|avi|wmv|flv|css|js|ico|xml"
    r"|txt|apk|exe)$",
    re.I,
)
_EXTENSION = re.compile(r"\.(?:html?|aspx?|php|jsp|htm|vnp|chn|epi)$", re.I)
_LISTING = re.compile(
    r"/(?:page|trang)[/=-]\d|/(?:category|chuyen-muc|danh-muc|folder|blog-category)(?:/|$)|[?&](?:page|paged"
    r"|trang|p|cat)=\d",
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
_STRING = etree.XPath("string()", smart_strings=False)
# A menu's links share one place in the markup and are short; a headline has 8 to 25 syllables.
_MENU_WORDS = 6.5  # words on average
_MENU_LINKS = 8
_MENU_NAME = re.compile(
    r"(?:^|[\s_-])(?:menu|nav|navbar|navigation|footer|breadcrumbs?|megamenu|topbar|pagination"
    r"|pager)(?:[\s_-]|$)",
    re.I,
)
_HEADLINE = 9  # words of a link's text that no menu, label or button has
_LABEL_LETTERS = 16  # beside a date: "Thứ ba, ngày đăng:"; prose has more
Place = tuple[str, ...]  # tags and classes of the nodes around a link, the nearest first
_NEAREST = 8  # of them
_MENU: Place = ("menu",)
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
            yield address, visible(text_in(element)) or visible(element.get("title") or ""), element


def text_in(element: Any) -> str:
    """Returns all text within `element`, in time that does not grow with its siblings (lxml's itertext)."""
    return str(_STRING(element)) if len(element) else element.text or ""


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
    if _FILE.search(path) or _SERVICE.search(path) or path in ("", "/"):
        return False
    last = _EXTENSION.sub("", path.rstrip("/").rsplit("/", 1)[-1])
    hyphens = last.count("-") + last.count("_")
    worded = len(title.split()) >= 5
    if len(title.split()) >= _HEADLINE:
        return True
    if _LISTING.search(path + ("?" + parts.query if parts.query else "")) and not (
        _ID.search(last) and hyphens >= 3
    ):
        return bool(
            re.search(r"[?&](?:p|id|news(?:id)?|itemid|tin|bai|article\w*)=\d+", "?" + parts.query, re.I)
        ) and (worded or bool(_DETAIL.search(last)))
    if hyphens >= 4 or (hyphens >= 2 and bool(_ID.search(last))):
        return True
    query_id = re.search(r"(?:id|newsid|itemid|id_news|mabai|article\w*|p)=[\w-]*\d", parts.query, re.I)
    return worded and (bool(_ID.search(last)) or bool(query_id) or hyphens >= 2)


def section(url: str, title: str) -> bool:
    """Returns whether an address may be a listing: no file, no page function, no article by its shape."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    if _FILE.search(path) or _SERVICE.search(path) or len(parts.query) > 60 or path.count("/") > 5:
        return False
    return not print_view(url) and not looks_like_article(url, title)


def article_links(
    tree: html.HtmlElement, url: str, pattern: re.Pattern[str] | None = None, category: str | None = None
) -> list[Link]:
    """Returns the links of a page that lead to articles of the same site, in order, each address once.

    `pattern` is the family's (searched in path and query); without one the shape of the address decides. The
    longest text of all links to one address is its title; the date is what the page prints in the smallest
    surrounding node that holds no other article's link. `category` goes to the links of the page's main list
    only, since its side boxes show articles of other sections.
    """
    titles: dict[str, str] = {}
    printed: dict[str, str] = {}
    places: dict[str, Any] = {}
    lists: dict[str, set[Place]] = {}
    for address, text, element, place in _outside_menus(list(anchors(tree, url))):
        if not same_site(address, url) or print_view(address) or _pager(text, element):
            continue
        target = canonical(address)
        if leads_to_article(target, text, pattern):
            if len(text) > len(titles.get(target, "")) or target not in titles:
                titles[target] = text
            if (asked := as_printed(address)) == target or target not in printed:
                printed[target] = asked
            places.setdefault(target, element)
            lists.setdefault(target, set()).add(place)
    main = _main_list(titles, lists)
    here = canonical(url)
    hrefs = {place: target for target, place in places.items()}
    return [
        Link(
            target,
            title if len(title.split()) > 2 else "",
            _date_beside(places[target], target, hrefs),
            category if main in lists[target] else None,
            printed=printed[target] if printed[target] != target else "",
        )
        for target, title in titles.items()
        if target != here
    ]


def _pager(text: str, element: Any) -> bool:
    """Returns whether a link is a page number or an arrow."""
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


def _outside_menus(found: list[tuple[str, str, Any]]) -> Iterable[tuple[str, str, Any, Place]]:
    """Returns the links outside of menus, which their surroundings' names or their like's short texts
    betray.
    """
    groups: dict[Place, list[int]] = {}
    keys = []
    known: dict[Any, Place] = {}
    for _, text, element in found:
        keys.append(_place(element.getparent(), known))
        if text:
            groups.setdefault(keys[-1], []).append(len(text.split()))
    menus = {
        key
        for key, lengths in groups.items()
        if key == _MENU or (len(lengths) >= _MENU_LINKS and sum(lengths) / len(lengths) < _MENU_WORDS)
    }
    return ((*link, key) for link, key in zip(found, keys, strict=True) if key not in menus)


def _place(node: Any, known: dict[Any, Place]) -> Place:
    """Returns the place of what stands in `node`; _MENU where that, or a node around it, is named as one."""
    way = []
    while node is not None and node not in known:
        way.append(node)
        node = node.getparent()
    place = known[node] if node is not None else ()
    for inner in reversed(way):
        name = inner.get("class") or ""
        if place == _MENU or inner.tag == "nav" or _menu_name(name) or _menu_name(inner.get("id") or ""):
            place = _MENU
        else:
            place = (f"{inner.tag}.{name}", *place[: _NEAREST - 1])
        known[inner] = place
    return place


@lru_cache(maxsize=4_096)
def _menu_name(name: str) -> bool:
    return bool(_MENU_NAME.search(name))


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

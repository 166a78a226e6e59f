"""Which pages of an unknown portal are sections: by what its menus call them, and by links of their own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from crawler.discover.links import Link, anchors, section
from crawler.discover.urls import canonical, print_view, same_site, trap
from crawler.families.base import Listing
from crawler.fetch.responses import is_home
from pipelines.html.parse import Page
from storage.text import fold

if TYPE_CHECKING:
    from lxml import html

# What menus call news, and what they call everything else; folded.
_NEWS = re.compile(
    r"\b(?:tin|thoi su|su kien|hoat dong|thong bao|kinh te|van hoa|xa hoi|chinh tri|quoc phong|an ninh"
    r"|nong thon|xay dung dang|doan the|giao duc|y te|nong nghiep|chuyen muc|news)\b"
)
_OTHER = re.compile(
    r"\b(?:gioi thieu|van ban|thu tuc|bo may|to chuc|lich|lien he|so do|ban do|hoi dap|gop y|dang nhap"
    r"|danh ba|english|thu vien|video|anh|cong khai|tim kiem|chuc nang|lich su|dich vu)\b"
)
_SHAPE = re.compile(r"/(?:folder|category|chuyen-muc|danh-muc|muc|cat|news)/|[?&](?:cat|catid|muc)=\d", re.I)
_LANGUAGE = re.compile(r"/(?:vi|vn|en|fr|zh|cn|ja|ko|ru|lo|km)(?:[-_]\w\w)?/?$", re.I)  # a language switch
_REPEATED = 3  # pages looked at whose label stands on many addresses: each commune of a mega-menu has its own


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as it came: final URL, status, headers with lower-case names, decoded body, aware time."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    fetched_at: datetime


@dataclass(slots=True)
class Seen:
    """A page of a survey, parsed; `name` is what the menu calls it, `links` the articles that it leads to."""

    page: Fetched
    parsed: Page
    name: str = ""
    links: list[Link] = field(default_factory=list)

    @property
    def listing(self) -> Listing:
        return Listing(self.parsed.tree, self.page.url, category=self.name or None)


def candidates(tree: html.HtmlElement, url: str) -> list[tuple[str, str]]:
    """Returns (address, name) of the pages that a home page's links suggest as sections, the likeliest
    first.
    """
    found: dict[str, str] = {}
    for address, text, _ in anchors(tree, url):
        target = canonical(address) if same_site(address, url) else url
        home = is_home(target, url) and not urlsplit(target).query
        if home or target == canonical(url) or print_view(target) or trap(target) or _LANGUAGE.search(target):
            continue
        found[target] = max(found.get(target, ""), text, key=len)
    labels = Counter(fold(text) for text in found.values())
    scores = {target: score for target, text in found.items() if (score := _score(target, text)) is not None}
    order = sorted(scores, key=lambda target: -scores[target])  # stable: menus begin with what matters
    repeated = [target for target in order if labels[fold(found[target])] > 2]
    single = [target for target in order if labels[fold(found[target])] <= 2]
    return [(target, found[target]) for target in [*single, *repeated[:_REPEATED]]]


def _score(url: str, text: str) -> int | None:
    """Returns how much an address and its label sound like a list of news; None where it is no listing at
    all.
    """
    words = fold(f"{text} {re.sub(r'[-_/.]', ' ', unquote(urlsplit(url).path))}")
    news, other, plain = bool(_NEWS.search(words)), bool(_OTHER.search(words)), section(url, text)
    if not plain and not (news and 0 < len(text.split()) <= 6):
        return None
    return 2 * news - 2 * other + 2 * bool(_SHAPE.search(url)) - (not plain)


def own_links(pages: Sequence[Seen]) -> list[tuple[Seen, list[Link]]]:
    """Returns each page with the links of its own: a side box stands on most pages, and shows each link
    once.
    """
    counts = [_shown(page) for page in pages]
    bound = max(len(pages) / 2, min(max(len(pages) - 1, 1), 2))
    found = []
    for page, here in zip(pages, counts, strict=True):
        own = []
        for link in page.links:
            times = [count[link.url] for count in counts if link.url in count]
            if len(times) <= bound or here[link.url] > min(times):
                own.append(link)
        found.append((page, own))
    return found


def _shown(page: Seen) -> Counter[str]:
    """Returns how often a page links each article that it leads to."""
    urls = {link.url for link in page.links}
    counts: Counter[str] = Counter()
    for address, _, _ in anchors(page.parsed.tree, page.page.url):
        target = canonical(address)
        counts[target if target in urls else target.partition("?")[0]] += 1  # families may cut the query
    return Counter({url: counts[url] for url in urls})


def day_of(link: Link, fetched_at: datetime) -> str | None:
    """Returns the day that a listing prints beside a link, as yyyy-mm-dd."""
    from pipelines.dating.line import read_line

    line = read_line(link.date, fetched_at) if link.date else None
    return line.value[:10] if line and line.value and line.precision in ("day", "minute") else None

"""Which pages of an unknown portal are sections: by what its menus call them, and by links of their own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from crawler.discover.links import Link, anchors
from crawler.discover.sections import sections
from crawler.discover.urls import canonical
from crawler.families.base import Listing
from crawler.fetch.responses import is_home
from pipelines.html.parse import Page
from storage.text import fold

if TYPE_CHECKING:
    from lxml import html

_REPEATED = 3  # pages looked at whose label stands on many addresses: each commune of a mega-menu has its own


# Blogger has its sections under /search/label/
_TAG = re.compile(
    r"(?<!/search)/(?:tags?|the|tu-?khoa|keywords?|topics?|hashtags?|labels?)/[^/]|[?&](?:tag|keyword)=", re.I
)
_PAGE_KEY = re.compile(
    r"(?:_?page|paged|p|pg|pn|trang|start|limitstart|offset|page_?(?:index|number|no|num|id)|current_?page)",
    re.I,
)
_PAGE_PATH = re.compile(r"(?:^|[/_-])(?:page|trang|p)[-_/]?\d+(?:[-_.]\w+)?/?$", re.I)
_HOME_PAGE = re.compile(r"/(?:vi/)?(?:trang-?chu|home|index)(?:/(?:index|\d+))?(?:\.\w{3,5})?/?", re.I)
_LANGUAGE_KEY = re.compile(r"(?:lang|language|hl|locale|ngon-?ngu)", re.I)
_TURN = re.compile(
    r"trang (?:chu|nhat)|home(?: ?page)?"
    r"|(?:trang )?(?:dau|cuoi|sau|truoc|tiep|ke)(?: tien| cung)?|xem tiep|tiep theo|(?:tin|bai|bai viet)"
    r" (?:cu|moi) hon|(?:older|newer)(?: posts)?|next(?: page)?|previous(?: page)?|first|last"
)


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


def candidates(tree: html.HtmlElement, url: str, taken: Collection[str] = ()) -> list[tuple[str, str]]:
    """(address, name) of the pages that a crawl would ask as sections, the likeliest first.

    `taken` are the articles that the page leads to. Left out are tags, and what is the page at hand under
    another address, or a further page of a list: an entry should name none of them.
    """
    found = [
        (address, name) for address, name in sections(tree, url, taken) if not _is_part(address, name, url)
    ]
    labels = Counter(fold(name) for _, name in found)
    single = [one for one in found if labels[fold(one[1])] <= 2]
    repeated = [one for one in found if labels[fold(one[1])] > 2]
    return [(canonical(address), name) for address, name in [*single, *repeated[:_REPEATED]]]


def _is_part(address: str, name: str, url: str) -> bool:
    """Whether a link leads to a tag, to the home page at `url` under another name, or to a page of a list."""
    parts = urlsplit(address)
    path = unquote(parts.path)
    below = path.removeprefix(urlsplit(url).path.rstrip("/")) or "/"
    if _TAG.search(path) or name.strip().startswith("#") or _TURN.fullmatch(fold(name).strip(" .»«›‹>+")):
        return True
    turned = {key.lower(): value for key, value in parse_qsl(parts.query) if _PAGE_KEY.fullmatch(key)}
    if any(value.isdigit() and int(value) > 1 for value in turned.values()) or _PAGE_PATH.search(path):
        return True
    home = is_home(urlunsplit(parts._replace(path=below)), url) or _HOME_PAGE.fullmatch(below)
    others = [key for key, _ in parse_qsl(parts.query) if not _PAGE_KEY.fullmatch(key)]
    return bool(home) and all(_LANGUAGE_KEY.fullmatch(key) for key in others)


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

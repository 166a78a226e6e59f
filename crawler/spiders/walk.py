"""The crawl of one portal in one run: what it has met, and what it still may ask for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from crawler.discover.lastmod import Span, credible
from crawler.discover.links import Link, anchors
from crawler.discover.order import Order, Shown
from crawler.discover.places import Place
from crawler.discover.revisits import due
from crawler.discover.urls import canonical
from pipelines.fields.category import leads_home
from pipelines.items import Hints
from storage.records import LIVE, Known
from storage.text import fold, visible
from storage.vocabulary import Outcome

if TYPE_CHECKING:
    from crawler.families.base import Family
    from crawler.registry.entries import Portal

# What a link to a list says of its pages, not of its section
_LEADS_ON = re.compile(
    r"\W*(?:(?:xem|doc) (?:them|tiep|tat ca)|trang (?:dau|cuoi|truoc|sau|chu|nhat|\d)|more\b|all\b)"
)


@dataclass(slots=True)
class Walk:
    """`tonight`: the only listings, of those that the home page leads to, that are asked; None: all."""

    portal: Portal
    family: Family
    hints: Hints
    run_id: int | None
    deep: bool  # walk every listing to its end, not only to where all is known
    tonight: frozenset[str] | None = None
    full: bool = False  # read every page again that was not seen since the walk began
    since: datetime = field(default_factory=lambda: datetime.now(UTC))  # its begin, in whichever run
    seen: set[int] = field(default_factory=set)  # hashes of the URLs met in this run
    asked: int = 0  # articles requested
    unknown: int = 0  # of them, those that the archive had never met
    fed: dict[str, Link] = field(default_factory=dict)  # entries of the feeds, for their dates
    sitemaps: int = 0  # requested
    announced: dict[str, Span] = field(default_factory=dict)  # URL: when feed or sitemap says it changed
    passed: set[str] = field(default_factory=set)  # known URLs that were met and not asked for
    heard: bool = False  # every listing, feed and sitemap of this run was read
    hops: int = 0  # home pages that only led on
    orders: dict[str, Order] = field(default_factory=dict)  # of its listings, as remembered from earlier runs
    places: dict[str, set[Place]] = field(default_factory=dict)  # listing: where its articles stand
    shown: dict[str, Shown] = field(default_factory=dict)  # of its listings, as walked in this run
    sections: dict[str, str] = field(default_factory=dict)  # found on pages: URL to name
    walked: set[str] = field(default_factory=set)  # of them, those that are asked
    bare: set[str] = field(default_factory=set)  # of them, those that showed no article
    named: set[int] = field(default_factory=set)  # hashes of the articles' URLs that were met
    held: set[int] = field(default_factory=set)  # of them, those that the archive had and were not asked
    standing: dict[str, str] = field(default_factory=dict)  # identity of an article: its URL in the archive
    torn: dict[str, tuple[int, str]] = field(default_factory=dict)  # listing: last page read, why no more
    left: dict[str, tuple[list[str], int]] = field(
        default_factory=dict
    )  # listing: pages, documents not asked
    mapped: bool = False  # a sitemap named its articles, so that what robots.txt bars may name no others
    cut: bool = False  # something that names articles was left unread: the walk is not complete

    def first(self, url: str) -> bool:
        """Returns whether `url` is met for the first time in this run; it is remembered."""
        key = hash(url)
        if key in self.seen:
            return False
        self.seen.add(key)
        return True

    def meets(self, url: str) -> bool:
        """Returns whether `url` is to be judged: not met before, or not asked for, and something is told
        since.
        """
        return self.first(url) or (url in self.passed and (self.heard or url in self.announced))

    def stands(self, link: Link) -> Link:
        """Returns the link to the address under which the archive, or this run, has the article of `link`."""
        name = self.family.identity(link.url)
        known = self.standing.get(name, link.url) if name else link.url
        return link if known == link.url else replace(link, url=known, printed="")

    def takes(self, url: str) -> None:
        """Notes that the article at `url` is asked for under this address."""
        if name := self.family.identity(url):
            self.standing.setdefault(name, url)

    def hear(self, links: Iterable[Link], now: datetime) -> None:
        """Takes in what a feed or sitemap, read `now`, says of when its pages changed."""
        self.announced |= credible(links, now)

    def news(self, url: str, since: datetime) -> bool:
        """Returns whether a page may have changed after `since`, by what was heard of it."""
        return url not in self.announced or self.announced[url].last > since

    def wants(self, known: Known, now: datetime) -> bool:
        """Returns whether a known URL is asked for.

        A night leaves the revisits of live articles that only fall due to its end: news come first, and what
        a sitemap says may spare them. A deep walk looks at all that fall due: a lastmod can stand still.
        """
        if self.full:
            return known.last_seen_at < self.since
        said = self.announced.get(known.url)
        told = said is not None and said.first > known.last_seen_at
        if known.status == LIVE and not (told or self.deep or self.heard or known.unseen_since):
            return False
        return again(known, now, deep=self.deep, changed=said if told or not self.deep else None)

    def asks(self, url: str) -> bool:
        """Returns whether a listing or feed found on the home page is asked in this run."""
        return self.deep or self.tonight is None or canonical(url) in self.tonight


def told(link: Link) -> dict[str, Any]:
    """Returns what the listing or feed printed of the article it led to, under the names of Hints."""
    dated = {"feed_date" if link.from_feed else "listing_date": link.date}
    found = {"listing_title": link.title, "listing_category": link.category, **dated}
    return {name: value for name, value in found.items() if value}


def again(known: Known, now: datetime, *, deep: bool, changed: Span | None = None) -> bool:
    """Returns whether a known URL is asked for: a revisit by age, or a page that failed and was none when
    last seen.

    `changed` as for crawler.discover.revisits.due. One that led elsewhere is asked again on a deep walk only:
    where it led has a URL of its own.
    """
    if known.status is not None and known.unseen_since and known.looked_at:
        # The next night, then ever more rarely: what is seen or missing twice is believed.
        return due(known.unseen_since, max(known.looked_at, known.unseen_since), now)
    if known.status is not None:
        return due(known.first_seen_at or known.last_seen_at, known.last_seen_at, now, changed)
    if known.outcome == Outcome.REDIRECTED:
        return deep
    ended = (Outcome.NOT_AN_ARTICLE, Outcome.FILE, Outcome.GONE, Outcome.BLOCKED, Outcome.PART)
    settled = known.outcome in ended
    return not settled and known.last_seen_at < now


def listing_name(tree: Any, url: str) -> str | None:
    """Returns what the listing at `url` calls itself: its only h1, else its last breadcrumb, else the first
    link of the page that leads to it, as its menu names it.

    An h1 that leads to the home page names the site.
    """
    heads = [h for h in tree.iter("h1") if not any(map(leads_home, (*h.iter("a"), *h.iterancestors("a"))))]
    names = [visible("".join(h.itertext())) for h in heads]
    if len(names) == 1 and _may_name(names[0]):
        return names[0]
    crumbs = tree.xpath(
        "//*[contains(@class,'breadcrumb')]//*[self::a or self::li or self::span][normalize-space()][last()]"
    )
    name = visible("".join(crumbs[-1].itertext())) if crumbs else ""
    return name if _may_name(name) else _in_menu(tree, url)


def _in_menu(tree: Any, url: str) -> str | None:
    """The text of the first link to `url` that names a page: no number, no "xem thêm", no home page."""
    here = canonical(url)
    for address, text, element in anchors(tree, url):
        if canonical(address) == here and _may_name(text) and not leads_home(element):
            return text
    return None


def _may_name(text: str) -> bool:
    return 2 < len(text) <= 60 and any(map(str.isalpha, text)) and not _LEADS_ON.match(fold(text))

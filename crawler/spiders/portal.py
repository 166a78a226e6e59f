"""The spider of a district: walks the listings, feeds and sitemaps of its portals and yields what it fetched.

It knows no site; the family and the registry tell it. What was kept before it asks the archive, listing by
listing, so a run that was killed goes on where it was, and a nightly run stops where all is known.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urljoin, urlsplit

from scrapy import FormRequest, Request, Spider

from crawler.families import family, hints_of
from crawler.families.base import Family, Listing
from crawler.feeds import feeds_of, read_feed, read_sitemap
from crawler.links import Link, anchors, looks_like_article, looks_like_section
from crawler.outcomes import of_failure, of_status, report
from crawler.paging import NextPage
from crawler.revisits import due
from crawler.urls import canonical, print_view, same_site, trap
from pipelines.items import Hints, Outcome, RawPage, Sighting
from pipelines.page import parse
from storage.folding import visible

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.entries import District, Portal

FEED, LISTING, SITEMAP, ARTICLE = 30, 0, -10, 20  # Scrapy priorities: dates of a feed first, then articles
MAX_SECTIONS = 80  # listing pages taken from a home page; a mega-menu of communes has more, none with news
MAX_SITEMAPS = 50
# Listing pages without anything new that are still turned over: late inserts move a known article down.
PATIENCE = 1


@dataclass(slots=True)
class Walk:
    """The crawl of one portal in one run."""

    portal: Portal
    family: Family
    hints: Hints
    run_id: int | None
    seen: set[int] = field(default_factory=set)  # hashes of the URLs met in this run
    asked: int = 0  # articles requested
    fed: dict[str, Link] = field(default_factory=dict)  # entries of the feeds, for their dates
    sitemaps: int = 0

    def first(self, url: str) -> bool:
        """Whether `url` is met for the first time in this run; it is remembered."""
        key = hash(url)
        if key in self.seen:
            return False
        self.seen.add(key)
        return True


class PortalSpider(Spider):
    """One district. Arguments: `full` (1: read everything again), `limit` (articles a portal at most)."""

    name = "portal"
    district: ClassVar[District]

    def __init__(self, full: str = "", limit: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.full = str(full).lower() in ("1", "true", "yes")
        self.limit = int(limit) if limit else None
        self.portals = [p for p in self.district.portals if p.crawlable]
        hosts = [urlsplit(p.url).netloc.lower() for p in self.portals]
        self.allowed_hosts = {*hosts, *(c for p in self.portals for c in p.companions)}
        self.run_ids: dict[str, int] = {}  # portal URL -> run, set by the monitor
        self.known: Any = None  # (portal URL, URLs) -> what the archive knows of them, set by the monitor

    async def start(self) -> AsyncIterator[Any]:
        for portal in self.portals:
            walk = Walk(portal, family(portal.family), hints_of(portal), self.run_ids.get(portal.url))
            for request in self._entries(walk):
                yield request

    def _entries(self, walk: Walk) -> Iterator[Request]:
        portal = walk.portal
        home = portal.url.rstrip("/") + "/"
        for path in portal.feeds or walk.family.feeds:
            yield self._request(walk, urljoin(home, path), self.parse_feed, FEED)
        for path in portal.sections:
            yield self._listing(walk, urljoin(home, path))
        if not portal.sections:
            yield self._request(walk, home, self.parse_home, FEED)
        first_time = not self.known or not self.known(portal.url, None)
        if self.full or first_time:
            for path in portal.sitemaps:
                yield self._request(walk, urljoin(home, path), self.parse_sitemap, SITEMAP)

    def _request(self, walk: Walk, url: str, callback: Any, priority: int, **kwargs: Any) -> Request:
        walk.first(canonical(url))
        return Request(
            url,
            callback=callback,
            errback=self.failed,
            priority=priority,
            meta={"run_id": walk.run_id, "portal": walk.portal.url},
            cb_kwargs={"walk": walk, **kwargs},
        )

    def _listing(self, walk: Walk, url: str, **kwargs: Any) -> Request:
        return self._request(walk, url, self.parse_listing, LISTING, **kwargs)

    # -- listings, feeds, sitemaps

    def parse_home(self, response: Response, walk: Walk) -> Iterator[Any]:
        """The home page: articles, announced feeds, the sections that its menus name, robots.txt's sitemaps."""
        if not self._answered(response, walk):
            return
        tree = parse(response.body, headers(response)).tree
        known_feeds = {canonical(urljoin(response.url, p)) for p in walk.family.feeds}
        for feed in feeds_of(tree, response.url):
            if (
                same_site(feed, response.url)
                and canonical(feed) not in known_feeds
                and walk.first(canonical(feed))
            ):
                yield self._request(walk, feed, self.parse_feed, FEED)
        links = walk.family.links(Listing(tree, response.url))
        yield from self._articles(walk, links)
        articles = {link.url for link in links}
        sections = 0
        for address, _text, _element in anchors(tree, response.url):
            if sections >= MAX_SECTIONS:
                break
            if not same_site(address, response.url) or print_view(address):
                continue
            target = canonical(address)
            if target in articles or not looks_like_section(target) or looks_like_article(target, _text):
                continue
            if self._passes(walk, target) and walk.first(target):
                sections += 1
                yield self._listing(walk, target)
        named = getattr(self, "sitemaps_of", lambda url: [])(response.url)
        if self.full or not self.known or not self.known(walk.portal.url, None):
            paths = [] if walk.portal.sitemaps else (named or walk.family.sitemaps)
            for path in paths:
                target = urljoin(response.url, path)
                if walk.first(canonical(target)):
                    yield self._request(walk, target, self.parse_sitemap, SITEMAP)

    def parse_listing(
        self, response: Response, walk: Walk, number: int = 1, state: dict[str, str] | None = None,
        category: str | None = None, idle: int = 0, address: str | None = None,
    ) -> Iterator[Any]:  # fmt: skip
        """One page of a section: its articles, and the next page while this one holds anything new."""
        if not self._answered(response, walk):
            return
        tree = parse(response.body, headers(response)).tree
        category = category or _listing_name(tree)
        listing = Listing(tree, address or response.url, number, state or {}, category)
        links = walk.family.links(listing)
        fresh = sum(1 for link in links if hash(link.url) not in walk.seen)
        wanted = list(self._articles(walk, links))
        yield from wanted
        # a full walk ends where a page shows nothing that this run has not met; a nightly one, where all is known
        idle = 0 if (fresh if self.full else wanted) else idle + 1
        if idle > (0 if self.full else PATIENCE - 1) or self._enough(walk) or not links:
            return
        following = walk.family.next_page(listing)
        if following is not None and self._passes(walk, following.url):
            yield self._turn(walk, following, listing, category, idle)

    def _turn(
        self, walk: Walk, following: NextPage, listing: Listing, category: str | None, idle: int
    ) -> Request:
        kwargs = {
            "walk": walk,
            "number": following.number,
            "state": following.state,
            "category": category,
            "idle": idle,
        }
        if following.form is None:
            return self._listing(walk, following.url, **{k: v for k, v in kwargs.items() if k != "walk"})
        return FormRequest(
            following.url,
            formdata=following.form,
            callback=self.parse_listing,
            errback=self.failed,
            priority=LISTING,
            headers={"X-Requested-With": "XMLHttpRequest", "Referer": listing.url},
            meta={"run_id": walk.run_id, "portal": walk.portal.url},
            cb_kwargs={**kwargs, "address": listing.url},
        )

    def parse_feed(self, response: Response, walk: Walk) -> Iterator[Any]:
        """A feed: the newest articles with their exact dates."""
        if not self._answered(response, walk):
            return
        links = [link for link in read_feed(response.body) if same_site(link.url, walk.portal.url)]
        walk.fed.update((link.url, link) for link in links)
        yield from self._articles(walk, links)

    def parse_sitemap(self, response: Response, walk: Walk) -> Iterator[Any]:
        """A sitemap or an index of them; only addresses that look like articles are taken."""
        if not self._answered(response, walk):
            return
        pages, children = read_sitemap(response.body)
        pattern = walk.family.article
        yield from self._articles(
            walk,
            [
                link
                for link in pages
                if same_site(link.url, walk.portal.url)
                and (pattern.search(link.url) if pattern else looks_like_article(link.url))
            ],
        )
        for child in children:
            if (
                walk.sitemaps < MAX_SITEMAPS
                and same_site(child, walk.portal.url)
                and walk.first(canonical(child))
            ):
                walk.sitemaps += 1
                yield self._request(walk, child, self.parse_sitemap, SITEMAP)

    # -- articles

    def _articles(self, walk: Walk, links: Iterable[Link]) -> Iterator[Request]:
        """Requests for those of `links` that are new, may have changed or, in a full run, were not met yet."""
        candidates = [link for link in links if self._passes(walk, link.url) and walk.first(link.url)]
        if not candidates:
            return
        known = self.known(walk.portal.url, [link.url for link in candidates]) if self.known else {}
        now = datetime.now(UTC)
        for link in candidates:
            before = known.get(link.url)
            if before is not None and not self.full and not _again(before, now):
                continue
            if self._enough(walk):
                return
            walk.asked += 1
            request = self._request(
                walk, link.url, self.parse_article, ARTICLE, link=walk.fed.get(link.url, link)
            )
            if before is not None:
                request.meta["known"] = before
                if before.etag:
                    request.headers["If-None-Match"] = before.etag
                if before.last_modified:
                    request.headers["If-Modified-Since"] = before.last_modified
            yield request

    def parse_article(self, response: Response, walk: Walk, link: Link) -> Iterator[Any]:
        """A fetched article page, handed to the pipelines; or how its URL ended."""
        known = response.meta.get("known")
        asked = link.url
        url = canonical(response.url)
        fetched_at = response.meta.get("fetched_at") or datetime.now(UTC)

        def sighting(outcome: Outcome, reason: str) -> Sighting:
            return Sighting(
                asked, self.district.id, walk.portal.url, walk.run_id, fetched_at, outcome, reason
            )

        if response.status == 304:
            yield sighting(Outcome.UNCHANGED, "not_modified")
            return
        if response.status != 200:
            outcome, reason = of_status(response.status)
            if outcome is Outcome.GONE and known is not None:
                yield sighting(outcome, reason)
            else:
                report(self.crawler, walk.portal.url, asked, outcome, reason)
            return
        if url != asked and not _same_page(url, asked):
            if _is_home(url, walk.portal.url):
                if known is not None:
                    yield sighting(Outcome.GONE, "redirect_home")
                else:
                    report(self.crawler, walk.portal.url, asked, Outcome.GONE, "redirect_home")
                return
            report(self.crawler, walk.portal.url, asked, Outcome.REDIRECTED, "")
            if not walk.first(url):
                return
        else:
            url = asked
        kind = headers(response).get("content-type", "")
        if kind and not any(t in kind for t in ("html", "xml", "text/plain")):
            report(self.crawler, walk.portal.url, url, Outcome.NOT_AN_ARTICLE, "no_html")
            return
        yield RawPage(
            url=url,
            body=response.body,
            fetched_at=fetched_at,
            status=response.status,
            headers=headers(response),
            district_id=self.district.id,
            portal=walk.portal.url,
            run_id=walk.run_id,
            capture=response.meta.get("capture"),
            hints=replace(
                walk.hints,
                listing_title=link.title or None,
                listing_date=None if link.from_feed else link.date,
                listing_category=link.category,
                feed_date=link.date if link.from_feed else None,
            ),
        )

    # -- what stands in the way

    def _enough(self, walk: Walk) -> bool:
        return self.limit is not None and walk.asked >= self.limit

    def _passes(self, walk: Walk, url: str) -> bool:
        """Whether `url` may be followed; a trap or print view is counted once, by name."""
        name = trap(url) or ("print_view" if print_view(url) else None)
        if name and walk.first(url):
            report(self.crawler, walk.portal.url, url, Outcome.BLOCKED, name)
        return name is None

    def _answered(self, response: Response, walk: Walk) -> bool:
        """Whether a listing, feed or sitemap came; its outcome is reported either way."""
        if response.status == 200:
            report(self.crawler, walk.portal.url, response.url, Outcome.LISTING, "")
            return True
        outcome, reason = of_status(response.status)
        report(self.crawler, walk.portal.url, response.url, outcome, reason)
        return False

    def failed(self, failure: Failure) -> None:
        """A request that got no response: refused by us, by robots.txt, or lost on the way."""
        request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        outcome, reason = of_failure(failure)
        report(self.crawler, request.meta.get("portal", ""), request.url, outcome, reason)


def headers(response: Response) -> dict[str, str]:
    """The response's headers with lower-case names; bytes that are no ASCII are read as Latin-1."""
    return {
        name.decode("latin-1").lower(): values[-1].decode("latin-1")
        for name, values in response.headers.items()
        if values
    }


def _again(known: Any, now: datetime) -> bool:
    """Whether a known URL is due: a revisit by age, or a page that failed and was no article when last seen."""
    if known.status is None:
        return (
            known.outcome not in ("not_an_article", "gone", "blocked")
            and now - known.last_seen_at > now - now
        )
    return due(known.first_seen_at or known.last_seen_at, known.last_seen_at, now)


def _same_page(a: str, b: str) -> bool:
    """Whether two canonical URLs differ in scheme, www. or a trailing slash only."""
    bare = [u.split("://", 1)[-1].removeprefix("www.").rstrip("/") for u in (a, b)]
    return bare[0] == bare[1]


def _is_home(url: str, portal: str) -> bool:
    path = urlsplit(url).path.rstrip("/").lower()
    return same_site(url, portal) and path in (
        "",
        "/vi",
        "/trang-chu",
        "/home",
        "/index.html",
        "/default.aspx",
        "/pages/default.aspx",
    )


def _listing_name(tree: Any) -> str | None:
    """What a listing calls itself: its only h1, else its last breadcrumb."""
    names = [visible("".join(h.itertext())) for h in tree.iter("h1")]
    if len(names) == 1 and 2 < len(names[0]) <= 60:
        return names[0]
    crumbs = tree.xpath(
        "//*[contains(@class,'breadcrumb')]//*[self::a or self::li or self::span][normalize-space()][last()]"
    )
    name = visible("".join(crumbs[-1].itertext())) if crumbs else ""
    return name if 2 < len(name) <= 60 else None

"""The spider of a district: walks the listings, feeds and sitemaps of its portals and yields what it fetched.

It knows no site; the family and the registry tell it. What was kept before it asks the archive, listing by
listing, so a run that was killed goes on where it was, and a nightly run stops where all is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode, urljoin, urlsplit

from scrapy import Request, Spider

from crawler.families import family, hints_of
from crawler.families.base import Listing
from crawler.feeds import feeds_of, read_feed, read_sitemap
from crawler.frontier import request_failed
from crawler.links import Link, anchors, section
from crawler.locks import hold_or_leave
from crawler.notices import leads_on, notice
from crawler.outcomes import listing_missed, listing_read, of_failure, of_status, report, told_of
from crawler.paging import NextPage
from crawler.requests import posting
from crawler.responses import asked, headers, is_home, judge
from crawler.tally import STOPPED
from crawler.tls import VERIFY
from crawler.urls import canonical, print_view, same_site, trap
from crawler.walk import Walk, listing_name, told
from pipelines.items import Outcome, RawPage, Sighting
from pipelines.kinds import before_reading
from pipelines.page import parse
from storage.records import Known

if TYPE_CHECKING:
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

    from crawler.entries import District

FEED, LISTING, SITEMAP, ARTICLE = 30, 0, -10, 20  # Scrapy priorities: dates of a feed first, then articles
MAX_SECTIONS = 80  # listing pages taken from a home page; a mega-menu of communes has more, none with news
MAX_SITEMAPS = 50
NO_DELAY = 0.001  # seconds: without any, Scrapy 2.19 starts all that waits before it counts what runs
_ROLES = {"parse_article": "article", "parse_feed": "feed", "parse_sitemap": "feed"}
MAX_HOPS = 2  # home pages that only lead on: a choice of language, then the entrance
PATIENCE = 3  # pages in a row that show nothing new to a deep walk: side boxes may have shown it before


class PortalSpider(Spider):
    """One district. Arguments: `full` (1: read everything again), `limit` (articles a portal at most)."""

    name = "portal"
    district: ClassVar[District]

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Gives each portal's host the pace that the registry sets; robots.txt may slow it further.

        Where another process crawls one of the portals, this one ends here, with status 2.
        """
        super().update_settings(settings)
        hold_or_leave(settings["HUYEN_DATA"], [p.url for p in cls.district.portals if p.crawlable])
        slots = {
            urlsplit(p.url).hostname: {"delay": p.delay or NO_DELAY, "concurrency": 1, "jitter": 0.0}
            for p in cls.district.portals
        }
        settings.set("DOWNLOAD_SLOTS", slots, priority="spider")
        hosts = {
            h: p.tls for p in cls.district.portals if p.tls != VERIFY for h in (p.url, *_urls(p.companions))
        }
        settings.set(
            "TLS_BY_HOST", {urlsplit(h).hostname: tls for h, tls in hosts.items()}, priority="spider"
        )

    def __init__(self, full: str = "", limit: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.full = str(full).lower() in ("1", "true", "yes")
        self.limit = int(limit) if limit else None
        self.portals = [p for p in self.district.portals if p.crawlable]
        hosts = [urlsplit(p.url).netloc.lower() for p in self.portals]
        self.allowed_hosts = {*hosts, *(c for p in self.portals for c in p.companions)}
        # Set by extensions before the first request. Portal URL -> its run, and whether its listings are
        # walked to their end; what the archive knows of some URLs; the sitemaps that robots.txt names.
        self.run_ids: dict[str, int] = {}
        self.deep: dict[str, bool] = {}
        self.tonight: dict[str, frozenset[str] | None] = {}
        self.revisits: Counter[str] = Counter()  # portal URL: known articles that were due and are asked
        self.known: Callable[[list[str]], Mapping[str, Known]] = lambda urls: {}
        self.walks: list[Walk] = []
        self.furniture: dict[str, dict[str, Any]] = {}  # portal URL: storage.furniture.known
        self.sitemaps_of: Callable[[str], Sequence[str]] = lambda url: ()
        self.taken_up: Callable[[Walk, list[Request]], Iterable[Request]] = lambda walk, seeds: seeds

    async def start(self) -> AsyncIterator[Any]:
        for portal in self.portals:
            walk = Walk(
                portal,
                family(portal.family),
                hints_of(portal),
                self.run_ids.get(portal.url),
                self.full or self.deep.get(portal.url, True),
                self.tonight.get(portal.url),
                self.full,
            )
            self.walks.append(walk)
            for request in self.taken_up(walk, list(self._entries(walk))):
                yield request

    def resumed(self, walk: Walk, stored: Sequence[Mapping[str, Any]]) -> Iterator[Request]:
        """The requests that crawler.frontier has `stored` of `walk`."""
        links = {one["url"]: Link(**one["link"]) for one in stored if one["kind"] == "article"}
        known = self.known([link.url for link in links.values()])
        for one in stored:
            if one["kind"] == "article":
                link = links[one["url"]]
                yield self._article(walk, link, known.get(link.url))
            else:
                callback = getattr(self, f"parse_{one['kind']}")
                request = self._request(walk, one["url"], callback, one["priority"], **one["args"])
                yield posting(request, one["form"]) if one.get("form") else request

    def _entries(self, walk: Walk) -> Iterator[Request]:
        portal = walk.portal
        home = portal.url.rstrip("/") + "/"
        for path in portal.feeds or walk.family.feeds:
            if portal.feeds or walk.asks(urljoin(home, path)):
                yield self._request(walk, urljoin(home, path), self.parse_feed, FEED)
        for path in portal.sections:
            yield self._listing(walk, urljoin(home, path))
        if not portal.sections:
            yield self._request(walk, home, self.parse_home, FEED)

    def _request(self, walk: Walk, url: str, callback: Any, priority: int, **kwargs: Any) -> Request:
        walk.first(canonical(url))
        return Request(
            url,
            callback=callback,
            errback=self.failed,
            priority=priority,
            meta={
                "run_id": walk.run_id,
                "portal": walk.portal.url,
                "role": _ROLES.get(callback.__name__, "listing"),
            },
            cb_kwargs={"walk": walk, **kwargs},
        )

    def _listing(self, walk: Walk, url: str, **kwargs: Any) -> Request:
        return self._request(walk, url, self.parse_listing, LISTING, **kwargs)

    # -- listings, feeds, sitemaps

    def parse_home(self, response: Response, walk: Walk) -> Iterator[Any]:
        """The home page: its articles, the feeds it announces, the sections that its menus name."""
        if not self._answered(response, walk):
            return
        tree = parse(response.body, headers(response)).tree
        for feed in feeds_of(tree, response.url):
            if walk.asks(feed):
                yield from self._once(walk, feed, self.parse_feed, FEED)
        links = walk.family.links(Listing(tree, response.url))
        onward = leads_on(tree, response.url) if not links else None
        if onward and same_site(onward, walk.portal.url) and walk.hops < MAX_HOPS:
            walk.hops += 1
            yield from self._once(walk, onward, self.parse_home, FEED)
            return
        if onward and not same_site(onward, walk.portal.url):
            told_of(self.crawler, response.request, onward, permanent=True)
        yield from self._links(walk, response, links, tree=tree)
        taken = {link.url for link in links}
        sections = (
            canonical(address) for address, text, _ in anchors(tree, response.url) if section(address, text)
        )
        requests = (
            r
            for url in sections
            if url not in taken and walk.asks(url)
            for r in self._once(walk, url, self.parse_listing, LISTING)
        )
        yield from islice(requests, MAX_SECTIONS)
        yield from self._sitemaps(walk, response)

    def _sitemaps(self, walk: Walk, response: Response) -> Iterator[Request]:
        """The sitemaps of a deep walk: the registry's, else robots.txt's, else where the family has them."""
        portal = walk.portal
        if not walk.deep or (portal.sections and not portal.sitemaps and not walk.family.sitemaps):
            return
        for path in portal.sitemaps or self.sitemaps_of(response.url) or walk.family.sitemaps:
            yield from self._once(walk, urljoin(response.url, path), self.parse_sitemap, SITEMAP)

    def _once(self, walk: Walk, url: str, callback: Any, priority: int) -> Iterator[Request]:
        """A request for `url` on the portal's own site, unless this run has met it or it is a trap."""
        if not same_site(url, walk.portal.url) or not self._passes(walk, canonical(url)):
            return
        if hash(canonical(url)) not in walk.seen:
            yield self._request(walk, url, callback, priority)

    def parse_listing(
        self, response: Response, walk: Walk, number: int = 1, state: dict[str, str] | None = None,
        category: str | None = None, address: str | None = None, idle: int = 0, top: str | None = None,
    ) -> Iterator[Any]:  # fmt: skip
        """One page of a section: its articles, and the next page while this one holds anything new."""
        if not self._answered(response, walk):
            return
        tree = parse(response.body, headers(response)).tree
        category = category or listing_name(tree)
        listing = Listing(tree, address or response.url, number, state or {}, category)
        links = walk.family.links(listing)
        fresh = sum(1 for link in links if hash(link.url) not in walk.seen)
        unknown = walk.unknown
        yield from self._links(walk, response, links, top=top, tree=tree if number == 1 else None)
        if number == 1:
            yield from self._sitemaps(walk, response)
        # a nightly walk ends at a page that is all known; a deep one where pages show nothing new to this run
        idle = 0 if (fresh if walk.deep else walk.unknown > unknown) else idle + 1
        if idle >= (PATIENCE if walk.deep else 1) or self._enough(walk):
            return
        following = walk.family.next_page(listing)
        if following is not None and self._passes(walk, following.url):
            yield self._turn(walk, following, listing, idle, top or asked(response))

    def _turn(self, walk: Walk, following: NextPage, listing: Listing, idle: int, top: str) -> Request:
        kwargs: dict[str, Any] = {
            "number": following.number,
            "state": following.state,
            "category": listing.category,
            "address": listing.url if following.form else None,
            "idle": idle,
            "top": top,
        }
        request = self._listing(walk, following.url, **kwargs)
        return request if following.form is None else posting(request, urlencode(following.form))

    def _links(
        self, walk: Walk, response: Response, links: list[Link], top: str | None = None, tree: Any = None
    ) -> Iterator[Request]:
        """Requests for the articles of a page of the listing that begins at `top`; tells what the page held.

        `tree` is given for the first page of a listing, to hear what the portal says of itself.
        """
        url = top or asked(response)
        own = sum(1 for link in links if hash(link.url) not in walk.seen)
        unknown = walk.unknown
        yield from self.again(walk, links)
        capture = response.meta["capture"]
        self.crawler.signals.send_catch_log(
            signal=listing_read, portal=walk.portal.url, url=url, links=len(links),
            new=walk.unknown - unknown, own=own, place=f"{capture.file}:{capture.offset}",
            notice=notice(tree, response.url) if tree is not None else None,
            feed=response.meta["role"] == "feed",
        )  # fmt: skip
        if not links and tree is not None:
            self._miss(walk.portal.url, url, before_reading(response.url, tree, len(response.body)) or "")
        elif is_home(canonical(response.url), walk.portal.url) and not is_home(url, walk.portal.url):
            self._miss(walk.portal.url, url, "redirect_home")

    def _miss(self, portal: str, url: str, reason: str) -> None:
        self.crawler.signals.send_catch_log(signal=listing_missed, portal=portal, url=url, reason=reason)

    def parse_feed(self, response: Response, walk: Walk) -> Iterator[Any]:
        """A feed: the newest articles with their exact dates."""
        if not self._answered(response, walk):
            return
        links = [link for link in read_feed(response.body) if same_site(link.url, walk.portal.url)]
        walk.fed.update((link.url, link) for link in links)
        yield from self._links(walk, response, links)

    def parse_sitemap(self, response: Response, walk: Walk) -> Iterator[Any]:
        """A sitemap or an index of them; only addresses that look like articles are taken."""
        if not self._answered(response, walk):
            return
        pages, children = read_sitemap(response.body)
        yield from self.again(
            walk,
            [
                link
                for link in pages
                if same_site(link.url, walk.portal.url) and walk.family.announces(link, response.url)
            ],
        )
        for child in children[: MAX_SITEMAPS - walk.sitemaps]:
            walk.sitemaps += 1
            yield from self._once(walk, child, self.parse_sitemap, SITEMAP)

    # -- articles

    def again(self, walk: Walk, links: Iterable[Link]) -> Iterator[Request]:
        """Requests for those of `links` that are new, may have changed or, in a full run, were not met."""
        candidates = [link for link in links if self._passes(walk, link.url) and walk.first(link.url)]
        if not candidates:
            return
        known = self.known([link.url for link in candidates])
        now = datetime.now(UTC)
        for link in candidates:
            before = known.get(link.url)
            if before is not None and not walk.wants(before, now):
                continue
            if self._enough(walk):
                return
            walk.asked += 1
            walk.unknown += before is None
            yield self._article(walk, walk.fed.get(link.url, link), before)

    def _article(self, walk: Walk, link: Link, before: Known | None) -> Request:
        """The request for the article that `link` leads to, conditional where the archive has it."""
        request = self._request(walk, link.url, self.parse_article, ARTICLE, link=link)
        request.meta["notes"] = partial(self._notes, walk, link)
        self.revisits[walk.portal.url] += before is not None
        if before is not None:
            request.meta["known"] = before
            if before.etag:
                request.headers["If-None-Match"] = before.etag
            if before.last_modified:
                request.headers["If-Modified-Since"] = before.last_modified
        return request

    def _notes(self, walk: Walk, link: Link, response: Response) -> dict[str, str]:
        """What is kept beside `response` in its WARC, so that a replay (crawler.replaying) reads it the same.

        `asked`: the URL of the link; `page`: that of the article which is read from it, if any.
        """
        notes = {"asked": link.url, "district": self.district.id, "portal": walk.portal.url, **told(link)}
        ended = judge(response, link.url, walk.portal.url)
        if ended is None:
            return notes | {"page": link.url}
        came = canonical(response.url)
        return notes | {"page": came} if ended[0] is Outcome.REDIRECTED and walk.first(came) else notes

    def parse_article(self, response: Response, walk: Walk, link: Link) -> Iterator[Any]:
        """A fetched article page, handed to the pipelines; or how its URL ended."""
        portal, fetched_at = walk.portal.url, response.meta["fetched_at"]
        ended = judge(response, link.url, portal)
        if ended and ended[0] in (Outcome.UNCHANGED, Outcome.GONE):
            yield Sighting(link.url, self.district.id, portal, walk.run_id, fetched_at, *ended)
            return
        if ended:
            report(self.crawler, portal, link.url, *ended)
        if "page" not in response.meta["page"]:
            return
        yield RawPage(
            url=response.meta["page"]["page"],
            body=response.body,
            fetched_at=fetched_at,
            status=response.status,
            headers=headers(response),
            district_id=self.district.id,
            portal=portal,
            run_id=walk.run_id,
            capture=response.meta["capture"],
            hints=replace(walk.hints, **told(link), **self.furniture.get(portal, {})),
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
        if _begins(response.request):
            self._miss(walk.portal.url, asked(response), reason)
        return False

    def failed(self, failure: Failure) -> None:
        """A request that got no response: refused by us, by robots.txt, or lost on the way."""
        request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        outcome, reason = of_failure(failure)
        portal = request.meta.get("portal", "")
        report(self.crawler, portal, request.url, outcome, reason)
        self.crawler.signals.send_catch_log(signal=request_failed, request=request, reason=reason)
        if _begins(request) and reason not in ("budget", STOPPED):
            self._miss(portal, canonical(request.meta.get("redirect_urls", [request.url])[0]), reason)


def _begins(request: Request | None) -> bool:
    """Whether a request was for the first page of a listing."""
    return request is not None and request.meta.get("role") == "listing" and not request.cb_kwargs.get("top")


def _urls(hosts: Iterable[str]) -> list[str]:
    return [f"//{host}" for host in hosts]

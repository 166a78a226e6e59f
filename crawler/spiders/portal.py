"""The spider of a district: walks the listings, feeds and sitemaps of its portals and yields what it fetched.

It knows no site; the family and the registry tell it. What was kept before it asks the archive, listing by
listing, so a run that was killed goes on where it was, and a nightly run stops where all is known.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlencode, urljoin

from crawler.discover.clocks import to_the_day
from crawler.discover.feeds import feeds_of, read_feed, read_sitemap
from crawler.discover.fragments import page_of
from crawler.discover.links import Link, plausible, set_aside
from crawler.discover.notices import leads_on, notice, only_words
from crawler.discover.order import MAX_WALK, Order, Shown, digest
from crawler.discover.paging import NextPage
from crawler.discover.sections import NAMED, left_over, named, news, sections
from crawler.discover.sitemaps import NIGHTLY, Turn, fresh, in_turn
from crawler.discover.urls import canonical, same_site
from crawler.families import family_of, hints_of
from crawler.families.base import Listing
from crawler.fetch.outcomes import listing_read, of_status, told_of
from crawler.fetch.responses import PAGE, asked, headers, is_home
from crawler.fetch.retries import posting
from crawler.fetch.robots import sitemaps_of
from crawler.spiders.articles import FEED, LISTING, SITEMAP, ArticleSpider
from crawler.spiders.walk import Walk, listing_name
from crawler.verdict.tally import PASSING
from pipelines.article.kinds import before_reading
from pipelines.html.parse import parse
from pipelines.items import article_kept
from storage.vocabulary import Outcome

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

MAX_SECTIONS = 80  # listing pages taken from a home page; a mega-menu of communes has more, none with news
MAX_SITEMAPS = 1_000  # files of a portal that one run reads: a file a month or a day is no trap yet
MAX_NESTED = 5  # indexes within indexes; the protocol knows none
MAX_HOPS = 2  # home pages that only lead on: a choice of language, then the entrance
PATIENCE = 3  # pages in a row that show nothing new to a deep walk: side boxes may have shown it before


class PortalSpider(ArticleSpider):
    """One district, from its home pages and listings on. Arguments as those of ArticleSpider."""

    name = "portal"

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.read, signal=article_kept)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        for portal in self.portals:
            walk = Walk(
                portal,
                family_of(portal.family, portal.article),
                hints_of(portal, self.district.code),
                self.run.run_ids.get(portal.url),
                self.full or self.run.deep.get(portal.url, True),
                self.run.tonight.get(portal.url),
                self.full,
                heard=self.limit is not None,  # a look at the listings has no end at which revisits are made
                orders=dict(self.run.orders.get(portal.url, {})),
            )
            for url in self.run.live(portal.url):
                walk.takes(url)
            self.walks.append(walk)
            for request in self._entries(walk):
                yield request

    def resumed(self, walk: Walk, stored: Sequence[Mapping[str, Any]]) -> Iterator[Request]:
        """Yields the requests that crawler.run.frontier has `stored` of `walk`."""
        links = {one["url"]: Link(**one["link"]) for one in stored if one["kind"] == "article"}
        known = self.run.known([link.url for link in links.values()])
        for one in stored:
            if one["kind"] == "article":
                link = links[one["url"]]
                yield self._article(walk, link, known.get(link.url))
            elif one["kind"] == "part":
                yield self.parts.request(walk, Link(**one["link"]), one["url"], **one["args"])
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

    def _listing(self, walk: Walk, url: str, **kwargs: Any) -> Request:
        return self._request(walk, url, self.parse_listing, LISTING, **kwargs)

    # -- listings, feeds, sitemaps

    def parse_home(self, response: Response, walk: Walk) -> Iterator[Any]:
        """Reads the home page: its articles, the feeds it announces, the sections that its menus name."""
        if not self._answered(response, walk):
            return
        tree = parse(response.body, headers(response)).tree
        for feed in feeds_of(tree, response.url):
            if walk.asks(feed):
                yield from self._once(walk, feed, self.parse_feed, FEED)
        listing = Listing(tree, response.url, places=walk.places.setdefault(asked(response), set()))
        links = walk.family.links(listing)
        fresh, unknown = sum(1 for link in links if hash(link.url) not in walk.seen), walk.unknown
        onward = leads_on(tree, response.url) if not links else None
        if onward and same_site(onward, walk.portal.url) and walk.hops < MAX_HOPS:
            walk.hops += 1
            yield from self._once(walk, onward, self.parse_home, FEED)
            return
        if onward and not same_site(onward, walk.portal.url):
            told_of(self.crawler, response.request, onward, permanent=True)
        yield from self._links(walk, response, links, tree=tree)
        if onward:
            yield from self._sitemaps(walk, response)
            return
        yield from self._sections(walk, sections(tree, response.url, {link.url for link in links}))
        yield from self._sitemaps(walk, response)
        yield from self._on(walk, response, listing, links, fresh, walk.unknown > unknown)

    def _sections(self, walk: Walk, found: Sequence[tuple[str, str]]) -> Iterator[Request]:
        """Requests for the sections that pages name: all on a deep walk, else those whose turn it is."""
        printed = {canonical(url): url for url, _ in found}
        new = {canonical(url): name for url, name in found if canonical(url) not in walk.sections}
        walk.sections |= new
        tonight = sorted(walk.tonight or ()) if not walk.deep else []
        for url in new if walk.deep or walk.tonight is None else tonight:
            if len(walk.walked) < MAX_SECTIONS and plausible(url) and not set_aside(url):
                walk.walked.add(url)
                yield from self._once(walk, printed.get(url, url), self.parse_listing, LISTING)

    def _sitemaps(self, walk: Walk, response: Response) -> Iterator[Request]:
        """Yields the registry's sitemaps, else robots.txt's, else the family's: all of a deep walk; else in
        turn.
        """
        portal = walk.portal
        if portal.sections and not portal.sitemaps and not walk.family.sitemaps:
            return
        paths = portal.sitemaps or sitemaps_of(self.run, response.url) or walk.family.sitemaps
        urls = [url for path in paths if same_site(url := urljoin(response.url, path), portal.url)]
        if walk.deep:
            for url in urls:
                yield from self._once(walk, url, self.parse_sitemap, SITEMAP)
        elif urls and not walk.sitemaps:
            yield from self._sitemap(walk, in_turn(urls, self.run.known([canonical(url) for url in urls])))

    def _sitemap(self, walk: Walk, turns: Sequence[Turn]) -> Iterator[Request]:
        """Yields a request for the first of `turns`, which hands the others on; before the listings, since it
        may spare their revisits.
        """
        for url, since in turns[:1]:
            walk.sitemaps += 1
            yield from self._once(walk, url, self.parse_sitemap, FEED, since=since, further=turns[1:])

    def _once(self, walk: Walk, url: str, callback: Any, priority: int, **kwargs: Any) -> Iterator[Request]:
        """Yields a request for `url` on the portal's own site, unless this run has met it or it is a trap."""
        if not same_site(url, walk.portal.url) or not self._passes(walk, canonical(url)):
            return
        if hash(canonical(url)) not in walk.seen:
            yield self._request(walk, url, callback, priority, **kwargs)

    def parse_listing(
        self, response: Response, walk: Walk, number: int = 1, state: dict[str, str] | None = None,
        category: str | None = None, address: str | None = None, idle: int = 0, top: str | None = None,
        before: str = "", tail: Mapping[str, Any] | None = None, whole: bool = False,
    ) -> Iterator[Any]:  # fmt: skip
        """Reads one page of a section: its articles, and the next page while this one holds anything new.

        `before` is a digest of the page before. `tail`: this page was the last one of a listing that does not
        begin with its newest (crawler.discover.order), and where that goes on after its first page. `whole`:
        every page of it is read.
        """
        if not self._answered(response, walk):
            return
        tree = parse(page_of(response.body) or response.body, headers(response)).tree
        category = category or listing_name(tree, response.url) or walk.sections.get(asked(response))
        places = walk.places.setdefault(top or asked(response), set())
        listing = Listing(tree, address or response.url, number, state or {}, category, places)
        links = walk.family.links(listing)
        fresh = sum(1 for link in links if hash(link.url) not in walk.seen)
        unknown = walk.unknown
        found = list(self._links(walk, response, links, top=top, tree=tree if number == 1 else None))
        if number == 1 and walk.unknown > unknown:
            yield from self._section_feed(walk, tree, response.url)
        yield from found
        if number == 1:
            yield from self._sitemaps(walk, response)
            walk.left[asked(response)] = left_over(tree, response.url, {link.url for link in links})
            if walk.deep and not walk.portal.sections:
                yield from self._sections(walk, self._below(tree, response.url, links))
        new = walk.unknown > unknown
        yield from self._on(walk, response, listing, links, fresh, new, top, idle, before, tail, whole)

    def _section_feed(self, walk: Walk, tree: Any, url: str) -> Iterator[Request]:
        """Yields a request for the first feed that a section with news announces, where its family's tell
        more than the section.
        """
        name = walk.family.section_feeds
        for feed in [feed for feed in feeds_of(tree, url) if name and name in feed][:1]:
            yield from self._once(walk, feed, self.parse_feed, FEED)

    def _below(self, tree: Any, url: str, links: Sequence[Link]) -> list[tuple[str, str]]:
        """The sections that a listing names: those that sound like news, and its articles' categories."""
        found = sections(tree, url, {link.url for link in links})
        return [*((url, name) for url, name in found if news(url, name)), *named(tree, url)]

    def _on(
        self, walk: Walk, response: Response, listing: Listing, links: list[Link], fresh: int, new: bool,
        top: str | None = None, idle: int = 0, before: str = "", tail: Mapping[str, Any] | None = None,
        whole: bool = False,
    ) -> Iterator[Request]:  # fmt: skip
        """The request for the page after `listing`, or for where else its news may stand."""
        number = listing.number
        # a nightly walk ends at a page that is all known; a deep one where pages show nothing new to this run
        top = top or asked(response)
        idle = 0 if (fresh if walk.deep else new) else idle + 1
        held = digest(link.url for link in links)
        if self._enough(walk) or (number > 1 and (held == before or self._led_back(response, top))):
            return  # the last page comes again, or leads back to the first
        posted = response.request is not None and response.request.method == "POST"
        address = "" if posted else response.request.url if response.request else response.url
        walk.shown.setdefault(top, Shown()).add(number, address, [link.url for link in links])
        following = walk.family.next_page(listing)
        if following is not None and not self._passes(walk, following.url):
            following = None
        order = walk.orders.get(top, Order())
        if tail is not None:
            if following is not None:
                yield self._turn(walk, following, listing, 0, top, before=held, whole=True)
            if not new and held != order.digest:
                yield from self._whole(walk, listing, top, tail)
            return
        if not walk.deep and order.mixed and number == 1 and idle:
            yield from self._tail(walk, listing, top, order, following)
            return
        reach = MAX_WALK if whole else 1 if walk.deep else order.front
        if following is not None and (idle < (PATIENCE if walk.deep else 1) or number < reach):
            yield self._turn(walk, following, listing, idle, top, before=held, whole=whole)

    def _led_back(self, response: Response, top: str) -> bool:
        """Returns whether a further page of a listing was answered with its first one, or with the
        home page.
        """
        came = canonical(response.url)
        return came != asked(response) and (came == top or is_home(came, top))

    def _tail(
        self, walk: Walk, listing: Listing, top: str, order: Order, following: NextPage | None
    ) -> Iterator[Request]:
        """Yields where to look on in a listing whose first page is all known, and whose newest are not
        there.
        """
        second = (
            {} if following is None or following.form else {"url": following.url, "state": following.state}
        )
        if order.url and order.last > 2:
            kwargs = {"number": order.last, "top": top, "category": listing.category, "tail": second}
            yield self._listing(walk, order.url, **kwargs)
        elif following is not None:
            yield self._turn(walk, following, listing, 0, top, whole=True)

    def _whole(self, walk: Walk, listing: Listing, top: str, second: Mapping[str, Any]) -> Iterator[Request]:
        """Yields the pages of a listing from its second on: its last page has changed, so something was
        added.
        """
        if second:
            following = NextPage(second["url"], 2, None, dict(second.get("state") or {}))
            yield self._turn(walk, following, listing, 0, top, whole=True)

    def _turn(
        self, walk: Walk, following: NextPage, listing: Listing, idle: int, top: str, **more: Any
    ) -> Request:
        kwargs: dict[str, Any] = {
            **more,
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
        for link in links:
            if link.url in walk.bare:  # it was taken for a section, and is an article after all
                walk.bare.discard(link.url)
                walk.seen.discard(hash(link.url))
        own = sum(1 for link in links if hash(link.url) not in walk.seen)
        unknown = walk.unknown
        yield from self.again(walk, links)
        capture = response.meta["capture"]
        self.crawler.signals.send_catch_log(
            signal=listing_read, portal=walk.portal.url, url=url, links=len(links),
            new=walk.unknown - unknown, own=own, place=f"{capture.file}:{capture.offset}",
            notice=notice(tree, response.url) if tree is not None else None,
            feed=response.meta["role"] == "feed",
            said=only_words(tree) if tree is not None and not links else None,
        )  # fmt: skip
        if not links and tree is not None:
            walk.bare.add(url)
            self._miss(walk.portal.url, url, before_reading(response.url, tree, len(response.body)) or "")
        elif is_home(canonical(response.url), walk.portal.url) and not is_home(url, walk.portal.url):
            self._miss(walk.portal.url, url, "redirect_home")

    def parse_article(self, response: Response, walk: Walk, link: Link) -> Iterator[Any]:
        """A fetched article page; on a deep walk, the sections, too, that it names as its own."""
        yield from super().parse_article(response, walk, link)
        if walk.deep and not walk.portal.sections and response.status in PAGE and NAMED.search(response.body):
            tree = parse(response.body, headers(response)).tree
            yield from self._sections(walk, named(tree, response.url))

    def read(self, portal: str, url: str, outcome: Outcome, reason: str) -> None:
        """Walks a page as a listing that was asked as an article and shows a list."""
        walk = next((walk for walk in self.walks if walk.portal.url == portal), None)
        if walk is None or outcome != Outcome.NOT_AN_ARTICLE:
            return
        walk.named.discard(hash(url))
        if reason != "section_front" or walk.portal.sections or not self.crawler.engine:
            return
        if url not in walk.walked and len(walk.walked) < MAX_SECTIONS:
            walk.walked.add(url)
            self.crawler.engine.crawl(self._listing(walk, url).replace(dont_filter=True))

    def parse_feed(self, response: Response, walk: Walk) -> Iterator[Any]:
        """Reads a feed: the newest articles with their exact dates."""
        if not self._answered(response, walk):
            return
        now = response.meta["fetched_at"]
        links = [
            link
            for link in to_the_day(read_feed(response.body, response.url), now)
            if same_site(link.url, walk.portal.url)
        ]
        walk.fed.update((link.url, link) for link in links)
        walk.hear(links, now)
        yield from self._links(walk, response, links)

    def parse_sitemap(
        self, response: Response, walk: Walk, since: str = "", further: Sequence[Turn] = (), depth: int = 0
    ) -> Iterator[Any]:
        """Reads a sitemap or an index of them; only addresses that look like articles are taken.

        A night reads what changed after `since`, when this one was read last, and goes on to `further` ones
        while they pay or were never read.
        """
        if not self._answered(response, walk):
            walk.cut = walk.cut or of_status(response.status)[1].startswith(PASSING)
            yield from self._sitemap(walk, further) if walk.sitemaps < NIGHTLY else ()
            return
        pages, children = read_sitemap(response.body, response.url)
        links = [
            link
            for link in pages
            if same_site(link.url, walk.portal.url) and walk.family.announces(link, response.url)
        ]
        now = response.meta["fetched_at"]
        walk.hear(links, now)
        walk.mapped = walk.mapped or bool(links)
        if since:
            links = [link for link in links if walk.news(link.url, datetime.fromisoformat(since))]
        before = walk.asked
        yield from self.again(walk, links)
        children = [child for child in children if same_site(child.url, walk.portal.url)]
        children = children if depth < MAX_NESTED else []
        if walk.deep:
            walk.cut = walk.cut or walk.sitemaps + len(children) > MAX_SITEMAPS
            for child in children[: max(0, MAX_SITEMAPS - walk.sitemaps)]:
                walk.sitemaps += 1
                yield from self._once(walk, child.address, self.parse_sitemap, SITEMAP, depth=depth + 1)
            return
        turns = [*fresh(children, self.run.known([child.url for child in children]), now), *further]
        pays = walk.asked > before or (turns and not turns[0][1])
        if walk.sitemaps < (MAX_SITEMAPS if pays else NIGHTLY):
            yield from self._sitemap(walk, turns)

"""What every spider of a district does: asks for article pages and hands on what came of them.

It knows no site; where the links come from is the business of crawler.spiders.portal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy import Request, Spider

from crawler.discover.links import Link, link_to
from crawler.discover.notices import sends_on
from crawler.discover.urls import as_printed, canonical, print_view, same_site, trap
from crawler.fetch.hosts import hosts_of, settings_of
from crawler.fetch.outcomes import listing_missed, of_failure, of_status, report, request_failed
from crawler.fetch.responses import PAGE, asked, headers, is_home, judge, same_page, told_file
from crawler.locks import hold_or_leave
from crawler.spiders.parts import Parts, begins
from crawler.spiders.walk import Walk, told
from crawler.verdict.tally import BARRED, PASSING, STOPPED
from pipelines.context import RunContext, context_of
from pipelines.files.sniff import is_file
from pipelines.html.documents import document_type
from pipelines.items import Hints, RawPage
from storage.articles.furniture import NO_CUTS
from storage.records import LIVE, Known, Sighting
from storage.vocabulary import Outcome

if TYPE_CHECKING:
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

    from crawler.registry.entries import District

FEED, LISTING, SITEMAP, ARTICLE = 30, 0, -10, 20  # Scrapy priorities: dates of a feed first, then articles
_FAR = (25, 100, 1_000)  # places in a listing from which on links wait: what a budget cuts off stands last
_ROLES = {"parse_article": "article", "parse_part": "article", "parse_feed": "feed", "parse_sitemap": "feed"}
_NO_PAGE = (Outcome.GONE, Outcome.REDIRECTED, Outcome.NOT_AN_ARTICLE, Outcome.FILE)


class ArticleSpider(Spider):
    """One district's articles. Arguments: `full` (1: read everything again), `limit` (articles a portal)."""

    name = "articles"
    district: ClassVar[District]

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Gives each portal's host the pace that the registry sets; robots.txt may slow it further.

        Where another process crawls one of the portals, this one ends here, with status 2.
        """
        super().update_settings(settings)
        portals = [portal.url for portal in cls.district.portals if portal.crawlable]
        patience = settings.getfloat("HUYEN_DATABASE_RETRY_SECONDS", 60.0)
        hold_or_leave(settings["HUYEN_DATA"], settings["HUYEN_DATABASE_URL"], portals, patience)
        for name, value in settings_of(cls.district.portals).items():
            settings.set(name, value, priority="spider")

    def __init__(self, full: str = "", limit: str = "", seen: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.full = str(full).lower() in ("1", "true", "yes")
        self.limit = int(limit) if limit else None
        # `seen`: without the portals that nobody has looked at.
        self.portals = [
            p for p in self.district.portals if p.crawlable and not (seen and p.status == "unseen")
        ]
        self.allowed_hosts = hosts_of(self.portals)
        self.walks: list[Walk] = []
        self.parts = Parts(self)

    @property
    def run(self) -> RunContext:
        """What this run shares with its other parts."""
        return context_of(self.crawler)

    def _request(self, walk: Walk, url: str, callback: Any, priority: int, **kwargs: Any) -> Request:
        walk.first(canonical(url))
        return Request(
            as_printed(url),
            callback=callback,
            errback=self.failed,
            priority=priority,
            meta={
                "run_id": walk.run_id,
                "portal": walk.portal.url,
                "role": _ROLES.get(callback.__name__, "listing"),
                "verbatim_url": True,  # Scrapy's own quoting would change it
            },
            cb_kwargs={"walk": walk, **kwargs},
        )

    def again(self, walk: Walk, links: Iterable[Link]) -> Iterator[Request]:
        """Requests for those of `links` that are new, may have changed or, in a full run, were not met."""
        links = map(walk.stands, links)
        candidates = [link for link in links if self._passes(walk, link.url) and walk.meets(link.url)]
        if not candidates:
            return
        known = self.run.known([link.url for link in candidates])
        now = datetime.now(UTC)
        for place, link in enumerate(candidates):
            before = known.get(link.url)
            if before is None and walk.stands(link).url != link.url:
                continue  # the same listing links it under another address
            if before is None or before.status is not None:
                walk.named.add(hash(link.url))
            if before is not None and not walk.wants(before, now):
                walk.passed.add(link.url)
                if before.status == LIVE:
                    walk.held.add(hash(link.url))
                continue
            if self._enough(walk):
                continue
            walk.passed.discard(link.url)
            walk.held.discard(hash(link.url))
            walk.named.add(hash(link.url))
            walk.takes(link.url)
            walk.asked += 1
            walk.unknown += before is None
            request = self._article(walk, walk.fed.get(link.url, link), before)
            request.priority -= sum(place >= far for far in _FAR)
            yield request

    def _article(self, walk: Walk, link: Link, before: Known | None) -> Request:
        """Returns the request for the article that `link` leads to, conditional where the archive has it."""
        request = self._request(walk, link.address, self.parse_article, ARTICLE, link=link)
        request.meta["notes"] = partial(self._notes, walk, link)
        self.run.revisits[walk.portal.url] += before is not None
        if before is not None:
            request.meta["known"] = before
            if before.partial:  # its further pages are asked even where this one did not change
                return request
            if before.etag:
                request.headers["If-None-Match"] = before.etag
            if before.last_modified:
                request.headers["If-Modified-Since"] = before.last_modified
        return request

    def _notes(self, walk: Walk, link: Link, response: Response) -> dict[str, str]:
        """Returns what is kept beside `response` in its WARC, so that a replay (crawler.reread.replay) reads
        it the same.

        `asked`: the URL of the link; `page`: that of the article which is read from it, if any; `leads`: the
        address to which a page without text sends its readers.
        """
        link = response.meta["link"] = walk.fed.get(link.url, link)  # a feed may have come since
        notes = {"asked": link.url, "district": self.district.id, "portal": walk.portal.url, **told(link)}
        ended = judge(response, link.url, walk.portal.url, file=told_file(notes))
        if ended is None:
            onward = self._onward(walk, response)
            if onward:
                return notes | {"leads": onward}
            notes |= {"page": link.url}
        else:
            if _held_file(response, ended):
                return notes | {"stands": link.url}
            came = canonical(response.url)
            if ended[0] is not Outcome.REDIRECTED or not walk.first(came):
                return notes
            notes |= {"page": came}
        known = response.request.meta.get("known") if response.request else None
        return begins(response, notes, known, full=walk.full)

    def parse_article(self, response: Response, walk: Walk, link: Link) -> Iterator[Any]:
        """Hands a fetched article page to the pipelines, or reports how its URL ended."""
        portal, fetched_at = walk.portal.url, response.meta["fetched_at"]
        link = response.meta["link"]
        ended = judge(response, link.url, portal, file=told_file(response.meta["page"]))
        if url := response.meta["page"].get("stands"):
            seen = (self.district.id, portal, walk.run_id, fetched_at, Outcome.UNCHANGED, "same_bytes")
            yield Sighting(url, *seen)
            return
        if ended and ended[0] in _NO_PAGE:
            walk.named.discard(hash(link.url))
        if ended and ended[0] in (Outcome.UNCHANGED, Outcome.GONE):
            yield Sighting(link.url, self.district.id, portal, walk.run_id, fetched_at, *ended)
            return
        if ended:
            report(self.crawler, portal, link.url, *ended)
            if ended[0] is Outcome.REDIRECTED and "known" in response.meta:
                self.run.landings[portal][canonical(response.url)] += 1
        if onward := response.meta["page"].get("leads"):
            report(self.crawler, portal, link.url, Outcome.REDIRECTED, "")
            led = link_to(onward, link.title, link.date, link.category, from_feed=link.from_feed)
            for request in self.again(walk, [led] if led else []):
                request.meta["led"] = True
                yield request
            return
        if "continues" in response.meta["page"]:
            yield self.parts.first(response, walk, link)
            return
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
            hints=self.hints(walk, link),
        )

    def parse_part(
        self, response: Response, walk: Walk, link: Link, article: str, chain: list[dict[str, Any]],
        otherwise: str = "",
    ) -> Iterator[Any]:  # fmt: skip
        """Asks for the next page of an article in several, or hands all of them on."""
        yield from self.parts.read(response, walk, link, article, chain)

    def part_failed(self, failure: Failure) -> Iterator[Any]:
        """Reports a further page that did not come, and hands on those that did."""
        self.failed(failure)
        yield from self.parts.failed(failure)

    def hints(self, walk: Walk, link: Link) -> Hints:
        """Returns what is known of the page that `link` leads to."""
        cuts = self.run.furniture.get(walk.portal.url, NO_CUTS)
        return replace(walk.hints, **told(link), **cuts)

    def _onward(self, walk: Walk, response: Response) -> str | None:
        """Returns where on the same site a page sends its readers by other means than a redirect; followed
        once.
        """
        if response.request is None or "led" in response.request.meta:
            return None
        target = sends_on(response.body, headers(response), response.url)
        if target is None or not same_site(target, walk.portal.url) or is_home(target, walk.portal.url):
            return None
        link = link_to(target)
        return target if link and not same_page(link.url, canonical(response.url)) else None

    # -- what stands in the way

    def _enough(self, walk: Walk) -> bool:
        return self.limit is not None and walk.asked >= self.limit

    def _passes(self, walk: Walk, url: str) -> bool:
        """Returns whether `url` may be followed; a trap or print view is counted once, by name."""
        name = trap(url) or ("print_view" if print_view(url) else None)
        if name and walk.first(url):
            report(self.crawler, walk.portal.url, url, Outcome.BLOCKED, name)
        return name is None

    def _answered(self, response: Response, walk: Walk) -> bool:
        """Returns whether a listing, feed or sitemap came; its outcome is reported either way."""
        if response.status in PAGE:
            report(self.crawler, walk.portal.url, response.url, Outcome.LISTING, "")
            return True
        outcome, reason = of_status(response.status)
        report(self.crawler, walk.portal.url, response.url, outcome, reason)
        if _begins(response.request):
            self._miss(walk.portal.url, asked(response), reason)
        elif outcome is not Outcome.GONE:
            _tear(walk, response.request, reason)
        return False

    def failed(self, failure: Failure) -> None:
        """Reports a request that got no response: refused by us, by robots.txt, or lost on the way."""
        request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        outcome, reason = of_failure(failure)
        portal = request.meta.get("portal", "")
        report(self.crawler, portal, request.url, outcome, reason)
        self.crawler.signals.send_catch_log(signal=request_failed, request=request, reason=reason)
        walk = request.cb_kwargs.get("walk")
        if walk is not None and request.meta["role"] == "feed" and reason.startswith(PASSING):
            walk.cut = True
        if walk is not None and not _begins(request) and reason not in ("budget", STOPPED):
            _tear(walk, request, reason)
        if _begins(request) and reason not in ("budget", STOPPED):
            self._miss(portal, canonical(request.meta.get("redirect_urls", [request.url])[0]), reason)

    def _miss(self, portal: str, url: str, reason: str) -> None:
        self.crawler.signals.send_catch_log(signal=listing_missed, portal=portal, url=url, reason=reason)


def _held_file(response: Response, ended: tuple[Outcome, str]) -> bool:
    """Returns whether an article that is a file was asked again without its listing: it stands there."""
    known = response.request.meta.get("known") if response.request else None
    if known is None or known.status != LIVE or ended[1] != "no_html":
        return False
    return document_type(known.url) is not None and is_file(response.body)


def _tear(walk: Walk, request: Request | None, reason: str) -> None:
    """Notes that a further page of a listing did not come: what lies behind it is not read."""
    if request is None or request.meta.get("role") != "listing":
        return
    walk.torn[request.cb_kwargs["top"]] = request.cb_kwargs.get("number", 2) - 1, reason
    walk.cut = walk.cut or reason != BARRED


def _begins(request: Request | None) -> bool:
    """Returns whether a request was for the first page of a listing."""
    return request is not None and request.meta.get("role") == "listing" and not request.cb_kwargs.get("top")

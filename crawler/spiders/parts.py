"""Articles in several pages: the spider asks for the further ones, one after the other, and hands on all.

What it found is noted beside each record, so a replay puts the same article together and reads no pager:
`continues` is the address of the next page, `article` the URL of the first, `parts` the pages before, `page`
stands where the article is complete, or will not be.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from crawler.discover.urls import canonical, same_site, trap
from crawler.fetch.outcomes import of_failure, report
from crawler.fetch.parts import Step, body_of, holds, lines_of, step_of, whole_page
from crawler.fetch.responses import PAGE, REDIRECTS, headers, judge, same_page
from crawler.spiders.walk import Walk, told
from crawler.verdict.tally import PASSING, STOPPED
from pipelines.article.kinds import before_reading
from pipelines.html.parse import parse
from pipelines.items import RawPage
from pipelines.parts.pager import MAX_PARTS, further, may_continue
from storage.records import LIVE, Known
from storage.vocabulary import Outcome

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.discover.links import Link
    from crawler.registry.entries import District
    from pipelines.context import RunContext
    from pipelines.items import Hints


class Owner(Protocol):
    """What is asked of the spider whose articles have further pages (crawler.spiders.articles)."""

    crawler: Any

    @property
    def district(self) -> District:
        """The district that it crawls."""

    @property
    def run(self) -> RunContext:
        """The run that it belongs to."""

    def _request(self, walk: Walk, url: str, callback: Any, priority: int, **kwargs: Any) -> Request: ...

    def hints(self, walk: Walk, link: Link) -> Hints:
        """Returns what it knows of the page behind a link."""

    def parse_part(self, response: Response, *args: Any, **kwargs: Any) -> Iterator[Any]:
        """Takes a further page."""

    def part_failed(self, failure: Failure) -> Iterator[Any]:
        """Takes a further page that did not come."""


PART = 25  # Scrapy priority: an article that was begun comes before the next one
_WAITING = ("budget", "archive", STOPPED)  # reasons of requests that had no fair try


def begins(response: Response, notes: dict[str, str], known: Known | None, *, full: bool) -> dict[str, str]:
    """Returns `notes` of an article's page, changed where that is the first of several.

    One whose bytes are those that the archive holds `stands`: its further pages are not asked.
    """
    url = notes["page"]
    if not may_continue(response.body, url):
        return notes
    tree = parse(response.body, headers(response)).tree
    found = further(tree, url)
    if found is None or found.number > 1 or before_reading(url, tree, len(response.body)):
        return notes
    whole = _allowed(found.whole, url)
    following = _allowed(found.following, url)
    if following is None:
        return notes
    notes = {name: value for name, value in notes.items() if name != "page"}
    if known is not None and not full and url == known.url and _stands(known, response):
        return notes | {"stands": url}
    notes |= {"article": url, "continues": whole or following}
    return notes | {"otherwise": following} if whole else notes


def _stands(known: Known, response: Response) -> bool:
    same = known.capture is not None and known.capture.content_digest == sha256(response.body).hexdigest()
    return known.status == LIVE and not known.partial and same


def _allowed(address: str | None, url: str) -> str | None:
    try:
        return address if address and same_site(address, url) and not trap(canonical(address)) else None
    except ValueError:
        return None


class Parts:
    """The requests for further pages, of `spider`."""

    def __init__(self, spider: Owner) -> None:
        self._spider = spider

    @property
    def _folder(self) -> Path:
        return Path(self._spider.crawler.settings["HUYEN_WARC"])

    def first(self, response: Response, walk: Walk, link: Link) -> Request:
        """Returns the request for what the first page of an article continues with."""
        notes = response.meta["page"]
        steps = [_step(response)]
        return self.request(
            walk, link, notes["continues"], notes["article"], [one.stored() for one in steps],
            notes.get("otherwise", ""),
        )  # fmt: skip

    def request(
        self, walk: Walk, link: Link, address: str, article: str, chain: list[dict[str, Any]],
        otherwise: str = "",
    ) -> Request:  # fmt: skip
        """Returns the request for a further page at `address` of the article at URL `article`, conditional.

        `chain` has the pages before (Step.stored). `otherwise`: the page is to have all of the article; where
        it has not, that address follows.
        """
        spider = self._spider
        kwargs: dict[str, Any] = {"link": link, "article": article, "chain": chain, "otherwise": otherwise}
        request = spider._request(walk, address, spider.parse_part, PART, **kwargs)
        request.errback, request.dont_filter = spider.part_failed, True
        request.meta["notes"] = partial(self._notes, walk, link, article, chain, otherwise)
        url = canonical(address)
        if (known := spider.run.known([url]).get(url)) is not None and known.capture is not None:
            request.meta["known"] = known
            if known.etag:
                request.headers["If-None-Match"] = known.etag
            if known.last_modified:
                request.headers["If-Modified-Since"] = known.last_modified
        return request

    def _notes(
        self, walk: Walk, link: Link, article: str, chain: list[dict[str, Any]], otherwise: str,
        response: Response,
    ) -> dict[str, str]:  # fmt: skip
        before = [[one["url"], one["at"]] for one in chain]
        asked = canonical((response.meta.get("redirect_urls") or [response.url])[0])
        notes = {
            "asked": asked, "district": self._spider.district.id, "portal": walk.portal.url, **told(link),
            "article": article, "parts": json.dumps(before),
        }  # fmt: skip
        if response.status in REDIRECTS:
            return notes
        body = self._body(response, asked, article, walk)
        if body is None and otherwise:
            return notes | {"continues": otherwise, "missing": "yes"}
        if body is None:
            passing = judge(response, asked, walk.portal.url)
            lost = passing is not None and passing[1].startswith(PASSING)
            return notes if lost else notes | {"page": article, "missing": "yes"}
        told_ = headers(response)
        steps = [step_of(one) for one in chain]
        read = [self._lines(one, told_) for one in steps]
        lines = lines_of(body, told_)
        if otherwise:
            if holds(lines, read[0]):
                return notes | {"page": article}
            return notes | {"continues": otherwise, "missing": "yes"}
        fresh = lines - frozenset().union(*read)
        found = further(parse(body, told_).tree, canonical(response.url), article) if fresh else None
        following = _allowed(found.following, article) if found else None
        met = {article, asked, *(one.url for one in steps)}
        if following and canonical(following) not in met and len(chain) + 1 < MAX_PARTS:
            return notes | {"continues": following}
        return notes | {"page": article}

    def _lines(self, step: Step, told_: dict[str, str]) -> frozenset[str]:
        body = body_of(step.body or step.ref, self._folder)
        return lines_of(body, told_) if body else frozenset()

    def _body(self, response: Response, asked: str, article: str, walk: Walk) -> bytes | None:
        """Returns the page that came: as sent, or as the archive holds it where it did not change; None
        where none did.
        """
        ended = judge(response, asked, walk.portal.url)
        if ended is None or (response.status in PAGE and same_page(canonical(response.url), article)):
            return response.body
        known = response.request.meta.get("known") if response.request else None
        if ended[0] is Outcome.UNCHANGED and known is not None and known.capture is not None:
            return body_of(known.capture, self._folder)
        return None

    def read(
        self, response: Response, walk: Walk, link: Link, article: str, chain: list[dict[str, Any]]
    ) -> Iterator[Any]:
        """Yields what a further page leads to: the next one, or the whole article."""
        notes, portal = response.meta["page"], walk.portal.url
        came = "missing" not in notes and ("page" in notes or "continues" in notes)
        if came:
            chain = [*chain, _step(response).stored()]
            report(self._spider.crawler, portal, response.url, Outcome.PART, "")
        else:
            ended = judge(response, notes["asked"], portal) or (Outcome.PART, "")
            report(self._spider.crawler, portal, response.url, *ended)
        if "continues" in notes:
            yield self.request(walk, link, notes["continues"], article, chain)
            return
        yield from self.whole(walk, link, article, chain)

    def failed(self, failure: Failure) -> Iterator[Any]:
        """Yields what there is of an article, one of whose pages did not come at all."""
        if of_failure(failure)[1] in _WAITING:
            return
        told_ = failure.request.cb_kwargs  # type: ignore[attr-defined]  # set by Scrapy
        if told_["otherwise"]:
            further_ = (told_["otherwise"], told_["article"], told_["chain"])
            yield self.request(told_["walk"], told_["link"], *further_)
            return
        yield from self.whole(told_["walk"], told_["link"], told_["article"], told_["chain"])

    def whole(
        self, walk: Walk, link: Link, article: str, chain: Sequence[dict[str, Any]]
    ) -> Iterator[RawPage]:
        """Yields the article as a page with its parts."""
        steps = [step_of(one) for one in chain]
        base = RawPage(
            url=article,
            body=b"",
            fetched_at=steps[0].at,
            district_id=self._spider.district.id,
            portal=walk.portal.url,
            run_id=walk.run_id,
            hints=self._spider.hints(walk, link),
        )
        page = whole_page(base, steps, self._folder)
        if page is None:
            report(self._spider.crawler, walk.portal.url, article, Outcome.FAILED, "archive")
        else:
            yield page


def _step(response: Response) -> Step:
    meta = response.meta
    known: Known | None = meta.get("known")
    body = known.capture if known is not None and meta["capture"].revisit else None
    return Step(canonical(response.url), meta["fetched_at"], meta["capture"], body)

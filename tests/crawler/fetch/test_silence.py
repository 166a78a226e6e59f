"""A host that answers nothing is given up; one that answers now and then is not."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadConnectionRefusedError, DownloadTimeoutError
from scrapy.http import Response
from scrapy.settings import Settings
from twisted.internet.defer import Deferred

from crawler.fetch.safety import RequestRefused
from crawler.fetch.silence import FIRST_SECONDS, NEVER, SINCE, SilenceMiddleware
from tests.crawler.site import Answer, crawl, serve

pytestmark = pytest.mark.slow

PLACE = {"crawler.fetch.silence.SilenceMiddleware": 940}
HOST = "http://huyen.test"


def page(number: int, host: str = HOST) -> Request:
    return Request(f"{host}/tin/{number}", meta={"download_slot": "huyen.test"})


def tried(middleware: SilenceMiddleware, request: Request, error: Exception | None) -> None:
    middleware.process_request(request)
    if error is None:
        middleware.process_response(request, Response(request.url, 500))
    else:
        middleware.process_exception(request, error)


def given_up(middleware: SilenceMiddleware, after: int, error: Exception) -> bool:
    """Whether the host is given up exactly at failure number `after` from now on."""
    for number in range(after):
        tried(middleware, page(number), error)
    with pytest.raises(RequestRefused) as refusal:
        middleware.process_request(page(99))
    return refusal.value.reason == "timeout_given_up" and str(refusal.value.outcome) == "failed"


def alone() -> SilenceMiddleware:
    engine = SimpleNamespace(downloader=SimpleNamespace(slots={}))
    crawler: Any = SimpleNamespace(engine=engine, settings=Settings({"DOWNLOAD_TIMEOUT": 60}))
    return SilenceMiddleware(crawler)


def test_of_a_host_that_never_answers_no_page_is_asked_for(tmp_path: Path) -> None:
    over = Event()

    def never(path: str, headers: dict[str, str]) -> Answer:
        over.wait(60)
        return Answer(b"")

    with serve(never) as site:
        urls = [f"{site.url}/tin/{n}" for n in range(4)]
        seen = crawl(urls, [site.host], tmp_path, DOWNLOAD_TIMEOUT=1, DOWNLOADER_MIDDLEWARES=PLACE)
        asked = site.paths()
        over.set()
    assert asked == ["/robots.txt"] * NEVER
    # No robots.txt was ever seen, so nothing may be asked of a server that does not give it (RFC 9309).
    assert {one["named"] for one in seen["failures"]} <= {"timeout_robots", "timeout_given_up"}
    assert len(seen["failures"]) == 4


def test_a_host_that_has_answered_gets_more_patience_and_each_answer_renews_it() -> None:
    assert given_up(alone(), NEVER, DownloadTimeoutError())
    middleware = alone()
    tried(middleware, page(0), None)
    for number in range(SINCE - 1):
        tried(middleware, page(number), DownloadTimeoutError())
    tried(middleware, page(0), None)
    assert given_up(middleware, SINCE, DownloadTimeoutError())


def test_a_refused_connection_comes_at_once_and_may_be_a_restart() -> None:
    middleware = alone()
    for number in range(2 * SINCE):
        tried(middleware, page(number), DownloadConnectionRefusedError())


def test_what_waits_in_the_queue_of_a_host_that_is_given_up_is_refused() -> None:
    waiting = [(page(n), Deferred[Any]()) for n in range(3)]
    other = (page(3, "http://khac.test"), Deferred[Any]())
    slot = SimpleNamespace(queue=deque([waiting[0], other, *waiting[1:]]))
    engine = SimpleNamespace(downloader=SimpleNamespace(slots={"huyen.test": slot}))
    crawler: Any = SimpleNamespace(engine=engine, settings=Settings({"DOWNLOAD_TIMEOUT": 60}))
    refused: list[str] = []
    for _, answer in waiting:
        answer.addErrback(lambda failure: refused.append(failure.value.reason))
    middleware = SilenceMiddleware(crawler)
    last = page(9)
    for _ in range(NEVER):
        tried(middleware, last, DownloadTimeoutError())
    assert refused == ["timeout_given_up"] * 3
    assert list(slot.queue) == [other]
    assert last.meta["dont_retry"] is True
    middleware.process_request(page(0, "http://khac.test"))


def test_a_host_that_has_not_answered_yet_gets_less_time() -> None:
    middleware, first, second = alone(), page(1), page(2)
    middleware.process_request(first)
    middleware.process_response(first, Response(first.url, 404))
    middleware.process_request(second)
    assert (first.meta["download_timeout"], second.meta["download_timeout"]) == (FIRST_SECONDS, 60)

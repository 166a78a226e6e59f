"""The network of `huyen districts probe`: pages fetched by hand, MAX_REQUESTS at most; nothing is kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from crawler.errors import Unfetched
from crawler.fetch.byhand import Budget, ByHand
from crawler.fetch.byhand import run as run_by_hand
from crawler.fetch.responses import headers
from crawler.probe.sections import Fetched
from crawler.probe.survey import MAX_REQUESTS, Net, Survey

MAX_SECONDS = 300.0  # for all: 25 requests at a second's pace take half a minute, slow hosts some more


class ProbeNet:
    """A crawler.probe.survey.Net on the downloader of a crawl; `tell` hears of each page."""

    def __init__(self, hand: ByHand[tuple[Survey, int]], url: str, tell: Callable[[str], None]) -> None:
        self._hand, self._url, self._tell = hand, url, tell

    @property
    def sitemaps(self) -> tuple[str, ...]:
        return self._hand.sitemaps_of(self._url)

    @property
    def crawl_delay(self) -> float | None:
        return self._hand.crawl_delay

    async def get(self, url: str, form: dict[str, str] | None = None) -> Fetched:
        try:
            response = await self._hand.get(url, form)
        except Unfetched as error:
            self._tell(str(error))
            raise
        self._tell(f"{response.status}: {url}")
        now = datetime.now(UTC).replace(microsecond=0)
        return Fetched(response.url, response.status, headers(response), response.body, now)


def run(
    url: str, survey: Callable[[str, Net], Awaitable[Survey]], delay: float, tell: Callable[[str], None]
) -> tuple[Survey, int]:
    """Runs `survey` on the network, `delay` seconds between two requests.

    Returns its answer and the number of requests; what it raises is raised here. Once a process.
    """

    async def job(hand: ByHand[tuple[Survey, int]]) -> tuple[Survey, int]:
        found = await survey(url, ProbeNet(hand, url, tell))
        return found, hand.requests

    return run_by_hand(job, url, Budget(MAX_REQUESTS, MAX_SECONDS), DOWNLOAD_DELAY=delay)

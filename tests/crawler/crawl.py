"""Run as a process: crawls what standard input orders and prints what happened as JSON (see site.crawl)."""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict
from types import SimpleNamespace
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.utils.project import get_project_settings

from crawler.fetch.outcomes import of_failure
from crawler.fetch.robots import sitemaps_of
from pipelines.context import context_of
from pipelines.items import capture_written

ORDER = json.load(sys.stdin)
SEEN: dict[str, Any] = {"responses": [], "failures": [], "captures": [], "sitemaps": []}


class OrderedSpider(Spider):
    name = "nghe-an.do-luong"
    allowed_hosts = frozenset(ORDER["hosts"])

    async def start(self) -> AsyncIterator[Any]:
        for number, url in enumerate(ORDER["urls"]):
            yield Request(url, self.parse, errback=self.failed, priority=-number, meta={"run_id": 7})

    def parse(self, response: Any, second: bool = False) -> Iterator[Request]:
        meta = response.meta
        text = response.body.decode("utf-8", "replace")
        SEEN["responses"].append(
            {
                "url": response.url,
                "status": response.status,
                "text": text if len(text) < 1_000 else f"{len(text)} characters",
                "kind": type(response).__name__,
                "encoding": response.headers.get("Content-Encoding", b"").decode(),
                "capture": asdict(meta["capture"]),
                "fetched_at": meta["fetched_at"].isoformat(),
            }
        )
        SEEN["sitemaps"] = list(sitemaps_of(context_of(self.crawler), response.url))
        if ORDER["again"] and not second:
            known = SimpleNamespace(url=response.url, capture=meta["capture"], fetched_at=meta["fetched_at"])
            etag = response.headers.get("ETag")
            yield Request(
                response.url,
                self.parse,
                cb_kwargs={"second": True},
                dont_filter=True,
                meta={"known": known},
                headers={"If-None-Match": etag} if etag else {},
            )

    def failed(self, failure: Any) -> None:
        error = failure.value
        SEEN["failures"].append(
            {
                "url": failure.request.url,
                "kind": type(error).__name__,
                "outcome": getattr(error, "outcome", None),
                "reason": getattr(error, "reason", None),
                "named": of_failure(failure)[1],
            }
        )

    def closed(self, reason: str) -> None:
        SEEN["finish"] = reason
        stats = self.crawler.stats.get_stats() if self.crawler.stats else {}
        SEEN["stats"] = {name: value for name, value in stats.items() if isinstance(value, (int, float, str))}


def _keep(record: Any) -> None:
    SEEN["captures"].append({**asdict(record), "fetched_at": record.fetched_at.isoformat()})


def main() -> None:
    if ORDER["max_file"]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (ORDER["max_file"], ORDER["max_file"]))
    settings = get_project_settings()
    settings.set("DOWNLOAD_DELAY", 0)
    settings.set("ITEM_PIPELINES", {})
    settings["EXTENSIONS"]["crawler.run.monitor.Monitor"] = None
    for name, value in ORDER["settings"].items():
        settings.set(name, value)
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(OrderedSpider)
    crawler.signals.connect(_keep, capture_written)
    process.crawl(crawler)
    process.start()
    print(json.dumps(SEEN))


if __name__ == "__main__":
    main()

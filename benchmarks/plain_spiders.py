"""Two Scrapy spiders to compare with, each as one would write it first.

Usage: python benchmarks/plain_spiders.py archive ORIGIN DATABASE
       python benchmarks/plain_spiders.py download URLS.txt
`archive` walks a WordPress portal's listings, reads each article with trafilatura and its metadata in an item
pipeline, and commits it to SQLite before the next one. `download` fetches the addresses of a file, one a
line, and does nothing with them. Both: no delay, one request at a time to the host, log level INFO.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess

SECTIONS = ("/?cat=11", "/?cat=14")
SETTINGS: dict[str, Any] = {
    "DOWNLOAD_DELAY": 0,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "LOG_LEVEL": "INFO",
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "COOKIES_ENABLED": False,  # with them, tldextract looks up a list over the network
}


class Keep:
    """Item pipeline: trafilatura's reading, one row and one commit an article."""

    def open_spider(self) -> None:
        from trafilatura import bare_extraction

        self.read = bare_extraction
        self.database = sqlite3.connect(sys.argv[3])
        self.database.execute("CREATE TABLE article (url TEXT PRIMARY KEY, title, author, date, text)")

    def process_item(self, item: Any) -> Any:
        found = self.read(item["body"], url=item["url"], with_metadata=True)
        if found and not isinstance(found, dict):  # a dict only where asked for one
            row = (item["url"], found.title, found.author, found.date, found.text)
            self.database.execute("INSERT OR REPLACE INTO article VALUES (?, ?, ?, ?, ?)", row)
            self.database.commit()
        return item

    def close_spider(self) -> None:
        self.database.close()


class Archive(Spider):
    name = "archive"

    async def start(self) -> AsyncIterator[Any]:
        for path in SECTIONS:
            yield Request(sys.argv[2] + path)

    def parse(self, response: Any) -> Iterator[Any]:
        for link in response.css("article h2.entry-title a::attr(href)"):
            yield response.follow(link, self.parse_article)
        for link in response.css("a.next::attr(href)"):
            yield response.follow(link)

    def parse_article(self, response: Any) -> Iterator[Any]:
        yield {"url": response.url, "body": response.body}


class Download(Spider):
    name = "download"

    async def start(self) -> AsyncIterator[Any]:
        for url in Path(sys.argv[2]).read_text(encoding="utf-8").split():
            yield Request(url, dont_filter=True)

    def parse(self, response: Any) -> None:
        """Lets the page go."""


def main() -> None:
    """Runs the spider that the first argument names."""
    spider, pipelines = {"archive": (Archive, {Keep: 300}), "download": (Download, {})}[sys.argv[1]]
    process = AsyncCrawlerProcess(SETTINGS | {"ITEM_PIPELINES": pipelines})
    process.crawl(spider)
    process.start()


if __name__ == "__main__":
    main()

"""Reads a page whatever happens: trafilatura and dateparser are loaded here, in the processes that read."""

from __future__ import annotations

from dataclasses import replace

from crawler.errors import OutOfTime
from crawler.reread.lines import PAGE_SECONDS, time_limit
from pipelines.items import Article, RawPage
from storage.articles.batch import Answer
from storage.vocabulary import Outcome

DIED = Outcome.FAILED, "reader_died"  # of a page that ends its process: a fault in a library's C code


def read_page(page: RawPage) -> Answer:
    """Returns the article that a page holds, or how it ended. No page makes it raise; main thread only."""
    from pipelines.chain import read
    from pipelines.persist import record

    try:
        with time_limit(PAGE_SECONDS):
            found = read(page)
        if not isinstance(found, Article):
            return Outcome.NOT_AN_ARTICLE, found.reason
        found.page = replace(found.page, body=b"", tree=None)
        return record(found)
    except OutOfTime:
        return Outcome.FAILED, f"longer than {PAGE_SECONDS:.0f} s"
    except Exception as error:  # named and counted; the others are read all the same
        return Outcome.FAILED, f"{type(error).__name__}: {error}"

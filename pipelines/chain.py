"""The pure stages in their order: what the item pipelines do to a page, without Scrapy, keeping nothing."""

from __future__ import annotations

from pipelines.dates import date_article
from pipelines.dedup import fingerprint
from pipelines.extract import extract
from pipelines.items import Article, NotAnArticle, RawPage
from pipelines.mentions import note_mentions
from pipelines.normalise import normalise


def read(page: RawPage) -> Article | NotAnArticle:
    """Returns the article of a page, dated and normalised, or what the page is instead. No content makes it
    raise.
    """
    result = extract(page)
    if isinstance(result, NotAnArticle):
        return result
    result.published = date_article(result)
    if result.published.value is None:
        result.flags.append("undated")
    result = normalise(result)
    note_mentions(result)
    result.fingerprint, result.folded = fingerprint(result)
    return result

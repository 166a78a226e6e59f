"""Stage 450: the communes and the documents that an article names, with the places where it does."""

from __future__ import annotations

import calendar
from typing import Any

from pipelines.items import Article
from pipelines.naming.communes import mentions
from pipelines.naming.documents import documents
from storage.vocabulary import local


class MentionsPipeline:
    """Scrapy item pipeline: notes what an Article names; anything else passes."""

    def process_item(self, item: Any) -> Any:
        if isinstance(item, Article):
            note_mentions(item)
        return item


def note_mentions(article: Article) -> None:
    """Sets `mentions` and `documents` of a dated and normalised article.

    Communes are looked for where the page is of a district that had a code (`Hints.district_code`).
    """
    texts = [("title", article.title), ("lead", article.lead or ""), ("body", "\n".join(article.body))]
    texts = [(field, text) for field, text in texts if text]
    article.documents = [one for field, text in texts for one in documents(text, field)]
    if code := article.page.hints.district_code:
        article.mentions = mentions(texts, code, *period(article))


def period(article: Article) -> tuple[str, str]:
    """Returns the first and the last day (ISO) of the time that an article is of: its day, month or year of
    publication, or from an open beginning ("") to the day on which it was fetched.
    """
    value = article.published.value
    if value is None:
        return "", local(article.page.fetched_at).date().isoformat()
    if len(value) >= 10:
        return value[:10], value[:10]
    if len(value) == 7:
        return f"{value}-01", f"{value}-{calendar.monthrange(int(value[:4]), int(value[5:]))[1]:02}"
    return f"{value}-01-01", f"{value}-12-31"

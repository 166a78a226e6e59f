"""Stage 400: the invariants of a kept article, whatever the stages before it did.

Texts are NFC and one line each, none is empty or longer than a cell may be, nothing stands twice, and the
parsed page is let go.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pipelines.items import Article
from storage.text import fold, visible, without_marks

MAX_LINE = 100_000  # letters; no printed paragraph comes near, a page without line breaks does
MAX_PARAGRAPHS = 5_000
MAX_SHORT = 2_000  # letters of a title, byline, category, caption or tag


def clean(text: str | None, limit: int = MAX_SHORT) -> str | None:
    """Returns `text` as one visible NFC line of at most `limit` letters, None where nothing is left."""
    line = visible(without_marks(text.replace("\x00", " "))) if text else ""
    return line[:limit] or None


def lines(texts: Iterable[str], limit: int = MAX_SHORT) -> list[str]:
    """Returns `texts` cleaned, without the empty ones."""
    return [line for text in texts if (line := clean(text, limit))]


def normalise(article: Article) -> Article:
    """Puts `article` in its kept form, in place, and returns it."""
    article.title = clean(article.title) or ""
    article.lead = clean(article.lead, MAX_LINE)
    body = lines(article.body[:MAX_PARAGRAPHS], MAX_LINE)
    title = fold(article.title).strip(" .…")
    while body and (fold(body[0]).strip(" .…") == title or body[0] == article.lead):
        body.pop(0)
    article.body = body
    article.author = clean(article.author)
    article.category = clean(article.category)
    article.tags = list(dict.fromkeys(lines(article.tags)))
    article.captions = lines(article.captions)
    for image in article.images:
        image.caption, image.alt = clean(image.caption), clean(image.alt)
    for attachment in article.attachments:
        attachment.title = clean(attachment.title) or attachment.url.rsplit("/", 1)[-1]
    for candidate in article.candidates:
        candidate.title = clean(candidate.title) or candidate.url.rsplit("/", 1)[-1]
    article.flags = sorted(set(article.flags))
    article.tree = None
    return article


class NormalisePipeline:
    """Scrapy item pipeline: an Article in its kept form; anything else passes."""

    def process_item(self, item: Any) -> Any:
        return normalise(item) if isinstance(item, Article) else item

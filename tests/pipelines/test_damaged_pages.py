"""No damage to a page makes the reader raise, and what it reads can be kept."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fixtures import golden
from fixtures.mutate import mutated
from pipelines.chain import read
from pipelines.items import Article, RawPage

FETCHED = datetime(2026, 11, 21, tzinfo=UTC)
NAMES = golden.names()


@pytest.mark.parametrize("block", range(10))
def test_damaged_pages_are_read(block: int) -> None:
    for seed in range(block * 30, block * 30 + 30):
        page = golden.load(NAMES[seed % len(NAMES)])
        found = read(RawPage(url=page.url, body=mutated(page.html.encode(), seed), fetched_at=FETCHED))
        if isinstance(found, Article):
            fields = [found.title, found.lead, found.author, found.category, *found.body, *found.tags]
            fields += [*found.captions, *(image.url for image in found.images)]
            fields += [part for file in found.attachments for part in (file.url, file.title)]
            "\n".join(field or "" for field in fields).encode()  # raises on half letters

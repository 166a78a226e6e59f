"""Reads again what was kept before its portal's furniture was known: the first dozen articles, mostly."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from crawler.reread.captures import Look, Owners, looks
from crawler.reread.chains import assembled, read_again
from crawler.reread.readers import read_page
from pipelines.items import RawPage
from storage.articles import furniture
from storage.articles.batch import Answer
from storage.articles.correct import correct, holding, parts_at
from storage.database import Database
from storage.records import ArticleRecord
from storage.warc.captures import CaptureRef

MOST = 1_000  # pages a portal and run: some seconds; what is more waits for the next run
_ROUNDS = 3  # what is cut may show more: the line below a banner was its caption
BATCH = 100  # articles a transaction

Answers = Callable[[Iterable[RawPage]], Iterator[Answer]]

log = logging.getLogger(__name__)


def _here(pages: Iterable[RawPage]) -> Iterator[Answer]:
    return map(read_page, pages)


def settle(
    database: Database,
    folder: Path,
    owners: Owners,
    portal: str,
    most: int = MOST,
    answers: Answers = _here,
) -> int:
    """Reads the articles of `portal` that still hold furniture again, from the WARC files in `folder`.

    The text of their version is put right in place: their pages did not change. At most `most` pages are
    read, by `answers`. Returns how many texts changed; raises StorageError.
    """
    changed = 0
    for _ in range(_ROUNDS):
        keys = furniture.unsettled(database, portal)
        places = holding(database, portal, keys, most + 1) if keys else []
        known: Any = furniture.known(database, portal)
        pages = _pages(database, folder, owners, places[:most])
        found = answers(replace(page, hints=replace(page.hints, **known)) for page in pages)
        articles = (one for one in found if isinstance(one, ArticleRecord))
        read = 0
        while batch := list(islice(articles, BATCH)):
            read += correct(database, batch)
        if len(places) <= most:
            furniture.settle(database, portal, keys)
        if keys:
            log.info("%s: %d blocks are furniture; %d articles are put right", portal, len(keys), read)
        changed += read
        if not read or len(places) > most:
            break
    return changed


def _pages(database: Database, folder: Path, owners: Owners, places: list[CaptureRef]) -> Iterator[RawPage]:
    """Yields the pages whose captures stand at `places`; what cannot be read is left as it was kept."""
    for ref in places:
        look = None
        with suppress(OSError, ValueError):
            look = next(iter(looks(folder / ref.file, folder, owners, ref.offset)), None)
        if isinstance(look, Look) and look.part is not None and look.offset == ref.offset:
            look = assembled(read_again(look, parts_at(database, ref)), database, folder)
        if not isinstance(look, Look) or look.page is None or look.body_at or look.offset != ref.offset:
            log.warning("%s offset %d cannot be read again", ref.file, ref.offset)
        else:
            yield look.page

"""Reads what earlier runs of a district fetched and could not keep, before its crawl goes on.

A record is written to its WARC file as soon as it came, its row some seconds later: a kill, or a database
that went away, leaves pages in between. They are read as a replay reads them, and are not fetched again.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.registry.load import Registry
from crawler.reread.captures import Look, Owners, looks, with_body
from crawler.reread.chains import Chains, assembled
from crawler.reread.readers import read_page
from pipelines.items import capture_written
from pipelines.persist import tell
from storage.articles.batch import Batch
from storage.articles.queries import keep, kept_until
from storage.database import Database
from storage.errors import StorageError
from storage.runs import runs
from storage.warc.reader import Capture, scan
from storage.warc.walk import Damage

if TYPE_CHECKING:
    from scrapy.signalmanager import SignalManager

    from crawler.spiders.portal import PortalSpider

BATCH = 100  # articles a transaction

logger = logging.getLogger(__name__)


def take_in(
    db: Database, folder: Path, spider: PortalSpider, run_ids: Mapping[str, int], send: SignalManager
) -> None:
    """Keeps what the files of `spider` in `folder` hold beyond what the archive knows of them.

    Each page is counted in the run at hand, by the signals that a fetched one sends; `run_ids` has the run of
    each portal's URL. What cannot be read or kept is left to be fetched again, and named in the log.
    """
    owners = Owners(Registry((spider.district,)))
    begun = [runs.first_started(db, spider.district.id, portal) for portal in run_ids]
    since = min((at for at in begun if at), default=datetime.now(UTC))
    try:
        for path, known in _unread(db, folder, spider.name, since):
            count = 0
            batch, urls, parts = Batch(), set[str | None](), Chains()
            for look in _chained(looks(path, folder, owners, max(known, 0)), parts):
                if not isinstance(look, Look):
                    logger.warning("%s is damaged at %d: %s", path.name, look.offset, look.cause)
                elif look.record is not None and look.offset > known:
                    refers = look.body_at or (look.part and look.page)
                    if len(batch.articles) >= BATCH or look.url in urls or refers:
                        _keep(db, batch, send)
                        batch, urls = Batch(), set()
                    if look.part and look.page:
                        own = [look.record] if look.record else []
                        whole = assembled(look, db, folder, own)
                    else:
                        whole = with_body(look, db, folder) if look.body_at else look
                    _take(batch, whole, run_ids)
                    urls.add(look.url)
                    count += 1
            _keep(db, batch, send)
            logger.info("%s: %d responses of an earlier run, not stored by it, were read", path.name, count)
    except (OSError, StorageError, ValueError) as error:
        logger.error("The WARC files of an earlier run could not be read: %s", error)


def _chained(found: Iterable[Look | Damage], parts: Chains) -> Iterator[Look | Damage]:
    """Yields what is `found`, each article in several pages at its last one; those that lack one wait in the
    frontier.
    """
    for one in found:
        yield from parts.pass_on([one]) if isinstance(one, Look) else [one]


def _unread(db: Database, folder: Path, prefix: str, since: datetime) -> list[tuple[Path, int]]:
    """Returns the WARC files of a crawler with responses that the archive does not know, in their order, each
    with the offset of the last one that it does know (-1: of none).

    The first file, from the latest on, of which it knows all ends the search, and so does one from before
    `since`: an archive that was begun anew beside old files wants a replay, which tells how far it is.
    """
    own = re.compile(rf"{re.escape(prefix)}-(\d{{14}})-\d+-\d{{5}}\.warc\.gz")
    found: list[tuple[Path, int]] = []
    for path in sorted(folder.glob(f"{prefix}-*.warc.gz"), reverse=True):
        name = own.fullmatch(path.name)
        if name is None:
            continue
        last = kept_until(db, path.name)
        known = -1 if last is None else last
        more = any(
            one.ref.offset > known for one in scan(path, start=max(known, 0)) if isinstance(one, Capture)
        )
        if name[1] < f"{since.astimezone(UTC):%Y%m%d%H%M%S}" or not more:
            break
        found.append((path, known))
    return found[::-1]


def _take(batch: Batch, look: Look, run_ids: Mapping[str, int]) -> None:
    """Adds one response: a page is read here."""
    assert look.record is not None
    page, sighting = look.page, look.sighting
    run_id = run_ids.get(page.portal if page else sighting.portal if sighting else "")
    batch.captures.append(replace(look.record, run_id=run_id))
    if page is not None:
        batch.take(page, read_page(replace(page, run_id=run_id)))
    elif sighting is not None:
        batch.sight(sighting)


def _keep(db: Database, batch: Batch, send: SignalManager) -> None:
    kept = keep(db, batch)
    for capture in batch.captures:
        send.send_catch_log(capture_written, record=capture)
    tell(send, batch, kept)

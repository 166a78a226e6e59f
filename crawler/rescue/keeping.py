"""Keeps what archives hand out: the record, what its page says, and what became of the holding, at once.

A record is written to the WARC file as soon as it came; its rows follow in one transaction. What a kill left
between the two is read from the file when the next rescue of the district begins.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.discover.urls import canonical
from crawler.reread.captures import Look, Owners, look_at, with_body
from crawler.reread.files import fill
from crawler.reread.readers import read_page
from crawler.reread.resettle import settle
from crawler.rescue.choose import moment
from pipelines.items import RawPage
from storage.articles import furniture
from storage.articles.batch import Answer, Batch
from storage.articles.keep import keep_captures, note_seen
from storage.articles.queries import kept_until
from storage.articles.reread import keep_again
from storage.database import Database
from storage.holdings import store
from storage.holdings.records import Held, State
from storage.records import ArticleRecord, CaptureRecord, Sighting
from storage.vocabulary import Outcome
from storage.warc.captures import CaptureRef, Exchange
from storage.warc.provenance import COMMONCRAWL, HOLDING, VIA, via_source
from storage.warc.reader import Capture, capture_of, scan
from storage.warc.records import rescued_members, source_member
from storage.warc.walk import Record, record_in
from storage.warc.writer import WarcWriter, recover

LEARN = 100  # articles after which what repeats on the portal is looked up again, as in a crawl

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Keeper:
    """Writes to WARC files of `folder`, named after `district_id`, and to the archive `db`."""

    db: Database
    folder: Path
    district_id: str
    owners: Owners
    agent: str
    counts: Counter[str] = field(default_factory=Counter)
    _writer: WarcWriter | None = None
    _files: set[str] = field(default_factory=set)
    _known: dict[str, furniture.Cuts] = field(default_factory=dict)  # what is cut, by portal
    _fresh: Counter[str] = field(default_factory=Counter)  # articles since it was looked up

    @property
    def prefix(self) -> str:
        """How its WARC files begin."""
        return f"{self.district_id}-rescue"

    def writer(self) -> WarcWriter:
        """Returns the writer of this process; its file begins with its first record."""
        if self._writer is None:
            info = {
                "software": self.agent,
                "description": f"captures of the district {self.district_id} from other archives",
                "isPartOf": "rescue",
            }
            self._writer = WarcWriter(self.folder, self.prefix, info)
        return self._writer

    def written(self) -> list[str]:
        """Returns the names of the WARC files that this process wrote."""
        return sorted(self._files)

    def close(self) -> None:
        """Finishes the WARC file."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def take_up(self) -> int:
        """Keeps what the files of killed rescues hold beyond what the archive knows; returns how many.

        Raises StorageError, OSError.
        """
        recover(self.folder)
        count = 0
        for path in sorted(self.folder.glob(f"{self.prefix}-*.warc.gz")):
            last = kept_until(self.db, path.name)
            known = -1 if last is None else last
            for found in scan(path, self.folder, max(known, 0)):
                if isinstance(found, Capture) and found.ref.offset > known:
                    self._again(found)
                    count += 1
        return count

    def _again(self, capture: Capture) -> None:
        """Keeps one capture that a killed rescue wrote."""
        source, _, key = capture.holding.partition(" ")
        if key:
            self._take(capture, source, key)
        else:
            self._listed(capture.exchange, capture.ref)

    def listed(self, answer: Exchange) -> None:
        """Keeps an answer that lists captures: it is evidence of sightings."""
        ref = self.writer().write(answer)
        self._files.add(ref.file)
        self._listed(answer, ref)

    def _listed(self, answer: Exchange, ref: CaptureRef) -> None:
        kind = answer.header("Content-Type") or None
        record = CaptureRecord(answer.url, answer.fetched_at, ref, answer.status, content_type=kind)
        self.db.transaction(lambda connection: keep_captures(connection, [record], {}))

    def replayed(
        self, held: Held, exchange: Exchange, source: str, notes: Mapping[str, str]
    ) -> Outcome | str:
        """Keeps a capture that an archive replayed at `source`; returns how its page ended."""
        told = {**notes, HOLDING: json.dumps(f"{held.row.source} {held.row.key}")}
        members = rescued_members(exchange, source, datetime.now(UTC), told)
        return self._written(held, members, source)

    def copied(self, held: Held, member: bytes, record: Record, source: str, part: str) -> Outcome | str:
        """Keeps a whole record of Common Crawl, unchanged; returns how its page ended."""
        told = {VIA: json.dumps(COMMONCRAWL), HOLDING: json.dumps(f"{held.row.source} {held.row.key}")}
        return self._written(held, [member, source_member(record, source, part, told)], source)

    def _written(self, held: Held, members: Sequence[bytes], source: str) -> Outcome | str:
        file, offset = self.writer().append(*members)
        self._files.add(file)
        record = record_in(members[0])
        capture = capture_of(record, file) if record else None
        if capture is None:
            self.ended(held, State.UNPLAYABLE, "no_response")
            return "no_response"
        ref = replace(capture.ref, offset=offset, length=len(members[0]), via=via_source(held.row.source))
        return self._take(replace(capture, ref=ref, source=source), held.row.source, held.row.key)

    def _take(self, capture: Capture, source: str, key: str) -> Outcome | str:
        """Reads a capture and keeps what it gives, with what became of its holding, in one transaction."""
        look = look_at(capture, self.owners)
        if look.body_at is not None:
            look = with_body(look, self.db, self.folder)
        answer: Answer | None = read_page(self._hinted(look.page)) if look.page else None
        batch = Batch(captures=[look.record] if look.record else [])
        if look.page and answer:
            batch.take(look.page, answer)
        elif look.sighting:
            batch.sight(look.sighting)
        outcome, reason = self._outcome(look, answer)
        if self._writer is not None:
            self._writer.sync()
        readings = keep_again(
            self.db,
            batch,
            also=lambda connection: store.ended(connection, source, key, State.HELD, reason),
        )
        if isinstance(answer, ArticleRecord):
            outcome = next((one.outcome for one in readings if one.url == answer.url), Outcome.NEW)
            self._fresh[answer.portal] += 1
            if outcome == Outcome.SUSPECT:  # held back until it is seen again: no sight of its article
                self.db.transaction(lambda c: store.ended(c, source, key, State.HELD, outcome))
        self.counts[outcome] += 1
        return reason or outcome

    @staticmethod
    def _outcome(look: Look, answer: Answer | None) -> tuple[str, str]:
        if isinstance(answer, tuple):
            return answer[0], answer[1] if answer[0] is Outcome.FAILED else f"{answer[0]}:{answer[1]}"
        return look.outcome or Outcome.LISTING, look.reason

    def _hinted(self, page: RawPage) -> RawPage:
        known = self._known.get(page.portal)
        if known is None or self._fresh[page.portal] >= LEARN:
            self._fresh[page.portal] = 0
            known = self._known[page.portal] = furniture.known(self.db, page.portal)
        hints: Any = known
        return replace(page, hints=replace(page.hints, **hints))

    def ended(self, held: Held, state: State, reason: str) -> None:
        """Notes what became of a capture that did not come."""
        self.db.transaction(lambda c: store.ended(c, held.row.source, held.row.key, state, reason))

    def sightings(self, holdings: Sequence[Held]) -> None:
        """Notes of every article from when until when archives saw it, and when they did not find it."""
        # A page that was fetched and is no article, such as a soft 404, shows nothing of its article.
        good = {(h.row.url_id, h.row.digest) for h in holdings if h.state is State.HELD and not h.reason}
        first: dict[str, datetime] = {}
        last: dict[str, datetime] = {}
        gone: list[tuple[datetime, Held]] = []
        for one in holdings:
            at = moment(one.row.stamp)
            if at is None:
                continue
            shows = (one.row.url_id, one.row.digest) in good and one.row.status in (200, 203, 206, None)
            if shows and one.state in (State.SIGHTING, State.HELD):
                first[one.row.url_id] = min(first.get(one.row.url_id, at), at)
                last[one.row.url] = max(last.get(one.row.url, at), at)
            elif one.state is State.GONE:
                gone.append((at, one))
        self.db.transaction(lambda connection: _noted(connection, first, last))
        self._gone(gone)

    def _gone(self, gone: Sequence[tuple[datetime, Held]]) -> None:
        """Notes the looks that found nothing, in their order, one of each address at a time."""
        rounds: list[dict[str, Sighting]] = []
        met: Counter[str] = Counter()
        for at, one in sorted(gone, key=lambda pair: pair[0]):
            with suppress(ValueError):
                url = canonical(one.row.url)
                reason = f"http_{one.row.status}"
                sighting = Sighting(url, one.district_id, one.portal, None, at, Outcome.GONE, reason)
                met[url] += 1
                if met[url] > len(rounds):
                    rounds.append({})
                rounds[met[url] - 1][url] = sighting
        for some in rounds:
            batch = Batch()
            for sighting in some.values():
                batch.sight(sighting)
            keep_again(self.db, batch)

    def file(self, ids: Iterable[str]) -> None:
        """Makes versions of the files with `ids` out of the captures that came of them."""
        fill(self.db, self.folder, ids)

    def settle(self, portal: str) -> None:
        """Reads again what was kept before its portal's furniture was known, as a crawl does at its end."""
        settle(self.db, self.folder, self.owners, portal)


def _noted(connection: Any, first: Mapping[str, datetime], last: Mapping[str, datetime]) -> int:
    store.note_earlier(connection, first)
    seen: dict[str, datetime] = {}
    for url, at in last.items():
        with suppress(ValueError):
            page = canonical(url)
            seen[page] = max(seen.get(page, at), at)
    return note_seen(connection, seen)

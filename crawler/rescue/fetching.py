"""Fetches captures of one portal, one at a time, from whatever archive has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crawler.errors import ArchiveAway, TooLarge
from crawler.rescue import memento
from crawler.rescue.asking import Client
from crawler.rescue.choose import TRIES
from crawler.rescue.keeping import Keeper
from crawler.rescue.pace import DATA, REPLAY
from crawler.rescue.results import Result
from storage.holdings.records import Held, State
from storage.language.messages import message
from storage.vocabulary import Verdict
from storage.warc.captures import Exchange
from storage.warc.provenance import COMMONCRAWL, WAYBACK, via_source
from storage.warc.walk import record_in

_NAMED = 20  # captures that did not come and are named; the archive has them all


@dataclass(slots=True)
class Fetching:
    """Fetches with `clients`, by source; notes in `result` what became of each capture."""

    clients: Mapping[str, Client]
    keeper: Keeper
    result: Result
    rate: float
    most: int  # bytes of a capture that is replayed

    async def fetch(self, held: Held) -> None:
        """Fetches one capture and keeps it. Raises ArchiveAway, Interrupted, StorageError, OSError."""
        try:
            await (self._record(held) if held.row.source == COMMONCRAWL else self._replay(held))
        except TooLarge:
            self._lost(held, "too_large", again=False)

    async def _replay(self, held: Held) -> None:
        """Fetches a capture from the Wayback Machine, or from a collection that replays as it does."""
        source, row = held.row.source, held.row
        client = self.clients[source]
        url = memento.address(f"{client.base}/web" if source == WAYBACK else client.base, row.stamp, row.url)
        refused = memento.Refused("not_asked", again=True)
        for number in range(TRIES):
            answer = await client.get(REPLAY, url, most=self.most)
            got = memento.capture_of(
                answer.status,
                answer.headers,
                answer.body,
                row.stamp,
                row.url,
                cut=answer.cut,
                rewritten=source == WAYBACK,
            )
            if isinstance(got, Exchange):
                via = via_source(source)
                notes = memento.notes(answer.headers, answer.status, answer.body, row.digest, via)
                self._came(held, self.keeper.replayed(held, got, url, notes))
                return
            refused = got
            if not got.again:
                break
            await client.pace.pause(_backoff(number, self.rate))
        self._lost(held, refused.reason, again=refused.again)

    async def _record(self, held: Held) -> None:
        """Fetches one record of Common Crawl by its bytes."""
        client = self.clients[COMMONCRAWL]
        file, offset, length = held.row.ref.rsplit(" ", 2)
        part = f"bytes={offset}-{int(offset) + int(length) - 1}"
        source = f"{client.base}/{file}"
        answer = await client.steady(DATA, source, {"Range": part})
        if answer.status == 200:
            raise ArchiveAway(
                Verdict.UNREACHABLE, message("{host} gives no parts of files (no Range)", host=client.host)
            )
        record = None
        if answer.status == 206 and len(answer.body) == int(length):
            try:
                record = record_in(answer.body)
            except (OSError, ValueError, EOFError):
                record = None
        if record is None or record.kind not in ("response", "revisit"):
            reason = f"http_{answer.status}" if answer.status != 206 else "no_record"
            self._lost(held, reason, again=answer.status >= 500 or answer.cut)
            return
        self._came(held, self.keeper.copied(held, answer.body, record, source, part))

    def _came(self, held: Held, how: str) -> None:
        self.result.fetched += 1
        if how in ("broken_or_cut_body", "no_response"):
            self._name(held, f"truncated: {held.row.truncated}" if held.row.truncated else how)

    def _lost(self, held: Held, reason: str, *, again: bool) -> None:
        """Notes a capture that did not come; one that may come later is asked for by a later rescue, too."""
        final = not again or held.tries + 1 >= TRIES
        self.keeper.ended(held, State.UNPLAYABLE if final else State.WANTED, reason)
        self._name(held, reason)

    def _name(self, held: Held, reason: str) -> None:
        self.result.unplayable += 1
        if len(self.result.unplayed) < _NAMED:
            one = held.row
            self.result.unplayed.append(f"{one.url} of {one.stamp} ({one.source}): {reason}")


def _backoff(number: int, rate: float) -> float:
    """Returns the seconds before a capture is asked for again: 4, 8, 16 at a rate of one a second."""
    return float(4 * 2**number / max(1.0, rate))

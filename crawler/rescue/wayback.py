"""Reads the list of the Wayback Machine, answer by answer; where it stopped is kept with the rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from crawler.errors import ArchiveAway
from crawler.rescue import cdx
from crawler.rescue.asking import Client
from crawler.rescue.cdx import Scope
from crawler.rescue.choose import moment
from crawler.rescue.pace import CDX
from crawler.rescue.sites import under
from storage.database import Database
from storage.holdings import store
from storage.holdings.records import Row
from storage.holdings.store import Progress
from storage.language.messages import message
from storage.vocabulary import Verdict
from storage.warc.captures import Exchange
from storage.warc.provenance import WAYBACK

_LARGE = 100_000  # lines; beyond, a query from a day on may end early, so such a host is read as a whole
_AGAIN = timedelta(days=30)  # captures are indexed late; so often a list is read as a whole
_FIRST_YEAR = 1996  # of the Wayback Machine
_SLOW = (500, 502, 503, 504)

Keep = Callable[[Exchange | None, Sequence[Row], dict[tuple[str, str, str], Progress]], int]


@dataclass(slots=True)
class Walk:
    """Lists `scope`; `keep` keeps an answer with its rows and how far the list is read then."""

    client: Client
    db: Database
    keep: Keep
    tell: Callable[[str], None]
    newest: str = ""  # moment of the latest capture known, 14 digits

    async def read(self, scope: Scope) -> None:
        """Reads the list of `scope` to its end, or what is new since it was read last.

        Raises ArchiveAway (excluded, unreachable, banned), Interrupted, StorageError.
        """
        held = store.progress(self.db, WAYBACK, scope.name, "")
        if held is None or (held.until_at and not held.resume):
            held = self._anew(held)
        if not await self._part(scope, "", held, cdx.LIMIT):
            self.tell(
                message(
                    "{name}: the list is too long for one query; it is read year by year", name=scope.name
                )
            )
            for year in range(_FIRST_YEAR, datetime.now(UTC).year + 1):
                part = store.progress(self.db, WAYBACK, scope.name, str(year)) or Progress()
                if part.until_at and not part.resume and year < datetime.now(UTC).year:
                    continue
                if not await self._part(scope, str(year), replace(part, until_at=None), cdx.LIMIT):
                    raise ArchiveAway(
                        Verdict.UNREACHABLE,
                        message(
                            "{host} cannot list {name} of {year}",
                            host=self.client.host,
                            name=scope.name,
                            year=year,
                        ),
                    )
            end = replace(held, resume=None, until_at=datetime.now(UTC), lines=max(held.lines, _LARGE))
            self.keep_progress(scope, end)

    def keep_progress(self, scope: Scope, told: Progress) -> None:
        """Keeps how far the list is read, without an answer."""
        store.add(self.db, "", "", (), {(WAYBACK, scope.name, ""): told})

    def _anew(self, held: Progress | None) -> Progress:
        """Returns where to begin: where the list is known, the day before its latest capture."""
        now = datetime.now(UTC)
        if held is None or not held.lines or held.lines >= _LARGE or held.stop is not None:
            return Progress(began_at=now, stop=held.stop if held else None)
        if held.began_at and not held.since and held.began_at < now - _AGAIN:
            return Progress(began_at=now)
        latest = moment(self.newest)
        if latest is None:
            return Progress(began_at=now)
        since = (latest - timedelta(days=1)).strftime("%Y%m%d%H%M%S")
        return Progress(since=since, began_at=held.began_at, lines=held.lines)

    async def _part(self, scope: Scope, part: str, held: Progress, limit: int) -> bool:
        """Reads one part of the list; returns False where the archive cannot answer even short queries."""
        resume, lines, stop = held.resume or "", 0, held.stop
        unsure, last = 0, None  # lines of an answer that had no key: it may have ended early
        while True:
            url = cdx.query(self.client.base, scope, limit, resume, part or held.since, part)
            answer = await self.client.get(CDX, url)
            if cdx.blocked(answer.body):
                raise ArchiveAway(
                    "excluded",
                    message("the Wayback Machine does not show {name} (excluded)", name=scope.name),
                )
            if answer.status in _SLOW:
                if limit <= cdx.LEAST:
                    return False
                limit = max(cdx.LEAST, limit // 4)
                await self.client.pace.pause(1.0)
                continue
            try:
                if answer.status != 200:
                    raise ValueError(f"HTTP {answer.status}")
                found = cdx.parse(answer.body)
            except ValueError as error:
                text = message(
                    "{host}: its list of {name} cannot be read: {error}",
                    host=self.client.host,
                    name=scope.name,
                    error=error,
                )
                raise ArchiveAway(Verdict.UNREACHABLE, text) from error
            if found.lines and unsure:  # no key, and yet there was more
                stop = min(stop or unsure, unsure)
            lines += found.lines
            ends = not found.lines and not found.resume
            stuck = found.last is not None and found.last == last
            following = "" if ends or stuck else found.resume or (cdx.after(found.last) if found.last else "")
            unsure = 0 if found.resume else found.lines
            now = datetime.now(UTC)
            told = replace(
                held,
                resume=following or None,
                until_at=None if following else now,
                lines=lines if not held.since else max(held.lines, lines),
                stop=stop,
                began_at=held.began_at or now,
            )
            rows = [row for row in found.rows if under(scope, row.url)]
            new = self.keep(answer, rows, {(WAYBACK, scope.name, part): told})
            if not following:
                return True
            if found.lines:
                self.tell(
                    message(
                        "{name}: {count} lines of the list read, {new} captures not known before",
                        name=scope.name,
                        count=lines,
                        new=new,
                    )
                )
            resume, last = following, found.last

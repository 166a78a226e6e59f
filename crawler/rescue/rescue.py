"""Rescues portals: lists what archives hold, chooses, fetches, reads; one portal after the other."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from crawler.config import Config
from crawler.errors import ArchiveAway, Refused
from crawler.locks import alone
from crawler.registry.entries import District, Portal
from crawler.registry.load import Registry
from crawler.reread.captures import Owners
from crawler.rescue import commoncrawl, memento, wayback
from crawler.rescue.asking import BANNED, REFUSED, Asking, Client, run
from crawler.rescue.cdx import Scope
from crawler.rescue.choose import TRIES, Choice, article_like, bound, choose, moment
from crawler.rescue.keeping import Keeper
from crawler.rescue.pace import DATA, REPLAY, Pace, interval
from crawler.rescue.results import Order, Result
from crawler.rescue.sites import scopes_of
from storage.articles.queries import sync_registry
from storage.database import Database
from storage.holdings import store
from storage.holdings.records import Held, Row, State
from storage.holdings.store import Progress
from storage.text import counted
from storage.vocabulary import Verdict
from storage.warc.captures import Exchange
from storage.warc.provenance import COMMONCRAWL, WAYBACK
from storage.warc.walk import record_in

_ALL = "all"  # the part of a list of Common Crawl that says when all its crawls were listed
_FRESH = timedelta(days=1)


@dataclass(slots=True)
class Rescue:
    """Works through `districts`; what it did stands in `results`, also where it was ended early."""

    districts: Sequence[District]
    config: Config
    db: Database
    order: Order
    tell: Callable[[str], None]
    results: list[Result] = field(default_factory=list)
    requests: Counter[str] = field(default_factory=Counter)
    _away: dict[str, ArchiveAway] = field(default_factory=dict)  # by source
    _clients: dict[str, Client] = field(default_factory=dict)
    _common: commoncrawl.Walk | None = None
    _keeper: Keeper | None = None
    _lock: ExitStack = field(default_factory=ExitStack)  # of the district at hand
    _now: tuple[Result, Portal] | None = None  # the portal at hand
    _places: dict[str, tuple[str, str]] = field(default_factory=dict)  # scope to district and portal

    def run(self) -> bool:
        """Rescues; returns whether it came to its end. Raises StorageError, OSError."""
        bases = (
            self.config.wayback_url,
            self.config.commoncrawl_index_url,
            self.config.commoncrawl_data_url,
        )
        sync_registry(self.db, [district.record() for district in self.districts])
        try:
            whole = run(self._work, bases)
        finally:
            if self._keeper is not None:
                self._keeper.close()
            self._lock.close()
            self.requests.update({client.host: client.asked for client in self._clients.values()})
        return whole

    async def _work(self, spider: Asking) -> None:
        for name, base in (
            (WAYBACK, self.config.wayback_url),
            ("index", self.config.commoncrawl_index_url),
            (COMMONCRAWL, self.config.commoncrawl_data_url),
        ):
            pace = Pace(base, self.config.rescue_rate, spider.ending)
            self._clients[name] = Client(spider, base, self.db, pace, self.tell)
        pairs = [(district, portal) for district in self.districts for portal in district.portals]
        for district, portal in pairs:
            for scope in scopes_of(portal):
                self._places.setdefault(scope.name, (district.id, portal.url))
        day = self.order.since[:8], self.order.until[:8]
        index, data = self._clients["index"], self._clients[COMMONCRAWL]
        self._common = commoncrawl.Walk(index, data, self.db, self._keep_common, self.tell, *day)
        self._open(self.districts[0])  # for the answers that list several portals at once
        if len(pairs) > 1:
            scopes = [s for _, portal in pairs for s in self._unread(COMMONCRAWL, portal)]
            await self._source(COMMONCRAWL, self._read_common(scopes, files=True), None)
        for district, portal in pairs:
            result = Result(district.id, portal.url)
            self.results.append(result)
            try:
                self._open(district)
            except Refused as why:
                if len(self.districts) == 1:
                    raise
                result.evidence.append(str(why))
                continue
            await self._portal(portal, result)

    def _open(self, district: District) -> None:
        """Makes the keeper of `district`, and has it take up what a killed rescue left."""
        if self._keeper is not None and self._keeper.district_id == district.id:
            return
        if self._keeper is not None:
            self._keeper.close()
        locks = self.config.data / "locks"
        locks.mkdir(parents=True, exist_ok=True)
        self._lock.close()
        self._lock.enter_context(alone(locks / f"rescue-{district.id}.lock", f"a rescue of {district.id}"))
        owners = Owners(Registry((district,)))
        agent = self.config.user_agent
        self._keeper = Keeper(self.db, self.config.warc, district.id, owners, agent)
        if taken := self._keeper.take_up():
            self.tell(f"{district.id}: read {counted(taken, 'record')} that an earlier rescue had not stored")

    async def _source(self, source: str, work: Any, result: Result | None) -> bool:
        """Awaits `work` unless its source is away; returns whether it was done."""
        if source in self._away or source not in self.order.sources:
            work.close()
            return source not in self.order.sources
        try:
            await work
        except ArchiveAway as away:
            if away.word != "excluded":
                self._away[source] = away
                self.tell(str(away))
            elif result is not None:
                result.verdict = away.word
                result.evidence.append(str(away))
            return False
        return True

    async def _portal(self, portal: Portal, result: Result) -> None:
        self._now = result, portal
        self.tell(f"{portal.url}: reading what archives hold")
        assert self._common is not None and self._keeper is not None
        scopes = self._unread(COMMONCRAWL, portal)
        await self._source(COMMONCRAWL, self._read_common(scopes, files=False), result)
        await self._source(WAYBACK, self._wayback(portal, self._unread(WAYBACK, portal)), result)
        choice = self._choose(portal, result)
        if self.order.only_list:
            self._judge(result, "listed")
            return
        if result.to_fetch:
            captures = counted(result.to_fetch, "capture")
            self.tell(f"{portal.url}: {captures} to fetch, about {result.minutes:.0f} min")
        await self._fetch(portal, choice, result)
        self._keeper.sightings(store.held(self.db, portal.url))
        self._keeper.settle(portal.url)
        if portal.status in ("gone", "hijacked"):  # its pages are no more, whether or not an archive saw that
            last = moment(bound(portal) or "") if portal.until else None
            store.end_portal(self.db, portal.url, last or datetime.now(UTC))
        result.counts = Counter(self._keeper.counts)
        self._keeper.counts.clear()
        self._judge(result, "ok")

    def _unread(self, source: str, portal: Portal) -> list[Scope]:
        """Returns what of `portal` is to be listed.

        Nothing that was listed within a day, while captures of it wait: an interrupted rescue goes on with
        the list that it has.
        """
        waiting = store.waiting(self.db, portal.url, source)
        since = datetime.now(UTC) - _FRESH
        found: list[Scope] = []
        for scope in scopes_of(portal):
            part = _ALL if source == COMMONCRAWL else ""
            read = store.progress(self.db, source, scope.name, part)
            if not (waiting and read and read.until_at and read.until_at > since):
                found.append(scope)
        return found

    async def _read_common(self, scopes: Sequence[Scope], *, files: bool) -> None:
        """Reads what Common Crawl has of `scopes`."""
        assert self._common is not None
        if not scopes:
            return
        await self._common.read(scopes, files=files)
        now = datetime.now(UTC)
        lists = {(COMMONCRAWL, scope.name, _ALL): Progress(began_at=now, until_at=now) for scope in scopes}
        store.add(self.db, "", "", (), lists)

    async def _wayback(self, portal: Portal, scopes: Sequence[Scope]) -> None:
        newest = store.newest(self.db, portal.url, WAYBACK)
        walk = wayback.Walk(self._clients[WAYBACK], self.db, self._keep_wayback, self.tell, newest)
        for scope in scopes:
            await walk.read(scope)

    def _choose(self, portal: Portal, result: Result) -> Choice:
        """Chooses what is fetched, keeps that as the states of the holdings, and counts it."""
        everything = store.held(self.db, portal.url)
        holdings = [one for one in everything if one.row.source in self.order.sources]
        end = bound(portal, self.order.until or None)
        choice = choose(holdings, lambda url: article_like(portal, url), end, self.order.since)
        before = {one.id: one.state for one in holdings}
        store.set_states(self.db, {k: v for k, v in choice.states.items() if before[k] != v})
        result.rows = len(holdings)
        result.urls = len({one.row.url_id for one in holdings})
        other = {one.row.url_id for one in holdings if choice.states.get(one.id) is not State.OTHER}
        result.article_like = len(other)
        result.held, result.to_fetch = choice.count(State.HELD), len(choice.wanted)
        result.sightings, result.gone = choice.count(State.SIGHTING), choice.count(State.GONE)
        result.after_end = choice.count(State.AFTER_END)
        if portal.status == "hijacked" and portal.until is None and not self.order.until:
            result.evidence.append(
                "the portal was hijacked and the registry has no `until`: nothing is fetched; "
                "give its last own day there, or --until"
            )
        kinds = Counter(REPLAY if one.row.source == WAYBACK else DATA for one in choice.wanted)
        hosts = {REPLAY: self._clients[WAYBACK].pace.host, DATA: self._clients[COMMONCRAWL].pace.host}
        rate = self.config.rescue_rate
        result.minutes = round(sum(n * interval(hosts[k], k, rate) for k, n in kinds.items()) / 60, 1)
        return choice

    async def _fetch(self, portal: Portal, choice: Choice, result: Result) -> None:
        wanted = choice.wanted[: self.order.limit]
        for number, held in enumerate(wanted, 1):
            source = held.row.source
            get = self._replay if source == WAYBACK else self._record
            if source not in self._away:
                await self._source(source, get(held, result), result)
            if number % 25 == 0 or number == len(wanted):
                left = math.ceil(result.minutes * (len(wanted) - number) / max(1, len(choice.wanted)))
                self.tell(f"{portal.url}: {number} of {len(wanted)} captures, about {left} min left")

    async def _replay(self, held: Held, result: Result) -> None:
        """Fetches one capture from the Wayback Machine."""
        client, row = self._clients[WAYBACK], held.row
        url = memento.address(client.base, row.stamp, row.url)
        assert self._keeper is not None
        refused = memento.Refused("not_asked", again=True)
        for number in range(TRIES):
            answer = await client.get(REPLAY, url)
            got = memento.capture_of(
                answer.status, answer.headers, answer.body, row.stamp, row.url, cut=answer.cut
            )
            if isinstance(got, Exchange):
                notes = memento.notes(answer.headers, answer.status, answer.body, row.digest)
                self._came(held, self._keeper.replayed(held, got, url, notes), result)
                return
            refused = got
            if not got.again:
                break
            await client.pace.pause(_backoff(number, self.config.rescue_rate))
        self._lost(held, refused.reason, result, again=refused.again)

    async def _record(self, held: Held, result: Result) -> None:
        """Fetches one record of Common Crawl by its bytes."""
        client, keeper = self._clients[COMMONCRAWL], self._keeper
        assert keeper is not None
        file, offset, length = held.row.ref.rsplit(" ", 2)
        part = f"bytes={offset}-{int(offset) + int(length) - 1}"
        source = f"{client.base}/{file}"
        answer = await client.steady(DATA, source, {"Range": part})
        if answer.status == 200:
            raise ArchiveAway(Verdict.UNREACHABLE, f"{client.host} gives no parts of files (no Range)")
        record = None
        if answer.status == 206 and len(answer.body) == int(length):
            try:
                record = record_in(answer.body)
            except (OSError, ValueError, EOFError):
                record = None
        if record is None or record.kind not in ("response", "revisit"):
            reason = f"http_{answer.status}" if answer.status != 206 else "no_record"
            self._lost(held, reason, result, again=answer.status >= 500 or answer.cut)
            return
        self._came(held, keeper.copied(held, answer.body, record, source, part), result)

    def _came(self, held: Held, how: str, result: Result) -> None:
        result.fetched += 1
        if how in ("broken_or_cut_body", "no_response"):
            cut = f"truncated: {held.row.truncated}" if held.row.truncated else how
            self._name(held, cut, result)

    def _lost(self, held: Held, reason: str, result: Result, *, again: bool) -> None:
        """Notes a capture that did not come; one that may come later is asked for by a later rescue, too."""
        assert self._keeper is not None
        final = not again or held.tries + 1 >= TRIES
        self._keeper.ended(held, State.UNPLAYABLE if final else State.WANTED, reason)
        self._name(held, reason, result)

    def _name(self, held: Held, reason: str, result: Result) -> None:
        result.unplayable += 1
        if len(result.unplayed) < 20:  # the archive has them all
            result.unplayed.append(f"{held.row.url} of {held.row.stamp} ({held.row.source}): {reason}")

    def _judge(self, result: Result, word: str) -> None:
        """Gives the portal its verdict, and says why."""
        excluded = result.verdict == "excluded"
        away = [self._away[source] for source in self.order.sources if source in self._away]
        if excluded:
            word = "excluded"
        elif away:
            word = next((w for w in (BANNED, REFUSED) if any(one.word == w for one in away)), away[0].word)
        elif result.unplayable:
            word = "partial"
        elif not result.rows:
            word = "nothing_archived"
        result.evidence += [str(one) for one in away]
        if result.unplayable:
            result.evidence.append(f"{counted(result.unplayable, 'capture')} could not be had or read")
        result.verdict = word

    def _keep_wayback(
        self, answer: Exchange, rows: Sequence[Row], lists: dict[tuple[str, str, str], Progress]
    ) -> int:
        assert self._now is not None and self._keeper is not None
        result, _ = self._now
        self._keeper.listed(answer)
        return store.add(self.db, result.district_id, result.portal, rows, lists)

    def _keep_common(
        self,
        answer: Exchange | None,
        scope: Scope,
        rows: Sequence[Row],
        lists: dict[tuple[str, str, str], Progress],
    ) -> int:
        assert self._keeper is not None
        if answer is not None:
            self._keeper.listed(answer)
        return store.add(self.db, *self._places[scope.name], rows, lists)


def _backoff(number: int, rate: float) -> float:
    """Returns the seconds before a capture is asked for again: 4, 8, 16 at a rate of one a second."""
    return float(4 * 2**number / max(1.0, rate))


def rescue(
    districts: Sequence[District],
    config: Config,
    db: Database,
    order: Order,
    tell: Callable[[str], None],
) -> tuple[Rescue, bool]:
    """Rescues `districts`; returns the work and whether it came to its end, not to that of a signal."""
    work = Rescue(districts, config, db, order, tell)
    return work, work.run()

"""Rescues portals: lists what archives hold, chooses, fetches, reads; one portal after the other."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Container, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from crawler.config import Config
from crawler.errors import ArchiveAway, Refused
from crawler.fetch.filehosts import largest
from crawler.locks import alone
from crawler.registry.entries import District, Portal
from crawler.registry.load import Registry
from crawler.reread.captures import Owners
from crawler.rescue import collection, commoncrawl, wayback
from crawler.rescue.asking import Asking, Client, run
from crawler.rescue.cdx import Scope
from crawler.rescue.choose import Choice, article_like, bound, choose, moment
from crawler.rescue.fetching import Fetching
from crawler.rescue.keeping import Keeper
from crawler.rescue.missing import elsewhere, missing
from crawler.rescue.pace import DATA, REPLAY, Pace, interval
from crawler.rescue.results import SOURCES, Order, Result
from crawler.rescue.sites import scopes_of
from storage.articles.queries import sync_registry
from storage.database import Database
from storage.filing.addresses import file_id
from storage.filing.queries import linked
from storage.filing.words import Kind
from storage.holdings import figures, store
from storage.holdings.records import Held, Row, State
from storage.holdings.store import Progress
from storage.language.messages import message
from storage.runs import runs
from storage.text import counted
from storage.vocabulary import Rescued, RunKind
from storage.warc.captures import Exchange
from storage.warc.provenance import COMMONCRAWL, WAYBACK

_ALL = "all"  # the part of a list of Common Crawl that says when all its crawls were listed
_FRESH = timedelta(days=1)
_FILES_FRESH = timedelta(days=30)  # a list of one file, read so lately, is not read again


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
        bases = list(self._bases().values())
        sync_registry(self.db, [district.record() for district in self.districts])
        try:
            whole = run(self._work, bases)
        finally:
            if self._keeper is not None:
                self._keeper.close()
            self._lock.close()
            self.requests.update({client.host: client.asked for client in self._clients.values()})
        return whole

    def _bases(self) -> dict[str, str]:
        """Returns the addresses of what is asked, by source; that of Common Crawl's index is `index`."""
        return {
            WAYBACK: self.config.wayback_url,
            "index": self.config.commoncrawl_index_url,
            COMMONCRAWL: self.config.commoncrawl_data_url,
        } | {source: source for source in self.order.sources if source not in SOURCES}

    async def _work(self, spider: Asking) -> None:
        for name, base in self._bases().items():
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
            result.run_id = runs.start(self.db, district.id, portal.url, RunKind.RESCUE)
            try:
                await self._portal(portal, result)
            finally:
                self._ended(result)

    def _open(self, district: District) -> None:
        """Makes the keeper of `district`, and has it take up what a killed rescue left."""
        if self._keeper is not None and self._keeper.district_id == district.id:
            return
        if self._keeper is not None:
            self._keeper.close()
        locks = self.config.data / "locks"
        locks.mkdir(parents=True, exist_ok=True)
        self._lock.close()
        self._lock.enter_context(
            alone(locks / f"rescue-{district.id}.lock", message("a rescue of {id}", id=district.id))
        )
        owners = Owners(Registry((district,)), partial(linked, self.db))
        agent = self.config.user_agent
        self._keeper = Keeper(self.db, self.config.warc, district.id, owners, agent)
        runs.mark_died(self.db)
        if taken := self._keeper.take_up():
            self.tell(
                message(
                    "{id}: read {taken} that an earlier rescue had not stored",
                    id=district.id,
                    taken=counted(taken, "record"),
                )
            )

    async def _source(self, source: str, work: Any, result: Result | None) -> bool:
        """Awaits `work` unless its source is away; returns whether it was done."""
        if source in self._away or source not in self.order.sources:
            work.close()
            return source not in self.order.sources
        try:
            await work
        except ArchiveAway as away:
            if away.word != Rescued.EXCLUDED:
                self._away[source] = away
                self.tell(str(away))
            elif result is not None:
                result.verdict = Rescued.EXCLUDED
                result.evidence.append(str(away))
            return False
        return True

    async def _portal(self, portal: Portal, result: Result) -> None:
        self._now = result, portal
        self.tell(message("{url}: reading what archives hold", url=portal.url))
        assert self._common is not None and self._keeper is not None
        scopes = self._unread(COMMONCRAWL, portal)
        await self._source(COMMONCRAWL, self._read_common(scopes, files=False), result)
        newest = store.newest(self.db, portal.url, WAYBACK)
        await self._source(WAYBACK, self._wayback(self._unread(WAYBACK, portal), newest), result)
        for source in self.order.sources:
            if source not in SOURCES:
                scopes = self._unread(source, portal)
                await self._source(source, self._collection(source, scopes), result)
        files = await self._missing(portal, result)
        choice = self._choose(portal, result, files)
        if self.order.only_list:
            result.judge(Rescued.LISTED, self._absent())
            return
        if result.to_fetch:
            captures = counted(result.to_fetch, "capture")
            self.tell(
                message(
                    "{url}: {captures} to fetch, about {minutes:.0f} min",
                    url=portal.url,
                    captures=captures,
                    minutes=result.minutes,
                )
            )
        wanted = choice.wanted[: self.order.limit]
        await self._fetch(portal, wanted, result)
        files |= (new := await self._missing(portal, result))  # of articles that came just now, too
        if new:
            left = None if self.order.limit is None else self.order.limit - len(wanted)
            asked = {one.id for one in choice.wanted}
            more = [one for one in self._chosen(portal, new).wanted if one.id not in asked]
            more = [one for one in more if file_id(one.row.url) in new]
            result.to_fetch, result.files = result.to_fetch + len(more), result.files + len(more)
            await self._fetch(portal, more[:left], result)
        if files:
            self._keeper.file(files)
        self._keeper.sightings(store.held(self.db, portal.url))
        self._keeper.settle(portal.url)
        if portal.status in ("gone", "hijacked"):  # its pages are no more, whether or not an archive saw that
            last = moment(bound(portal) or "") if portal.until else None
            store.end_portal(self.db, portal.url, last or datetime.now(UTC))
        result.counts = Counter(self._keeper.counts)
        self._keeper.counts.clear()
        result.judge(Rescued.OK, self._absent())

    def _absent(self) -> list[ArchiveAway]:
        return [self._away[source] for source in self.order.sources if source in self._away]

    def _ended(self, result: Result) -> None:
        """Closes the run of a portal with its verdict, or as stopped where it was not judged."""
        assert result.run_id is not None and self._keeper is not None
        with self.db.reading() as connection:
            found = figures.spanning(figures.of_portal(connection, result.district_id, result.portal))
        evidence = [*result.evidence, *(one.sentence for one in found)]
        files = self._keeper.written()
        runs.finish(self.db, result.run_id, result.verdict, result.tally(), evidence, files)

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

    async def _wayback(self, scopes: Sequence[Scope], newest: str = "") -> None:
        walk = wayback.Walk(self._clients[WAYBACK], self.db, self._keep_here, self.tell, newest)
        for scope in scopes:
            await walk.read(scope)

    async def _collection(self, source: str, scopes: Sequence[Scope]) -> None:
        walk = collection.Walk(self._clients[source], self._keep_here, self.tell)
        for scope in scopes:
            await walk.read(scope)

    async def _missing(self, portal: Portal, result: Result) -> dict[str, str]:
        """Returns the files of `portal` to ask for, id to URL; lists those that no list of a host has."""
        files = missing(self.db, portal, self.config.kept)
        since = datetime.now(UTC) - _FILES_FRESH
        for source in self.order.sources:
            if source == COMMONCRAWL:  # a request a crawl and file, and it cuts what is large
                continue
            scopes = [
                scope
                for scope in elsewhere(portal, files.values())
                if not ((read := store.progress(self.db, source, scope.name, "")) and read.until_at)
                or read.until_at < since
            ]
            ask = self._wayback if source == WAYBACK else partial(self._collection, source)
            if scopes:
                await self._source(source, ask(scopes), result)
        return files

    def _chosen(self, portal: Portal, files: Container[str]) -> Choice:
        """Chooses what is fetched, and keeps that as the states of the holdings."""
        everything = store.held(self.db, portal.url)
        holdings = [one for one in everything if one.row.source in self.order.sources]
        choice = choose(
            holdings,
            lambda url: article_like(portal, url),
            bound(portal, self.order.until or None),
            self.order.since,
            lambda url: file_id(url) in files,
        )
        before = {one.id: one.state for one in holdings}
        store.set_states(self.db, {k: v for k, v in choice.states.items() if before[k] != v})
        choice.holdings = holdings
        return choice

    def _choose(self, portal: Portal, result: Result, files: Container[str]) -> Choice:
        """Chooses what is fetched, and counts it."""
        choice = self._chosen(portal, files)
        holdings = choice.holdings
        result.files = sum(file_id(one.row.url) in files for one in choice.wanted)
        result.rows = len(holdings)
        result.urls = len({one.row.url_id for one in holdings})
        other = {one.row.url_id for one in holdings if choice.states.get(one.id) is not State.OTHER}
        result.article_like = len(other)
        result.held, result.to_fetch = choice.count(State.HELD), len(choice.wanted)
        result.sightings, result.gone = choice.count(State.SIGHTING), choice.count(State.GONE)
        result.after_end = choice.count(State.AFTER_END)
        if portal.status == "hijacked" and portal.until is None and not self.order.until:
            result.evidence.append(
                message(
                    "the portal was hijacked and the registry has no `until`: nothing is fetched; give its "
                    "last own day there, or --until"
                )
            )
        seconds = 0.0
        for source, number in Counter(one.row.source for one in choice.wanted).items():
            host, kind = self._clients[source].pace.host, DATA if source == COMMONCRAWL else REPLAY
            seconds += number * interval(host, kind, self.config.rescue_rate)
        result.minutes = round(seconds / 60, 1)
        return choice

    async def _fetch(self, portal: Portal, wanted: Sequence[Held], result: Result) -> None:
        assert self._keeper is not None
        rate, most = self.config.rescue_rate, largest(portal, Kind.ATTACHMENT)
        fetching = Fetching(self._clients, self._keeper, result, rate, most)
        for number, held in enumerate(wanted, 1):
            source = held.row.source
            if source not in self._away:
                await self._source(source, fetching.fetch(held), result)
            if number % 25 == 0 or number == len(wanted):
                left = math.ceil(result.minutes * (len(wanted) - number) / max(1, result.to_fetch))
                self.tell(
                    message(
                        "{url}: {number} of {count} captures, about {left} min left",
                        url=portal.url,
                        number=number,
                        count=len(wanted),
                        left=left,
                    )
                )

    def _keep_here(
        self, answer: Exchange | None, rows: Sequence[Row], lists: dict[tuple[str, str, str], Progress]
    ) -> int:
        """Keeps an answer that lists captures of the portal at hand; returns how many are new."""
        assert self._now is not None
        return self._keep(answer, (self._now[0].district_id, self._now[0].portal), rows, lists)

    def _keep_common(
        self,
        answer: Exchange | None,
        scope: Scope,
        rows: Sequence[Row],
        lists: dict[tuple[str, str, str], Progress],
    ) -> int:
        return self._keep(answer, self._places[scope.name], rows, lists)

    def _keep(
        self,
        answer: Exchange | None,
        place: tuple[str, str],
        rows: Sequence[Row],
        lists: dict[tuple[str, str, str], Progress],
    ) -> int:
        assert self._keeper is not None
        if answer is not None:
            self._keeper.listed(answer)
        return store.add(self.db, *place, rows, lists)


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

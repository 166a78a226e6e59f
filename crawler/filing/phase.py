"""The phase of files: after the news, processes ask the file hosts, each host one request at a time.

It starts nothing where nothing is due. What came of it is read from the archive, so a process that dies costs
no more than what it had under way.
"""

from __future__ import annotations

import logging
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from crawler.config import Config
from crawler.fetch.filehosts import drawn, kinds_of, may_ask
from crawler.filing.recovery import take_in
from crawler.night.forkclient import ForkServer
from crawler.night.night import catching, cores, scarce
from crawler.registry.entries import Portal
from crawler.registry.load import Registry
from storage.database import Database
from storage.filing import queries
from storage.filing.figures import Figures, figures_since
from storage.filing.words import FILES, Kind
from storage.language.codes import word
from storage.language.messages import message
from storage.text import counted

PER_CORE = 4  # processes: they wait for servers nine tenths of the time
MINUTES = 480  # as a portal's crawl has
_POLL_SECONDS = 0.2
_DISK_SECONDS = 5.0
_STOP_SECONDS = 60.0
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which files are fetched: those of `districts` (ids; None: of all), of `kinds` (empty: what is kept of
    each portal), at most `limit` a host and portal; `every`: also those that are not due. `backlog`: what all
    kept pages draw with, not only the newest.
    """

    districts: frozenset[str] | None = None
    kinds: frozenset[Kind] = frozenset()
    limit: int | None = None
    every: bool = False
    backlog: bool = False


@dataclass(slots=True)
class Fetched:
    """What a phase did: figures of what was looked at, and lines for the operator."""

    figures: Figures
    notices: list[str] = field(default_factory=list)
    seconds: float = 0.0


def fetch(
    config: Config,
    registry: Registry,
    database: Database,
    wanted: Wanted,
    *,
    jobs: int | None = None,
    tell: Callable[[str], None] = lambda line: None,
) -> Fetched:
    """Fetches the files that are due; returns what came of it. Raises StorageError.

    The first SIGINT or SIGTERM lets what is under way end, the second kills it.
    """
    began, started = time.monotonic(), datetime.now(UTC).replace(microsecond=0)
    take_in(database, config.warc, registry)
    with _workers(config, jobs) as workers:
        _draw(config, registry, database, wanted, started, workers)
        hosts = due_hosts(config, registry, database, wanted, started)
        if hosts and not workers.stopped:
            due, servers = counted(sum(hosts.values()), "file"), counted(len(hosts), "host")
            tell(message("due: {files} on {hosts}", files=due, hosts=servers))
            workers.ask(hosts, wanted)
    figures = figures_since(database, started, wanted.districts)
    return Fetched(figures, workers.notices + failing(figures), time.monotonic() - began)


def _draw(
    config: Config, registry: Registry, database: Database, wanted: Wanted, now: datetime, workers: _Workers
) -> None:
    """Fetches what kept pages draw with, round by round, as style sheets name more."""
    if wanted.kinds and Kind.REQUISITE not in wanted.kinds:
        return
    if not drawn(registry, config.kept, chosen=bool(wanted.kinds)):
        return
    from crawler.filing.requisites import ROUNDS, templates  # the reader of pages is slow to load

    found = templates(
        database, config.warc, registry, config.kept,
        districts=wanted.districts, chosen=bool(wanted.kinds), every=wanted.every, backlog=wanted.backlog,
    )  # fmt: skip
    only = replace(wanted, kinds=frozenset([Kind.REQUISITE]), every=False)
    for _ in range(ROUNDS if found else 0):
        for template in found:
            template.note()
        hosts = due_hosts(config, registry, database, only, now)
        if not hosts or workers.stopped:
            break
        workers.ask(hosts, only)


def due_hosts(
    config: Config, registry: Registry, database: Database, wanted: Wanted, now: datetime
) -> dict[str, int]:
    """Returns the hosts that may be asked, and how many files are due there; marks the files of all others
    as off-site. Raises StorageError.
    """
    portals = {portal.url: portal for district in registry.districts for portal in district.portals}
    hosts: Counter[str] = Counter()
    for one in queries.waiting(database, now, wanted.districts, every=wanted.every):
        portal = portals.get(one.portal)
        if portal is None or not portal.crawlable or not _wants(portal, one.kind, wanted, config):
            continue
        there = may_ask(portal, one.leads_to or one.host) and may_ask(portal, one.host)
        if there == one.off_site:
            queries.place(database, one, off_site=not there, now=now)
        if there:
            hosts[one.host] += one.count
    return dict(hosts)


def failing(figures: Figures) -> list[str]:
    """Returns a line for each host of whose files more than half failed."""
    return [
        message(
            "files: {failed} of {asked} files of {host} failed ({reason}); they are asked for again",
            failed=failed,
            asked=asked,
            host=host,
            reason=word("reason", reason),
        )
        for host, (asked, failed, reason) in sorted(figures.hosts.items())
        if failed * 2 > asked
    ]


def _wants(portal: Portal, kind: Kind, wanted: Wanted, config: Config) -> bool:
    return kind in (wanted.kinds or kinds_of(portal, config.kept))


@dataclass(slots=True)
class _Workers:
    """The processes that ask file hosts. `notices` says what went wrong, `stopped` whether they are told to
    end.
    """

    config: Config
    jobs: int | None
    server: ForkServer
    signals: list[int] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    ended: bool = False
    orders: int = 0

    @property
    def stopped(self) -> bool:
        return self.ended or bool(self.signals)

    def ask(self, hosts: dict[str, int], wanted: Wanted) -> None:
        """Has processes ask `hosts`, dealt out by what is due; returns when they have ended."""
        count = min(len(hosts), self.jobs or PER_CORE * cores())
        hands: list[list[str]] = [[] for _ in range(count)]
        for place, host in enumerate(sorted(hosts, key=lambda one: (-hosts[one], one))):
            hands[place % count].append(host)
        left = dict(enumerate(hands, self.orders))
        self.orders += count
        for key, hand in left.items():
            _order(self.server, key, hand, wanted, self.config)
        self.ended = not _wait(self.server, left, self.signals, self.notices, self.config)


@contextmanager
def _workers(config: Config, jobs: int | None) -> Iterator[_Workers]:
    made = _Workers(config, jobs, ForkServer(config))
    with catching(made.signals):
        try:
            yield made
        finally:
            made.server.close()


def _order(server: ForkServer, key: int, hand: Sequence[str], wanted: Wanted, config: Config) -> None:
    arguments = {
        "hosts": ",".join(hand),
        "districts": ",".join(sorted(wanted.districts or ())),
        "kinds": ",".join(sorted(wanted.kinds)),
        "usual": ",".join(config.kept) or "none",
        "limit": "" if wanted.limit is None else str(wanted.limit),
        "full": "1" if wanted.every else "",
    }
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    server.order(
        key=key,
        district=FILES,
        log=str(config.data / "logs" / f"{FILES}-{stamp}-{key}.jsonl"),
        arguments=arguments,
        settings={"CLOSESPIDER_TIMEOUT": MINUTES * 60, "MEMUSAGE_LIMIT_MB": config.portal_mb},
        data_mb=2 * config.portal_mb + 256,
    )


def _wait(
    server: ForkServer, left: dict[int, list[str]], signals: list[int], notices: list[str], config: Config
) -> bool:
    """Waits until all have ended; returns whether more may be asked."""
    stopped: float | None = None
    looked = time.monotonic()
    while left:
        for one in server.news(_POLL_SECONDS):
            if "gone" in one:
                notices.append(
                    message("files: the process that starts the workers was lost; what is left waits")
                )
                return False
            if "status" in one and (hand := left.pop(one["key"], None)) and one["status"] and not stopped:
                notices.append(
                    message(
                        "files: the worker for {hosts} ended with status {status}",
                        hosts=_few(hand),
                        status=one["status"],
                    )
                )
        now = time.monotonic()
        while signals:
            number = signals.pop(0)
            _signal(server, left, signal.SIGKILL if stopped else number)
            stopped = stopped or now
        if now - looked > _DISK_SECONDS and stopped is None:
            looked = now
            if why := scarce(config):
                notices.append(message("files: {why}", why=why))
                _signal(server, left, signal.SIGTERM)
                stopped = now
        if stopped and now - stopped > _STOP_SECONDS:
            _signal(server, left, signal.SIGKILL)
    return stopped is None


def _signal(server: ForkServer, left: Iterable[int], number: int) -> None:
    for key in left:
        server.order(key=key, signal=int(number))


def _few(hosts: Sequence[str]) -> str:
    shown = ", ".join(hosts[:3])
    return message("{hosts} and {more} more", hosts=shown, more=len(hosts) - 3) if hosts[3:] else shown


def as_json(fetched: Fetched) -> dict[str, Any]:
    """Returns what a phase did for the summary of a crawl."""
    return {**fetched.figures.as_json(), "seconds": round(fetched.seconds, 1), "notices": fetched.notices}

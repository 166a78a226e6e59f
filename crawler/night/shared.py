"""The part of one machine in a night that many share: what it takes, what it reports, how the night ended."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from crawler.config import Config
from crawler.errors import Refused
from crawler.night.night import Night, catching
from crawler.night.servers import units
from crawler.night.worker import Worker
from crawler.registry.entries import District
from storage.database import Database, reachable
from storage.errors import StorageError
from storage.filing import queries
from storage.language.messages import gettext as _
from storage.language.messages import message
from storage.runs import nights, shared
from storage.runs.shared import Place, Seat
from storage.vocabulary import local

ASK_SECONDS = 2.0  # between two looks for a district while none is free
_TOLD_SECONDS = 60.0  # between two lines that say for whom the machine waits

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Part:
    """One machine's part: where crawler.night.night takes its districts from, and hands in how they went."""

    database: Database
    place: Place
    districts: Mapping[str, District]
    waiting: int = 0  # districts that others have, or nobody yet
    asked: float = field(default=0.0)  # when no district was free, on the monotonic clock

    def more(self, wanted: int) -> list[District]:
        """Returns districts to crawl now: of whole units, until there are `wanted`; none where none is free.

        Raises StorageError.
        """
        if self.asked and time.monotonic() - self.asked < ASK_SECONDS:
            return []
        taken: list[District] = []
        while len(taken) < wanted and (ids := shared.claim(self.database, self.place)):
            taken += [self.districts[one] for one in ids]
        self.asked = 0.0 if len(taken) >= wanted else time.monotonic()
        self.waiting = shared.waiting(self.database, self.place)
        return taken

    def over(self) -> bool:
        """Returns whether every district of the night is done, as far as this machine has seen."""
        return bool(self.asked) and self.waiting == 0

    def ended(self, worker: Worker) -> None:
        """Hands in how the crawl of a district went; one that could not begin is tried again later."""
        result = {
            "runs": [run.id for run in worker.runs if run.id is not None],
            "host": socket.gethostname(),
            "log": str(worker.log),
            "seconds": round(worker.seconds, 1),
            "cpu": round(worker.cpu, 2),
            "peak_mb": round(worker.peak_mb),
            "cut_short": worker.orphan,
        }
        if worker.unbegun:
            if shared.put_back(self.database, self.place, worker.district.id):
                self.waiting += 1
                return
            result |= {"words": worker.last_words()}
        shared.done(self.database, self.place, worker.district.id, result)


@contextmanager
def taking_part(
    config: Config,
    database: Database,
    districts: Sequence[District],
    selection: Mapping[str, Any],
) -> Iterator[Part | str]:
    """Joins the open night of `selection`, or opens one, and shows for the length of the block that this
    machine lives. Yields its part; where the night has ended already, a sentence that says so.

    Raises Refused for SQLite, and for a registry that differs from the one of the open night.
    """
    if database.sqlite:
        raise Refused(
            message("--shared needs an archive in PostgreSQL, which all machines reach (HUYEN_DATABASE_URL)")
        )
    joined = shared.join(
        database,
        _me(config),
        json.dumps(selection, sort_keys=True),
        digest(districts),
        lambda: units(districts, nights.seconds(database), queries.hosts_of_districts(database)),
    )
    if isinstance(joined, shared.Differs):
        raise Refused(
            message(
                "the registry here differs from that of {host}, which opened the night at {time};"
                " bring both to the same state",
                host=joined.host,
                time=_at(joined.opened_at),
            )
        )
    if isinstance(joined, shared.Over):
        yield _(
            "the night that began at {time} ended at {end} ({host} closed it); nothing is left to crawl",
            time=_at(joined.opened_at),
            end=_at(joined.closed_at),
            host=joined.closed_by,
        )
        return
    with _beating(config, joined):
        yield Part(database, joined, {one.id: one for one in districts})


def wait_for_others(part: Part, tell: Callable[[str], None], poll: float = ASK_SECONDS) -> None:
    """Returns when every other machine of the night has ended or stopped answering, or at a signal."""
    signals: list[int] = []
    told = 0.0
    with catching(signals):
        while not signals:
            there = [one.host for one in _others(part) if one.ended_at is None and not one.lost]
            if not there:
                return
            if time.monotonic() - told > _TOLD_SECONDS or not told:
                told = time.monotonic()
                tell(_("waiting for other machines: {hosts}", hosts=", ".join(sorted(there))))
            time.sleep(poll)


def whole(part: Part) -> Night:
    """Returns the night of all machines, as if one had crawled all districts. Raises StorageError."""
    rows = shared.results(part.database, part.place)
    ids = [one for _, result in rows if result for one in result.get("runs", ())]
    runs = {run.id: run for run in nights.of(part.database, ids)}
    night = Night([part.districts[one] for one, result in reversed(rows) if result is None])
    for key, (district, result) in enumerate((one, result) for one, result in rows if result):
        night.workers.append(_worker(key, part, district, result, runs))
    stopped = [
        f"{seat.host}: {seat.stopped}" for seat in shared.seats(part.database, part.place) if seat.stopped
    ]
    if night.waiting:
        night.stop("; ".join(stopped) or message("the machines ended before every district was crawled"))
    return night


def machines(part: Part) -> tuple[list[dict[str, Any]], list[str]]:
    """Returns the machines of the night for its summary, and a line for each that needs attention."""
    listed: list[dict[str, Any]] = []
    lines: list[str] = []
    for seat in shared.seats(part.database, part.place):
        state = "lost" if seat.lost else "stopped" if seat.stopped else "ended"
        listed.append(
            {"host": seat.host, "joined_at": seat.joined_at, "ended_at": seat.ended_at, "state": state,
             "stopped_because": seat.stopped}
        )  # fmt: skip
        if seat.lost:
            lines.append(
                message("{host} stopped answering; others crawled what it left. See its logs", host=seat.host)
            )
        elif seat.stopped:
            lines.append(message("{host} ended early: {why}", host=seat.host, why=seat.stopped))
        lines += [f"{seat.host}: {notice}" for notice in seat.notices]
    if part.place.left:
        opened, hosts = part.place.left
        lines.append(
            message(
                "the night that began at {time} was never closed; its machines stopped answering: {hosts}",
                time=_at(opened),
                hosts=", ".join(hosts),
            )
        )
    return listed, lines


def close(part: Part, config: Config) -> bool:
    """Closes the night; returns whether this machine did it, and so tells the operator. StorageError."""
    return shared.close(part.database, part.place, _me(config).name)


def leave(part: Part, stopped: str | None, notices: Sequence[str]) -> None:
    """Ends this machine's part; what it has not crawled is free for others. Raises StorageError."""
    shared.leave(part.database, part.place, stopped, notices)


def digest(districts: Sequence[District]) -> str:
    """Returns the SHA-256 of what the registry says of `districts`, by which machines compare theirs."""
    lines = sorted(f"{one.id} {one.model_dump_json()}" for one in districts)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _worker(
    key: int, part: Part, district: str, result: Mapping[str, Any], runs: Mapping[int | None, Any]
) -> Worker:
    """The worker of a district on whichever machine, as it handed it in."""
    found = [runs[one] for one in result.get("runs", ()) if one in runs]
    began = found[0].started_at if found else part.place.opened_at
    worker = Worker(
        key, part.districts[district], Path(f"{result.get('host', '')}:{result.get('log', '')}"), began
    )
    worker.began, worker.ended = 0.0, float(result.get("seconds", 0.0))
    worker.cpu, worker.peak_mb = float(result.get("cpu", 0.0)), float(result.get("peak_mb", 0.0))
    worker.runs, worker.done, worker.orphan = found, True, bool(result.get("cut_short"))
    worker.words = result.get("words")
    worker.status = 0 if found else 2  # exit status 2: it could not begin
    return worker


def _others(part: Part) -> list[Seat]:
    with suppress(StorageError):
        return [one for one in shared.seats(part.database, part.place) if one.machine != part.place.machine]
    return []


@contextmanager
def _beating(config: Config, place: Place) -> Iterator[None]:
    """Shows in a thread of its own, with a connection of its own, that this machine lives."""
    ended = threading.Event()
    database = reachable(config.database_url, 0, 1)

    def beats() -> None:
        while not ended.wait(shared.BEAT_SECONDS):
            try:
                shared.beat(database, place)
            except StorageError as error:
                log.warning("the other machines cannot see this one: %s", error)

    thread = threading.Thread(target=beats, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        database.close()


def _me(config: Config) -> shared.Machine:
    host = socket.gethostname()
    return shared.Machine(f"{host}:{config.data.resolve()}", host, os.getpid())


def _at(moment: datetime) -> str:
    return f"{local(moment):%Y-%m-%d %H:%M}"

"""`huyen districts check`: looks at portals, judges each look, keeps it, and says what changed."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crawler.check.judge import judge
from crawler.check.look import Judgement, Look, Subject, told
from crawler.check.network import Finished, Target, run
from crawler.fetch.hosts import hosts_of
from crawler.registry import hosts
from crawler.registry.country import country
from crawler.registry.entries import District, Portal
from crawler.registry.load import Registry
from storage.articles import queries
from storage.articles.batch import Batch
from storage.database import Database
from storage.filing.addresses import host_key
from storage.language.codes import word
from storage.language.messages import message
from storage.records import CaptureRecord
from storage.runs import states
from storage.runs.states import CheckRecord
from storage.vocabulary import State

SCHEMA = 1
_BATCH = 25  # looks a transaction: a kill loses so many rows at most, and no WARC record
_FEW = 3  # portals; where none of so many answers, the fault may be ours
# By the registry's status, what a look may find without anybody's attention being needed.
EXPECTED: Mapping[str, frozenset[State]] = {
    "unseen": frozenset({State.LIVES, State.FROZEN}),
    "live": frozenset({State.LIVES}),
    "frozen": frozenset({State.LIVES, State.FROZEN}),
    "moved": frozenset({State.MOVED, State.ANOTHER_OFFICE, State.NO_NAME, State.NO_ANSWER}),
    "gone": frozenset(State) - {State.LIVES, State.FROZEN, State.MOVED},
    "hijacked": frozenset({State.HIJACKED, State.PARKED, State.NO_NAME, State.NO_ANSWER}),
}


@dataclass(slots=True)
class Checked:
    """What a check found. `ours`: nothing answered at all, so nothing was kept."""

    records: list[CheckRecord] = field(default_factory=list)
    ours: bool = False

    def changed(self) -> list[CheckRecord]:
        """Returns the looks that found another state than the look before."""
        return [one for one in self.records if one.changed]


def targets(districts: Iterable[District]) -> list[Target]:
    """Returns the portals of `districts` as targets of a check, whatever their status."""
    return [Target(_subject(one, portal), portal, one.code) for one in districts for portal in one.portals]


def candidates(registry: Registry, codes: Collection[str]) -> list[Target]:
    """Returns the candidate hosts (crawler.registry.hosts) of the districts with `codes` as targets, but for
    those that are a portal of the registry already.
    """
    by_code = {seat.code: seat for seat in country()}
    known = {host_key(f"//{host}") for one in registry.districts for host in hosts_of(one.portals)}
    listed = {one.code: one.id for one in registry.districts}
    found = []
    for one in hosts.candidates():
        if one.code not in codes or host_key(f"//{one.host}") in known:
            continue
        seat = by_code[one.code]
        portal = Portal(url=f"https://{one.host}", family="generic", status="unseen")
        district_id = listed.get(one.code, seat.id)
        subject = Subject(
            district_id, portal.url, seat.name, seat.kind, seat.province, "unseen", candidate=True
        )
        found.append(Target(subject, portal, seat.code, registered=one.code in listed))
    return found


def _subject(district: District, portal: Portal) -> Subject:
    return Subject(district.id, portal.url, district.name, district.kind, district.province, portal.status)


def check(
    wanted: Sequence[Target],
    registry: Registry,
    database: Database,
    tell: Callable[[int, int], None] = lambda done, of: None,
    **settings: Any,
) -> Checked:
    """Looks at `wanted`, keeps what was found, and returns it in their order. Once a process.

    Where nothing answers at all, the network of this machine may be down: then nothing is kept. Raises
    StorageError where the archive fails; what was kept before stays.
    """
    keeper = _Keeper(database, patient=len(wanted) >= _FEW)
    ours = {
        host
        for one in registry.districts
        for host in (*hosts_of(one.portals), *(former for portal in one.portals for former in portal.former))
    }
    run(wanted, keeper.take, ours, tell, **settings)
    found = keeper.finish()
    order = {(one.subject.district_id, one.subject.portal): n for n, one in enumerate(wanted)}
    found.records.sort(key=lambda one: order[one.district_id, one.portal])
    return found


class _Keeper:
    """Judges looks as they come and keeps them in batches, once anything has answered."""

    def __init__(self, database: Database, *, patient: bool) -> None:
        self._database, self._answered = database, not patient
        self._waiting: list[CheckRecord] = []
        self._captures: list[CaptureRecord] = []
        self._sync: Callable[[], None] = lambda: None
        self._kept: list[CheckRecord] = []

    def take(self, finished: Finished) -> None:
        """Takes looks that are ready. Raises StorageError."""
        for subject, look in finished.looks:
            self._answered = self._answered or look.answered
            self._waiting.append(record(subject, look, _judged(subject, look)))
        self._captures += finished.captures
        self._sync = finished.sync
        if len(self._waiting) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        if not self._answered:
            return
        self._sync()  # first: no row may point at bytes that a power cut would lose
        if self._captures:
            queries.keep(self._database, Batch(captures=self._captures))
        self._kept += states.keep(self._database, self._waiting)
        self._captures, self._waiting = [], []

    def finish(self) -> Checked:
        """Keeps what waits, and returns all."""
        self._flush()
        return Checked(self._kept + self._waiting, ours=not self._answered)


def _judged(subject: Subject, look: Look) -> Judgement:
    """Judges a look; a page that nobody foresaw costs its own judgement, not those of the others."""
    try:
        return judge(subject, look)
    except Exception as error:
        said = message("its page cannot be judged ({why})", why=f"{type(error).__name__}: {str(error)[:80]}")
        return Judgement(State.UNCLEAR, "guess", said)


def record(subject: Subject, look: Look, found: Judgement) -> CheckRecord:
    """Returns a look and its judgement as the archive keeps them."""
    return CheckRecord(
        district_id=subject.district_id,
        portal=subject.portal,
        candidate=subject.candidate,
        checked_at=look.looked_at,
        state=found.state,
        sure=found.sure,
        evidence=found.evidence,
        target=found.target,
        newest=found.newest,
        office=found.office,
        title=found.title,
        language=found.language,
        family=found.family,
        family_sure=found.family_sure,
        robots=look.robots,
        address=look.address,
        certificate=look.certificate,
        requests=look.requests,
        answers=[{"url": hop.url, "status": hop.status, **_place(hop.place)} for hop in look.hops],
    )


def _place(place: tuple[str, int] | None) -> dict[str, Any]:
    return {"warc_file": place[0], "warc_offset": place[1]} if place else {}


def in_words(one: CheckRecord) -> str:
    """Returns the state of a look in words."""
    return told(one.state, target=one.target, newest=one.newest, office=one.office)


def unexpected(one: CheckRecord, statuses: Mapping[tuple[str, str], str]) -> bool:
    """Returns whether a look contradicts the registry's status of its portal; a candidate has none."""
    status = statuses.get((one.district_id, one.portal))
    return status is not None and one.state not in EXPECTED[status]


def line(one: CheckRecord) -> str:
    """Returns one look in one line: where, what, how sure and why."""
    return message("{look}, {sure}: {why}", look=short(one), sure=word("sure", one.sure), why=one.evidence)


def short(one: CheckRecord) -> str:
    """Returns where a look was and what it found."""
    said = message(
        "{district} {portal}: {state}", district=one.district_id, portal=one.portal, state=in_words(one)
    )
    if one.changed and one.previous:
        return message("{said} (was: {before})", said=said, before=told(one.previous))
    return said


def summary(
    found: Checked,
    statuses: Mapping[tuple[str, str], str],
    started_at: datetime,
    seconds: float,
    faults: Sequence[str] = (),
) -> dict[str, Any]:
    """Returns what came of a check that began at `started_at` (aware) as an object for scripts and alerts.

    `faults` of the registry hide portals. `status` is the exit status: 0 where each portal is what the
    registry says, 1 where one is not, has changed, or could not be looked at.
    """
    odd = [one for one in found.records if unexpected(one, statuses)]
    return {
        "schema": SCHEMA,
        "host": socket.gethostname(),
        "started_at": started_at,
        "seconds": round(seconds, 1),
        "status": int(bool(odd or found.ours or found.changed() or faults)),
        "registry_errors": list(faults),
        "kept": not found.ours,
        "totals": {
            "portals": len(found.records),
            "states": dict(Counter(one.state for one in found.records)),
            "requests": sum(one.requests for one in found.records),
        },
        "changed": [_shown(one) for one in found.changed()],
        "needs_person": [_shown(one) for one in odd],
        "checks": [one.as_json() for one in found.records],
    }


def _shown(one: CheckRecord) -> dict[str, Any]:
    where = {"district_id": one.district_id, "portal": one.portal, "state": one.state}
    return {**where, "before": one.previous, "short": short(one), "line": line(one)}

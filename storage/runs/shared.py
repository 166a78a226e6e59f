"""One night by many machines: they claim districts from a table in PostgreSQL, and lose them when they die.

All times are the database server's, so the machines' clocks do not matter. A machine shows that it lives
every BEAT_SECONDS; one that has not for LEASE_SECONDS loses its districts to whoever asks next. That a portal
is never crawled by two is not left to the lease: each crawl has the portal's lock (storage.runs.locks).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, func, insert, or_, select
from sqlalchemy import update as sql_update
from sqlalchemy.orm import aliased

from storage.database import Database
from storage.language.messages import message
from storage.schema import NightDistrict, NightMachine, Run, SharedNight
from storage.statements import chunks
from storage.vocabulary import Verdict

BEAT_SECONDS = 10.0
LEASE_SECONDS = 60.0  # six beats: a busy server or a short cut of the network costs nobody a district
TRIES = 5  # times that a district is claimed in one night; one that five machines lost is left to the next
RETRY_SECONDS = (
    30.0  # until a district that could not begin is free again: a dead machine's lock is gone then
)
LATE_HOURS = 6.0  # after the opening, in which a machine that took no part is late and not in a new night
_OPENING = 0x68757965_6E6E6768  # the key of the lock under which nights are opened and joined


@dataclass(frozen=True, slots=True)
class Machine:
    """Who takes part: `name` tells it from others (host and data folder) and is the same every night."""

    name: str
    host: str
    pid: int


@dataclass(frozen=True, slots=True)
class Unit:
    """Districts that one machine crawls, and the seconds that the longest of them is expected to take."""

    districts: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a machine in a night. `opened_at` is UTC; `left`: the hosts of a night that nobody closed,
    and when that was opened.
    """

    night: int
    machine: int
    opened_at: datetime
    left: tuple[datetime, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Over:
    """A night that ended before this machine came. Times are UTC."""

    opened_at: datetime
    closed_at: datetime
    closed_by: str


@dataclass(frozen=True, slots=True)
class Differs:
    """An open night that was begun with other districts: the registries of the machines differ."""

    opened_at: datetime
    host: str


@dataclass(frozen=True, slots=True)
class Seat:
    """A machine of a night as the others see it. `lost`: it stopped answering before it ended."""

    machine: int
    host: str
    joined_at: datetime
    ended_at: datetime | None
    lost: bool
    stopped: str | None
    notices: Sequence[str]


def join(
    db: Database, me: Machine, selection: str, districts: str, units: Callable[[], Sequence[Unit]]
) -> Place | Over | Differs:
    """Takes part in the open night of `selection`, or opens one with `units`; raises StorageError.

    `districts` is a digest of their entries. A machine that comes after the night has ended, and took no part
    in it, is late. `units` is asked only where a night is opened.
    """
    found = db.read(lambda connection: _standing(connection, me, selection))
    dealt = units() if found is None else []

    def work(connection: Connection) -> Place | Over | Differs:
        connection.execute(select(func.pg_advisory_xact_lock(_OPENING)))
        night, now = _standing(connection, me, selection), _now(connection)
        left = None
        if isinstance(night, Over):
            return night
        if night is not None and _is_abandoned(connection, night, now):
            hosts = connection.scalars(_hosts(night.id))
            left = (night.opened_at, tuple(dict.fromkeys(hosts)))
            _close(connection, night.id, me.name, now)
            night = None
        if night is not None and night.districts != districts:
            host = connection.scalar(_hosts(night.id).limit(1))
            return Differs(night.opened_at, host or message("another machine"))
        if night is None:
            night = _opened(connection, selection, districts, dealt or units(), now)
        machine = {"night_id": night.id, "name": me.name, "host": me.host, "pid": me.pid}
        machine |= {"joined_at": now, "seen_at": now, "notices": []}
        id_ = connection.scalar(insert(NightMachine).values(machine).returning(NightMachine.id))
        return Place(night.id, int(id_ or 0), night.opened_at, left)

    return db.transaction(work)


def claim(db: Database, place: Place) -> list[str]:
    """Takes a unit of districts that nobody crawls, the longest first; returns their ids, none where all are
    taken or done. Runs of a lost machine on them get the verdict `died`. Raises StorageError.
    """

    def work(connection: Connection) -> list[str]:
        now = _now(connection)
        free = _is_free(place, now)
        lead, other = NightDistrict, aliased(NightDistrict)
        waiting = exists().where(other.unit == lead.unit, _is_free(place, now, other))
        first = (
            select(lead.unit)
            .where(lead.night_id == place.night, lead.unit == lead.district_id, waiting)
            .order_by(lead.seconds.desc(), lead.unit)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        unit = connection.scalar(first)
        if unit is None:
            return []
        rows = connection.execute(
            select(lead.district_id, lead.tries, lead.machine_id).where(lead.unit == unit, free)
        ).all()
        _bury(connection, place, rows, now)
        given_up = [row.district_id for row in rows if row.tries >= TRIES]
        _note(connection, place, given_up, now, {"words": f"{TRIES} machines stopped while they crawled it"})
        mine = [row.district_id for row in rows if row.tries < TRIES]
        taken = {"machine_id": place.machine, "tries": lead.tries + 1, "free_at": None}
        connection.execute(sql_update(lead).where(_these(place, mine)).values(taken))
        return mine

    return db.transaction(work)


def done(db: Database, place: Place, district: str, result: Mapping[str, Any]) -> None:
    """Says how the crawl of `district` went, unless another machine did already. Raises StorageError."""
    db.transaction(lambda c: _note(c, place, [district], _now(c), result))


def put_back(db: Database, place: Place, district: str) -> bool:
    """Frees a `district` that could not begin, after RETRY_SECONDS; False where it was tried often enough."""

    def work(connection: Connection) -> bool:
        later = _now(connection) + timedelta(seconds=RETRY_SECONDS)
        mine = and_(_these(place, [district]), NightDistrict.tries < TRIES)
        values = {"machine_id": None, "free_at": later}
        return connection.execute(sql_update(NightDistrict).where(mine).values(values)).rowcount > 0

    return db.transaction(work)


def beat(db: Database, place: Place) -> None:
    """Shows that the machine lives. Raises StorageError."""
    me = NightMachine.id == place.machine
    db.transaction(lambda c: c.execute(sql_update(NightMachine).where(me).values(seen_at=_now(c))).rowcount)


def leave(db: Database, place: Place, stopped: str | None, notices: Sequence[str]) -> None:
    """Ends the machine's part: what it has not done is free at once. Raises StorageError."""

    def work(connection: Connection) -> None:
        left = and_(NightDistrict.machine_id == place.machine, NightDistrict.done_at.is_(None))
        freed = {"machine_id": None, "tries": NightDistrict.tries - 1}
        connection.execute(sql_update(NightDistrict).where(left).values(freed))
        now = _now(connection)
        values = {"ended_at": now, "seen_at": now, "stopped": stopped, "notices": list(notices)}
        connection.execute(sql_update(NightMachine).where(NightMachine.id == place.machine).values(values))

    db.transaction(work)


def waiting(db: Database, place: Place) -> int:
    """Returns how many districts of the night are not done and not this machine's. Raises StorageError."""
    mine = NightDistrict.machine_id == place.machine
    left = (NightDistrict.night_id == place.night, NightDistrict.done_at.is_(None))
    others = or_(NightDistrict.machine_id.is_(None), ~mine)
    return (
        db.read(lambda c: c.scalar(select(func.count()).select_from(NightDistrict).where(*left, others))) or 0
    )


def seats(db: Database, place: Place) -> list[Seat]:
    """Returns the machines of the night in the order in which they came. Raises StorageError."""

    def work(connection: Connection) -> list[Seat]:
        dead = _now(connection) - timedelta(seconds=LEASE_SECONDS)
        query = select(NightMachine).where(NightMachine.night_id == place.night).order_by(NightMachine.id)
        return [
            Seat(row.id, row.host, row.joined_at, row.ended_at, row.ended_at is None and row.seen_at < dead,
                 row.stopped, tuple(row.notices))
            for row in connection.execute(query.with_only_columns(*NightMachine.__table__.c))
        ]  # fmt: skip

    return db.read(work)


def close(db: Database, place: Place, name: str) -> bool:
    """Closes the night for all, unless a machine still works in it; returns whether this machine did it.

    The machine that did tells the operator. Raises StorageError.
    """

    def work(connection: Connection) -> bool:
        now = _now(connection)
        return not connection.scalar(_is_at_work(place.night, now)) and _close(
            connection, place.night, name, now
        )

    return db.transaction(work)


def results(db: Database, place: Place) -> list[tuple[str, Mapping[str, Any] | None]]:
    """Returns each district of the night with how it went, None where nobody crawled it. StorageError."""
    query = select(NightDistrict.district_id, NightDistrict.result)
    ordered = query.where(NightDistrict.night_id == place.night).order_by(NightDistrict.done_at.nulls_last())
    return [(row.district_id, row.result) for row in db.read(lambda c: c.execute(ordered).all())]


def _standing(connection: Connection, me: Machine, selection: str) -> Any | Over | None:
    """The open night of `selection`; the one that ended without `me` a short while ago; None."""
    nights = SharedNight.__table__.c
    same = select(*nights).where(nights.selection == selection).order_by(nights.id.desc()).limit(1)
    last = connection.execute(same).one_or_none()
    if last is None or last.closed_at is None:
        return last
    took_part = exists().where(NightMachine.night_id == last.id, NightMachine.name == me.name)
    recent = last.opened_at > _now(connection) - timedelta(hours=LATE_HOURS)
    if not recent or connection.scalar(select(took_part)):
        return None
    host = connection.scalar(select(NightMachine.host).where(NightMachine.name == last.closed_by).limit(1))
    return Over(last.opened_at, last.closed_at, host or last.closed_by or message("another machine"))


def _opened(
    connection: Connection, selection: str, districts: str, units: Sequence[Unit], now: datetime
) -> Row[Any]:
    after = connection.scalar(select(func.max(Run.id))) or 0
    values = {"selection": selection, "districts": districts, "after_run": after, "opened_at": now}
    night = connection.execute(insert(SharedNight).values(values).returning(*SharedNight.__table__.c)).one()
    rows = [
        {
            "night_id": night.id,
            "district_id": one,
            "unit": unit.districts[0],
            "seconds": unit.seconds,
            "tries": 0,
        }
        for unit in units
        for one in unit.districts
    ]
    for some in chunks(rows):
        connection.execute(insert(NightDistrict), some)
    return night


def _is_abandoned(connection: Connection, night: Row[Any], now: datetime) -> bool:
    """Whether all machines of an old night died: it was to end long ago."""
    old = night.opened_at < now - timedelta(hours=LATE_HOURS)
    return old and not connection.scalar(_is_at_work(night.id, now))


def _is_at_work(night: int, now: datetime) -> Any:
    """Whether a machine of the night has neither ended nor stopped answering."""
    return select(exists().where(NightMachine.night_id == night, _lives(NightMachine, now)))


def _is_free(place: Place, now: datetime, district: Any = NightDistrict) -> ColumnElement[bool]:
    """Whether a district is neither done nor with a machine that lives, nor put back a moment ago."""
    holder = aliased(NightMachine)
    held = exists().where(holder.id == district.machine_id, _lives(holder, now))
    ready = or_(district.free_at.is_(None), district.free_at <= now)
    return and_(district.night_id == place.night, district.done_at.is_(None), ~held, ready)


def _lives(machine: Any, now: datetime) -> ColumnElement[bool]:
    """Whether a machine has neither ended nor stopped answering."""
    return and_(machine.ended_at.is_(None), machine.seen_at >= now - timedelta(seconds=LEASE_SECONDS))


def _bury(connection: Connection, place: Place, rows: Iterable[Any], now: datetime) -> None:
    """Gives `died` to the runs that lost machines left without a verdict on the districts of `rows`."""
    lost: dict[int, list[str]] = {}
    for row in rows:
        if row.machine_id is not None:
            lost.setdefault(row.machine_id, []).append(row.district_id)
    after = select(SharedNight.after_run).where(SharedNight.id == place.night).scalar_subquery()
    for machine, districts in lost.items():
        host = connection.scalar(select(NightMachine.host).where(NightMachine.id == machine))
        left = (Run.id > after, Run.host == host, Run.verdict.is_(None), Run.district_id.in_(districts))
        said = message("the machine {host} stopped answering, and its districts went to another", host=host)
        values = {"verdict": Verdict.DIED, "evidence": [said], "finished_at": now}
        connection.execute(sql_update(Run).where(*left).values(values))


def _note(
    connection: Connection, place: Place, districts: Sequence[str], now: datetime, result: Mapping[str, Any]
) -> None:
    these = and_(_these(place, districts), NightDistrict.done_at.is_(None))
    connection.execute(sql_update(NightDistrict).where(these).values(done_at=now, result=dict(result)))


def _close(connection: Connection, night: int, name: str, now: datetime) -> bool:
    still = (SharedNight.id == night, SharedNight.closed_at.is_(None))
    values = {"closed_at": now, "closed_by": name}
    return connection.execute(sql_update(SharedNight).where(*still).values(values)).rowcount > 0


def _these(place: Place, districts: Sequence[str]) -> ColumnElement[bool]:
    return and_(NightDistrict.night_id == place.night, NightDistrict.district_id.in_(districts))


def _hosts(night: int) -> Any:
    return select(NightMachine.host).where(NightMachine.night_id == night).order_by(NightMachine.id)


def _now(connection: Connection) -> datetime:
    """The time of the database server, UTC; that of a transaction would be the time when it began to wait."""
    now: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    return now.astimezone(UTC)

"""The table of holdings: filled as lists are read, and brought up to date as captures come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from storage.database import Database, insert_into, upsert
from storage.holdings.records import Held, Row, State
from storage.records import GONE, LIVE
from storage.schema import Article, Holding, Listed, Pause
from storage.statements import chunks

_SETTLED = (State.HELD, State.UNPLAYABLE)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a list is read (storage.schema.rescue.Listed)."""

    resume: str | None = None
    since: str = ""
    began_at: datetime | None = None
    until_at: datetime | None = None
    lines: int = 0
    stop: int | None = None


def progress(db: Database, source: str, scope: str, part: str) -> Progress | None:
    """Returns how far the list of `scope` is read; None where it was never begun. Raises StorageError."""
    here = (Listed.source == source, Listed.scope == scope, Listed.part == part)

    def work(connection: Connection) -> Progress | None:
        row = connection.execute(select(Listed).where(*here)).first()
        return row and Progress(row.resume, row.since, row.began_at, row.until_at, row.lines, row.stop)

    return db.read(work)


def parts(db: Database, source: str, scopes: Iterable[str]) -> set[tuple[str, str]]:
    """Returns scope and part of every list of `source` that is read to its end. Raises StorageError."""
    query = select(Listed.scope, Listed.part).where(Listed.source == source, Listed.until_at.is_not(None))

    def work(connection: Connection) -> set[tuple[str, str]]:
        found: set[tuple[str, str]] = set()
        for some in chunks(sorted(set(scopes))):
            rows = connection.execute(query.where(Listed.scope.in_(some)))
            found |= {(scope, part) for scope, part in rows}
        return found

    return db.read(work)


def add(
    db: Database,
    district_id: str,
    portal: str,
    rows: Sequence[Row],
    lists: Mapping[tuple[str, str, str], Progress],
) -> int:
    """Keeps `rows` of a list, and how far `lists` (source, scope, part) are read, in one transaction.

    A row that is known stays as it is. Returns how many are new. Raises StorageError.
    """
    values = {
        (row.source, row.key): {
            "source": row.source,
            "key": row.key,
            "district_id": district_id,
            "portal": portal,
            "url": row.url,
            "url_id": row.url_id,
            "stamp": row.stamp,
            "mime": row.mime,
            "status": row.status,
            "digest": row.digest,
            "length": row.length,
            "ref": row.ref,
            "state": State.LISTED,
            "reason": row.truncated,
            "tries": 0,
        }
        for row in rows
    }

    def work(connection: Connection) -> int:
        before = _count(connection, portal)
        for some in chunks(list(values.values())):
            into = insert_into(connection, Holding)
            connection.execute(into.on_conflict_do_nothing(index_elements=["source", "key"]), some)
        for (source, scope, part), told in lists.items():
            row = {
                "source": source,
                "scope": scope,
                "part": part,
                "resume": told.resume,
                "since": told.since,
                "began_at": told.began_at or datetime.now(UTC),
                "until_at": told.until_at,
                "lines": told.lines,
                "stop": told.stop,
            }
            upsert(connection, Listed, ["source", "scope", "part"], [row])
        return _count(connection, portal) - before

    return db.transaction(work)


def held(db: Database, portal: str) -> list[Held]:
    """Returns every capture that archives are known to hold of `portal`, by address and time."""
    query = (
        select(Holding).where(Holding.portal == portal).order_by(Holding.url_id, Holding.stamp, Holding.id)
    )

    def work(connection: Connection) -> list[Held]:
        return [
            Held(
                one.id,
                one.district_id,
                one.portal,
                Row(
                    one.source,
                    one.url,
                    one.url_id,
                    one.stamp,
                    one.mime,
                    one.status,
                    one.digest,
                    one.length,
                    one.ref,
                    one.reason if one.state not in _SETTLED else "",
                ),
                State(one.state),
                one.reason,
                one.tries,
            )
            for one in connection.execute(query)
        ]

    return db.read(work)


def waiting(db: Database, portal: str, source: str) -> bool:
    """Returns whether `source` holds captures of `portal` that are to be fetched, or not chosen yet."""
    query = select(Holding.id).where(
        Holding.portal == portal,
        Holding.source == source,
        Holding.state.in_((State.WANTED, State.LISTED)),
    )
    return db.read(lambda connection: connection.execute(query.limit(1)).first() is not None)


def newest(db: Database, portal: str, source: str) -> str:
    """Returns the moment of the latest capture of `portal` that `source` is known to hold; "" for none."""
    query = select(func.max(Holding.stamp)).where(Holding.portal == portal, Holding.source == source)
    return db.read(lambda connection: connection.scalar(query)) or ""


def set_states(db: Database, states: Mapping[int, State]) -> None:
    """Sets the states of holdings, by id. Raises StorageError."""
    if not states:
        return
    rows = [{"of": key, "now": state} for key, state in states.items()]
    one = update(Holding.__table__).where(Holding.id == bindparam("of"))  # type: ignore[arg-type]
    db.transaction(lambda connection: connection.execute(one.values(state=bindparam("now")), rows).rowcount)


def ended(connection: Connection, source: str, key: str, state: State, reason: str = "") -> None:
    """Notes what became of a capture, within the transaction that keeps it."""
    here = (Holding.source == source, Holding.key == key)
    values = {"state": state, "reason": reason, "tries": Holding.tries + 1}
    connection.execute(update(Holding).where(*here).values(**values))


def note_earlier(connection: Connection, seen: Mapping[str, datetime]) -> None:
    """Notes that articles, by id, stood there as early as that; an earlier date stays."""
    at = bindparam("at", type_=Article.first_seen_at.type)
    rows: list[dict[str, Any]] = [{"of": key, "at": moment} for key, moment in sorted(seen.items())]
    if rows:
        one = update(Article.__table__).where(  # type: ignore[arg-type]
            Article.id == bindparam("of"), Article.first_seen_at > at
        )
        connection.execute(one.values(first_seen_at=at), rows)


def end_portal(db: Database, portal: str, at: datetime) -> int:
    """Marks the live articles of a portal that is no more as gone since `at`; returns how many.

    Those that were seen later are left alone. Raises StorageError.
    """
    live = (Article.portal == portal, Article.status == LIVE, Article.last_seen_at <= at)
    values = {"status": GONE, "gone_at": at, "unseen_since": at}
    return db.transaction(
        lambda connection: connection.execute(update(Article).where(*live).values(**values)).rowcount
    )


def pause(db: Database, source: str, until: datetime, seconds: int, reason: str) -> None:
    """Keeps until when `source` is not to be asked. Raises StorageError."""
    row = {"source": source, "until_at": until, "seconds": seconds, "reason": reason}
    db.transaction(lambda connection: upsert(connection, Pause, ["source"], [row]))


def paused(db: Database, source: str, now: datetime) -> tuple[datetime, int, str] | None:
    """Returns until when `source` is not to be asked, for how many seconds that was, and why; None where it
    may be. A pause that ended a day ago is forgotten. Raises StorageError.
    """

    def work(connection: Connection) -> tuple[datetime, int, str] | None:
        row = connection.execute(select(Pause).where(Pause.source == source)).first()
        if row is None or row.until_at < now - timedelta(days=1):
            return None
        return row.until_at, row.seconds, row.reason

    return db.read(work)


def _count(connection: Connection, portal: str) -> int:
    return int(connection.execute(select(func.count()).where(Holding.portal == portal)).scalar_one())

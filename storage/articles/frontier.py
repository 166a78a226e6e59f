"""The durable frontier: what a portal's crawl has found and not yet finished, so that a killed run goes on.

A listing page and what it led to change places in one transaction: the page leaves, its articles and its next
page enter. An article leaves in the transaction that keeps it. One row more says that a walk is under way; it
goes when the walk has come to its end. What failed on the way stays and is tried again by the next walks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, select, update

from storage.database import Database, insert_into
from storage.records import article_id
from storage.schema import Pending
from storage.statements import chunks

TRIES = 3  # walks in which a request may fail before it is given up: a portal is rarely down for three nights
_WALK = ""  # the key of the row of the walk itself; no request has it
_DONE = "-"  # begins the keys of rows that say what a walk has done


@dataclass(frozen=True, slots=True)
class Entry:
    """One request that is still to be made. `request` is what the spider needs to make it again, as JSON."""

    key: str
    request: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Frontier:
    """What is stored of a portal. `walk` is what `begin` was told of the walk under way, None where none is.

    `entries` wait, `done` has what the walk noted of the pages that it has finished; both in their order.
    """

    walk: Mapping[str, Any] | None
    entries: list[Entry]
    done: list[Entry]


def key_of(url: str, form: str = "") -> str:
    """Returns the key of a request in the frontier: that of its URL, and of what it posts (the body)."""
    return article_id(f"{url}\n{form}" if form else url)


def load(db: Database, portal: str) -> Frontier:
    """Returns the frontier of `portal`. Raises StorageError."""

    def work(connection: Connection) -> Frontier:
        query = select(Pending.key, Pending.request).where(Pending.portal == portal).order_by(Pending.id)
        rows = [Entry(row.key, row.request) for row in connection.execute(query)]
        walk = next((row.request for row in rows if row.key == _WALK), None)
        done = [Entry(row.key[1:], row.request) for row in rows if row.key.startswith(_DONE)]
        entries = [row for row in rows if row.key != _WALK and not row.key.startswith(_DONE)]
        return Frontier(walk, entries, done)

    return db.read(work)


def pending(db: Database, portal: str) -> list[Entry]:
    """Returns what is still to be done for `portal`, in the order in which it was found. Raises
    StorageError.
    """
    return load(db, portal).entries


def begin(db: Database, portal: str, walk: Mapping[str, Any], seeds: Sequence[Entry]) -> None:
    """Begins a walk with `seeds`. Notes of an earlier one go; what it left to try again stays."""

    def work(connection: Connection) -> None:
        notes = (Pending.key == _WALK) | Pending.key.startswith(_DONE)
        connection.execute(delete(Pending).where(Pending.portal == portal, notes))
        _insert(connection, portal, [Entry(_WALK, walk), *seeds])

    db.transaction(work)


def turn(
    db: Database, portal: str, done: Mapping[str, Mapping[str, Any]] | Iterable[str], found: Sequence[Entry]
) -> None:
    """Takes the entries with keys `done` out and puts `found` in, in one transaction; each key stays once.

    A mapping notes of each what the walk wants to know of it (`Frontier.done`) when it is taken up again.
    """

    def work(connection: Connection) -> None:
        keys = list(done)
        remove(connection, portal, keys)
        notes = [Entry(_DONE + key, done[key]) for key in keys] if isinstance(done, Mapping) else []
        _insert(connection, portal, [*notes, *found])

    db.transaction(work)


def remove(connection: Connection, portal: str, keys: Iterable[str]) -> None:
    """Takes entries out, within a transaction of the caller's."""
    for some in chunks(keys):
        chosen = Pending.key.in_(some)
        connection.execute(delete(Pending).where(Pending.portal == portal, chosen))


def end(db: Database, portal: str) -> int:
    """Ends the walk of `portal`. What it did not finish has failed once more: after TRIES it is given up.

    Returns how many requests stay for the next walk. Raises StorageError.
    """

    def work(connection: Connection) -> int:
        here = Pending.portal == portal
        connection.execute(
            delete(Pending).where(here, (Pending.key == _WALK) | Pending.key.startswith(_DONE))
        )
        rows = connection.execute(select(Pending.id, Pending.request).where(here)).all()
        kept = 0
        for row in rows:
            tries = int(row.request.get("tries", 0)) + 1
            this = Pending.id == row.id
            if tries < TRIES:
                kept += 1
                values = {"request": {**row.request, "tries": tries}}
                connection.execute(update(Pending).where(this).values(**values))
            else:
                connection.execute(delete(Pending).where(this))
        return kept

    return db.transaction(work)


def clear(db: Database, portal: str) -> None:
    """Forgets all of `portal`'s: it is to begin anew."""
    db.transaction(
        lambda connection: connection.execute(delete(Pending).where(Pending.portal == portal)).rowcount
    )


def _insert(connection: Connection, portal: str, entries: Sequence[Entry]) -> None:
    rows = [{"portal": portal, "key": entry.key, "request": dict(entry.request)} for entry in entries]
    if rows:
        into = insert_into(connection, Pending)
        connection.execute(into.on_conflict_do_nothing(index_elements=["portal", "key"]), rows)

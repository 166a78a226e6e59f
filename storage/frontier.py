"""The durable frontier: what a portal's crawl has found and not yet finished, so that a killed run goes on.

A listing page and what it led to change places in one transaction: the page leaves, its articles and its next
page enter. An article leaves when it is kept. A run that ends whole leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, select

from storage.database import Database, insert_into
from storage.records import article_id
from storage.schema import Pending

_CHUNK = 500  # rows a statement: SQLite takes 32,766 parameters, PostgreSQL 65,535


@dataclass(frozen=True, slots=True)
class Entry:
    """One request that is still to be made. `request` is what the spider needs to make it again, as JSON."""

    key: str
    request: Mapping[str, Any]


def key_of(url: str, form: Mapping[str, str] | None = None) -> str:
    """The key of a request in the frontier: that of its URL, and of what it posts."""
    posted = "&".join(f"{name}={value}" for name, value in sorted(form.items())) if form else ""
    return article_id(f"{url}\n{posted}" if posted else url)


def pending(db: Database, portal: str) -> list[Entry]:
    """What is still to be done for `portal`, in the order in which it was found. Raises StorageError."""
    with db.reading() as connection:
        query = select(Pending.key, Pending.request).where(Pending.portal == portal).order_by(Pending.id)
        return [Entry(row.key, row.request) for row in connection.execute(query)]


def turn(db: Database, portal: str, done: Iterable[str], found: Sequence[Entry]) -> None:
    """Takes the entries with keys `done` out and puts `found` in, in one transaction; each key stays once."""

    def work(connection: Connection) -> None:
        remove(connection, portal, done)
        rows = [{"portal": portal, "key": entry.key, "request": dict(entry.request)} for entry in found]
        for start in range(0, len(rows), _CHUNK):
            statement = insert_into(connection, Pending).values(rows[start : start + _CHUNK])
            connection.execute(statement.on_conflict_do_nothing(index_elements=["portal", "key"]))

    db.transaction(work)


def remove(connection: Connection, portal: str, keys: Iterable[str]) -> None:
    """Takes entries out, within a transaction of the caller's."""
    some = list(keys)
    for start in range(0, len(some), _CHUNK):
        chosen = Pending.key.in_(some[start : start + _CHUNK])
        connection.execute(delete(Pending).where(Pending.portal == portal, chosen))


def clear(db: Database, portal: str) -> None:
    """Forgets what was pending: the walk of `portal` has ended, or is to begin anew."""
    db.transaction(
        lambda connection: connection.execute(delete(Pending).where(Pending.portal == portal)).rowcount
    )

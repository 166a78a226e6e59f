"""How far an interrupted replay has kept each file, so that the next one reads only what is missing."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from storage.database import Database, insert_into
from storage.schema import Replayed


def load(db: Database, reader: str) -> dict[str, int | None]:
    """Returns by file up to which offset `reader` is kept; None: to its end. Raises StorageError."""
    query = select(Replayed.file, Replayed.place).where(Replayed.reader == reader).order_by(Replayed.file)
    return db.read(lambda connection: {row.file: row.place for row in connection.execute(query)})


def save(db: Database, reader: str, file: str, place: int | None) -> None:
    """Notes up to which offset a file is kept. Raises StorageError."""
    row = {"reader": reader, "file": file, "place": place}

    def work(connection: Connection) -> None:
        into = insert_into(connection, Replayed)
        changed = {"place": into.excluded.place}
        connection.execute(into.on_conflict_do_update(index_elements=["reader", "file"], set_=changed), [row])

    db.transaction(work)


def clear(db: Database) -> None:
    """Forgets all of it. Raises StorageError."""
    db.transaction(lambda connection: connection.execute(delete(Replayed)).rowcount)

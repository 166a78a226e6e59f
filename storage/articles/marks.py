"""How far an interrupted replay has kept each file, so that the next one reads only what is missing."""

from __future__ import annotations

from sqlalchemy import delete, select

from storage.database import Database, upsert
from storage.schema import Replayed


def load(db: Database, reader: str) -> dict[str, int | None]:
    """Returns by file up to which offset `reader` is kept; None: to its end. Raises StorageError."""
    query = select(Replayed.file, Replayed.place).where(Replayed.reader == reader).order_by(Replayed.file)
    return db.read(lambda connection: {row.file: row.place for row in connection.execute(query)})


def save(db: Database, reader: str, file: str, place: int | None) -> None:
    """Notes up to which offset a file is kept. Raises StorageError."""
    row = {"reader": reader, "file": file, "place": place}
    db.transaction(lambda connection: upsert(connection, Replayed, ["reader", "file"], [row]))


def clear(db: Database) -> None:
    """Forgets all of it. Raises StorageError."""
    db.transaction(lambda connection: connection.execute(delete(Replayed)).rowcount)

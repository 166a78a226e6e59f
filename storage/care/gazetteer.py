"""Fills the tables of places from the package, where they are empty or of another edition."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, insert, select

from storage.database import Database
from storage.places.tables import COMMUNES, UPPER, changes, file, places
from storage.schema import PlaceChange, PlaceEdition, PlaceRow

_ROWS = 2_000  # sent at a time


def fill(db: Database) -> bool:
    """Brings the archive's places to the edition of this package; returns whether they were of another.

    One transaction: a crash leaves the edition before. Raises StorageError.
    """
    edition = fingerprint()

    def held(connection: Connection) -> bool:
        return connection.execute(select(PlaceEdition.fingerprint)).scalars().all() == [edition]

    if db.read(held):
        return False

    def work(connection: Connection) -> bool:
        if held(connection):  # another process was first
            return False
        for table in (PlaceChange, PlaceRow, PlaceEdition):
            connection.execute(delete(table))
        rows = [
            place._asdict()
            | {name: getattr(place, name) or None for name in ("parent", "valid_from", "valid_to", "note")}
            | {name: float(value) if (value := getattr(place, name)) else None for name in ("lat", "lon")}
            for part in (UPPER, COMMUNES)
            for place in places(part)
        ]
        moves = [
            {
                "old_place_id": change.old,
                "new_place_id": change.new or None,
                "changed_on": change.on,
                "how": change.how,
                "resolution": change.resolution or None,
            }
            for part in (UPPER, COMMUNES)
            for change in changes(part)
        ]
        for table, found in ((PlaceRow, rows), (PlaceChange, moves)):
            for start in range(0, len(found), _ROWS):
                connection.execute(insert(table), found[start : start + _ROWS])
        connection.execute(insert(PlaceEdition), {"fingerprint": edition, "filled_at": datetime.now(UTC)})
        return True

    return db.transaction(work)


def fingerprint() -> str:
    """Returns the SHA-256 of the packaged tables."""
    digest = hashlib.sha256()
    for part in (UPPER, COMMUNES):
        for name in (part, f"{part}_changes"):
            digest.update(file(name).read_bytes())
    return digest.hexdigest()

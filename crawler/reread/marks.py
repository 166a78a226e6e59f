"""How far a replay is: kept for the next one where it is interrupted, and told in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic

from storage.articles import marks
from storage.database import Database


@dataclass(slots=True)
class Bookmark:
    """How far a replay is: file to the offset where it goes on, or None where it is done.

    It stands in the archive, so another machine can go on. `reader` is the version that must be the same.
    """

    database: Database
    reader: str
    places: dict[str, int | None] = field(default_factory=dict)

    @classmethod
    def load(cls, database: Database, reader: str) -> Bookmark:
        """Returns the bookmark of an interrupted replay with this `reader`, else an empty one."""
        return cls(database, reader, marks.load(database, reader))

    def save(self, file: str, offset: int | None) -> None:
        """Notes that `file` is kept up to `offset`, or to its end. Raises StorageError."""
        self.places[file] = offset
        marks.save(self.database, self.reader, file, offset)

    def clear(self) -> None:
        """Forgets it, and those of other readers: all is read. Raises StorageError."""
        marks.clear(self.database)


@dataclass(slots=True)
class Pace:
    """How far a replay of files with `sizes` bytes is in time; files that were done before count as read."""

    sizes: Sequence[int]
    began: float = field(default_factory=monotonic)
    first: float | None = None  # bytes read when it was asked first

    def left(self, files: int, part: float) -> int | None:
        """Returns the minutes left, once they can be told: `files` are read, and `part` of the next."""
        done = sum(self.sizes[:files]) + part * self.sizes[files]
        if self.first is None:
            self.first, self.began = done, monotonic()
        if done <= self.first:
            return None
        seconds = (monotonic() - self.began) * (sum(self.sizes) - done) / (done - self.first)
        return round(seconds / 60)

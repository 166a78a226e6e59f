"""The captures of files' addresses, whoever made them: what file versions can be built from again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, select, update

from storage.database import Database
from storage.filing.words import Kind, Role
from storage.schema import ArticleFile, Capture, File
from storage.statements import chunks
from storage.warc.captures import CaptureRef


@dataclass(frozen=True, slots=True)
class Captured:
    """A capture of a file that articles link to. `place` is its own record, `ref` the one that has the bytes:
    None where the archive has none.
    """

    file_id: str
    kind: Kind
    sure: bool
    url: str
    at: datetime
    status: int
    outcome: str | None
    content_type: str | None
    place: CaptureRef
    ref: CaptureRef | None


def complete(db: Database) -> None:
    """Gives revisits of files the digest of the body that they refer to, at whatever address it stands.

    Their records do not have it, and a replay knows only of bodies at the same address. Raises StorageError.
    """

    def work(connection: Connection) -> None:
        bare = (Capture.file_id.is_not(None), Capture.revisit, Capture.content_digest == "")
        wanted = set(connection.execute(select(Capture.digest).where(*bare)).scalars())
        values = [
            {"of": digest, "is_": ref.content_digest} for digest, ref in _wholes(connection, wanted).items()
        ]
        if values:
            change = update(Capture.__table__).where(*bare, Capture.digest == bindparam("of"))  # type: ignore[arg-type]
            connection.execute(change.values(content_digest=bindparam("is_")), values)

    db.transaction(work)


def captured(db: Database, size: int, ids: Iterable[str] | None = None) -> Iterator[list[Captured]]:
    """Yields the captures of all files, or of those with `ids`, in the order of time, `size` at a time.

    Raises StorageError.
    """
    query = select(Capture.id).join(File, File.id == Capture.file_id).where(Capture.method == "GET")
    query = query.order_by(Capture.fetched_at, Capture.revisit, Capture.warc_file, Capture.warc_offset)

    def listed(connection: Connection) -> list[int]:
        if ids is None:
            return list(connection.execute(query).scalars())
        return [
            id_
            for key in sorted(set(ids))
            for id_ in connection.execute(query.where(File.id == key)).scalars()
        ]

    wanted = db.read(listed)
    for start in range(0, len(wanted), size):
        some = wanted[start : start + size]
        yield db.read(lambda connection, some=some: _read(connection, some))  # type: ignore[misc]


def _read(connection: Connection, ids: list[int]) -> list[Captured]:
    certain = func.max(case((ArticleFile.role == Role.CANDIDATE, 0), else_=1))
    sure = select(certain).where(ArticleFile.file_id == File.id).scalar_subquery()
    query = select(Capture, File.kind, sure.label("sure")).join(File, File.id == Capture.file_id)
    rows = {row.id: row for row in connection.execute(query.where(Capture.id.in_(ids)))}
    wholes = _wholes(connection, {row.digest for row in rows.values() if row.revisit})
    found = []
    for row in (rows[id_] for id_ in ids):
        place = _ref(row)
        ref = wholes.get(row.digest) if row.revisit else place
        found.append(
            Captured(
                row.file_id, Kind(row.kind), bool(row.sure), row.url, row.fetched_at, row.status, row.outcome,
                row.content_type, place, ref,
            )
        )  # fmt: skip
    return found


def _wholes(connection: Connection, digests: Iterable[str]) -> dict[str, CaptureRef]:
    """Returns by digest the earliest record of a file that has these bytes."""
    found: dict[str, CaptureRef] = {}
    for some in chunks(sorted(digests)):
        query = select(Capture).where(Capture.file_id.is_not(None), Capture.revisit.is_(False))
        query = query.where(Capture.digest.in_(some)).order_by(Capture.fetched_at, Capture.id)
        for row in connection.execute(query):
            found.setdefault(row.digest, _ref(row))
    return found


def _ref(row: Any) -> CaptureRef:
    return CaptureRef(
        row.warc_file, row.warc_offset, row.warc_length, row.digest, row.content_digest, row.revisit
    )

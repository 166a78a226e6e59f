"""Keeping what a look at a file brought: a version where its bytes are other ones, and when to look again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from storage.database import Database, insert_into
from storage.filing import schedule
from storage.filing.records import Bytes, FileLook
from storage.filing.words import Kind, Status
from storage.schema import Content, File, FileVersion

Row = dict[str, Any]
_WAITING = (Status.PENDING, Status.FAILED, Status.NOT_A_FILE)  # what a try counts for


Read = Callable[[], Bytes | None]


def keep_looks(db: Database, looks: Iterable[tuple[FileLook, Read]]) -> list[str | None]:
    """Keeps looks in one transaction, as keep_look keeps one. Raises StorageError."""
    held = list(looks)
    return db.transaction(lambda connection: [keep_look(connection, look, read) for look, read in held])


def keep_look(connection: Connection, look: FileLook, read: Read = lambda: None) -> str | None:
    """Keeps one look at a file; returns "new", "changed" or "unchanged" where the file stood there, else its
    status; None for a file that nobody links to.

    Idempotent, and the looks of a file may come in any order: a version begins with the first look that
    brought its bytes. `read` fetches the bytes of a look that has their digest alone, where they are needed.
    """
    at = look.at.replace(microsecond=0)
    row = connection.execute(select(File).where(File.id == look.file_id)).mappings().one_or_none()
    if row is None:
        return None
    result: str = look.status
    values: Row = {}
    if look.bytes is not None:
        result, values = _keep_bytes(connection, row, look.bytes, at, read)
    elif look.status is Status.KEPT:
        result = "unchanged"
    if row["looked_at"] is None or at >= row["looked_at"]:
        values |= {"looked_at": at} | _state(connection, dict(row) | values, look, at)
    elif values and row["status"] in _WAITING:
        values["status"] = Status.KEPT
    if values:
        connection.execute(update(File).where(File.id == look.file_id).values(**values))
    return result


def _state(connection: Connection, row: Row, look: FileLook, at: datetime) -> Row:
    """Returns status, reason, tries, size and next look of a file after its latest look."""
    kept = row["version"] > 0
    drawn = row["kind"] == Kind.REQUISITE  # storage.filing.requisites says when it is due again
    tries = row["tries"] + 1
    if look.status is Status.KEPT:
        first = select(FileVersion.fetched_at).where(FileVersion.file_id == row["id"])
        begun = connection.scalar(first.order_by(FileVersion.fetched_at).limit(1)) or at
        due = None if drawn else schedule.after_kept(row["url"], begun, at)
        return {"status": Status.KEPT, "reason": "", "tries": 0, "next_at": due}
    if look.status is Status.GONE:
        due = None if drawn else schedule.after_gone(tries, at)
        return {"status": Status.GONE, "reason": look.reason, "tries": tries, "next_at": due}
    if look.status is Status.BLOCKED:
        due = schedule.after_blocked(at)
        return {"status": Status.KEPT if kept else look.status, "reason": look.reason, "next_at": due}
    if look.status is Status.TOO_LARGE:
        status = Status.KEPT if kept else look.status
        return {"status": status, "reason": look.reason, "next_at": None} | (
            {} if kept else {"size": look.size}
        )
    due = None if look.final else schedule.after_failure(tries, at)
    left = Status.KEPT if kept else Status.PENDING if due else look.status
    return {"status": left, "reason": look.reason, "tries": tries, "next_at": due}


def _keep_bytes(connection: Connection, row: Any, told: Bytes, at: datetime, read: Read) -> tuple[str, Row]:
    """Keeps the bytes that stood at a file `at` that time; returns what they are to it, and what changes of
    its row.
    """
    columns = (FileVersion.id, FileVersion.number, FileVersion.fetched_at, FileVersion.content_digest)
    query = select(*columns).where(FileVersion.file_id == row["id"]).order_by(FileVersion.fetched_at)
    held = connection.execute(query).all()
    before = [one for one in held if one.fetched_at <= at]
    after = [one for one in held if one.fetched_at > at]
    if before and before[-1].content_digest == told.digest:
        return "unchanged", {}
    if after and after[0].content_digest == told.digest:
        sooner = {"fetched_at": at} | _place(told)
        connection.execute(update(FileVersion).where(FileVersion.id == after[0].id).values(**sooner))
        return "unchanged", {}
    if not told.type:
        whole = read()
        if whole is None:
            return "unread", {}
        told = whole
    number = 1 + max((one.number for one in held), default=0)
    version = {
        "file_id": row["id"],
        "number": number,
        "fetched_at": at,
        "content_digest": told.digest,
        "size": told.size,
        "type": told.type,
        "content_type": told.content_type,
        "name": told.name,
    }
    connection.execute(insert(FileVersion).values(version | _place(told)))
    _keep_content(connection, told)
    current = {} if after else {"version": number, "size": told.size}
    return "changed" if held else "new", current


def _place(told: Bytes) -> Row:
    return {
        "warc_file": told.ref.file,
        "warc_offset": told.ref.offset,
        "warc_length": told.ref.length,
        "warc_digest": told.ref.digest,
    }


def _keep_content(connection: Connection, told: Bytes) -> None:
    into = insert_into(connection, Content)
    row = {"digest": told.digest, "type": told.type, "size": told.size, "folded": ""}
    connection.execute(into.values(row).on_conflict_do_nothing(index_elements=["digest"]))

"""What the bytes of files say: which nobody has read yet, and keeping what was read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select, update

from storage.database import Database
from storage.filing.words import Kind
from storage.schema import Content, File, FileVersion
from storage.text import indexed
from storage.warc.captures import CaptureRef

_PAGE = 500  # rows a statement


@dataclass(frozen=True, slots=True)
class Unread:
    """Bytes to read. `digest` is their hex SHA-256, `ref` where one record with them stands, `url` of a file
    that has them.
    """

    digest: str
    type: str
    size: int
    url: str
    ref: CaptureRef


def unread(
    db: Database, *, reader: str | None = None, scans: bool = False, portals: Iterable[str] | None = None
) -> Iterator[Unread]:
    """Yields the bytes of attachments that nobody has read; those first that came last. Raises StorageError.

    `reader`: also those that another reader than this one read. `scans`: only those whose pages are pictures
    and have no text yet (for OCR). `portals`: only files that these linked to first.
    """
    wanted: ColumnElement[bool] = Content.status.is_(None)
    if reader is not None:
        wanted = or_(wanted, Content.reader_version.is_(None), Content.reader_version != reader)
    if scans:
        wanted = Content.status.in_(("scan", "mixed")) & Content.text_source.is_distinct_from("ocr")
    query = (
        select(
            Content.id, Content.digest, Content.type, Content.size, File.url,
            FileVersion.warc_file, FileVersion.warc_offset, FileVersion.warc_length, FileVersion.warc_digest,
        )
        .join(FileVersion, FileVersion.content_digest == Content.digest)
        .join(File, File.id == FileVersion.file_id)
        .where(wanted, File.kind == Kind.ATTACHMENT)
        .order_by(Content.id.desc(), FileVersion.id)
        .limit(_PAGE)
    )  # fmt: skip
    if portals is not None:
        query = query.where(File.portal.in_(sorted(portals)))
    below: int | None = None
    while True:
        with db.reading() as connection:
            rows = connection.execute(query if below is None else query.where(Content.id < below)).all()
        for row in rows:
            if row.id == below:  # the same bytes at a second address
                continue
            below = row.id
            ref = CaptureRef(row.warc_file, row.warc_offset, row.warc_length, row.warc_digest, row.digest)
            yield Unread(row.digest, row.type, row.size, row.url, ref)
        if len(rows) < _PAGE:
            return


def keep_text(db: Database, digest: str, said: Mapping[str, Any], reader: str) -> None:
    """Keeps what the bytes `digest` say, as `reader` read them. Raises StorageError.

    `said`: columns of contents.
    """
    row = {**said, "reader_version": reader, "read_at": datetime.now(UTC)}
    row["folded"] = indexed([said["text"]]) if said.get("text") else ""

    def work(connection: Connection) -> None:
        connection.execute(update(Content).where(Content.digest == digest).values(row))

    db.transaction(work)

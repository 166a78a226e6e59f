"""What is wrong with files: each version has the record that it cites, and each text a version."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, exists, func, or_, select

from storage.language.messages import message
from storage.schema import Capture, Content, File, FileVersion

_SAME = and_(FileVersion.warc_file == Capture.warc_file, FileVersion.warc_offset == Capture.warc_offset)


class Wrong(NamedTuple):
    """One thing wrong: its kind, the WARC file and offset concerned if any, and a sentence."""

    kind: str
    file: str | None
    offset: int | None
    message: str


def count(connection: Connection) -> int:
    """Returns how many versions of files the archive has."""
    return connection.execute(select(func.count()).select_from(FileVersion)).scalar_one()


def wrong(connection: Connection) -> Iterator[Wrong]:
    """Yields what the tables say of files that cannot be; whether bytes have their digest, the check of their
    WARC file tells.
    """
    columns = (
        File.url, FileVersion.number, FileVersion.warc_file, FileVersion.warc_offset, Capture.id,
        Capture.revisit,
    )  # fmt: skip
    differs = or_(Capture.id.is_(None), Capture.revisit, Capture.content_digest != FileVersion.content_digest)
    query = select(*columns).join(File, File.id == FileVersion.file_id).outerjoin(Capture, _SAME)
    for row in _rows(connection, query.where(differs).order_by(FileVersion.id)):
        where = row.warc_file, row.warc_offset
        if row.id is None or row.revisit:
            yield Wrong(
                "no_evidence",
                *where,
                message(
                    "version {number} of file {url} has no record of its bytes",
                    number=row.number,
                    url=row.url,
                ),
            )
        else:
            yield Wrong(
                "digest",
                *where,
                message(
                    "version {number} of file {url} cites another digest than its capture",
                    number=row.number,
                    url=row.url,
                ),
            )
    for name, version in _rows(
        connection,
        select(File.url, File.version).where(
            File.version > 0,
            ~exists().where(FileVersion.file_id == File.id, FileVersion.number == File.version),
        ),
    ):
        yield Wrong(
            "no_version",
            None,
            None,
            message("file {url} has no version {version}", url=name, version=version),
        )
    used = exists().where(FileVersion.content_digest == Content.digest)
    for (digest,) in _rows(connection, select(Content.digest).where(~used)):
        yield Wrong(
            "no_version",
            None,
            None,
            message("the text of the bytes {digest} belongs to no version of a file", digest=digest),
        )


def _rows(connection: Connection, statement: Any) -> Any:
    return connection.execute(statement.execution_options(yield_per=1000))

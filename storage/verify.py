"""Checks the archive against its evidence: each text has its bytes, each body its digest, each file a use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, exists, func, select

from storage.captures import CaptureRef
from storage.database import Database
from storage.records import article_id
from storage.schema import Article, Capture, Version
from storage.warc_reading import Capture as Kept
from storage.warc_reading import RawReadingError, capture_of, read_capture
from storage.warc_walk import OPEN_SUFFIX, Damage, Record, walk

_ROWS = 1000  # fetched at a time
_ENDINGS = (".warc", ".warc.gz")


class Fault(NamedTuple):
    """One thing wrong: its kind in snake case, the WARC file and offset concerned if any, and a sentence."""

    kind: str
    file: str | None
    offset: int | None
    message: str

    def __str__(self) -> str:
        where = f"{self.file}: " if self.offset is None else f"{self.file} offset {self.offset}: "
        return f"{where if self.file else ''}{self.message}"


@dataclass(slots=True)
class Checked:
    """How much was looked at. `unlisted` records are whole, but the archive does not know them: a crawl that
    was killed left them, or they are of one that is running; a replay of the file brings them in."""

    files: int = 0
    bytes: int = 0
    captures: int = 0
    versions: int = 0
    unlisted: int = 0


def verify(
    db: Database, folder: Path, checked: Checked, tell: Callable[[str], None] = lambda name: None
) -> Iterator[Fault]:
    """Every fault of the archive and of the WARC files in `folder`; `checked` is counted up, `tell` is called
    with each file's name before it is read. Memory is bounded by the captures of one file.

    Raises StorageError where the database, OSError where the folder cannot be read.
    """
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    files = {path.relative_to(folder).as_posix().removesuffix(OPEN_SUFFIX): path for path in found}
    with db.reading() as connection:
        yield from _without_evidence(connection, checked)
        used: set[str] = set()
        for column in (Capture.warc_file, Version.warc_file):
            used |= {name for name in connection.execute(select(column).distinct()).scalars() if name}
        for name in sorted(used | files.keys()):
            tell(name)
            path = files.get(name)
            if path is None:
                yield _missing(connection, name)
            elif name in used:
                yield from _file(connection, path, name, checked)
            elif not name.endswith(_ENDINGS):
                yield Fault("stray_file", name, None, "is no WARC file; nothing in the archive needs it")
            elif (
                path.suffix != OPEN_SUFFIX
            ):  # else a crawl is writing it, or has died and the next one mends it
                message = f"is used by no capture; `huyen replay {path}` brings it in"
                yield Fault("orphan_file", name, None, message)


def sample(db: Database, folder: Path, number: int, checked: Checked) -> Iterator[Fault]:
    """The faults of `number` versions picked at random: a quick look. Raises StorageError."""
    picked = (
        select(Version.article_id, Version.number, Version.warc_digest, Capture)
        .outerjoin(Capture, _SAME)
        .where(Version.id.in_(select(Version.id).order_by(func.random()).limit(number).scalar_subquery()))
    )
    with db.reading() as connection:
        for row in connection.execute(picked):
            checked.versions += 1
            if row.warc_file is None:
                message = f"version {row.number} of article {row.article_id} has no capture"
                yield Fault("no_evidence", None, None, message)
                continue
            ref = CaptureRef(
                row.warc_file, row.warc_offset, row.warc_length, row.digest, row.content_digest, row.revisit
            )
            try:
                kept = read_capture(folder, ref)
            except RawReadingError as error:
                yield Fault("unreadable", ref.file, ref.offset, str(error.strerror or error))
                continue
            checked.captures += 1
            checked.bytes += ref.length
            yield from _differences(connection, row, kept)
            if row.warc_digest != row.digest:
                yield _cited_wrong(row, row)


_SAME = and_(Version.warc_file == Capture.warc_file, Version.warc_offset == Capture.warc_offset)


def _without_evidence(connection: Connection, checked: Checked) -> Iterator[Fault]:
    this = (Version.article_id == Article.id) & (Version.number == Article.version)
    for row in _rows(
        connection, select(Article.id, Article.url, Article.version).where(~exists().where(this))
    ):
        message = f"article {row.id} ({row.url}) has no version {row.version}"
        yield Fault("no_version", None, None, message)
    columns = select(Version.article_id, Version.number, Version.warc_file, Version.warc_offset)
    for row in _rows(connection, columns.where(~exists().where(_SAME))):
        message = f"version {row.number} of article {row.article_id} has no capture"
        yield Fault("no_evidence", row.warc_file, row.warc_offset, message)
    checked.versions += connection.execute(select(func.count()).select_from(Version)).scalar_one()


def _missing(connection: Connection, name: str) -> Fault:
    count = select(func.count()).where(Capture.warc_file == name)
    number = connection.execute(count).scalar_one()
    return Fault("missing_file", name, None, f"is missing; {number} captures stand in it")


def _file(connection: Connection, path: Path, name: str, checked: Checked) -> Iterator[Fault]:
    """The faults of one file that the archive knows."""
    held = {
        row.warc_offset: row for row in _rows(connection, select(Capture).where(Capture.warc_file == name))
    }
    columns = (Version.article_id, Version.number, Version.warc_offset, Version.warc_digest)
    cited: dict[int, list[Any]] = {}
    for row in _rows(connection, select(*columns).where(Version.warc_file == name)):
        cited.setdefault(row.warc_offset, []).append(row)
    checked.files += 1
    for record in walk(path):
        if isinstance(record, Damage):
            if path.suffix != OPEN_SUFFIX:  # the last record of a file at work may be half written
                yield Fault("damaged", name, record.offset, f"no whole record: {record.cause}")
            continue
        checked.bytes += record.length
        kept = capture_of(record, name)
        if kept is None:
            continue
        yield from _declared(record, kept, name)
        capture = held.pop(record.offset, None)
        if capture is None:
            checked.unlisted += 1
            continue
        checked.captures += 1
        yield from _differences(connection, capture, kept)
        for row in cited.get(record.offset, ()):
            if row.warc_digest != capture.digest:
                yield _cited_wrong(row, capture)
    for offset, row in sorted(held.items()):
        which = ", ".join(f"version {v.number} of article {v.article_id}" for v in cited.get(offset, ()))
        message = f"no response stands there, but a capture of {row.url}" + (f" ({which})" if which else "")
        yield Fault("no_record", name, offset, message)


def _declared(record: Record, kept: Kept, name: str) -> Iterator[Fault]:
    """Whether the payload has the digest that its own record declares; those of other kinds say nothing."""
    declared = record.get("WARC-Payload-Digest")
    if declared.startswith("sha256:") and declared != kept.ref.digest:
        yield Fault(
            "digest", name, record.offset, f"{record.url}: the payload has another digest than declared"
        )


def _differences(connection: Connection, row: Any, kept: Kept) -> Iterator[Fault]:
    """How the record `kept` differs from what the archive says of it."""
    said, ref = (row.warc_file, row.warc_offset), kept.ref
    if ref.revisit != row.revisit or (ref.length and ref.length != row.warc_length):
        yield Fault("record", *said, f"{row.url}: another record stands there than the archive knows")
    elif ref.digest != row.digest and (not ref.revisit or ref.digest.startswith("sha256:")):
        yield Fault("digest", *said, f"{row.url}: the payload has another digest than the archive knows")
    elif not ref.revisit and ref.content_digest != row.content_digest:
        yield Fault("digest", *said, f"{row.url}: the decoded body has another digest than the archive knows")
    elif ref.revisit and ref.digest.startswith("sha256:"):
        url = kept.refers_to[0] if kept.refers_to else row.url
        ids = {article_id(url), row.url_id}
        same = (Capture.url_id.in_(ids), Capture.digest == ref.digest, Capture.revisit.is_(False))
        if not connection.execute(select(exists().where(*same))).scalar():
            yield Fault("no_body", *said, f"{row.url}: no capture has the body that this revisit refers to")


def _cited_wrong(version: Any, capture: Any) -> Fault:
    message = (
        f"version {version.number} of article {version.article_id} cites another digest than its capture"
    )
    return Fault("digest", capture.warc_file, capture.warc_offset, message)


def _rows(connection: Connection, statement: Any) -> Iterable[Any]:
    return connection.execute(statement.execution_options(yield_per=_ROWS))

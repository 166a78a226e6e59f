"""What the fetching of files asks of the archive: what is due where, and what is held of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, or_, select, update

from storage.database import Database
from storage.filing.addresses import file_id
from storage.filing.records import DueFile, Original
from storage.filing.words import Kind, Role, Status
from storage.schema import UNDATED, Article, ArticleFile, Capture, File, FileVersion
from storage.statements import chunks
from storage.warc.captures import CaptureRef

_ASKED = (Status.PENDING, Status.KEPT, Status.GONE, Status.BLOCKED, Status.FAILED, Status.NOT_A_FILE)

_NOTHING = (None, None, None)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many files of a kind that a portal links to are due on a host.

    `off_site`: on the host to which they lead ("" for their own) they belonged to no portal.
    """

    host: str
    portal: str
    district_id: str
    kind: Kind
    off_site: bool
    leads_to: str
    count: int


def waiting(
    db: Database, now: datetime, districts: Iterable[str] | None = None, *, every: bool = False
) -> list[Waiting]:
    """Returns what is due by host, portal and kind, and what stands on hosts that belonged to no portal.

    `districts`: only files that their articles name first. `every`: also what is not due. Raises
    StorageError.
    """
    off = File.status == Status.OFF_SITE
    asked: list[ColumnElement[bool]] = [File.status.in_(_ASKED), *([] if every else [File.next_at <= now])]
    leads = case((off, File.reason), else_="")
    columns = (File.host, File.portal, File.district_id, File.kind, off, leads)
    query = select(*columns, func.count()).where(or_(off, and_(*asked))).group_by(*columns).order_by(*columns)

    def work(connection: Connection) -> list[Waiting]:
        if districts is None:
            rows = connection.execute(query).all()
        else:
            rows = [
                row
                for some in chunks(sorted(districts))
                for row in connection.execute(query.where(File.district_id.in_(some)))
            ]
        return [
            Waiting(host, portal, id_, Kind(kind), bool(o), leads_to, n)
            for host, portal, id_, kind, o, leads_to, n in rows
        ]

    return db.read(work)


def place(db: Database, one: Waiting, *, off_site: bool, now: datetime) -> None:
    """Says of the files that `one` counts that they stand on no portal's host, or that they do after all and
    are due `now`. Files whose bytes are kept stay as they are. Raises StorageError.
    """
    there = (File.host == one.host, File.portal == one.portal, File.kind == one.kind, File.version == 0)
    if off_site:
        values: dict[str, Any] = {"status": Status.OFF_SITE, "reason": "", "next_at": None}
    else:
        values = {"status": Status.PENDING, "reason": "", "next_at": now, "tries": 0}
    wanted = (File.status == Status.OFF_SITE, File.reason == one.leads_to) if one.off_site else ()
    change = update(File).where(*there, *wanted).values(**values)
    db.transaction(lambda connection: connection.execute(change).rowcount)


def due(
    db: Database,
    host: str,
    portal: str,
    kinds: Iterable[Kind],
    now: datetime,
    most: int,
    *,
    oldest_first: bool = False,
    every: bool = False,
) -> list[DueFile]:
    """Returns at most `most` files of `portal` on `host` that are due `now`: first what its pages draw with,
    then those of the newest articles; `oldest_first`: of the oldest. `every`: also those that are not due.
    Raises StorageError.
    """
    dated = case((Article.published_order == UNDATED, ""), else_=Article.published_order)
    sure = func.max(case((ArticleFile.role == Role.CANDIDATE, 0), else_=1))
    newest = func.max(dated)
    oldest = func.min(Article.published_order)
    first = case((File.kind == Kind.REQUISITE, 0), else_=1)
    order = (first, oldest.asc() if oldest_first else newest.desc())
    wanted: list[ColumnElement[bool]] = [
        File.host == host, File.portal == portal, File.kind.in_(list(kinds)), File.status.in_(_ASKED)
    ]  # fmt: skip
    if not every:
        wanted.append(File.next_at <= now)
    columns = (File.id, File.url, File.host, File.portal, File.district_id, File.kind)
    query = (
        select(*columns, sure)
        .outerjoin(ArticleFile, ArticleFile.file_id == File.id)
        .outerjoin(Article, Article.id == ArticleFile.article_id)
        .where(*wanted)
        .group_by(*columns)
        .order_by(*order, func.min(ArticleFile.position), File.id)
        .limit(most)
    )

    def work(connection: Connection) -> list[DueFile]:
        rows = connection.execute(query).all()
        held = _held(connection, [row[0] for row in rows])
        return [
            DueFile(id_, url, host_, portal_, district, Kind(kind), bool(sure), *held.get(id_, _NOTHING))
            for id_, url, host_, portal_, district, kind, sure in rows
        ]

    return db.read(work)


def _held(
    connection: Connection, ids: Sequence[str]
) -> dict[str, tuple[str | None, str | None, Original | None]]:
    """Returns what a conditional request needs of those files whose bytes are kept: the headers of the latest
    answer, and the record that has the bytes.
    """
    place = (Capture.warc_file == FileVersion.warc_file) & (Capture.warc_offset == FileVersion.warc_offset)
    found: dict[str, tuple[str | None, str | None, Original | None]] = {}
    for some in chunks(ids):
        current = (
            select(File.id, Capture)
            .join(FileVersion, (FileVersion.file_id == File.id) & (FileVersion.number == File.version))
            .join(Capture, place)
            .where(File.id.in_(some))
        )
        originals = {row[0]: _original(row) for row in connection.execute(current)}
        own = select(Capture).where(Capture.file_id.in_(some), Capture.status == 200)
        latest = {
            row.file_id: row for row in connection.execute(own.order_by(Capture.fetched_at, Capture.id))
        }
        for id_, original in originals.items():
            row = latest.get(id_)  # its bytes may be those of another address, its headers are its own
            same = row is not None and row.content_digest == original.capture.content_digest
            found[id_] = (row.etag, row.last_modified, original) if row and same else (None, None, original)
    return found


def portals_at(db: Database, host: str) -> set[str]:
    """Returns the URLs of the portals with files on `host`. Raises StorageError."""
    query = select(File.portal).where(File.host == host).distinct()
    return db.read(lambda connection: set(connection.execute(query).scalars()))


def hosts_of_districts(db: Database) -> dict[str, set[str]]:
    """Returns the hosts that are asked for files of each district, by its id. Raises StorageError."""
    pairs = select(File.district_id, File.host).where(File.status != Status.OFF_SITE).distinct()
    found: dict[str, set[str]] = {}
    for district, host in db.read(lambda connection: connection.execute(pairs).all()):
        found.setdefault(district, set()).add(host)
    return found


def twin(db: Database, digest: str) -> Original | None:
    """Returns a record of a file with that payload digest ("sha256:<base32>"), at whatever address; None
    where there is none. Raises StorageError.
    """
    place = (Capture.warc_file == FileVersion.warc_file) & (Capture.warc_offset == FileVersion.warc_offset)
    query = (
        select(Capture)
        .join(FileVersion, place)
        .where(FileVersion.warc_digest == digest, Capture.revisit.is_(False))
        .order_by(FileVersion.id)
        .limit(1)
    )
    row = db.read(lambda connection: connection.execute(query).first())
    return None if row is None else _original(row)


def lost(db: Database, portal: str, kinds: Iterable[Kind], *, every: bool) -> dict[str, str]:
    """Returns the files of `portal` whose bytes were never kept and that its servers did not hand out: id to
    URL; with `every` also those that nobody has asked for. Raises StorageError.
    """
    here = [File.portal == portal, File.version == 0, File.kind.in_(list(kinds))]
    here.append(File.status != Status.TOO_LARGE if every else File.status.in_((Status.GONE, Status.FAILED)))
    query = select(File.id, File.url).where(*here).order_by(File.id)
    return db.read(lambda connection: {row.id: row.url for row in connection.execute(query)})


def linked(db: Database, url: str) -> bool:
    """Returns whether an article links to a file at `url`. Raises StorageError."""
    here = select(exists().where(File.id == file_id(url)))
    return bool(db.read(lambda connection: connection.scalar(here)))


def _original(row: Any) -> Original:
    ref = CaptureRef(row.warc_file, row.warc_offset, row.warc_length, row.digest, row.content_digest)
    return Original(row.url, row.fetched_at, ref)

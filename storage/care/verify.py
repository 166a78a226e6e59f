"""Checks the archive against its evidence: each text has its bytes, each body its digest, each file a use."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, exists, func, select

from storage.care import filefaults
from storage.care.shipping import shipped
from storage.care.warcfile import Examined, File, Seen, examine, seen
from storage.database import Database
from storage.errors import RawReadingError
from storage.language.messages import joined, message, nmessage
from storage.pool import Pool
from storage.records import article_id
from storage.schema import Article, Capture, FileVersion, Version
from storage.statements import chunks
from storage.warc import store
from storage.warc.captures import CaptureRef
from storage.warc.reader import read_capture
from storage.warc.walk import OPEN_SUFFIX, Damage

_ROWS = 1000  # fetched at a time
_ENDINGS = (".warc", ".warc.gz")
_FEW = 20_000  # versions that the database may well put into a random order, in some 10 ms
_DRAWS = 20  # where ids have so many gaps that these find too few, it does so all the same


class Fault(NamedTuple):
    """One thing wrong: its kind in snake case, the WARC file and offset concerned if any, and a sentence."""

    kind: str
    file: str | None
    offset: int | None
    message: str

    def __str__(self) -> str:
        if not self.file:
            return self.message
        if self.offset is None:
            return message("{file}: {said}", file=self.file, said=self.message)
        return message(
            "{file} offset {offset}: {said}", file=self.file, offset=self.offset, said=self.message
        )


@dataclass(slots=True)
class Checked:
    """How much was looked at. `unlisted` records are whole, but the archive does not know them: a crawl that
    was killed left them, or they are of one that is running; a replay of the file brings them in."""

    files: int = 0
    bytes: int = 0
    captures: int = 0
    versions: int = 0
    documents: int = 0  # versions of files that articles link to
    unlisted: int = 0


def verify(
    db: Database,
    folder: Path,
    checked: Checked,
    tell: Callable[[str], None] = lambda name: None,
    jobs: int = 1,
) -> Iterator[Fault]:
    """Yields every fault of the archive and of the WARC files in `folder`, in the order of the files' names.

    `jobs` processes read files, each one at a time; `checked` is counted up, `tell` is called with each
    file's name before its turn. Memory is bounded by the captures of a few files.
    Raises StorageError where the database, OSError where the folder cannot be read.
    """
    there = sorted(path for path in folder.rglob("*") if path.is_file())
    files = {name: folder / name for name in store.names()}  # those that are here, too, are read here
    files |= {path.relative_to(folder).as_posix().removesuffix(OPEN_SUFFIX): path for path in there}
    with db.reading() as connection, Pool(examine, jobs) as pool:
        yield from _without_evidence(connection, checked)
        checked.documents = filefaults.count(connection)
        yield from (Fault(*one) for one in filefaults.wrong(connection))
        used: set[str] = set()
        for column in (Capture.warc_file, Version.warc_file, FileVersion.warc_file):
            used |= {name for name in connection.execute(select(column).distinct()).scalars() if name}
        for name in sorted(files.keys() - used):
            yield from _unused(files[name], name)
        for name in sorted(used - files.keys()):
            yield _missing(connection, name)
        known = sorted(used & files.keys())
        if known:
            tell(known[0])
        copies = shipped(connection, known) if store.in_use() else {}
        items = (File(files[name], name, copies[name].sum if name in copies else None) for name in known)
        for number, (file, held) in enumerate(pool.in_order(items, ahead=2), 1):
            yield from _file(connection, file.path, file.name, held, checked)
            if number < len(known):
                tell(known[number])


def sample(db: Database, folder: Path, number: int, checked: Checked) -> Iterator[Fault]:
    """Yields the faults of `number` versions picked at random: a quick look. Raises StorageError."""
    columns = (Version.article_id, Version.number, Version.warc_digest, *_KEPT)
    with db.reading() as connection:
        for some in chunks(_picked(connection, number)):
            query = select(*columns).outerjoin(Capture, _SAME).where(Version.id.in_(some))
            rows = connection.execute(query.order_by(Version.id)).all()
            yield from _sampled(connection, folder, rows, checked)


def _picked(connection: Connection, number: int) -> list[int]:
    """Returns the ids of `number` versions, each as likely as any other.

    Putting all into a random order costs more with every version (60 ms of CPU at 200,000, the rows at hand);
    ids have few gaps, so most that are drawn exist.
    """
    bounds: Any = connection.execute(select(func.min(Version.id), func.max(Version.id))).one()
    lowest, highest = bounds
    if lowest is None:
        return []
    found: set[int] = set()
    ids = range(lowest, highest + 1)
    draws = _DRAWS if len(ids) > max(_FEW, 2 * number) else 0
    for _ in range(draws):
        if len(found) >= number:
            break
        for some in chunks(random.sample(ids, number)):
            found.update(connection.execute(select(Version.id).where(Version.id.in_(some))).scalars())
    if len(found) < number:
        found = set(connection.execute(select(Version.id).order_by(func.random()).limit(number)).scalars())
    return sorted(random.sample(sorted(found), min(number, len(found))))


def _sampled(connection: Connection, folder: Path, rows: Sequence[Any], checked: Checked) -> Iterator[Fault]:
    kept: list[tuple[Any, Seen]] = []
    for row in rows:
        checked.versions += 1
        if row.warc_file is None:
            said = message(
                "version {number} of article {article_id} has no capture",
                number=row.number,
                article_id=row.article_id,
            )
            yield Fault("no_evidence", None, None, said)
            continue
        ref = CaptureRef(
            row.warc_file, row.warc_offset, row.warc_length, row.digest, row.content_digest, row.revisit
        )
        try:
            kept.append((row, seen(read_capture(folder, ref))))
        except RawReadingError as error:
            yield Fault("unreadable", ref.file, ref.offset, str(error.strerror or error))
            continue
        checked.captures += 1
        checked.bytes += ref.length
    bodies = _bodies(connection, kept)
    for row, held in kept:
        yield from _differences(row, held, bodies)
        if row.warc_digest != row.digest:
            yield _cited_wrong(row, row)


_SAME = and_(Version.warc_file == Capture.warc_file, Version.warc_offset == Capture.warc_offset)
_KEPT = (  # what a record is held against
    *(Capture.warc_file, Capture.warc_offset, Capture.warc_length, Capture.url, Capture.url_id),
    *(Capture.digest, Capture.content_digest, Capture.revisit),
)


def _without_evidence(connection: Connection, checked: Checked) -> Iterator[Fault]:
    this = (Version.article_id == Article.id) & (Version.number == Article.version)
    for row in _rows(
        connection, select(Article.id, Article.url, Article.version).where(~exists().where(this))
    ):
        said = message(
            "article {id} ({url}) has no version {version}", id=row.id, url=row.url, version=row.version
        )
        yield Fault("no_version", None, None, said)
    columns = select(Version.article_id, Version.number, Version.warc_file, Version.warc_offset)
    for row in _rows(connection, columns.where(~exists().where(_SAME))):
        said = message(
            "version {number} of article {article_id} has no capture",
            number=row.number,
            article_id=row.article_id,
        )
        yield Fault("no_evidence", row.warc_file, row.warc_offset, said)
    several = select(Version.article_id, Version.number, Version.parts).where(Version.parts.is_not(None))
    for row in _rows(connection, several):
        for part in row.parts:
            place = (Capture.warc_file == part["warc_file"], Capture.warc_offset == part["warc_offset"])
            kept = connection.execute(select(Capture.digest).where(*place)).scalar()
            if kept != part["warc_digest"]:
                said = message(
                    "version {number} of article {article_id} has no capture of {url}",
                    number=row.number,
                    article_id=row.article_id,
                    url=part["url"],
                )
                yield Fault("no_evidence", part["warc_file"], part["warc_offset"], said)
    checked.versions += connection.execute(select(func.count()).select_from(Version)).scalar_one()


def _missing(connection: Connection, name: str) -> Fault:
    count = select(func.count()).where(Capture.warc_file == name)
    number = connection.execute(count).scalar_one()
    return Fault(
        "missing_file",
        name,
        None,
        nmessage("is missing; {n} capture stands in it", "is missing; {n} captures stand in it", number),
    )


def _unused(path: Path, name: str) -> Iterator[Fault]:
    if not name.endswith(_ENDINGS):
        yield Fault("stray_file", name, None, message("is no WARC file; nothing in the archive needs it"))
    elif path.suffix != OPEN_SUFFIX:  # else a crawl is writing it, or has died and the next one mends it
        said = message("is used by no capture; `huyen replay {path}` brings it in", path=path)
        yield Fault("orphan_file", name, None, said)


def _file(
    connection: Connection, path: Path, name: str, held: Examined | None, checked: Checked
) -> Iterator[Fault]:
    """Yields the faults of one file that the archive knows; `held` is None where reading it ended the
    process.
    """
    checked.files += 1
    if held is None or held.fault:
        cause = held.fault if held else "the process that read it died (out of memory?)"
        yield Fault("unreadable", name, None, message("cannot be read: {cause}", cause=cause))
        return
    yield from (Fault(kind, name, None, said) for kind, said in held.copies)
    kept = select(*_KEPT).where(Capture.warc_file == name)
    rows = {row.warc_offset: row for row in _rows(connection, kept)}
    columns = (Version.article_id, Version.number, Version.warc_offset, Version.warc_digest)
    cited: dict[int, list[Any]] = {}
    for row in _rows(connection, select(*columns).where(Version.warc_file == name)):
        cited.setdefault(row.warc_offset, []).append(row)
    checked.bytes += held.bytes
    pairs = ((rows.get(one.ref.offset), one) for one in held.found if isinstance(one, Seen))
    bodies = _bodies(connection, [(row, one) for row, one in pairs if row is not None])
    for one in held.found:
        if isinstance(one, Damage):
            if path.suffix != OPEN_SUFFIX:  # the last record of a file at work may be half written
                yield Fault("damaged", name, one.offset, message("no whole record: {cause}", cause=one.cause))
            continue
        at = one.ref.offset
        if not one.declared:
            yield Fault(
                "digest",
                name,
                at,
                message("{url}: the payload has another digest than declared", url=one.url),
            )
        capture = rows.pop(at, None)
        if capture is None:
            checked.unlisted += 1
            continue
        checked.captures += 1
        yield from _differences(capture, one, bodies)
        for row in cited.get(at, ()):
            if row.warc_digest != capture.digest:
                yield _cited_wrong(row, capture)
    for offset, row in sorted(rows.items()):
        said = message("no response stands there, but a capture of {url}", url=row.url)
        which = joined(
            message("version {number} of article {article}", number=v.number, article=v.article_id)
            for v in cited.get(offset, ())
        )
        yield Fault(
            "no_record", name, offset, message("{said} ({which})", said=said, which=which) if which else said
        )


def _bodies(connection: Connection, pairs: Sequence[tuple[Any, Seen]]) -> set[tuple[str, str]]:
    """Returns URL keys and digests of all bodies that the archive has of what the revisits among `pairs`
    mean.
    """
    wanted = {key for row, one in pairs if one.ref.revisit for key in _meant(row, one)}
    found: set[tuple[str, str]] = set()
    for some in chunks(sorted(wanted)):
        query = select(Capture.url_id, Capture.digest).where(
            Capture.url_id.in_(some), Capture.revisit.is_(False)
        )
        found.update((row.url_id, row.digest) for row in connection.execute(query))
    return found


def _meant(row: Any, one: Seen) -> set[str]:
    return {article_id(one.refers_to or row.url), row.url_id}


def _differences(row: Any, one: Seen, bodies: set[tuple[str, str]]) -> Iterator[Fault]:
    """Yields how the record `one` differs from what the archive says of it in `row`."""
    where, ref = (row.warc_file, row.warc_offset), one.ref
    if ref.revisit != row.revisit or (ref.length and ref.length != row.warc_length):
        yield Fault(
            "record",
            *where,
            message("{url}: another record stands there than the archive knows", url=row.url),
        )
    elif ref.digest != row.digest and (not ref.revisit or ref.digest.startswith("sha256:")):
        yield Fault(
            "digest",
            *where,
            message("{url}: the payload has another digest than the archive knows", url=row.url),
        )
    elif not ref.revisit and ref.content_digest != row.content_digest:
        yield Fault(
            "digest",
            *where,
            message("{url}: the decoded body has another digest than the archive knows", url=row.url),
        )
    elif (
        ref.revisit
        and ref.digest.startswith("sha256:")
        and not any((key, ref.digest) in bodies for key in _meant(row, one))
    ):
        yield Fault(
            "no_body",
            *where,
            message("{url}: no capture has the body that this revisit refers to", url=row.url),
        )


def _cited_wrong(version: Any, capture: Any) -> Fault:
    said = message(
        "version {number} of article {article_id} cites another digest than its capture",
        number=version.number,
        article_id=version.article_id,
    )
    return Fault("digest", capture.warc_file, capture.warc_offset, said)


def _rows(connection: Connection, statement: Any) -> Iterable[Any]:
    return connection.execute(statement.execution_options(yield_per=_ROWS))

"""Several processes keep what a replay reads, on PostgreSQL: each the files of its own districts.

What crosses portals is done by one: texts are linked to those of their story when all are kept, in the order
of the files, and the files that articles name are filled at the end. So the rows are those of one process. A
file of somebody else's, or of a rescue, may hold pages of any portal: what stands before it is kept first.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import wait
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from crawler.registry.load import Registry
from crawler.reread.cluster import Cluster
from crawler.reread.marks import Bookmark
from crawler.reread.replay import Report, finish, replay
from crawler.reread.spans import Readers, readers
from pipelines.reader import reader_version
from storage.database import Database, open_database
from storage.duplicates import pending
from storage.language.messages import message
from storage.pool import Pool
from storage.vocabulary import Outcome
from storage.warc.reader import noted
from storage.warc.walk import size_of

READERS = 4  # processes that one keeper keeps up with
_OWN = re.compile(r"(.+)-\d{14}-\d+-\d{5}\.warc\.gz")
_SECONDS = 2.0  # between two looks at how far the keepers are


@dataclass(frozen=True, slots=True)
class Share:
    """What one process keeps, and how: see `replay_shared`. `told` is a file for its lines of progress."""

    paths: tuple[Path, ...]
    folder: Path
    registry: Registry
    database: str
    jobs: int
    scheduler: str
    pictured: frozenset[str]
    told: Path


def keepers_for(database: Database, jobs: int) -> int:
    """Returns how many processes keep what `jobs` processes read."""
    return 1 if database.sqlite else max(1, jobs // READERS)


def reading(scheduler: str, jobs: int | None) -> Cluster | Readers:
    """Returns who reads, a context manager: the machines of a cluster, or processes here."""
    return Cluster(scheduler, jobs or 0) if scheduler else readers(jobs or os.cpu_count() or 1)


def replay_shared(
    paths: Sequence[Path],
    folder: Path,
    registry: Registry,
    database: Database,
    *,
    keepers: int,
    jobs: int | None,
    scheduler: str = "",
    bookmark: Bookmark | None = None,
    rehearse: Path | None = None,
    pictured: frozenset[str] = frozenset(),
    tell: Callable[[str], None] = lambda line: None,
) -> Report:
    """Does what crawler.reread.replay.replay does, with up to `keepers` processes that keep.

    `jobs` processes read for all of them together; a rehearsal has one keeper. Raises StorageError, OSError;
    then the bookmark tells where to go on.
    """
    if keepers == 1:
        with reading(scheduler, jobs) as pool:
            return replay(paths, folder, registry, database, readers=pool, bookmark=bookmark,
                          rehearse=rehearse, pictured=pictured, tell=tell)  # fmt: skip
    report = Report()
    for shares in _waves(paths, folder, keepers):
        if len(shares) == 1:
            with reading(scheduler, jobs) as pool:
                _add(report, replay(shares[0], folder, registry, database, readers=pool, bookmark=bookmark,
                                    pictured=pictured, tell=tell, part=True))  # fmt: skip
            continue
        each = jobs if scheduler else max(1, (jobs or os.cpu_count() or 1) // len(shares))
        url = database.url.render_as_string(hide_password=False)
        with tempfile.TemporaryDirectory(prefix="keepers-") as told, Pool(keep, len(shares)) as keeping:
            given = [
                Share(share, folder, registry, url, each or 0, scheduler, pictured, Path(told, str(number)))
                for number, share in enumerate(shares)
            ]
            for found in _kept(keeping, given, tell):
                _add(report, found)
        pending.settle_all(database)
        copies = len(database.read(lambda connection: pending.copies(connection, report.fresh)))
        report.counts += {Outcome.DUPLICATE: copies, Outcome.NEW: -copies}
        report.fresh.clear()
    finish(report, database, folder, bookmark)
    return report


def keep(share: Share) -> Report:
    """Returns what reading and keeping a share gave, and leaves its texts to be linked."""
    with (
        closing(open_database(share.database)) as database,
        reading(share.scheduler, share.jobs) as pool,
        share.told.open("a", encoding="utf-8", buffering=1) as told,
    ):
        return replay(
            share.paths,
            share.folder,
            share.registry,
            replace(database, later=True),
            readers=pool,
            bookmark=Bookmark.load(database, reader_version()),
            pictured=share.pictured,
            tell=lambda line: print(line, file=told),
            part=True,
        )


def _kept(
    pool: Pool[Share, Report], shares: Sequence[Share], tell: Callable[[str], None]
) -> Iterator[Report]:
    tasks = [pool.submit(share) for share in shares]
    heard = dict.fromkeys((share.told for share in shares), 0)
    while wait([task.future for task in tasks], timeout=_SECONDS).not_done:
        for path in heard:
            lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
            for line in lines[heard[path] :]:
                tell(line)
            heard[path] = len(lines)
    for task in tasks:
        found = pool.result(task)
        if found is None:
            raise OSError(message("a process that keeps articles died"))
        yield found


def _waves(paths: Sequence[Path], folder: Path, keepers: int) -> Iterator[list[tuple[Path, ...]]]:
    """Yields the files in order: what may be kept side by side, as shares of up to `keepers` processes."""
    for alone, some in groupby(paths, key=lambda path: not _district(path, folder)):
        if alone:
            yield [tuple(some)]
            continue
        districts: dict[str, list[Path]] = {}
        for path in some:
            districts.setdefault(_district(path, folder), []).append(path)
        shares: list[set[Path]] = [set() for _ in range(min(keepers, len(districts)))]
        sizes = [0] * len(shares)
        weight = {name: sum(map(size_of, files)) for name, files in districts.items()}
        for name in sorted(districts, key=lambda one: (-weight[one], one)):  # the largest first: even shares
            least = sizes.index(min(sizes))
            shares[least].update(districts[name])
            sizes[least] += weight[name]
        order = [path for files in districts.values() for path in files]
        yield [tuple(path for path in order if path in share) for share in shares]


def _district(path: Path, folder: Path) -> str:
    """Returns the district that a file of our own crawls is named after ("files" of those of files); "" of
    others.
    """
    own = _OWN.fullmatch(path.name)
    return own[1] if own and path.absolute().is_relative_to(folder) and noted(path) else ""


def _add(report: Report, found: Report) -> None:
    report.files += found.files
    report.captures += found.captures
    for name in ("counts", "reasons", "fields"):
        getattr(report, name).update(getattr(found, name))
    report.samples += found.samples
    report.faults += found.faults
    report.fresh += found.fresh
    for mine, other in ((report.strangers.captures, found.strangers.captures),
                        (report.strangers.pages, found.strangers.pages)):  # fmt: skip
        mine.update(other)
    report.strangers.known += found.strangers.known
    report.strangers.secure |= found.strangers.secure

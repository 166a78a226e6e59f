"""Reads WARC files again with today's reader, without the network: many processes read, one keeps.

What a page gives depends on its bytes and on what its crawl noted, so the same files give the same rows.
After an interruption the same order goes on where it was: a bookmark is kept until all is read.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

from crawler.registry.load import Registry
from crawler.reread.captures import Look, Owners, with_body
from crawler.reread.chains import Chains, assembled
from crawler.reread.dealing import Dealer, Machines, Processes
from crawler.reread.files import fill
from crawler.reread.marks import Bookmark, Pace
from crawler.reread.resettle import Answers, settle
from crawler.reread.spans import Readers
from crawler.reread.strangers import Strangers
from pipelines.items import RawPage
from storage.articles import furniture
from storage.articles.batch import Answer, Batch
from storage.articles.furniture import Cuts
from storage.articles.queries import sync_registry
from storage.articles.reread import Reading, keep_again
from storage.database import Database
from storage.errors import PackageError
from storage.filing.queries import linked
from storage.language.messages import joined, message
from storage.pool import Pool
from storage.records import ArticleRecord, CaptureRecord
from storage.text import counted
from storage.vocabulary import Outcome
from storage.wacz import reading as packing
from storage.wacz.reading import Source
from storage.warc import store
from storage.warc.importing import bring_in
from storage.warc.reader import noted
from storage.warc.walk import Damage, reachable, size_of

BATCH = 200  # articles a transaction: a commit costs little then
CAPTURES = 2000
_LEARN = 25  # articles of a file after which what repeats on its portal is looked up first
SAMPLES = 10
OFF_SITE = "off_site"  # counted beside the outcomes: captures of hosts that the registry does not know
_TELL_SECONDS = 5.0
_EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(slots=True)
class Report:
    """What a replay did. `faults` are lines for the operator; `fields` counts changed fields of articles."""

    files: int = 0
    captures: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    samples: list[dict[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    filed: Counter[str] = field(default_factory=Counter)  # looks at files that articles link to
    strangers: Strangers = field(default_factory=Strangers)
    fresh: list[str] = field(default_factory=list)  # ids of new articles, where duplicates are not known yet


@dataclass(slots=True)
class Keeper:
    """Keeps what was read, batch by batch, in the order of the captures."""

    database: Database
    registry: Registry
    report: Report
    rehearse: bool
    batch: Batch = field(default_factory=Batch)
    urls: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    furniture: dict[str, furniture.Cuts] = field(default_factory=dict)  # by portal
    met: set[str] = field(default_factory=set)  # portals of which articles were kept since the last settling
    kept: int = 0  # articles since then
    pages: dict[tuple[str, datetime], CaptureRecord] = field(default_factory=dict)  # of articles in several
    pictured: frozenset[str] = frozenset()  # portals whose pictures are kept

    def __post_init__(self) -> None:
        self.batch.pictured = self.pictured

    def known(self, portal: str) -> Cuts:
        """Returns what the archive has learned of the furniture of `portal` by now."""
        known = self.furniture.get(portal)
        if known is None:
            known = self.furniture[portal] = furniture.known(self.database, portal)
        return known

    def hinted(self, page: RawPage) -> RawPage:
        """Returns `page` with what the archive has learned of its portal's furniture by now."""
        return replace(page, hints=replace(page.hints, **self.known(page.portal)))

    @property
    def full(self) -> bool:
        """Whether to keep the batch; the first ones are small, so that what repeats is soon known."""
        most = min(BATCH, max(_LEARN, self.kept))
        return len(self.batch.articles) >= most or len(self.batch.captures) >= CAPTURES

    def take(self, look: Look, answer: Answer | None) -> None:
        """Takes one capture with what reading it gave; counted here unless the archive decides."""
        self.report.captures += not look.late
        if look.part and look.record:
            self.pages[look.record.url, look.record.fetched_at] = look.record
        if look.outcome is None:
            self.report.counts[OFF_SITE] += 1
            if look.stranger:
                self.report.strangers.met(look.stranger, page=True)
            return
        self.report.strangers.known += look.page is not None
        if look.url in self.urls:  # one batch knows one news of a URL: the order of its captures decides
            self.flush()
        if look.url:
            self.urls.add(look.url)
        if look.record:
            self.batch.captures.append(look.record)
        if look.page and answer:
            self.batch.take(look.page, answer)
        elif look.sighting:
            self.batch.sight(look.sighting)
        if isinstance(answer, ArticleRecord):
            if look.part and look.part.own and not look.late:
                self.report.counts[Outcome.PART] += 1
            return
        outcome, reason = answer or (look.outcome, look.sighting.reason if look.sighting else look.reason)
        self.report.counts[outcome] += 1
        if reason:
            self.report.reasons[f"{outcome}:{reason}"] += 1
        if answer and outcome is Outcome.FAILED and look.record:
            ref = look.record.ref
            why = message("cannot be read: {cause}", cause=reason)
            self.report.faults.append(_at(ref.file, ref.offset, joined([str(look.url), why], ": ")))

    def flush(self) -> None:
        """Keeps all that was taken, in one transaction. Raises StorageError."""
        batch, self.batch, self.urls = self.batch, Batch(pictured=self.pictured), set()
        met = {one.district_id for one in batch.articles} - self.named
        if met and not self.rehearse:
            districts = [d.record() for d in self.registry.districts if d.id in met]
            sync_registry(self.database, districts)
            self.named |= met
        if batch:
            for reading in keep_again(self.database, batch, rehearse=self.rehearse):
                self._count(reading)
            portals = {one.portal for one in batch.articles}
            self.furniture |= {portal: furniture.known(self.database, portal) for portal in portals}
            self.met |= portals
            self.kept += len(batch.articles)

    def whole(self, look: Look, folder: Path) -> Look:
        """Returns the last page of an article with all of them."""
        self.flush()  # the captures of the others must be in the archive by then
        own = [look.record] if look.record else []
        found = assembled(look, self.database, folder, [*self.pages.values(), *own])
        for met in look.part.before if look.part else ():
            self.pages.pop(met, None)
        return found

    def settle(self, folder: Path, owners: Owners, answers: Answers) -> None:
        """Reads again what was kept before its portal's furniture was known, as each crawl does at its end.

        Else a page of the next night that has the same text, and other bytes, would seem changed.
        """
        for portal in sorted(self.met) if not self.rehearse else ():
            if changed := settle(self.database, folder, owners, portal, sys.maxsize - 1, answers):
                self.report.counts["settled"] += changed
            self.furniture.pop(portal, None)
        self.met, self.kept = set(), 0

    def _count(self, reading: Reading) -> None:
        self.report.counts[reading.outcome] += 1
        if self.database.later and reading.outcome is Outcome.NEW:
            self.report.fresh.append(reading.article_id)
        self.report.fields.update(reading.changes.keys())
        if reading.changes and len(self.report.samples) < SAMPLES:
            changes = {name: {"before": old, "now": new} for name, (old, new) in reading.changes.items()}
            told = {"article_id": reading.article_id, "url": reading.url, "changes": changes}
            self.report.samples.append(told)


def replay(
    paths: Sequence[Path],
    folder: Path,
    registry: Registry,
    database: Database,
    *,
    readers: Readers | Machines,
    bookmark: Bookmark | None = None,
    rehearse: Path | None = None,
    pictured: frozenset[str] = frozenset(),
    tell: Callable[[str], None] = lambda line: None,
    part: bool = False,
) -> Report:
    """Reads the WARC files at `paths`, or in the packages (WACZ) there, again in order; keeps what they give.

    A file outside `folder`, the archive's WARC folder, is first brought in: its records of registered hosts
    are copied there, as the evidence of what is kept. With `rehearse`, an empty folder for such copies, it
    changes nothing. Of portals in `pictured` their pictures are files, too. With `part`, `finish` is left to
    the caller.
    Damage and pages that cannot be read are named in the report; the rest is read.
    Raises StorageError, OSError; then the bookmark tells where to go on.
    """
    report, owners = Report(), Owners(registry, partial(linked, database))
    keeper = Keeper(database, registry, report, rehearse is not None, pictured=pictured)
    chains, kept_in = Chains(), folder
    sources = _sources(paths, rehearse or folder, report)
    machines: Machines = Processes(readers) if isinstance(readers, Pool) else readers
    dealer = Dealer(machines, registry, keeper.known, lambda: keeper.furniture.keys(), store.in_use())
    for source in sources:
        begin = bookmark.places.get(_name(source), 0) if bookmark else 0
        if begin is not None and _inside(source, folder):
            dealer.plan(source.path.absolute(), folder, begin)
    pace = Pace([size_of(source.path) for source in sources])
    for number, source in enumerate(sources, 1):
        name = _name(source)
        start = bookmark.places.get(name, 0) if bookmark else 0
        place = _placed(source, folder, owners, report, rehearse) if start is not None else None
        if place is None or start is None:
            continue
        told, held = monotonic(), list[Look]()
        found: Iterable[Look] = _named(dealer.looks(*place, owners, start), source, report)
        kept_in = place[1]
        found = chains.pass_on(found) if noted(place[0]) else _news_last(found, held)
        for look, answer in _read(found, machines, keeper, place[1]):
            keeper.take(look, answer)
            if keeper.full:
                keeper.flush()
                if bookmark and look.record:
                    after = look.record.ref.offset + look.record.ref.length
                    begun = chains.first_offset(look.record.ref.file)
                    waiting = [one.offset for one in held[:1]] + ([begun] if begun is not None else [])
                    bookmark.save(name, min([after, *waiting]))
            if monotonic() - told > _TELL_SECONDS:
                told = monotonic()
                share = look.offset / max(1, size_of(place[0]))
                done = counted(report.captures, "capture")
                where = f"{number}/{len(sources)} {source.name} {share:.0%}"
                if (minutes := pace.left(number - 1, share)) is None:
                    tell(message("{place}: {captures}", place=where, captures=done))
                else:
                    tell(
                        message(
                            "{place}: {captures}, about {minutes} min left",
                            place=where,
                            captures=done,
                            minutes=minutes,
                        )
                    )
        keeper.flush()
        keeper.settle(folder, owners, machines.answers)
        report.files += 1
        if bookmark:
            bookmark.save(name, chains.first_offset(place[0].relative_to(place[1]).as_posix()))
        where = f"{number}/{len(sources)} {source.name}"
        tell(message("{place}: {captures} so far", place=where, captures=counted(report.captures, "capture")))
    for look, answer in _read(chains.left(), machines, keeper, kept_in):
        keeper.take(look, answer)
    keeper.flush()
    if rehearse is None and not part:
        finish(report, database, folder, bookmark)
    return report


def finish(report: Report, database: Database, folder: Path, bookmark: Bookmark | None) -> None:
    """Makes versions of the files, whose captures may stand before the articles that link to them, and takes
    the bookmark out. Raises StorageError.
    """
    report.filed = fill(database, folder)
    if bookmark:
        bookmark.clear()


def _news_last(found: Iterable[Look], held: list[Look]) -> Iterator[Look]:
    """Yields the looks of a file in any order so that what tells of a known page, or refers to one, comes
    last.

    Those are put into `held` until then: addresses and headers, no bodies.
    """
    for look in found:
        if look.sighting or look.body_at:
            held.append(look)
        else:
            yield look
    yield from sorted(held, key=lambda look: look.record.fetched_at if look.record else _EPOCH)


def _sources(paths: Iterable[Path], folder: Path, report: Report) -> list[Source]:
    """Returns the WARC files meant by `paths`; a package that cannot be read is a fault of the report."""
    found: list[Source] = []
    packing.clear(folder.parent)
    for path in paths:
        try:
            found += packing.sources(path, folder.parent)
        except PackageError as error:
            report.faults.append(str(error))
    return found


def _placed(
    source: Source, folder: Path, owners: Owners, report: Report, rehearse: Path | None
) -> tuple[Path, Path] | None:
    """Returns the file to read and the folder that it stands in; None where nothing of it belongs to the
    registry, or where it is not what its package says.
    """
    path = source.path.absolute()
    if _inside(source, folder):
        return path, folder
    into = rehearse or folder
    try:
        with packing.unpacked(source, into.parent) as (file, vouched):
            own = noted(file)  # then what it asked of file hosts was asked as a file
            brought = bring_in(
                file,
                into,
                lambda url: owners.of(url) is not None or owners.linked(url) or (own and owners.stores(url)),
                lambda url, page: report.strangers.met(url, page=page),
            )
    except PackageError as error:
        report.faults.append(str(error))
        return None
    if not vouched:
        said = message("read, but its package has no digest to check it with")
        report.faults.append(message("{file}: {said}", file=source, said=said))
    report.counts[OFF_SITE] += brought.off_site
    report.counts["too_large"] += brought.too_large
    report.faults += [_at(source, one.offset, one.cause) for one in brought.damage]
    return (into / brought.file, into) if brought.file else None


def _name(source: Source) -> str:
    """Returns how a bookmark calls a file."""
    return str(replace(source, path=source.path.absolute()))


def _inside(source: Source, folder: Path) -> bool:
    """Returns whether a file is read where it stands: in `folder`, each of its records by its offset."""
    path = source.path.absolute()
    return not source.member and path.is_relative_to(folder) and reachable(path)


def _named(found: Iterable[Look | Damage], source: Source, report: Report) -> Iterator[Look]:
    """Yields the looks among `found`; the damage goes into the report."""
    for one in found:
        if isinstance(one, Look):
            yield one
        else:
            report.faults.append(_at(source, one.offset, one.cause))


def _at(file: object, offset: int, said: str) -> str:
    return message("{file} offset {offset}: {said}", file=file, offset=offset, said=said)


def _read(
    found: Iterable[Look], machines: Machines, keeper: Keeper, folder: Path
) -> Iterator[tuple[Look, Answer | None]]:
    """Yields each look with what its page gave, in order; a page that needs others is read now."""
    for look in found:
        if look.part is not None and look.page is not None:
            look = keeper.whole(look, folder)
        elif look.body_at is not None:
            keeper.flush()  # the capture that has the body must be in the archive by then
            look = with_body(look, keeper.database, folder)
        unread = look.page is not None and look.answer is None
        answer = next(machines.answers([keeper.hinted(look.page)])) if unread and look.page else look.answer
        yield look, answer

"""Deals spans of WARC files to who reads them, and yields what they give in the order of the files.

A span is looked for by its bytes, so whether it begins where the one before it ended is compared, and what
does not fit is read anew. Whatever order the spans are read in, the same captures come out. What is cut on
their pages differs; the furniture that a page was read without is cut at the end of its file
(crawler.reread.resettle).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, Protocol

from crawler.registry.load import Registry
from crawler.reread.captures import Look, Owners, looks
from crawler.reread.readers import DIED
from crawler.reread.spans import Found, Order, Readers, Span, packed, read_span
from pipelines.items import RawPage
from storage.articles.batch import Answer
from storage.articles.furniture import NO_CUTS, Cuts
from storage.warc.reader import noted
from storage.warc.store import in_use
from storage.warc.walk import Damage, size_of

File = tuple[Path, str]  # a WARC folder, and a file in it
SPAN = 2**18  # bytes: some 16 pages of 80 KB
_SMALL = 4  # spans of that size begin a file: what is read before its furniture is known is read twice
_REMOTE = 2**23  # bytes of a span of a file that only the store has, which is read 5 MB at a time
_VIEW = 50  # spans looked through for each that may run


class Machines(Protocol):
    """Who reads: the processes of this machine, or the machines of a cluster (crawler.reread.cluster)."""

    @property
    def size(self) -> int:
        """The bytes of a span."""

    def width(self, *, fresh: bool) -> int:
        """Returns how many spans may run at once; `fresh`: of one district whose furniture nobody knows."""

    def begin(self, order: Order) -> Any:
        """Begins to read a span; returns what `end` takes."""

    def end(self, task: Any) -> Found | None:
        """Returns what a span gave; None where who reads it dies. Raises OSError."""

    def saved(self, order: Order) -> Found:
        """Returns what can be had of a span on which who reads it dies."""

    def answers(self, pages: Iterable[RawPage]) -> Iterator[Answer]:
        """Yields what each page gave, in order."""


@dataclass(slots=True)
class Processes:
    """The processes of this machine."""

    pool: Readers
    size: int = SPAN

    def width(self, *, fresh: bool) -> int:
        return min(self.pool.jobs, _SMALL) if fresh else 2 * self.pool.jobs

    def begin(self, order: Order) -> Any:
        return self.pool.submit(order)

    def end(self, task: Any) -> Found | None:
        found: Found | None = self.pool.result(task)  # type: ignore[assignment]
        return found

    def saved(self, order: Order) -> Found:
        """Reads a span here, its pages one by one in the pool: one that ends its process costs no other."""
        return read_span(order, lambda page: next(self.answers([page])))

    def answers(self, pages: Iterable[RawPage]) -> Iterator[Answer]:
        for _, answer in self.pool.in_order(pages, ahead=8):
            one: Any = answer or DIED
            yield one


def _size(machines: Machines, path: Path) -> int:
    return max(machines.size, _REMOTE) if in_use() and not path.exists() else machines.size


def parts(machines: Machines, order: Order) -> Found:
    """Returns what a span gives, read in parts by `machines`."""
    span = order.span
    size = _size(machines, Path(order.folder) / span.file)
    edges = [*range(span.start, span.end, size), span.end]
    spans = [Span(span.file, one, end) for one, end in pairwise(edges)]
    orders = [replace(order, span=one) for one in (replace(spans[0], begin=span.begin), *spans[1:])]
    found = list(in_turn(machines, [(one, machines.begin(one)) for one in orders], span.start))
    return Found([look for one in found for look in one.looks], found[-1].beyond)


def in_turn(machines: Machines, begun: Iterable[tuple[Order, Any]], last: int) -> Iterator[Found]:
    """Yields what the spans give that follow one another in a file and were `begun`; a record begins at
    `last`, before them.

    A span whose first record is none, since its bytes are those of one before it, is read again from there.
    """
    before: Found | None = None
    for order, task in begun:
        found = machines.end(task) or machines.saved(order)
        if before is not None and found.first != before.beyond:
            again = replace(order, span=replace(order.span, begin=last))
            found = machines.end(machines.begin(again)) or machines.saved(again)
        last = found.looks[-1].offset if found.looks else last
        before = found
        yield found


@dataclass(slots=True)
class Dealer:
    """Has `machines` read the WARC files in `folder`.

    `cuts` tells what is known to be furniture of a portal, `met` the portals of which pages were kept.
    `store` is where files stand that left the folder.
    """

    machines: Machines
    registry: Registry
    cuts: Callable[[str], Cuts] = lambda portal: NO_CUTS
    met: Callable[[], Iterable[str]] = tuple
    store: str = ""
    _registry: bytes = b""
    _files: dict[File, list[Span]] = field(default_factory=dict)  # what is still to be read, in order
    _running: dict[tuple[File, Span], tuple[Order, Any]] = field(default_factory=dict)
    _districts: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)  # by file

    def __post_init__(self) -> None:
        self._registry = packed(self.registry)

    def plan(self, path: Path, folder: Path, start: int = 0) -> None:
        """Adds the file at `path` in `folder` to what is dealt, from the record at `start` on."""
        end, file = size_of(path), path.relative_to(folder).as_posix()
        size, small = _size(self.machines, path), min(end, start + _SMALL * SPAN)
        edges = [*range(start, small, SPAN), *range(small, end, size), end] if start < end else []
        spans = [Span(file, one, end) for one, end in pairwise(edges)]
        self._files[folder, file] = [replace(one, begin=start) for one in spans[:1]] + spans[1:]

    def looks(self, path: Path, folder: Path, owners: Owners, start: int = 0) -> Iterator[Look | Damage]:
        """Yields what crawler.reread.captures.looks yields, each with the answer to its page."""
        file, own = (folder, path.relative_to(folder).as_posix()), noted(path)
        if file not in self._files:
            later, self._files = self._files, {}
            self.plan(path, folder, start)
            self._files |= later
        for found in in_turn(self.machines, self._begun(file), start):
            for one in found.looks:
                yield self._looked(one, path, folder, owners, own=own) if isinstance(one, Look) else one

    def _begun(self, file: File) -> Iterator[tuple[Order, Any]]:
        spans, cuts = self._files[file], self._known(file[1])[1]
        for span in spans:  # read ahead without what the files before have taught: their end settles that
            order, _ = self._running.get((file, span), (None, None))
            if order and order.cuts != cuts:
                anew = replace(order, cuts=cuts)
                self._running[file, span] = anew, self.machines.begin(anew)
        while spans:
            self._deal()
            begun = self._running.pop((file, spans.pop(0)))
            self._deal(behind=file[1])
            yield begun
        del self._files[file]

    def _looked(self, look: Look, path: Path, folder: Path, owners: Owners, *, own: bool) -> Look:
        """Returns a look with what its reader could not know: which files articles link to, and which bytes
        before the span were those of a file.
        """
        record = look.record
        if record is None:
            return look
        if record.file_id and not record.ref.revisit:
            owners.files.add(record.ref.digest)
        linked = bool(record.file_id) and not own and owners.of(record.url) is None
        file = not record.file_id and record.ref.revisit and record.ref.digest in owners.files
        again = next(looks(path, folder, owners, look.offset), None) if linked or file else None
        return again if isinstance(again, Look) else look

    def _deal(self, behind: str = "") -> None:
        """Has the machines begin with what they can; `behind`: while a span of that file is being kept.

        Of a district whose furniture nobody knows yet less at a time: the pages behind are read with it.
        """
        window, most = self.machines.width(fresh=False), self.machines.width(fresh=True)
        fresh: Counter[str] = Counter([self._known(behind)[0]] if behind else [])
        coming = ((file, span) for file, spans in self._files.items() for span in spans)
        for number, (file, span) in enumerate(islice(coming, _VIEW * window)):
            now = number == 0 and not behind
            if not now and len(self._running) >= window:
                return
            district, cuts = self._known(file[1])
            if not any(cut for one in cuts.values() for cut in one.values()):
                fresh[district] += 1
                if not now and fresh[district] > most:
                    continue
            if (file, span) not in self._running:
                order = Order(str(file[0]), span, self._registry, cuts, self.store)
                self._running[file, span] = order, self.machines.begin(order)

    def _known(self, file: str) -> tuple[str, Mapping[str, Cuts]]:
        """Returns the district that a file is named after, or the file, and what is known to be furniture of
        its portals; of another file that of the portals met.
        """
        if file not in self._districts:
            name = file.rpartition("/")[2]
            mine = [one for one in self.registry.districts if name.startswith(f"{one.id}-")]
            portals = tuple(portal.url for one in mine for portal in one.portals)
            self._districts[file] = mine[0].id if mine else file, portals
        district, portals = self._districts[file]
        return district, {portal: self.cuts(portal) for portal in portals or self.met()}

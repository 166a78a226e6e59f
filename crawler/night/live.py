"""A crawl while it runs: a live table on a terminal, one plain line a portal everywhere else."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from crawler.terminal.tables import requested, run_line, span
from storage.language.codes import word
from storage.language.messages import gettext as _
from storage.language.messages import shown
from storage.runs.records import RunRecord
from storage.text import counted
from storage.vocabulary import HEALTHY, KEPT, Outcome

if TYPE_CHECKING:
    from rich.console import Group

    from crawler.night.worker import Worker

Watch = Callable[[Sequence["Worker"], int], None]

_NARROW, _SPARSE = 100, 70  # columns of a terminal: below, some counts go; then the portal goes, too
_FEW = (Outcome.NEW, Outcome.FAILED)
_MANY = (*KEPT, Outcome.FAILED)
_GREEN: dict[str, str] = dict.fromkeys(HEALTHY, "green")
_STYLES = {"running": "", "starting": "dim", **_GREEN}  # the others need attention


@contextmanager
def watching(out: IO[str]) -> Iterator[Watch]:
    """Yields a callback for crawler.night.night: a live table on a terminal, else a line a healthy portal at
    its end.

    What is not healthy is said at the end of the crawl, on standard error, where it is not overlooked.
    """
    if not out.isatty():
        yield _teller(out)
        return
    from rich.console import Console
    from rich.live import Live

    console = Console(file=out)
    if console.is_dumb_terminal:  # it cannot move the cursor
        yield _teller(out)
        return
    began, width = time.monotonic(), console.width
    with Live(console=console, auto_refresh=False) as live:

        def show(workers: Sequence[Worker], waiting: int) -> None:
            nonlocal width
            if console.width != width:  # a terminal breaks old lines anew: where they stand now nobody knows
                width = console.width
                console.clear()
            view = live_table(workers, waiting, time.monotonic() - began, width, console.height)
            live.update(view, refresh=True)

        yield show


def _teller(out: IO[str]) -> Watch:
    """Prints each healthy run once, when its district is done."""
    told: set[int] = set()

    def tell(workers: Sequence[Worker], waiting: int) -> None:
        for worker in workers:
            if worker.done and worker.key not in told:
                told.add(worker.key)
                for run in worker.runs:
                    if run.verdict in HEALTHY:
                        print(shown(run_line(run)), file=out, flush=True)

    return tell


def headline(workers: Sequence[Worker], waiting: int, seconds: float) -> str:
    """Returns how far a crawl of `seconds` is: districts, pages, articles, rate, errors, rest."""
    done = sum(worker.done for worker in workers)
    runs = [run for worker in workers for run in worker.runs]
    pages = sum(map(requested, runs))
    new = sum(run.counts.get(Outcome.NEW, 0) + run.counts.get(Outcome.DUPLICATE, 0) for run in runs)
    failed = sum(run.counts.get(Outcome.FAILED, 0) for run in runs)
    unhealthy = sum(bool(run.verdict) and run.verdict not in HEALTHY for run in runs)
    left = len(workers) - done + waiting
    said = _(
        "{done} done ({unhealthy} unhealthy), {running} running, {waiting} waiting; "
        "{pages} ({rate:.1f}/s), {new} new articles, {failed} failed; {time}",
        done=done,
        unhealthy=unhealthy,
        running=len(workers) - done,
        waiting=waiting,
        pages=counted(pages, "page"),
        rate=pages / max(seconds, 1),
        new=new,
        failed=failed,
        time=span(seconds),
    )
    if not (done and left):
        return said
    return f"{said}, {_('about {time} left', time=span(seconds / done * left))}"


def live_table(workers: Sequence[Worker], waiting: int, seconds: float, width: int, height: int) -> Group:
    """Returns the headline, all running portals and the latest ended ones, in a terminal of `width` by
    `height`.
    """
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    head = textwrap.wrap(headline(workers, waiting, seconds), width)
    counted = _MANY if width >= _NARROW else _FEW
    view = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for name in ("district", "portal") if width >= _SPARSE else ("district",):
        view.add_column(
            shown(word("column", name)), overflow="ellipsis", ratio=1, max_width=40
        )  # these give way, numbers do not
    view.add_column(shown(word("column", "state")), no_wrap=True)
    for name in ("pages", *counted):
        view.add_column(shown(word("column", name)), justify="right", no_wrap=True)
    rows = sorted(_rows(workers), key=lambda row: not row[0])  # ended first: a cut drops the oldest of them
    for _done, district_id, state, run in rows[-max(height - len(head) - 2, 1) :]:
        portal = run.portal.partition("://")[2].rstrip("/") if run else ""
        where = [district_id, portal][: 2 if width >= _SPARSE else 1]
        counts = run.counts if run else {}
        numbers = [requested(run) if run else 0, *(counts.get(name, 0) for name in counted)]
        view.add_row(
            *where, shown(word("verdict", state)), *map(str, numbers), style=_STYLES.get(state, "red")
        )
    return Group(Text("\n".join(head)), view)


def _rows(workers: Sequence[Worker]) -> Iterator[tuple[bool, str, str, RunRecord | None]]:
    """Yields each run with whether its district is done, the district and the state; one row where it has no
    run.
    """
    for worker in workers:
        for run in worker.runs:
            yield worker.done, worker.district.id, run.verdict or "running", run
        if not worker.runs:
            yield worker.done, worker.district.id, "not begun" if worker.done else "starting", None

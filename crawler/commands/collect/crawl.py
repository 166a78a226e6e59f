"""`huyen crawl`: the work of a night, from the checks before it to the alerts after it."""

from __future__ import annotations

import sys
import time
from contextlib import closing, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from crawler.errors import Refused
from crawler.terminal.console import chosen, complain, print_json, require_files, say, waited_for
from crawler.terminal.options import MOST, AsJson, Districts, Province
from storage.language.messages import gettext as _
from storage.language.messages import message, ngettext, shown
from storage.text import counted

if TYPE_CHECKING:
    from crawler.config import Config
    from crawler.filing.phase import Fetched
    from crawler.night.night import Night, Source
    from crawler.registry.entries import District
    from crawler.registry.faults import Fault
    from crawler.registry.load import Registry
    from storage.database import Database


def crawl(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="ID", help="A district: nghe-an.do-luong, or do-luong.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Crawl every district of the registry.")] = False,
    province: Province = None,
    full: Annotated[
        bool, typer.Option("--full", help="Fetch every page again, not only what is new or may have changed.")
    ] = False,
    limit: Annotated[
        int | None, typer.Option(min=1, max=MOST, metavar="N", help="Fetch at most N articles per portal.")
    ] = None,
    no_files: Annotated[
        bool, typer.Option("--no-files", help="Do not fetch the files that articles link to.")
    ] = False,
    jobs: Districts = None,
    shared: Annotated[
        bool,
        typer.Option(
            "--shared",
            help="Share the night with other machines: each crawls what no other has (PostgreSQL only).",
        ),
    ] = False,
    notify: Annotated[
        str | None,
        typer.Option(
            metavar="CMD",
            help="Run CMD when a crawl needs attention; it gets the summary as JSON on its input.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Crawl portals and keep what is new or has changed, then the files that articles link to.

    Name districts, or give --all or --province.
    """
    from crawler import config as configuration
    from crawler.night import summary as summaries
    from crawler.night.alerts import deliver
    from crawler.terminal import tables as display
    from storage.errors import StorageError

    if bool(ids) == (every or bool(province)):
        raise Refused(message("name the districts to crawl, or give --all or --province P"))
    if shared and ids:
        raise Refused(message("--shared deals out the districts of --all or --province P; name none"))
    config = configuration.load()
    require_files()
    arguments = {**({"full": "1"} if full else {}), **({"limit": str(limit)} if limit else {})}
    began, out = datetime.now(UTC), sys.stderr if as_json else sys.stdout
    try:
        summary, complaints = _crawled(
            config, ids or [], province, jobs, arguments, out, files=not no_files, shared=shared
        )
    except (Refused, StorageError) as why:
        if not ids:  # nobody must overlook a night that did not begin
            for fault in deliver(summaries.refused(str(why), began), notify, config):
                complain(fault)
        raise Refused(str(why)) from why
    if as_json:
        print_json(summary)
    elif summary["runs"]:
        say(display.summary(summary["totals"]))
        if summary["files"] and (line := display.files(summary["files"])):
            say(line)
    for line in complaints:
        complain(line)
    if summary["status"] and summary.get("closed_here", True):
        for fault in deliver(summary, notify, config):
            complain(fault)
    return int(summary["status"])


def _crawled(
    config: Config,
    ids: list[str],
    province: list[str] | None,
    jobs: int | None,
    arguments: dict[str, str],
    out: TextIO,
    *,
    files: bool,
    shared: bool,
) -> tuple[dict[str, Any], list[str]]:
    """Crawls; returns the summary and, in lines, what needs attention. Raises only before it starts."""
    from crawler.locks import alone
    from crawler.night import logs
    from crawler.night import night as crawling
    from crawler.registry import load as registry

    listed = registry.load(config.registry)
    districts, faults, unseen = chosen(listed, ids, province)
    if not ids:
        arguments = {**arguments, "seen": "1"}  # what nobody has looked at is crawled only by name
    if unseen:
        print(
            _(
                "left out: {unseen}; name a district to crawl its portals",
                unseen=counted(unseen, "unseen portal"),
            ),
            file=out,
        )
    config.require_writable()
    if why := crawling.scarce(config):
        raise Refused(why)
    # Crawls of single districts may run beside a night: each portal has its own lock.
    guard = (
        nullcontext()
        if ids
        else alone(config.data / "night.lock", message("another crawl of many districts"))
    )
    with guard, closing(waited_for(config)) as database:
        logs.expire(config.data / "logs", config.log_days)
        night = _Night(config, database, listed, districts, list(faults), jobs, arguments, out, files)
        if shared:
            summary, lines = night.with_others({"provinces": sorted(province or ()), **arguments})
        else:
            summary, lines = night.alone(of_all=not ids and not province)
        summary["unseen"] = unseen
        if not ids and not summary["stopped_early"]:
            _fill_places(database)
        _write_metrics(config, database, listed, summary)
        if fault := _ship(config, database, out):
            summary["status"] = summary["status"] or 1
            lines.append(fault)
    return summary, lines


@dataclass(frozen=True)
class _Night:
    """What a crawl works with."""

    config: Config
    database: Database
    listed: Registry
    districts: list[District]
    faults: list[Fault]
    jobs: int | None
    arguments: dict[str, str]
    out: TextIO
    files: bool

    def alone(self, *, of_all: bool) -> tuple[dict[str, Any], list[str]]:
        """Crawls the districts and fetches their files; returns the summary and what needs attention."""
        from crawler.filing import phase as filing
        from crawler.night import summary as summaries

        started_at, began = datetime.now(UTC), time.monotonic()
        night = self._crawl(self.districts, None)
        summary = summaries.summary(night, self.faults, started_at, time.monotonic() - began)
        fetched = None
        if night.stopped is None:
            fetched = self._fetch(None if of_all else frozenset(one.id for one in self.districts))
        summary["files"] = filing.as_json(fetched) if fetched else None
        return summary, summaries.complaints(night, self.faults) + (fetched.notices if fetched else [])

    def with_others(self, selection: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
        """Takes part in a night of many machines; returns the summary of all, and what needs attention."""
        from crawler.filing import phase as filing
        from crawler.night import shared
        from crawler.night import summary as summaries
        from crawler.night.night import Night
        from storage.filing.figures import figures_since

        started_at, began = datetime.now(UTC), time.monotonic()
        with shared.taking_part(self.config, self.database, self.districts, selection) as part:
            if isinstance(part, str):
                self._tell(part)
                nothing = summaries.summary(Night([]), self.faults, datetime.now(UTC), 0.0)
                return {**nothing, "files": None}, summaries.complaints(Night([]), self.faults)
            night = self._crawl([], part)
            notices = list(map(str, self.faults))
            if night.stopped is None:
                fetched = self._fetch(frozenset(worker.district.id for worker in night.workers))
                notices += fetched.notices if fetched else []
            shared.leave(part, night.stopped, notices)
            if night.stopped is None:
                shared.wait_for_others(part, self._tell)
            closed_here = shared.close(part, self.config)
            if night.stopped is not None and not closed_here:  # the others go on, and tell
                ours = summaries.summary(night, self.faults, started_at, time.monotonic() - began)
                return {**ours, "files": None, "closed_here": False}, summaries.complaints(night, self.faults)
            everywhere = shared.whole(part)
            seconds = (datetime.now(UTC) - part.place.opened_at).total_seconds()
            summary = summaries.summary(everywhere, self.faults, part.place.opened_at, max(0.0, seconds))
            summary["machines"], lines = shared.machines(part)
            summary["notices"] = lines
            summary["closed_here"] = closed_here
            figures = figures_since(self.database, part.place.opened_at)
            summary["files"] = filing.as_json(filing.Fetched(figures, [])) if self.files else None
            if lines and not summary["status"]:
                summary["status"] = 1
            return summary, summaries.complaints(everywhere, []) + lines

    def _tell(self, line: str) -> None:
        print(shown(line), file=self.out, flush=True)

    def _crawl(self, districts: list[District], source: Source | None) -> Night:
        from crawler.night import night as crawling
        from crawler.night.live import watching

        with watching(self.out) as watch:
            return crawling.crawl(
                districts, self.config, self.database,
                jobs=self.jobs, arguments=self.arguments, watch=watch, source=source,
            )  # fmt: skip

    def _fetch(self, districts: frozenset[str] | None) -> Fetched | None:
        """Fetches the files of `districts`, or of all, and reads them; None where none are wanted."""
        from crawler.filing import phase as filing
        from crawler.filing.reading import read_new

        if not self.files or districts == frozenset():
            return None
        fetched = filing.fetch(
            self.config, self.listed, self.database, filing.Wanted(districts),
            jobs=self.jobs, tell=self._tell,
        )  # fmt: skip
        portals = None
        if districts is not None:
            portals = [one.url for of in self.listed.districts if of.id in districts for one in of.portals]
        read_new(self.database, self.config, portals)
        return fetched


def _ship(config: Config, database: Database, out: TextIO) -> str:
    """Ships finished WARC files where HUYEN_WARC_STORE says so; returns what went wrong, "" for nothing.

    What was crawled is kept here in any case, and shipped the next time.
    """
    from crawler.locks import alone
    from storage.care.shipping import ship
    from storage.errors import StorageError

    if not config.warc_store or not config.warc.is_dir():
        return ""
    try:
        with alone(config.data / "ship.lock", message("another shipment of WARC files")):
            done = ship(database, config.warc, config.warc_keep_days)
    except (Refused, OSError, StorageError) as error:
        return _("the WARC files were not shipped: {error}", error=error)
    if done.files or done.removed:
        shipped = ngettext("{n} WARC file shipped", "{n} WARC files shipped", done.files)
        removed = ngettext("{n} local copy removed", "{n} local copies removed", done.removed)
        print(f"{shipped}, {removed}", file=out, flush=True)
    if done.fault and not done.waiting:
        return done.fault
    if done.fault:
        waiting = ngettext("{n} WARC file waits", "{n} WARC files wait", done.waiting)
        return _("{waiting} to be shipped: {fault}", waiting=waiting, fault=done.fault)
    return ""


def _fill_places(database: Database) -> None:
    """Fills the archive's tables of places after a night; a failure is reported and does not fail it."""
    from storage.care.gazetteer import fill
    from storage.errors import StorageError

    try:
        fill(database)
    except StorageError as error:
        complain(_("the tables of places were not filled: {error}", error=error))


def _write_metrics(config: Config, database: Database, listed: Registry, summary: dict[str, Any]) -> None:
    """Writes the figures of the registry's portals for Prometheus; a portal that left it raises no alarm.

    A failure is reported in one line and does not fail the crawl.
    """
    from crawler.night import metrics
    from storage.errors import StorageError
    from storage.runs import nights

    try:
        runs = [run for run in nights.latest(database) if listed.lists(run.district_id, run.portal)]
        metrics.write(config.data / "metrics" / "huyen.prom", metrics.exposition(runs, summary))
    except (OSError, StorageError) as error:
        complain(_("no metrics were written: {error}", error=error))

"""`huyen crawl`: the work of a night, from the checks before it to the alerts after it."""

from __future__ import annotations

import sys
import time
from contextlib import closing, nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from crawler.errors import Refused
from crawler.terminal.console import chosen, complain, print_json, require_files, say, waited_for
from crawler.terminal.options import MOST, AsJson, Districts, Province
from storage.text import counted

if TYPE_CHECKING:
    from crawler.config import Config
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
        raise Refused("name the districts to crawl, or give --all or --province P")
    config = configuration.load()
    require_files()
    arguments = {**({"full": "1"} if full else {}), **({"limit": str(limit)} if limit else {})}
    began, out = datetime.now(UTC), sys.stderr if as_json else sys.stdout
    try:
        summary, complaints = _crawled(config, ids or [], province, jobs, arguments, out, files=not no_files)
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
    if summary["status"]:
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
) -> tuple[dict[str, Any], list[str]]:
    """Crawls; returns the summary and, in lines, what needs attention. Raises only before it starts."""
    from crawler.filing import phase as filing
    from crawler.filing.reading import read_new
    from crawler.locks import alone
    from crawler.night import logs
    from crawler.night import night as crawling
    from crawler.night import summary as summaries
    from crawler.night.live import watching
    from crawler.registry import load as registry

    started_at, began = datetime.now(UTC), time.monotonic()
    listed = registry.load(config.registry)
    districts, faults, unseen = chosen(listed, ids, province)
    if not ids:
        arguments = {**arguments, "seen": "1"}  # what nobody has looked at is crawled only by name
    if unseen:
        print(f"left out: {counted(unseen, 'unseen portal')}; name a district to crawl its portals", file=out)
    config.require_writable()
    if why := crawling.scarce(config):
        raise Refused(why)
    # Crawls of single districts may run beside a night: each portal has its own lock.
    guard = nullcontext() if ids else alone(config.data / "night.lock", "another crawl of many districts")
    with guard, closing(waited_for(config)) as database:
        logs.expire(config.data / "logs", config.log_days)
        with watching(out) as watch:
            night = crawling.crawl(districts, config, database, jobs=jobs, arguments=arguments, watch=watch)
        summary = summaries.summary(night, faults, started_at, time.monotonic() - began)
        summary["unseen"] = unseen
        if not ids and not summary["stopped_early"]:
            _fill_places(database)
        fetched = None
        if files and night.stopped is None:
            theirs = None if not ids and not province else frozenset(one.id for one in districts)
            fetched = filing.fetch(config, listed, database, filing.Wanted(theirs), jobs=jobs,
                                   tell=lambda line: print(line, file=out, flush=True))  # fmt: skip
            read_new(database, config)
        summary["files"] = filing.as_json(fetched) if fetched else None
        _write_metrics(config, database, listed, summary)
    return summary, summaries.complaints(night, faults) + (fetched.notices if fetched else [])


def _fill_places(database: Database) -> None:
    """Fills the archive's tables of places after a night; a failure is reported and does not fail it."""
    from storage.care.gazetteer import fill
    from storage.errors import StorageError

    try:
        fill(database)
    except StorageError as error:
        complain(f"the tables of places were not filled: {error}")


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
        complain(f"no metrics were written: {error}")

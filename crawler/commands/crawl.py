"""`huyen crawl`: a night's work from the guards before it to the alerts after it."""

from __future__ import annotations

import fcntl
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from crawler.errors import Refused
from crawler.terminal.console import chosen, complain, opened, print_json

if TYPE_CHECKING:
    from crawler.config import Config
    from storage.database import Database


def crawl(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="ID...", help="nghe-an.do-luong, or do-luong.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every district of the registry.")] = False,
    province: Annotated[
        str | None, typer.Option(metavar="P", help="Only this province: nghe-an, or its name.")
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Read everything again, not only what is new.")
    ] = False,
    limit: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="At most N articles a portal.")
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Districts at a time; else: 8 a core, as far as they rest."),
    ] = None,
    notify: Annotated[
        str | None,
        typer.Option(
            metavar="CMD", help="Run this with the JSON summary on its input if a person is needed."
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON, and nothing else, on standard output.")
    ] = False,
) -> int:
    """Crawls portals: what is new or may have changed, or everything with --full."""
    from crawler import config as configuration
    from crawler.night import summary as summaries
    from crawler.night.alerts import deliver
    from crawler.registry.faults import RegistryError
    from crawler.terminal import tables as display
    from storage.database import StorageError

    if bool(ids) == (every or province is not None):
        raise Refused("crawl takes district ids, or --all, or --province P")
    config = configuration.load()
    arguments = {**({"full": "1"} if full else {}), **({"limit": str(limit)} if limit else {})}
    began, out = datetime.now(UTC), sys.stderr if as_json else sys.stdout
    try:
        summary, complaints = _crawled(config, ids or [], province, jobs, arguments, out)
    except (Refused, configuration.ConfigError, RegistryError, StorageError) as why:
        if not ids:  # a night that does not begin is what nobody must overlook
            for fault in deliver(summaries.refused(str(why), began), notify, config):
                complain(fault)
        raise Refused(str(why)) from why
    if as_json:
        print_json(summary)
    elif summary["runs"]:
        print(display.summary(summary["runs"]))
    for line in complaints:
        complain(line)
    if summary["status"]:
        for fault in deliver(summary, notify, config):
            complain(fault)
    return int(summary["status"])


def _crawled(
    config: Config,
    ids: list[str],
    province: str | None,
    jobs: int | None,
    arguments: dict[str, str],
    out: TextIO,
) -> tuple[dict[str, Any], list[str]]:
    """Crawls; the summary, and what needs a person in lines. What it raises comes before anything begins."""
    from crawler.night import logs
    from crawler.night import night as crawling
    from crawler.night import summary as summaries
    from crawler.night.live import watching
    from crawler.registry import load as registry

    started_at, began = datetime.now(UTC), time.monotonic()
    districts, faults = chosen(registry.load(config.registry), ids, province)
    config.require_writable()
    if why := crawling.scarce(config):
        raise Refused(why)
    # Crawls of single districts may go beside a night: each portal has its own lock.
    alone = nullcontext() if ids else _alone(config.data / "night.lock")
    with alone, closing(opened(config, create=True)) as database:
        logs.expire(config.data / "logs", config.log_days)
        with watching(out) as watch:
            night = crawling.crawl(districts, config, database, jobs=jobs, arguments=arguments, watch=watch)
        summary = summaries.summary(night, faults, started_at, time.monotonic() - began)
        _write_metrics(config, database, summary)
    return summary, summaries.complaints(night, faults)


def _write_metrics(config: Config, database: Database, summary: dict[str, Any]) -> None:
    """Leaves the figures for Prometheus; what goes wrong there is a line, and no fault of the crawl."""
    from crawler.night import metrics
    from storage.database import StorageError
    from storage.runs import nights

    try:
        metrics.write(
            config.data / "metrics" / "huyen.prom", metrics.exposition(nights.latest(database), summary)
        )
    except (OSError, StorageError) as error:
        complain(f"no metrics were written: {error}")


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keeps a second night out by a lock on the file at `path`, which then says who has it."""
    try:
        lock = path.open("a+")
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror}") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(
                f"another crawl of many districts is running ({_holder(path)}); wait for it"
            ) from None
        now = datetime.now(UTC)
        with suppress(OSError):  # on a full disk it holds all the same
            path.write_text(f"process {os.getpid()} on {socket.gethostname()} since {now:%Y-%m-%d %H:%M} UTC")
        yield
        with suppress(OSError):
            path.write_text("")


def _holder(path: Path) -> str:
    with suppress(OSError):
        return path.read_text(encoding="utf-8", errors="replace").strip()[:120] or "begun just now"
    return "begun just now"

"""`huyen crawl`: a night's work from the guards before it to the alerts after it."""

from __future__ import annotations

import fcntl
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crawler.console import Refused, chosen, complain, configured, opened, print_json

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
    from crawler import crawling, display, logs, summaries
    from crawler.livetable import watching
    from crawler.notify import deliver

    if bool(ids) == (every or province is not None):
        raise Refused("crawl takes district ids, or --all, or --province P")
    config, registry = configured()
    districts, faults = chosen(registry, ids or [], province)
    config.require_writable()
    if why := crawling.scarce(config):
        raise Refused(why)
    arguments = {**({"full": "1"} if full else {}), **({"limit": str(limit)} if limit else {})}
    started_at, began = datetime.now(UTC), time.monotonic()
    out = sys.stderr if as_json else sys.stdout
    with _alone(config, ids), closing(opened(config, create=True)) as database:
        logs.expire(config.data / "logs", config.log_days)
        with watching(out) as watch:
            night = crawling.crawl(districts, config, database, jobs=jobs, arguments=arguments, watch=watch)
        summary = summaries.summary(night, faults, started_at, time.monotonic() - began)
        _write_metrics(config, database, summary)
    if as_json:
        print_json(summary)
    elif summary["runs"]:
        print(display.summary(summary["runs"]))
    for line in summaries.complaints(night, faults):
        complain(line)
    if summary["status"]:
        for fault in deliver(summary, notify, config):
            complain(fault)
    return int(summary["status"])


def _write_metrics(config: Config, database: Database, summary: dict[str, Any]) -> None:
    """Leaves the figures for Prometheus; what goes wrong there is a line, and no fault of the crawl."""
    from crawler import metrics
    from storage import nights
    from storage.database import StorageError

    try:
        metrics.write(
            config.data / "metrics" / "huyen.prom", metrics.exposition(nights.latest(database), summary)
        )
    except (OSError, StorageError) as error:
        complain(f"no metrics were written: {error}")


@contextmanager
def _alone(config: Config, ids: list[str] | None) -> Iterator[None]:
    """Keeps a second night out. Crawls of single districts may go beside it: each portal has its own lock."""
    if ids:
        yield
        return
    path = config.data / "night.lock"
    with path.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(
                f"another crawl of many districts is running ({_holder(path)}); wait for it"
            ) from None
        lock.truncate(0)
        lock.write(
            f"process {os.getpid()} on {socket.gethostname()} since {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
        )
        lock.flush()
        yield
        lock.truncate(0)


def _holder(path: Path) -> str:
    with suppress(OSError):
        return path.read_text(encoding="utf-8", errors="replace").strip()[:120] or "begun just now"
    return "begun just now"

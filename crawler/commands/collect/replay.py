"""`huyen replay`: what today's reader makes of WARC files."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.errors import Refused
from crawler.terminal.console import complain, configured, opened, print_json, progress, require_files, say
from crawler.terminal.options import AsJson, Jobs
from storage.language.codes import word
from storage.language.messages import gettext as _
from storage.language.messages import joined, marked, message, shown
from storage.text import counted

if TYPE_CHECKING:
    from crawler.config import Config
    from crawler.registry.load import Registry
    from crawler.reread.marks import Bookmark
    from crawler.reread.replay import Report
    from storage.database import Database


def replay(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="WARC|WACZ", help="WARC or WACZ files of any crawler, or folders with them."),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Change nothing; print what today's reader would change.")
    ] = False,
    jobs: Jobs = None,
    keepers: Annotated[
        int | None,
        typer.Option(
            "--keepers",
            min=1,
            max=64,
            metavar="N",
            help="Processes that write, on PostgreSQL (default: one per 4 that read).",
        ),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Have the machines of a dask cluster read: tcp://host:8786."),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Read WARC or WACZ files again, without the network. Articles are kept beside those already there."""
    config, registry = configured()
    at = config.scheduler if scheduler is None else scheduler
    return read_files(
        config,
        registry,
        paths,
        dry_run=dry_run,
        jobs=jobs,
        keepers=keepers,
        scheduler=at,
        as_json=as_json,
        strange=True,
    )


def read_files(
    config: Config,
    registry: Registry,
    paths: list[Path],
    *,
    dry_run: bool = False,
    jobs: int | None = None,
    keepers: int | None = None,
    scheduler: str = "",
    as_json: bool = False,
    strange: bool = False,
) -> int:
    """Reads the files at `paths` into the archive: what belongs to `registry`. Prints what came of it;
    returns the exit status.

    With `strange`, a host of the files that looks like a portal, and that no entry names, is a fault: the
    entry is proposed.
    """
    from crawler.fetch.filehosts import pictured
    from crawler.filing.reading import read_new
    from crawler.filing.requisites import settle
    from crawler.locks import alone
    from crawler.reread.sharing import keepers_for, replay_shared

    files = _files(paths, config.warc)
    require_files()
    if not dry_run:
        config.require_writable()
    lock = alone(config.data / "replay.lock", message("another replay into {data}", data=config.data))
    with (
        tempfile.TemporaryDirectory(prefix="replay-") if dry_run else nullcontext() as copies,
        closing(_rehearsed(config, Path(copies)) if copies else opened(config, create=True)) as database,
        nullcontext() if dry_run else lock,
        progress() as tell,
    ):
        if database.sqlite and (keepers or 1) > 1:
            raise Refused(message("SQLite has one writer: --keepers needs PostgreSQL"))
        many = keepers or keepers_for(database, jobs or os.cpu_count() or 1)
        bookmark = None if dry_run else _bookmark(database)
        if bookmark and bookmark.places:
            complain(
                _("continuing an earlier replay of {count}", count=counted(len(bookmark.places), "file"))
            )
        try:
            report = replay_shared(
                files,
                config.warc,
                registry,
                database,
                keepers=1 if dry_run else many,
                jobs=jobs,
                scheduler=scheduler,
                bookmark=bookmark,
                rehearse=Path(copies) / "warc" if copies else None,
                pictured=pictured(registry, config.kept),
                tell=tell,
            )
            if not dry_run:
                report.filed += settle(database, config.warc, registry, config.kept)
                read_new(database, config)
        except OSError as error:  # a full disk, or files that may not be read
            complain(_("huyen: {error}; run the same command again to continue", error=error))
            return 1
    if as_json:
        told = {
            name: getattr(report, name) for name in report.__slots__ if name not in ("strangers", "fresh")
        }
        print_json({**told, "strangers": report.strangers.captures})
    else:
        say(*_lines(report, dry_run))
    for fault in report.faults:
        complain(fault)
    for entry in registry.errors:
        complain(_("not read with its family: {entry}", entry=entry))
    sites = report.strangers.portals() if strange else []
    for line in _strangers(report, sites):
        complain(line)
    return 1 if report.faults or registry.errors or sites else 0


def _strangers(report: Report, sites: list[str]) -> Iterator[str]:
    """Yields, for each of `sites`, that no entry names it, and the entry that would."""
    from crawler.reread.strangers import SHOWN, owner, proposal

    found = report.strangers
    for site in sites[:SHOWN]:
        captures = counted(found.captures[site], "capture")
        yield _(
            "no entry of the registry names {site}: {captures} left out. The entry that would bring it in:",
            site=site,
            captures=captures,
        )
        url = f"{'https' if site in found.secure else 'http'}://{site}"
        yield from (f"    {line}" for line in proposal(url, owner(site)))
    if sites:
        told = _("Add what is a district's portal to the registry, then run the same command again")
        left = len(sites) - SHOWN
        yield f"{told} ({shown(counted(left, 'more host'))})" if left > 0 else told


def _files(paths: list[Path], own: Path) -> list[Path]:
    """Returns the files meant by `paths`, in order; those of a folder by name, which for ours is by time.

    `own` is the folder of our WARC files: what stands in the store only belongs to it.
    """
    from storage.wacz.reading import ENDING, WARC_ENDINGS
    from storage.warc import store

    endings = (*WARC_ENDINGS, ENDING)
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(one for one in path.rglob("*") if one.name.endswith(endings) and one.is_file())
            if path.resolve() == own.resolve():
                inside = sorted({*inside, *(path / name for name in store.names())})
            if not inside:
                raise Refused(
                    message("the folder {path} holds no WARC file (.warc, .warc.gz, .wacz)", path=path)
                )
            files += inside
        elif path.is_file() or (path.parent.resolve() == own.resolve() and store.size(path.name) is not None):
            files.append(path)
        else:
            raise Refused(message("no WARC file at {path}", path=path))
    return list(dict.fromkeys(files))


def _rehearsed(config: Config, scratch: Path) -> Database:
    """Returns the archive for a dry run; where its file is missing or not writable, a copy in `scratch`."""
    from storage.care.backup import writable

    (scratch / "warc").mkdir()
    url = writable(config.database_url, scratch)
    return opened(config.model_copy(update={"database_url": url}), create=url != config.database_url)


def _bookmark(database: Database) -> Bookmark:
    from crawler.reread.marks import Bookmark
    from pipelines.reader import reader_version

    return Bookmark.load(database, reader_version())


def _lines(report: Report, dry_run: bool) -> Iterator[str]:
    """Yields a report for a person: what became of the captures, which fields changed, and some of the
    changes.
    """
    from crawler.terminal.difflines import brief
    from crawler.terminal.tables import named
    from storage.vocabulary import Outcome

    yield _(
        "{files}, {captures}: {ended}",
        files=counted(report.files, "file"),
        captures=counted(report.captures, "capture"),
        ended=named("outcome", dict(report.counts.most_common())) or message("nothing in them"),
    )
    for reason, number in sorted(report.reasons.items()):
        if reason.startswith("failed:"):
            why = word("reason", reason.partition(":")[2])
            yield _("{number} failed: {reason}", number=number, reason=why)
    filed: dict[str, int] = {
        name: report.filed[name] for name in (Outcome.NEW, Outcome.CHANGED) if report.filed[name]
    }
    if filed:
        yield _("files: {counts}", counts=named("outcome", filed))
    if report.counts["reread"]:
        how = marked("{articles} would read otherwise: {fields}")
        if not dry_run:
            how = marked("{articles} read otherwise now: {fields}")
        fields = joined(
            message("{field} in {number}", field=name, number=number)
            for name, number in report.fields.most_common()
        )
        yield _(how, articles=counted(report.counts["reread"], "article"), fields=fields)
    for one in report.samples:
        yield f"{one['article_id']} {one['url']}"
        for name, change in one["changes"].items():
            yield from (f"    {line}" for line in brief(name, change["before"], change["now"]))
    if dry_run:
        yield _("dry run: nothing was changed")

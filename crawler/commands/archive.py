"""`huyen verify` and `huyen replay`: what the WARC files prove, and what today's reader makes of them."""

from __future__ import annotations

import fcntl
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.errors import Refused
from crawler.terminal.console import complain, configured, opened, print_json

if TYPE_CHECKING:
    from crawler.config import Config
    from crawler.reread.replay import Bookmark, Report
    from storage.care.verify import Checked, Fault
    from storage.database import Database

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, on standard output.")]
Jobs = Annotated[int | None, typer.Option(min=1, metavar="N", help="Reading processes; else: cores.")]
_ENDINGS = (".warc", ".warc.gz", ".warc.zst")


def verify(
    sample: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="A quick look: only N versions, at random.")
    ] = None,
    jobs: Jobs = None,
    as_json: AsJson = False,
) -> int:
    """Checks the archive against its WARC files: every text has its bytes, and every byte is as it was."""
    from crawler.config import load
    from storage.care.verify import Checked, verify
    from storage.care.verify import sample as look

    config, checked = load(), Checked()
    found: list[Fault] = []
    with closing(opened(config)) as database, _progress() as tell:
        faults = (
            look(database, config.warc, sample, checked)
            if sample
            else verify(database, config.warc, checked, tell, jobs or os.cpu_count() or 1)
        )
        for fault in faults:
            found.append(fault)
            if not as_json:
                print(f"{fault.kind}: {fault}", flush=True)
    if as_json:
        print_json({**_counts(checked), "faults": [fault._asdict() for fault in found]})
    else:
        print(", ".join(f"{number} {name}" for name, number in _counts(checked).items()))
    if checked.unlisted and not as_json:
        print(f"{checked.unlisted} records are in no table of the archive; `huyen replay` brings them in")
    if found:
        complain(f"{len(found)} faults in the archive")
    return 1 if found else 0


def replay(
    paths: Annotated[
        list[Path], typer.Argument(metavar="WARC...", help="WARC files of any crawler, or folders of them.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Change nothing; show what today's reader would change.")
    ] = False,
    jobs: Jobs = None,
    as_json: AsJson = False,
) -> int:
    """Reads WARC files again, without the network, and keeps what they give beside what is there."""
    from crawler.reread.readers import readers
    from crawler.reread.replay import replay

    config, registry = configured()
    files = _files(paths)
    config.require_writable()
    with (
        closing(opened(config, create=True)) as database,
        _alone(config),
        _progress() as tell,
        readers(jobs or os.cpu_count() or 1) as pool,
        tempfile.TemporaryDirectory(prefix="replay-", dir=config.data)
        if dry_run
        else nullcontext() as copies,
    ):
        bookmark = None if dry_run else _bookmark(config, database)
        if bookmark and bookmark.places:
            complain(f"going on where an earlier replay was: {len(bookmark.places)} files were begun")
        try:
            report = replay(
                files,
                config.warc,
                registry,
                database,
                readers=pool,
                bookmark=bookmark,
                rehearse=Path(copies) if copies else None,
                tell=tell,
            )
        except OSError as error:  # a full disk, or files that may not be read
            complain(f"huyen: {error}; the same command goes on where it was")
            return 1
    if as_json:
        print_json({name: getattr(report, name) for name in report.__slots__})
    else:
        print("\n".join(_lines(report, dry_run)))
    for fault in report.faults:
        complain(fault)
    for entry in registry.errors:
        complain(f"not read with its family: {entry}")
    return 1 if report.faults or registry.errors else 0


def _files(paths: list[Path]) -> list[Path]:
    """The files meant by `paths`, in order; those of a folder by name, which for ours is by time."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(one for one in path.rglob("*") if one.name.endswith(_ENDINGS) and one.is_file())
            if not inside:
                raise Refused(f"the folder {path} holds no WARC file (.warc, .warc.gz)")
            files += inside
        elif path.is_file():
            files.append(path)
        else:
            raise Refused(f"no WARC file at {path}")
    return list(dict.fromkeys(files))


def _bookmark(config: Config, database: Database) -> Bookmark:
    from crawler.reread.replay import Bookmark
    from pipelines.persist import reader_version

    return Bookmark.load(config.data / "replay.json", f"{database.name} {reader_version()}")


@contextmanager
def _alone(config: Config) -> Iterator[None]:
    """Keeps a second replay of this archive out: the two would take each other's bookmark."""
    with (config.data / "replay.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(f"another replay into {config.data} is running; wait for it") from None
        yield


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Says on standard error how far it is: in place on a terminal, else a line each time."""
    if not sys.stderr.isatty():
        yield complain
        return
    from rich.console import Console

    with Console(stderr=True).status("") as status:
        yield status.update


def _counts(checked: Checked) -> Mapping[str, int]:
    return {name: getattr(checked, name) for name in checked.__slots__}


def _lines(report: Report, dry_run: bool) -> Iterator[str]:
    """A report for a person: what became of the captures, which fields changed, and some of the changes."""
    from crawler.terminal.difflines import brief

    ended = ", ".join(f"{number} {name}" for name, number in report.counts.most_common()) or "nothing in them"
    yield f"{report.files} files, {report.captures} captures: {ended}"
    for reason, number in sorted(report.reasons.items()):
        if reason.startswith("failed:"):
            yield f"{number} failed: {reason.partition(':')[2]}"
    if report.counts["reread"]:
        fields = ", ".join(f"{name} in {number}" for name, number in report.fields.most_common())
        how = "would read otherwise" if dry_run else "read otherwise now"
        yield f"{report.counts['reread']} articles {how}: {fields}"
    for one in report.samples:
        yield f"{one['article_id']} {one['url']}"
        for name, change in one["changes"].items():
            yield from (f"    {line}" for line in brief(name, change["before"], change["now"]))
    if dry_run:
        yield "dry run: nothing was changed"

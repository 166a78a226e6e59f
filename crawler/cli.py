"""The console script `huyen`. Exit status: 0 done and healthy, 1 ran but something failed, 2 wrong use.

This module only wires the commands of crawler.commands. Scrapy, trafilatura, dateparser and SQLAlchemy load
slowly: each command imports what it needs when it runs. A command returns its exit status; what it cannot do
it raises, and `main` says it in one or two lines.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException
from typer.main import get_command

from crawler.commands.collect import crawl, date, read, replay, rescue
from crawler.commands.districts import check, probe, show
from crawler.commands.districts import export as export_entries
from crawler.commands.districts.group import Districts
from crawler.commands.files import estimate, fetch, get
from crawler.commands.files import list as listing
from crawler.commands.files import read as reading
from crawler.commands.files.group import Files
from crawler.commands.group import Command, Group
from crawler.commands.operate import backup, config, db, doctor, report, runs, verify
from crawler.commands.serve import chart, cite, diff, duplicates, export, release, search, serve
from crawler.errors import Refused
from crawler.lang import spoken
from crawler.loading import leave_quickly
from crawler.terminal.console import complain
from crawler.terminal.usage import translated_typer
from storage.errors import StorageError
from storage.language.foreign import recognised
from storage.language.messages import gettext as _
from storage.language.messages import shown, speaking

PLAIN: dict[str, Any] = {  # plain help prints in a tenth of a second
    "no_args_is_help": True,
    "rich_markup_mode": None,
}
COMMANDS: tuple[Callable[..., int], ...] = (  # in the order of the help
    *(crawl.crawl, read.read, date.date, export.export, release.release, search.search, serve.serve),
    *(
        runs.runs,
        diff.diff,
        duplicates.duplicates,
        cite.cite,
        chart.chart,
        report.report,
        doctor.doctor,
        config.config,
    ),
    *(verify.verify, replay.replay, rescue.rescue, backup.backup),
)
DISTRICTS_COMMANDS: tuple[Callable[..., int], ...] = (
    show.show,
    probe.probe,
    check.check,
    export_entries.export,
)
FILES_COMMANDS: tuple[Callable[..., int], ...] = (
    listing.list_,
    fetch.fetch,
    get.get,
    estimate.estimate,
    reading.read,
)
DATABASE_COMMANDS: tuple[Callable[..., int], ...] = (db.check, db.upgrade)
app = typer.Typer(
    cls=Group,
    help="Crawls the news of Vietnam's former district portals and keeps it as a clean, citable archive.",
    add_completion=False,
    **PLAIN,
)
districts_app = typer.Typer(
    cls=Districts,
    help="List the registry or show one district of it (huyen districts ID); look at portals.",
    rich_markup_mode=None,
    subcommand_metavar="[ID | COMMAND] [ARGS]...",
)
files_app = typer.Typer(
    cls=Files,
    help="List the files that articles link to or show one (huyen files ID); fetch them, hand them out.",
    rich_markup_mode=None,
    subcommand_metavar="[DISTRICT | ID | COMMAND] [ARGS]...",
)
database_app = typer.Typer(cls=Group, help="Check or upgrade the archive's database.", **PLAIN)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print("huyen", version("huyen"))
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Takes the options that stand before a command; names variables HUYEN_* that are no settings."""
    if any(name.startswith("HUYEN_") for name in os.environ) and context.invoked_subcommand != "doctor":
        from crawler.config import not_in_force, unknown  # pydantic takes a while, which help need not wait

        for name in unknown():
            complain(f"huyen: {shown(not_in_force(name))}")


for _command in COMMANDS:
    app.command(cls=Command)(_command)
for _command in FILES_COMMANDS:
    files_app.command(_command.__name__.rstrip("_"), cls=Command)(_command)
for _command in DATABASE_COMMANDS:
    database_app.command(cls=Command)(_command)
for _command in DISTRICTS_COMMANDS:
    districts_app.command(cls=Command)(_command)
app.add_typer(districts_app, name="districts")
app.add_typer(files_app, name="files")
app.add_typer(database_app, name="db")


def main(arguments: list[str] | None = None) -> int:
    """Runs a command line, the process's own by default; returns its exit status, never raises.

    Errors are one or two lines on standard error; HUYEN_DEBUG=1 lets an unexpected exception through.
    """
    leave_quickly()
    for stream in (sys.stdout, sys.stderr):  # an odd locale must not lose Vietnamese letters
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    with speaking(spoken()), translated_typer():
        return _run(arguments)


def _run(arguments: list[str] | None) -> int:
    try:
        status = get_command(app).main(arguments, prog_name="huyen", standalone_mode=False)
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):  # the reader of our output is gone; typer exits at that alone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except TyperException as error:
        return _misused(error)
    except Exception as error:
        if os.environ.get("HUYEN_DEBUG"):
            raise
        return _failed(error)
    if status == 130:  # how typer returns Ctrl-C
        complain(_("huyen: interrupted"))
    return 1 if status == 130 else int(status or 0)


def _misused(error: TyperException) -> int:
    """Says what is wrong with the arguments, and where the help is."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "huyen"
    message = error.format_message()
    if "\n" in message:  # no argument at all: typer hands the whole help
        complain(message)
    else:
        complain(
            _("{command}: {message} (see `{command} --help`)", command=command, message=recognised(message))
        )
    return 2


def _failed(error: Exception) -> int:
    """Says in one or two lines what an exception means: 2 where nothing was started, else 1."""
    if isinstance(error, UnicodeEncodeError) and any(map(_half, sys.argv)):
        complain(_("huyen: an argument is not UTF-8; set the terminal to UTF-8 and type it again"))
        return 2
    if isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE):
        complain(_("huyen: too many open files; raise the limit: ulimit -n 1024"))
        return 1
    if isinstance(error, (Refused, StorageError)):
        complain(f"huyen: {shown(error)}")
        return 2 if isinstance(error, Refused) else 1
    kind, why = type(error).__name__, shown(error)
    complain(_("huyen: unexpected {kind}: {why}\nHUYEN_DEBUG=1 shows where it happened", kind=kind, why=why))
    return 1


def _half(argument: str) -> bool:
    """Returns whether an argument has bytes that are not UTF-8; Python hands them on as surrogates."""
    return any("\ud800" <= letter <= "\udfff" for letter in argument)


if __name__ == "__main__":
    sys.exit(main())

"""The console script `huyen`. Exit status: 0 done and healthy, 1 ran but something failed, 2 wrong use.

Scrapy, trafilatura, dateparser and SQLAlchemy load slowly: each command imports what it needs when it runs.
A command returns its exit status; what it cannot do it raises, and `main` says it in one or two lines.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException
from typer.main import get_command

from crawler.commands import archive as evidence
from crawler.commands import crawl, database
from crawler.commands import diff as versions
from crawler.commands import duplicates as stories
from crawler.commands import runs as history
from crawler.errors import Refused
from crawler.terminal.console import asked, complain, configured, opened, print_json

PLAIN: dict[str, Any] = {
    "no_args_is_help": True,
    "rich_markup_mode": None,
}  # plain help prints in a tenth of a second
app = typer.Typer(
    help="Crawls the news of Vietnam's former district portals and keeps it as a clean, citable archive.",
    add_completion=False,
    **PLAIN,
)
database_app = typer.Typer(help="Looks after the archive's database.", **PLAIN)
app.add_typer(database_app, name="db")


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print("huyen", version("huyen"))
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """What stands before a command."""


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, on standard output.")]
Province = Annotated[str | None, typer.Option(metavar="P", help="Only this province: nghe-an, or its name.")]
InDistrict = Annotated[str | None, typer.Option("--district", metavar="ID", help="Only this district.")]
FetchedAt = Annotated[str | None, typer.Option(metavar="ISO", help="When it was fetched; now, if not given.")]


app.command()(crawl.crawl)


@app.command()
def read(
    source: Annotated[
        str, typer.Argument(metavar="FILE|URL|-", help="A saved page, an address, or JSON lines.")
    ],
    url: Annotated[str, typer.Option(metavar="U", help="Where a saved page came from.")] = "",
    fetched_at: FetchedAt = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Print what each block was taken for, or why it was cut.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Reads one page as the pipeline would and prints the article; stores nothing.

    With -, standard input holds JSON lines {"html" or "path", "url", "fetched_at"}; one line answers each.
    """
    from crawler.reread import explain as explaining
    from crawler.reread import onepage as reading
    from crawler.terminal import tables as display

    config, registry = configured()
    options = reading.Options(learner=explaining.learner(config), explain=explain)
    if source == "-":
        return _batch(lambda case: reading.page_case(case, registry, fetched_at, **options))
    try:
        answer = reading.page(source, url, fetched_at, registry, **options)
    except reading.BadInput as error:
        if as_json:
            print_json({"error": str(error)})
        raise
    if as_json:
        print_json(answer)
    elif "error" not in answer:
        print(explaining.shown(answer["explain"]) if explain else display.article(answer))
    if "error" in answer:
        complain(f"huyen: {answer['error']}")
    return 1 if "error" in answer else 0


@app.command()
def date(
    text: Annotated[
        str, typer.Argument(metavar="TEXT|-", help="A date line as a page prints it, or JSON lines.")
    ],
    fetched_at: FetchedAt = None,
    as_json: AsJson = False,
) -> int:
    """Reads one date line: its value as precise as printed, its precision, and what kind of date it is.

    With -, standard input holds JSON lines {"text", "fetched_at"}; one line answers each.
    """
    from crawler.reread import onepage as reading

    if text == "-":
        return _batch(lambda case: reading.line_case(case, fetched_at))
    answer = reading.read_line(text, reading.moment(fetched_at))
    if as_json:
        print_json(answer)
    else:
        print(answer["value"] or "no date", answer["precision"], answer["kind"], sep="\t")
    return 0


@app.command()
def export(
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="PATH", help="Else: standard output.")
    ] = None,
    form: Annotated[str, typer.Option("--format", metavar="csv|jsonl")] = "csv",
    district: InDistrict = None,
    province: Province = None,
    since: Annotated[
        str | None, typer.Option("--from", metavar="D", help="Published on D or later: 2023-10-26.")
    ] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="D", help="Published on D or before.")] = None,
    query: Annotated[str | None, typer.Option(metavar="Q", help="Only what this search finds.")] = None,
    columns: Annotated[
        str | None, typer.Option(metavar="A,B|all", help="Columns of the CSV, in order.")
    ] = None,
    excel: Annotated[
        bool, typer.Option("--excel", help="For spreadsheets: BOM, and no cell runs as a formula.")
    ] = False,
) -> int:
    """Exports the archive: one row an article, its latest version."""
    from crawler.config import load
    from storage.serve.export import Filters, export

    if output and not output.absolute().parent.is_dir():
        raise Refused(f"there is no folder {output.absolute().parent}; make it, or name another path")
    if not output and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(newline="")  # RFC 4180 ends lines itself
    filters = Filters(district, province, since, until, query)
    with closing(opened(load())) as database, asked():
        count = export(database, output or sys.stdout, form, columns=columns, filters=filters, excel=excel)
    if output:
        print(f"{count} articles in {output}")
    return 0


@app.command()
def search(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="Words, with or without diacritics.")],
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="At most N articles.")] = 20,
    as_json: AsJson = False,
) -> int:
    """Finds articles by their text; a part in quotes is a phrase."""
    from dataclasses import asdict

    from crawler.config import load
    from crawler.terminal import tables as display
    from storage.serve.search import search

    with closing(opened(load())) as database, asked():
        hits = [asdict(hit) for hit in search(database, query, limit)]
    if as_json:
        print_json(hits)
    elif hits:
        print(display.hits(hits))
    else:
        complain("nothing found")
    return 0


@app.command()
def districts(
    name: Annotated[
        str | None, typer.Argument(metavar="[ID|probe URL]", help="All settings of one district.")
    ] = None,
    url: Annotated[str | None, typer.Argument(hidden=True)] = None,
    province: Province = None,
    district: Annotated[
        str | None, typer.Option(metavar="ID", help="probe: the district that the portal belongs to.")
    ] = None,
    delay: Annotated[
        float, typer.Option(min=0, max=3600, metavar="S", help="probe: seconds between two requests.")
    ] = 1.0,
    as_json: AsJson = False,
) -> int:
    """Lists the registry and names its faults, or shows all that it says of one district.

    probe URL looks at a portal, in 25 requests at most, and proposes its registry entry as TOML.
    """
    from crawler.terminal import tables as display

    if name == "probe" or url is not None:
        from crawler.probe import proposal

        return proposal.command(url if name == "probe" else None, district, delay, as_json)
    _, registry = configured()
    shown = registry if province is None else registry.of_province(province)
    found = [registry.resolve(name)] if name else list(shown.districts)
    if as_json:
        print_json([entry.model_dump(mode="json") for entry in found])
    else:
        print(display.district(found[0]) if name else display.districts(found))
    faults = () if name else shown.errors
    for fault in faults:
        complain(str(fault))
    return 2 if faults else 0


app.command()(history.runs)
app.command()(versions.diff)
app.command()(stories.duplicates)


@app.command()
def report(
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="PATH", help="Else: reports/ in the data folder.")
    ] = None,
    province: Province = None,
    as_json: AsJson = False,
) -> int:
    """Writes the status page, one HTML file that needs no server; --json prints its figures as well."""
    from crawler.commands import report as commands_report

    return commands_report.report(output, province, as_json)


@app.command()
def config(as_json: AsJson = False) -> int:
    """Prints the configuration in force and where each value comes from; passwords are masked."""
    from crawler.config import describe, load
    from crawler.terminal import tables as display

    rows = describe(load())
    if as_json:
        print_json([row._asdict() for row in rows])
    else:
        print(display.table(("name", "value", "from"), rows))
    return 0


app.command()(evidence.verify)
app.command()(evidence.replay)
app.command()(database.backup)
database_app.command()(database.check)


@database_app.command()
def upgrade() -> int:
    """Brings the database to the schema of this version."""
    from crawler.config import load
    from storage.database import StorageError, upgrade

    try:
        before, after = upgrade(load().database_url)
    except StorageError as error:
        raise Refused(str(error)) from error
    print(f"schema {after}" + ("" if before == after else f" (it was {before or 'empty'})"))
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Runs a command line, the process's own by default; returns its exit status, never raises.

    Errors are one or two lines on standard error; HUYEN_DEBUG=1 lets an unexpected exception through.
    """
    for stream in (sys.stdout, sys.stderr):  # an odd locale must not lose Vietnamese letters
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        status = get_command(app).main(arguments, prog_name="huyen", standalone_mode=False)
        sys.stdout.flush()
    except (
        BrokenPipeError,
        SystemExit,
    ):  # the reader has seen enough (typer exits at that, and at nothing else)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except TyperException as error:
        return _misused(error)
    except Exception as error:
        if os.environ.get("HUYEN_DEBUG"):
            raise
        return _failed(error)
    if status == 130:  # how typer returns Ctrl-C
        complain("huyen: interrupted")
    return 1 if status == 130 else int(status or 0)


def _misused(error: TyperException) -> int:
    """Says what is wrong with the arguments, and where the help is."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "huyen"
    message = error.format_message()
    if "\n" in message:  # no argument at all: typer hands the whole help
        complain(message)
    else:
        complain(f"{command}: {message} (see `{command} --help`)")
    return 2


def _failed(error: Exception) -> int:
    """Says in one or two lines what an exception means: 2 where nothing was started, else 1."""
    from crawler.config import ConfigError
    from crawler.registry.faults import RegistryError
    from crawler.reread.onepage import BadInput

    if isinstance(error, (Refused, ConfigError, RegistryError, BadInput)):
        complain(f"huyen: {error}")
        return 2
    storage = sys.modules.get("storage.database")  # not loaded: then the error is none of its own
    if storage and isinstance(error, storage.StorageError):
        complain(f"huyen: {error}")
    else:
        complain(f"huyen: unexpected {type(error).__name__}: {error}\nHUYEN_DEBUG=1 shows where it happened")
    return 1


def _batch(answer: Callable[[dict[str, Any]], dict[str, Any]]) -> int:
    """Answers standard input, line by line; 1 where a line could not be answered."""
    from crawler.reread import onepage as reading

    failed = 0
    for count, result in enumerate(reading.answer_lines(sys.stdin.buffer, answer), 1):  # noqa: B007
        print(json.dumps(result, ensure_ascii=False), flush=True)
        failed += "error" in result and "reason" not in result  # no article is an answer
    if failed:
        complain(f"{failed} of {count} lines could not be read")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

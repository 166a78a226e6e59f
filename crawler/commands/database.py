"""`huyen backup` and `huyen db check`: looking after the archive's database."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from crawler.errors import Refused
from crawler.terminal.console import asked, complain, opened, print_json


def backup(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="The file of the copy; an earlier one is replaced.")
    ],
) -> int:
    """Copies the SQLite archive, whole and consistent, also while a crawl writes to it."""
    from crawler.config import load
    from storage.care.backup import backup

    config = load()
    with closing(opened(config)) as database, asked():
        size = backup(database, path)
    print(f"{size / 2**20:.1f} MB in {path}; the WARC files in {config.warc} are not in it")
    return 0


def check(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else.")] = False,
) -> int:
    """Looks whether the database is sound and has the schema of this version; changes nothing."""
    from crawler.config import load
    from storage.care.health import check
    from storage.database import StorageError

    try:
        health = check(load().database_url)
    except StorageError as error:
        raise Refused(str(error)) from error
    if as_json:
        print_json({name: getattr(health, name) for name in health.__slots__})
    else:
        state = f"to come: {', '.join(health.pending)}" if health.pending else "up to date"
        print(f"schema {health.revision or 'empty'}, {state}; {len(health.faults)} faults")
    if health.pending:
        complain(f"the schema is older than this huyen ({', '.join(health.pending)}): run `huyen db upgrade`")
    for fault in health.faults:
        complain(fault)
    return 1 if health.pending or health.faults else 0

"""`huyen db`: the archive's database, checked or brought to the schema of this version."""

from __future__ import annotations

from crawler.errors import Refused
from crawler.terminal.console import complain, print_json
from crawler.terminal.options import AsJson
from storage.text import counted


def check(as_json: AsJson = False) -> int:
    """Check that the database is sound and its schema current. Changes nothing."""
    from crawler.config import load
    from storage.care.health import check
    from storage.errors import StorageError

    try:
        health = check(load().database_url)
    except StorageError as error:
        raise Refused(str(error)) from error
    if as_json:
        print_json({name: getattr(health, name) for name in health.__slots__})
    else:
        state = f"pending: {', '.join(health.pending)}" if health.pending else "up to date"
        print(f"schema {health.revision or 'empty'}, {state}; {counted(len(health.faults), 'fault')}")
    if health.pending:
        complain(f"the schema is older than this huyen ({', '.join(health.pending)}): run `huyen db upgrade`")
    for fault in health.faults:
        complain(fault)
    return 1 if health.pending or health.faults else 0


def upgrade() -> int:
    """Bring the database to the schema of this version, and its tables of places to this edition."""
    from contextlib import closing

    from crawler.config import load
    from storage.care.gazetteer import fill
    from storage.database import open_database, upgrade
    from storage.errors import StorageError

    url = load().database_url
    try:
        before, after = upgrade(url)
        with closing(open_database(url)) as database:
            fill(database)
    except StorageError as error:
        raise Refused(str(error)) from error
    print(f"schema {after}" + ("" if before == after else f" (it was {before or 'empty'})"))
    return 0

"""`huyen db`: the archive's database, checked or brought to the schema of this version."""

from __future__ import annotations

from crawler.errors import Refused
from crawler.terminal.console import complain, print_json
from crawler.terminal.options import AsJson
from storage.language.messages import gettext as _
from storage.language.messages import message
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
        state = (
            _("pending: {pending}", pending=", ".join(health.pending)) if health.pending else _("up to date")
        )
        print(
            _(
                "schema {revision}, {state}; {count}",
                revision=health.revision or message("empty"),
                state=state,
                count=counted(len(health.faults), "fault"),
            )
        )
    if health.pending:
        complain(
            _(
                "the schema is older than this huyen ({pending}): run `huyen db upgrade`",
                pending=", ".join(health.pending),
            )
        )
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
    if before == after:
        print(_("schema {after}", after=after))
    else:
        print(_("schema {after} (it was {before})", after=after, before=before or message("empty")))
    return 0

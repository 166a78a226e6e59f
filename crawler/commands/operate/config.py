"""`huyen config`: the settings in force."""

from __future__ import annotations

from crawler.terminal.console import print_json
from crawler.terminal.options import AsJson
from storage.language.codes import word


def config(as_json: AsJson = False) -> int:
    """Print the settings in force and where each value comes from. Passwords are masked.

    A variable HUYEN_… of the environment that is no setting is named, with status 2.
    """
    from crawler.config import describe, load, unknown
    from crawler.terminal import tables

    rows = describe(load())
    if as_json:
        print_json([row._asdict() for row in rows])
    else:
        shown = (row._replace(source=word("origin", row.source)) for row in rows)
        print(tables.table(("name", "value", "from"), shown))
    return 2 if unknown() else 0

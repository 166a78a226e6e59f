"""`huyen config`: the settings in force."""

from __future__ import annotations

from crawler.terminal.console import print_json
from crawler.terminal.options import AsJson
from storage.language.codes import word


def config(as_json: AsJson = False) -> int:
    """Print the settings in force and where each value comes from. Passwords are masked."""
    from crawler.config import describe, load
    from crawler.terminal import tables

    rows = describe(load())
    if as_json:
        print_json([row._asdict() for row in rows])
    else:
        shown = (row._replace(source=word("origin", row.source)) for row in rows)
        print(tables.table(("name", "value", "from"), shown))
    return 0

"""`huyen config`: the settings in force."""

from __future__ import annotations

from crawler.terminal.console import print_json
from crawler.terminal.options import AsJson


def config(as_json: AsJson = False) -> int:
    """Print the settings in force and where each value comes from. Passwords are masked."""
    from crawler.config import describe, load
    from crawler.terminal import tables

    rows = describe(load())
    if as_json:
        print_json([row._asdict() for row in rows])
    else:
        print(tables.table(("name", "value", "from"), rows))
    return 0

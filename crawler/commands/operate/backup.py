"""`huyen backup`: a copy of the archive's database."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from crawler.terminal.console import asked, opened
from storage.language.messages import gettext as _


def backup(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="File of the copy; an earlier one is replaced.")
    ],
) -> int:
    """Copy the SQLite archive, even while a crawl writes to it. The copy is whole and consistent."""
    from crawler.config import load
    from storage.care.backup import backup

    config = load()
    with closing(opened(config)) as database, asked():
        size = backup(database, path)
    print(
        _(
            "{size:.1f} MB in {path}; the WARC files in {warc} are not in it",
            size=size / 2**20,
            path=path,
            warc=config.warc,
        )
    )
    return 0

"""`huyen districts --census`: every district of the country as CSV, gaps first."""

from __future__ import annotations

import sys
from contextlib import closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.errors import Refused
from crawler.terminal.console import complain, configured, opened, print_json, unwritten
from storage.language.messages import gettext as _
from storage.language.messages import message

if TYPE_CHECKING:
    from storage.database import Database


def census(province: list[str] | None, output: Path | None, as_json: bool) -> int:
    """Prints or writes the census; without an archive, that of an empty one. Returns the exit status."""
    from crawler.registry.country import of_province
    from crawler.report.census import as_json as objects
    from crawler.report.census import gather, write
    from storage.errors import NoArchive
    from storage.files import whole

    if output is not None and output.suffix.lower() not in (".csv", ".txt", ""):
        raise Refused(message("the census is CSV: name the file {name}", name=output.with_suffix(".csv")))
    config, registry = configured()
    database: Database | None
    known = {one.province_id for one in registry.districts}
    for name in province or ():
        if name not in known:
            of_province(name)  # raises where there is none
    try:
        database = opened(config)
    except Refused as refused:
        if not isinstance(refused.__cause__, NoArchive):
            raise
        database = None
    with closing(database) if database else nullcontext():
        rows = gather(database, registry, province or ())
    if as_json:
        print_json(objects(rows))
    elif output is None:
        write(rows, sys.stdout)
    else:
        if not output.absolute().parent.is_dir():
            raise Refused(
                message("the folder {parent} does not exist; create it", parent=output.absolute().parent)
            )
        try:
            with whole(output) as stream:
                write(rows, stream)
        except OSError as error:
            return unwritten(output, error)
    for fault in registry.errors:
        complain(_("not in the census: {fault}", fault=fault))
    return 1 if registry.errors else 0

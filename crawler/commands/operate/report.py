"""`huyen report`: the status page."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from crawler.errors import Refused
from crawler.terminal.console import complain, configured, opened, print_json, say, unwritten
from crawler.terminal.options import AsJson, Province
from storage.language.messages import gettext as _
from storage.language.messages import message
from storage.text import counted


def report(
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="PATH", help="File to write (default: reports/ in the data folder)."
        ),
    ] = None,
    province: Province = None,
    as_json: AsJson = False,
) -> int:
    """Write the status page, one HTML file that needs no server. With --json, print its figures as well."""
    from crawler.report.calendars import readable
    from crawler.report.figures import gather
    from crawler.report.page import page, write
    from crawler.terminal.tables import named

    config, registry = configured()
    path = (output or config.data / "reports" / "index.html").absolute()
    if output and not path.parent.is_dir():
        raise Refused(
            message("the folder {parent} does not exist; create it or give another path", parent=path.parent)
        )
    if path.is_dir():
        raise Refused(
            message(
                "{path} is a folder; name a file in it, such as {file}", path=path, file=path / "index.html"
            )
        )
    with closing(opened(config)) as database:
        figures = gather(database, registry, province or ())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(page(figures), path)
    except OSError as error:
        return unwritten(path, error)
    if as_json:
        print_json({"path": str(path), **readable(figures.as_json())})
    else:
        verdicts = named("verdict", dict(sorted(figures.totals.verdicts.items())))
        say(
            _(
                "{portals} ({verdicts}) in {path}",
                portals=counted(len(figures.portals), "portal"),
                verdicts=verdicts or message("none"),
                path=path,
            )
        )
    for fault in registry.errors:
        complain(_("not in the report: {fault}", fault=fault))
    return 1 if registry.errors else 0

"""`huyen report`: the status page."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from crawler.errors import Refused
from crawler.terminal.console import complain, configured, opened, print_json, say
from crawler.terminal.options import AsJson, Province
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
    from crawler.report.figures import gather
    from crawler.report.page import page, write

    config, registry = configured()
    path = (output or config.data / "reports" / "index.html").absolute()
    if output and not path.parent.is_dir():
        raise Refused(f"the folder {path.parent} does not exist; create it or give another path")
    if path.is_dir():
        raise Refused(f"{path} is a folder; name a file in it, such as {path / 'index.html'}")
    with closing(opened(config)) as database:
        figures = gather(database, registry, province or ())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(page(figures), path)
    except OSError as error:
        complain(f"huyen: cannot write {path}: {error.strerror or error}")
        return 1
    if as_json:
        print_json({"path": str(path), **figures.as_json()})
    else:
        verdicts = ", ".join(f"{count} {name}" for name, count in sorted(figures.totals.verdicts.items()))
        say(f"{counted(len(figures.portals), 'portal')} ({verdicts or 'none'}) in {path}")
    for fault in registry.errors:
        complain(f"not in the report: {fault}")
    return 1 if registry.errors else 0

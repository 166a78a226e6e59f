"""`huyen files read`: kept documents read into text, out of the WARC files."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer

from crawler.terminal.console import chosen, complain, configured, print_json, say, waited_for
from crawler.terminal.options import AsJson
from storage.language.messages import gettext as _


def read(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[DISTRICT]...", help="Districts (default: all).")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Also what an earlier version of the reader has read.")
    ] = False,
    ocr: Annotated[
        bool, typer.Option("--ocr", help="Then read the scans with tesseract, if it is installed.")
    ] = False,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, max=256, metavar="N", help="Files read in parallel.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Read kept documents into text, without the network; what was read before is left alone."""
    from crawler.filing.reading import LOST, read_files, recognise_scans
    from crawler.night.night import cores
    from crawler.terminal.tables import named
    from pipelines.files.ocr import can_recognise

    config, registry = configured()
    portals = None
    if names:
        portals = [portal.url for one in chosen(registry, names, None).districts for portal in one.portals]
    if ocr and not can_recognise():
        complain(
            _("tesseract or its Vietnamese is not installed (Debian: tesseract-ocr-vie); scans are left")
        )
    with closing(waited_for(config)) as database:
        counts = read_files(database, config.warc, again=again, jobs=jobs or cores(), portals=portals)
        scans = recognise_scans(database, config.warc, portals=portals) if ocr else {}
    if as_json:
        print_json({"read": dict(counts), "scans": dict(scans)})
    else:
        told = named("text", dict(sorted(counts.items())))
        say(_("files read: {told}", told=told) if told else _("files read: there was nothing to read"))
        if scans:
            say(
                _(
                    "scans: {text} gave text, {none} none",
                    text=scans.get("text", 0),
                    none=scans.get("none", 0),
                )
            )
    lost = counts[LOST] + scans.get(LOST, 0)
    if lost:
        complain(
            _("{lost} files cannot be read from their WARC records; `huyen verify` names them", lost=lost)
        )
    return 1 if lost else 0

"""`huyen districts probe URL`: the proposal of an entry for a new portal."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from crawler.terminal.console import complain, print_json, say
from crawler.terminal.options import AsJson
from storage.language.messages import gettext as _


def probe(
    url: Annotated[str, typer.Argument(metavar="URL", help="The portal's address.")],
    district: Annotated[
        str | None, typer.Option(metavar="ID", help="The district that the portal belongs to.")
    ] = None,
    delay: Annotated[
        float, typer.Option(min=0, max=3600, metavar="S", help="Seconds between two requests.")
    ] = 1.0,
    as_json: AsJson = False,
) -> int:
    """Look at a new portal with at most 25 requests and print a registry entry for it, as TOML.

    The exit status is 1 where nothing answers or nothing is recognised.
    """
    from crawler.errors import Unfetched
    from crawler.probe import proposal

    place = proposal.placed(district)
    try:
        found, requests = proposal.probe(url, delay, complain if sys.stderr.isatty() else lambda line: None)
    except Unfetched as error:
        fault = proposal.fault(error)
        if as_json:
            print_json({"url": url, "error": fault, "toml": None})
        complain(_("huyen: {why}", why=fault))
        return 1
    entry = proposal.toml(found, place, delay)
    if as_json:
        print_json(proposal.as_object(found, entry, requests))
    elif found.recognised:
        say(entry.rstrip("\n"))
    if not found.recognised:
        notes = "".join(f"\n{note}" for note in found.notes[:1])
        complain(
            _(
                "huyen: {portal} answers, but nothing on it looks like a list of articles{notes}",
                portal=found.portal,
                notes=notes,
            )
        )
    return 0 if found.recognised else 1

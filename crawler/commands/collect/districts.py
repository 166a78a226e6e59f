"""`huyen districts`: the registry, one entry of it, or the proposal of an entry for a new portal."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from crawler.errors import Refused
from crawler.terminal.console import complain, configured, print_json, say
from crawler.terminal.options import AsJson, Province


def districts(
    name: Annotated[
        str | None, typer.Argument(metavar="ID|probe", help="Show all settings of one district.")
    ] = None,
    url: Annotated[str | None, typer.Argument(metavar="URL", hidden=True)] = None,
    province: Province = None,
    district: Annotated[
        str | None, typer.Option(metavar="ID", help="For probe: the district that the portal belongs to.")
    ] = None,
    delay: Annotated[
        float, typer.Option(min=0, max=3600, metavar="S", help="For probe: seconds between two requests.")
    ] = 1.0,
    as_json: AsJson = False,
) -> int:
    """List the registry and its faults, or show one district.

    "probe URL" looks at a portal with at most 25 requests and prints a registry entry for it, as TOML.
    """
    from crawler.terminal import tables

    if name == "probe" or url is not None:
        return _probe(url if name == "probe" else None, district, delay, as_json)
    _, registry = configured()
    shown = registry if province is None else registry.of_province(province)
    found = [registry.resolve(name)] if name else list(shown.districts)
    if as_json:
        print_json([entry.model_dump(mode="json") for entry in found])
    else:
        say(tables.district(found[0]) if name else tables.districts(found))
    faults = () if name else shown.errors
    for fault in faults:
        complain(str(fault))
    return 2 if faults else 0


def _probe(url: str | None, district: str | None, delay: float, as_json: bool) -> int:
    """Prints the proposal for the portal at `url`; returns 1 where nothing answers or nothing is recognised.

    Raises Refused where `url` is none.
    """
    from crawler.errors import Unfetched
    from crawler.probe import proposal

    if url is None:
        raise Refused("districts takes one id; to look at a portal: huyen districts probe URL")
    place = proposal.placed(district)
    try:
        found, requests = proposal.probe(url, delay, complain if sys.stderr.isatty() else lambda line: None)
    except Unfetched as error:
        fault = proposal.fault(error)
        if as_json:
            print_json({"url": url, "error": fault, "toml": None})
        complain(f"huyen: {fault}")
        return 1
    entry = proposal.toml(found, place, delay)
    if as_json:
        print_json(proposal.as_object(found, entry, requests))
    elif found.recognised:
        say(entry.rstrip("\n"))
    if not found.recognised:
        notes = "".join(f"\n{note}" for note in found.notes[:1])
        complain(f"huyen: {found.portal} answers, but nothing on it looks like a list of articles{notes}")
    return 0 if found.recognised else 1

"""`huyen districts [ID]`: the registry as a table, or all settings of one district."""

from __future__ import annotations

from typing import Annotated

import typer

from crawler.terminal.console import complain, configured, print_json, say
from crawler.terminal.options import AsJson, Province


def show(
    name: Annotated[
        str | None, typer.Argument(metavar="ID", help="Show all settings of one district.")
    ] = None,
    province: Province = None,
    as_json: AsJson = False,
) -> int:
    """List the registry and its faults, or show one district. The word "show" may be left out."""
    from crawler.terminal import tables

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

"""`huyen files estimate DISTRICT`: how much a choice of `keep` will cost, from a sample that is fetched."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer

from crawler.terminal.console import chosen, complain, configured, print_json, require_files, say, waited_for
from crawler.terminal.options import AsJson


def estimate(
    name: Annotated[str, typer.Argument(metavar="DISTRICT", help="The district to sample.")],
    sample: Annotated[
        int, typer.Option("--sample", min=0, max=1000, metavar="N", help="Files of each kind to fetch.")
    ] = 20,
    as_json: AsJson = False,
) -> int:
    """Fetch some of a district's documents, pictures and requisites, and estimate the size of all."""
    from crawler.filing import phase
    from crawler.terminal.filetables import estimates
    from storage.filing.figures import sizes
    from storage.filing.links import link_old
    from storage.filing.words import Kind, Role

    config, registry = configured()
    require_files()
    (district,) = chosen(registry, [name], None).districts
    config.require_writable()
    notices: list[str] = []
    with closing(waited_for(config)) as database:
        urls = [portal.url for portal in district.portals]
        link_old(database, urls, {Role.ATTACHMENT, Role.IMAGE})
        for kind in Kind if sample else ():
            wanted = phase.Wanted(frozenset([district.id]), frozenset([kind]), sample)
            notices += phase.fetch(config, registry, database, wanted, tell=complain).notices
        found = [one.as_json() for one in sizes(database, district.id)]
    print_json(found) if as_json else say(estimates(found))
    for notice in notices:
        complain(notice)
    return 1 if notices else 0

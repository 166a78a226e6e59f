"""`huyen files fetch`: what is due, or the backlog of an archive from before files were kept, now."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import Annotated

import typer

from crawler.commands.files.list import kind_named
from crawler.terminal.console import chosen, complain, configured, print_json, require_files, say, waited_for
from crawler.terminal.options import MOST, AsJson
from storage.language.messages import gettext as _
from storage.language.messages import shown


def fetch(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[DISTRICT]...", help="Districts (default: all).")
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option("--kind", metavar="K", help="Only attachments, images or requisites, whatever is kept."),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=1, max=MOST, metavar="N", help="Fetch at most N files per host and portal."),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Also ask for files that are not due.")] = False,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, max=256, metavar="N", help="Processes that fetch.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Fetch the files that are due, also those of articles kept before files were."""
    from crawler.fetch.filehosts import kinds_of
    from crawler.filing import phase
    from crawler.filing.reading import read_new
    from crawler.terminal.tables import files as line
    from storage.articles.queries import sync_registry
    from storage.filing.links import link_old
    from storage.filing.words import Kind, Role

    config, registry = configured()
    require_files()
    out = sys.stderr if as_json else sys.stdout
    districts = chosen(registry, names, None).districts if names else list(registry.districts)
    only = frozenset([Kind(told)]) if (told := kind_named(kind)) else frozenset[Kind]()
    config.require_writable()
    with closing(waited_for(config)) as database:
        sync_registry(database, [district.record() for district in districts])
        for portal in (portal for district in districts for portal in district.portals):
            kinds = only or kinds_of(portal, config.kept)
            roles = {Role.ATTACHMENT} if Kind.ATTACHMENT in kinds else set()
            roles |= {Role.IMAGE} if Kind.IMAGE in kinds else set()
            link_old(database, [portal.url], roles)
        theirs = frozenset(district.id for district in districts) if names else None
        wanted = phase.Wanted(theirs, only, limit, full, backlog=True)
        fetched = phase.fetch(
            config,
            registry,
            database,
            wanted,
            jobs=jobs,
            tell=lambda told: print(shown(told), file=out, flush=True),
        )
        read_new(database, config)
    if as_json:
        print_json(phase.as_json(fetched))
    else:
        say(line(phase.as_json(fetched)) or _("files: nothing is due"))
    for notice in fetched.notices:
        complain(notice)
    return 1 if fetched.notices else 0

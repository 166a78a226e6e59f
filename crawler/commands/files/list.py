"""`huyen files [DISTRICT | ID]`: the files that articles link to, or all that is known of one."""

from __future__ import annotations

import re
from contextlib import closing
from typing import Annotated

import typer

from crawler.errors import Refused
from crawler.terminal.console import asked, opened, print_json, say
from crawler.terminal.options import MOST, AsJson
from storage.language.messages import message

_ID = re.compile(r"[0-9a-f]{16}")


def list_(
    name: Annotated[
        str | None, typer.Argument(metavar="DISTRICT|ID", help="A district, or the id of one file.")
    ] = None,
    status: Annotated[
        str | None, typer.Option(metavar="S", help="Only files of this status: kept, pending, failed …")
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option("--kind", metavar="K", help="Only this kind: attachments, images, requisites."),
    ] = None,
    type_: Annotated[
        str | None, typer.Option("--type", metavar="T", help="Only this type, by the bytes: pdf, docx …")
    ] = None,
    off_site: Annotated[
        bool, typer.Option("--off-site", help="List the hosts that belong to no portal, with their files.")
    ] = False,
    changed: Annotated[bool, typer.Option("--changed", help="Only files with several versions.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=MOST, metavar="N", help="Print at most N files.")] = 50,
    as_json: AsJson = False,
) -> int:
    """List files, or show one with its versions and articles. The word "list" may be left out."""
    from crawler.config import load
    from crawler.terminal import filetables
    from storage.filing.words import Status
    from storage.serve import files

    if status is not None and status not in list(Status):
        raise Refused(
            message("no status {status!r}; there are {statuses}", status=status, statuses=", ".join(Status))
        )
    which = files.Which(name, status, _type_named(type_), kind_named(kind), off_site, changed)
    with closing(opened(load())) as database, asked():
        if name and _ID.fullmatch(name):
            one = files.about(database, name)
            print_json(one) if as_json else say(*filetables.one(one))
            return 0
        if off_site and not as_json:
            say(filetables.hosts(files.hosts_off_site(database, which)))
            return 0
        found = files.listed(database, which, limit)
    print_json(found) if as_json else say(filetables.listed(found))
    return 0


def _type_named(name: str | None) -> str | None:
    if name is None:
        return None
    from crawler.fetch.files import TYPES

    type_ = name.lower().lstrip(".")
    if type_ not in TYPES:
        raise Refused(
            message("no type {name!r}; there are {types}", name=name, types=", ".join(sorted(TYPES)))
        )
    return type_


def kind_named(name: str | None) -> str | None:
    from storage.filing.words import Kind

    if name is None:
        return None
    if name.removesuffix("s") not in list(Kind):
        raise Refused(
            message(
                "no kind {name!r}; there are {kinds}", name=name, kinds=", ".join(f"{kind}s" for kind in Kind)
            )
        )
    return name.removesuffix("s")

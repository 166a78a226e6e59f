"""`huyen rescue`: captures that other archives have of portals, brought in."""

from __future__ import annotations

from contextlib import closing
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.errors import Refused
from crawler.terminal.console import chosen, complain, print_json, progress, require_files, say
from crawler.terminal.options import MOST, AsJson, Province
from storage.language.codes import word
from storage.language.messages import gettext as _
from storage.language.messages import joined, message, shown
from storage.text import counted

if TYPE_CHECKING:
    from crawler.rescue.results import Order, Result


def rescue(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="ID", help="A district: nghe-an.do-luong, or do-luong.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Rescue every district of the registry.")] = False,
    province: Province = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="ARCHIVE|FILE|URL",
            help="wayback, commoncrawl (default: both), a WARC or WACZ file, or a pywb collection's URL.",
        ),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DAY", help="First day of the captures fetched.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DAY", help="Last day of the captures fetched.")
    ] = None,
    only_list: Annotated[
        bool, typer.Option("--list", help="Show what archives hold; fetch no capture.")
    ] = False,
    limit: Annotated[
        int | None, typer.Option(min=1, max=MOST, metavar="N", help="Fetch at most N captures per portal.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Fetch from other archives what they hold of portals, dead ones included.

    Name districts, or give --all or --province.
    """
    from crawler import config as configuration
    from crawler.filing.reading import read_new
    from crawler.night.night import scarce
    from crawler.registry import load as registry
    from crawler.rescue.rescue import rescue
    from crawler.terminal.console import waited_for
    from storage.vocabulary import Outcome

    if bool(ids) == (every or bool(province)):
        raise Refused(message("name the districts to rescue, or give --all or --province P"))
    if source and Path(source).exists():
        if since or until or only_list or limit is not None:
            raise Refused(message("--since, --until, --list and --limit are for archives, not for a file"))
        return _from_file(Path(source), ids or [], province, as_json)
    order = _order(source, since, until, only_list, limit)
    config = configuration.load()
    require_files()
    listed = registry.load(config.registry)
    districts, faults, _unseen = chosen(listed, ids or [], province, unseen_too=True)  # dead portals, too
    config.require_writable()
    if why := scarce(config):
        raise Refused(why)
    with closing(waited_for(config)) as database, progress() as tell:
        try:
            work, whole = rescue(districts, config, database, order, tell)
            if any(one.counts[Outcome.FILE] for one in work.results):
                read_new(database, config)
        except OSError as error:  # a full disk
            complain(
                _(
                    "huyen: {strerror}; run the same command again to continue",
                    strerror=error.strerror or error,
                )
            )
            return 1
    unhealthy = [one for one in work.results if not one.healthy]
    status = 1 if unhealthy or not whole or faults else 0
    if as_json:
        told = [{f.name: getattr(one, f.name) for f in fields(one)} for one in work.results]
        print_json({"status": status, "portals": told, "requests": dict(work.requests)})
    else:
        for one in work.results:
            say(*_lines(one, only_list))
    for one in unhealthy:
        complain(
            _(
                "{district} {portal}: {verdict}: {evidence}",
                district=one.district_id,
                portal=one.portal,
                verdict=word("rescue", one.verdict),
                evidence=joined(one.evidence, "; ") or message("ended early"),
            )
        )
    if not whole:
        complain(_("ended by a signal; the same command goes on where it was"))
    for fault in faults:
        complain(str(fault))
    return status


def _from_file(path: Path, ids: list[str], province: list[str] | None, as_json: bool) -> int:
    """Brings in what a file, or the files of a folder, has of the districts meant."""
    from crawler import config as configuration
    from crawler.commands.collect.replay import read_files
    from crawler.registry import load as registry

    config = configuration.load()
    districts, faults, _unseen = chosen(registry.load(config.registry), ids, province, unseen_too=True)
    wanted = registry.Registry(tuple(districts), tuple(faults))
    return read_files(config, wanted, [path], as_json=as_json)


def _order(
    source: str | None, since: str | None, until: str | None, only_list: bool, limit: int | None
) -> Order:
    from crawler.rescue import collection
    from crawler.rescue.results import SOURCES, Order

    if source is not None and "://" in source:
        try:
            source = collection.address(source)
        except ValueError as error:
            raise Refused(message("--from {source}: {error}", source=source, error=error)) from None
    elif source is not None and source not in SOURCES:
        raise Refused(
            message("--from {source}: give wayback, commoncrawl, a file that exists, or a URL", source=source)
        )
    sources = SOURCES if source is None else (source,)
    begin, end = _stamp(since, 0), _stamp(until, 1)
    if begin and end and begin > end:
        raise Refused(
            message("no day lies between {since} and {until}; exchange the two", since=since, until=until)
        )
    return Order(sources, begin, end, only_list, limit)


def _stamp(day: str | None, more: int) -> str:
    """Returns the first moment of a day in Vietnam as 14 digits UTC, or with `more` its last one."""
    from datetime import UTC, datetime, timedelta

    from storage.vocabulary import VIETNAM

    if day is None:
        return ""
    try:
        begin = datetime.strptime(day.strip(), "%Y-%m-%d").replace(tzinfo=VIETNAM)
    except ValueError:
        raise Refused(message("{day!r} is not a day; write it as 2024-05-31", day=day)) from None
    moment = begin + timedelta(days=more) - timedelta(seconds=more)
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M%S")


def _lines(one: Result, only_list: bool) -> list[str]:
    """Returns what a person wants to know of one portal."""
    from crawler.terminal import tables

    known = _(
        "{captures} of {addresses}, {article_like} like articles; "
        "{held} held, {sightings}, {gone} not found, {after_end} after its end",
        captures=counted(one.rows, "capture"),
        addresses=counted(one.urls, "address", "addresses"),
        article_like=one.article_like,
        held=one.held,
        sightings=counted(one.sightings, "sighting"),
        gone=one.gone,
        after_end=one.after_end,
    )
    lines = [f"{one.district_id} {one.portal}: {shown(word('rescue', one.verdict))}", f"    {known}"]
    lines += [f"    {shown(said)}" for said in one.evidence if one.healthy]  # others are told at the end
    files: str = " " + _("({files} of files)", files=one.files) if one.files else ""
    if only_list:
        return [
            *lines,
            "    "
            + _(
                "{to_fetch} to fetch{files}, about {minutes:g} minutes at this rate",
                to_fetch=one.to_fetch,
                files=files,
                minutes=one.minutes,
            ),
        ]
    ended = tables.named("outcome", dict(one.counts.most_common())) or message("nothing new")
    fetched = _(
        "{fetched} of {to_fetch}{files} fetched: {ended}",
        fetched=one.fetched,
        to_fetch=one.to_fetch,
        files=files,
        ended=ended,
    )
    return [*lines, f"    {fetched}", *("    " + _("not had: {name}", name=name) for name in one.unplayed)]

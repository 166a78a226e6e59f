"""`huyen districts check`: what each portal is now, by one polite look at it."""

from __future__ import annotations

import time
from contextlib import closing, nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crawler.errors import Refused
from crawler.terminal.console import complain, configured, district_id, opened, print_json, progress, say
from crawler.terminal.options import MOST, AsJson, Province

if TYPE_CHECKING:
    from crawler.registry.entries import District
    from crawler.registry.load import Registry


def check(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="ID", help="A district: nghe-an.do-luong, or do-luong.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Look at every portal of the registry.")] = False,
    province: Province = None,
    history: Annotated[
        bool, typer.Option("--history", help="Ask nothing; list the earlier checks, newest first.")
    ] = False,
    limit: Annotated[
        int, typer.Option(min=1, max=MOST, metavar="N", help="With --history: print at most N checks.")
    ] = 50,
    notify: Annotated[
        str | None,
        typer.Option(
            metavar="CMD", help="Run CMD when a state has changed; it gets the summary as JSON on its input."
        ),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Look at portals, with at most 4 requests each, and say what each of them is now.

    Name districts, or give --all or --province. The exit status is 1 where a portal is not what the registry
    says, or has changed since the check before.
    """
    from crawler.check import tables

    if history:
        return _history(ids or [], limit, as_json)
    if bool(ids) == (every or province is not None):
        raise Refused("name the districts to check, or give --all or --province P")
    summary, found = _checked(ids or [], province)
    if as_json:
        print_json(summary)
    else:
        say(tables.checks(found.records))
        say(tables.totals(summary))
    for line in tables.complaints(summary):
        complain(line)
    if summary["changed"]:
        from crawler.check import letters
        from crawler.config import load
        from crawler.night.alerts import deliver

        for fault in deliver(summary, notify, load(), (letters.subject, letters.letter)):
            complain(fault)
    return int(summary["status"])


def _checked(ids: list[str], province: str | None) -> tuple[dict[str, Any], Any]:
    """Looks at portals; returns the summary and what was found. Raises Refused before it starts."""
    from crawler import locks
    from crawler.check import checking
    from crawler.terminal.console import require_files, waited_for
    from storage.errors import StorageError, Taken

    config, registry = configured()
    targets = checking.targets(_districts(registry, ids, province))
    require_files()
    config.require_writable()
    if ids:
        try:
            locks.hold(config.data, config.database_url, [one.subject.portal for one in targets], 60)
        except (Taken, StorageError) as error:
            raise Refused(str(error)) from error
    # A check of many and a night would ask the same servers at the same time.
    guard = (
        nullcontext() if ids else locks.alone(config.data / "night.lock", "another crawl of many districts")
    )
    statuses = {(t.subject.district_id, t.subject.portal): t.subject.status for t in targets}
    started_at, began = datetime.now(UTC), time.monotonic()
    with guard, closing(waited_for(config)) as database, progress() as tell:
        step = max(1, len(targets) // 20)
        found = checking.check(
            targets,
            registry,
            database,
            lambda done, of: tell(f"{done} of {of} portals") if done % step == 0 or done == of else None,
        )
    return checking.summary(found, statuses, started_at, time.monotonic() - began), found


def _districts(registry: Registry, ids: list[str], province: str | None) -> list[District]:
    if ids:
        return list({d.id: d for d in map(registry.resolve, ids)}.values())
    wanted = registry if province is None else registry.of_province(province)
    for fault in wanted.errors:
        complain(f"not checked: {fault}")
    if not wanted.districts:
        raise Refused("the registry has no districts")
    return list(wanted.districts)


def _history(ids: list[str], limit: int, as_json: bool) -> int:
    """Lists earlier checks, of the districts named or of all."""
    from crawler.check import tables
    from storage.runs import states

    config, registry = configured()
    wanted = [district_id(registry, name) for name in ids] or [None]
    with closing(opened(config)) as database:
        found = [one for where in wanted for one in states.history(database, where, limit)]
    if as_json:
        print_json([one.as_json() for one in found])
    else:
        say(tables.checks(found, dated=True))
    return 0

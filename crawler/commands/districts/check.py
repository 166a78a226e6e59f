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
from storage.language.messages import gettext as _
from storage.language.messages import message

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.check.checking import Checked
    from crawler.check.network import Target
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
    candidates: Annotated[
        bool,
        typer.Option(
            "--candidates", help="Also look at hosts that may be a district's, but are in no entry yet."
        ),
    ] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Print as a diff what to change in your own registry files.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --write: change the files, too.")] = False,
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
    if bool(ids) == (every or bool(province)):
        raise Refused(message("name the districts to check, or give --all or --province P"))
    if yes and not write:
        raise Refused(message("--yes goes with --write"))
    if write:
        _own_registry()
    summary, found, targets = _checked(ids or [], province, candidates)
    written, edits = _edited(targets, found, yes) if write and summary["kept"] else ([], "")
    if as_json:
        print_json(summary | ({"diff": edits, "written": written} if write else {}))
    else:
        say(tables.checks(found.records))
        say(tables.totals(summary))
        if write:
            say(edits.rstrip("\n") or _("nothing to change in the registry"))
            for path in written:
                say(_("written: {path}", path=path))
    for line in tables.complaints(summary):
        complain(line)
    if summary["changed"]:
        from crawler.check import letters
        from crawler.config import load
        from crawler.night.alerts import deliver

        for fault in deliver(summary, notify, load(), (letters.subject, letters.letter)):
            complain(fault)
    return int(summary["status"])


def _checked(
    ids: list[str], province: list[str] | None, with_candidates: bool
) -> tuple[dict[str, Any], Checked, list[Target]]:
    """Looks at portals; returns the summary, what was found, and what was looked at. Raises Refused before it
    starts.
    """
    from crawler import locks
    from crawler.check import checking
    from crawler.terminal.console import require_files, waited_for
    from storage.errors import StorageError, Taken

    config, registry = configured()
    targets = _targets(registry, ids, province, with_candidates)
    require_files()
    config.require_writable()
    if ids:
        try:
            locks.hold(config.data, config.database_url, [one.subject.portal for one in targets], 60)
        except (Taken, StorageError) as error:
            raise Refused(str(error)) from error
    # A check of many and a night would ask the same servers at the same time.
    guard = (
        nullcontext()
        if ids
        else locks.alone(config.data / "night.lock", message("another crawl of many districts"))
    )
    statuses = {
        (one.subject.district_id, one.subject.portal): one.subject.status
        for one in targets
        if not one.subject.candidate
    }
    started_at, began = datetime.now(UTC), time.monotonic()
    with guard, closing(waited_for(config)) as database, progress() as tell:
        step = max(1, len(targets) // 20)
        found = checking.check(
            targets,
            registry,
            database,
            lambda done, of: (
                tell(_("{done} of {of} portals", done=done, of=of))
                if done % step == 0 or done == of
                else None
            ),
        )
    faults = [] if ids else list(map(str, registry.of_provinces(province or ()).errors))
    seconds = time.monotonic() - began
    return checking.summary(found, statuses, started_at, seconds, faults), found, targets


def _own_registry() -> Path:
    """Returns the registry of one's own; Refused where there is none."""
    from crawler.check.edits import NONE
    from crawler.config import load

    own = load().own_registry
    if own is None:
        raise Refused(NONE)
    return own


def _edited(targets: list[Target], found: Checked, yes: bool) -> tuple[list[str], str]:
    """Returns the files that were written, and the proposed edits as a diff. What would break the registry is
    not written.
    """
    from crawler.check.edits import proposed

    edits = proposed(_own_registry(), targets, found.records)
    if not yes:
        return [], edits.diff()
    before = len(configured()[1].errors)
    try:
        written = edits.write()
    except OSError as error:
        raise Refused(
            message("cannot write {filename}: {strerror}", filename=error.filename, strerror=error.strerror)
        ) from error
    errors = configured()[1].errors
    if len(errors) > before:
        edits.undo()
        raise Refused(
            message("the edits would break the registry, so nothing was written: {errors}", errors=errors[-1])
        )
    return list(map(str, written)), edits.diff()


def _targets(
    registry: Registry, ids: list[str], province: list[str] | None, candidates: bool
) -> list[Target]:
    """Returns the portals to look at: of the districts meant, and the candidates of theirs."""
    from crawler.check import checking
    from crawler.registry.country import of_provinces

    wanted = registry.named(ids) if ids else list(registry.of_provinces(province or ()).districts)
    found = checking.targets(wanted)
    if candidates:
        codes = {one.code for one in wanted}
        if not ids:
            codes = {seat.code for seat in of_provinces(province or ())}
        found += checking.candidates(registry, codes)
    if not found:
        raise Refused(message("there is nothing to look at"))
    return found


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

"""`huyen runs`: the history of runs, and all that is known of one."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from crawler.errors import Refused
from crawler.terminal.console import configured, district_id, opened, print_json

_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def runs(
    run: Annotated[int | None, typer.Argument(metavar="[ID]", help="All that is known of one run.")] = None,
    district: Annotated[
        str | None, typer.Option("--district", metavar="ID", help="Only this district.")
    ] = None,
    verdict: Annotated[str | None, typer.Option(metavar="V", help="Only runs with this verdict.")] = None,
    since: Annotated[
        str | None, typer.Option(metavar="D", help="Begun on D or later: 2026-11-21, Vietnamese time.")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="D", help="Begun on D or before.")] = None,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="At most N runs.")] = 50,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON, and nothing else, on standard output.")
    ] = False,
) -> int:
    """Lists the runs, newest first."""
    from crawler.terminal import tables as display
    from storage.runs.runs import listed

    first, last = _midnight("--since", since, 0), _midnight("--until", until, 1)
    config, registry = configured()
    where = district_id(registry, district)
    with closing(opened(config)) as database:
        found = listed(
            database, run_id=run, district_id=where, verdict=verdict, since=first, until=last, limit=limit
        )
    if run is not None and not found:
        raise Refused(f"no run {run} in the archive; `huyen runs` lists them")
    if as_json:
        print_json(found)
    elif run is not None:
        print(display.run(found[0]))
    else:
        print(display.runs(found))
    return 0


def _midnight(option: str, day: str | None, later: int) -> datetime | None:
    """The beginning of a Vietnamese day, or of the one `later`, in UTC."""
    if day is None:
        return None
    try:
        moment = datetime.combine(date.fromisoformat(day) + timedelta(later), time(), _VIETNAM)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused(f"{option} takes a day such as 2026-11-21, not {day!r}") from None

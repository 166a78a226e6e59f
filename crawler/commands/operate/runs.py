"""`huyen runs`: the history of runs, and all that is known of one."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.errors import Refused
from crawler.terminal.console import configured, district_id, opened, print_json, say
from crawler.terminal.options import MOST, AsJson, From, InDistrict, Since, To, Until
from storage.vocabulary import VIETNAM, Verdict

if TYPE_CHECKING:
    from storage.holdings.figures import Year


def runs(
    run: Annotated[
        int | None, typer.Argument(metavar="ID", max=MOST, help="Show all that is known of one run.")
    ] = None,
    district: InDistrict = None,
    verdict: Annotated[str | None, typer.Option(metavar="V", help="Only runs with this verdict.")] = None,
    first: From = None,
    last: To = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST, metavar="N", help="Print at most N runs.")] = 50,
    as_json: AsJson = False,
    since: Since = None,
    until: Until = None,
) -> int:
    """List the runs, newest first.

    --from and --to select by the day on which a run began.
    """
    from crawler.terminal import tables as display
    from storage.holdings import figures as captures
    from storage.runs.runs import listed

    if verdict is not None and verdict not in set(Verdict):
        raise Refused(f"no verdict {verdict!r}; there are {', '.join(Verdict)}")
    begun, before = _midnight("--from", first or since, 0), _midnight("--to", last or until, 1)
    config, registry = configured()
    where = [id_ for name in district or () if (id_ := district_id(registry, name))]
    with closing(opened(config)) as database:
        found = listed(
            database, run_id=run, district_ids=where, verdict=verdict, since=begun, until=before, limit=limit
        )
        years: list[tuple[str, Year]] = []
        if run is None and not as_json:
            with database.reading() as connection:
                of_portals = captures.years(connection, where or None)
                years = [(portal, one) for _, portal, rows in of_portals for one in rows]
    if run is not None and not found:
        raise Refused(f"no run {run} in the archive; `huyen runs` lists them")
    if as_json:
        print_json([one.as_json() for one in found])
    elif run is not None:
        say(display.run(found[0]))
    else:
        say(display.runs(found), *_archives(years))
    return 0


def _archives(years: list[tuple[str, Year]]) -> list[str]:
    """Returns a line a portal, archive and year: what is known to exist there, and what of it is held."""
    return [
        f"{portal} {one.source} {one.year}: {one.held} fetched, {one.sightings} of the same text, "
        f"{one.missing} known and not held, {one.after_end} after its end"
        for portal, one in years
    ]


def _midnight(option: str, day: str | None, later: int) -> datetime | None:
    """Returns the beginning of a Vietnamese day, plus `later` days, in UTC; raises Refused for no day."""
    if day is None:
        return None
    try:
        moment = datetime.combine(date.fromisoformat(day) + timedelta(later), time(), VIETNAM)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused(f"{option} takes a day such as 2026-11-21, not {day!r}") from None

"""`huyen runs`: the history of runs, and all that is known of one."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.errors import Refused
from crawler.terminal.console import configured, district_id, opened, print_json, say
from crawler.terminal.options import MOST, AsJson, From, InDistrict, Since, To, Until
from storage.language.messages import gettext as _
from storage.language.messages import message, shown
from storage.vocabulary import VIETNAM, Rescued, RunKind, Verdict

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
    """List the runs, newest first: crawls, and rescues with what archives hold.

    --from and --to select by the day on which a run began.
    """
    from crawler.terminal import tables as display
    from storage.holdings import figures as captures
    from storage.runs.runs import listed

    words = dict.fromkeys((*Verdict, *Rescued))
    if verdict is not None and verdict not in words:
        raise Refused(
            message("no verdict {verdict!r}; there are {words}", verdict=verdict, words=", ".join(words))
        )
    begun, before = _midnight("--from", first or since, 0), _midnight("--to", last or until, 1)
    if begun and before and begun >= before:
        raise Refused(
            message(
                "no day lies between {since} and {until}; exchange the two",
                since=first or since,
                until=last or until,
            )
        )
    config, registry = configured()
    where = [id_ for name in district or () if (id_ := district_id(registry, name))]
    with closing(opened(config)) as database:
        found = listed(
            database, run_id=run, district_ids=where, verdict=verdict, since=begun, until=before, limit=limit
        )
        years: list[Year] = []
        if run is not None and found and found[0].kind == RunKind.RESCUE:
            with database.reading() as connection:
                years = captures.of_portal(connection, found[0].district_id, found[0].portal)
    if run is not None and not found:
        raise Refused(message("no run {run} in the archive; `huyen runs` lists them", run=run))
    if as_json:
        print_json([one.as_json() for one in found])
    elif run is not None:
        known = ["", _("what archives hold"), *(f"  {shown(one.sentence)}" for one in years)]
        say(display.run(found[0]), *(known if years else []))
    else:
        say(display.runs(found))
    return 0


def _midnight(option: str, day: str | None, later: int) -> datetime | None:
    """Returns the beginning of a Vietnamese day, plus `later` days, in UTC; raises Refused for no day."""
    if day is None:
        return None
    try:
        moment = datetime.combine(date.fromisoformat(day) + timedelta(later), time(), VIETNAM)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused(
            message("{option} takes a day such as 2026-11-21, not {day!r}", option=option, day=day)
        ) from None

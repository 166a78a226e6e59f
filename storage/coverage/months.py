"""Coverage: every portal by month of publication, and why a month has the articles that it has.

docs/codebook.md has the meaning of each state in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Connection

from storage.coverage.known import Ids, Known, known, month_of, span
from storage.export.columns import plain
from storage.records import DistrictRecord
from storage.vocabulary import VIETNAM

MOSTLY = 0.5  # share of a portal's articles without a date of publication from which its gaps say nothing
_YEAR = 12


class State(StrEnum):
    """What is known of a portal in one month."""

    COVERED = "covered"  # articles of it are held
    SILENT = "silent"  # looked at whole, and nothing is dated in it
    UNREACHABLE = "unreachable"  # no look of this month was answered, and nothing is dated in it
    NOT_CRAWLED = "not_crawled"  # nothing is held, and no look would have shown it; see Reason
    BEFORE_START = "before_start"  # before the first trace of the portal
    AFTER_UNTIL = "after_until"  # after the last day of the registry


class Reason(StrEnum):
    """Why a month is not_crawled."""

    NEVER = "never"  # the portal was never crawled
    UNFINISHED = "unfinished"  # no run has walked its listings to their end
    BEHIND = "behind"  # no run has caught up since
    OLDER = "older"  # others saw the portal then, and its listings no longer reach so far back
    UNDATED = "undated"  # half of its articles have no date of publication, so they may be of any month


class Month(NamedTuple):
    """One portal in one month, as a row of coverage.csv.

    `complete`: a look that left nothing to read has shown all of the month, so no article is missing that the
    portal still showed. `articles` are dated in this month, `year_only` in its year and no closer (the same
    number in each month of the year), `events` carry the date of an event in it. `first_day` and `last_day`
    are the outermost days of publication. `runs`, `checks` (`huyen districts check`) and `captures` are ours,
    made in this month; `unanswered` counts runs and checks. `elsewhere` are pages that other archives are
    known to have captured in it.
    """

    district_id: str
    portal: str
    month: str
    state: State
    reason: Reason | None
    complete: bool
    articles: int
    year_only: int
    events: int
    first_day: str | None
    last_day: str | None
    runs: int
    checks: int
    unanswered: int
    captures: int
    elsewhere: int


COLUMNS = plain(Month._fields)


def coverage(
    connection: Connection, districts: Ids = None, registered: Iterable[DistrictRecord] = ()
) -> Iterator[Month]:
    """Yields every month of every portal, ordered by district id, portal and month; all portals have the same
    months. Of `districts` (ids) alone, where given: the same rows as of all.

    `registered` adds portals that the archive does not know yet. `connection` is one of `Database.reading()`.
    """
    bounds = span(connection)
    if bounds is None:
        return
    every = months(*bounds)
    for one in known(connection, districts, registered):
        for month in every:
            yield _row(one, month)


def months(first: str, last: str) -> list[str]:
    """Returns each month from `first` to `last` (YYYY-MM), both included."""
    low, high = (int(text[:4]) * _YEAR + int(text[5:7]) - 1 for text in (first, last))
    return [f"{n // _YEAR:04}-{n % _YEAR + 1:02}" for n in range(low, high + 1)]


def within(month: str, since: str | None, until: str | None) -> bool:
    """Whether a month lies in a period of days, months or years, both ends included."""
    after = since is None or month[: len(since)] >= since[: len(month)]
    return after and (until is None or month[: len(until)] <= until[: len(month)])


def _row(one: Known, month: str) -> Month:
    state, reason, complete = judged(one, month)
    first, last = one.days.get(month, (None, None))
    return Month(
        one.district_id, one.portal, month, state, reason, complete, one.articles[month],
        one.years[month[:4]], one.events[month], first, last, one.runs[month], one.checks[month],
        one.unanswered[month], one.captures[month], one.elsewhere[month],
    )  # fmt: skip


def judged(one: Known, month: str) -> tuple[State, Reason | None, bool]:
    """Returns the state of a portal's month, why it is not_crawled, and whether it is complete."""
    looked = one.looked_at if one.walked_at else None
    reach = one.reach or (month_of(one.walked_at) if one.walked_at else None)
    shown = looked is not None and reach is not None and month >= reach
    complete = looked is not None and shown and _end(one, month) <= looked and not _vague(one)
    if one.articles[month] or one.years[month[:4]]:
        return State.COVERED, None, complete
    if one.until and month > f"{one.until:%Y-%m}":
        return State.AFTER_UNTIL, None, True
    if one.unanswered[month] and not one.answered[month]:
        return State.UNREACHABLE, None, complete
    if looked is None or reach is None:
        return State.NOT_CRAWLED, Reason.UNFINISHED if one.runs else Reason.NEVER, False
    if _vague(one):
        return State.NOT_CRAWLED, Reason.UNDATED, False
    if month > month_of(looked):
        return State.NOT_CRAWLED, Reason.BEHIND, False
    if shown:
        return State.SILENT, None, complete
    if one.trace is None or month < one.trace:
        return State.BEFORE_START, None, True
    return State.NOT_CRAWLED, Reason.OLDER, False


def _vague(one: Known) -> bool:
    """Whether so many of its articles have no date of publication that an empty month says nothing."""
    vague = one.undated + one.events.total()
    return vague > 0 and vague >= MOSTLY * (vague + one.articles.total() + one.years.total())


def _end(one: Known, month: str) -> datetime:
    """Returns the moment at which `month` was over for the portal: no later than its last day."""
    number = int(month[:4]) * _YEAR + int(month[5:7])
    end = datetime(number // _YEAR, number % _YEAR + 1, 1, tzinfo=VIETNAM)
    if one.until and month == f"{one.until:%Y-%m}":
        last = datetime(one.until.year, one.until.month, one.until.day, tzinfo=VIETNAM)
        end = min(end, last.replace(hour=23, minute=59, second=59))
    return end

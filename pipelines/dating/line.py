"""Reads the date that one printed line gives: find every candidate, judge each by its words, resolve the
best.

dateparser resolves relative phrases ("3 ngày trước"); everything printed as a date is read here, since of
unlabelled digits it makes dates that nobody printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal

from pipelines.dating import terms
from pipelines.dating.find import Clock, Line, Mention, find, line_of
from pipelines.dating.relative import read_relative
from pipelines.dating.role import DATES, Role, announces, role
from pipelines.items import Precision
from storage.vocabulary import VIETNAM, local

Kind = Literal["published", "event", "trap"]
YearSource = Literal["print", "line", "fetch"]
AHEAD = timedelta(days=1)  # a publication may lie this far after the fetch: clocks and zones differ
FIRST_YEAR = 1990  # no portal published before; .NET's year 1 and the epoch of 1970 fall out with it
FIRST_EVENT = 1900  # what lines tell of earlier days is history, and most of it lunar
LAST_YEAR = 2100  # no event is announced for a later one
CLOCK_DRIFT = timedelta(minutes=2)  # a clock this near to the fetch is the page's own

_RANKS: dict[Role, int] = {
    "posted": 0, "updated": 1, "bare": 2, "entry": 3, "event": 4, "period": 6, "caption": 7, "citation": 8,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DateLine:
    """What a line says. `value` is as precise as printed (contract: Dates), None with kind trap.

    `raw` is the printed candidate. `end` is the last day of a range that begins with `value`. `year_from`
    tells where the year came from: printed with the day, named elsewhere on the line, or reckoned from
    fetched_at; `inferred` is true unless it was printed. `role` names the rule that decided the kind.
    """

    value: str | None = None
    precision: Precision = "none"
    kind: Kind = "trap"
    raw: str | None = None
    inferred: bool = False
    end: str | None = None
    role: Role | Literal["relative", "none"] = "none"
    year_from: YearSource = "print"
    weekday: int | None = None  # printed beside the date, Monday 0
    announced: bool = False  # an event told as yet to come
    deadline: bool = False  # an event by which something is due, so told before it

    @property
    def day(self) -> date | None:
        """The day of `value` in Vietnam, None where only a month or a year was printed."""
        return date.fromisoformat(self.value[:10]) if self.value and len(self.value) >= 10 else None


@dataclass(frozen=True, slots=True)
class YearMention:
    """A year named in running text: with its month, as a school year, or alone; `lean` as year_mentions
    tells.
    """

    year: int
    month: int | None = None
    school: bool = False
    lean: int = 0  # +1 in a review (held early the next year), -1 in a plan (made late the year before)


NOTHING = DateLine()
_FIELD = re.compile(r"(?:^|[|(\[,:]| -)\s*$")  # a new field of the line begins here


@lru_cache(maxsize=256)  # markup, structured data and the line below the headline print one moment
def read_line(text: str, fetched_at: datetime, *, keep_offset: bool = False) -> DateLine:
    """Returns the date of one printed line, or kind "trap" without a value where nothing on it dates
    anything.

    `fetched_at` carries a zone (ValueError otherwise); a day without a year is placed by the line, else at
    the latest such day up to it. Of several dates the labelled one wins, then publication before event, then
    the first. A moment printed with an offset is told in Vietnamese time, or with its own (`keep_offset`).
    Never raises on any text; looks at the first 2,000 characters.
    """
    if fetched_at.tzinfo is None:
        raise ValueError("fetched_at has no time zone: give one, such as 2024-01-31T09:00:00+07:00")
    now = local(fetched_at)
    line = line_of(text)
    best, mentions = NOTHING, find(line)
    years = list(year_mentions(line)) if any(m.year is None for m in mentions) else []
    ranked = sorted(
        ((found, mention) for mention in mentions if (found := role(line, mention)) in DATES),
        key=lambda pair: (pair[1].day is None, _RANKS[pair[0]], pair[0] == "event" and pair[1].year is None),
    )
    for found, mention in ranked:
        if (reading := _resolve(line, mention, found, now, years, keep_offset)).value:
            best = reading
            break
    if best.role == "updated" and (first := _earlier(line, ranked, best, now, years, keep_offset)):
        best = first
    if best.precision not in ("day", "minute") and not any(m.day and m.year for m in mentions):
        relative = read_relative(line, now)
        if relative and (best.value is None or relative.event is False):
            kind: Kind = "event" if relative.event else "published"
            return DateLine(
                relative.value, relative.precision, kind, relative.raw, True, None, "relative", "fetch"
            )
    return best


def _earlier(
    line: Line,
    ranked: list[tuple[Role, Mention]],
    updated: DateLine,
    now: datetime,
    years: list[YearMention],
    keep_offset: bool,
) -> DateLine | None:
    """The date without a label beside an update's, where it is not later: when the page was posted."""
    for found, mention in ranked:
        if found in ("bare", "entry") and mention.year is not None:
            reading = _resolve(line, mention, found, now, years, keep_offset)
            if reading.day and updated.day and reading.day <= updated.day:
                return reading
    return None


def year_mentions(line: Line | str) -> Iterable[YearMention]:
    """Yields years that `line` names apart from its dates; periods, terms, laws and births are left out."""
    if isinstance(line, str):
        if not terms.YEAR_CUE.search(line):
            return
        line = line_of(line)
    with_month = list(terms.YEAR_OF_MONTH.finditer(line.flat))
    for match in with_month:
        if 1 <= int(match["m"]) <= 12:
            yield YearMention(int(match["y"]), int(match["m"]))
    for match in terms.SCHOOL_YEAR.finditer(line.flat):
        yield YearMention(int(match["y"]), school=True)
    alone = (
        terms.YEAR_ALONE[0].finditer(line.low) if line.accented else terms.YEAR_ALONE[1].finditer(line.flat)
    )
    for match in alone:
        if not any(other.start() <= match.start() < other.end() for other in with_month):
            start = max(0, match.start() - 100)
            review = line.search(terms.REVIEW, start, match.start()) is not None
            plan = line.search(terms.PLAN, start, match.start()) is not None
            yield YearMention(int(match["y"]), lean=plan * -1 if plan else int(review))


def place_year(month: int, day: int, mentions: Iterable[YearMention], latest: date) -> int | None:
    """Returns the year that `mentions` give to a day without one, or None: the nearest to a month that is
    named with its year, else a year named alone; never after `latest`.
    """
    known = list(mentions)
    for named in (m for m in known if m.month):
        options = [
            y
            for y in (named.year - 1, named.year, named.year + 1)
            if (d := _date(y, month, day)) and d <= latest
        ]
        middle = date(named.year, named.month or 1, 15)
        near = [y for y in options if abs((date(y, month, min(day, 28)) - middle).days) <= 190]
        if near:
            return min(near, key=lambda y: abs((date(y, month, min(day, 28)) - middle).days))
    for school in (m for m in known if m.school):  # it opens in September and closes in May
        year = school.year + (month < 8)
        if (placed := _date(year, month, day)) and placed <= latest:
            return year
    options = []
    for named in (m for m in known if not m.month and not m.school):
        lean = 1 if named.lean > 0 and month <= 2 else -1 if named.lean < 0 and month == 12 else 0
        options += [
            y for y in (named.year + lean, named.year) if (d := _date(y, month, day)) and d <= latest
        ][:1]
    return max(options, default=None)


def _date(year: int | None, month: int, day: int) -> date | None:
    try:
        return date(year or 0, month, day)
    except ValueError:
        return None


def _resolve(
    line: Line, mention: Mention, found: Role, now: datetime, years: list[YearMention], keep_offset: bool
) -> DateLine:
    """`mention` in its role as a DateLine; NOTHING where it is impossible or, published, out of time."""
    raw = line.shown[mention.start : mention.end].strip(" ,;|-([")
    if mention.day is None:
        return _month(mention, found, raw, now)
    published = found in ("posted", "updated", "bare", "entry")
    year_from: YearSource = "print"
    year = mention.year
    if year is None:
        year, year_from = _year(line, mention, now, years)
    elif mention.short_year:
        if not published or (found == "bare" and not _set_apart(line, mention)):
            return NOTHING  # "Phiên bản 3.12.22"
        year += 2000 if year <= (now.year + 1) % 100 else 1900
    day = _date(year, mention.month, mention.day)
    limit = (now + AHEAD).date()
    swapped = _date(year, mention.day, mention.month) if mention.day_first else None
    if day is None or (published and day > limit and _american(mention, swapped)):
        day = swapped
    elif swapped and mention.clock and mention.clock.american and mention.weekday == swapped.weekday():
        day = swapped if mention.weekday != day.weekday() else day  # its clock and its weekday say M/D/Y
    if swapped and day == swapped and mention.short_year and not (mention.clock or found == "posted"):
        return NOTHING  # "12/13/14"
    first = FIRST_YEAR if published else FIRST_EVENT
    if day is None or not first <= day.year <= LAST_YEAR or (published and day > limit):
        return NOTHING
    if found == "event" and _counts_months(line, mention):
        return NOTHING
    if mention.shape == "compact" and not mention.clock and found not in ("posted", "updated"):
        return NOTHING  # a number: "20210905" may be any
    value = day.isoformat()
    precision: Precision = "day"
    if mention.clock:
        moment = _moment(day, mention.clock, keep_offset)
        is_clock = found in ("bare", "entry") and abs(moment - now) < CLOCK_DRIFT
        if published and (is_clock or moment > now + AHEAD):
            return NOTHING
        value, precision = moment.isoformat(), "minute"
    return DateLine(
        value,
        precision,
        "published" if published else "event",
        raw,
        year_from != "print",
        _end(mention, day),
        found,
        year_from,
        mention.weekday,
        not published and announces(line, mention),
        not published and mention.last is None and line.search(terms.DEADLINE, 0, mention.start) is not None,
    )


def _end(mention: Mention, day: date) -> str | None:
    if mention.last is None:
        return None
    year, month, last_day = mention.last
    last = _date(year or day.year + (month < mention.month), month, last_day)
    return last.isoformat() if last and last >= day else None


def _counts_months(line: Line, mention: Mention) -> bool:
    """ "9 tháng năm 2023": nine months of a year, not the ninth of May, which would be led by "ngày"."""
    if mention.named_month != "nam" or mention.clock or "nam nam" in line.flat:
        return False
    led = line.ends(terms.DAY_LEAD, mention.core)
    return not led and line.shown[mention.core : mention.end].islower()


def _set_apart(line: Line, mention: Mention) -> bool:
    """Whether the date stands apart from what is before it: a field of its own, beside a clock or weekday."""
    if mention.start == 0 or mention.clock or mention.weekday is not None:
        return True
    return line.ends(terms.DAY_LEAD, mention.start) or bool(_FIELD.search(line.flat[: mention.start]))


def _american(mention: Mention, swapped: date | None) -> bool:
    """Whether something supports M/D/Y: an hour as en-US prints it, or a weekday that agrees."""
    if swapped is None:
        return False
    return bool(mention.clock and mention.clock.american) or mention.weekday == swapped.weekday()


def _moment(day: date, clock: Clock, keep_offset: bool) -> datetime:
    wall = datetime(
        day.year, day.month, day.day, clock.hour, clock.minute, clock.second, tzinfo=clock.zone or VIETNAM
    )
    return local(wall) if clock.zone and not keep_offset else wall


def _month(mention: Mention, found: Role, raw: str, now: datetime) -> DateLine:
    kind: Kind = "published" if found in ("posted", "updated") else "event"
    year = mention.year or 0
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return NOTHING
    if mention.shape == "year_bare":
        return DateLine(str(year), "year", kind, raw, role=found) if year <= now.year + 1 else NOTHING
    if not 1 <= mention.month <= 12 or (
        kind == "published" and (year, mention.month) > (now.year, now.month)
    ):
        return NOTHING
    return DateLine(f"{year}-{mention.month:02}", "month", kind, raw, role=found)


def _year(
    line: Line, mention: Mention, now: datetime, years: list[YearMention]
) -> tuple[int | None, YearSource]:
    """The year of a day printed without one, and where it came from: the line, or the day of the fetch."""
    month, day = mention.month, mention.day or 1
    announced = announces(line, mention)
    latest = now.date() + (timedelta(days=366) if announced else timedelta(0))
    if (year := place_year(month, day, years, latest)) is not None:
        return year, "line"
    # 29 February comes every four years, every eight about 1900 and 2100.
    options = [y for y in range(now.year - 8, now.year + 2) if _date(y, month, day)]
    past = [y for y in options if date(y, month, day) <= now.date()]
    if announced:  # nearest to the fetch: an announced day may lie ahead
        return min(options, key=lambda y: abs((date(y, month, day) - now.date()).days), default=None), "fetch"
    return (past[-1] if past else None), "fetch"

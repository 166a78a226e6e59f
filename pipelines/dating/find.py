"""Finds every date printed on a line: where it stands, its parts, its clock and weekday, and ranges.

Nothing is judged here: a phone number in the shape of a date is a mention, and so is 29/02/2023.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, timedelta, timezone
from html import unescape
from itertools import pairwise

from pipelines.dating.terms import (
    CLOCK,
    DAY_LIST,
    ENGLISH,
    FLAT,
    GLUE,
    GLUED,
    GLUED_CUE,
    MONTHS,
    NAMES,
    RANGE_GAP,
    SHAPES,
    SPELLED,
    WEEKDAY,
    WEEKDAY_NUMBERS,
    ZONE_AFTER,
    ZONE_BEFORE,
    ZONED_DAY,
    Vocabulary,
)
from storage.text import visible

LOOKED_AT = 2_000  # characters of a line that are read: longer than any sentence, and it bounds hostile input
MAX_MENTIONS = (
    40  # dates of one line that are judged: the first dates of a calendar table are enough to tell it
)
NEAR = 40  # characters before a date in which the word that leads it stands
MAX_GAP = 40  # characters between a date and its clock
_ACCENTED = re.compile(r"[\u00e0-\u024f\u1e00-\u1eff]")
_NAME_CUE = re.compile(r"\.[a-z]|[@_]|://")
_DIGIT = re.compile(r"\d")
_SPELLED_DAY = re.compile("thang [a-z]+(?: [a-z]+)?,? nam ")
_ENTITY = re.compile(r"&(?:#\d{1,5}|#x[\da-f]{1,4}|[a-z]{2,8});", re.I)


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line: as shown (NFC, white space collapsed), in lower case, and folded; positions agree in
    all.
    """

    shown: str
    low: str
    flat: str
    accented: bool  # carries diacritics, so words are compared with them

    def search(self, words: Vocabulary, start: int, end: int) -> re.Match[str] | None:
        """Searches `words` between two positions; `$` matches at `end`, `^` at the line's start only."""
        return (
            words[0].search(self.low, start, end) if self.accented else words[1].search(self.flat, start, end)
        )

    def ends(self, words: Vocabulary, end: int, near: int = NEAR) -> bool:
        """Returns whether `words`, which `$` ends, stand right before `end`, in the `near` characters before
        it.
        """
        return self.search(words, max(0, end - near), end) is not None

    def words(self, words: Vocabulary) -> re.Pattern[str]:
        """Returns the one of the two patterns of `words` that this line is compared with, in `low` or in
        `flat`.
        """
        return words[0] if self.accented else words[1]

    def match(self, words: Vocabulary, start: int) -> re.Match[str] | None:
        return words[0].match(self.low, start) if self.accented else words[1].match(self.flat, start)


@dataclass(frozen=True, slots=True)
class Clock:
    hour: int
    minute: int
    second: int = 0
    zone: timezone | None = None  # None: Vietnamese wall time
    colon: bool = False  # printed as 14:30, the way templates do
    american: bool = False  # a one-digit hour with AM or PM, the way .NET's en-US culture prints


@dataclass(slots=True)
class Mention:
    """A date found at [start, end) of the line, its clock and weekday included; parts may be impossible."""

    shape: str
    start: int
    end: int
    year: int | None
    month: int
    day: int | None
    core: int  # where the date itself starts
    clock: Clock | None = None
    weekday: int | None = None
    last: tuple[int | None, int, int] | None = None  # year, month and day of the end of a range
    hours: bool = False  # the clock begins a range of hours
    day_first: bool = False  # printed as D/M/Y in digits: an American template may have printed M/D/Y
    short_year: bool = False
    named_month: str = ""  # folded, where it was printed as a word


def line_of(text: str) -> Line:
    """Returns `text` as a Line; templates' missing spaces are put in, digits of file names and addresses
    masked.
    """
    text = text[:LOOKED_AT]
    if "&" in text and _ENTITY.search(text):
        text = unescape(unescape(text))  # templates escape what was escaped before
    shown = visible(text)
    if "+" in shown:
        shown = ZONED_DAY.sub(r"\1 \2 ", shown)
    flat = shown.translate(FLAT)
    if GLUED_CUE.search(flat) and (
        cuts := [match.end() for pattern in GLUED for match in pattern.finditer(flat)]
    ):
        edges = [0, *sorted(cuts), len(shown)]
        shown = " ".join(shown[a:b] for a, b in pairwise(edges))
        flat = shown.translate(FLAT)
    if _NAME_CUE.search(flat):
        flat = NAMES.sub(lambda match: _DIGIT.sub("x", match[0]), flat)
    low = shown.lower()
    return Line(shown, low if len(low) == len(flat) else flat, flat, _ACCENTED.search(low) is not None)


def find(line: Line) -> list[Mention]:
    """Returns every date of `line` in order of position, with clocks, weekdays and ranges joined to their
    dates.
    """
    mentions = sorted(_dates(line), key=lambda mention: mention.start)[:MAX_MENTIONS]
    if mentions:
        _join_clocks(line.flat, mentions)
        _join_weekdays(line.flat, mentions)
        mentions = _join_ranges(line.flat, mentions)
    return mentions


def _dates(line: Line) -> Iterator[Mention]:
    flat, taken = line.flat, bytearray(len(line.flat))
    if not _DIGIT.search(flat) and not _SPELLED_DAY.search(flat):
        return
    cued: dict[int, bool] = {}  # by identity: to hash a pattern is slow
    for shape in SHAPES:
        cue = id(shape.cue)
        if cue not in cued:
            cued[cue] = shape.cue is None or shape.cue.search(flat) is not None
        if not cued[cue]:
            continue
        for match in shape.pattern.finditer(flat):
            start, end = match.span()
            if 1 in taken[start:end]:
                continue
            part = match.groupdict()
            separator = part.get("s")
            if separator and _part_of_a_number(flat, start, end, separator, shape.full):
                if shape.full:
                    taken[start:end] = b"\1" * (end - start)
                continue
            taken[start:end] = b"\1" * (end - start)
            yield _mention(shape.name, match, part)


def _part_of_a_number(flat: str, start: int, end: int, separator: str, full: bool) -> bool:
    """Whether the digits go on on either side: phone numbers, "30/2020/NĐ-CP", 12.500-13.000, 37,4 %."""
    if start > 1 and flat[start - 1] == separator and flat[start - 2].isdigit():
        return True
    rest = flat[end : end + 12]
    if separator in "/." and re.match(rf" ?- ?\d{{1,2}}\{separator}\d{{1,2}}(?!\d)", rest):
        return False  # "14/4-16/4/2022"
    if re.match(r" ?[/.-] ?\d" if not full else rf"\{separator}\d", rest) and not re.match(
        r"[.-] ?\d\d?[:hg]", rest
    ):
        return True
    if not full and start > 1 and flat[start - 1] in "/.," and flat[start - 2].isdigit():
        return True
    return bool(re.match(r"/[a-z]|-[a-z]{2}|%|,\d| ?%", rest)) and not rest.startswith("/th")


def _mention(name: str, match: re.Match[str], part: dict[str, str | None]) -> Mention:
    year_text, day_text, month_text = part.get("y"), part.get("d"), part.get("m") or ""
    year = int(year_text) if year_text and len(year_text) <= 4 else None
    if name == "months" and year:
        first, last = int(month_text), int(part["m2"] or 0)
        year = int(part["y1"]) if part["y1"] else year - (first > last)
    if word := part.get("yw"):
        year = 2000 + SPELLED[word]
    if year_text and len(year_text) > 4:
        year = 0  # "26/10/20233": impossible, not missing
    english = part.get("en")
    month = ENGLISH[english[:3]] if english else int(MONTHS.get(month_text) or month_text or 0)
    day = None if day_text is None else SPELLED.get(day_text) or int(day_text)
    mention = Mention(name, match.start(), match.end(), year, month, day, match.start())
    mention.day_first = name == "numeric"
    mention.short_year = bool(year_text) and len(year_text or "") == 2
    mention.named_month = month_text if not month_text.isdigit() else ""
    if hms := part.get("hms"):
        hour, minute, *second = map(int, re.findall(r"\d\d?", hms))
        mention.clock = Clock(hour, minute, second[0] if second else 0, _zone(part.get("zone")), True)
    return mention


def _clock(match: re.Match[str]) -> Clock | None:
    """The clock of a match, on 24 hours; None where it is impossible (25:61)."""
    part = match.groupdict()
    hour, minute, second = int(part["h"]), int(part["mi"] or part["mi2"] or 0), int(part["s"] or 0)
    minute = 30 if part["half"] else minute
    half = (part["mer"] or "").replace(".", "")
    if (
        half in ("ch", "pm", "chieu", "toi")
        or (half == "trua" and hour < 4)
        or (half == "dem" and 6 <= hour < 12)
    ):
        hour += 12 if hour < 12 else 0
    elif half in ("sa", "am", "dem", "sang") and hour == 12:
        hour = 0
    if hour > 23 or minute > 59 or second > 59:
        return None
    american = half in ("am", "pm") and len(part["h"]) == 1
    return Clock(hour, minute, second, _zone(part["zone"] or part["west"]), part["mi"] is not None, american)


def _zone(text: str | None) -> timezone | None:
    """ "gmt+7", "utc", "z", "+0700", "-05:00" as an offset; None where there is none or it is impossible."""
    if not text or text.strip() == "ict":
        return None
    match = re.search(r"([+-]) ?(\d{1,2}):?(\d\d)?$", text)
    if match is None:
        return UTC
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    return (
        timezone(timedelta(minutes=minutes if match[1] == "+" else -minutes)) if minutes < 24 * 60 else None
    )


def _join_clocks(flat: str, mentions: list[Mention]) -> None:
    clocks = [m for m in CLOCK.finditer(flat) if m["mi"] or "h" in m[0] or "g" in m[0]][: 2 * MAX_MENTIONS]
    clocks = [c for c in clocks if not any(m.start < c.end() and c.start() < m.end for m in mentions)]
    if not clocks:
        return
    for mention in mentions:
        before = [c for c in clocks if c.end() <= mention.start and _glued(flat, c.end(), mention.start)]
        after = [c for c in clocks if c.start() >= mention.end and _glued(flat, mention.end, c.start())]
        if mention.day is None or mention.clock or not (before or after):
            continue
        match = before[-1] if before else after[0]
        clocks.remove(match)
        span = [match]
        if before and (start := _start_of_hours(flat, clocks, match)):
            clocks.remove(start)
            span, match = [start, match], start
        elif not before and (end := _end_of_hours(flat, clocks, match)):
            clocks.remove(end)
            span = [match, end]
        mention.hours = len(span) > 1
        mention.clock = _clock(match)
        gap = flat[mention.end : match.start()]
        mention.start = min(mention.start, span[0].start())
        mention.end = max(mention.end, span[-1].end())
        behind = ZONE_AFTER.match(flat, mention.end)
        zone = behind or ZONE_BEFORE.match(gap)
        if zone and mention.clock and match["zone"] is None and (offset := _zone(zone["zone"])):
            clock = mention.clock
            mention.clock = Clock(clock.hour, clock.minute, clock.second, offset, clock.colon, clock.american)
        mention.end = behind.end() if behind else mention.end


def _start_of_hours(flat: str, clocks: list[re.Match[str]], last: re.Match[str]) -> re.Match[str] | None:
    """The clock that `last` ends the hours of ("từ 7h30 đến 11h00"), or None."""
    return next((c for c in clocks if RANGE_GAP.fullmatch(flat, c.end(), last.start())), None)


def _end_of_hours(flat: str, clocks: list[re.Match[str]], first: re.Match[str]) -> re.Match[str] | None:
    return next((c for c in clocks if RANGE_GAP.fullmatch(flat, first.end(), c.start())), None)


def _glued(flat: str, start: int, end: int) -> bool:
    gap = flat[start:end]
    return end - start <= MAX_GAP and (gap == "t" or GLUE.fullmatch(gap) is not None)


def _join_weekdays(flat: str, mentions: list[Mention]) -> None:
    days = list(WEEKDAY.finditer(flat))[: 2 * MAX_MENTIONS]
    for mention in mentions:
        for match in days:
            inside = mention.start <= match.start() and match.end() <= mention.end
            before = match.end() <= mention.start and _glued(flat, match.end(), mention.start)
            after = match.start() >= mention.end and _glued(flat, mention.end, match.start())
            if inside or before or after:
                word = match[0]
                mention.weekday = WEEKDAY_NUMBERS.get(word, WEEKDAY_NUMBERS.get(word[:3]))
                mention.start, mention.end = min(mention.start, match.start()), max(mention.end, match.end())
                break


def _join_ranges(flat: str, mentions: list[Mention]) -> list[Mention]:
    joined: list[Mention] = []
    for mention in mentions:
        free = max(joined[-1].end if joined else 0, mention.start - 60)
        if mention.day and (days := DAY_LIST.search(flat, free, mention.start)):
            first = int(days["first"])
            if 0 < first < mention.day and mention.start == mention.core:
                mention.last = (mention.year, mention.month, mention.day)
                mention.day, mention.start = first, days.start("first")
        previous = joined[-1] if joined else None
        if (
            previous
            and previous.day
            and mention.day
            and previous.last is None
            and RANGE_GAP.fullmatch(flat, previous.end, mention.start)
        ):
            previous.last = mention.last or (mention.year, mention.month, mention.day)
            if previous.year is None and mention.year:
                previous.year = mention.year - (previous.month > mention.month)
            previous.end = mention.end
        else:
            joined.append(mention)
    return joined

"""Relative dates ("3 ngày trước", "hôm qua, 14:30"): cleaned and put into plain words here, reckoned by
dateparser.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pipelines.dating.find import MAX_GAP, Line
from pipelines.dating.terms import (
    CLOCK,
    COUNTED,
    FORM,
    FURNITURE,
    SPELLED,
    VISITORS,
    WEEKDAY_NUMBERS,
    vocabulary,
)
from pipelines.items import Precision

_COUNT = r"(?:\d{1,4}|nửa|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|an?|one)"
_UNIT = (
    r"(?:giây|phút|giờ|tiếng(?: đồng hồ)?|ngày|tuần|tháng|năm|sec(?:ond)?s?|min(?:ute)?s?|hours?|hrs?|days?"
    r"|weeks?|months?|years?)"
)
_AGO = vocabulary(
    rf"(?<![\w.,])(?P<lead>cách đây |khoảng "
    rf"|about )?(?P<terms>{_COUNT} {_UNIT}(?:,? (?:và )?{_COUNT} {_UNIT}){{0,3}})"
    r"(?P<ago> (?:trước đây|trước|ago))?(?!\w)"
)
_DAY = vocabulary(
    r"(?<!\w)(?P<day>hôm nay|hôm qua|hôm kia|ngày mai|ngày kia|yesterday|today|sáng nay|trưa nay|chiều nay"
    r"|tối nay|đêm qua|tối qua|chiều qua|sáng qua)(?!\w)"
)
# A day of the week is before "sáu tuần trước", which counts weeks.
_WEEK = vocabulary(
    r"(?<!\w)(?:(?P<weekday>thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|t[2-7]|chủ nhật|cn),? )?"
    r"tuần (?P<which>trước|rồi|qua|vừa rồi|này)(?!\w)"
)
_PERIOD = vocabulary(r"(?<!\w)(?:(?P<month>tháng (?:trước|rồi))|năm (?:ngoái|rồi))(?!\w)")
_COUNTER = vocabulary(
    r"(?<!\w)(?:hôm (?:nay|qua)|today|yesterday|(?:tuần|tháng|năm) (?:này|nay|qua|trước|rồi|hiện tại))(?!\w)"
)
_FEW = vocabulary(
    r"(?<!\w)(?:vài|mấy|ít|a few|few) (?P<unit>giây|phút|giờ|tiếng(?: đồng hồ)?|seconds|minutes|hours)"
    r"(?: trước(?: đây)?| ago)(?!\w)"
)
FEW_HOURS = 3  # "vài giờ trước" is of the day on which it was so many hours ago
NOW_LENGTH = 30  # letters of a line that says "vừa xong" and no more
_NOW = vocabulary(r"^\W*(?:vừa xong|vừa mới|mới đây|just now|vừa đăng)\W*$")
_DAY_CUE = re.compile("hom |nay|qua|ngay [mk]|yest|today")
_AGO_CUE = re.compile("truoc|ago|cach day")
_SHIFTS = {"hom kia": -2, "ngay mai": 1, "ngay kia": 2, "yesterday": -1, "today": 0}
# dateparser's Vietnamese words for the units; "tiếng" and English ones are put into these.
_PLAIN = {
    "giay": "giây",
    "phut": "phút",
    "gio": "giờ",
    "tieng": "giờ",
    "ngay": "ngày",
    "tuan": "tuần",
    "thang": "tháng",
    "nam": "năm",
}
_ENGLISH = {"s": "giây", "mi": "phút", "h": "giờ", "d": "ngày", "w": "tuần", "mo": "tháng", "y": "năm"}
_SECONDS = {"giây": 1, "phút": 60, "giờ": 3_600, "ngày": 86_400, "tuần": 604_800}
_HALVES = {"giờ": (30, "phút"), "ngày": (12, "giờ"), "tháng": (15, "ngày"), "năm": (6, "tháng")}
_COUNTS = {"a": 1, "an": 1, "one": 1}
_TERM = re.compile(r"(\d+|[a-z]+) ([a-z]+)")
_PRECISION: dict[str, Precision] = {"năm": "year", "tháng": "month", "tuần": "day", "ngày": "day"}
_LABELS = vocabulary(
    r"ngày đăng|đăng(?: tải| lúc| ngày)?|cập nhật(?: lúc)?|xuất bản|posted|updated|published|thời gian|lúc"
    r"|vào|about|bởi"
)
REST_WORDS = 4  # words beside the phrase that a byline or a category takes; more make it a sentence


@dataclass(frozen=True, slots=True)
class Relative:
    value: str
    precision: Precision
    raw: str
    event: bool  # told in a sentence, so of what happened and not of the page


def read_relative(line: Line, now: datetime) -> Relative | None:
    """Returns the relative date on `line`, reckoned from `now` (Vietnamese wall time), or None."""
    found = _read(line, now)
    return found if found and not _is_counter(line) else None


def _read(line: Line, now: datetime) -> Relative | None:
    end = len(line.flat)
    week = line.search(_WEEK, 0, end) if "tuan" in line.flat else None
    if week and week["weekday"]:
        return _of_week(line, week, now)
    if _DAY_CUE.search(line.flat) and (match := line.search(_DAY, 0, end)):
        return _of_day(line, match, now)
    ago = _AGO_CUE.search(line.flat) is not None
    if ago and (match := line.search(_FEW, 0, end)) and not _is_sentence(line, *match.span()):
        hours = FEW_HOURS if match["unit"][0] in "gth" else 0
        day = (now - timedelta(hours=hours)).date()
        return Relative(day.isoformat(), "day", line.shown[match.start() : match.end()], False)
    if end < NOW_LENGTH and line.search(_NOW, 0, end):
        return Relative(now.replace(second=0, microsecond=0).isoformat(), "minute", line.shown, False)
    match = line.search(_AGO, 0, end) if ago else None
    if match is None or not (match["ago"] or (match["lead"] or "").startswith(("cách", "cach"))):
        return _of_week(line, week, now) if week else _of_period(line, now)
    if _is_sentence(line, match.start(), match.end()):
        return None
    counted = _counted(line.flat[match.start("terms") : match.end("terms")])
    units = [unit for _, unit in counted]
    moment = _reckon(counted, now) if counted else None
    if moment is None:
        return None
    coarsest = next((unit for unit in ("năm", "tháng", "tuần", "ngày") if unit in units), "phút")
    precision = _PRECISION.get(coarsest, "minute")
    if precision == "day":
        return _on_day(line, match.start(), match.end(), moment.date(), now)
    text = moment.replace(second=0, microsecond=0).isoformat()
    length = {"year": 4, "month": 7, "day": 10}.get(precision, len(text))
    return Relative(text[:length], precision, line.shown[match.start() : match.end()], False)


def _is_counter(line: Line) -> bool:
    """Whether the line counts visitors: "Hôm nay: 340", "Tháng trước: 65.120"."""
    words = line.words(_COUNTER).finditer(line.low if line.accented else line.flat)
    counts = any(COUNTED.match(line.flat, match.end()) for match in words)
    return counts or line.search(VISITORS, 0, len(line.flat)) is not None


def _of_period(line: Line, now: datetime) -> Relative | None:
    """ "tháng trước", "năm ngoái": the month or the year before."""
    if "thang" not in line.flat and "nam " not in line.flat:
        return None
    match = line.search(_PERIOD, 0, len(line.flat))
    if match is None or _is_sentence(line, *match.span()):
        return None
    raw = line.shown[match.start() : match.end()]
    if match["month"]:
        month = now.date().replace(day=1) - timedelta(days=1)
        return Relative(month.isoformat()[:7], "month", raw, False)
    return Relative(str(now.year - 1), "year", raw, False)


def _of_week(line: Line, match: re.Match[str], now: datetime) -> Relative | None:
    """ "thứ 3 tuần trước": that day of the week before; without a day of the week, seven days ago."""
    if match["weekday"] is None:
        if match["which"] in ("này", "nay") or _is_sentence(line, *match.span()):
            return None
        return _on_day(line, *match.span(), now.date() - timedelta(days=7), now)
    number = WEEKDAY_NUMBERS[line.flat[match.start("weekday") : match.end("weekday")]]
    monday = now.date() - timedelta(days=now.weekday() + 7 * (match["which"] not in ("này", "nay")))
    day = monday + timedelta(days=number)
    return _on_day(line, *match.span(), day, now) if day <= now.date() else None


def _of_day(line: Line, match: re.Match[str], now: datetime) -> Relative | None:
    word = line.flat[match.start() : match.end()]
    day = now.date() + timedelta(days=_SHIFTS.get(word, -1 if word.endswith("qua") else 0))
    if FORM.search(line.flat):
        return None
    return _on_day(line, match.start(), match.end(), day, now)


def _on_day(line: Line, start: int, end: int, day: date, now: datetime) -> Relative:
    """`day`, which the line tells at [start, end), with the clock beside it."""
    clocks = [c for c in CLOCK.finditer(line.flat) if c["mi"] or c["mi2"] or c["mer"]]
    raw = line.shown[start:end]
    near = [
        c for c in clocks if -MAX_GAP < c.start() - end < MAX_GAP and (c.end() <= start or c.start() >= end)
    ]
    if near:
        start, end = min(start, near[0].start()), max(end, near[0].end())
    event = _is_sentence(line, start, end)
    if not near or event:
        return Relative(day.isoformat(), "day", raw, event)
    clock = near[0]
    hour, minute = int(clock["h"]), int(clock["mi"] or clock["mi2"] or 0)
    hour += 12 if clock["mer"] in ("ch", "pm", "chieu", "toi") and hour < 12 else 0
    if hour > 23 or minute > 59:
        return Relative(day.isoformat(), "day", raw, False)
    moment = datetime.combine(day, time(hour, minute), now.tzinfo)
    return Relative(moment.isoformat(), "minute", line.shown[start:end], False)


def _is_sentence(line: Line, start: int, end: int) -> bool:
    text = (
        (line.low if line.accented else line.flat)[:start]
        + " | "
        + (line.low if line.accented else line.flat)[end:]
    )
    text = _LABELS[not line.accented].sub(" ", FURNITURE[not line.accented].sub(" ", text))
    return len(re.findall(r"[^\W\d_]+", text)) > REST_WORDS


def _counted(phrase: str) -> list[tuple[int, str]]:
    """ "hai ngay", "1 hour 20 min", "nua gio" as numbers of dateparser's own Vietnamese units."""
    counted = []
    for count, unit in _TERM.findall(phrase):
        name = _PLAIN.get(unit) or next((v for k, v in _ENGLISH.items() if unit.startswith(k)), "")
        if count == "nua":
            counted.append(_HALVES.get(name, (1, name)))
        else:
            counted.append(
                (int(count) if count.isdigit() else _COUNTS.get(count, SPELLED.get(count, 0)), name)
            )
    return counted


def _reckon(terms: list[tuple[int, str]], now: datetime) -> datetime | None:
    """`now` less `terms`: lengths by subtraction, months and years by dateparser, who knows the calendar."""
    if all(unit in _SECONDS for _, unit in terms):
        return now - timedelta(seconds=sum(count * _SECONDS[unit] for count, unit in terms))
    import dateparser  # imports in half a second: only lines that count months or years pay for it

    phrase = " ".join(f"{count} {unit}" for count, unit in terms) + " trước"

    settings = {
        "DATE_ORDER": "DMY",
        "TIMEZONE": "Asia/Ho_Chi_Minh",
        "RELATIVE_BASE": now.replace(tzinfo=None),
        "PREFER_DATES_FROM": "past",
    }
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", DeprecationWarning
        )  # dateparser reads years without a date by strptime
        try:
            parsed = dateparser.parse(phrase, languages=["vi"], settings=settings)
        except (OverflowError, ValueError):  # "9999 năm trước" lies before year 1
            return None
    return parsed.replace(tzinfo=now.tzinfo) if parsed else None

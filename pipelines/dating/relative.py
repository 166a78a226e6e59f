"""Relative dates ("3 ngày trước", "hôm qua, 14:30"): cleaned and put into plain words here, reckoned by
dateparser.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from pipelines.dating.find import MAX_GAP, Line
from pipelines.dating.terms import CLOCK, FURNITURE, SPELLED, vocabulary
from pipelines.items import Precision

_COUNT = r"(?:\d{1,4}|nửa|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|an?|one)"
_UNIT = (
    r"(?:giây|phút|giờ|tiếng(?: đồng hồ)?|ngày|tuần|tháng|năm|sec(?:ond)?s?|min(?:ute)?s?|hours?|hrs?|days?"
    r"|weeks?|months?|years?)"
)
_AGO = vocabulary(
    rf"(?<!\w)(?P<lead>cách đây |khoảng "
    rf"|about )?(?P<terms>{_COUNT} {_UNIT}(?:,? (?:và )?{_COUNT} {_UNIT}){{0,3}})"
    r"(?P<ago> (?:trước đây|trước|ago))?(?!\w)"
)
_DAY = vocabulary(
    r"(?<!\w)(?P<day>hôm nay|hôm qua|hôm kia|ngày mai|ngày kia|yesterday|today|sáng nay|trưa nay|chiều nay"
    r"|tối nay|đêm qua|tối qua|chiều qua|sáng qua)(?!\w)"
)
_NOW = vocabulary(r"^\W*(?:vừa xong|vừa mới|mới đây|just now|vừa đăng)\W*$")
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
    """The relative date on `line`, reckoned from `now` (Vietnamese wall time), or None."""
    if match := line.search(_DAY, 0, len(line.flat)):
        return _of_day(line, match, now)
    if line.search(_NOW, 0, len(line.flat)):
        return Relative(now.replace(second=0, microsecond=0).isoformat(), "minute", line.shown, False)
    if not _AGO_CUE.search(line.flat):
        return None
    match = line.search(_AGO, 0, len(line.flat))
    if match is None or not (match["ago"] or (match["lead"] or "").startswith(("cách", "cach"))):
        return None
    if _is_sentence(line, match.start(), match.end()):
        return None
    counted = _counted(line.flat[match.start("terms") : match.end("terms")])
    units = [unit for _, unit in counted]
    moment = _reckon(counted, now) if counted else None
    if moment is None:
        return None
    coarsest = next((unit for unit in ("năm", "tháng", "tuần", "ngày") if unit in units), "phút")
    precision = _PRECISION.get(coarsest, "minute")
    text = moment.replace(second=0, microsecond=0).isoformat()
    length = {"year": 4, "month": 7, "day": 10}.get(precision, len(text))
    return Relative(text[:length], precision, line.shown[match.start() : match.end()], False)


def _of_day(line: Line, match: re.Match[str], now: datetime) -> Relative | None:
    word = line.flat[match.start() : match.end()]
    day = now.date() + timedelta(days=_SHIFTS.get(word, -1 if word.endswith("qua") else 0))
    clocks = [c for c in CLOCK.finditer(line.flat) if c["mi"] or c["mi2"] or c["mer"]]
    raw = line.shown[match.start() : match.end()]
    start, end = match.span()
    near = [
        c for c in clocks if -MAX_GAP < c.start() - end < MAX_GAP and (c.end() <= start or c.start() >= end)
    ]
    if near:
        start, end = min(start, near[0].start()), max(end, near[0].end())
    event = _is_sentence(line, start, end)
    if not near or event:
        if word in ("hom nay", "today") and not event:
            return None  # "Hôm nay" alone is the head of a page
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

"""Articles over time, small enough for a page: counts a day and a month of every portal, packed as text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from crawler.report.rows import Row, Series
from storage.serve.statistics import Dated

EARLIEST = date(1990, 1, 1)  # no portal is older; what is dated before is an event or a slip
LATER = timedelta(days=366)  # an announced event may lie ahead
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_PACKED = re.compile(r"([A-Z])|([0-9a-z])|\((\d+)\)")
_ZEROS = 26  # one letter stands for so many days at most


def packed(counts: Iterable[int]) -> str:
    """Returns `counts` as text: 0-35 is one digit of base 36, more is (n) in decimals, A-Z are 1-26 zeros.

    Most days have none or a few articles, so ten years of a portal are about 2 kB.
    """
    parts = []
    for count, same in groupby(counts):
        length = len(list(same))
        if count == 0:
            parts += ["Z" * (length // _ZEROS), chr(64 + length % _ZEROS) if length % _ZEROS else ""]
        else:
            digit = _DIGITS[count] if count < len(_DIGITS) else f"({count})"
            parts.append(digit * length)
    return "".join(parts)


def unpacked(series: Series | None) -> dict[str, int]:
    """Returns the counts of `series` by day or month, without those that are 0; {} for None."""
    if series is None:
        return {}
    first, months = series["from"], len(series["from"]) == len("2016-07")
    at = int(first[:4]) * 12 + int(first[5:7]) - 1 if months else date.fromisoformat(first).toordinal()
    found = {}
    for gap, digit, number in _PACKED.findall(series["counts"]):
        if not gap:
            found[month_name(at) if months else _day_name(at)] = int(digit, 36) if digit else int(number)
        at += ord(gap) - 64 if gap else 1
    return found


def readable(report: dict[str, Any]) -> dict[str, Any]:
    """Returns the figures of a report with every series as counts by day or month."""
    for portal in report["portals"]:
        portal["months"] = unpacked(portal["months"])
        portal["detail"]["days"] = unpacked(portal["detail"]["days"])
    return report | {"months": unpacked(report["months"])}


def enter(row: Row, dates: Iterable[Dated], all_months: Counter[int], today: date) -> None:
    """Enters one portal's articles by date: its days, its months, and what has no place in a calendar."""
    days: Counter[int] = Counter()
    months: Counter[int] = Counter()
    for _, _, text, count in dates:
        day = _day(text)
        if day is None:
            row.undated += count
        elif not EARLIEST <= day <= today + LATER:
            row.detail.outside += count
        elif len(text) == 4:
            row.detail.year_only += count
        else:
            months[day.year * 12 + day.month - 1] += count
            if len(text) == 7:
                row.detail.month_only += count
            else:
                days[day.toordinal()] += count
    if days:
        row.first_day, row.last_day = (_day_name(n) for n in (min(days), max(days)))
    all_months.update(months)
    row.months = series(months, month_name)
    row.detail.days = series(days, _day_name)


def _day(text: str) -> date | None:
    """Returns the first day that a date as precise as YYYY, YYYY-MM or YYYY-MM-DD may mean; None for none."""
    try:
        return date.fromisoformat(f"{text}-01-01"[:10])
    except ValueError:
        return None


def _day_name(number: int) -> str:
    return date.fromordinal(number).isoformat()


def month_name(number: int) -> str:
    """Returns YYYY-MM of a month counted from January of the year 0."""
    return f"{number // 12}-{number % 12 + 1:02}"


def series(counts: Counter[int], name: Callable[[int], str]) -> Series | None:
    """Returns `counts` by number as {"from": name of the first, "counts": packed}; None where there is
    none.
    """
    if not counts:
        return None
    first, last = min(counts), max(counts)
    return {"from": name(first), "counts": packed(counts[n] for n in range(first, last + 1))}

"""Whether the clocks that a feed prints can be believed; a feed whose clocks cannot is exact to the day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from crawler.discover.links import Link

ENOUGH = 3  # entries with a clock; of fewer, minutes may equal the month by chance
AHEAD = timedelta(minutes=30)  # clocks of servers differ by so much at most
_CLOCK = re.compile(r"[T ,]+\d{1,2}:\d\d.*$", re.S)


def to_the_day(links: Sequence[Link], now: datetime) -> list[Link]:
    """Returns `links` of one feed, read `now`, without the clocks of their dates where these are wrong for
    all.

    They are where the minutes of every entry are its month (a template that writes "mm" for both), and where
    an entry is from the future (local time labelled UTC, seven hours off).
    """
    moments = [moment for link in links if link.date and (moment := _moment(link.date))]
    months = len(moments) >= ENOUGH and all(moment.minute == moment.month for moment in moments)
    ahead = any(moment.tzinfo is not None and moment > now + AHEAD for moment in moments)
    if not months and not ahead:
        return list(links)
    return [replace(link, date=_CLOCK.sub("", link.date)) if link.date else link for link in links]


def _moment(text: str) -> datetime | None:
    """Returns the moment that a feed prints (RFC 822 or ISO 8601), None for a day alone and for all else."""
    if ":" not in text:
        return None
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            return read(text.strip())
        except (ValueError, TypeError, IndexError):
            continue
    return None

"""When a file is looked at again: one pure function for each way in which a look can end."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from urllib.parse import unquote

TRIES = 3  # in as many nights, before a file that brings nothing is given up
NIGHT = timedelta(hours=20)  # a nightly run that starts a little early still counts as the next night
DAYS = (1, 7, 30, 180)  # after the first look that kept it: documents are corrected soon or never
GONE_DAYS = (7, 30)  # after a 404: a portal that moves its files brings them back within a month
MONTH = timedelta(days=30) - (timedelta(days=1) - NIGHT)  # between two looks at what a page draws with
BLOCKED_DAYS = 30  # rules of robots.txt change rarely
# Ticks of .NET (18 digits since the year 1000), a digest or a UUID in the name: other bytes have another name
_STAMPED = re.compile(
    r"(?<!\d)\d{17,19}(?!\d)|[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I
)


def after_kept(url: str, first: datetime, now: datetime) -> datetime | None:
    """Returns when a file first kept at `first` is looked at after a look at `now`; None for never."""
    days = (30,) if stamped(url) else DAYS
    points = (first + timedelta(days=count) - (timedelta(days=1) - NIGHT) for count in days)
    return next((point for point in points if point > now), None)


def after_failure(tries: int, now: datetime) -> datetime | None:
    """Returns when a file that brought nothing for the `tries`-th time in a row is asked again."""
    return now + NIGHT if tries < TRIES else None


def after_gone(tries: int, now: datetime) -> datetime | None:
    """Returns when a file that was not there for the `tries`-th time in a row is asked again."""
    return now + timedelta(days=GONE_DAYS[tries - 1]) if tries <= len(GONE_DAYS) else None


def after_blocked(now: datetime) -> datetime:
    """Returns when robots.txt is asked again whether a file may be fetched."""
    return now + timedelta(days=BLOCKED_DAYS)


def stamped(url: str) -> bool:
    """Returns whether a file's name changes with its bytes."""
    return bool(_STAMPED.search(unquote(url).rpartition("/")[2]))

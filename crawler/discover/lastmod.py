"""What sitemaps and feeds say of when an article was changed last, and whether it can be believed.

Many portals stamp every entry with the moment of asking, or of a migration; such stamps tell nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from crawler.discover.links import Link
from storage.vocabulary import VIETNAM

CROWD = timedelta(hours=1)  # a sitemap of 50,000 entries is written, or a portal migrated, in less
_PART = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


class Span(NamedTuple):
    """A moment as precisely as it was printed: it lies from `first` on and before `last`, both UTC."""

    first: datetime
    last: datetime


def span(printed: str) -> Span | None:
    """Returns what `printed` means, a W3C date and time (sitemaps.org) of any precision, or RFC 822; else
    None.

    A time without a zone, and a date, is Vietnamese wall time.
    """
    try:
        if part := _PART.fullmatch(printed.strip()):
            return _period(*(int(number) if number else None for number in part.groups()))
        first = _moment(printed.strip())
        return Span(first, first + timedelta(seconds=1))
    except (ValueError, OverflowError):
        return None


def credible(links: Iterable[Link], now: datetime, crowd: float = 0.5) -> dict[str, Span]:
    """Returns what the entries of one sitemap or feed, read `now`, say of when their pages changed: URL to
    time.

    Left out is what lies in the future, and what a share of more than `crowd` of several entries says within
    CROWD: all of them, for 1.
    """
    found = {link.url: said for link in links if link.modified and (said := span(link.modified))}
    least = max(2, min(len(found), int(len(found) * crowd) + 1))
    stamps = _stamps(sorted(said.first for said in found.values()), least)
    return {url: said for url, said in found.items() if said.first <= now and said.first not in stamps}


def _stamps(moments: Sequence[datetime], least: int) -> frozenset[datetime]:
    """Returns those of the sorted `moments` that stand among at least so many within CROWD."""
    crowds = [
        (begin, end) for begin, end in zip(moments, moments[least - 1 :], strict=False) if end - begin < CROWD
    ]
    return frozenset(one for begin, end in crowds[:1] + crowds[-1:] for one in moments if begin <= one <= end)


def _period(year: int | None, month: int | None, day: int | None) -> Span:
    assert year is not None
    first = datetime(year, month or 1, day or 1, tzinfo=VIETNAM)
    if day:
        last = first + timedelta(days=1)
    elif month:
        last = (first + timedelta(days=31)).replace(day=1)
    else:
        last = first.replace(year=year + 1)
    return Span(first.astimezone(UTC), last.astimezone(UTC))


def _moment(printed: str) -> datetime:
    try:
        found = datetime.fromisoformat(printed)
    except ValueError:
        found = parsedate_to_datetime(printed)
    return (found if found.tzinfo else found.replace(tzinfo=VIETNAM)).astimezone(UTC)

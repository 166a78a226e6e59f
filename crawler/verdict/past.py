"""What earlier runs of a portal mean for tonight: how deep to walk, which listings to ask, what is usual."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from crawler.verdict.tally import Past
from storage.runs.records import RunRecord
from storage.vocabulary import COMPLETE, SOUND, Verdict, local

DEEP_EVERY = timedelta(days=30)  # a walk to the end of every listing finds what was inserted late
LOOK_BACK = 100  # runs that are read: a quarter of nights
NIGHTLY = (
    10  # listings of a night where the registry names none; with robots.txt, home and a page more under 15
)
_LATELY = 30  # runs in which a listing that had news is asked for more
_RECENT = 10  # runs of any verdict that a judgement on few articles may reach back to


def is_deep(earlier: Iterable[RunRecord], now: datetime) -> bool:
    """Returns whether a portal's listings are to be walked to their end: not done yet, or not for DEEP_EVERY.

    `earlier`: the portal's runs. A first crawl that was killed or limited left listings unwalked, and a stop
    at the first known page would never find what lies behind. A run that ended after `now` had a wrong clock.
    """
    ended = ((run.finished_at, _complete(run)) for run in earlier)
    whole = [at for at, complete in ended if complete and at and at <= now]
    return not whole or now - max(whole) >= DEEP_EVERY


def tonight(earlier: Sequence[RunRecord], limit: int = NIGHTLY) -> frozenset[str] | None:
    """Returns the listings that a night asks for, of those that a home page leads to; None: all of them.

    `earlier`: the portal's runs, newest first. Of the last complete walk's listings only those count that led
    to an article which no other had shown before. Half of the places go to those with the most news lately,
    the others to those that were asked longest ago: so each has its turn, however many there are.
    """
    whole = next((run for run in earlier if _complete(run)), None)
    if whole is None:
        return None
    own = {url: page["own"] for url, page in whole.listings.items() if page.get("own")}
    nights = [run.listings for run in earlier[:_LATELY] if not _complete(run)]
    news = {url: sum(night.get(url, {}).get("new", 0) for night in nights) for url in own}
    rest = {url: next((n for n, night in enumerate(nights) if url in night), len(nights)) for url in own}
    lively = sorted((url for url in own if news[url]), key=lambda url: (-news[url], url))[: limit // 2]
    waiting = sorted(own.keys() - set(lively), key=lambda url: (-rest[url], -own[url], url))
    return frozenset([*lively, *waiting][:limit])


def past_of(
    earlier: Sequence[RunRecord],
    days: Sequence[date],
    today: date,
    first: datetime | None,
    until: date | None,
) -> Past:
    """Returns what a verdict needs of a portal's `earlier` runs, newest first; `first` is when the first
    began.
    """
    ended = [run for run in earlier if run.finished_at and run.verdict != Verdict.DIED]
    since = local(first).date() if first else None
    sound = [run for run in ended if run.verdict in SOUND]
    return Past(sound, ended[:_RECENT], days, today, since, until)


def _complete(run: RunRecord) -> bool:
    return bool(run.counts.get(COMPLETE))

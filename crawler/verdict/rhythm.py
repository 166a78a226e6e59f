"""Whether silence is to be expected of the portal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from statistics import median

from crawler.verdict.tally import Finding, Past, Tally
from storage.language.messages import joined, message, nmessage
from storage.vocabulary import Verdict

_DAYS = 8  # days with news that make a rhythm
_DORMANT = 180  # days without news when it was first crawled: whoever registered it knew


def says_so(tally: Tally, past: Past, expect: Mapping[str, float]) -> Finding:
    """Finds that the portal itself says that nothing will be added any more, or where it has gone."""
    if tally.read() or not tally.notice:
        return None
    kind, words, place = tally.notice
    return kind, message('it says "{words}"; page kept in WARC at {place}', words=words, place=place)


def ended(tally: Tally, past: Past, expect: Mapping[str, float]) -> Finding:
    """Finds that the last day that the registry gives it has passed, and nothing new has come."""
    if tally.read():
        return None
    if past.until and past.today and past.today > past.until:
        last = message("nothing new since {day}", day=past.days[0]) if past.days else message("nothing new")
        return Verdict.FROZEN, message("alive until {day}; {last}", day=past.until, last=last)
    return None


def silent(tally: Tally, past: Past, expect: Mapping[str, float]) -> Finding:
    """Finds no news for longer than this portal's own rhythm makes plausible."""
    if tally.read() or past.today is None or len(past.days) < _DAYS:
        return None
    quiet_days = (past.today - past.days[0]).days
    if past.since and (past.since - past.days[0]).days > _DORMANT:
        return None
    if quiet_days < patience(past.days, expect["silence_days"]):
        return None
    pace = (past.days[0] - past.days[-1]).days / (len(past.days) - 1)
    return Verdict.DEGRADED, message(
        "no news for {quiet_days} days; usually every {pace:.1f} days", quiet_days=quiet_days, pace=pace
    )


def patience(days: Sequence[date], least: float) -> float:
    """Returns the days of silence at which a portal with news on `days` (newest first) is to be asked after.

    Five times its median gap, or twice the gap that one in twenty exceeds (Tết takes ten days); not under
    `least`.
    """
    gaps = sorted((later - earlier).days for later, earlier in pairwise(days))
    rare = gaps[int(0.95 * (len(gaps) - 1))]
    return max(least, 5 * median(gaps), 2.0 * rare)


def quiet(tally: Tally, past: Past, expect: Mapping[str, float]) -> Finding:
    """Finds that the portal answered and had nothing new."""
    if not tally.read():
        said = [
            nmessage(
                "nothing new on {n} listing page", "nothing new on {n} listing pages", len(tally.listings)
            )
        ]
        said += [message("latest article of {day}", day=past.days[0])] if past.days else []
        return Verdict.QUIET, joined(said, "; ")
    return None

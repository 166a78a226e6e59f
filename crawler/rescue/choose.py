"""Which captures are fetched, and what the others tell. Pure functions over the rows of the holdings.

Of each page the earliest capture of each text (digest) is fetched, Common Crawl's where it has the page: its
records are whole, and cost the Wayback Machine nothing. The others are sightings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from urllib.parse import urlsplit

from crawler.discover.links import looks_like_article
from crawler.discover.urls import canonical, print_view, trap
from crawler.families import family_of
from crawler.fetch.responses import is_home
from crawler.registry.entries import Portal
from storage.holdings.records import Held, State
from storage.vocabulary import VIETNAM
from storage.warc.provenance import COMMONCRAWL

TRIES = 3  # times that a capture is asked for before it counts as unplayable
_TYPES = ("html", "xml", "unk", "warc/revisit", "text/plain", "")
_FINAL = (State.HELD, State.UNPLAYABLE)
_NUMBER = re.compile(r"\d{3,}")
_WORDED = "năm tiếng của một tít"  # a title of five words that names nothing: the address alone is judged


@dataclass(slots=True)
class Choice:
    """`wanted` in the order in which they are fetched, oldest first; `states` what each holding is by now."""

    wanted: list[Held] = field(default_factory=list)
    states: dict[int, State] = field(default_factory=dict)
    holdings: list[Held] = field(default_factory=list)
    outside: int = 0  # not fetched, since they are not of the days asked for

    def count(self, state: State) -> int:
        """Returns how many holdings have that state."""
        return sum(one == state for one in self.states.values())


def article_like(portal: Portal, url: str) -> bool:
    """Returns whether the page at `url` may be an article, by its address alone.

    By the family's pattern or by its shape: a portal may have had another system before.
    """
    try:
        page = canonical(url)
    except ValueError:
        return False
    parts = urlsplit(page)
    if print_view(url) or trap(page) or (is_home(page, portal.url) and not parts.query):
        return False
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    if any(target == urlsplit(section).path for section in portal.sections):
        return False
    pattern = family_of(portal.family, portal.article).article
    if pattern is not None and pattern.search(target):
        return True
    numbered = _NUMBER.search(target.rsplit("/", 1)[-1])
    return looks_like_article(page) or bool(numbered and looks_like_article(page, _WORDED))


def bound(portal: Portal, until: str | None = None) -> str | None:
    """Returns the last moment of captures that are the portal's own, as 14 digits UTC; None: no bound.

    It is the end of the registry's `until` in Vietnam. A portal that was hijacked has none without that date:
    then nothing is fetched, unless `until` (14 digits) is given.
    """
    if portal.until is not None:
        end = datetime(portal.until.year, portal.until.month, portal.until.day, tzinfo=VIETNAM)
        last = (end + timedelta(days=1) - timedelta(seconds=1)).astimezone(UTC).strftime("%Y%m%d%H%M%S")
        return min(last, until) if until else last
    return (until or "0") if portal.status == "hijacked" else until


def choose(
    holdings: Iterable[Held],
    like: Callable[[str], bool],
    end: str | None,
    since: str = "",
    filed: Callable[[str], bool] = lambda url: False,
) -> Choice:
    """Chooses among `holdings`, sorted by address and time.

    `like` tells article pages by their address, `filed` files that are missing. Captures later than `end` (14
    digits) are counted only, and those before `since` are left for another time.
    """
    choice = Choice()
    for _, group in groupby(holdings, key=lambda one: one.row.url_id):
        rows = list(group)
        file = any(filed(url) for url in {one.row.url for one in rows})
        asked = file or any(like(url) for url in {one.row.url for one in rows})
        _page(rows, (_file_type if file else _page_type) if asked else None, end, since, choice)
    choice.wanted.sort(key=lambda one: (one.row.stamp, one.id))
    return choice


def _page(
    rows: Sequence[Held], fits: Callable[[Held], bool] | None, end: str | None, since: str, to: Choice
) -> None:
    """Chooses among the captures of one page or file; `fits` tells by their type, None: nothing is wanted."""
    mine: list[Held] = []
    for one in rows:
        if one.state in _FINAL:
            to.states[one.id] = one.state
        if end is not None and one.row.stamp > end:
            to.states.setdefault(one.id, State.AFTER_END)
        elif fits is None or not fits(one):
            to.states.setdefault(one.id, State.OTHER)
        elif one.row.status in (404, 410):
            to.states.setdefault(one.id, State.GONE)
        else:
            mine.append(one)
    texts = [one for one in mine if one.row.status in (200, 203, 206, None)]
    for digest in dict.fromkeys(one.row.digest for one in texts):
        _text([one for one in texts if one.row.digest == digest], since, to)
    last = max((one.row.stamp for one in texts), default="")
    led: set[str] = set()
    for one in mine:
        if one in texts:
            continue
        redirect = one.row.status is not None and 300 <= one.row.status < 400 and one.row.status != 304
        # A redirect tells something where the page was never seen again behind it; before, it led to itself.
        if redirect and texts and one.row.stamp > last and one.row.digest not in led:
            led.add(one.row.digest)
            _want(one, since, to)
        else:
            to.states.setdefault(one.id, State.OTHER)


def _text(rows: Sequence[Held], since: str, to: Choice) -> None:
    """Chooses the capture that is fetched of those with one text."""
    done = [one for one in rows if one.state is State.HELD]
    left = [one for one in rows if one.state not in _FINAL]
    if not done and left:
        whole = [
            one for one in left if one.row.status is not None
        ] or left  # a revisit has no body of its own
        best = min(whole, key=lambda one: (_cost(one), one.row.stamp))
        _want(best, since, to)
    for one in left:
        to.states.setdefault(one.id, State.SIGHTING)


def _want(one: Held, since: str, to: Choice) -> None:
    if one.state in _FINAL:
        return
    if one.tries >= TRIES:
        to.states[one.id] = State.UNPLAYABLE
    elif since and one.row.stamp < since:
        to.states[one.id] = State.LISTED
        to.outside += 1
    else:
        to.states[one.id] = State.WANTED
        to.wanted.append(one)


def _cost(one: Held) -> int:
    """Returns 0 for a whole record of Common Crawl, 1 for a replay, 2 for a record that was cut short."""
    return (2 if one.row.truncated else 0) if one.row.source == COMMONCRAWL else 1


def _page_type(one: Held) -> bool:
    kind = one.row.mime.lower()
    return any(name in kind for name in _TYPES[:2]) or kind in _TYPES


def _file_type(one: Held) -> bool:
    return "html" not in one.row.mime.lower() or one.row.status in (404, 410)


def moment(stamp: str) -> datetime | None:
    """Returns the instant of 14 digits UTC; None where they name none."""
    try:
        return datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None

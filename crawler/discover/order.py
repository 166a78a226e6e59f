"""In which order a listing shows its articles, and so where the next night finds its news.

Most listings show the newest first, and a night ends at the first page that it knows. Some show the oldest
first, some sort by title, some keep old articles on top: what a walk to the end saw of them is remembered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import pairwise
from statistics import median_low
from typing import Any

ORDER = "order"  # key of a listing in the record of a run
_RISING = 0.25  # of neighbours of two days, the later the newer: pinned ones and late entries are fewer
_NEWEST = 5  # articles whose place is where the news stand
MAX_FRONT = 5  # pages of pinned articles; beyond it the dates are odd
MAX_WALK = 50  # pages of a listing without an order that a night reads where something was added to it


@dataclass(frozen=True, slots=True)
class Order:
    """What is remembered of a listing: the page on which its newest articles stood, counted from 1.

    `mixed`: its newest do not come first. Then its last page is remembered, too: its number and the address
    to ask (empty where a form asked for it), and a digest of what it showed.
    """

    front: int = 1
    mixed: bool = False
    last: int = 1
    url: str = ""
    digest: str = ""

    def told(self) -> dict[str, Any]:
        """Returns it as JSON, for the record of a run."""
        return asdict(self)


@dataclass(slots=True)
class Shown:
    """The pages of one listing as a walk saw them: by number, the address asked and the articles shown."""

    addresses: dict[int, str] = field(default_factory=dict)  # "" for a page that a form asked for
    urls: dict[int, list[str]] = field(default_factory=dict)

    def add(self, number: int, address: str, urls: Sequence[str]) -> None:
        """Takes in one page."""
        self.addresses[number], self.urls[number] = address, list(urls)

    def order(self, days: Mapping[str, str]) -> Order | None:
        """Returns the order that the pages show; `days` maps URLs to ISO dates. None for a listing of one
        page.
        """
        if len(self.urls) < 2:
            return None
        met: set[str] = set()
        dated: list[tuple[str, int]] = []
        for number in sorted(self.urls):
            for url in self.urls[number]:
                if url not in met and len(days.get(url, "")) >= 10:
                    dated.append((days[url][:10], number))
                met.add(url)
        tail = self._tail()
        if not _newest_first([day for day, _ in dated]):
            return Order(1, True, *tail)
        newest = sorted(dated, key=lambda one: one[0], reverse=True)[:_NEWEST]
        return Order(min(median_low(number for _, number in newest), MAX_FRONT), False, *tail)

    def later(self, order: Order) -> Order:
        """Returns `order`, which was remembered, with the last page as a night saw it, if it came so far."""
        last, url, held = self._tail()
        return order if last < order.last else replace(order, last=last, url=url, digest=held)

    def _tail(self) -> tuple[int, str, str]:
        last = max((number for number, urls in self.urls.items() if urls), default=min(self.urls))
        return last, self.addresses[last], digest(self.urls[last])


def _newest_first(days: Sequence[str]) -> bool:
    """Returns whether the `days` of a listing's articles, in its order, fall; False where nothing tells."""
    pairs = [(a, b) for a, b in pairwise(days) if a != b]
    rising = sum(a < b for a, b in pairs)
    return bool(pairs) and rising <= _RISING * len(pairs)


def digest(urls: Iterable[str]) -> str:
    """Returns what tells whether a page shows the same articles as before, in whatever order."""
    return hashlib.blake2b("\n".join(sorted(set(urls))).encode(), digest_size=8).hexdigest()


def remembered(runs: Iterable[Mapping[str, Any] | None]) -> dict[str, Order]:
    """Returns the latest that runs, newest first, noted of each listing: URL of its first page to order.

    `runs` are the listings of each run: URL of the first page to what was noted.
    """
    found: dict[str, Order] = {}
    for listings in runs:
        for url, listing in (listings or {}).items():
            if url not in found and isinstance(noted := listing.get(ORDER), dict):
                found[url] = Order(**noted)
    return found

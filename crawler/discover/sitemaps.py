"""Which sitemaps a night reads: a few, those that may tell something new; a deep walk reads them all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from crawler.discover.lastmod import credible
from crawler.discover.links import Link
from crawler.discover.urls import canonical
from storage.records import Known

NIGHTLY = 2  # sitemaps of a night, unless one led to an article: an index and the file that changed last

Turn = tuple[str, str]  # a sitemap's address, and when it was read last, ISO 8601; empty: never


def in_turn(urls: Iterable[str], known: Mapping[str, Known]) -> list[Turn]:
    """Returns those of `urls` that ever answered, the one read longest ago first.

    `known` has what the archive knows of their canonical URLs.
    """
    held = {url: known.get(canonical(url)) for url in dict.fromkeys(urls)}
    found = [(one.last_seen_at, url) for url, one in held.items() if one and one.fetched_at]
    return [(url, at.isoformat()) for at, url in sorted(found)]


def fresh(children: Iterable[Link], known: Mapping[str, Known], now: datetime) -> list[Turn]:
    """Returns those of an index's `children` to read: never read, or changed since they were read last.

    Those never read come first; in either lot the one changed last leads, those without a date follow.
    `known` as for in_turn.
    """
    children = list(children)
    said = credible(children, now, crowd=1)  # posts, categories and authors may rightly change at once
    found = list[tuple[bool, float, Turn]]()
    for link in children:
        before, changed = known.get(link.url), said.get(link.url)
        if before is not None and (changed is None or changed.last <= before.last_seen_at):
            continue
        turn = link.address, before.last_seen_at.isoformat() if before else ""
        found.append((before is not None, -changed.last.timestamp() if changed else 0.0, turn))
    return [turn for _, _, turn in sorted(found, key=lambda one: one[:2])]

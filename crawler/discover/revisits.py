"""When a kept article is looked at again: often while it is young, ever more rarely as it ages."""

from __future__ import annotations

from datetime import datetime, timedelta

from crawler.discover.lastmod import Span

FIRST = timedelta(hours=20)  # a nightly run that starts a little early still counts as the next night
GROWTH = 0.5  # the wait grows to half of the article's age: looked at on days 1, 2, 3, 5, 8, 12, 18, 27 …
LAST = timedelta(days=400)  # corrections a year later are unheard of; `--full` still reads them


def due(first_seen: datetime, last_seen: datetime, now: datetime, changed: Span | None = None) -> bool:
    """Returns whether an article first kept at `first_seen` and last seen at `last_seen` is to be fetched
    `now`.

    All times carry a zone. `changed` is when its portal says that it changed last (crawler.discover.lastmod),
    if that can be believed: later than the last sighting it is due at once, before it never. Else, and where
    a day is too coarse to tell, the wait since the last sighting is `GROWTH` of the age the article had then,
    at least `FIRST`; an article older than `LAST` is never due.
    """
    if changed is not None and changed.first > last_seen:
        return True
    if now - first_seen > LAST or (changed is not None and changed.last <= last_seen):
        return False
    return now - last_seen >= max(FIRST, GROWTH * (last_seen - first_seen))

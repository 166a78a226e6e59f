"""What one transaction keeps: a crawl, the recovery of one and a replay fill it by the same rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from storage.articles.frontier import key_of
from storage.records import DELETED, MISSING, UNREAD, ArticleRecord, CaptureRecord, Miss, Sighting
from storage.vocabulary import SOFT_404, Outcome
from storage.warc.captures import CaptureRef

_DELETED = "http_410"  # RFC 9110, 15.5.11: gone on purpose, and likely for good
Answer = ArticleRecord | tuple[Outcome, str]  # what reading a page gave: an article; else outcome and reason


class Page(Protocol):
    """What a batch needs of a page that was read (pipelines.items.RawPage)."""

    @property
    def url(self) -> str: ...
    @property
    def portal(self) -> str: ...
    @property
    def fetched_at(self) -> datetime: ...
    @property
    def capture(self) -> CaptureRef | None: ...
    @property
    def run_id(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Ended:
    """How a URL ended that brought no article; for whoever counts."""

    portal: str
    url: str
    outcome: Outcome
    reason: str


@dataclass(slots=True)
class Batch:
    """Articles and captures, and what else was learned on the way.

    `outcomes`: of captures whose pages were read and are no articles; those of articles are known when they
    are kept. `seen`: URL of an article to the time at which it stood there unchanged. `misses`: to a look
    that did not show it.
    `done`: portal to the keys of entries that leave its frontier (storage.articles.frontier) with that.
    `ended`: the URLs without an article, in the order in which they came. `pictured`: the portals whose
    pictures are kept, too.
    """

    articles: list[ArticleRecord] = field(default_factory=list)
    captures: list[CaptureRecord] = field(default_factory=list)
    outcomes: dict[CaptureRef, Outcome] = field(default_factory=dict)
    seen: dict[str, datetime] = field(default_factory=dict)
    misses: dict[str, Miss] = field(default_factory=dict)
    done: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    ended: list[Ended] = field(default_factory=list)
    pictured: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return any((self.articles, self.captures, self.outcomes, self.seen, self.misses, self.done))

    @property
    def portals(self) -> set[str]:
        """The portals whose articles and frontiers it changes."""
        return {one.portal for one in self.articles} | {one.portal for one in self.ended} | set(self.done)

    def take(self, page: Page, answer: Answer) -> None:
        """Adds what reading `page` gave.

        A page that is no article has that as the outcome of its capture, and does not show the article that
        stood there; one that says it is not there (soft 404) says that it was deleted. A page that could not
        be read leaves nothing: it is asked for, or read, again.
        """
        if isinstance(answer, ArticleRecord):
            self.articles.append(answer)
        elif answer[0] is Outcome.NOT_AN_ARTICLE:
            outcome, reason = answer
            if page.capture is not None:
                self.outcomes[page.capture] = outcome
            kind = DELETED if reason == SOFT_404 else UNREAD
            self.misses[page.url] = Miss(page.fetched_at, kind, reason, page.run_id)
            self.ended.append(Ended(page.portal, page.url, outcome, reason))
        else:
            return
        self.done[page.portal].add(key_of(page.url))

    def sight(self, sighting: Sighting) -> None:
        """Adds that an article was looked at without a page to read: it stood there unchanged, or did not."""
        url, at, reason = sighting.url, sighting.fetched_at, sighting.reason
        if sighting.outcome is Outcome.GONE:
            kind = DELETED if reason == _DELETED else MISSING
            self.misses[url] = Miss(at, kind, reason, sighting.run_id)
        else:
            self.seen[url] = at
        self.done[sighting.portal].add(key_of(sighting.url))
        self.ended.append(Ended(sighting.portal, sighting.url, sighting.outcome, sighting.reason))

    def parts(self) -> Iterator[Batch]:
        """Yields the same in batches that can be kept one by one where the whole was refused.

        Each article stands alone, with the entry that it takes from the frontier; the rest follows.
        """
        left = defaultdict(set, {portal: set(keys) for portal, keys in self.done.items()})
        for article in self.articles:
            key = key_of(article.url)
            left[article.portal].discard(key)
            yield Batch([article], done=defaultdict(set, {article.portal: {key}}), pictured=self.pictured)
        yield Batch(captures=self.captures)
        yield Batch(outcomes=self.outcomes)
        yield Batch(seen=self.seen, misses=self.misses, done=left, ended=self.ended)

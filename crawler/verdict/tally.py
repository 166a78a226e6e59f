"""What a run counts of one portal, and what earlier runs counted: all that a verdict rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from statistics import median
from typing import Any

from storage.language.codes import word
from storage.language.messages import Message, joined, message
from storage.runs.records import RunRecord
from storage.vocabulary import READ, SOFT_404, UNWALKED, Outcome, Verdict

COMPARED = ("compared", "compared_words", "agreed_words")  # as counted; see Tally.compare
FIELDS = {  # of articles, as counted
    "undated": message("no date"),
    "unsigned": message("no author"),
    "bodiless": message("no body"),
}
MAX_LISTINGS = 120  # kept by name in a run: 80 sections of a home page, feeds, and the registry's own
MEMORY = 30  # runs: a month of nights
SIGNAL = "shutdown"  # Scrapy's reason of a crawl that a signal ended
BARRED = "robots"  # the reason of what robots.txt keeps from us
STOPPED = "stopped"  # the reason of its URLs that were cut short or not asked for any more
# How reasons begin that are a night's trouble, not the end of a listing.
PASSING = ("timeout", "connection", "dns", "http_5", "http_429", "tls")

Finding = tuple[Verdict, str] | None


ABSENT = "absent"  # listings, feeds and sitemaps that are not there
NOT_THERE = ("http_404", "http_410")


@dataclass(slots=True)
class Tally:
    """What one run of one portal counted. URLs of listings are those of their first pages."""

    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)  # "outcome:reason"
    listings: dict[str, dict[str, Any]] = field(default_factory=dict)  # URL: links, new, own, pages, order
    places: dict[str, str] = field(default_factory=dict)  # URL of a listing: FILE:OFFSET of its first page
    missed: dict[str, str] = field(default_factory=dict)  # URL of a listing: why it held nothing to read
    said: dict[str, str] = field(default_factory=dict)  # URL of a listing without links: the little it says
    notice: tuple[Verdict, str, str] | None = None  # frozen or moved, in what words, FILE:OFFSET
    away: Counter[tuple[str, str, bool]] = field(default_factory=Counter)  # role, other host, permanent
    fields: Counter[str] = field(default_factory=Counter)  # articles that lack one of FIELDS, or carry spam
    words: list[int] = field(default_factory=list)  # of the bodies of new articles
    compared: Counter[str] = field(default_factory=Counter)  # with a second reader, under the names COMPARED
    requests: int = 0  # sent, robots.txt and retries included
    revisits: int = 0  # of them, known articles that were due
    bytes: int = 0  # received, as they came
    outage: str = ""  # what answered in the place of known articles (storage.articles.suspects), in words
    errors: int = 0  # exceptions in our own code
    deep: bool = False  # the listings were to be walked to their end
    limit: int | None = None  # articles after which the run was told to stop
    named: int = 0  # articles that listings, feeds and sitemaps name
    held: int = 0  # of them, those that the archive holds after the run
    registered: bool = False  # the registry names the portal's sections
    sections: int = 0  # that pages name, where the registry has none
    unwalked: list[str] = field(default_factory=list)  # of them, URLs that sound like news and were not read
    torn: dict[str, tuple[int, str]] = field(default_factory=dict)  # listing: last page read, why no more
    stopped: str | None = None  # why the run ended early, if it did

    def read(self) -> int:
        """Returns the number of article pages that were read as articles."""
        return sum(self.outcomes[outcome] for outcome in READ)

    def tried(self) -> int:
        """Returns the number of URLs that were asked for."""
        cut = self.reasons[f"{Outcome.FAILED}:{STOPPED}"]
        return sum(self.outcomes.values()) - self.outcomes[Outcome.BLOCKED] - cut

    def under(self, *outcomes: Outcome) -> dict[str, int]:
        """Returns the reasons of `outcomes` and how often each was given, but for URLs that a signal cut
        short.
        """
        heads = tuple(f"{outcome}:" for outcome in outcomes)
        given = {reason: count for reason, count in self.reasons.items() if reason.startswith(heads)}
        return {reason: count for reason, count in given.items() if not reason.endswith(f":{STOPPED}")}

    def listed(self, url: str, links: int, new: int, own: int, place: str, *, feed: bool = False) -> None:
        """Adds a page of the listing at `url`; further pages add to it what is `new` and its `own`."""
        known = self.listings.get(url)
        if known is None and len(self.listings) < MAX_LISTINGS:
            self.listings[url] = {"links": links, "new": new, "own": own, "pages": 1}
            self.places[url] = place
            if feed:
                self.listings[url]["feed"] = 1
        elif known is not None:
            known["new"] += new
            known["own"] += own
            known["pages"] += 1

    def whole(self) -> bool:
        """Returns whether the run came to its own end, and read all that it wanted but for a few pages."""
        asked_for_more = self.stopped or self.reasons["blocked:budget"]
        listings_lost = any(reason.startswith(PASSING) for reason in self.missed.values())
        few = sum(self.under(Outcome.FAILED).values()) <= max(1, 0.05 * self.tried())
        return not (asked_for_more or listings_lost) and few and not self.errors

    def take_back(self, count: int) -> None:
        """Counts so many articles that were kept as pages which are none: soft 404s in words of their own."""
        left = count
        for outcome in (Outcome.DUPLICATE, Outcome.NEW):  # all but the first of them were duplicates
            taken = min(left, self.outcomes[outcome])
            self.outcomes[outcome] -= taken
            left -= taken
        self.outcomes[Outcome.NOT_AN_ARTICLE] += count
        self.reasons[f"{Outcome.NOT_AN_ARTICLE}:{SOFT_404}"] += count

    def compare(self, words: int, agreement: float) -> None:
        """Adds an article of `words` words, of which a second reader took the share `agreement`."""
        self.compared.update(dict(zip(COMPARED, (1, words, round(words * agreement)), strict=True)))

    def pages(self) -> dict[str, dict[str, Any]]:
        """Returns the listings that are no feeds."""
        return {url: page for url, page in self.listings.items() if "feed" not in page}

    def counts(self) -> dict[str, int]:
        """Returns all counts under one name each, for the record of the run; what is 0 is left out."""
        more = {
            "requests": self.requests,
            "revisit": self.revisits,
            "bytes": self.bytes,
            "errors": self.errors,
            "named": self.named,
            "held": self.held,
            "sections": self.sections,
            ABSENT: sum(reason in NOT_THERE for reason in self.missed.values()),
            UNWALKED: len(self.unwalked),
            "median_words": round(median(self.words)) if self.words else 0,
        }
        every = {**self.outcomes, **self.reasons, **self.fields, **self.compared, **more}
        return {name: count for name, count in every.items() if count}


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of a portal from before a run; runs are newest first.

    `runs`: the sound ones, which tell what is usual; `recent`: the latest that ended, whatever their verdict.
    `days`: those of its latest articles, newest first; `today` and `since` (its first run) in Vietnam.
    `until` is the registry's last day on which the portal was alive.
    """

    runs: Sequence[RunRecord] = ()
    recent: Sequence[RunRecord] = ()
    days: Sequence[date] = ()
    today: date | None = None
    since: date | None = None
    until: date | None = None

    def links(self, url: str) -> list[int]:
        """Returns how many links the listing at `url` had on the latest runs that found any, at most
        MEMORY.
        """
        counts = [run.listings.get(url, {}).get("links", 0) for run in self.runs]
        return [count for count in counts if count][:MEMORY]


def articles_of(counts: Mapping[str, int]) -> int:
    """Returns how many article pages a recorded run read."""
    return sum(counts.get(outcome, 0) for outcome in READ)


def told(reasons: Mapping[str, int]) -> Message:
    """Returns the four most frequent reasons, as `3 × timeout, 1 × http_500`."""
    ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))[:4]
    said = ((count, r.partition(":")[2] or r.partition(":")[0]) for r, count in ordered)
    return joined(message("{count} × {what}", count=count, what=word("reason", r)) for count, r in said)

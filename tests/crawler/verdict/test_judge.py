"""Verdicts: one case for each rule, and none for a healthy run."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from crawler.verdict.judge import verdict
from crawler.verdict.rhythm import patience
from crawler.verdict.tally import Past, Tally
from storage.runs.records import RunRecord

TODAY = date(2026, 3, 20)
NEWS = "http://a.vn/tin-tuc"
ECONOMY = "http://a.vn/kinh-te"


def tally(
    *, links: dict[str, int] | None = None, fields: dict[str, int] | None = None, words: int = 0,
    stopped: str | None = None, **reasons: int,
) -> Tally:  # fmt: skip
    """A tally from `outcome` or `outcome__reason` counts; each listing page is kept in a WARC."""
    made = Tally(stopped=stopped)
    for url, count in ({NEWS: 15} if links is None else links).items():
        made.listed(url, count, 0, count, "a.warc.gz:77")
    made.fields.update(fields or {})
    made.words += [words] * reasons.get("new", 0) if words else []
    for name, count in reasons.items():
        outcome, _, reason = name.partition("__")
        made.outcomes[outcome] += count
        if reason:
            made.reasons[f"{outcome}:{reason}"] += count
    return made


def past(nights: int = 30, every: int = 1, silent: int = 1, **options: Any) -> Past:
    """A sound past: three signed, dated articles a night, news every `every` days until `silent` days ago."""
    run = RunRecord(
        0,
        "a.b",
        "http://a.vn",
        datetime(2026, 3, 1, tzinfo=UTC),
        datetime(2026, 3, 1, tzinfo=UTC),
        "ok",
        counts={"listing": 2, "new": 3, "median_words": 400},
        listings={NEWS: {"links": 15}, ECONOMY: {"links": 5}},
    )
    runs = [replace(run, id=n) for n in range(nights, 0, -1)]
    days = [TODAY - timedelta(days=silent + n * every) for n in range(40)]
    values = {"runs": runs, "recent": runs[:10], "days": days, "today": TODAY, "since": date(2026, 1, 1)}
    return Past(**{**values, **options})  # type: ignore[arg-type]


def away(made: Tally, target: str, *, permanent: bool, role: str = "listing", count: int = 3) -> Tally:
    made.away[role, target, permanent] += count
    return made


def missed(made: Tally, **reasons: str) -> Tally:
    made.missed |= {f"http://a.vn/{path.replace('_', '-')}": reason for path, reason in reasons.items()}
    return made


def saying(made: Tally, kind: str, words: str) -> Tally:
    made.notice = (kind, words, "a.warc.gz:77")
    return made


NOBODY = Past()
CLOSED = "Trang thông tin điện tử huyện đã dừng hoạt động từ ngày 1/7/2025"
HACKED = tally(listing=1, new=1, not_an_article__hacked=4)
CASES = [
    ("healthy", tally(listing=2, new=15), NOBODY, "ok", None),
    ("one time-out of many", tally(listing=2, new=14, failed__timeout=1), NOBODY, "ok", None),
    ("nothing new", tally(listing=2), NOBODY, "quiet", "nothing new on 1 listing page"),
    (
        "first crawl without links",
        tally(listing=2, links={NEWS: 0, ECONOMY: 0}),
        NOBODY,
        "broken",
        "listing /tin-tuc: no link to an article; page kept in WARC at a.warc.gz:77",
    ),
    (
        "listing lost its links",
        tally(listing=1, links={NEWS: 0}),
        past(),
        "broken",
        "listing /tin-tuc: 0 links, 15 on the last 30 runs; page kept in WARC at a.warc.gz:77",
    ),
    (
        "one of two listings lost",
        tally(listing=2, new=2, links={NEWS: 0, ECONOMY: 5}),
        past(),
        "broken",
        "listing /tin-tuc: 0 links, 15 on the last 30 runs",
    ),
    (
        "a lesser listing lost",
        tally(listing=2, links={NEWS: 90, ECONOMY: 0}),
        past(),
        "degraded",
        "listing /kinh-te: 0 links, 5 on the last 30 runs",
    ),
    (
        "a listing that never had links",
        tally(listing=2, links={NEWS: 9, "http://a.vn/van-ban": 0}),
        past(),
        "quiet",
        None,
    ),
    (
        "script wall on the listing",
        missed(tally(listing=1, links={NEWS: 0}), tin_tuc="script_wall"),
        past(),
        "broken",
        "it is a script wall",
    ),
    (
        "listing leads home",
        missed(tally(listing=1, links={NEWS: 0}), tin_tuc="redirect_home"),
        NOBODY,
        "broken",
        "it leads to the home page",
    ),
    (
        "listing gone",
        missed(tally(listing=1, gone__http_404=1, links={ECONOMY: 5}), tin_tuc="http_404"),
        past(),
        "broken",
        "listing /tin-tuc: not read (http_404), 15 on the last 30 runs",
    ),
    (
        "listing not answered this once",
        missed(tally(listing=1, failed__timeout=1, links={ECONOMY: 5}), tin_tuc="timeout"),
        past(),
        "degraded",
        "listing /tin-tuc: not read (timeout)",
    ),
    (
        "all listings gone",
        tally(links={}, gone__http_404=2),
        NOBODY,
        "broken",
        "no listing page could be read: 2 × http_404",
    ),
    (
        "nothing answers",
        tally(links={}, failed__connection=3),
        past(),
        "unreachable",
        "none of 3 requests was answered: 3 × connection",
    ),
    ("only errors of the server", tally(links={}, failed__http_503=3), past(), "unreachable", "3 × http_503"),
    ("expired certificate", tally(links={}, failed__tls_expired=3), past(), "unreachable", "3 × tls_expired"),
    (
        "firewall",
        tally(links={}, failed__http_403=12),
        past(),
        "broken",
        "the server refuses us: 12 × http_403",
    ),
    (
        "firewall before articles",
        tally(listing=1, not_an_article__script_wall=8, new=1),
        past(),
        "broken",
        "the pages are behind a wall: 8 × script_wall",
    ),
    (
        "only soft 404s",
        tally(listing=1, not_an_article__soft_404=12),
        NOBODY,
        "broken",
        "12 of 12 pages are no articles: 12 × soft_404",
    ),
    ("articles lead home", tally(listing=1, gone__redirect_home=9), NOBODY, "broken", "9 × redirect_home"),
    (
        "nothing can be kept",
        tally(listing=1, new=3, failed__archive=1),
        NOBODY,
        "broken",
        "1 response could not be written to the WARC folder",
    ),
    (
        "robots.txt forbids all",
        tally(links={}, blocked__robots=2),
        NOBODY,
        "broken",
        "every request was refused: 2 × robots",
    ),
    (
        "many errors",
        tally(listing=2, new=6, failed__http_500=4),
        NOBODY,
        "degraded",
        "4 of 12 requests failed: 4 × http_500",
    ),
    (
        "more errors than usual",
        tally(listing=5, new=90, failed__timeout=9),
        past(),
        "degraded",
        "9 of 104 requests failed, usually 0.0%",
    ),
    (
        "no dates",
        tally(listing=2, new=20, fields={"undated": 15}),
        NOBODY,
        "degraded",
        "15 of 20 articles have no date",
    ),
    (
        "dates gone",
        tally(listing=1, new=5, fields={"undated": 5}),
        past(),
        "degraded",
        "5 of the last 5 articles have no date, usually 0%",
    ),
    ("authors gone", tally(listing=1, new=6, fields={"unsigned": 6}), past(), "degraded", "have no author"),
    (
        "titles only",
        tally(listing=1, new=12, fields={"bodiless": 12}),
        NOBODY,
        "degraded",
        "12 of 12 articles have no body",
    ),
    ("one article without an author", tally(listing=1, new=1, fields={"unsigned": 1}), past(), "ok", None),
    (
        "bodies collapsed",
        tally(listing=1, new=6, words=40),
        past(),
        "degraded",
        "new articles have 40 words, usually 400",
    ),
    (
        "hidden links",
        tally(listing=1, new=9, fields={"suspected_spam": 8}),
        NOBODY,
        "degraded",
        "8 of 9 articles contain links to gambling",
    ),
    ("hacked", HACKED, past(), "broken", "hijacked: 4 of 5 pages are not its own: 4 × hacked"),
    (
        "articles lead to a casino",
        away(
            tally(listing=1, blocked__off_site=6),
            "https://bet88.example",
            permanent=False,
            role="article",
            count=6,
        ),
        past(),
        "broken",
        "6 × https://bet88.example",
    ),
    (
        "moved for good",
        away(tally(links={}, blocked__off_site=3), "https://xa.nghean.gov.vn:8880", permanent=True),
        past(),
        "moved",
        "are redirected permanently to https://xa.nghean.gov.vn:8880",
    ),
    (
        "led away for now",
        away(tally(links={}, blocked__off_site=3), "https://x.example", permanent=False),
        past(),
        "broken",
        "hijacked? 3 of 3 requests lead to https://x.example",
    ),
    (
        "domain bought",
        away(tally(links={}, blocked__off_site=3), "https://w88bet.example", permanent=True),
        past(),
        "broken",
        "hijacked?",
    ),
    (
        "says it is closed",
        saying(tally(listing=1, links={NEWS: 0}), "frozen", CLOSED),
        past(),
        "frozen",
        CLOSED,
    ),
    (
        "says where it went",
        saying(tally(listing=1), "moved", "chuyển sang https://b.gov.vn"),
        past(),
        "moved",
        "chuyển sang https://b.gov.vn",
    ),
    ("says so, and has news", saying(tally(listing=1, new=2), "frozen", CLOSED), past(), "ok", None),
    (
        "its last day has passed",
        tally(listing=1),
        past(silent=90, until=date(2025, 12, 20)),
        "frozen",
        "alive until 2025-12-20; nothing new since 2025-12-20",
    ),
    (
        "daily portal silent for three weeks",
        tally(listing=1),
        past(silent=21),
        "degraded",
        "no news for 21 days; usually every 1.0 days",
    ),
    ("daily portal silent for two weeks", tally(listing=1), past(silent=14), "quiet", None),
    ("sleepy portal silent for three weeks", tally(listing=1), past(silent=21, every=12), "quiet", None),
    ("silent long before the first crawl", tally(listing=1), past(silent=400), "quiet", None),
    (
        "too much memory",
        tally(listing=1, new=3, stopped="memusage_exceeded"),
        past(),
        "degraded",
        "more memory",
    ),
    (
        "too much time",
        tally(listing=1, new=3, stopped="closespider_timeout"),
        past(),
        "degraded",
        "longer than",
    ),
    ("budget spent", tally(listing=1, new=3, blocked__budget=40), past(), "degraded", "40 URLs wait"),
    ("budget spent at the listings", tally(links={}, blocked__budget=4, listing=1), past(), "degraded", None),
    ("signal before anything came", tally(links={}, stopped="shutdown"), past(), "quiet", "by a signal"),
    (
        "signal amid a time-out",
        tally(links={}, stopped="shutdown", failed__stopped=1, blocked__stopped=9),
        past(),
        "quiet",
        "by a signal",
    ),
]


@pytest.mark.parametrize(
    ("counted", "before", "name", "said"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_each_rule(counted: Tally, before: Past, name: str, said: str | None) -> None:
    found, evidence = verdict(counted, None, before)
    assert (found, bool(said is None or any(said in sentence for sentence in evidence))) == (name, True), (
        evidence
    )
    assert evidence or name == "ok"


def test_the_deciding_evidence_stands_first() -> None:
    counted = tally(
        listing=1, new=20, not_an_article__soft_404=1, failed__timeout=9, links={NEWS: 0, ECONOMY: 5}
    )
    name, evidence = verdict(counted, None, past())
    assert name == "broken"
    assert evidence[0].startswith("listing /tin-tuc")
    assert "9 of" in evidence[1]


def test_few_articles_a_night_are_judged_together() -> None:
    before = past()
    nights = [replace(run, counts={"new": 2, "undated": 2}) for run in before.recent[:2]]
    mixed = Past(before.runs, [*nights, *before.recent[2:]], before.days, TODAY)
    name, evidence = verdict(tally(listing=1, new=1, fields={"undated": 1}), None, mixed)
    assert (name, evidence) == ("degraded", ["5 of the last 5 articles have no date, usually 0%"])


@pytest.mark.parametrize(
    ("counted", "expect"),
    [
        (tally(listing=2, new=6, failed__http_500=4), {"failed_share": 0.5}),
        (tally(listing=1, new=6, words=40), {"words_share": 0.05}),
        (tally(listing=1, new=5, fields={"undated": 5}), {"field_drop": 1.0}),
    ],
)
def test_a_portal_may_have_its_own_thresholds(counted: Tally, expect: dict[str, float]) -> None:
    assert verdict(counted, None, past())[0] == "degraded"
    assert verdict(counted, expect, past())[0] == "ok"


def test_a_portal_may_be_expected_to_be_silent() -> None:
    assert verdict(tally(listing=1), {"silence_days": 60}, past(silent=40))[0] == "quiet"


@pytest.mark.parametrize(
    ("gaps", "days"), [([1] * 59, 21), ([1] * 50 + [10] * 9, 21), ([12] * 20, 60), ([30] * 8, 150)]
)
def test_patience_follows_the_rhythm(gaps: list[int], days: float) -> None:
    found = [TODAY]
    for gap in gaps:
        found.append(found[-1] - timedelta(days=gap))
    assert patience(found, 21) == days

"""Verdicts: one case for each rule, and none for a healthy run."""

from collections import Counter

import pytest

from crawler.verdicts import Tally, verdict


def tally(
    *, links: dict[str, int] | None = None, undated: int = 0, stopped: str | None = None, **reasons: int
) -> Tally:
    """A tally from `outcome` or `outcome__reason` counts."""
    made = Tally(links={"/tin-tuc": 15} if links is None else links, undated=undated, stopped=stopped)
    for name, count in reasons.items():
        outcome, _, reason = name.partition("__")
        made.outcomes[outcome] += count
        if reason:
            made.reasons[f"{outcome}:{reason}"] += count
    return made


@pytest.mark.parametrize(
    ("counted", "name", "said"),
    [
        (tally(listing=2, new=15), "ok", None),
        (tally(listing=2, new=14, failed__timeout=1), "ok", None),
        (tally(listing=2), "quiet", "nothing new on 1 listing page"),
        (
            tally(links={}, failed__connection=3),
            "unreachable",
            "none of 3 requests was answered: 3 × connection",
        ),
        (
            tally(listing=2, links={"/tin-tuc": 0, "/kinh-te": 0}),
            "broken",
            "no link to an article on 2 listing pages",
        ),
        (tally(links={}, gone__http_404=2), "broken", "no listing page could be read: 2 × http_404"),
        (
            tally(listing=1, not_an_article__soft_404=12),
            "broken",
            "12 of 12 pages are no articles: 12 × soft_404",
        ),
        (
            tally(listing=1, new=3, failed__archive=1),
            "broken",
            "1 responses could not be written to the WARC folder",
        ),
        (tally(links={}, blocked__robots=2), "broken", "every request was refused: 2 × robots"),
        (tally(listing=2, new=6, failed__http_500=4), "degraded", "4 of 12 requests failed: 4 × http_500"),
        (tally(listing=2, new=20, undated=15), "degraded", "15 of 20 articles have no date"),
    ],
)
def test_each_rule(counted: Tally, name: str, said: str | None) -> None:
    found, evidence = verdict(counted)
    assert found == name
    assert any(said in sentence for sentence in evidence) if said else evidence == []


def test_a_portal_may_have_its_own_thresholds() -> None:
    counted = tally(listing=2, new=6, failed__http_500=4)
    assert verdict(counted, {"failed_share": 0.5})[0] == "ok"


def test_a_run_that_was_stopped_says_so() -> None:
    assert verdict(tally(listing=1, new=3, stopped="shutdown"))[1] == ["stopped before its end: shutdown"]


def test_counts_name_outcomes_and_reasons_and_leave_out_zeros() -> None:
    assert tally(new=2, failed__timeout=1).counts() == {"new": 2, "failed": 1, "failed:timeout": 1}
    assert Counter(tally(new=2).counts()) == Counter({"new": 2})

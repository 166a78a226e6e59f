"""The share of words that a second reader takes too, compared with the portal's own past."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.verdict.judge import verdict
from crawler.verdict.tally import Past, Tally
from tests.crawler.verdict.test_judge import NOBODY, past, tally


def compared(
    past_share: float, share: float, *, pages: int = 6, enough_before: bool = True
) -> tuple[Tally, Past]:
    """A run of `pages` compared articles with `share`, after nights of one with `past_share` each."""
    counted, night = tally(listing=1, new=pages), Tally()
    for _ in range(pages):
        counted.compare(300, share)
    night.compare(200, past_share)
    before = past(nights=30 if enough_before else 19)
    runs = [replace(run, counts=run.counts | night.counts()) for run in before.runs]
    return counted, replace(before, runs=runs, recent=runs[:10])


def test_readers_that_agree_no_more_are_a_new_template() -> None:
    name, evidence = verdict(compared(0.97, 0.41)[0], None, compared(0.97, 0.41)[1])
    assert name == "degraded"
    words = "readers agree on 41% of the words, 97% on the last 30 runs: has the template changed?"
    assert evidence == [words]


@pytest.mark.parametrize(
    ("counted", "before"),
    [
        pytest.param(*compared(0.97, 0.75), id="a little less than usual"),
        pytest.param(*compared(0.45, 0.41), id="never agreed"),
        pytest.param(*compared(0.41, 0.97), id="agree more"),
        pytest.param(*compared(0.97, 0.41, enough_before=False), id="too little past"),
        pytest.param(compared(0.97, 0.41)[0], NOBODY, id="no past"),
        pytest.param(tally(listing=1, new=6), compared(0.97, 0.41)[1], id="none compared"),
    ],
)
def test_readers_that_agree_as_usual_are_no_alarm(counted: Tally, before: Past) -> None:
    assert verdict(counted, None, before) == ("ok", [])


def test_few_comparisons_are_judged_with_those_of_the_last_nights() -> None:
    counted, before = compared(0.97, 0.0, pages=1)
    low = Tally()
    low.compare(100, 0.3)
    nights = [replace(run, counts=run.counts | low.counts()) for run in before.recent[:4]]
    mixed = replace(before, recent=[*nights, *before.recent[4:]])
    name, evidence = verdict(counted, None, mixed)
    assert (name, evidence[0][:43]) == ("degraded", "readers agree on 17% of the words, 97% on t")
    assert verdict(counted, None, before)[0] == "ok"  # the four nights before were as usual

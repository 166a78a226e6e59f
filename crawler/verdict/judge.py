"""The verdict of a run: what its counts and the portal's history say of it. One small rule, one reason each.

Rules (crawler.rules) are asked in order; the first that speaks decides, and every other alarm adds its
evidence. Thresholds may be set for a portal in the registry (`expect`), under the names given here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from crawler.verdict import access, coverage, listings, rhythm
from crawler.verdict import articles as reading
from crawler.verdict.tally import SIGNAL, Finding, Past, Tally
from storage.language.messages import message
from storage.vocabulary import Verdict

DEFAULTS = {
    "failed_share": 0.2,  # of the requests; a healthy portal fails on far fewer after retries
    "undated_share": 0.5,  # of the articles read; seeds and fixtures have under a tenth
    "bodiless_share": 0.5,  # of the articles read; photo stories and scanned papers are fewer
    "field_drop": 0.5,  # share of articles that lack a field, above the portal's usual
    "words_share": 0.3,  # median words of new articles, of the portal's usual
    "agreement_drop": 0.3,  # share of the words that a second reader takes too, below the portal's usual
    "lost_share": 0.2,  # of a portal's usual links; beyond it, it is broken and not degraded
    "silence_days": 21,  # without news, at least, before a portal is asked after
    "hacked": 3,  # pages that are not the portal's own; one or two may be an article about it
    "enough": 5,  # pages that a share is worth judging on
}

Rule = Callable[[Tally, Past, Mapping[str, float]], Finding]
_ALARMS = (Verdict.BROKEN, Verdict.DEGRADED)


def healthy(tally: Tally, past: Past, expect: Mapping[str, float]) -> Finding:
    """Calls healthy whatever no rule objects to."""
    return Verdict.OK, ""


RULES: Sequence[Rule] = (
    access.unkept,
    access.led_away,
    access.refused,
    access.walled,
    access.unreachable,
    access.hijacked,
    access.outage,
    rhythm.says_so,
    listings.linkless,
    listings.lost,
    reading.textless,
    access.overrun,
    coverage.unfinished,
    coverage.absent,
    coverage.fed,
    access.failing,
    access.crashed,
    reading.fields,
    reading.shorter,
    reading.disagreed,
    reading.spammed,
    rhythm.ended,
    rhythm.silent,
    rhythm.quiet,
    coverage.limited,
    healthy,
)
# They rest on what did not come; of a run that a signal ended it may have been about to.
_ABSENCE = (access.refused, access.unreachable, listings.linkless, rhythm.ended, rhythm.silent)


def verdict(
    tally: Tally, expect: Mapping[str, float] | None = None, past: Past | None = None
) -> tuple[Verdict, list[str]]:
    """Returns the verdict of a run and its evidence in words, the deciding one first. `expect` overrides
    DEFAULTS.
    """
    thresholds = DEFAULTS | dict(expect or {})
    ended = tally.stopped == SIGNAL
    rules = [rule for rule in RULES if not (ended and rule in _ABSENCE)]
    findings = [found for rule in rules if (found := rule(tally, past or Past(), thresholds))]
    first = findings[0][0]
    alarms = [finding for finding in findings if finding[0] in _ALARMS]
    name = Verdict.BROKEN if first is Verdict.DEGRADED and Verdict.BROKEN in dict(alarms) else first
    said = sorted(alarms, key=lambda finding: finding[0] != name) if name in _ALARMS else findings[:1]
    evidence = [words for _, words in said if words]
    if ended:
        evidence.append(message("ended early by a signal"))
    return name, evidence

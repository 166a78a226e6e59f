"""The verdict of a run: what its counted outcomes say of the portal. One small rule, one reason each.

Rules are asked in order; the first that speaks decides. Thresholds may be set for a portal in the registry
(`expect`), under the names given here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pipelines.items import Outcome

DEFAULTS = {
    "failed_share": 0.2,  # of the article pages; a healthy portal fails on far fewer after retries
    "undated_share": 0.5,  # of the articles read; seeds and fixtures have under a tenth
    "enough": 5,  # pages that a share is worth judging on
}


@dataclass(slots=True)
class Tally:
    """What one run of one portal counted."""

    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)  # "outcome:reason"
    links: dict[str, int] = field(default_factory=dict)  # listing page -> article links on it
    undated: int = 0
    stopped: str | None = None  # why the run ended early, if it did

    def read(self) -> int:
        """Article pages that were read as articles."""
        return sum(self.outcomes[o] for o in (Outcome.NEW, Outcome.CHANGED, Outcome.DUPLICATE))

    def counts(self) -> dict[str, int]:
        """All counts under one name each, for the record of the run."""
        return {
            k: v
            for k, v in (dict(self.outcomes) | dict(self.reasons) | {"undated": self.undated}).items()
            if v
        }


Finding = tuple[str, str] | None
Rule = Callable[[Tally, Mapping[str, float]], Finding]


def verdict(tally: Tally, expect: Mapping[str, float] | None = None) -> tuple[str, list[str]]:
    """The verdict of a run and its evidence in words. `expect` overrides DEFAULTS."""
    thresholds = DEFAULTS | dict(expect or {})
    findings = [found for rule in RULES if (found := rule(tally, thresholds))]
    evidence = [s for name, s in findings if s and (name == findings[0][0] or name in ("broken", "degraded"))]
    if tally.stopped:
        evidence.append(f"stopped before its end: {tally.stopped}")
    return findings[0][0], evidence


def unkept(tally: Tally, _: Mapping[str, float]) -> Finding:
    """Raw keeping failed: nothing else matters, since unkept pages are not processed."""
    count = tally.reasons["failed:archive"]
    return ("broken", f"{count} responses could not be written to the WARC folder") if count else None


def unreachable(tally: Tally, _: Mapping[str, float]) -> Finding:
    """Nothing answered."""
    failed = {r: n for r, n in tally.reasons.items() if r.startswith("failed:")}
    total = sum(tally.outcomes.values()) - tally.outcomes[Outcome.BLOCKED]
    if not total or sum(failed.values()) < total:
        return None
    return "unreachable", f"none of {total} requests was answered: {_listed(failed)}"


def refused(tally: Tally, _: Mapping[str, float]) -> Finding:
    """robots.txt or our own rules let nothing through."""
    blocked = {r: n for r, n in tally.reasons.items() if r.startswith("blocked:")}
    if blocked and sum(tally.outcomes.values()) == sum(blocked.values()):
        return "broken", f"every request was refused: {_listed(blocked)}"
    return None


def linkless(tally: Tally, _: Mapping[str, float]) -> Finding:
    """Listings answered and led nowhere: another template, a wall, or a hijacked site."""
    if tally.stopped:
        return None  # it may have been about to
    if tally.links and not any(tally.links.values()):
        pages = ", ".join(list(tally.links)[:3])
        return "broken", f"no link to an article on {len(tally.links)} listing pages ({pages})"
    if not tally.links and not tally.read():
        gone = {r: n for r, n in tally.reasons.items() if r.startswith(("gone:", "failed:"))}
        return (
            "broken",
            f"no listing page could be read: {_listed(gone)}" if gone else "no listing page answered",
        )
    return None


def textless(tally: Tally, expect: Mapping[str, float]) -> Finding:
    """Pages came, but nearly none is an article: soft 404s, walls, a redirect to the home page."""
    none = {r: n for r, n in tally.reasons.items() if r.startswith(("not_an_article:", "gone:"))}
    total = sum(none.values()) + tally.read() + tally.outcomes[Outcome.UNCHANGED]
    if sum(none.values()) >= expect["enough"] and sum(none.values()) > 0.8 * total:
        return "broken", f"{sum(none.values())} of {total} pages are no articles: {_listed(none)}"
    return None


def failing(tally: Tally, expect: Mapping[str, float]) -> Finding:
    """More errors than a healthy portal has."""
    failed = {r: n for r, n in tally.reasons.items() if r.startswith("failed:")}
    total = sum(tally.outcomes.values()) - tally.outcomes[Outcome.BLOCKED]
    if sum(failed.values()) >= 2 and sum(failed.values()) > expect["failed_share"] * total:
        return "degraded", f"{sum(failed.values())} of {total} requests failed: {_listed(failed)}"
    return None


def undated(tally: Tally, expect: Mapping[str, float]) -> Finding:
    """Dates are what breaks first when a template changes."""
    read = tally.read()
    if read >= 2 * expect["enough"] and tally.undated > expect["undated_share"] * read:
        return "degraded", f"{tally.undated} of {read} articles have no date"
    return None


def quiet(tally: Tally, _: Mapping[str, float]) -> Finding:
    """Answered, and had nothing new."""
    if not tally.read():
        pages = len(tally.links)
        return "quiet", f"nothing new on {pages} listing page{'s' if pages != 1 else ''}"
    return None


def healthy(tally: Tally, _: Mapping[str, float]) -> Finding:
    """Whatever no rule objects to."""
    return "ok", ""


RULES: Sequence[Rule] = (unkept, refused, unreachable, linkless, textless, failing, undated, quiet, healthy)


def _listed(reasons: Mapping[str, int]) -> str:
    ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(
        f"{count} × {reason.split(':', 1)[1] or reason.split(':', 1)[0]}" for reason, count in ordered[:4]
    )

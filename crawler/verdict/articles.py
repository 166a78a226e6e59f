"""Whether pages are still read as well as they were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from statistics import median

from crawler.verdict.tally import FIELDS, Finding, Past, Tally, articles_of, told
from storage.vocabulary import Outcome, Verdict

_SAMPLE = 20  # articles of earlier runs that a portal's usual share is worth comparing with


def textless(tally: Tally, past: Past, expect: Mapping[str, float]) -> Finding:
    """Finds that nearly no page is an article: soft 404s, walls, a redirect to the home page."""
    none = tally.under(Outcome.NOT_AN_ARTICLE, Outcome.GONE)
    count = sum(none.values())
    total = count + tally.read() + tally.outcomes[Outcome.UNCHANGED]
    if count >= expect["enough"] and count > 0.8 * total:
        return Verdict.BROKEN, f"{count} of {total} pages are no articles: {told(none)}"
    return None


def fields(tally: Tally, past: Past, expect: Mapping[str, float]) -> Finding:
    """Finds that a field is missing which articles had: dates and authors break first with a new template.

    Few articles come in a night, so the latest runs are added until there are enough to judge.
    """
    if not tally.read():
        return None
    now, articles, before, earlier = _windows(tally, past, expect["enough"])
    said = []
    for name, words in FIELDS.items():
        share = now[name] / articles
        if earlier >= _SAMPLE:
            usual = before[name] / earlier
            if articles >= expect["enough"] and share > usual + expect["field_drop"]:
                said.append(f"{now[name]} of the last {articles} articles have {words}, usually {usual:.0%}")
                continue
        limit = expect.get(f"{name}_share")
        if limit is not None and articles >= 2 * expect["enough"] and share > limit:
            said.append(f"{now[name]} of {articles} articles have {words}")
    return (Verdict.DEGRADED, "; ".join(said)) if said else None


def shorter(tally: Tally, past: Past, expect: Mapping[str, float]) -> Finding:
    """Finds that articles are read, but hardly anything of them."""
    medians = [run.counts["median_words"] for run in past.runs if run.counts.get("median_words")]
    earlier = sum(articles_of(run.counts) for run in past.runs)
    if len(tally.words) < expect["enough"] or not medians or earlier < _SAMPLE:
        return None
    now, usual = median(tally.words), median(medians)
    if now < expect["words_share"] * usual:
        return Verdict.DEGRADED, f"new articles have {now:g} words, usually {usual:g}"
    return None


def spammed(tally: Tally, past: Past, expect: Mapping[str, float]) -> Finding:
    """Finds that somebody places links of gamblers on the portal's own articles."""
    count, read = tally.fields["suspected_spam"], tally.read()
    if count >= expect["enough"] and 2 * count > read:
        return Verdict.DEGRADED, f"{count} of {read} articles contain links to gambling or pill sellers"
    return None


def _windows(tally: Tally, past: Past, enough: float) -> tuple[Counter[str], int, Counter[str], int]:
    """Returns what is missing in this run and in the latest ones, until there are `enough` articles; then in
    those before.

    Both as (missing fields, number of articles).
    """
    now, articles = _lacking(tally.fields), tally.read()
    taken = set()
    for run in past.recent:
        if articles >= enough:
            break
        taken.add(run.id)
        now, articles = now + _lacking(run.counts), articles + articles_of(run.counts)
    rest = [run.counts for run in past.runs if run.id not in taken]
    return now, articles, sum(map(_lacking, rest), Counter[str]()), sum(map(articles_of, rest))


def _lacking(counts: Mapping[str, int]) -> Counter[str]:
    return Counter({name: counts.get(name, 0) for name in FIELDS})

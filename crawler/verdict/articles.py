"""Whether pages are still read as well as they were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from statistics import median

from crawler.verdict.tally import FIELDS, Finding, Past, Tally, articles_of, told
from storage.language.messages import joined, message
from storage.vocabulary import Outcome, Verdict

_SAMPLE = 20  # articles of earlier runs that a portal's usual share is worth comparing with


def textless(tally: Tally, past: Past, expect: Mapping[str, float]) -> Finding:
    """Finds that nearly no page is an article: soft 404s, walls, a redirect to the home page."""
    none = tally.under(Outcome.NOT_AN_ARTICLE, Outcome.FILE, Outcome.GONE)
    count = sum(none.values())
    total = count + tally.read() + tally.outcomes[Outcome.UNCHANGED]
    if count >= expect["enough"] and count > 0.8 * total:
        return Verdict.BROKEN, message(
            "{count} of {total} pages are no articles: {none}", count=count, total=total, none=told(none)
        )
    return None


def fields(tally: Tally, past: Past, expect: Mapping[str, float]) -> Finding:
    """Finds that a field is missing which articles had: dates and authors break first with a new template.

    Few articles come in a night, so the latest runs are added until there are enough to judge.
    """
    if not tally.read():
        return None
    now, before, _ = _windows(tally, past, expect["enough"])
    articles, earlier = articles_of(now), articles_of(before)
    said = []
    for name, words in FIELDS.items():
        share = now[name] / articles
        if earlier >= _SAMPLE:
            usual = before[name] / earlier
            if articles >= expect["enough"] and share > usual + expect["field_drop"]:
                said.append(
                    message(
                        "{now} of the last {articles} articles have {words}, usually {usual:.0%}",
                        now=now[name],
                        articles=articles,
                        words=words,
                        usual=usual,
                    )
                )
                continue
        limit = expect.get(f"{name}_share")
        if limit is not None and articles >= 2 * expect["enough"] and share > limit:
            said.append(
                message(
                    "{now} of {articles} articles have {words}", now=now[name], articles=articles, words=words
                )
            )
    return (Verdict.DEGRADED, joined(said, "; ")) if said else None


def shorter(tally: Tally, past: Past, expect: Mapping[str, float]) -> Finding:
    """Finds that articles are read, but hardly anything of them."""
    medians = [run.counts["median_words"] for run in past.runs if run.counts.get("median_words")]
    earlier = sum(articles_of(run.counts) for run in past.runs)
    if len(tally.words) < expect["enough"] or not medians or earlier < _SAMPLE:
        return None
    now, usual = median(tally.words), median(medians)
    if now < expect["words_share"] * usual:
        return Verdict.DEGRADED, message(
            "new articles have {now:g} words, usually {usual:g}", now=now, usual=usual
        )
    return None


def disagreed(tally: Tally, past: Past, expect: Mapping[str, float]) -> Finding:
    """Finds that a second reader takes another text than ours, and used to take the same: a new template, of
    which one of the two reads the wrong box.

    Readers never agree fully, and on each portal to another degree, so it is compared with its own past.
    """
    if not tally.compared["compared"]:
        return None
    now, before, runs = _windows(tally, past, expect["enough"], lambda counts: counts.get("compared", 0))
    if now["compared"] < expect["enough"] or before["compared"] < _SAMPLE:
        return None
    share, usual = (c["agreed_words"] / max(1, c["compared_words"]) for c in (now, before))
    if share >= usual - expect["agreement_drop"]:
        return None
    return Verdict.DEGRADED, message(
        "readers agree on {share:.0%} of the words, {usual:.0%} on the last {runs} runs: "
        "has the template changed?",
        share=share,
        usual=usual,
        runs=runs,
    )


def spammed(tally: Tally, past: Past, expect: Mapping[str, float]) -> Finding:
    """Finds that somebody places links of gamblers on the portal's own articles."""
    count, read = tally.fields["suspected_spam"], tally.read()
    if count >= expect["enough"] and 2 * count > read:
        return Verdict.DEGRADED, message(
            "{count} of {read} articles contain links to gambling or pill sellers", count=count, read=read
        )
    return None


def _windows(
    tally: Tally, past: Past, enough: float, number: Callable[[Mapping[str, int]], int] = articles_of
) -> tuple[Counter[str], Counter[str], int]:
    """Returns the counts of this run and of the latest ones, until their `number` is `enough`; the counts of
    the sound runs before; and how many of those have such a number.
    """
    now = Counter(tally.counts())
    taken = set()
    for run in past.recent:
        if number(now) >= enough:
            break
        taken.add(run.id)
        now += Counter(run.counts)
    rest = [run.counts for run in past.runs if run.id not in taken]
    return now, sum(map(Counter, rest), Counter[str]()), sum(number(counts) > 0 for counts in rest)

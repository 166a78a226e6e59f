"""Quality: how well the articles of each portal read, and how well it was crawled."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, case, func, select

from storage.coverage.known import Ids, Key, portals
from storage.export.columns import plain
from storage.holdings.figures import rescued
from storage.records import DistrictRecord
from storage.schema import Article, Catalogued, Run, Version
from storage.serve.statistics import Counts, last_walks, totals
from storage.vocabulary import COMPLETE, UNWALKED, Outcome, RunKind, Verdict

PRECISIONS = ("minute", "day", "month", "year")
FLAGS = ("doubtful", "short", "captions_only", "partial", "cut_short", "damaged_text", "suspected_spam")
_ROWS = 2_000  # fetched at a time
_DIGITS = 4  # of a share: one article in ten thousand


class Quality(NamedTuple):
    """One portal, as a row of quality.csv. Shares are 0 to 1, None where there is nothing to share out.

    Of its `articles`: `minute` … `undated` and `event` add up to 1. `complete_runs` walked every listing to
    its end; `named` and `held` are what listings named in the last of them, and what is held of it. `failed`
    is the share of the addresses asked for in all runs that brought no usable answer.
    """

    district_id: str
    portal: str
    articles: int
    minute_share: float | None
    day_share: float | None
    month_share: float | None
    year_share: float | None
    undated_share: float | None
    event_share: float | None
    doubtful_share: float | None
    short_share: float | None
    captions_only_share: float | None
    partial_share: float | None
    cut_short_share: float | None
    damaged_text_share: float | None
    suspected_spam_share: float | None
    exact_share: float | None
    near_share: float | None
    edited_share: float | None
    gone_share: float | None
    rescued_share: float | None
    runs: int
    unreachable_runs: int
    complete_runs: int
    last_complete_at: datetime | None
    named: int | None
    held: int | None
    asked: int
    failed_share: float | None


COLUMNS = plain(Quality._fields)


def quality(
    connection: Connection, districts: Ids = None, registered: Iterable[DistrictRecord] = ()
) -> Iterator[Quality]:
    """Yields one row of every portal that storage.coverage.months knows, in the same order.

    `connection` is one of `Database.reading()`.
    """
    read = _read(connection, districts)
    many = {(one.district_id, one.portal): one for one in totals(connection, districts)}
    foreign = rescued(connection, districts)
    ran = _runs(connection, districts)
    walks = last_walks(connection, districts)
    for key in sorted(portals(connection, districts, registered)):
        runs, latest = ran.get(key, (Counter(), None))
        own, walk = read.get(key, Counter()), walks.get(key, {})
        yield _row(key, own, many.get(key), foreign.get(key, 0), runs, latest, walk)


def _read(connection: Connection, districts: Ids) -> dict[Key, Counter[str]]:
    """Returns the articles of every portal by precision of their dates and by flag.

    From the catalogue: the rows of versions are wide, and their texts say nothing here.
    """
    event = Catalogued.version_id.in_(select(Version.id).where(Version.published_is_event))
    key = (Article.district_id, Article.portal, Catalogued.precision, Catalogued.flags)
    query = select(*key, func.count(), func.count(case((event, 1)))).group_by(*key)
    query = query.join_from(Article, Catalogued, Catalogued.article_id == Article.id)
    if districts is not None:
        query = query.where(Article.district_id.in_(districts))
    found: dict[Key, Counter[str]] = {}
    with connection.execute(query, execution_options={"yield_per": _ROWS}) as rows:
        for id_, portal, precision, flags, articles, events in rows:
            counts = found.setdefault((id_, portal), Counter())
            counts["articles"] += articles
            counts["event"] += events
            counts[precision if precision in PRECISIONS else "undated"] += articles - events
            for flag in set(FLAGS).intersection(json.loads(flags)):
                counts[flag] += articles
    return found


def _row(
    key: Key,
    read: Counter[str],
    many: Counts | None,
    foreign: int,
    runs: Counter[str],
    latest: datetime | None,
    walk: Mapping[str, int],
) -> Quality:
    articles = read["articles"]
    parts = {name: read[name] for name in (*PRECISIONS, "undated", "event", *FLAGS)}
    parts |= {name: getattr(many, name, 0) for name in ("exact", "near", "edited", "gone")}
    parts["rescued"] = foreign
    shares: Mapping[str, Any] = {f"{name}_share": _share(part, articles) for name, part in parts.items()}
    return Quality(
        *key,
        articles=articles,
        runs=runs["runs"],
        unreachable_runs=runs[Verdict.UNREACHABLE],
        complete_runs=runs["complete"],
        last_complete_at=latest,
        named=walk.get("named"),
        held=walk.get("held"),
        asked=runs["asked"],
        failed_share=_share(runs["failed"], runs["asked"]),
        **shares,
    )


def _runs(connection: Connection, districts: Ids) -> dict[Key, tuple[Counter[str], datetime | None]]:
    """Returns the sums of every portal's runs, and when the last that walked it to its end began."""
    query = select(Run.district_id, Run.portal, Run.started_at, Run.verdict, Run.counts).order_by(Run.id)
    query = query.where(Run.kind == RunKind.CRAWL)
    if districts is not None:
        query = query.where(Run.district_id.in_(districts))
    found: dict[Key, tuple[Counter[str], datetime | None]] = {}
    tried = [outcome for outcome in Outcome if outcome is not Outcome.BLOCKED]
    with connection.execute(query, execution_options={"yield_per": _ROWS}) as rows:
        for id_, portal, started, verdict, counts in rows:
            sums, latest = found.get((id_, portal), (Counter(), None))
            whole = bool(counts.get(COMPLETE)) and not counts.get(UNWALKED)
            sums["runs"] += 1
            sums[Verdict.UNREACHABLE] += verdict == Verdict.UNREACHABLE
            sums["complete"] += whole
            sums["asked"] += sum(counts.get(outcome, 0) for outcome in tried)
            sums["failed"] += counts.get(Outcome.FAILED, 0)
            found[id_, portal] = (sums, started if whole else latest)
    return found


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, _DIGITS) if whole else None

"""A run as a value: what the archive says of one crawl or rescue of one portal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from storage.vocabulary import RunKind


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One crawl of one portal, or one rescue (`kind`). Times are aware, UTC.

    `id` is None for a run that the archive could not begin. `verdict` is None until it ends; a word that this
    version does not know (storage.vocabulary: Verdict, Rescued) stays as it is.

    `counts` has the URLs by outcome, by
    `outcome:reason` and other numbers (crawler.verdict.tally). `listings`: URL of a listing's first page to
    its `links`, and how many were `new` and its `own`. Queries of many runs leave out `warc_files` and
    `listings`.
    """

    id: int | None
    district_id: str
    portal: str
    started_at: datetime
    finished_at: datetime | None = None
    verdict: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    evidence: Sequence[str] = ()
    warc_files: Sequence[str] = ()
    listings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    host: str = ""
    pid: int | None = None
    kind: str = RunKind.CRAWL

    @property
    def seconds(self) -> float | None:
        """How long it took; None where nobody saw its end. 0 where the clock was set back."""
        if self.finished_at is None:
            return None
        return max(0.0, (self.finished_at - self.started_at).total_seconds())

    def as_json(self, *leave_out: str) -> dict[str, Any]:
        """Returns its fields by name for JSON, but for those to `leave_out`."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name not in leave_out}

"""Records that the status page and `huyen report --json` show; docs/researchers.md names the keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from crawler.report.census import CensusRow
from storage.holdings.figures import Year
from storage.serve.statistics import Cluster, Growth

Series = dict[str, str]  # {"from": first day or month, "counts": as crawler.report.calendars.packed says}


@dataclass(frozen=True, slots=True)
class Site:
    """A portal of a district."""

    district_id: str
    portal: str


@dataclass(frozen=True, slots=True)
class CopiedFrom:
    """Articles that a portal repeats of `origin`."""

    origin: Site
    exact: int
    near: int


@dataclass(frozen=True, slots=True)
class CopiedBy:
    """Articles of a portal that `copy` repeats."""

    copy: Site
    exact: int
    near: int


@dataclass(frozen=True, slots=True)
class Copied:
    """Articles of `origin` that `copy` repeats."""

    origin: Site
    copy: Site
    exact: int
    near: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRun:
    """A run as the row of its portal shows it."""

    id: int | None
    started_at: str
    seconds: int | None
    verdict: str
    counts: Mapping[str, Any]
    evidence: list[str]

    def among_all(self, district_id: str, portal: str) -> LatestRun:
        """Returns it as the list of all runs shows it."""
        shown = {one.name: getattr(self, one.name) for one in fields(self)}
        return LatestRun(**shown, district_id=district_id, portal=portal)


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestRun(ShownRun):
    """A run as the list of all runs shows it."""

    district_id: str
    portal: str


@dataclass(slots=True)
class Detail:
    """What a portal shows only when it is opened."""

    month_only: int = 0
    year_only: int = 0
    outside: int = 0  # dated before calendars.EARLIEST, or too far ahead
    days: Series | None = None
    flags: dict[str, int] = field(default_factory=dict)
    runs: list[ShownRun] = field(default_factory=list)  # newest first
    copied_from: list[CopiedFrom] = field(default_factory=list)
    copied_by: list[CopiedBy] = field(default_factory=list)
    archives: list[Year] = field(default_factory=list)  # what other archives hold, by source and year


@dataclass(slots=True)
class Row:
    """A portal: what it is, what the archive has of it, and how its last run ended."""

    district_id: str
    portal: str
    district: str
    kind: str
    province: str
    family: str
    status: str  # as the registry has it; "unlisted" where only the archive knows the portal
    articles: int = 0
    gone: int = 0
    edited: int = 0
    exact: int = 0
    near: int = 0
    undated: int = 0
    rescued: int = 0  # articles that rest on captures of other archives
    until: str | None = None
    last_run: ShownRun | None = None
    last_healthy_at: str | None = None
    named: int | None = None  # articles that the portal named when it was last walked to its ends
    held: int | None = None  # of them, those that the archive has
    unwalked: int = 0  # sections that were seen then and not read
    first_day: str | None = None
    last_day: str | None = None
    months: Series | None = None
    verdict: str = "never"
    evidence: list[str] = field(default_factory=list)
    fields: dict[str, int] = field(default_factory=dict)  # articles that have one, by its name
    sources: dict[str, int] = field(default_factory=dict)  # articles by source of their date
    precisions: dict[str, int] = field(default_factory=dict)
    detail: Detail = field(default_factory=Detail)


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of all rows and days."""

    articles: int
    gone: int
    edited: int
    exact: int
    near: int
    undated: int
    versions: int
    captures: int
    bytes: int
    events: int
    fields: dict[str, int]
    verdicts: dict[str, int]
    files: dict[str, int]  # kept, bytes, text, scans, failed (storage.filing.figures.totals)


@dataclass(frozen=True, slots=True)
class Figures:
    """All that the status page tells."""

    generated_at: str
    province: str | None
    faults: list[str]
    totals: Totals
    months: Series | None
    growth: list[Growth]
    dates: dict[str, dict[str, int]]  # articles by source, then precision of their date
    copies: list[Copied]
    clusters: list[Cluster]
    runs: list[LatestRun]
    archives: list[Year]  # what other archives hold, by source and year
    portals: list[Row]  # of the registry
    history: list[Row]  # portals that left it; their articles count among those of the archive
    census: list[CensusRow]

    def as_json(self) -> dict[str, Any]:
        """Returns all of it as plain JSON values."""
        return asdict(self)

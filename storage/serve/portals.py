"""What a district's page and the coverage page say of portals, and one run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, literal_column, select

from storage.runs.records import RunRecord
from storage.schema import UNDATED, Article, District, Run
from storage.serve.statistics import RUN_COLUMNS, last_runs, places

_MONTH = func.substr(Article.published_order, literal_column("1"), literal_column("7"))


@dataclass(slots=True)
class Covered:
    """A portal, its articles by month of publication (YYYY-MM; "" undated), and its last run, if any."""

    district_id: str
    district: str
    province: str
    portal: str
    months: dict[str, int] = field(default_factory=dict)
    last_run: RunRecord | None = None

    @property
    def articles(self) -> int:
        """How many articles it has."""
        return sum(self.months.values())


def covered(connection: Connection, districts: Sequence[str] | None = None) -> list[Covered]:
    """Returns every portal that the archive knows, ordered by district and address; of `districts` alone."""
    found = {
        (place.district_id, place.portal): Covered(
            place.district_id, place.district, place.province, place.portal
        )
        for place in places(connection, districts)
    }
    key = (Article.district_id, Article.portal, _MONTH)
    statement = select(*key, func.count()).group_by(*key)
    if districts is not None:
        statement = statement.where(Article.district_id.in_(districts))
    for district, portal, month, count in connection.execute(statement):
        found[district, portal].months["" if month == UNDATED else month] = count
    for run in last_runs(connection, districts, each=1):
        if row := found.get((run.district_id, run.portal)):
            row.last_run = run
    return list(found.values())


def district(connection: Connection, key: str) -> Mapping[str, Any] | None:
    """Returns the district `key`: id, name, kind, code, province; None where the archive knows none.

    Of one that left the registry before its name was kept, the id alone.
    """
    columns = (District.id, District.name, District.kind, District.code, District.province)
    row = connection.execute(select(*columns).where(District.id == key)).mappings().one_or_none()
    if row is not None:
        return dict(row)
    held = connection.execute(select(Article.id).where(Article.district_id == key).limit(1)).first()
    return {"id": key, "name": key, "kind": None, "code": None, "province": None} if held else None


def run(connection: Connection, number: int) -> RunRecord | None:
    """Returns the run `number`, or None."""
    columns = (getattr(Run, name) for name in RUN_COLUMNS)
    row = connection.execute(select(*columns).where(Run.id == number)).one_or_none()
    return None if row is None else RunRecord(**row._mapping)

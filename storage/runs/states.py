"""The history of checks: what each look at a portal found, and what changed since the look before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from storage.database import Database
from storage.schema import Check
from storage.statements import chunks

Key = tuple[str, str]  # district id, portal URL


@dataclass(frozen=True, slots=True)
class CheckRecord:
    """One look at a portal. `checked_at` is aware; `state` a word of storage.vocabulary.State; `sure`
    certain, likely or guess; `answers` its responses with url, status, WARC file and offset."""

    district_id: str
    portal: str
    checked_at: datetime
    state: str
    sure: str
    evidence: str
    candidate: bool = False
    target: str | None = None
    newest: date | None = None
    office: str | None = None
    title: str | None = None
    language: str | None = None
    family: str = "generic"
    family_sure: str = "none"
    robots: str = "unasked"
    address: str = ""
    certificate: str = ""
    requests: int = 0
    answers: Sequence[Mapping[str, Any]] = ()
    previous: str | None = None
    id: int | None = None

    @property
    def changed(self) -> bool:
        """Whether the look before it found another state."""
        return self.previous is not None and self.previous != self.state

    def as_json(self) -> dict[str, Any]:
        """Returns its fields by name for JSON."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


def keep(db: Database, records: Sequence[CheckRecord]) -> list[CheckRecord]:
    """Keeps `records` and returns them with the state of the look before each. Raises StorageError."""

    def work(connection: Connection) -> list[CheckRecord]:
        before = {key: one.state for key, one in latest(connection, {r.district_id for r in records}).items()}
        known = [replace(one, previous=before.get((one.district_id, one.portal))) for one in records]
        for some in chunks(known):
            connection.execute(insert(Check), [_row(one) for one in some])
        return known

    return db.transaction(work) if records else []


def latest(connection: Connection, districts: set[str] | None = None) -> dict[Key, CheckRecord]:
    """Returns the last look at each portal, of `districts` or of all."""
    newest = select(func.max(Check.id)).group_by(Check.district_id, Check.portal)
    found: dict[Key, CheckRecord] = {}
    for some in chunks(sorted(districts)) if districts is not None else [None]:
        query = newest if some is None else newest.where(Check.district_id.in_(some))
        rows = connection.execute(select(Check.__table__).where(Check.id.in_(query))).mappings()
        found.update({(row["district_id"], row["portal"]): CheckRecord(**row) for row in rows})
    return found


def history(db: Database, district_id: str | None = None, limit: int = 50) -> list[CheckRecord]:
    """Returns at most `limit` looks, newest first, of one district or of all. Raises StorageError."""
    query = select(Check.__table__).order_by(Check.id.desc()).limit(limit)
    if district_id is not None:
        query = query.where(Check.district_id == district_id)
    return [CheckRecord(**row) for row in db.read(lambda c: c.execute(query).mappings().all())]


def _row(one: CheckRecord) -> dict[str, Any]:
    values = one.as_json()
    del values["id"]
    plain = {"evidence": str.__str__(one.evidence)}  # English; the table has no room for a message
    return values | plain | {"answers": [dict(answer) for answer in one.answers]}

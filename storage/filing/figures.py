"""What became of files, counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, func, select

from storage.database import Database
from storage.filing.words import Kind, Status
from storage.schema import Content, File, FileVersion
from storage.statements import chunks


@dataclass(slots=True)
class Figures:
    """What came of the files that were looked at: `kept` new ones, `changed` ones, `unchanged` ones, `bytes`
    of the first two; others by status. `hosts`: host to files asked, failed, and the usual reason.
    """

    kept: int = 0
    changed: int = 0
    unchanged: int = 0
    bytes: int = 0
    others: dict[str, int] = field(default_factory=dict)
    hosts: dict[str, tuple[int, int, str]] = field(default_factory=dict)

    @property
    def asked(self) -> int:
        """How many files were looked at."""
        return self.kept + self.changed + self.unchanged + sum(self.others.values())

    def as_json(self) -> dict[str, Any]:
        """Returns the figures by name; `hosts` where something failed."""
        failed = {
            host: {"asked": asked, "failed": failed, "reason": reason}
            for host, (asked, failed, reason) in sorted(self.hosts.items())
            if failed
        }
        return {
            "kept": self.kept,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "bytes": self.bytes,
            **dict(sorted(self.others.items())),
            "failing_hosts": failed,
        }


def figures_since(db: Database, since: datetime, districts: Iterable[str] | None = None) -> Figures:
    """Returns what came of the files looked at `since` then, of those that `districts` (ids; None: all) link
    to first. Raises StorageError.
    """
    version = (FileVersion.file_id == File.id) & (FileVersion.number == File.version)
    query = (
        select(File.host, File.status, File.version, File.reason, File.size, FileVersion.fetched_at)
        .outerjoin(FileVersion, version)
        .where(File.looked_at >= since)
    )

    def work(connection: Connection) -> list[Any]:
        if districts is None:
            return list(connection.execute(query))
        found: list[Any] = []
        for some in chunks(sorted(districts)):
            found += connection.execute(query.where(File.district_id.in_(some))).all()
        return found

    told, reasons = Figures(), dict[str, dict[str, int]]()
    for host, status, number, reason, size, fetched_at in db.read(work):
        asked, failed, _ = told.hosts.get(host, (0, 0, ""))
        broken = bool(reason) and status in (Status.PENDING, Status.FAILED, Status.KEPT)
        if broken:
            counted = reasons.setdefault(host, {})
            counted[reason] = counted.get(reason, 0) + 1
        usual = max(reasons[host], key=lambda one: (reasons[host][one], one)) if host in reasons else ""
        told.hosts[host] = asked + 1, failed + broken, usual
        if status == Status.KEPT and not reason:
            if fetched_at is not None and fetched_at >= since:
                told.kept, told.changed = told.kept + (number == 1), told.changed + (number > 1)
                told.bytes += size or 0
            else:
                told.unchanged += 1
        else:
            name = "failed" if broken else str(status)
            told.others[name] = told.others.get(name, 0) + 1
    return told


@dataclass(frozen=True, slots=True)
class Size:
    """How many files of a kind articles link to, how many are kept, how large those are, and how large all
    would be at their mean; sizes in bytes, None where none is kept.
    """

    kind: str
    files: int
    kept: int
    bytes: int
    mean: int | None
    all: int | None

    def as_json(self) -> dict[str, Any]:
        """Returns its fields by name."""
        return {
            "kind": self.kind, "files": self.files, "kept": self.kept, "bytes": self.bytes,
            "mean_bytes": self.mean, "estimated_bytes": self.all,
        }  # fmt: skip


def sizes(db: Database, district: str) -> list[Size]:
    """Returns by kind how large the files are to which a district's articles link. Raises StorageError."""
    kept = case((File.version > 0, 1), else_=0)
    held = case((File.version > 0, File.size), else_=0)
    query = select(File.kind, func.count(), func.sum(kept), func.sum(held)).where(
        File.district_id == district
    )
    rows = db.read(lambda c: c.execute(query.group_by(File.kind).order_by(File.kind)).all())
    found = []
    for kind, files, count, size in rows:
        mean = int(size) // int(count) if count else None
        found.append(
            Size(kind, files, int(count), int(size or 0), mean, None if mean is None else mean * files)
        )
    return found


def totals(connection: Connection, districts: Iterable[str] | None = None) -> dict[str, int]:
    """Returns how many files are kept, how many bytes these have, of how many text was read, how many are
    scans, and how many failed: kept, bytes, text, scans, failed. `districts`: ids; None for all. Without
    what pages draw with.
    """
    version = (FileVersion.file_id == File.id) & (FileVersion.number == File.version)
    content = Content.digest == FileVersion.content_digest
    failed = File.status.in_((Status.FAILED, Status.NOT_A_FILE, Status.TOO_LARGE)) & (File.version == 0)
    query = select(
        func.count(FileVersion.id),
        func.sum(FileVersion.size),
        func.sum(case((Content.folded != "", 1), else_=0)),
        func.sum(case((Content.status == "scan", 1), else_=0)),
        func.sum(case((failed, 1), else_=0)),
    )
    query = query.select_from(File).outerjoin(FileVersion, version).outerjoin(Content, content)
    query = query.where(File.kind != Kind.REQUISITE)
    parts = (
        [query]
        if districts is None
        else [query.where(File.district_id.in_(s)) for s in chunks(sorted(districts))]
    )
    sums = [0] * 5
    for part in parts:
        sums = [
            before + int(more or 0) for before, more in zip(sums, connection.execute(part).one(), strict=True)
        ]
    return dict(zip(("kept", "bytes", "text", "scans", "failed"), sums, strict=True))

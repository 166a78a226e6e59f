"""One district's table as the layers together have it, not yet checked, with the origin of each value."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DISTRICT = -1  # stands for the number of a portal where the value is the district's own


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value stands: the file, and the table in it."""

    file: Path
    table: str  # as in `[do-luong]`, `[[do-luong.portals]] 2` or `[defaults]`

    @property
    def inherited(self) -> bool:
        """Whether the value is the province's."""
        return self.table == "[defaults]"


@dataclass(slots=True)
class Entry:
    """A district's table. `values` is what `District` validates."""

    province_id: str
    table: str
    province: str
    files: list[Path] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[tuple[int, str], Origin] = field(default_factory=dict)  # by portal, from 0, and key
    faults: list[tuple[Path, str, str]] = field(default_factory=list)  # file, table and key, message

    @property
    def id(self) -> str:
        return f"{self.province_id}.{self.table}"

    def origin(self, portal: int, key: str = "") -> Origin:
        """Returns where a key of a portal, or of the DISTRICT, stands; where it is missing, its table."""
        where = self.origins.get((portal, key)) or self.origins.get((portal, ""))
        return where or Origin(self.files[-1], f"[{self.table}]")

"""The blocks of an article by role: what the rules of roles, bylines and endings fill."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipelines.html.blocks import Block


@dataclass(slots=True)
class Roles:
    """The blocks of an article by role, in reading order, and what was cut with the reason why."""

    lead: str | None = None
    body: list[Block] = field(default_factory=list)
    captions: list[tuple[Block | None, Block]] = field(default_factory=list)  # the picture above, the caption
    author: str | None = None
    source: str | None = None  # where the text was taken from, its author where it names none
    date_lines: list[str] = field(default_factory=list)
    images: list[Block] = field(default_factory=list)
    files: list[Block] = field(default_factory=list)
    cut: list[tuple[str, Block]] = field(default_factory=list)

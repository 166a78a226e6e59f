"""What became of every block of a page: its role, or why it was cut (`huyen read --explain`)."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.article.bylines import byline
from pipelines.article.roles import Roles
from pipelines.html.blocks import Block
from pipelines.items import Explained
from storage.text import fold


def explained(found: Sequence[Block], start: int, roles: Roles, title: str) -> list[Explained]:
    """Returns the blocks of `found` in reading order; the headline ends before `start`.

    A picture is told by its address, a block that no rule looked at by where it stands.
    """
    told = {id(block): ("cut", reason) for reason, block in roles.cut}
    for role, blocks in (
        ("body", roles.body),
        ("caption", [caption for _, caption in roles.captions]),
        ("attachment", roles.files),
        ("image", [image for image in roles.images if image.href]),
    ):
        told |= {id(block): (role, None) for block in blocks}  # type: ignore[misc]  # None: not cut
    last = max((i for i, block in enumerate(found) if id(block) in told), default=start)
    lines = []
    for index, block in enumerate(found):
        text = block.text if block.kind != "image" else block.href
        if text:
            role, reason = told.get(id(block)) or _otherwise(block, roles, title, index < start, index > last)
            lines.append(Explained(role, text, reason))
    return lines


def _otherwise(block: Block, roles: Roles, title: str, above: bool, behind: bool) -> tuple[str, str | None]:
    """Role and reason of a block that the reader took by its text, or passed over."""
    if block.text and fold(block.text) == fold(title):
        return "title", None
    if block.text in roles.date_lines:
        return "date", None
    if block.text == roles.lead:
        return "lead", None
    name = byline(block, last=True) if block.kind != "image" and roles.author else None
    if name and name in (roles.author or ""):
        return "author", None
    if block.kind == "image":
        return "cut", "picture outside the article"
    return "cut", "above the headline" if above else "behind the article" if behind else "said already"

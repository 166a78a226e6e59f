"""The codebook: docs/codebook.md of the project, and CODEBOOK.md of a release.

Both have their prose from codebook.md beside this file, and their columns from the tables in words.
`python -m storage.release.documents.codebook` writes the first (`make codebook`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from storage.export.columns import DEFAULT, REST
from storage.release.words import Field, further, tables

PROSE = Path(__file__).with_name("codebook.md")
PAGE = Path(__file__).parents[3] / "docs" / "codebook.md"
_SECTIONS = (
    "Dates",
    "Flags",
    "Duplicates",
    "Outcomes",
    "Verdicts",
    "States",
    "Coverage",
    "Quality",
)  # that a release has, too
_FORMAT = (
    "CSV is UTF-8 with one header row (RFC 4180). An empty cell means *not known* or *none*, a truth value "
    "is `true` or `false`, a list is a JSON array in one cell. Times are ISO 8601 with offset, in Vietnamese "
    "wall time (`+07:00`). All text is Unicode NFC."
)
_LINK = re.compile(r"\[([^\]]+)\]\((?!https?:)[^)]+\)")


def page() -> str:
    """Returns docs/codebook.md."""
    articles = {one.name: one for one in tables()["articles"].fields}
    rest = further()
    prose = PROSE.read_text(encoding="utf-8")
    prose = prose.replace(
        "<!-- default columns -->", _columns((articles[c.name] for c in DEFAULT), sure=True)
    )
    return prose.replace("<!-- further columns -->", _columns((rest[c.name] for c in REST), sure=False))


def _columns(fields: Iterable[Field], *, sure: bool) -> str:
    lines = ["| column | type | meaning | comes from |", "| --- | --- | --- | --- |"]
    if sure:
        lines = [f"{lines[0]} how sure |", f"{lines[1]} --- |"]
    for one in fields:
        cells = [f"`{one.name}`", one.shown, one.text, one.source] + ([one.sure] if sure else [])
        lines.append(f"| {' | '.join(_cell(cell) for cell in cells)} |")
    return "\n".join(lines)


def codebook(package: Mapping[str, Any]) -> str:
    """Returns CODEBOOK.md of a release: every column in English and Vietnamese, then the words in them."""
    parts = ["# Codebook", _FORMAT]
    for resource in package["resources"]:
        if "schema" not in resource:
            continue
        schema = resource["schema"]
        names = ", ".join(f"`{name}`" for name in schema.get("primaryKey", ()))
        keys = [f"Key: {names}."] if names else []
        keys += [_reference(one) for one in schema.get("foreignKeys", ())]
        lines = ["| column | type | meaning | nghĩa |", "| --- | --- | --- | --- |"]
        lines += [
            f"| `{one['name']}` | {one['type']} | {_cell(one['description'])} | "
            f"**{one['title_vi']}.** {_cell(one['description_vi'])} |"
            for one in schema["fields"]
        ]
        told = [resource["description"], f"*{resource['description_vi']}*", " ".join(keys), "\n".join(lines)]
        parts += [f"## `{resource['path']}`", *(text for text in told if text)]
    prose = PROSE.read_text(encoding="utf-8")
    for heading in _SECTIONS:
        found = re.search(rf"^## {heading}\n.*?(?=^## |\Z)", prose, re.MULTILINE | re.DOTALL)
        assert found, heading
        parts.append(_LINK.sub(r"\1", found[0]).rstrip())
    return "\n\n".join(parts) + "\n"


def _reference(one: Mapping[str, Any]) -> str:
    to = one["reference"].get("resource", "the same table")
    return f"{', '.join(f'`{name}`' for name in one['fields'])} → {to}."


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

"""The marked texts and lines of this folder, read; and how a result is compared with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from storage.places import tables
from storage.text import as_typed

FOLDER = Path(__file__).parent


class Line(NamedTuple):
    """A line and the documents that it names: code, kind, type, date, issuer; None: not told."""

    text: str
    expected: tuple[tuple[str | None, ...], ...]


def lines(name: str) -> list[Line]:
    """The lines of a file: `text => code;kind;type;date;issuer => …`, a hyphen for what is not told."""
    found = []
    for row in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        text, *told = re.split(r"\s=>\s?", row)
        fields = (tuple(None if one == "-" else one for one in item.strip().split(";")) for item in told)
        found.append(Line(text.strip().replace("\\n", "\n"), tuple(one for one in fields if one[0])))
    return found


@dataclass(frozen=True)
class Text:
    """An article of a district (`code`) and a day (None: undated), and the communes that it names:
    field, start, end, place_id.
    """

    code: str
    day: str | None
    title: str
    lead: str | None
    body: tuple[str, ...]
    expected: frozenset[tuple[str, int, int, str]]


def texts(name: str) -> list[Text]:
    """The texts of a file: a head `=== code day`, the title, the lead behind `> `, paragraphs; names of
    communes in brackets, with the place behind a bar where it is not the one valid on the day.
    """
    whole = (FOLDER / name).read_text(encoding="utf-8")
    return [_text(block) for block in re.split(r"(?m)^=== ", whole) if block.strip()]


def _text(block: str) -> Text:
    head, title, *rest = block.strip().split("\n")
    code, day = head.split()
    lead = rest.pop(0)[2:] if rest and rest[0].startswith("> ") else None
    fields = {"title": title, "lead": lead, "body": "\n".join(rest)}
    plain, marks = dict[str, str](), set[tuple[str, int, int, str]]()
    for field, marked in fields.items():
        if marked is None:
            continue
        out = ""
        for piece in re.split(r"(\[[^\]]+\])", marked):
            if piece.startswith("["):
                name, _, place = piece[1:-1].partition("|")
                place_id = f"commune:{place}" if place else _valid(code, day, name)
                marks.add((field, len(out), len(out) + len(name), place_id))
                piece = name
            out += piece
        plain[field] = out
    return Text(
        code, None if day == "-" else day, plain["title"], plain.get("lead"),
        tuple(plain["body"].split("\n")) if plain["body"] else (), frozenset(marks),
    )  # fmt: skip


def _valid(code: str, day: str, name: str) -> str:
    """The one commune of a district that had a name on a day."""
    at = "2025-06-30" if day == "-" else day
    own = (
        place
        for place in tables.places(tables.COMMUNES)
        if place.parent.partition("@")[0] == f"district:{code}"
    )
    (found,) = {p.place_id for p in own if p.valid(at) and as_typed(p.name) == as_typed(name)}
    return found


def counted(
    found: set[tuple[str, int, int, str]], expected: frozenset[tuple[str, int, int, str]]
) -> Iterator[tuple[str, tuple[str, int, int, str]]]:
    """Every disagreement: `+` what was found and is not there, `-` what is there and was not found."""
    yield from (("+", one) for one in sorted(found - expected))
    yield from (("-", one) for one in sorted(expected - found))

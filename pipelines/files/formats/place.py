"""Letters of a page, put in order by where they stand.

Where the main font of a document lacks a Vietnamese letter, Word and LibreOffice draw it in a run of its own
from another font, out of the order of reading. Where each letter stands is right all the same.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

COLUMN = "\t"
_BASELINE = 2.0  # points: letters of one line differ by less
_SPACE, _GAP = 0.12, 2.0  # of the letter's size: a gap of a space, of a column
_SMALL = 0.8  # of the size of the line: a raised or lowered figure
_CROSSING, _FILLED, _SIDES, _LINES = 0.2, 0.6, 0.3, 12  # what makes two columns of prose, of the lines


class Letter(NamedTuple):
    """A letter as it is drawn. `x`, `y`: start of its baseline in points, upward; `right`: end of its box."""

    text: str
    x: float
    y: float
    right: float
    size: float


def in_order(letters: Sequence[Letter]) -> str:
    """Returns the text of a page: a line a line, a tab where columns stand apart.

    Columns of prose, which a gutter divides over most of the page, are read one after the other.
    """
    lines = _lines(letters)
    if (gutter := _gutter(lines)) is None:
        return "\n".join(map(_joined, lines))
    return "\n".join(map(_joined, _by_column(lines, gutter)))


def _lines(letters: Sequence[Letter]) -> list[list[Letter]]:
    lines: list[list[Letter]] = []
    for letter in sorted(letters, key=lambda one: (-one.y, one.x)):
        if lines and lines[-1][0].y - letter.y < _BASELINE:
            lines[-1].append(letter)
        else:
            lines.append([letter])
    return [_ordered(line) for line in _with_figures(lines)]


def _with_figures(lines: list[list[Letter]]) -> list[list[Letter]]:
    """Puts raised and lowered figures (m², CO₂) into the line beside which they stand."""
    sizes = [max(letter.size for letter in line) for line in lines]
    taken: list[list[Letter]] = [[] for _ in lines]
    for at, line in enumerate(lines):
        for other in (at - 1, at + 1):
            if not 0 <= other < len(lines) or sizes[at] >= _SMALL * sizes[other]:
                continue
            near = abs(lines[other][0].y - line[0].y) < 0.6 * sizes[other]
            left, right = min(one.x for one in lines[other]), max(one.right for one in lines[other])
            if near and all(left <= one.x <= right + sizes[other] for one in line):
                taken[other].extend(line)
                lines[at] = []
                break
    return [line + more for line, more in zip(lines, taken, strict=True) if line or more]


def _ordered(line: list[Letter]) -> list[Letter]:
    """Letters by place; a combining mark behind the letter over which it is drawn."""
    bases = sorted((one for one in line if not _mark(one)), key=lambda one: one.x)
    marks = [one for one in line if _mark(one)]
    if not marks or not bases:
        return bases or line
    behind: dict[int, list[Letter]] = {}
    for mark in marks:
        at = min(range(len(bases)), key=lambda index: _distance(bases[index], mark))
        behind.setdefault(at, []).append(mark)
    return [one for at, base in enumerate(bases) for one in (base, *behind.get(at, ()))]


def _mark(letter: Letter) -> bool:
    return any(map(unicodedata.combining, letter.text))


def _distance(base: Letter, mark: Letter) -> float:
    """How far a mark is from a letter: it starts within the letter's box, or where that ends."""
    if base.x < mark.x <= base.right + 0.01:
        return 0.0
    return min(abs(mark.x - base.x) + 0.1, abs(mark.x - base.right))


def _joined(line: Sequence[Letter]) -> str:
    text = ""
    before: Letter | None = None
    for letter in line:
        if before is not None and not _mark(letter):
            gap = letter.x - before.right
            size = max(before.size, letter.size)
            if gap > _GAP * size:
                text = text.rstrip(" ") + COLUMN
            elif gap > _SPACE * size and not text.endswith((" ", COLUMN)) and not letter.text.isspace():
                text += " "
        if letter.text.isspace():
            text += "" if text.endswith((" ", COLUMN)) or not text else " "
        else:
            text += letter.text
        # a mark takes no room, and blanks end where the next letter says
        before = letter if before is None or letter.right > before.right else before
    return text.strip(" ")


def _spans(line: Sequence[Letter]) -> list[tuple[float, float]]:
    """The pieces of a line between wide gaps, from left to right."""
    spans: list[tuple[float, float]] = []
    for letter in line:
        if letter.text.isspace():
            continue
        if spans and letter.x - spans[-1][1] <= 1.2 * letter.size:
            spans[-1] = (spans[-1][0], max(spans[-1][1], letter.right))
        else:
            spans.append((letter.x, letter.right))
    return spans


def _gutter(lines: Sequence[Sequence[Letter]]) -> float | None:
    """Returns where two columns of prose part, or None: a table and a letterhead stand on one line."""
    if len(lines) < _LINES:
        return None
    spans = [_spans(line) for line in lines]
    inked = [span for row in spans for span in row]
    if not inked:
        return None
    left, right = min(span[0] for span in inked), max(span[1] for span in inked)
    width = right - left
    best = None
    for step in range(35, 66, 1):
        x = left + width * step / 100
        crossing = sum(1 for row in spans if any(a < x < b for a, b in row))
        if best is None or crossing < best[0]:
            best = (crossing, x)
    assert best is not None
    crossing, x = best
    if crossing > _CROSSING * len(lines):
        return None
    for low, high in ((left, x), (x, right)):
        side = [(a, b) for row in spans for a, b in row if a >= low - 1 and b <= high + 1]
        filled = [b - a for a, b in side if b - a >= _FILLED * (high - low) * 0.9]
        if len(side) < _SIDES * len(lines) or len(filled) < _FILLED * len(side):
            return None
    return x


def _by_column(lines: Iterable[Sequence[Letter]], gutter: float) -> list[list[Letter]]:
    ordered: list[list[Letter]] = []
    left: list[list[Letter]] = []
    right: list[list[Letter]] = []
    for line in lines:
        if any(a < gutter < b for a, b in _spans(line)):
            ordered += [*left, *right, list(line)]
            left, right = [], []
            continue
        for column, part in (
            (left, [one for one in line if one.x < gutter]),
            (right, [one for one in line if one.x >= gutter]),
        ):
            if part:
                column.append(part)
    return ordered + left + right

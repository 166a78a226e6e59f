"""A map of rows by months or years: how much there is by shade, why there is nothing by sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from crawler.charts.draw import FONT, KEY, LETTER, Chart, Words, along, box, legend, mark, px, svg

CELL, ROW, TOP = 8, 15, 20  # px: of a month, of a row, above the first row
LEVELS = 4
_YEAR = 34  # px of a year, where columns are years
_LONGEST = 34  # letters of a row's name
_POINTED = (
    2_500  # cells up to which each says its number where one points at it; beyond, equal ones are joined
)
# How nothing looks, by what the caller knows of it: told apart without colour.
SIGNS = ("empty", "slash", "cross", "dot", "blank")


class State(NamedTuple):
    """Why a cell has no number: its words for the legend, and its sign, one of SIGNS."""

    words: str
    sign: str


Value = int | str  # a number of articles above 0, or the key of a state


def heat(
    rows: Sequence[tuple[str, Mapping[str, Value]]],
    shown: Sequence[str],
    states: Mapping[str, State],
    words: Words,
) -> Chart:
    """Draws `rows`, name to value by period, over the periods `shown` (months or years, in order).

    A period without a value is blank. Four shades, by the share of the largest number; the legend has the
    numbers. The table has a number, or the words of the state, in each cell.
    """
    head = (words.across, *shown)
    if not rows or not shown:
        return Chart("", head, [])
    most = max((v for _, values in rows for v in values.values() if isinstance(v, int)), default=0)
    bounds = _bounds(most)
    left = min(max(len(name) for name, _ in rows), _LONGEST) * LETTER + 12
    step = CELL if len(shown[0]) > 4 else _YEAR
    width = left + max(step * len(shown), 300) + 8
    parts = along(shown, left, step, FONT)
    pointed = len(rows) * len(shown) <= _POINTED
    used: set[str] = set()
    for at, (name, values) in enumerate(rows):
        y = TOP + at * ROW
        short = name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"
        parts.append(mark("text", short, x=left - 8, y=y + ROW - 4, text_anchor="end"))
        looks = [_look(values.get(period), bounds, states) for period in shown]
        used.update(looks)
        if pointed:
            parts += [
                mark("path", told=_told(name, period, values.get(period), states, words), class_=look,
                     d=_sign(look, left + n * step, y, step - 1))
                for n, (period, look) in enumerate(zip(shown, looks, strict=True)) if look != "blank"
            ]  # fmt: skip
        else:
            parts += _joined(looks, left, y, step)
    height = TOP + len(rows) * ROW + 8.0
    keys = [(f"h{n}", _range(bounds, n, words)) for n in range(1, len(bounds) + 1) if f"h{n}" in used]
    told = [(s.sign, s.words) for s in states.values() if s.sign in used - {"blank"}]
    named, taken = legend([*keys, *told], left, height, width, _key)
    parts += named
    return Chart(svg(words, width, height + taken, parts), head, [_row(row, shown, states) for row in rows])


def _bounds(most: int) -> list[int]:
    """Returns the largest number of each shade, ascending: few articles must not look like none."""
    if most <= LEVELS:
        return list(range(1, most + 1))
    return sorted({max(1, round(most * share)) for share in (0.1, 0.3, 0.6, 1.0)})


def _range(bounds: Sequence[int], level: int, words: Words) -> str:
    least, most = bounds[level - 2] + 1 if level > 1 else 1, bounds[level - 1]
    return words.number(least) if least == most else f"{words.number(least)}–{words.number(most)}"


def _look(value: Value | None, bounds: Sequence[int], states: Mapping[str, State]) -> str:
    if isinstance(value, str):
        return states[value].sign
    if not value:
        return "blank"
    return f"h{next(n for n, bound in enumerate(bounds, 1) if value <= bound)}"


def _told(name: str, period: str, value: Value | None, states: Mapping[str, State], words: Words) -> str:
    said = states[value].words if isinstance(value, str) else words.number(value or 0)
    return f"{name}, {period}: {said}"


def _sign(look: str, x: float, y: float, width: float, cells: int = 1, step: float = 0) -> str:
    """Returns the path of a cell, or of several equal ones in a row."""
    height, wide = ROW - 3, px(width)
    found = []
    for n in range(cells):
        at = px(x + n * step)
        if look == "slash":
            found.append(f"M{at} {px(y + height)}l{wide} {-height}")
        elif look == "cross":
            found.append(f"M{at} {px(y)}l{wide} {height}m0 {-height}l-{wide} {height}")
        elif look == "dot":
            found.append(f"M{px(x + n * step + width / 2 - 1)} {px(y + height / 2 - 1)}h2v2h-2z")
        else:
            found.append(f"M{at} {px(y)}h{wide}v{height}h-{wide}z")
    return "".join(found)


def _joined(looks: Sequence[str], left: float, y: float, step: float) -> list[str]:
    """Returns one mark for each run of equal cells."""
    found, at = [], 0
    for look, run in groupby(looks):
        count = len(list(run))
        x = left + at * step
        if look.startswith("h"):
            found.append(mark("path", class_=look, d=_sign(look, x, y, count * step - 1)))
        elif look != "blank":
            found.append(mark("path", class_=look, d=_sign(look, x, y, step - 1, count, step)))
        at += count
    return found


def _key(look: str, x: float, y: float) -> str:
    """Returns the mark of a shade or sign in the legend."""
    return mark("path", class_=look, d=_sign(look, x, y, KEY)) if look in SIGNS else box(look, x, y)


def _row(
    row: tuple[str, Mapping[str, Value]], shown: Sequence[str], states: Mapping[str, State]
) -> tuple[str | int, ...]:
    name, values = row
    found = (values.get(period, "") for period in shown)
    return (name, *(states[value].words if value in states else value for value in found))  # type: ignore[index]

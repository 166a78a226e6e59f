"""What all charts are made of: escaped marks, axes, the legend, and a file that stands alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.resources import files
from textwrap import wrap
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from storage.coverage.months import months

FONT = 11  # px, as style.css has it
LETTER = 6.2  # px that a letter takes on average
NARROWEST = 480.0  # px of a file: its title and notes need room
LEGEND = 18  # px that a line of the legend takes
KEY = 11  # px of a sign in it
_SIZE = re.compile(r'viewBox="0 0 (\d+) (\d+)" width="\d+" height="\d+"')
_VARIABLE = re.compile(r"(--[\w-]+): ([^;]+);\s*")


class Words(NamedTuple):
    """What a chart says in the reader's language: its title, its axes, the first column of its table."""

    title: str
    across: str
    up: str
    number: Callable[[int], str] = str


class Chart(NamedTuple):
    """A drawn chart and the table behind it. `svg` may stand in an HTML page or, `alone`, in a file."""

    svg: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str | int, ...]]

    def __bool__(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.rows)

    def alone(self, title: str = "", notes: Sequence[str] = ()) -> str:
        """Returns the chart as an SVG file: with its colours, on white, as paper has it.

        `title` stands above it and `notes` below, each on as many lines as it needs.
        """
        start, end, rest = self.svg.partition(">")
        size = _SIZE.search(start)
        drawn, height = (float(part) for part in size.groups()) if size else (0.0, 0.0)
        width = max(drawn, NARROWEST)
        parts, top = _lines(title, width, FONT + 6.0, "title") if title else ([], 0.0)
        body = f'<g transform="translate(0 {px(top)})">{rest.removesuffix("</svg>")}</g>'
        y = top + height
        for note in notes:
            told, taken = _lines(note, width, y + FONT + 4, "note")
            parts += told
            y += taken
        y += 4 if notes else 0
        start = _SIZE.sub(f'viewBox="0 0 {width:.0f} {y:.0f}" width="{width:.0f}" height="{y:.0f}"', start)
        paper = '<rect width="100%" height="100%" fill="#fff"/>'
        return (
            f"<?xml version='1.0' encoding='utf-8'?>\n{start}{end}<style>{_light()}</style>{paper}"
            f"{''.join(parts)}{body}</svg>\n"
        )


def look() -> str:
    """Returns the rules of style that the status page and the pages of the browser share."""
    return files("crawler.charts").joinpath("look.css").read_text(encoding="utf-8")


def style() -> str:
    """Returns the rules of style for the classes of the charts."""
    return files("crawler.charts").joinpath("style.css").read_text(encoding="utf-8")


def _light() -> str:
    """Returns the rules of style for paper, without variables, which few programs but browsers know."""
    rules = "\n".join(line for line in style().splitlines() if not line.startswith("@media"))
    values = dict(_VARIABLE.findall(rules))
    return re.sub(r"var\((--[\w-]+)\)", lambda match: values[match[1]], _VARIABLE.sub("", rules))


def _lines(text: str, width: float, y: float, class_: str) -> tuple[list[str], float]:
    """Returns the marks of a text that is broken to `width`, its first line at `y`, and the height taken."""
    letter, step = (LETTER * 1.45, 20) if class_ == "title" else (LETTER, 15)
    lines = wrap(text, max(20, int((width - 8) / letter))) or [""]
    marks = [mark("text", line, class_=class_, x=4, y=y + n * step) for n, line in enumerate(lines)]
    return marks, float(len(lines) * step)


def svg(words: Words, width: float, height: float, parts: Iterable[str]) -> str:
    """Returns the element that holds `parts`, named by the title."""
    return (
        f'<svg class="chart" xmlns="http://www.w3.org/2000/svg" role="img" '
        f'aria-label={quoteattr(words.title)} viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}">'
        f"{''.join(parts)}</svg>"
    )


def mark(tag: str, text: str | None = None, told: str | None = None, **attributes: float | str) -> str:
    """Returns one mark; `text` stands in it, `told` is what it says where one points at it.

    Numbers are rounded to a tenth of a pixel; `_` in a name is `-`, `class_` is `class`.
    """
    named = "".join(
        f" {name.rstrip('_').replace('_', '-')}={quoteattr(value if isinstance(value, str) else px(value))}"
        for name, value in attributes.items()
    )
    inner = escape(text or "") + (f"<title>{escape(told)}</title>" if told else "")
    return f"<{tag}{named}>{inner}</{tag}>" if inner else f"<{tag}{named}/>"


def px(value: float) -> str:
    """Returns a number of pixels, to a tenth."""
    return f"{value:.1f}".removesuffix(".0")


def ticks(most: int) -> list[int]:
    """Returns round values from 0 to at least `most`, about five."""
    step = next(one * 10**n for n in range(15) for one in (1, 2, 5) if one * 10**n * 5 >= most)
    return list(range(0, most + step, step)) if most % step else list(range(0, most + 1, step))


def periods(known: Iterable[str]) -> list[str]:
    """Returns all months, or all years, from the first to the last that is known, gaps filled."""
    shown = sorted(known)
    if not shown:
        return []
    if len(shown[0]) == 4:
        return [f"{year:04}" for year in range(int(shown[0]), int(shown[-1]) + 1)]
    return months(shown[0], shown[-1])


def along(shown: Sequence[str], left: float, step: float, y: float) -> list[str]:
    """Returns the names of years under a row of months or years, as many as fit."""
    room = 4 * LETTER + 8
    found, last = [], -room
    for at, period in enumerate(shown):
        x = left + at * step
        if (at == 0 or period.endswith("-01") or len(period) == 4) and x - last >= room:
            # a year that has barely begun leaves its place to the next one
            if (
                at == 0
                and len(period) > 4
                and not period.endswith(("-01", "-02", "-03", "-04", "-05", "-06"))
            ):
                continue
            found.append(mark("text", period[:4], x=x, y=y))
            last = x
    return found


def box(sign: str, x: float, y: float) -> str:
    """Returns the mark of a colour in a legend, of the class `sign`."""
    return mark("rect", class_=sign, x=x, y=y, width=KEY, height=KEY)


def legend(
    entries: Sequence[tuple[str, str]],
    left: float,
    y: float,
    width: float,
    drawn: Callable[[str, float, float], str] = box,
) -> tuple[list[str], float]:
    """Returns the marks of a legend, of (class of a sign, words), and the height that it takes.

    `drawn` draws a sign with its upper left corner at x and y.
    """
    found: list[str] = []
    x, top = left, y
    for sign, words in entries:
        needed = 16 + len(words) * LETTER + 14
        if x > left and x + needed > width:
            x, y = left, y + LEGEND
        found.append(drawn(sign, x, y))
        found.append(mark("text", words, x=x + 16, y=y + 10))
        x += needed
    return found, y + LEGEND - top


def table(shown: Sequence[str], series: Mapping[str, Mapping[str, int]]) -> list[tuple[str | int, ...]]:
    """Returns a row for each period that has anything: its name, then the number of each series."""
    found: list[tuple[str | int, ...]] = []
    for period in shown:
        numbers = [counts.get(period, 0) for counts in series.values()]
        if any(numbers):
            found.append((period, *numbers))
    return found

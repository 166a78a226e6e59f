"""Bars a month or a year, of one series or of several upon each other."""

from __future__ import annotations

from collections.abc import Mapping

from crawler.charts.draw import FONT, LETTER, Chart, Words, along, legend, mark, periods, svg, table, ticks

HEIGHT, TOP, RIGHT = 150, 26, 12  # px
_LEAST, _MOST = 460, 900  # px that the bars take together, where their number allows
_THIN, _WIDE = 5, 36  # px of a bar and the gap behind it


def bars(series: Mapping[str, Mapping[str, int]], words: Words) -> Chart:
    """Draws `series`, name to numbers by month (YYYY-MM) or by year (YYYY), the first one at the bottom.

    Periods without anything are gaps. Without any number, nothing is drawn and the table is empty.
    """
    shown = periods({period for counts in series.values() for period, n in counts.items() if n})
    head = (words.across, *series)
    if not shown:
        return Chart("", head, [])
    most = max(sum(counts.get(period, 0) for counts in series.values()) for period in shown)
    steps = ticks(most)
    left = max(len(words.number(step)) for step in steps) * LETTER + 12
    step = min(max(_LEAST / len(shown), _THIN), _WIDE)
    step = step if step * len(shown) <= _MOST else max(_MOST / len(shown), _THIN)
    width = left + max(step * len(shown), len(words.up) * LETTER) + RIGHT
    parts = [mark("text", words.up, x=0, y=FONT)]
    for value in steps:
        y = TOP + HEIGHT * (1 - value / steps[-1])
        parts.append(mark("line", class_="rule", x1=left, x2=width - RIGHT, y1=y, y2=y))
        parts.append(mark("text", words.number(value), x=left - 6, y=y + 4, text_anchor="end"))
    for at, period in enumerate(shown):
        y = float(TOP + HEIGHT)
        for n, (name, counts) in enumerate(series.items()):
            count = counts.get(period, 0)
            if not count:
                continue
            height = HEIGHT * count / steps[-1]
            y -= height
            whose = f"{period}, {name}" if len(series) > 1 else period
            box = mark(
                "rect", told=f"{whose}: {words.number(count)}", class_=f"c{n}",
                x=left + at * step, y=y, width=step - min(2.0, step / 5), height=height,
            )  # fmt: skip
            parts.append(box)
    parts += along(shown, left, step, TOP + HEIGHT + 16)
    height = TOP + HEIGHT + 24.0
    if len(series) > 1:
        named, taken = legend([(f"c{n}", name) for n, name in enumerate(series)], left, height + 4, width)
        parts += named
        height += taken + 4
    return Chart(svg(words, width, height, parts), head, table(shown, series))

"""The charts of the pages: figures of a selection, drawn with the words of the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from markupsafe import Markup

from crawler.charts.bars import bars
from crawler.charts.draw import Chart, Words
from crawler.charts.heat import Value, heat
from crawler.charts.kinds import signs, value
from storage.coverage.months import Month, State
from storage.serve import trends
from storage.serve.browse import Where
from storage.serve.portals import Covered
from web.parts import language


class Figure(NamedTuple):
    """A chart in a page: its title, and the table behind it."""

    title: str
    svg: Markup
    head: tuple[str, ...]
    rows: Sequence[tuple[str | int, ...]]

    @classmethod
    def of(cls, chart: Chart, title: str) -> Figure:
        """Returns `chart`, whose marks are escaped where they are drawn."""
        return cls(title, Markup(chart.svg), chart.head, chart.rows)  # noqa: S704


def over_time(connection: Any, where: Where, chosen: str) -> list[Figure]:
    """Returns the figures of a selection in the language `chosen`; a query each."""
    say = partial(language.say, chosen)
    found = [month_figure(trends.by_period(connection, where), chosen)]
    for name, split in (("by_precision", trends.by_precision), ("by_copies", trends.by_copies)):
        series = {
            say("original_text" if key == "original" else key): counts
            for key, counts in split(connection, where).items()
            if counts
        }
        found.append(Figure.of(bars(series, _words(name, "year", chosen)), say(name)))
    return found


def month_figure(periods: Mapping[str, int], chosen: str) -> Figure:
    """Returns the articles a month; `periods` as storage.serve.trends.by_period has them."""
    say = partial(language.say, chosen)
    series = {say("articles"): trends.months(periods)}
    return Figure.of(bars(series, _words("by_month", "month", chosen)), say("by_month"))


def coverage_figure(rows: Sequence[Covered], months: Sequence[Month], chosen: str) -> Figure:
    """Returns the map of portals by months: how many articles, or why there are none."""
    say = partial(language.say, chosen)
    names = {(row.district_id, row.portal): f"{row.district} · {urlsplit(row.portal).netloc}" for row in rows}
    cells: dict[tuple[str, str], dict[str, Value]] = {key: {} for key in names}
    for one in months:
        cells.setdefault((one.district_id, one.portal), {})[one.month] = value(one)
    shown = [(names[key], values) for key, values in cells.items() if key in names]
    every = sorted({month for _, values in shown for month in values})
    said = {state: say(state) for state in State}
    drawn = heat(shown, every, signs(said), _words("coverage", "portal", chosen))
    return Figure.of(drawn, say("coverage_map"))


def _words(title: str, across: str, chosen: str) -> Words:
    say = partial(language.say, chosen)
    return Words(say(title), say(across), say("articles"), partial(language.number, chosen))

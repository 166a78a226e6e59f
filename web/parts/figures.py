"""The charts of the pages: figures of a selection, drawn with the words of the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from markupsafe import Markup

from crawler.charts.bars import bars
from crawler.charts.draw import Chart, Words
from storage.serve import trends
from web.parts import language

NAMES = ("by_month", "by_precision", "by_copies")


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


def over_time(
    connection: Any, where: trends.Where, chosen: str, names: Sequence[str] = NAMES
) -> list[Figure]:
    """Returns the figures `names` of a selection in the language `chosen`; a query each."""
    say = partial(language.say, chosen)
    found = []
    for name in names:
        series: Mapping[str, Mapping[str, int]]
        if name == "by_month":
            series = {say("articles"): trends.by_month(connection, where)}
        else:
            split = {"by_precision": trends.by_precision, "by_copies": trends.by_copies}[name]
            series = {
                say("original_text" if key == "original" else key): counts
                for key, counts in split(connection, where).items()
            }
        across = say("month" if name == "by_month" else "year")
        words = Words(say(name), across, say("articles"), partial(language.number, chosen))
        found.append(Figure.of(bars(series, words), say(name)))
    return found

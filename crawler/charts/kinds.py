"""The charts of `huyen chart`: which figures of the archive each one draws, and what is said beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from crawler.charts.bars import bars
from crawler.charts.draw import Chart, Words
from crawler.charts.heat import State as Sign
from crawler.charts.heat import Value, heat
from storage.coverage.known import latest
from storage.coverage.months import Month, State, coverage, within
from storage.database import Database
from storage.language.messages import Message, ngettext, shown
from storage.language.messages import gettext as _
from storage.records import DistrictRecord
from storage.search.names import district_named
from storage.search.selection import Filters, districts_meant, period
from storage.serve import trends
from storage.serve.browse import Selection, chosen
from storage.serve.facets import district_names
from storage.vocabulary import local

_YEAR = 4  # letters


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with its title and the notes below it, in the language of the process."""

    chart: Chart
    title: str
    notes: Sequence[str]

    def svg(self) -> str:
        """Returns it as an SVG file."""
        return self.chart.alone(self.title, self.notes)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is drawn: the articles of `filters` in `database`, read through `connection`."""

    connection: Any
    database: Database
    filters: Filters
    registered: Iterable[DistrictRecord] = ()

    def where(self, whole: bool = False) -> Any:
        """Returns the selection; `whole`: of all times, since a period leaves undated articles out."""
        filters = replace(self.filters, since=None, until=None) if whole else self.filters
        return chosen(self.connection, self.database, Selection(filters))


def articles_by_month(asked: Asked) -> Figure:
    """Draws the articles of each month; those dated by an event in another colour."""
    where = asked.where()
    periods = trends.by_period(asked.connection, where)
    events = trends.events_by_period(asked.connection, where)
    published = {when: n - events.get(when, 0) for when, n in periods.items()}
    series = {_("date of publication"): trends.months(published)}
    if any(trends.months(events).values()):
        series[_("date of an event")] = trends.months(events)
    words = Words(_("Articles by month"), _("month"), _("articles per month"), number)
    years = sum(n for when, n in periods.items() if len(when) == _YEAR)
    notes = [_left_out(asked, years), _source(asked)]
    return Figure(bars(series, words), _title(asked, words.title), notes)


def precision(asked: Asked) -> Figure:
    """Draws the articles of each year by the precision of their dates."""
    names = {
        "minute": _("to the minute"),
        "day": _("to the day"),
        "month": _("to the month"),
        "year": _("to the year"),
    }
    split = trends.by_precision(asked.connection, asked.where())
    series = {names[name]: counts for name, counts in split.items() if counts}
    words = Words(_("Precision of the dates"), _("year"), _("articles per year"), number)
    events = sum(trends.events_by_period(asked.connection, asked.where()).values())
    notes = [_left_out(asked, 0), _source(asked)]
    if events:
        said = ngettext("{n} article", "{n} articles", events)
        notes.insert(0, _("Dated by an event: {articles}.", articles=said))
    return Figure(bars(series, words), _title(asked, words.title), notes)


def duplicates(asked: Asked) -> Figure:
    """Draws the articles of each year that are original, and that repeat an earlier one."""
    names = {
        "original": _("published for the first time"),
        "exact": _("exact copy of an earlier article"),
        "near": _("near copy"),
    }
    split = trends.by_copies(asked.connection, asked.where())
    series = {names[name]: counts for name, counts in split.items() if counts}
    words = Words(_("Duplicates"), _("year"), _("articles per year"), number)
    return Figure(bars(series, words), _title(asked, words.title), [_left_out(asked, 0), _source(asked)])


def signs(words: Mapping[State, str]) -> dict[str, Sign]:
    """Returns how a map shows each state of a month without articles; `words` has what its legend says."""
    shapes = {
        State.SILENT: "empty",
        State.UNREACHABLE: "slash",
        State.NOT_CRAWLED: "cross",
        State.AFTER_UNTIL: "dot",
        State.BEFORE_START: "blank",
    }
    return {str(state): Sign(words[state], shape) for state, shape in shapes.items()}


def value(row: Month) -> Value:
    """Returns what a map shows of a month. With articles dated to the year alone it is not empty."""
    return max(row.articles, 1) if row.state == State.COVERED else str(row.state)


def covered(asked: Asked) -> Figure:
    """Draws every portal by month: how many articles, or why there are none."""
    said = {
        State.SILENT: _("nothing published"),
        State.UNREACHABLE: _("no answer"),
        State.NOT_CRAWLED: _("not crawled"),
        State.AFTER_UNTIL: _("after its end"),
        State.BEFORE_START: _("before its first trace"),
    }
    since, until = period(asked.filters)
    ids = districts_meant(asked.connection, asked.filters)
    names = district_names(asked.connection)
    names |= {one.id: one.name for one in asked.registered}
    rows: dict[tuple[str, str], dict[str, Value]] = {}
    shown: dict[str, None] = {}
    for row in coverage(asked.connection, ids, asked.registered):
        if within(row.month, since, until):
            shown[row.month] = None
            rows.setdefault((row.district_id, row.portal), {})[row.month] = value(row)
    named = [
        (f"{names.get(id_, id_)} ({urlsplit(portal).netloc})", values)
        for (id_, portal), values in rows.items()
    ]
    words = Words(_("Coverage"), _("month"), _("articles per month"), number)
    notes = [_("Shade: articles per month. Blank: before the first trace of the portal."), _source(asked)]
    return Figure(heat(named, list(shown), signs(said), words), _title(asked, words.title), notes)


KINDS: Mapping[str, Callable[[Asked], Figure]] = {
    "articles-by-month": articles_by_month,
    "coverage": covered,
    "precision": precision,
    "duplicates": duplicates,
}


def number(value: int) -> str:
    """Returns a number with its thousands apart, as the language of the process writes it."""
    return shown(Message("{n:,}", {"n": value}))


def _left_out(asked: Asked, years: int) -> str:
    """Says how many articles a drawing by time cannot show."""
    undated = trends.by_period(asked.connection, asked.where(whole=True)).get("", 0)
    said = [ngettext("{n} undated article", "{n} undated articles", undated)]
    if years:
        said.append(ngettext("{n} dated to the year only", "{n} dated to the year only", years))
    return _("Not drawn: {what}.", what=", ".join(said))


def _source(asked: Asked) -> str:
    count = sum(trends.by_period(asked.connection, asked.where()).values())
    at = latest(asked.connection)
    said = ngettext("{n} article", "{n} articles", count)
    if at is None:
        return _("Source: archive of huyen; {articles} in the selection.", articles=said)
    day = local(at).date()
    return _("Source: archive of huyen, {day}; {articles} in the selection.", day=day, articles=said)


def _title(asked: Asked, title: str) -> str:
    filters, names = asked.filters, district_names(asked.connection)
    ids = [district_named(asked.connection, one) for one in filters.districts]
    of = [names.get(one, one) for one in ids] + [*filters.provinces, *filters.places]
    if filters.query:
        of.append(f"“{filters.query}”")
    if filters.since and filters.until:
        of.append(f"{filters.since} – {filters.until}")
    elif filters.since:
        of.append(_("since {period}", period=filters.since))
    elif filters.until:
        of.append(_("until {period}", period=filters.until))
    return f"{title}: {', '.join(of)}" if of else title

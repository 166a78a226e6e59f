"""How stories told more than once look: who was first, who came after, and how much later as far as known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawler.terminal.escapes import printable
from crawler.terminal.tables import clock
from storage.language.codes import word
from storage.language.messages import gettext as _
from storage.language.messages import marked, ngettext, shown
from storage.text import counted
from storage.vocabulary import local

if TYPE_CHECKING:
    from storage.serve.stories import Member, Pair, Story

SHOWN = 20  # copies of a story; a notice may stand on hundreds of portals
_UNITS = {4: "year", 7: "month", 10: "day", 25: "minute"}  # by the length of an ISO date
_SAME = {
    "year": marked("the same year"),
    "month": marked("the same month"),
    "day": marked("the same day"),
    "minute": marked("the same minute"),
}
_SPANS: dict[str, Callable[[int], str]] = {
    "year": lambda n: counted(n, "year"),
    "month": lambda n: counted(n, "month"),
    "day": lambda n: counted(n, "day"),
    "minute": lambda n: counted(n, "minute"),
}
_HOUR, _DAY = 60, 24 * 60  # minutes


def delay(first: Member, copy: Member) -> tuple[int, str] | None:
    """Returns how much later than `first` the copy was published: a whole number, and its unit, as in _UNITS.

    The unit is that of the less precise date: between two days there are days, never hours. None where a date
    is unknown, or is that of the event, on which or after which the article appeared.
    """
    one, other = first.published_at, copy.published_at
    if not one or not other or first.published_is_event or copy.published_is_event:
        return None
    unit = _UNITS[min(len(one), len(other))]
    if unit == "minute":
        return int((datetime.fromisoformat(other) - datetime.fromisoformat(one)).total_seconds() // 60), unit
    if unit == "day":
        return (_day(other) - _day(one)).days, unit
    years, months = int(other[:4]) - int(one[:4]), int(other[5:7] or 0) - int(one[5:7] or 0)
    return (years, unit) if unit == "year" else (12 * years + months, unit)


def later(found: tuple[int, str] | None) -> str:
    """Returns a `delay` in words; nothing where it is not known."""
    if found is None:
        return ""
    count, unit = found
    if count == 0:
        return _(_SAME[unit])
    if unit == "minute" and count >= 2 * _DAY:
        count, unit = count // _DAY, "day"
    elif unit == "minute" and count >= _HOUR:
        return _("{hours} h {minutes:02} min later", hours=count // _HOUR, minutes=count % _HOUR)
    return _("{span} later", span=_SPANS[unit](count))


def story_lines(story: Story) -> Iterator[str]:
    """Yields a story for a person: its title, then two lines an article, SHOWN copies at most."""
    first = story.original
    yield printable(first.title)
    seen = "" if first.published_at else _("first seen {day}", day=clock(first.first_seen_at)[:10])
    yield from _article(_("first"), first, seen)
    for copy in story.copies[:SHOWN]:
        alike = f" {int(copy.similarity * 100) / 100:.2f}" if copy.similarity is not None else ""
        kind = shown(word("reason", copy.kind or ""))
        yield from _article(f"{kind}{alike}", copy, later(delay(first, copy)))
    if len(story.copies) > SHOWN:
        yield "  … " + _("and {count} more copies; --json has them all", count=len(story.copies) - SHOWN)


def total_line(totals: Mapping[str, int]) -> str:
    """Returns the totals in one line."""
    stories, exact, near = totals["stories"], totals["exact"], totals["near"]
    return ngettext(
        "{stories} in {articles}: {exact} exact and {n} near copy",
        "{stories} in {articles}: {exact} exact and {n} near copies",
        near,
        stories=counted(stories, "story", "stories"),
        articles=counted(stories + exact + near, "article"),
        exact=exact,
    )


def pair_lines(pairs: Iterable[Pair], own: int) -> Iterator[str]:
    """Yields who repeats whom, a pair of portals a line; `own` copies stand on the portal of their
    original.
    """
    lines = [
        f"  {p.copy_district} ({_host(p.copy_portal)}) ← {p.original_district} ({_host(p.original_portal)}): "
        + _("{count} ({exact} exact, {near} near)", count=p.exact + p.near, exact=p.exact, near=p.near)
        for p in pairs
    ]
    if lines:
        yield _("who repeats whom most (copy ← original)")
        yield from lines
    if own:
        yield ngettext(
            "{n} of the copies stands on the portal of its original",
            "{n} of the copies stand on the portal of their original",
            own,
        )


def story_json(story: Story) -> dict[str, Any]:
    """Returns a story for JSON: original and copies, each copy with its delay as {"value", "unit"} or
    null.
    """
    first = story.original._asdict()
    del first["kind"], first["similarity"]
    return {"original": first, "copies": [_copy_json(story.original, copy) for copy in story.copies]}


def _copy_json(first: Member, copy: Member) -> dict[str, Any]:
    found = delay(first, copy)
    return copy._asdict() | {"delay": found and dict(zip(("value", "unit"), found, strict=True))}


def _article(role: str, one: Member, note: str) -> Iterator[str]:
    printed = (one.published_at or _("date unknown"))[:16].replace("T", " ")
    event = _("date of the event") if one.published_is_event else ""
    where = ", ".join(filter(None, (one.district, one.province)))
    yield f"  {role:9}  {printed:16}  {'; '.join(filter(None, (where, event, note)))}"
    yield f"  {'':9}  {one.id}  {printable(one.url)}"


def _day(printed: str) -> date:
    """Returns the Vietnamese day of a date that is at least as precise."""
    if len(printed) == 10:
        return date.fromisoformat(printed)
    return local(datetime.fromisoformat(printed)).date()


def _host(portal: str) -> str:
    return urlsplit(portal).netloc or portal

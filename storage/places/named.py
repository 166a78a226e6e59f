"""The communes that texts of a district may name: those that it ever had, and what they became."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import NamedTuple

from storage.places import lookup
from storage.places.tables import COMMUNES, UPPER, Change, Place, changes, places
from storage.text import fold

_AHEAD = 120  # days: resolutions, and the news of them, come some months before a new commune does
_ALSO = "also:"  # in a place's note: another spelling


class Named(NamedTuple):
    """A state of a commune under one spelling of its name."""

    name: str
    place: Place


@dataclass(frozen=True)
class Gazetteer:
    """What a district's texts may name: the states of its communes (`names`). `own` is how the district and
    its provinces are called.
    """

    names: tuple[Named, ...]
    own: frozenset[str] = field(default=frozenset())


@lru_cache(maxsize=800)
def gazetteer(code: str) -> Gazetteer | None:
    """Returns what texts of the district with `code` on its last day may name; None where no district had
    it.
    """
    district = lookup.district(code)
    if district is None:
        return None
    line = _line(district)
    names = [place for state in sorted(line) for place in _children().get(state, ())]
    units = {unit.place.code for unit in lookup.became(district)}
    names += [state for code in sorted(units) for state in lookup.units_by_code()[code]]
    provinces = {lookup.province(district).name, lookup.province_now(district).name}
    own = {place.name for place in places(UPPER) if place.place_id in line} | provinces
    return Gazetteer(tuple(one for place in names for one in _spelled(place)), frozenset(own))


def meant(states: list[Place], since: str, until: str, *, ahead: bool) -> Place | None:
    """Returns the state that a text of a period means (ISO days, "" for an open beginning).

    It is the one valid the longest in the period; where none is, the one that ended last before it, and with
    `ahead` one that begins within some months. None where a name came into being later, or where its commune
    went to another district.
    """
    now = [one for one in states if _overlaps(one, since, until)]
    if now:
        return max(now, key=lambda one: (_shared(one, since, until), one.valid_from))
    past = [one for one in states if one.valid_to and one.valid_to < since and one.place_id not in _moved()]
    if past:
        return max(past, key=lambda one: one.valid_to)
    soon = [one for one in states if ahead and one.valid_from <= _later(until)]
    return min(soon, key=lambda one: one.valid_from) if soon else None


def now(place: Place) -> tuple[Place, ...]:
    """Returns the units of today that a commune became, by code; empty where the tables do not tell."""
    found, left = dict[str, Place](), [place]
    seen = {place.place_id}
    while left:
        one = left.pop()
        if not one.valid_to:
            found[one.code] = one
            continue
        for change in _from().get(one.place_id, ()):
            if change.new and change.new not in seen:
                seen.add(change.new)
                left.append(lookup.by_id(COMMUNES)[change.new])
    return tuple(found[code] for code in sorted(found))


def at(place_id: str) -> Place | None:
    """Returns the state of a commune with an id."""
    return lookup.by_id(COMMUNES).get(place_id)


@cache
def elsewhere() -> frozenset[str]:
    """Returns the names of all districts and provinces that ever were."""
    return frozenset(place.name for place in places(UPPER))


@cache
def everywhere() -> frozenset[str]:
    """Returns the names of all communes that ever were."""
    return frozenset(place.name for place in places(COMMUNES))


def prepare() -> None:
    """Loads the tables with their indexes, 0.1 s of CPU, for a process that forks others: they share them."""
    for table in (_children, _moved, _from, elsewhere, everywhere):
        table()
    lookup.by_id(COMMUNES)
    lookup.became(lookup.districts()[0])


@cache
def _children() -> dict[str, list[Place]]:
    found: defaultdict[str, list[Place]] = defaultdict(list)
    for place in places(COMMUNES):
        found[place.parent].append(place)
    return dict(found)


@cache
def _moved() -> frozenset[str]:
    return frozenset(change.old for change in changes(COMMUNES) if change.how == "moved")


@cache
def _from() -> dict[str, list[Change]]:
    found: defaultdict[str, list[Change]] = defaultdict(list)
    for part in (UPPER, COMMUNES):
        for change in changes(part):
            found[change.old].append(change)
    return dict(found)


def _line(district: Place) -> set[str]:
    """The states that became a district, and itself."""
    found, left = {district.place_id}, [district.place_id]
    before: defaultdict[str, list[str]] = defaultdict(list)
    for change in changes(UPPER):
        before[change.new].append(change.old)
    while left:
        for old in before[left.pop()]:
            if old.startswith("district:") and old not in found:
                found.add(old)
                left.append(old)
    return found


def _spelled(place: Place) -> list[Named]:
    """A state under its name, under other spellings that the tables note, and under that of the unit of today
    with its code where the two differ in marks only.
    """
    names = [place.name]
    names += [
        part.strip().removeprefix(_ALSO).partition(" (")[0]
        for part in place.note.split(";")
        if part.strip().startswith(_ALSO)
    ]
    if place.valid_to:
        today = lookup.units_by_code().get(place.code, ())
        names += [unit.name for unit in today if fold(unit.name) == fold(place.name)]
    return [Named(name, place) for name in dict.fromkeys(names)]


def _overlaps(place: Place, since: str, until: str) -> bool:
    return (not place.valid_from or place.valid_from <= until) and (
        not place.valid_to or place.valid_to >= since
    )


def _shared(place: Place, since: str, until: str) -> int:
    """How many days of a period a state was valid, roughly."""
    return _days(min(place.valid_to or "9999-12-31", until)) - _days(max(place.valid_from, since))


def _days(day: str) -> int:
    year, month, number = (day or "1990-01-01").split("-")
    return int(year) * 372 + int(month) * 31 + int(number)


def _later(until: str) -> str:
    return (date.fromisoformat(until) + timedelta(days=_AHEAD)).isoformat()


def unit(code: str) -> Place | None:
    """Returns the unit of today with a code."""
    return states[-1] if (states := lookup.units_by_code().get(code)) else None


@cache
def became(unit: Place) -> tuple[Place, ...]:
    """Returns the states of communes that are, or became, a unit of today, wholly or in part."""
    return tuple(place for place in places(COMMUNES) if unit in now(place))


@cache
def former() -> tuple[Place, ...]:
    """Returns the states of communes that ended before the reform of July 2025, or by it."""
    return tuple(place for place in places(COMMUNES) if place.valid_to and place.valid_to < lookup.REFORM)

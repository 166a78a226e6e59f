"""Questions about places: the district of a code on a day, what became of it, and its province of today."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import cache
from typing import NamedTuple

from storage.places.tables import COMMUNES, UPPER, Change, Place, changes, places
from storage.text import words

LAST_DAY = date(2025, 6, 30)  # the last one of the districts, and of 63 provinces
REFORM = "2025-07-01"
TODAY = "@2025"  # behind the name of a province: the one since the reform, as in place_id
WHOLE = ("whole", "kept", "renamed", "kind")  # all of the old unit went there


class Origin(NamedTuple):
    """An old commune (or a district without communes) that went to a unit of today."""

    place: Place
    whole: bool  # or a part of it


class Successor(NamedTuple):
    """A unit of 1 July 2025 to which something of a district went."""

    place: Place  # as it is called today
    origins: tuple[Origin, ...]  # of the district that was asked for
    shared: tuple[Place, ...]  # the other districts that something of it came from
    resolution: str  # as in 1678/NQ-UBTVQH15


def district(code: str, on: date = LAST_DAY) -> Place | None:
    """Returns the district that had `code` on a day; None where no district had it."""
    return next((place for place in _districts().get(code, ()) if place.valid(on.isoformat())), None)


@cache
def districts(on: date = LAST_DAY) -> tuple[Place, ...]:
    """Returns all districts of a day by code, 696 on the last one."""
    day = on.isoformat()
    found = (place for states in _districts().values() for place in states if place.valid(day))
    return tuple(sorted(found, key=lambda place: place.code))


def states(code: str) -> tuple[Place, ...]:
    """Returns all states of the districts that ever had `code`, the earliest first."""
    return tuple(sorted(_districts().get(code, ()), key=lambda place: place.valid_from))


def province(of: Place) -> Place:
    """Returns the province of a district, or of a commune, as it was on the last day of that state."""
    while of.level != "province":
        of = parent(of)
    return of


def province_now(of: Place) -> Place:
    """Returns the province of today of a place that was valid on the last day, or is valid now."""
    found = province(of)
    while found.valid_to:
        after = next(change for change in changes(UPPER) if change.old == found.place_id)
        found = by_id(UPPER)[after.new]
    return found


def provinces_now() -> tuple[Place, ...]:
    """Returns the 34 provinces of today."""
    return tuple(place for place in places(UPPER) if place.level == "province" and not place.valid_to)


def commune(code: str) -> Place | None:
    """Returns the commune that had `code` on LAST_DAY; None where none had it."""
    day = LAST_DAY.isoformat()
    return next((place for place in places(COMMUNES) if place.code == code and place.valid(day)), None)


def parent(of: Place) -> Place:
    """Returns the unit that a place stood under: the district of a commune, the province of a district."""
    return by_id(UPPER)[of.parent]


def kind(of: Place) -> str:
    """Returns the kind of a unit in short: a city is thành phố, whatever it is under."""
    return of.kind.partition(" thuộc ")[0]


def communes(of: Place) -> tuple[Place, ...]:
    """Returns the communes that a district had on its last day; the island districts had none."""
    return _children().get(of.place_id, ())


def became(of: Place) -> tuple[Successor, ...]:
    """Returns the units of today that came of a district of LAST_DAY, by code."""
    went: dict[str, list[tuple[Origin, Change]]] = defaultdict(list)
    for place in communes(of) or (of,):
        for change in _moves_from().get(place.place_id, ()):
            if change.new:
                went[change.new].append((Origin(place, change.how in WHOLE), change))
    found = []
    for new, moves in went.items():
        others = {_district_of(change.old) for change in _moves_to()[new]} - {of}
        shared = tuple(sorted(others, key=lambda place: place.code))
        resolution = next((change.resolution for _, change in moves if change.resolution), "")
        found.append(Successor(_now(new), tuple(origin for origin, _ in moves), shared, resolution))
    return tuple(sorted(found, key=lambda successor: successor.place.code))


def origins(unit: Place) -> tuple[Place, ...]:
    """Returns the districts of LAST_DAY that something of a unit of today came from, by code."""
    first = next(state for state in units_by_code()[unit.code] if state.valid(REFORM))
    found = {_district_of(change.old) for change in _moves_to()[first.place_id]}
    return tuple(sorted(found, key=lambda place: place.code))


def units(name: str) -> tuple[Place, ...]:
    """Returns the communes of today with a code or a name, with or without kind ("xã Đô Lương"), by code."""
    wanted = words(name)
    today = [states[-1] for states in units_by_code().values()]
    return tuple(
        unit
        for unit in sorted(today, key=lambda unit: unit.code)
        if name.strip() == unit.code or wanted in (words(unit.name), words(f"{unit.kind} {unit.name}"))
    )


@cache
def by_id(part: str) -> dict[str, Place]:
    """Returns the states of the UPPER units, or of the COMMUNES, by place_id."""
    return {place.place_id: place for place in places(part)}


@cache
def _districts() -> dict[str, tuple[Place, ...]]:
    found: dict[str, tuple[Place, ...]] = defaultdict(tuple)
    for place in places(UPPER):
        if place.level == "district":
            found[place.code] += (place,)
    return dict(found)


@cache
def _children() -> dict[str, tuple[Place, ...]]:
    """The communes of LAST_DAY by district."""
    found: dict[str, tuple[Place, ...]] = defaultdict(tuple)
    for place in places(COMMUNES):
        if place.valid(LAST_DAY.isoformat()):
            found[place.parent] += (place,)
    return dict(found)


@cache
def units_by_code() -> dict[str, list[Place]]:
    """Returns the communes since the reform by code, each with its states in order."""
    found: dict[str, list[Place]] = defaultdict(list)
    for place in places(COMMUNES):
        if place.valid_from >= REFORM:
            found[place.code].append(place)
    for same in found.values():
        same.sort(key=lambda place: place.valid_from)
    return dict(found)


def _now(place_id: str) -> Place:
    """Returns the latest state of a unit of the reform."""
    return units_by_code()[by_id(COMMUNES)[place_id].code][-1]


@cache
def _moves_from() -> dict[str, list[Change]]:
    return _moves("old")


@cache
def _moves_to() -> dict[str, list[Change]]:
    return _moves("new")


def _moves(end: str) -> dict[str, list[Change]]:
    """The changes of the reform by their old, or their new, place."""
    found: dict[str, list[Change]] = defaultdict(list)
    for part in (UPPER, COMMUNES):
        for change in changes(part):
            if change.on == REFORM:
                found[getattr(change, end)].append(change)
    return dict(found)


def _district_of(place_id: str) -> Place:
    """Returns the district of a commune; a district without communes is its own."""
    upper = by_id(UPPER)
    return upper.get(place_id) or upper[by_id(COMMUNES)[place_id].parent]

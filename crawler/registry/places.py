"""Holds an entry against the country: is there such a district, with that code, in that province?

An entry whose portals are all on this machine may invent a place. It is told only of a wrong code, and only
if it has the id and the name of a real district.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from crawler.registry.country import Seat, country, slug
from crawler.registry.entries import District
from storage.language.messages import joined, message
from storage.places import lookup
from storage.places.tables import UPPER, Place, places
from storage.text import words

_ALSO = {"hue": "Thừa Thiên Huế"}  # a province's name until 2024
_ALIKE = 0.8  # of difflib: nghean and nghe-an are alike, tap-duot and nghe-an are not


def misplaced(district: District, invented: bool) -> Iterator[tuple[str, str]]:
    """Yields what is wrong with the code, name, kind or province of an entry, as (key, message).

    `invented` says that its portals are all on this machine.
    """
    seat = _codes().get(district.code)
    if seat and seat.name == district.name and seat.province_id == district.province_id:
        if seat.kind != district.kind and not invented:
            yield (
                "kind",
                joined(
                    [message("{code} is {seat}", code=district.code, seat=_said(seat)), *_namesake(district)],
                    "; ",
                ),
            )
        return
    here = _named(district)
    if invented:
        exact = [one for one in here if (one.id, one.name) == (district.id, district.name)]
        if exact and seat not in exact:
            yield "code", joined([_told(seat, district), _codes_of(exact)], "; ")
        return
    if seat in here:  # written with other marks: Hoà for Hòa
        return
    named_alike = seat is not None and words(seat.name) == words(district.name)
    if here:
        yield "code", joined([_told(seat, district), _codes_of(here)], "; ")
    elif seat and named_alike:
        if _province_is_meant(district.province_id):
            yield (
                "code",
                message(
                    "{seat} is in {province}: its table belongs into {province_id}.toml",
                    seat=_said(seat),
                    province=seat.province,
                    province_id=seat.province_id,
                ),
            )
    elif old := _former(district):
        yield (
            "name",
            message(
                "{name} was called so until {day}; {since}",
                name=district.name,
                day=old.valid_to,
                since=_since(old),
            ),
        )
    elif seat and seat.province_id == district.province_id:
        yield "name", message("{code} is {seat}", code=district.code, seat=_said(seat))
    elif _province_is_meant(district.province_id):  # with neither place nor province real, a rehearsal
        yield (
            "code",
            message(
                "no district {name} in {province}; {told}",
                name=district.name,
                province=district.province,
                told=_told(seat, district),
            ),
        )


def province_name(province_id: str) -> str:
    """Returns the written name of a province from its id: `nghe-an` is Nghệ An; an unknown id is
    capitalised.
    """
    known = _provinces() | {slug(name): name for name in _ALSO.values()}
    return known.get(province_id) or province_id.replace("-", " ").replace("_", " ").title()


def province_fault(province_id: str, name: str | None) -> str | None:
    """Returns what is wrong with the name of a province's file, or with the written name in it; else None."""
    known = _provinces()
    right = known.get(province_id)
    if right is None:
        return None
    plain = words(name or right)
    for prefix in (words("tỉnh"), words("thành phố")):
        if plain[: len(prefix)] == prefix:
            plain = plain[len(prefix) :]
    if plain in (words(right), words(_ALSO.get(province_id, right))):
        return None
    other = next((one for one, said in known.items() if words(said) == plain), None)
    said = message('{id}.toml is of {right}, not of "{name}"', id=province_id, right=right, name=name or "")
    if other is None:
        return said
    return joined([said, message("{name} has {other}.toml", name=name or "", other=other)], "; ")


def _province_is_meant(province_id: str) -> bool:
    """Returns whether the id is that of a province, or so much like one that it was meant."""
    return bool(difflib.get_close_matches(province_id, _provinces(), 1, _ALIKE))


def _named(district: District) -> list[Seat]:
    """Returns the districts of that name in that province, only those of that kind where some are."""
    named = _names().get((district.province_id, slug(district.name)), [])
    return [seat for seat in named if seat.kind == district.kind] or named


def _former(district: District) -> Place | None:
    """Returns the last state in which a district of that province, or of that code, had that name."""
    wanted = words(district.name)
    found = [
        place
        for place in places(UPPER)
        if place.level == "district"
        and words(place.name) == wanted
        and (place.code == district.code or slug(lookup.province(place).name) == district.province_id)
    ]
    return found[-1] if found else None


def _since(old: Place) -> str:
    now = _codes().get(old.code)
    if now is None:
        return message("code {code} ended then: give the district that it became part of", code=old.code)
    return message(
        "{code} is {kind} {name} since ([{table}] in {province_id}.toml)",
        code=old.code,
        kind=now.kind,
        name=now.name,
        table=now.table,
        province_id=now.province_id,
    )


def _told(seat: Seat | None, district: District) -> str:
    return (
        message(
            "{code} is {seat} in {province}", code=district.code, seat=_said(seat), province=seat.province
        )
        if seat
        else message("no district has {code}", code=district.code)
    )


def _codes_of(seats: list[Seat]) -> str:
    return joined(message("{seat} has {code}", seat=_said(seat), code=seat.code) for seat in seats)


def _namesake(district: District) -> list[str]:
    other = [s for s in _named(district) if s.code != district.code]
    return [_codes_of(other)] if other else []


def _said(seat: Seat) -> str:
    return f"{seat.kind} {seat.name}"


@cache
def _codes() -> dict[str, Seat]:
    return {seat.code: seat for seat in country()}


@cache
def _names() -> dict[tuple[str, str], list[Seat]]:
    found: dict[tuple[str, str], list[Seat]] = defaultdict(list)
    for seat in country():
        found[seat.province_id, slug(seat.name)].append(seat)
    return dict(found)


@cache
def _provinces() -> dict[str, str]:
    """Written names by id."""
    return {seat.province_id: seat.province for seat in country()}

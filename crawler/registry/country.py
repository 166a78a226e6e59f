"""The 696 districts of 30 June 2025 as the registry names them, whether a portal is known or not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from functools import cache
from typing import NamedTuple

from crawler.errors import UnknownDistrict
from storage.language.messages import message
from storage.places import lookup
from storage.places.lookup import TODAY
from storage.places.tables import Place
from storage.text import words


class Seat(NamedTuple):
    """A district's place in the registry: its id, and what its entry must say."""

    id: str
    code: str
    kind: str  # huyện, quận, thị xã or thành phố
    name: str
    province: str
    province_id: str

    @property
    def table(self) -> str:
        """The name of its table in the file of its province."""
        return self.id.partition(".")[2]


@cache
def country() -> tuple[Seat, ...]:
    """Returns every district, by code. The id is the plain name; where two of a province share it, only the
    huyện has it, and the other begins with its kind. A number does, too.
    """
    places: dict[tuple[str, str], list[Place]] = defaultdict(list)
    for place in lookup.districts():
        places[slug(lookup.province(place).name), slug(place.name)].append(place)
    found = []
    for (province_id, name), same in places.items():
        for place in same:
            plain = (len(same) == 1 or place.kind == "huyện") and not place.name.isdecimal()
            table = name if plain else f"{slug(lookup.kind(place))}-{name}"
            province = lookup.province(place).name
            found.append(
                Seat(
                    f"{province_id}.{table}",
                    place.code,
                    lookup.kind(place),
                    place.name,
                    province,
                    province_id,
                )
            )
    return tuple(sorted(found, key=lambda seat: seat.code))


def of_province(name: str) -> tuple[Seat, ...]:
    """Returns the districts of a province, by its id or name. Raises UnknownDistrict for one that is none."""
    if name.endswith(TODAY):
        found = of_today(name.removesuffix(TODAY))
    else:
        found = tuple(s for s in country() if words(name) in (words(s.province_id), words(s.province)))
    if not found:
        raise UnknownDistrict(
            message('no province "{name}" among the 63 of 2025; write it as nghe-an, or Nghệ An', name=name)
        )
    return found


def of_provinces(names: Collection[str]) -> tuple[Seat, ...]:
    """Returns the districts of several provinces, of all for none. Raises as `of_province` does."""
    wanted = {seat for name in names for seat in of_province(name)}
    return tuple(seat for seat in country() if not names or seat in wanted)


def of_today(name: str) -> tuple[Seat, ...]:
    """Returns the districts that lie in the province of today with an id or name; none for none."""
    wanted = words(name)
    codes = {d.code for d in lookup.districts() if words(lookup.province_now(d).name) == wanted}
    return tuple(seat for seat in country() if seat.code in codes)


def within(province: str) -> Callable[[str, str, str], bool]:
    """Returns what tells of the id, code and written province of a district, which the country need not have,
    whether it lies in `province`: an id or name, with TODAY behind it as the country is now.
    """
    plain = province.removesuffix(TODAY)
    if plain != province:
        seats = of_today(plain)
        ids, codes = {seat.id for seat in seats}, {seat.code for seat in seats}
        return lambda id_, code, name: code in codes or id_ in ids
    wanted = words(plain)
    return lambda id_, code, name: wanted in (words(id_.partition(".")[0]), words(name))


def named(name: str) -> Seat | None:
    """Returns the district with an id, a short id, a code or a written name; None where none, or several,
    have it.
    """
    plain = slug(name)
    for tried in (
        [s for s in country() if name in (s.id, s.code)],
        [s for s in country() if s.table in (name, plain)],
        [s for s in country() if slug(s.name) == plain or slug(f"{s.kind} {s.name}") == plain],
    ):
        if tried:
            return tried[0] if len(tried) == 1 else None
    return None


def slug(name: str) -> str:
    """Returns a name as an id has it: Đô Lương is do-luong."""
    return "-".join(words(name.replace("'", "").replace("’", "")))

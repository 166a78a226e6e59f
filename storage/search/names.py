"""Which districts of the archive a name means, as users write it, and in words what was taken."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, select

from storage.errors import StorageError
from storage.language.messages import message
from storage.places import lookup
from storage.places.lookup import TODAY
from storage.places.tables import Place
from storage.schema import Article, District
from storage.text import nfc, words

_CANDIDATES = 8  # that an error names; "Tân Thành" has more


class Meant(NamedTuple):
    """Districts of the archive, by id, and what was taken, where a reader may think of something else."""

    ids: list[str]
    told: str | None = None


def district_named(connection: Connection, name: str) -> str:
    """Returns the id of the district that `name` means: an id, or the part of one behind the dot where it is
    unique.

    Raises StorageError where the archive knows none, or several.
    """
    ids = connection.execute(select(District.id).order_by(District.id)).scalars().all()
    found = [one for one in ids if one == name] or [one for one in ids if one.rpartition(".")[2] == name]
    if len(found) > 1:
        raise StorageError(
            message("{name!r} matches {found}; give the full id", name=name, found=", ".join(found))
        )
    if found:
        return found[0]
    if connection.execute(select(Article.id).where(Article.district_id == name).limit(1)).first():
        return name  # left the registry before it was ever written here
    raise StorageError(
        message("the archive has no district {name!r}; `huyen districts` lists the ids", name=name)
    )


def province_meant(connection: Connection, name: str) -> Meant:
    """Returns the districts of the province that `name` means: its name or the beginning of their ids, as it
    was until June 2025; or the province of today, with TODAY behind the name, or where the archive has no
    older one of that name.

    Raises StorageError where the archive knows none.
    """
    rows = connection.execute(select(District.id, District.province, District.code).order_by(District.id))
    known = [(id_, province, code) for id_, province, code in rows]
    plain, today = name.removesuffix(TODAY).strip(), name.strip().endswith(TODAY)
    now = _now(plain)
    of_now = [id_ for id_, _, code in known if now and _province_now(code) == now]
    of_then = [id_ for id_, old, _ in known if id_.partition(".")[0] == plain or words(old) == words(plain)]
    if of_now and (today or not of_then):
        old = ", ".join(sorted({lookup.province(d).name for d in lookup.districts() if _is_now(d, now)}))
        return Meant(of_now, message("{now} as it is since 1 July 2025: the former {old}", now=now, old=old))
    if today or not of_then:
        names = ", ".join(sorted({province for _, province, _ in known})) or message("none")
        raise StorageError(
            message("the archive has no province {name!r}; it knows {names}", name=name, names=names)
        )
    if now is None or len({lookup.province(d).code for d in lookup.districts() if _is_now(d, now)}) < 2:
        return Meant(of_then)
    return Meant(
        of_then,
        message("{now} as it was until 30 June 2025; for that of today: {today}", now=now, today=now + TODAY),
    )


def place_meant(connection: Connection, name: str) -> Meant:
    """Returns the districts that the unit of today with a code or a name came from; three digits are a
    district itself, five digits that no unit of today has a commune of 30 June 2025.

    Raises StorageError where there is none, or several.
    """
    known = set(connection.execute(select(District.code)).scalars())
    came, told = _origins(nfc(name).strip(), known)
    codes = [place.code for place in came]
    rows = connection.execute(select(District.id).where(District.code.in_(codes)).order_by(District.id))
    return Meant(list(rows.scalars()), told)


def _origins(name: str, known: set[str]) -> tuple[tuple[Place, ...], str]:
    """Returns the districts, and what was taken; of places of one name, that of a district in `known`."""
    if name.isdecimal() and len(name) == 3:
        if place := lookup.district(name):
            return (place,), f"{lookup.kind(place)} {place.name} ({name})"
        raise StorageError(message("no district had the code {name} on 30 June 2025", name=name))
    found = lookup.units(name)
    low = name.lower()
    exact = [unit for unit in found if low in (unit.name.lower(), f"{unit.kind} {unit.name}".lower())]
    units = exact or list(found)
    if len(units) > 1:
        here = [unit for unit in units if any(place.code in known for place in lookup.origins(unit))]
        units = here if len(here) == 1 else units
    if len(units) > 1:
        said = [f"{unit.code} {unit.kind} {unit.name} ({lookup.province(unit).name})" for unit in units]
        places: str = ", ".join(said[:_CANDIDATES])
        if said[_CANDIDATES:]:
            places = message("{places} and {more} more", places=places, more=len(said) - _CANDIDATES)
        raise StorageError(
            message(
                "{name!r} is several places: {places}; give a code",
                name=name,
                places=places,
            )
        )
    if units:
        came = lookup.origins(units[0])
        of = ", ".join(f"{lookup.kind(place)} {place.name}" for place in came)
        unit = f"{units[0].kind} {units[0].name} ({units[0].code}, {lookup.province(units[0]).name})"
        return came, message("{unit} as it is today: articles of {of}", unit=unit, of=of)
    if commune := lookup.commune(name):
        came = (lookup.parent(commune),)
        of = f"{lookup.kind(came[0])} {came[0].name}"
        return came, message(
            "{kind} {name} ({code}) as it was until June 2025: articles of {of}",
            kind=commune.kind,
            name=commune.name,
            code=name,
            of=of,
        )
    raise StorageError(
        message("no commune, ward or special zone of today is called {name!r} or has that code", name=name)
    )


def _now(name: str) -> str | None:
    """Returns the written name of the province of today with a name or id; None where there is none."""
    return next((p.name for p in lookup.provinces_now() if words(p.name) == words(name)), None)


def _is_now(place: Place, name: str | None) -> bool:
    return lookup.province_now(place).name == name


def _province_now(code: str) -> str | None:
    place = lookup.district(code)
    return lookup.province_now(place).name if place else None

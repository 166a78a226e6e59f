"""Which districts of the archive a name means, as users write it."""

from __future__ import annotations

from sqlalchemy import Connection, select

from storage.errors import StorageError
from storage.schema import Article, District
from storage.text import words


def district_named(connection: Connection, name: str) -> str:
    """Returns the id of the district that `name` means: an id, or the part of one behind the dot where it is
    unique.

    Raises StorageError where the archive knows none, or several.
    """
    ids = connection.execute(select(District.id).order_by(District.id)).scalars().all()
    found = [one for one in ids if one == name] or [one for one in ids if one.rpartition(".")[2] == name]
    if len(found) > 1:
        raise StorageError(f"{name!r} matches {' and '.join(found)}; give the full id")
    if found:
        return found[0]
    if connection.execute(select(Article.id).where(Article.district_id == name).limit(1)).first():
        return name  # left the registry before it was ever written here
    raise StorageError(f"the archive has no district {name!r}; `huyen districts` lists the ids")


def districts_of(connection: Connection, name: str) -> list[str]:
    """Returns the ids of the districts of the province that `name` means: its name, or the beginning of their
    ids.

    Raises StorageError where the archive knows none.
    """
    rows = connection.execute(select(District.id, District.province).order_by(District.id)).all()
    found = [id_ for id_, province in rows if id_.partition(".")[0] == name or words(province) == words(name)]
    if not found:
        names = ", ".join(sorted({province for _, province in rows})) or "none"
        raise StorageError(f"the archive has no province {name!r}; it knows {names}")
    return found

"""The communes that an article names, as columns of an export and as a selection."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, case, func, literal, select

from storage.errors import StorageError
from storage.language.messages import message
from storage.places import lookup, named
from storage.places.tables import Place
from storage.schema import District, Mention, Version
from storage.text import nfc, words

_IDS, _PARTS = ",", "|"
_CANDIDATES = 8  # that an error names


def mentioned() -> ColumnElement[str]:
    """Returns what the two columns are made of: the article's date and the ids of the places that its version
    names, as one text; NULL where nobody has looked for them.
    """
    ids = (
        select(func.aggregate_strings(Mention.place_id, _IDS))
        .where(Mention.article_id == Version.article_id, Mention.version == Version.number)
        .correlate(Version)
        .scalar_subquery()
    )
    date, empty = func.coalesce(Version.published_at, ""), literal("")
    return case(
        (Version.named_by.is_not(None), date + literal(_PARTS) + func.coalesce(ids, empty)), else_=None
    )


def communes(told: str | None) -> list[str] | None:
    """Returns `codes` of a value of `mentioned`; None where nobody has looked."""
    return None if told is None else codes(*_places(told))


def communes_now(told: str | None) -> list[str] | None:
    """Returns `codes_now` of a value of `mentioned`; None where nobody has looked."""
    return None if told is None else codes_now(_places(told)[1])


def codes(date: str, places: Iterable[Place]) -> list[str]:
    """Returns the codes of the communes that an article of `date` (as precise as printed, "" unknown) names.

    A code means the commune that has it on that day, or had it last before. What cannot be meant so is left
    out: a commune to come, or one whose code is another commune's by then.
    """
    return sorted({place.code for place in places if _plain(date, place)})


def codes_now(places: Iterable[Place]) -> list[str]:
    """Returns the codes of the units of today that communes became, in order."""
    return sorted({unit.code for place in places for unit in named.now(place)})


def cell(told: list[str] | None) -> str:
    """Returns codes as the text of a CSV cell; empty where they are not known."""
    return "" if told is None else json.dumps(told)


def naming(connection: Connection, name: str) -> tuple[list[str], str]:
    """Returns the ids of the states of communes that are, or became, the unit of today with a code or a name,
    and what was taken. Where there is none today, those of the former commune with that code or name.

    Of places of one name it is that of a district in the archive. Raises StorageError where there is none, or
    several.
    """
    asked = nfc(name).strip()
    known = set(connection.execute(select(District.code)).scalars())
    units = _called(asked, lookup.units(asked))
    former = _called(asked, (place for place in named.former() if _is_called(place, asked)))
    here = [unit for unit in units if any(one.code in known for one in lookup.origins(unit))]
    states = [place for place in former if lookup.parent(place).code in known]
    if here or (units and not states):
        unit = _one(asked, here or units)
        said = message("{unit} as it is today, or a commune that became it", unit=_said(unit))
        return [place.place_id for place in named.became(unit)], said
    states = states or former
    if not states:
        raise StorageError(
            message("no commune, ward or special zone is or was called {name!r} or has that code", name=asked)
        )
    last = _one(asked, list({place.code: place for place in states}.values()))
    return [place.place_id for place in states], message("{unit} as it was until June 2025", unit=_said(last))


def _is_called(place: Place, asked: str) -> bool:
    return asked == place.code or words(asked) in (words(place.name), words(f"{place.kind} {place.name}"))


def _called(asked: str, found: Iterable[Place]) -> list[Place]:
    """Returns the places; those whose diacritics are as they were asked for, where some are."""
    every, low = list(found), asked.lower()
    same = [one for one in every if low in (one.code, one.name.lower(), f"{one.kind} {one.name}".lower())]
    return same or every


def _places(told: str) -> tuple[str, list[Place]]:
    date, _, ids = told.partition(_PARTS)
    return date, [place for place in map(named.at, ids.split(_IDS)) if place]


def _plain(day: str, place: Place) -> bool:
    """Whether a code alone tells the commune that a text of `day` names."""
    if day and place.valid_from and day < place.valid_from[: len(day)]:
        return False
    today = named.unit(place.code)
    later = day >= lookup.REFORM[: len(day)] if day else False
    return not (later and place.valid_to and today and words(today.name) != words(place.name))


def _one(name: str, places: list[Place]) -> Place:
    if len(places) > 1:
        raise StorageError(
            message(
                "{name!r} is several places: {places}; give a code",
                name=name,
                places=", ".join(map(_said, places[:_CANDIDATES])),
            )
        )
    return places[0]


def _said(place: Place) -> str:
    return f"{place.kind} {place.name} ({place.code}, {lookup.province(place).name})"

"""How the registry looks to a person: the country, a district with the origin of each value, what is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, get_args

from crawler.config import BUNDLED_REGISTRY
from crawler.registry.country import Seat, country
from crawler.registry.entries import Status
from crawler.registry.raw import DISTRICT, Entry, Origin
from crawler.terminal.escapes import inline
from crawler.terminal.tables import named, politeness, setting, table
from storage.language.codes import word
from storage.language.messages import gettext as _
from storage.language.messages import joined, message, ngettext, shown
from storage.places import lookup
from storage.text import counted

if TYPE_CHECKING:
    from crawler.registry.entries import District

DEFAULT = message("default")  # the origin of a value that no file gives


def districts(entries: Iterable[District]) -> str:
    """Returns the registry as a table, a portal a line."""
    headings = ("id", "code", "kind", "name", "province", "family", "status", "portal")
    rows = (
        (d.id, d.code, d.kind, d.name, d.province, p.family, word("status", p.status), p.url)
        for d in entries
        for p in d.portals
    )
    return table(headings, rows)


def provinces(entries: Sequence[District]) -> str:
    """Returns how many districts of each province `entries` have, and their portals by status."""
    statuses = [s for s in get_args(Status) if any(p.status == s for d in entries for p in d.portals)]
    of = Counter(seat.province_id for seat in country())
    ids = dict.fromkeys((d.province_id, d.province) for d in entries)
    rows: list[tuple[object, ...]] = []
    for province_id, name in ids:
        here = [d for d in entries if d.province_id == province_id]
        counts = Counter(p.status for d in here for p in d.portals)
        rows.append((name, len(here), of[province_id] or None, *(counts[status] for status in statuses)))
    return table(("province", "districts", "of", *(shown(word("status", one)) for one in statuses)), rows)


def totals(entries: Sequence[District]) -> str:
    """Returns in one line what `entries` cover of the country."""
    counts = Counter(p.status for d in entries for p in d.portals)
    by_status = named("status", {status: counts[status] for status in get_args(Status) if counts[status]})
    known = {seat.code for seat in country()} & {d.code for d in entries}  # a rehearsal may invent others
    return _(
        "{known} of {districts}; {portals}: {by_status}",
        known=len(known),
        districts=counted(len(country()), "district"),
        portals=counted(sum(counts.values()), "portal"),
        by_status=by_status or message("none"),
    )


def unregistered(seats: Iterable[Seat], leads: Counter[str]) -> str:
    """Returns districts without an entry as a table; `leads` counts the candidate hosts by code."""
    rows = ((s.id, s.code, s.kind, s.name, s.province, leads[s.code]) for s in seats)
    return table(("id", "code", "kind", "name", "province", "candidates"), rows)


def district(found: District, entry: Entry) -> str:
    """Returns all that the registry says of a district, a setting a line with its origin, and what became of
    it.
    """
    head = _head(found.id, found.kind, found.name, found.province, found.code)
    parts = [f"{head}  ({shown(origin(entry.origin(DISTRICT, 'code')))})", fate(found.code)]
    for n, portal in enumerate(found.portals):
        lines = [
            (name, told, origin(entry.origins.get((n, name))))
            for name, value in portal.model_dump(mode="json").items()
            if (told := setting(value))
        ]
        width = max(min(len(told), 60) for _, told, _ in lines)
        key = max(len(name) for name, *_ in lines)
        said = "\n".join(
            f"{name:{key}} {inline(told):{width}}  ({shown(where)})" for name, told, where in lines
        )
        parts.append(f"{said}\n{politeness(portal)}")
    return "\n\n".join(filter(None, parts))


def _head(id_: str, kind: str, name: str, province: str, code: str) -> str:
    return _(
        "{id}: {kind} {name}, {province}, code {code}",
        id=id_,
        kind=kind,
        name=name,
        province=province,
        code=code,
    )


def origin(where: Origin | None) -> str:
    """Returns where a value stands, in words: `bundled nghe-an.toml, [defaults]`, or default."""
    if where is None:
        return DEFAULT
    said: str = str(where.file)
    if where.file.parent == BUNDLED_REGISTRY:
        said = message("bundled {name}", name=where.file.name)
    return joined([said, "[defaults]"]) if where.inherited else said


def fate(code: str) -> str:
    """Returns what became of the district with a code, a unit of today a line; empty for a code of none."""
    place = lookup.district(code)
    if place is None:
        return ""
    units = lookup.became(place)
    resolutions = "; ".join(dict.fromkeys(unit.resolution for unit in units if unit.resolution))
    head = ngettext(
        "since 1 July 2025: {n} unit of {province}",
        "since 1 July 2025: {n} units of {province}",
        len(units),
        province=lookup.province_now(place).name,
    )
    lines = [f"{head} ({resolutions})" if resolutions else head]
    for unit in units:
        parts = [
            o.place.name if o.whole else _("{name} (part)", name=o.place.name)
            for o in unit.origins
            if o.place != place
        ]
        told = _("from {names}", names=", ".join(parts)) if parts else _("all of it")
        if unit.shared:
            others = ", ".join(f"{lookup.kind(other)} {other.name}" for other in unit.shared)
            told += "; " + _("also of {others}", others=others)
        lines.append(f"  {unit.place.code} {unit.place.kind} {unit.place.name}: {told}")
    return "\n".join(lines)


def seat(of: Seat, leads: Sequence[str]) -> str:
    """Returns what is known of a district without an entry; `leads` are candidate hosts."""
    head = _head(of.id, of.kind, of.name, of.province, of.code)
    said = _(
        "no portal in the registry; candidates that nobody has looked at: {leads}",
        leads=", ".join(leads) or message("none"),
    )
    return f"{head}\n{said}\n\n{fate(of.code)}"


def seat_as_object(of: Seat, leads: Sequence[str]) -> dict[str, Any]:
    """Returns the same for --json, as a district without portals."""
    return of._asdict() | {"portals": [], "candidates": list(leads)} | _became(of.code)


def as_object(found: District, entry: Entry) -> dict[str, Any]:
    """Returns a district with the origin of each value and its successors, for --json."""
    portals = [_origins(entry, n, type(portal).model_fields) for n, portal in enumerate(found.portals)]
    origins = _origins(entry, DISTRICT, ("name", "kind", "code")) | {"portals": portals}
    return found.model_dump(mode="json") | {"origins": origins} | _became(found.code)


def _became(code: str) -> dict[str, Any]:
    """Returns the province of today and the units that came of the district with a code."""
    place = lookup.district(code)
    units = lookup.became(place) if place else ()
    return {
        "province_now": lookup.province_now(place).name if place else None,
        "became": [
            {
                "code": unit.place.code,
                "kind": unit.place.kind,
                "name": unit.place.name,
                "resolution": unit.resolution or None,
                "communes": [
                    {"code": o.place.code, "kind": o.place.kind, "name": o.place.name, "whole": o.whole}
                    for o in unit.origins
                ],
                "shared_with": [other.code for other in unit.shared],
            }
            for unit in units
        ],
    }


def _origins(entry: Entry, portal: int, keys: Iterable[str]) -> dict[str, Any]:
    return {key: origin(entry.origins.get((portal, key))) for key in keys}

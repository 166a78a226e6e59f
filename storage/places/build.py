"""Builds the packaged tables from plain ones: `python -m storage.places.build FOLDER`.

FOLDER holds places.csv and place_changes.csv, with the columns of README.md; `--unpack FOLDER` writes the
packaged tables there, to be mended and built again. Nothing is built from tables that break an invariant.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from storage.places import tables
from storage.places.tables import COMMUNES, UPPER, Change, Place

# Units by level on a day: README.md names the official reports.
COUNTS = {
    "2025-06-30": (63, 696, 10_035),
    "2025-07-01": (34, 0, 3_321),
    "2026-06-01": (34, 0, 3_321),
}
_LEVELS = ("province", "district", "commune")
_LAST, _REFORM = "2025-06-30", "2025-07-01"
_OLD_TONE = re.compile(r"(o[àáảãạ]|o[èéẻẽẹ]|(?<![Qq])u[ỳýỷỹỵ])(?![a-zà-ỹ])")  # Hoà for Hòa
_PLACES, _CHANGES = "places.csv", "place_changes.csv"
_CHANGE_COLUMNS = ("old_place_id", "new_place_id", "on", "how", "resolution")


def faults(places: Sequence[Place], changes: Sequence[Change]) -> Iterator[str]:
    """Yields each broken invariant in words; nothing for tables that are whole."""
    by_id = {place.place_id: place for place in places}
    if len(by_id) < len(places):
        yield f"place_id {Counter(p.place_id for p in places).most_common(1)[0][0]} stands twice"
    if len({(c.old, c.new, c.on) for c in changes}) < len(changes):
        yield "a change stands twice"
    for place in places:
        yield from _of_place(place, by_id)
    for change in changes:
        unknown = [place_id for place_id in (change.old, change.new) if place_id and place_id not in by_id]
        if unknown:
            yield f"{change.old}: a change names {unknown[0]}, which is no place"
        elif change.new and not by_id[change.new].valid(change.on):
            yield f"{change.new}: not valid on {change.on}, the day of the change from {change.old}"
    yield from _overlaps(places)
    yield from _ends(places, changes)
    for day, expected in COUNTS.items():
        found = Counter(place.level for place in places if place.valid(day))
        if (counted := tuple(found[level] for level in _LEVELS)) != expected:
            yield f"{day}: {counted} provinces, districts and communes instead of {expected}"
    yield from _reform(places, changes)


def _of_place(place: Place, by_id: dict[str, Place]) -> Iterator[str]:
    if place.valid_from and place.valid_to and place.valid_from > place.valid_to:
        yield f"{place.place_id}: ends before it begins"
    name = place.name
    if name != unicodedata.normalize("NFC", name) or name != " ".join(name.split()) or _OLD_TONE.search(name):
        yield f"{place.place_id}: {name!r} is not NFC, has a blank too many or an old tone mark"
    parent = by_id.get(place.parent)
    if place.parent and parent is None:
        yield f"{place.place_id}: its parent {place.parent} is no place"
    elif parent is not None and not parent.valid(place.valid_to or "9999-12-31"):
        yield f"{place.place_id}: its parent {place.parent} is not valid on its last day"


def _overlaps(places: Sequence[Place]) -> Iterator[str]:
    states: dict[tuple[str, str], list[Place]] = defaultdict(list)
    for place in places:
        states[place.level, place.code].append(place)
    for same in states.values():
        same.sort(key=lambda place: place.valid_from)
        for before, after in pairwise(same):
            if not before.valid_to or after.valid_from <= before.valid_to:
                yield f"{after.place_id}: its code is valid twice on {after.valid_from}"


def _ends(places: Sequence[Place], changes: Sequence[Change]) -> Iterator[str]:
    on = {(change.old, change.on) for change in changes}
    for place in places:
        if place.valid_to and (place.place_id, _after(place.valid_to)) not in on:
            yield f"{place.place_id}: ends on {place.valid_to}, and no change tells what it became"


def _reform(places: Sequence[Place], changes: Sequence[Change]) -> Iterator[str]:
    """Yields what is wrong on 1 July 2025: each commune went somewhere, each new unit came from somewhere."""
    went: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        if change.on == _REFORM:
            went[change.old].append(change)
    came = {change.new for found in went.values() for change in found}
    for place in places:
        found = went[place.place_id]
        if place.level == "commune" and place.valid(_LAST):
            split = any(change.how == "part" for change in found)
            if not found or (len(found) == 1) == split:
                yield f"{place.place_id}: {len(found)} successors on {_REFORM}, split: {split}"
        elif place.level == "district" and place.valid(_LAST) and len(found) != 1:
            yield f"{place.place_id}: {len(found)} changes on {_REFORM} instead of one"
        elif place.valid_from == _REFORM and place.place_id not in came:
            yield f"{place.place_id}: new on {_REFORM}, and nothing became it"


def _after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def build(source: Path, target: Path = tables.FOLDER) -> list[str]:
    """Writes the packaged tables from those in `source`; returns the faults: with any, nothing is written."""
    places = [Place(*row) for row in _read(source / _PLACES, Place._fields)]
    changes = [Change(*row) for row in _read(source / _CHANGES, _CHANGE_COLUMNS)]
    if found := list(faults(places, changes)):
        return found
    level = {place.place_id: place.level for place in places}
    for part, wanted in ((UPPER, ("province", "district")), (COMMUNES, ("commune",))):
        suffix = ".csv.gz" if part == COMMUNES else ".csv"
        rows = [place for place in places if place.level in wanted]
        _write(target / f"{part}{suffix}", Place._fields, rows)
        moves = [change for change in changes if level[change.old] in wanted]
        _write(target / f"{part}_changes{suffix}", _CHANGE_COLUMNS, moves)
    return []


def unpack(target: Path) -> None:
    """Writes the packaged tables as places.csv and place_changes.csv, which `build` reads."""
    target.mkdir(parents=True, exist_ok=True)
    places = [*tables.places(UPPER), *tables.places(COMMUNES)]
    changes = [*tables.changes(UPPER), *tables.changes(COMMUNES)]
    _write(target / _PLACES, Place._fields, places)
    _write(target / _CHANGES, _CHANGE_COLUMNS, changes)


def _read(file: Path, columns: Sequence[str]) -> list[list[str]]:
    with file.open(encoding="utf-8", newline="") as source:
        header, *rows = csv.reader(source)
    if tuple(header) != tuple(columns):
        raise SystemExit(f"{file}: the columns must be {', '.join(columns)}")
    return rows


def _write(file: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Writes CSV (LF), compressed where the name says so; the same rows give the same text."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([columns, *rows])
    data = out.getvalue().encode()
    file.write_bytes(gzip.compress(data, 9, mtime=0) if file.suffix == ".gz" else data)


def main() -> int:
    """Runs from the command line; 0 done, 1 where an invariant is broken."""
    parser = argparse.ArgumentParser(prog="python -m storage.places.build", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--unpack", action="store_true", help="write the packaged tables into the folder")
    options = parser.parse_args()
    if options.unpack:
        unpack(options.folder)
        return 0
    found = build(options.folder)
    print(*found, sep="\n", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

"""`huyen districts [ID]`: the registry as a table, or all settings of one district."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.commands.districts.census import census as of_country
from crawler.errors import Refused, UnknownDistrict
from crawler.terminal.console import complain, configured, print_json, say
from crawler.terminal.options import AsJson, Province
from storage.language.messages import gettext as _
from storage.language.messages import message

if TYPE_CHECKING:
    from crawler.registry.country import Seat
    from crawler.registry.load import Registry


def show(
    name: Annotated[
        str | None, typer.Argument(metavar="ID", help="Show all settings of one district.")
    ] = None,
    province: Province = None,
    status: Annotated[
        str | None, typer.Option(metavar="S", help="Only portals with this status, such as unseen.")
    ] = None,
    unregistered: Annotated[
        bool, typer.Option("--unregistered", help="List the districts without any portal in the registry.")
    ] = False,
    census: Annotated[
        bool,
        typer.Option("--census", help="Print every district of the country as CSV: what is known and held."),
    ] = False,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="With --census: write to FILE.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """List the registry and its faults, or show one district. The word "show" may be left out.

    The settings of a district come with the file that each is from, and with what became of the district.
    """
    from typing import get_args

    from crawler.registry.entries import Status
    from crawler.terminal import registry as display

    if status is not None and status not in get_args(Status):
        raise Refused(
            message(
                'no status "{status}"; there are {statuses}',
                status=status,
                statuses=", ".join(get_args(Status)),
            )
        )
    if name and (province or status or unregistered or census):
        raise Refused(message("a district goes without --province, --status, --unregistered and --census"))
    if output and not census:
        raise Refused(message("-o goes with --census"))
    if census:
        return of_country(province, output, as_json)
    _, registry = configured()
    if unregistered:
        _unregistered({d.code for d in registry.districts}, province, as_json)
        return _faulty(registry)
    if name:
        try:
            found = registry.resolve(name)
        except UnknownDistrict:
            seat = _without_entry(name, registry)
            if seat is None:
                raise
            _show_seat(seat, as_json)
            return _faulty(registry)
        entry = registry.entries[found.id]
        if as_json:
            print_json([display.as_object(found, entry)])
        else:
            say(display.district(found, entry))
        return _faulty(registry)
    shown = registry.of_provinces(province or ())
    entries = [left for d in shown.districts if (left := d.having(status))] if status else shown.districts
    if as_json:
        print_json([entry.model_dump(mode="json") for entry in entries])
    else:
        say(display.districts(entries))
        if len({entry.province_id for entry in entries}) > 1:
            say("", display.provinces(entries))
        say("", display.totals(entries))
    return _faulty(shown)


def _faulty(registry: Registry) -> int:
    """Names every fault of the registry; returns the exit status."""
    for fault in registry.errors:
        complain(str(fault))
    return 2 if registry.errors else 0


def _without_entry(name: str, registry: Registry) -> Seat | None:
    """Returns the district of the country that `name` means, where the registry has no entry for it."""
    from crawler.registry.country import named

    seat = named(name)
    taken = {d.code for d in registry.districts} | {d.id for d in registry.districts}
    return seat if seat and not {seat.code, seat.id} & taken else None


def _show_seat(seat: Seat, as_json: bool) -> None:
    from crawler.registry.hosts import candidates
    from crawler.terminal import registry as display

    leads = [candidate.host for candidate in candidates() if candidate.code == seat.code]
    if as_json:
        print_json([display.seat_as_object(seat, leads)])
    else:
        say(display.seat(seat, leads))


def _unregistered(registered: set[str], province: list[str] | None, as_json: bool) -> None:
    """Lists the districts of the country whose code no entry has."""
    from crawler.registry.country import of_provinces
    from crawler.registry.hosts import candidates
    from crawler.terminal import registry as display

    seats = of_provinces(province or ())
    found = [seat for seat in seats if seat.code not in registered]
    leads = Counter(candidate.code for candidate in candidates())
    if as_json:
        print_json([seat._asdict() | {"candidates": leads[seat.code]} for seat in found])
    else:
        say(
            display.unregistered(found, leads),
            "",
            _("{count} of {all} districts have no entry", count=len(found), all=len(seats)),
        )

"""`huyen duplicates`: stories that several articles tell, who was first, and who repeats whom."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer

from crawler.errors import Refused
from crawler.terminal.console import asked, complain, opened, say
from crawler.terminal.options import MOST, AsJson, InDistrict, Province
from storage.language.messages import gettext as _
from storage.language.messages import message

_PAIRS = 10  # of portals, in print


def duplicates(
    district: InDistrict = None,
    province: Province = None,
    kind: Annotated[str | None, typer.Option(metavar="exact|near", help="Only copies of this kind.")] = None,
    limit: Annotated[
        int,
        typer.Option(
            min=0,
            max=MOST,
            metavar="N",
            help="Print at most N stories, those with most copies first; 0 prints all.",
        ),
    ] = 20,
    as_json: AsJson = False,
) -> int:
    """List stories that several articles tell. Shows who published first, who repeated it, and when.

    --district and --province select the stories that this district or province told.
    """
    from crawler.config import load
    from crawler.terminal import stories as storylines
    from crawler.terminal.jsonstream import print_object
    from storage.serve.stories import KINDS, Which, pairs, stories, told_in, totals

    if kind is not None and kind not in KINDS:
        raise Refused(
            message("unknown kind of copy {kind!r}; use one of {kinds}", kind=kind, kinds=", ".join(KINDS))
        )
    with closing(opened(load())) as database, asked(), database.reading() as connection:
        which = Which(told_in(connection, district or (), province or ()), kind)
        sums = totals(connection, which)
        who, own = pairs(connection, which, (limit or None) if as_json else _PAIRS)
        if not as_json and not sums["stories"]:
            complain(_("no story was published more than once"))
            return 0
        with closing(stories(connection, which, limit or None)) as found:  # a reader like `head` leaves early
            if as_json:
                head = {"totals": sums, "pairs": [pair._asdict() for pair in who], "same_portal": own}
                print_object(head, "stories", map(storylines.story_json, found))
                return 0
            for story in found:
                say(*storylines.story_lines(story), "")
        if limit and sums["stories"] > limit:
            left = sums["stories"] - limit
            print("… " + _("and {left} more stories; --limit 0 lists all", left=left) + "\n")
        say(storylines.total_line(sums), *storylines.pair_lines(who, own))
    return 0

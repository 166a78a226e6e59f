"""How checks look to a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crawler.check.checking import in_words
from crawler.check.look import WORDS
from crawler.terminal.tables import clock, table
from storage.language.codes import word
from storage.language.messages import gettext as _
from storage.language.messages import joined, message
from storage.runs.states import CheckRecord
from storage.text import counted

_LINES = 50  # portals named on standard error; the table has all


def checks(found: Sequence[CheckRecord], *, dated: bool = False) -> str:
    """Returns looks as a table, a line each; `dated`: with the time of the look."""
    headings = (*(("checked",) if dated else ()), "district", "portal", "state", "sure", "before", "evidence")
    return table(
        headings,
        (
            (
                *((clock(one.checked_at),) if dated else ()),
                one.district_id,
                one.portal,
                in_words(one),
                word("sure", one.sure),
                word("state", one.previous) if one.changed and one.previous else None,
                one.evidence,
            )
            for one in found
        ),
    )


def totals(summary: Mapping[str, Any]) -> str:
    """Returns a check in one line: portals by state, and requests."""
    states = summary["totals"]["states"]
    told = joined(
        message("{count} {what}", count=states[name], what=words)
        for name, words in WORDS.items()
        if states.get(name)
    )
    totals = summary["totals"]
    portals, requests = counted(totals["portals"], "portal"), counted(totals["requests"], "request")
    return _("{portals}: {told}; {requests}", portals=portals, told=told, requests=requests)


def complaints(summary: Mapping[str, Any]) -> list[str]:
    """Returns what needs attention, a line each."""
    lines = [_("not checked: {fault}", fault=fault) for fault in summary["registry_errors"]]
    if not summary["kept"]:
        lines.append(
            _(
                "no server answered at all: the network of this machine may be down, so nothing was kept; "
                "check it and try again"
            )
        )
        return lines
    changed = {(one["district_id"], one["portal"]) for one in summary["changed"]}
    lines += [_("changed: {line}", line=one["line"]) for one in summary["changed"][:_LINES]]
    odd = [one for one in summary["needs_person"] if (one["district_id"], one["portal"]) not in changed]
    lines += [_("not as in the registry: {line}", line=one["short"]) for one in odd[:_LINES]]
    rest = max(0, len(summary["changed"]) - _LINES) + max(0, len(odd) - _LINES)
    return [*lines, "… " + _("and {more} more", more=rest)] if rest else lines

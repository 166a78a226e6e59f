"""How differences look to a person: marked lines anywhere, colours on a terminal that shows them.

A line begins with - for a paragraph that went, + for one that came, ~ for one that was changed, … for what
stayed. Within a changed one stand [-what went-] and {+what came+}; on a terminal colours say it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from crawler.terminal.diff import ADDED, CHANGED, REMOVED, SAME, Paragraph, Words, compared
from crawler.terminal.escapes import printable
from storage.language.messages import gettext as _
from storage.language.messages import ngettext

if TYPE_CHECKING:
    from rich.table import Table

CONTEXT = 8  # words that stay on either side of a change
_LINES, _WIDE = 10, 200  # of a field in a sample of many
_MARKS = {SAME: "…", REMOVED: "-", ADDED: "+", CHANGED: "~"}
_AROUND = {SAME: ("", ""), REMOVED: ("[-", "-]"), ADDED: ("{+", "+}")}
_STYLES = {SAME: "", REMOVED: "red strike", ADDED: "bold green"}


class Line(NamedTuple):
    """A line of a difference: its mark, and what stands in it."""

    mark: str
    words: tuple[Words, ...]


def lines(before: Any, now: Any) -> Iterator[Line]:
    """Yields what differs between two values of a field, a paragraph a line; several that stayed are one
    line.
    """
    for op, some in groupby(compared(before, now), key=lambda one: one.op):
        if op == SAME:
            count = sum(1 for _ in some)
            what = ngettext("{n} paragraph unchanged", "{n} paragraphs unchanged", count)
            yield Line(_MARKS[op], (Words(SAME, what),))
        else:
            yield from (Line(_MARKS[op], tuple(_shortened(one))) for one in some)


def plain(line: Line) -> str:
    """Returns a line as text; a paragraph that came or went has its mark at the beginning only."""
    whole = len(line.words) == 1
    words = (printable(w.text) if whole else printable(w.text).join(_AROUND[w.op]) for w in line.words)
    return f"{line.mark} {''.join(words)}"


def shown(changes: Mapping[str, tuple[Any, Any]], out: IO[str]) -> None:
    """Prints fields that differ, each as (before, now), to `out`: coloured where it is a terminal in colour.

    NO_COLOR (no-color.org) and TERM=dumb are respected; a line is wrapped on a coloured terminal only.
    """
    if not coloured(out):
        for name, (before, now) in changes.items():
            print(f"  {name}", *(f"    {plain(line)}" for line in lines(before, now)), sep="\n", file=out)
        return
    from rich.console import Console
    from rich.padding import Padding

    console = Console(file=out, highlight=False)
    for name, (before, now) in changes.items():
        console.print(f"  {name}", style="bold", markup=False)
        console.print(Padding(_table(list(lines(before, now))), (0, 0, 0, 4)))


def brief(name: str, before: Any, now: Any) -> list[str]:
    """Returns the first ten lines of what differs in field `name`, without what stayed, each 200 characters
    long.
    """
    found = [plain(line) for line in lines(before, now) if line.mark != _MARKS[SAME]]
    more = ["… " + _("and {count} more lines", count=len(found) - _LINES)] if len(found) > _LINES else []
    return [f"{name}: {line[:_WIDE]}" for line in found[:_LINES]] + more


def coloured(out: IO[str]) -> bool:
    """Returns whether `out` is a terminal that shows colours, and nobody asked for none."""
    return (
        out.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") not in ("dumb", "unknown")
    )


def _table(found: Sequence[Line]) -> Table:
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 1, 0, 0))
    for mark, words in found:
        parts = ((printable(word.text), _STYLES[word.op]) for word in words)
        grid.add_row(Text(mark), Text.assemble(*parts, style="dim" if mark == _MARKS[SAME] else ""))
    return grid


def _shortened(one: Paragraph) -> Iterator[Words]:
    """Yields the words of a paragraph; of a stretch that stayed, those near a change."""
    last = len(one.words) - 1
    for n, (op, text) in enumerate(one.words):
        yield Words(op, _near(text, n > 0, n < last) if op == SAME else text)


def _near(text: str, after: bool, before: bool) -> str:
    """Returns the CONTEXT words of `text` that follow a change (`after`) and that come `before` one."""
    words = text.split(" ")
    head, tail = CONTEXT + 1 if after else 0, CONTEXT + 1 if before else 0  # + 1: it begins with a space
    if len(words) <= head + tail + 1:
        return text
    return " ".join([*words[:head], "…", *(words[-tail:] if tail else [])])

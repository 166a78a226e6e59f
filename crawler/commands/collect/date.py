"""`huyen date`: one printed date line, or JSON lines of them."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from crawler.terminal.console import print_answers, print_json
from crawler.terminal.options import AsJson, FetchedAt
from storage.language.messages import gettext as _


def date(
    text: Annotated[
        str, typer.Argument(metavar="TEXT|-", help="A date line as a page prints it, or - for JSON lines.")
    ],
    fetched_at: FetchedAt = None,
    as_json: AsJson = False,
) -> int:
    """Read one date line and print its value, precision and kind. The value is as precise as the line.

    With -, standard input holds JSON lines {"text", "fetched_at"}. Each line is answered by one line.
    """
    from crawler.reread import lines, onepage

    if text == "-":
        return print_answers(
            lines.answers(sys.stdin.buffer, lambda case: onepage.line_case(case, fetched_at))
        )
    answer = onepage.read_line(text, onepage.moment(fetched_at))
    if as_json:
        print_json(answer)
    else:
        print(answer["value"] or _("no date"), answer["precision"], answer["kind"], sep="\t")
    return 0

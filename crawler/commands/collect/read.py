"""`huyen read`: one page through the pipeline, or JSON lines of pages."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from crawler.errors import BadInput
from crawler.terminal.console import complain, configured, print_answers, print_json, say
from crawler.terminal.options import AsJson, FetchedAt
from storage.language.messages import gettext as _


def read(
    source: Annotated[
        str, typer.Argument(metavar="FILE|URL|-", help="A saved page, a URL, or - for JSON lines.")
    ],
    url: Annotated[str, typer.Option(metavar="U", help="The URL that a saved page came from.")] = "",
    fetched_at: FetchedAt = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Print the role of each block, or the reason why it was cut.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Read one page as a crawl would and print the article. Nothing is stored.

    With -, standard input holds JSON lines {"html" or "path", "url", "fetched_at"}. Each line is answered
    by one line.
    """
    from crawler.reread import explain as explaining
    from crawler.reread import lines, onepage
    from crawler.terminal import tables

    config, registry = configured()
    options = onepage.Options(learner=explaining.learner(config), explain=explain)
    if source == "-":
        return print_answers(
            lines.answers(
                sys.stdin.buffer, lambda case: onepage.page_case(case, registry, fetched_at, **options)
            )
        )
    try:
        answer = onepage.page(source, url, fetched_at, registry, **options)
    except BadInput as error:
        if as_json:
            print_json({"error": str(error)})
        raise
    if as_json:
        print_json(answer)
    elif "error" not in answer:
        say(explaining.shown(answer) if explain else tables.article(answer))
    if "error" in answer:
        complain(_("huyen: {why}", why=answer["error"]))
    return 1 if "error" in answer else 0

"""`huyen search`: articles by their text."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer

from crawler.terminal.console import asked, complain, opened, print_json, say
from crawler.terminal.options import MOST, AsJson


def search(
    query: Annotated[
        str,
        typer.Argument(
            metavar="QUERY",
            help="""Words; also "a phrase", one OR other, -without, begin*. See docs/search.md.""",
        ),
    ],
    sort: Annotated[
        str,
        typer.Option(metavar="date|relevance", help="Order of the articles, the latest first by default."),
    ] = "date",
    limit: Annotated[int, typer.Option(min=1, max=MOST, metavar="N", help="Print at most N articles.")] = 20,
    as_json: AsJson = False,
) -> int:
    """Find articles by their text.

    A word typed with diacritics is found as typed, one without in any spelling.
    The last line says how many articles there are.
    """
    from dataclasses import asdict

    from crawler.config import load
    from crawler.terminal import tables
    from storage.serve.search import COUNTED, count, search

    with closing(opened(load())) as database, asked():
        hits = [asdict(hit) for hit in search(database, query, limit, sort=sort)]
        held = len(hits) if as_json or len(hits) < limit else count(database, query)
    if as_json:
        print_json(hits)
    elif hits:
        say(tables.hits(hits))
        found = f"{held:,}" if held <= COUNTED else f"more than {COUNTED:,}"
        more = "; --limit N shows more" if held > len(hits) else ""
        complain(f"{len(hits):,} of {found} articles{more}")
    else:
        complain("nothing found")
    return 0

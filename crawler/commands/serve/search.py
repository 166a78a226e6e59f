"""`huyen search`: articles by their text."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer

from crawler.terminal.console import asked, complain, opened, print_json, say
from crawler.terminal.options import MOST, AsJson


def search(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="Words, with or without diacritics.")],
    limit: Annotated[int, typer.Option(min=1, max=MOST, metavar="N", help="Print at most N articles.")] = 20,
    as_json: AsJson = False,
) -> int:
    """Find articles by their text; put a phrase in quotes."""
    from dataclasses import asdict

    from crawler.config import load
    from crawler.terminal import tables
    from storage.serve.search import search

    with closing(opened(load())) as database, asked():
        hits = [asdict(hit) for hit in search(database, query, limit)]
    if as_json:
        print_json(hits)
    elif hits:
        say(tables.hits(hits))
    else:
        complain("nothing found")
    return 0

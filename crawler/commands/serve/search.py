"""`huyen search`: articles, and the documents that they link to, by their text."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer

from crawler.errors import Refused
from crawler.terminal.console import asked, complain, opened, print_json, say
from crawler.terminal.options import MOST, AsJson
from storage.language.messages import gettext as _
from storage.language.messages import message, ngettext

_PLACES = ("articles", "files", "all")


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
    where: Annotated[
        str, typer.Option("--in", metavar="articles|files|all", help="Where to look.")
    ] = "articles",
    limit: Annotated[int, typer.Option(min=1, max=MOST, metavar="N", help="Print at most N articles.")] = 20,
    as_json: AsJson = False,
) -> int:
    """Find articles by their text; with --in files, the documents that they link to.

    A word typed with diacritics is found as typed, one without in any spelling.
    The last line says how many articles there are.
    """
    from dataclasses import asdict

    from crawler.config import load
    from crawler.terminal import tables
    from storage.search.search import COUNTED, count, search

    if where not in _PLACES:
        raise Refused(message("--in {where}: use {places}", where=where, places=", ".join(_PLACES)))
    if where != "articles":
        return _in_files(query, where, limit, as_json)
    with closing(opened(load())) as database, asked():
        hits = [asdict(hit) for hit in search(database, query, limit, sort=sort)]
        held = len(hits) if as_json or len(hits) < limit else count(database, query)
    if as_json:
        print_json(hits)
    elif hits:
        say(tables.hits(hits))
        many = held > COUNTED
        told = ngettext("{shown:,} of {n:,} article", "{shown:,} of {n:,} articles", held, shown=len(hits))
        if many:
            told = _("{shown:,} of more than {counted:,} articles", shown=len(hits), counted=COUNTED)
        complain(f"{told}; {_('--limit N shows more')}" if held > len(hits) else told)
    else:
        complain(_("nothing found"))
    return 0


def _in_files(query: str, where: str, limit: int, as_json: bool) -> int:
    """Prints documents, and articles before them where both are asked for."""
    from dataclasses import asdict

    from crawler.config import load
    from crawler.terminal import tables
    from storage.search.filesearch import search_files
    from storage.search.search import search

    with closing(opened(load())) as database, asked():
        articles = [asdict(hit) for hit in search(database, query, limit)] if where == "all" else []
        found = [asdict(hit) for hit in search_files(database, query, limit)]
    if as_json:
        print_json({"articles": articles, "files": found} if where == "all" else found)
        return 0
    if articles:
        say(tables.hits(articles))
    for hit in found:
        told = ", ".join(filter(None, (hit["type"], hit["doc_code"], hit["doc_date"], hit["district"])))
        say(
            f"{hit['file_id']}  {hit['title'] or hit['url']} ({told})",
            f"    {hit['passage']}",
            f"    {hit['url']}",
        )
    if not articles and not found:
        complain(_("nothing found"))
    return 0

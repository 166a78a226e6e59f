"""A plugin of Datasette (the extra `huyen[datasette]`): its search means what `huyen search` means.

Datasette looks for the words as they are typed, in an index of folded words and of words as they are typed.
It quotes them by the SQL function `escape_fts`; here this is huyen's grammar (docs/search.md).
"""

from __future__ import annotations

import sqlite3
import unicodedata

from pluggy import HookimplMarker

from storage.errors import StorageError
from storage.search.grammar import parse
from storage.search.search import fts5

hookimpl = HookimplMarker("datasette")
NOTHING = '""'  # a query without a word finds nothing


@hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Gives a connection of Datasette the function that reads queries."""
    conn.create_function("escape_fts", 1, matching, deterministic=True)


def matching(query: str | None) -> str:
    """Returns `query` in the words of FTS5; one that cannot be understood finds nothing."""
    try:
        return fts5(parse(unicodedata.normalize("NFC", query or "")))
    except StorageError:
        return NOTHING

"""What an export says of an article's attachments: which were kept, what they are, and where."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, String, case, exists, select, type_coerce

from storage.filing.addresses import file_id
from storage.filing.words import Kind, Role
from storage.schema import Article, ArticleFile, Content, File, FileVersion

_json = json.JSONEncoder(ensure_ascii=False).encode
_ROWS = 500  # articles whose files are looked up at a time


ID: Any = type_coerce(  # to be selected last: whose files are to be looked up; NULL where none were linked
    case((exists().where(ArticleFile.article_id == Article.id), Article.id), else_=None).label("of_article"),
    String,
)


def with_files(
    connection: Connection, rows: Iterable[Sequence[Any]], at: int, *, raw: bool = False
) -> Iterator[list[Any]]:
    """Yields `rows` of articles without their last value, which is ID, and with what was kept of their
    attachments in the list at `at`; the list is JSON text if `raw`.

    An attachment that was kept gains sha256, bytes, pages, text, warc_file and warc_offset. A link that may
    have led to a page, and did lead to a document, is an attachment, too.
    """
    source = iter(rows)
    while some := [list(row) for row in islice(source, _ROWS)]:
        ids = [row.pop() for row in some]
        asked = [id_ for id_ in ids if id_]
        held = _kept(connection, asked) if asked else {}
        for id_, row in zip(ids, some, strict=True):
            if id_ and (files := held.get(id_)):
                listed = json.loads(row[at] or "null") if raw else row[at]
                row[at] = _merged(listed or [], files)
                if raw:
                    row[at] = _json(row[at])
            yield row


def _merged(attachments: Sequence[Mapping[str, Any]], files: Mapping[str, Any]) -> list[dict[str, Any]]:
    found, named = [], set()
    keys = {row.url: key for key, row in files.items()}  # most links are spelt as the file's own address
    for one in attachments:
        key = keys.get(one["url"]) or file_id(one["url"])
        named.add(key)
        found.append(dict(one) | (_told(files[key]) if key in files else {}))
    for key, row in files.items():
        if key not in named and row.role == Role.CANDIDATE:
            found.append({"url": row.url, "title": row.title, "type": row.type} | _told(row))
    return found


def _told(row: Any) -> dict[str, Any]:
    return {
        "sha256": row.content_digest,
        "bytes": row.size,
        "pages": row.pages,
        "text": bool(row.readable),
        "warc_file": row.warc_file,
        "warc_offset": row.warc_offset,
    }


def _kept(connection: Connection, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Returns by article the kept files that its current version names, by file, in their order."""
    current = (FileVersion.file_id == File.id) & (FileVersion.number == File.version)
    query = (
        select(
            ArticleFile.article_id, ArticleFile.role, ArticleFile.title, File.id, File.url, FileVersion.type,
            FileVersion.size, FileVersion.content_digest, FileVersion.warc_file, FileVersion.warc_offset,
            Content.pages, (Content.folded != "").label("readable"),
        )
        .join(File, File.id == ArticleFile.file_id)
        .join(FileVersion, current)
        .outerjoin(Content, Content.digest == FileVersion.content_digest)
        .where(ArticleFile.article_id.in_(ids), File.kind == Kind.ATTACHMENT)
        .order_by(ArticleFile.article_id, ArticleFile.role, ArticleFile.position, File.id)
    )  # fmt: skip
    found: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for row in connection.execute(query):
        found[row.article_id].setdefault(row.id, row)
    return found

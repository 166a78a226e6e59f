"""Which files an article names: rows of `files` and `article_files`, in the transaction that keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Text, and_, case, cast, exists, or_, select, update

from storage.database import Database, insert_into
from storage.filing.addresses import file_id, host_key
from storage.filing.words import KIND_OF, Kind, Role, Status
from storage.records import LIVE, ArticleRecord, Kept
from storage.schema import Article, ArticleFile, File, Version
from storage.statements import chunks
from storage.vocabulary import READ, Outcome

Row = dict[str, Any]
_BACKLOG = 200  # articles a transaction
_EMPTY = "[]"


def note(
    connection: Connection, articles: Sequence[ArticleRecord], kept: Sequence[Kept], pictured: Set[str]
) -> None:
    """Notes the files that `articles` name; `kept` is what became of each. Of portals in `pictured`, their
    pictures too.

    The files of an article with a new text are due again: a text is rarely corrected without its annex.
    """
    files: dict[str, Row] = {}
    links: dict[tuple[str, str, str], Row] = {}
    again: set[str] = set()
    for article, now in zip(articles, kept, strict=True):
        if now.outcome is Outcome.SUSPECT or not (
            article.attachments or article.candidates or article.images
        ):
            continue
        named = _named(article.attachments, article.candidates, article.images, article.portal in pictured)
        for role, position, url, title in named:
            key = add(files, links, article, now.article_id, now.version, article.fetched_at,
                       (role, position, url, title))  # fmt: skip
            if key and now.outcome in READ and now.version > 1:
                again.add(key)
    write(connection, files, links)
    for some in chunks(sorted(again)):
        due = update(File).where(File.id.in_(some), File.status.in_((Status.KEPT, Status.GONE)))
        connection.execute(due.values(next_at=File.last_seen_at))


def link_old(db: Database, portals: Iterable[str], roles: Set[Role]) -> int:
    """Notes the files of live articles of `portals` that were kept before files were; returns how many
    articles had some. `roles`: ATTACHMENT, IMAGE or both. Raises StorageError.

    Costs a look at every text of these portals, so no nightly crawl does it.
    """
    return sum(_link_old(db, portal, role) for portal in portals for role in sorted(roles))


def _link_old(db: Database, portal: str, role: Role) -> int:
    told = Version.images if role is Role.IMAGE else Version.attachments
    this = (Version.article_id == Article.id) & (Version.number == Article.version)
    has = exists().where(ArticleFile.article_id == Article.id, ArticleFile.role == role)
    query = (
        select(Article.id, Article.url, Article.district_id, Version.number, Version.fetched_at, told)
        .join(Version, this)
        .where(Article.portal == portal, Article.status == LIVE, cast(told, Text) != _EMPTY, ~has)
        .order_by(Article.id)
        .limit(_BACKLOG)
    )
    count, last = 0, ""
    while rows := db.read(lambda connection, after=last: connection.execute(  # type: ignore[misc]
        query.where(Article.id > after)).all()):  # fmt: skip
        last = rows[-1][0]
        db.transaction(lambda connection, rows=rows: _keep_old(connection, portal, role, rows))  # type: ignore[misc]
        count += len(rows)
    return count


def _keep_old(connection: Connection, portal: str, role: Role, rows: Sequence[Any]) -> None:
    files: dict[str, Row] = {}
    links: dict[tuple[str, str, str], Row] = {}
    for id_, url, district, number, at, told in rows:
        article = ArticleRecord(url, district, portal, at, "")
        for position, one in enumerate(told):
            title = one.get("title") or one.get("caption") or one.get("alt") or ""
            add(files, links, article, id_, number, at, (role, position, one["url"], title))
    write(connection, files, links)


def _named(
    attachments: Sequence[Mapping[str, Any]],
    candidates: Sequence[Mapping[str, Any]],
    images: Sequence[Mapping[str, Any]],
    pictured: bool,
) -> Iterable[tuple[Role, int, str, str]]:
    for role, told in ((Role.ATTACHMENT, attachments), (Role.CANDIDATE, candidates)):
        for position, one in enumerate(told):
            yield role, position, one["url"], one.get("title") or ""
    for position, one in enumerate(images if pictured else ()):
        yield Role.IMAGE, position, one["url"], one.get("caption") or one.get("alt") or ""


def add(
    files: dict[str, Row],
    links: dict[tuple[str, str, str], Row],
    article: ArticleRecord,
    id_: str,
    number: int,
    at: datetime,
    named: tuple[Role, int, str, str],
) -> str | None:
    """Adds to `files` and `links` the rows of a file that version `number` of `article` names: by its role,
    position, URL and title; returns its key, None where its URL has no host.
    """
    role, position, url, title = named
    host = host_key(url)
    if not host:
        return None
    key, at = file_id(url), at.replace(microsecond=0)
    row = files.setdefault(
        key,
        {
            "id": key,
            "url": url,
            "host": host,
            "portal": article.portal,
            "district_id": article.district_id,
            "kind": KIND_OF[role],
            "status": Status.PENDING,
            "reason": "",
            "tries": 0,
            "first_seen_at": at,
            "last_seen_at": at,
            "next_at": at,
            "version": 0,
        },
    )
    row["first_seen_at"] = row["next_at"] = min(row["first_seen_at"], at)
    row["last_seen_at"] = max(row["last_seen_at"], at)
    link = {"article_id": id_, "file_id": key, "role": role, "position": position, "title": title}
    before = links.get((id_, key, role))
    first = min(number, before["first_version"]) if before else number
    if before is None or before["last_version"] <= number:
        links[id_, key, role] = link | {"first_version": first, "last_version": number}
    else:
        before["first_version"] = first
    return key


def write(
    connection: Connection, files: Mapping[str, Row], links: Mapping[tuple[str, str, str], Row]
) -> None:
    """Writes rows that add made; what is there already is joined with them."""
    if not files:
        return
    into = insert_into(connection, File)
    # Whose file it is does not depend on which of two portals is kept first, as long as nobody asked for it.
    sooner = or_(
        into.excluded.first_seen_at < File.first_seen_at,
        and_(into.excluded.first_seen_at == File.first_seen_at, into.excluded.portal < File.portal),
    )
    mine = and_(File.status == Status.PENDING, File.tries == 0, sooner)
    owned = ("url", "host", "portal", "district_id", "next_at")
    seen = {name: case((mine, into.excluded[name]), else_=getattr(File, name)) for name in owned} | {
        "first_seen_at": _lesser(File.first_seen_at, into.excluded.first_seen_at),
        "last_seen_at": _greater(File.last_seen_at, into.excluded.last_seen_at),
        "kind": case((or_(mine, File.kind == Kind.REQUISITE), into.excluded.kind), else_=File.kind),
    }
    connection.execute(
        into.on_conflict_do_update(index_elements=["id"], set_=seen), [files[key] for key in sorted(files)]
    )
    into = insert_into(connection, ArticleFile)
    newer = into.excluded.last_version >= ArticleFile.last_version
    told = {
        "first_version": _lesser(ArticleFile.first_version, into.excluded.first_version),
        "last_version": _greater(ArticleFile.last_version, into.excluded.last_version),
        "position": case((newer, into.excluded.position), else_=ArticleFile.position),
        "title": case((newer, into.excluded.title), else_=ArticleFile.title),
    }
    keys = ["article_id", "file_id", "role"]
    connection.execute(
        into.on_conflict_do_update(index_elements=keys, set_=told), [links[key] for key in sorted(links)]
    )


def _lesser(a: Any, b: Any) -> Any:
    return case((a <= b, a), else_=b)


def _greater(a: Any, b: Any) -> Any:
    return case((a >= b, a), else_=b)

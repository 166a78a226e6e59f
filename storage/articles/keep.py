"""Writing a batch of articles and captures inside one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, bindparam, case, func, insert, or_, update

from storage.articles import furniture, naming, suspects
from storage.articles.designs import Designs
from storage.articles.held import DOUBTFUL, Place, Row, body_of, load, place_of, read_before
from storage.articles.resuming import Resumed, resume, resumed
from storage.articles.versions import (
    Held,
    current,
    evidence,
    proves_better,
    same_page,
    same_version,
    second,
    torn,
    version_row,
    well_read,
)
from storage.database import insert_into
from storage.duplicates import pending
from storage.filing import links
from storage.records import GONE, LIVE, ArticleRecord, CaptureRecord, Kept, article_id
from storage.schema import UNDATED, Article, Capture, Holder, Moment, Version
from storage.vocabulary import PARTIAL, Outcome
from storage.warc.captures import CaptureRef
from storage.warc.provenance import CRAWL

_AT = bindparam("at", type_=Moment())
_LINKED = ("duplicate_of", "duplicate_kind")  # who links sets them (storage.duplicates.pending)
_CLUSTERED = ("exact", "bands", "published_order", "first_seen_at")  # what decides on duplicates

T = TypeVar("T")


def keep_articles(
    connection: Connection, articles: Sequence[ArticleRecord], pictured: Set[str] = frozenset()
) -> list[Kept]:
    """Keeps `articles`, made `ready` (storage.articles.versions), and says what became of each, in order;
    one may occur twice.

    The files that they name are noted (storage.filing.links); of portals in `pictured`, their pictures too.
    Duplicates are not known yet: `with_copies` tells them once the texts are linked.

    A capture that is read for the first time, and has the very body that the version in force was read from,
    is no change of its article, whatever was read from it: another reader, or a listing that told more, is
    not the portal. A reading that lacks pages makes no version of an article that was read whole, and is put
    right in place when they come. A replay, which reads captures again, keeps such a reading as a version.
    Nor is it a change where the reading differs in furniture only, or comes from another template and tells
    the same (storage.articles.designs).
    """
    found = suspects.holders(connection, (article.id for article in articles))
    keys = {suspects.holder_at(found, one.id, second(one.fetched_at)) for one in articles}
    rows, held = load(connection, keys)
    again = read_before(connection, [one for one in articles if one.id in held or one.id in found])
    before = {key: dict(row) for key, row in rows.items()}
    versions: dict[tuple[str, int], Row] = {}  # those to insert
    sooner: list[Row] = []  # those held that were there earlier than thought
    proofs: list[Row] = []  # those held for which there is better evidence
    back_again: list[Resumed] = []  # those that stood there again after an older capture that came late
    whole: list[Row] = []  # those held that lacked pages, with all of them
    shown = Designs(connection, held)
    results, redrawn = list[tuple[str, Outcome, int]](), set[str]()
    taken: list[Row] = []  # addresses that went to another article
    for article in articles:
        at, hash_ = second(article.fetched_at), article.content_hash
        key = suspects.holder_at(found, article.id, at)
        if _foreign(connection, article, key, held[key], hash_, again):
            since = suspects.confirmed(connection, article, key)
            if since is None:
                suspects.hold(connection, article, key)
                rows[key] |= {"unseen_since": rows[key]["unseen_since"] or at}
                results.append((key, Outcome.SUSPECT, rows[key]["version"]))
                continue
            if not suspects.rewritten(connection, article, key, rows[key]["version"]):
                rows[key] |= {"status": GONE, "gone_at": since, "unseen_since": since}
                taken.append(suspects.successor(connection, article, key, since))
                key = taken[-1]["article_id"]
                rows[key] = _new_row(article, since)
                found.setdefault(article.id, []).append((since, key))
        row, known = rows.setdefault(key, _new_row(article, at)), held[key]
        row["id"] = key
        place, body = place_of(article), body_of(article)
        same = same_version(known, hash_, at, place)
        doubtful, partial = DOUBTFUL in article.flags, PARTIAL in article.flags
        left = same_page(known, body, at) if same is None and place not in again else None
        first = key == article.id  # templates are kept by address, of its first article only
        unread = place is None or all(one.place != place for one in known)
        if first and unread and same is None and left is None:
            left = shown.same(article, [one for one in known if one.fetched_at <= at], versions)
        held_back = None
        if same is None and left is None and (doubtful or partial):
            left = well_read(known, at, partial=partial)
            held_back = Outcome.PART if left and partial else None
        if same is None and left is None and not partial and (lacking := torn(known, body, at)):
            via = article.capture.via if article.capture else CRAWL
            same = lacking._replace(
                content_hash=hash_, place=place, body=body, partial=False, via=via, proved=at
            )
            known[known.index(lacking)] = same
            row_ = version_row(article, same.number) | {"article_id": key}
            row_ |= {"fetched_at": lacking.fetched_at}
            if (key, same.number) in versions:
                versions[key, same.number] |= row_
            else:
                whole.append(row_ | {"of_article": key, "of_number": same.number})
        same = same or left
        outcome = Outcome.UNCHANGED if same else Outcome.CHANGED if known else Outcome.NEW
        if same is None:
            last = resumed(known, row, at) if place not in again else None
            via = article.capture.via if article.capture else CRAWL
            number = 1 + max((one.number for one in known), default=0)
            same = Held(number, at, hash_, place, body, doubtful, via, at, partial)
            known.append(same)
            versions[key, same.number] = version_row(article, same.number) | {"article_id": key}
            if last is not None:
                stood = last._replace(number=same.number + 1, fetched_at=row["last_seen_at"])
                known.append(stood)
                back_again.append(Resumed(key, last.number, stood.number, stood.fetched_at))
                row |= {"version": stood.number}
        elif at < same.fetched_at or (not left and proves_better(article, same)):
            before_, this = same, {"of_article": key, "of_number": same.number}
            if at < same.fetched_at:
                same = same._replace(fetched_at=at)
                sooner.append({"at": at, **this})
            if proves_better(article, before_):
                via = article.capture.via if article.capture else CRAWL
                same = same._replace(place=place, body=body, via=via, proved=at)
                proofs.append(evidence(article) | this)
            known[known.index(before_)] = same
            if (key, same.number) in versions:
                versions[key, same.number] |= {"fetched_at": same.fetched_at}
                versions[key, same.number] |= evidence(article) if same.proved == at else {}
        if current(known).number == same.number:
            if not left:
                row |= _current(article, same.number)
            anew = first and not doubtful and shown.note(article, same.number, hash_ == same.content_hash)
            if anew and outcome is Outcome.UNCHANGED and place not in again:
                redrawn.add(key)
        row |= _sighting(row, at, article.capture is None or article.capture.via == CRAWL)
        results.append((key, held_back or outcome, same.number))
    changed = [row for key, row in rows.items() if row != before.get(key)]
    _write(connection, changed, versions.values(), sooner, proofs, whole)
    naming.note(connection, articles, [(key, n) for key, _, n in results], versions.keys(), again)
    resume(connection, back_again)
    if taken:
        connection.execute(insert(Holder), taken)
    back = {key for key, row in before.items() if row["unseen_since"] and not rows[key]["unseen_since"]}
    suspects.clear(connection, back)
    pending.note(connection, _texts(rows, before, articles))
    kept = [Kept(*result) for result in results]
    shown.keep()
    links.note(connection, articles, kept, pictured)
    furniture.observe(connection, articles, kept, redrawn)
    return kept


def with_copies(kept: Iterable[Kept], copies: Mapping[str, tuple[str | None, str | None]]) -> list[Kept]:
    """Returns `kept` with root and kind of the duplicates among them, as `copies` tells them."""
    return [
        replace(one, outcome=Outcome.DUPLICATE if one.outcome is Outcome.NEW else one.outcome,
                duplicate_of=copies[one.article_id][0], duplicate_kind=copies[one.article_id][1])
        if one.article_id in copies
        else one
        for one in kept
    ]  # fmt: skip


def outcomes_of(articles: Iterable[ArticleRecord], kept: Iterable[Kept]) -> dict[CaptureRef, Outcome]:
    """Returns the outcome of each article's capture.

    A capture is new where its article is, a duplicate or not: whether another portal has the story is known
    of the article (duplicate_of), and would depend on which of the two was kept first.
    """
    pairs = zip(articles, kept, strict=True)
    return {
        article.capture: Outcome.NEW if one.outcome is Outcome.DUPLICATE else one.outcome
        for article, one in pairs
        if article.capture is not None
    }


def keep_captures(
    connection: Connection, captures: Iterable[CaptureRecord], outcomes: Mapping[CaptureRef, Outcome]
) -> None:
    """Keeps `captures` once each, and sets `outcomes` on them and on those kept before."""
    judged = {(ref.file, ref.offset): outcome for ref, outcome in outcomes.items()}
    rows = {(row["warc_file"], row["warc_offset"]): row for row in map(_capture_row, captures)}
    for place, row in rows.items():
        row["outcome"] = judged.pop(place, row["outcome"])
    if rows:
        into = insert_into(connection, Capture)
        newer = func.coalesce(into.excluded.outcome, Capture.outcome)
        file = func.coalesce(Capture.file_id, into.excluded.file_id)
        into = into.on_conflict_do_update(
            index_elements=["warc_file", "warc_offset"], set_={"outcome": newer, "file_id": file}
        )
        connection.execute(into, list(rows.values()))
    if judged:
        place_ = (Capture.warc_file == bindparam("file")) & (Capture.warc_offset == bindparam("offset"))
        connection.execute(
            update(Capture).where(place_).values(outcome=bindparam("judged")),
            [{"file": f, "offset": o, "judged": outcome} for (f, o), outcome in judged.items()],
            execution_options={"synchronize_session": False},
        )


def note_seen(connection: Connection, seen: Mapping[str, datetime], *, crawled: bool = False) -> int:
    """Notes for each URL that its article stood there unchanged at that time; returns how many did.

    `crawled`: our own crawl saw it.
    """
    back = or_(Article.gone_at.is_(None), Article.gone_at <= _AT)
    shown = or_(Article.unseen_since.is_(None), Article.unseen_since <= _AT)
    values: Row = {
        "last_seen_at": case((Article.last_seen_at < _AT, _AT), else_=Article.last_seen_at),
        "status": case((back, LIVE), else_=Article.status),
        "gone_at": case((back, None), else_=Article.gone_at),
        "unseen_since": case((shown, None), else_=Article.unseen_since),
    }
    if crawled:
        values["first_crawled_at"] = func.coalesce(Article.first_crawled_at, _AT)
    ids = {url: article_id(url) for url in seen}
    found = suspects.holders(connection, ids.values())
    rows: list[Row] = [
        {"of_article": suspects.holder_at(found, ids[url], second(at)), "at": second(at)}
        for url, at in sorted(seen.items())
    ]
    if not rows:
        return 0
    one = update(Article).values(**values).where(Article.id == bindparam("of_article"))
    noted = connection.execute(one, rows).rowcount
    suspects.clear(connection, (row["of_article"] for row in rows))
    return noted


def _new_row(article: ArticleRecord, at: datetime) -> Row:
    empty = dict.fromkeys(
        (
            "first_crawled_at",
            "gone_at",
            "unseen_since",
            "exact",
            "bands",
            "algorithm",
            "duplicate_of",
            "duplicate_kind",
        )
    )
    return empty | {
        "id": article.id,
        "district_id": article.district_id,
        "portal": article.portal,
        "url": article.url,
        "status": LIVE,
        "first_seen_at": at,
        "last_seen_at": at,
        "version": 0,
        "published_order": UNDATED,
    }


def _current(article: ArticleRecord, number: int) -> Row:
    return {
        "version": number,
        "published_order": article.published_at or UNDATED,
        "exact": article.exact or None,
        "bands": pending.packed(article.bands) if article.exact else None,
        "algorithm": article.algorithm if article.exact else None,
    }


def _sighting(row: Row, at: datetime, crawled: bool) -> Row:
    seen = {"first_seen_at": min(row["first_seen_at"], at), "last_seen_at": max(row["last_seen_at"], at)}
    if crawled:
        seen["first_crawled_at"] = min(row["first_crawled_at"] or at, at)
    if row["unseen_since"] is not None and at >= row["unseen_since"]:
        seen |= {"unseen_since": None}
    back = row["gone_at"] is not None and at >= row["gone_at"]
    return seen | {"status": LIVE, "gone_at": None} if back else seen


def _foreign(
    connection: Connection,
    article: ArticleRecord,
    key: str,
    known: Sequence[Held],
    hash_: str,
    again: Set[Place | None],
) -> bool:
    """Whether a page that is read for the first time shows a text alien to the article of its address."""
    at, place = second(article.fetched_at), place_of(article)
    body = body_of(article)
    if not known or place in again or same_version(known, hash_, at, place) or same_page(known, body, at):
        return False
    last = current(known)
    return at >= last.fetched_at and suspects.suspicious(connection, article, key, last.number)


def _write(
    connection: Connection,
    rows: list[Row],
    versions: Iterable[Row],
    sooner: list[Row],
    *updates: list[Row],
) -> None:
    if rows:
        into = insert_into(connection, Article)
        names = [column.name for column in Article.__table__.columns[1:] if column.name not in _LINKED]
        changes = {name: into.excluded[name] for name in names}
        connection.execute(into.on_conflict_do_update(index_elements=["id"], set_=changes), rows)
    if versions := list(versions):
        connection.execute(insert(Version), versions)
    this = (Version.article_id == bindparam("of_article")) & (Version.number == bindparam("of_number"))
    one = update(Version.__table__).where(this)  # type: ignore[arg-type]
    if sooner:
        connection.execute(one.values(fetched_at=_AT), sooner)
    for values in filter(None, updates):
        connection.execute(one, values)


def _texts(
    rows: Mapping[str, Row], before: Mapping[str, Row], articles: Iterable[ArticleRecord]
) -> list[Row]:
    """Returns rows of `unlinked` for the articles of `rows` that link otherwise than they did `before`."""
    nothing: Row = dict.fromkeys(_CLUSTERED)
    places = {article.id: place_of(article) or (None, None) for article in articles}
    changes = ((row, before.get(key, nothing)) for key, row in rows.items())
    return [
        {"article_id": new["id"], "exact": old["exact"], "bands": old["bands"], "warc_file": file,
         "warc_offset": offset}
        for new, old in changes
        if any(new[name] != old[name] for name in _CLUSTERED)
        for file, offset in [places.get(new["id"], (None, None))]
    ]  # fmt: skip


def _capture_row(capture: CaptureRecord) -> Row:
    return {
        "run_id": capture.run_id,
        "url_id": article_id(capture.url),
        "url": capture.url,
        "method": capture.method,
        "status": capture.status,
        "fetched_at": second(capture.fetched_at),
        "outcome": capture.outcome,
        "content_type": capture.content_type,
        "etag": capture.etag,
        "last_modified": capture.last_modified,
        "warc_file": capture.ref.file,
        "warc_offset": capture.ref.offset,
        "warc_length": capture.ref.length,
        "digest": capture.ref.digest,
        "content_digest": capture.ref.content_digest,
        "revisit": capture.ref.revisit,
        "file_id": capture.file_id,
        "captured_via": capture.ref.via,
        "captured_by": capture.captured_by,
        "source_uri": capture.source_uri,
    }

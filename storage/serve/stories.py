"""Stories told more than once: which article was published first, which ones repeat it.

The clusters are those of storage.duplicates.link; here they are only read. Every function takes a connection
of one `Database.reading()` block, so that all figures are of one moment.
"""

from __future__ import annotations

import heapq
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, case, func, or_, select
from sqlalchemy.orm import aliased

from storage.schema import UNDATED, Article, District, Link, Version
from storage.search.names import district_named, province_meant
from storage.serve.statistics import copies

KINDS = ("exact", "near")
_ROWS = 500  # fetched at a time


class Member(NamedTuple):
    """An article of a story. `published_at` is as precise as printed, or None; `first_seen_at` is aware, UTC.

    Of a copy, `kind` is exact or near, and `similarity` the Jaccard index of its words' 3-shingles with the
    original's, NEAR to 1: None of an exact copy, and of one that is linked by way of another copy only.
    """

    id: str
    district_id: str
    district: str
    province: str | None
    portal: str
    url: str
    title: str
    published_at: str | None
    published_precision: str
    published_is_event: bool
    first_seen_at: datetime
    kind: str | None
    similarity: float | None


class Story(NamedTuple):
    """A cluster: the article published first, and those that repeat it, in the order of their dates."""

    original: Member
    copies: tuple[Member, ...]


class Pair(NamedTuple):
    """How often one portal repeated what another, or itself, had published before; districts by name."""

    copy_id: str
    copy_district: str
    copy_portal: str
    original_id: str
    original_district: str
    original_portal: str
    exact: int
    near: int


@dataclass(frozen=True, slots=True)
class Which:
    """Which stories: those told by one of `districts` (ids; None: by any), first or again, and with copies of
    `kind` (None: of either). A story is whole, but for copies of the other kind.
    """

    districts: Sequence[str] | None = None
    kind: str | None = None


def told_in(
    connection: Connection, districts: Sequence[str], provinces: Sequence[str]
) -> tuple[str, ...] | None:
    """Returns the ids of the districts meant, as an export takes them; None for all. StorageError where
    unknown.
    """
    if not districts and not provinces:
        return None
    named = [district_named(connection, name) for name in districts]
    within = {id_ for name in provinces for id_ in province_meant(connection, name).ids}
    return tuple(id_ for id_ in (named or sorted(within)) if not provinces or id_ in within)


def stories(connection: Connection, which: Which, limit: int | None = None) -> Generator[Story, None, None]:
    """Yields the stories with the most copies first, of equal ones the latest published; at most `limit`.

    What is held in memory is one story at a time. Who may stop before the end closes it within the block of
    `connection`: its cursor cannot be closed later.
    """
    found = _roots(which).subquery()
    root = aliased(Article)
    dated = case((root.published_order == UNDATED, ""), else_=root.published_order)
    order = (found.c.copies.desc(), dated.desc(), root.id)
    statement = select(root.id).join_from(found, root, root.id == found.c.id).order_by(*order).limit(limit)
    members = _members(which)  # built once: building costs more than running it
    with connection.execute(statement, execution_options={"yield_per": _ROWS}) as rows:
        for (id_,) in rows:
            original, *others = (Member(*row) for row in connection.execute(members, {"root": id_}))
            yield Story(original, tuple(others))


def story_of(connection: Connection, key: str) -> Story | None:
    """Returns the story that the article `key` tells, first or again; None where it stands alone."""
    root = connection.scalar(select(func.coalesce(Article.duplicate_of, Article.id)).where(Article.id == key))
    if root is None:
        return None
    original, *others = (Member(*row) for row in connection.execute(_members(Which()), {"root": root}))
    return Story(original, tuple(others)) if others else None


def totals(connection: Connection, which: Which) -> dict[str, int]:
    """Returns how many stories, and how many copies of them by kind: stories, exact, near."""
    counts = (func.count(case((Article.duplicate_kind == kind, 1))).label(kind) for kind in KINDS)
    found = _roots(which).add_columns(*counts).subquery()
    sums = (func.coalesce(func.sum(found.c[kind]), 0) for kind in KINDS)
    stories, exact, near = connection.execute(select(func.count(), *sums).select_from(found)).one()
    return {"stories": stories, "exact": int(exact), "near": int(near)}


def pairs(connection: Connection, which: Which, limit: int | None = None) -> tuple[list[Pair], int]:
    """Returns who repeats whom most, at most `limit` pairs of portals; and how many copies repeat their own
    portal.

    Counted by the original of each story: a copy may have come by way of another copy. Of `which.districts`,
    those pairs that have one of them on either side.
    """
    names = {row.id: row.name for row in connection.execute(select(District.id, District.name))}
    own = 0

    def others() -> Iterator[Pair]:
        nonlocal own
        for row in copies(connection, which.districts):
            (first, first_portal), (again, portal) = row.origin, row.copy
            counts = (getattr(row, kind) if which.kind in (None, kind) else 0 for kind in KINDS)
            pair = Pair(
                again, names.get(again, again), portal, first, names.get(first, first), first_portal, *counts
            )
            if row.origin == row.copy:
                own += pair.exact + pair.near
            elif pair.exact + pair.near:
                yield pair

    most = sorted if limit is None else partial(heapq.nsmallest, limit)
    return most(others(), key=lambda pair: -pair.exact - pair.near), own


def _roots(which: Which) -> Any:
    """Returns the id of each story's original and the number of its copies, from the index where it
    suffices.
    """
    copies = func.count().label("copies")
    statement = select(Article.duplicate_of.label("id"), copies).where(Article.duplicate_of.is_not(None))
    if which.districts is not None:
        own = aliased(Article)
        told = select(func.coalesce(own.duplicate_of, own.id)).where(own.district_id.in_(which.districts))
        statement = statement.where(Article.duplicate_of.in_(told))
    return _of_kind(statement, which).group_by(Article.duplicate_of)


def _of_kind(statement: Any, which: Which) -> Any:
    return statement if which.kind is None else statement.where(Article.duplicate_kind == which.kind)


def _members(which: Which) -> Any:
    """Returns the fields of Member, of the original `root` first, then of its copies by date; undated ones
    last.
    """
    root, first = bindparam("root", type_=Article.id.type), aliased(Article)
    low = case((Article.exact < first.exact, Article.exact), else_=first.exact)
    high = case((Article.exact < first.exact, first.exact), else_=Article.exact)
    texts = (Version.title, Version.published_at, Version.published_precision, Version.published_is_event)
    mine = or_(Article.id == root, Article.duplicate_of == root)
    if which.kind is not None:
        mine &= or_(Article.id == root, Article.duplicate_kind == which.kind)
    return (
        select(Article.id, Article.district_id, func.coalesce(District.name, Article.district_id))
        .add_columns(District.province, Article.portal, Article.url, *texts)
        .add_columns(Article.first_seen_at, Article.duplicate_kind, Link.similarity)
        .join(Version, (Version.article_id == Article.id) & (Version.number == Article.version))
        .join(first, first.id == root)
        .outerjoin(District, District.id == Article.district_id)
        .outerjoin(Link, (Link.first == low) & (Link.second == high))
        .where(mine)
        .order_by(
            Article.duplicate_of.is_not(None), Article.published_order, Article.first_seen_at, Article.id
        )
    )

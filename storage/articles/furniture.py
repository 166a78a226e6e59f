"""What repeats on many articles of a portal, counted as they are kept, and what that shows to be furniture.

The count is a function of the articles in the order in which they came, not of batches or of what was cut,
so a replay of a portal learns what its crawl learned. What was shown once stays: a slogan that a portal took
down still stands on its older pages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple, TypedDict

from sqlalchemy import Connection, delete, select, update

from storage.articles.block_keys import BODY, FIRM, TAKEN
from storage.articles.redesign import alike
from storage.database import Database, upsert
from storage.records import ArticleRecord, Kept
from storage.schema import Article, Furniture, FurnitureCount
from storage.statements import chunks
from storage.vocabulary import FIRST

EDGE, ANYWHERE = "edge", "anywhere"  # where a block may be cut
TEMPLATE = "template"  # no furniture: where the text stands
JUDGED_FROM = 12  # articles; on fewer, four in a row of one section share a closing sentence
LEAST = 4  # pages
SHARES = {ANYWHERE: 0.5, EDGE: 0.25}  # of the pages, beyond doubt: see _shown
COMMON = 0.6  # of the pages that were read with confidence have their text in one place: the template's
WINDOW = 200  # articles; then all counts are halved, so that the latest ones count most
MAX_ROWS = 1_000  # a portal; a template has some dozens
MAX_ONCE = 1_000  # keys seen once a portal; a quarter of the pages come back within some pages
_Z = 2.58  # of a normal distribution: 99 % of it lie within; every sighting is one more look


class Learned(NamedTuple):
    """One piece of furniture as a person is told of it: it stood on `pages` of `of` articles."""

    key: str
    text: str
    place: str
    pages: int
    of: int
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(slots=True)
class _Row:
    """The count of one block, as the table has it; `pages` and `firm` are halved with the window."""

    key: str
    text: str
    pages: int
    firm: int  # pages on which it stood in the midst of prose, or read like the article's own
    varied: bool  # its digits change from page to page
    taken: bool  # the reader has taken it for the article's own
    place: str | None  # where it may be cut, once that is shown
    shown: int  # the best evidence so far: on `shown` pages of `shown_of`
    shown_of: int
    settled: bool  # the articles kept before it was shown were read again since
    first_seen_at: datetime
    last_seen_at: datetime


_NAMES = tuple(field.name for field in fields(_Row))
_values = attrgetter(*_NAMES)


def observe(
    connection: Connection,
    articles: Sequence[ArticleRecord],
    kept: Sequence[Kept],
    redrawn: Collection[str] = (),
) -> None:
    """Counts the blocks of those of `articles` that are new and no exact copies of another one of their
    portal, within a transaction. What other portals have plays no part: which of two is kept first is chance.

    `redrawn`: ids of articles that were kept before and came in another template; they count again.
    """
    portals: defaultdict[str, list[ArticleRecord]] = defaultdict(list)
    for article, one in zip(articles, kept, strict=True):
        if one.outcome in FIRST or one.article_id in redrawn:
            portals[article.portal].append(article)
    new = {one.article_id for one in kept if one.outcome in FIRST}
    for portal, some in portals.items():
        _count(connection, portal, _firsts(connection, portal, some, new), redrawn)


def _firsts(
    connection: Connection, portal: str, articles: Sequence[ArticleRecord], new: Collection[str]
) -> list[ArticleRecord]:
    """Returns those of `articles` whose text no article of `portal` had before them; `new` are of now."""
    held: defaultdict[str | None, set[str]] = defaultdict(set)
    for texts in chunks(sorted({article.exact for article in articles if article.exact})):
        query = select(Article.exact, Article.id).where(Article.exact.in_(texts), Article.portal == portal)
        for exact, key in connection.execute(query):
            if key not in new:
                held[exact].add(key)
    firsts = []
    for article in articles:
        if not held[article.exact] - {article.id} or not article.exact:
            firsts.append(article)
        held[article.exact].add(article.id)
    return firsts


def taken_after_all(connection: Connection, articles: Iterable[ArticleRecord]) -> None:
    """Notes which blocks were taken for text when `articles`, counted already, were read again: what was the
    caption of a banner is a line of the text once the banner is cut. Within a transaction.
    """
    portals: defaultdict[str, set[str]] = defaultdict(set)
    for article in articles:
        portals[article.portal].update(key for key, _, flags in article.blocks if flags & TAKEN)
    for portal, found in portals.items():
        rows, pages, once, design = _load(connection, portal)
        before = {key: _values(row) for key, row in rows.items()}
        for row in (rows[key] for key in sorted(found & rows.keys()) if not rows[key].taken):
            row.taken = True
            _judge(row, pages)
        _save(connection, portal, before, rows, pages, once, design)


def learned(db: Database, portal: str) -> list[Learned]:
    """Returns what is shown to be furniture of `portal`, the most frequent first, and where its template has
    the text now. Raises StorageError.
    """
    query = select(Furniture).where(Furniture.portal == portal, Furniture.place.is_not(None))
    counted = select(FurnitureCount.pages).where(FurnitureCount.portal == portal)
    found, pages = db.read(
        lambda connection: (connection.execute(query).all(), connection.execute(counted).scalar() or 0)
    )
    found = [row for row in found if row.place != TEMPLATE or row.pages >= COMMON * pages]
    rows = sorted(found, key=lambda row: (-row.shown, row.key))
    seen = ((row.first_seen_at, row.last_seen_at) for row in rows)
    return [
        Learned(row.key, row.text, row.place, row.shown, row.shown_of, *times)
        for row, times in zip(rows, seen, strict=True)
    ]


class Cuts(TypedDict):
    """Keys of blocks to cut, under the names of Hints: wherever they stand, or before and behind prose; and
    of where the text stands.
    """

    furniture: frozenset[str]
    furniture_at_edges: frozenset[str]
    template: frozenset[str]


NO_CUTS = Cuts(furniture=frozenset(), furniture_at_edges=frozenset(), template=frozenset())


def known(db: Database, portal: str) -> Cuts:
    """Returns the same as fields of Hints. Raises StorageError."""
    return as_hints(learned(db, portal))


def as_hints(found: Iterable[Learned]) -> Cuts:
    """Returns the fields of Hints: keys of what is cut anywhere, and of what is cut beside prose."""
    places = [(one.key, one.place) for one in found]
    return {
        "furniture": frozenset(key for key, place in places if place == ANYWHERE),
        "furniture_at_edges": frozenset(key for key, place in places if place == EDGE),
        "template": frozenset(key for key, place in places if place == TEMPLATE),
    }


def unsettled(db: Database, portal: str) -> list[str]:
    """Returns the keys of furniture that articles kept earlier may still hold. Raises StorageError."""
    here = (Furniture.portal == portal, Furniture.place.is_not(None), Furniture.settled.is_(False))
    query = select(Furniture.key).where(*here).order_by(Furniture.key)
    return db.read(lambda connection: list(connection.scalars(query)))


def settle(db: Database, portal: str, done: Iterable[str]) -> None:
    """Notes that no article holds the furniture with keys `done` any more, as far as the reader can tell."""
    here = (Furniture.portal == portal, Furniture.key.in_(list(done)))
    db.transaction(lambda connection: connection.execute(update(Furniture).where(*here).values(settled=True)))


def _count(
    connection: Connection, portal: str, articles: Sequence[ArticleRecord], redrawn: Collection[str]
) -> None:
    rows, pages, once, design = _load(connection, portal)
    before = {key: _values(row) for key, row in rows.items()}
    for article in articles:
        if article.id in redrawn and not (design and alike(design, article.design)):
            pages, design = 0, article.design  # a redesign: what stood on the old pages tells nothing
            for row in rows.values():
                row.pages = row.firm = 0
        if pages == WINDOW:
            pages //= 2
            for row in rows.values():
                row.pages, row.firm = row.pages // 2, row.firm // 2
        pages += 1
        for key, text, flags in article.blocks:
            row_ = rows.get(key) or _second(rows, once, key, text, flags, article.fetched_at)
            if row_ is not None:
                _sighted(row_, text, flags, article.fetched_at)
                _judge(row_, pages)
        while len(once) > MAX_ONCE:
            del once[next(iter(once))]
        if len(rows) > MAX_ROWS:  # a quarter at once: it is rare, and depends on the articles only
            worth = sorted(rows.values(), key=_worth)
            for row in worth[: len(rows) - MAX_ROWS * 3 // 4]:
                del rows[row.key]
    _save(connection, portal, before, rows, pages, once, design)


def _worth(row: _Row) -> tuple[Any, ...]:
    return row.place is not None, row.pages, row.last_seen_at, row.key


def _second(
    rows: dict[str, _Row], once: dict[str, int], key: str, text: str, flags: int, at: datetime
) -> _Row | None:
    """Returns the row of a block that is seen for the second time; the first time only its key is noted."""
    first = once.pop(key, None)
    if first is None:
        once[key] = flags
        return None
    firm, taken = first & FIRM, bool(first & TAKEN)
    rows[key] = _Row(key, text, 1, firm, False, taken, None, 0, 0, False, at, at)
    return rows[key]


def _sighted(row: _Row, text: str, flags: int, at: datetime) -> None:
    row.pages += 1
    row.firm += flags & FIRM
    row.varied = row.varied or row.text != text
    row.taken = row.taken or bool(flags & TAKEN)
    row.first_seen_at, row.last_seen_at = min(row.first_seen_at, at), max(row.last_seen_at, at)
    if flags & TAKEN and row.place not in (None, TEMPLATE):  # read before it was known, and kept after
        row.settled = False


def _judge(row: _Row, of: int) -> None:
    """Notes what the count has shown by now; it never takes back what it has."""
    if row.key.startswith(BODY):
        where = TEMPLATE if of >= JUDGED_FROM and row.pages >= COMMON * of else None
    else:
        weak = 2 * row.firm <= row.pages and not row.varied
        where = _shown(row.pages, of, weak=weak) if row.taken else None
    if where is None:
        return
    if row.place not in (ANYWHERE, where):
        row.place, row.settled = where, False
    if row.pages > row.shown:
        row.shown, row.shown_of = row.pages, of


def _shown(pages: int, of: int, *, weak: bool) -> str | None:
    """Returns where a block that stood on `pages` of `of` articles may be cut. `weak` evidence is enough for
    a block that stands before or behind the prose, always with the same words.

    Its share of all pages must exceed SHARES with 99 % confidence (the lower bound of Wilson's score
    interval): 7 of 12 or 66 of 200 show a quarter, 11 of 12 or 119 of 200 a half.
    """
    if of < JUDGED_FROM or pages < LEAST:
        return None
    share, z = pages / of, _Z * _Z / of
    low = (share + z / 2 - _Z * (share * (1 - share) / of + z / (4 * of)) ** 0.5) / (1 + z)
    if low > SHARES[ANYWHERE]:
        return ANYWHERE
    return EDGE if weak and low > SHARES[EDGE] else None


def _load(connection: Connection, portal: str) -> tuple[dict[str, _Row], int, dict[str, int], str]:
    columns = [getattr(Furniture, name) for name in _NAMES]
    found = connection.execute(select(*columns).where(Furniture.portal == portal))
    rows = {row.key: _Row(*row) for row in found}
    counts = connection.execute(select(FurnitureCount).where(FurnitureCount.portal == portal)).first()
    if counts is None:
        return rows, 0, {}, ""
    once = {item[1:]: int(item[0]) for item in counts.once.split()}
    return rows, counts.pages, once, counts.design or ""


def _save(
    connection: Connection,
    portal: str,
    before: Mapping[str, tuple[Any, ...]],
    rows: Mapping[str, _Row],
    pages: int,
    once: Mapping[str, int],
    design: str,
) -> None:
    gone = [key for key in before if key not in rows]
    if gone:
        connection.execute(delete(Furniture).where(Furniture.portal == portal, Furniture.key.in_(gone)))
    now = ((row, before.get(key)) for key, row in rows.items())
    changed = [new for row, held in now if (new := _values(row)) != held]
    values = [{"portal": portal, **dict(zip(_NAMES, row, strict=True))} for row in changed]
    met = " ".join(f"{f}{key}" for key, f in once.items())
    counts = {"portal": portal, "pages": pages, "once": met, "design": design}
    tables = (Furniture, values, ["portal", "key"]), (FurnitureCount, [counts], ["portal"])
    for table, found, index in tables:
        upsert(connection, table, index, found)

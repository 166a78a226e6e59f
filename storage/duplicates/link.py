"""Linking articles that tell the same story: found by stored fingerprints, verified word by word.

What is linked are texts: articles with equal texts share one digest and one set of bands. Near texts are
joined by links; a cluster is all articles whose texts hang together. Its root, the original, is the article
published first. So clusters do not depend on the order of arrival, and an edited text can leave one again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, case, delete, func, or_, select, tuple_, update

from storage.database import insert_into
from storage.duplicates.figures import look_alike
from storage.duplicates.similarity import MINHASHED, SHORT, Story, same_story, story, title_figures
from storage.schema import Article, Band, Link, Version
from storage.statements import chunks
from storage.text import searchable

# A band that so many texts share is a template (weekly schedules): more are not stored in it, which bounds
# the cost of a lookup. Copies of such texts meet in their other bands.
CROWD = 64
HEADLINES = 16  # the same of a headline: one that more texts have is a rubric's
VERIFIED = 16  # candidates compared a text, those with the most bands in common first
LARGEST = 10_000  # texts a cluster is followed through

T = TypeVar("T")


class Text(NamedTuple):
    """The text of article `id` now, and the one it had before (None if it is new)."""

    id: str
    exact: str | None
    bands: tuple[int, ...]
    left_exact: str | None
    left_bands: tuple[int, ...]


def link(connection: Connection, texts: Sequence[Text]) -> None:
    """Brings links and clusters up to date after `texts` were written, in the same transaction."""
    touched = {text.exact for text in texts if text.exact}
    left = {t.left_exact: t.left_bands for t in texts if t.left_exact and t[1:3] != t[3:5]}
    touched |= _forget(connection, left, touched)
    fresh = {text.exact: text.bands for text in texts if text.exact}
    links = _near(connection, _candidates(connection, fresh))
    if links:
        into = insert_into(connection, Link).on_conflict_do_nothing()
        connection.execute(into, [{"first": a, "second": b, "similarity": s} for a, b, s in links])
    for cluster in _clusters(connection, touched):
        _point(connection, cluster)
    _release(connection, Article.id, [text.id for text in texts if not text.exact])


def _forget(connection: Connection, left: dict[str, tuple[int, ...]], kept: set[str]) -> set[str]:
    """Drops bands and links of texts that no article has any more; returns the texts around them."""
    touched: set[str] = set()
    for some in chunks(left):
        held = set(
            connection.execute(select(Article.exact).where(Article.exact.in_(some)).distinct()).scalars()
        )
        touched |= {exact for exact in some if exact in held}
        bands = [(key, exact) for exact in some if exact not in held or exact in kept for key in left[exact]]
        for pairs in chunks(bands):
            connection.execute(delete(Band).where(tuple_(Band.key, Band.exact).in_(pairs)))
        gone = [exact for exact in some if exact not in held]
        for first, second in _edges(connection, gone):
            touched |= {first, second}
        connection.execute(delete(Link).where(or_(Link.first.in_(gone), Link.second.in_(gone))))
        touched -= set(gone)
    return touched


def _candidates(connection: Connection, fresh: dict[str, tuple[int, ...]]) -> list[tuple[str, str]]:
    """Stores the bands of texts not stored yet; returns the pairs worth comparing."""
    members: defaultdict[int, list[str]] = defaultdict(list)
    for some in chunks(sorted({key for bands in fresh.values() for key in bands})):
        # Integers need no parameters, whose making would cost more than the lookup.
        query = f"SELECT key, exact FROM bands WHERE key IN ({','.join(map(str, some))})"  # noqa: S608
        for key, exact in connection.exec_driver_sql(query):
            members[key].append(exact)
    rows, pairs = [], []
    for exact, bands in fresh.items():
        if any(exact in members[key] for key in bands):
            continue
        headline = set(bands[MINHASHED:])
        asked = [key for key in bands if key not in headline or len(members[key]) < HEADLINES]
        shared = Counter(other for key in asked for other in members[key])
        pairs += [
            (exact, other) for other, _ in sorted(shared.items(), key=lambda o: (-o[1], o[0]))[:VERIFIED]
        ]
        for key in set(bands):
            if len(members[key]) < (HEADLINES if key in headline else CROWD):
                members[key].append(exact)
                rows.append((key, exact))
    if rows:
        mark = "?" if connection.dialect.name == "sqlite" else "%s"
        into = f"INSERT INTO bands (key, exact) VALUES ({mark}, {mark}) ON CONFLICT DO NOTHING"  # noqa: S608
        connection.exec_driver_sql(into, sorted(rows))  # in the order of the tree that they go into
    return pairs


def _near(connection: Connection, pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str, float]]:
    """Returns those of `pairs` that tell the same story, and how similar they are."""
    found = []
    for some in chunks(pairs):  # which bounds the texts held at a time; each is taken apart once
        titles = _rows(connection, some, Version.title)
        figures = {exact: title_figures(row.title) for exact, row in titles.items()}
        # Most candidates are look-alikes, and most of those say so in their titles: their texts stay unread.
        rest = [
            (a, b) for a, b in some if a in titles and b in titles and not look_alike(figures[a], figures[b])
        ]
        texts = {exact: _story(row) for exact, row in _rows(connection, rest, *_TEXTS).items()}
        for a, b in rest:
            one, other = texts[a], texts[b]
            if one and other and (similarity := same_story(one, other)):
                found.append((min(a, b), max(a, b), similarity))
    return found


_TEXTS = (Version.title, Version.lead, Version.body, Version.captions, Version.attachments)


def _rows(connection: Connection, pairs: Sequence[tuple[str, str]], *columns: Any) -> dict[str, Any]:
    """Returns `columns` of the version that stands for each text of `pairs`."""
    this = (Version.article_id == Article.id) & (Version.number == Article.version)
    rows: dict[str, Any] = {}
    for some in chunks(sorted({exact for pair in pairs for exact in pair})):
        firsts = select(func.min(Article.id)).where(Article.exact.in_(some)).group_by(Article.exact)
        found = select(Article.exact, *columns).join(Version, this).where(Article.id.in_(firsts))
        rows |= {row.exact: row for row in connection.execute(found)}
    return rows


def _story(row: Any) -> Story | None:
    """Returns the text to compare."""
    lines = [
        tuple(line.split()) for line in searchable([row.title, row.lead, *row.body.split("\n")]).split("\n")
    ]
    if row.title and sum(map(len, lines)) >= 2 * SHORT:
        return Story((lines[0], *filter(None, lines[1:])))
    files = [file.get("title") or "" for file in row.attachments]
    return story(row.title, row.lead, row.body.split("\n"), row.captions, files)


def _clusters(connection: Connection, touched: set[str]) -> list[list[str]]:
    """Returns the texts that hang together with `touched` ones, by cluster; releases articles that stand
    alone.
    """
    texts, edges, frontier = set(touched), set(), set(touched)
    while frontier and len(texts) < LARGEST + len(touched):
        found = set(_edges(connection, frontier))
        frontier = {exact for edge in found for exact in edge} - texts
        texts |= frontier
        edges |= found
    roots = {exact: exact for exact in texts}

    def root(exact: str) -> str:
        while roots[exact] != exact:
            roots[exact] = roots[roots[exact]]
            exact = roots[exact]
        return exact

    for first, second in sorted(edges):
        if first in texts and second in texts:
            roots[root(second)] = root(first)
    clusters: defaultdict[str, list[str]] = defaultdict(list)
    for exact in sorted(texts):
        clusters[root(exact)].append(exact)
    alone = [cluster[0] for cluster in clusters.values() if len(cluster) == 1]
    shared = set()
    for some in chunks(alone):
        count = select(Article.exact).where(Article.exact.in_(some)).group_by(Article.exact)
        shared |= set(connection.execute(count.having(func.count() > 1)).scalars())
    _release(connection, Article.exact, [exact for exact in alone if exact not in shared])
    return [cluster for cluster in clusters.values() if len(cluster) > 1 or cluster[0] in shared]


def _point(connection: Connection, cluster: Sequence[str]) -> None:
    """Has every article of a cluster name the one published first, and that one none."""
    order = (Article.published_order, Article.first_seen_at, Article.id)
    firsts = [
        row
        for some in chunks(cluster)
        for row in connection.execute(
            select(*order, Article.exact).where(Article.exact.in_(some)).order_by(*order).limit(1)
        )
    ]
    if not firsts:
        return
    _, _, root, exact = min((row[0], row[1], row[2], row[3]) for row in firsts)
    kind = case((Article.exact == exact, "exact"), else_="near")
    wrong = or_(Article.duplicate_of.is_(None), Article.duplicate_of != root, Article.duplicate_kind != kind)
    for some in chunks(cluster):
        others = update(Article).where(Article.exact.in_(some), Article.id != root, wrong)
        connection.execute(others.values(duplicate_of=root, duplicate_kind=kind))
    _release(connection, Article.id, [root])


def _release(connection: Connection, column: Any, values: Sequence[str]) -> None:
    for some in chunks(values):
        linked = update(Article).where(column.in_(some), Article.duplicate_of.is_not(None))
        connection.execute(linked.values(duplicate_of=None, duplicate_kind=None))


def _edges(connection: Connection, texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    for some in chunks(sorted(texts)):
        for column in (Link.first, Link.second):
            edges = connection.execute(select(Link.first, Link.second).where(column.in_(some)))
            yield from ((first, second) for first, second in edges)

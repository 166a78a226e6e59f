"""What an article looks like in the template that its portal uses now.

A redesign changes every page and no article: other lines leak into the text, the first paragraph becomes the
lead, nobody signs any more. A reading from another template therefore makes no version where it tells the
same; it becomes what later readings of that template are compared with, line by line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from storage.articles.redesign import alike, lined, same_lines, tells_the_same, text_of
from storage.articles.versions import Held, current
from storage.database import insert_into
from storage.records import ArticleRecord
from storage.schema import Design, Furniture, Version
from storage.statements import chunks


class Shown(NamedTuple):
    """The latest reading of an article's version `number`: its template, and its lines where it is not the
    text of the version itself."""

    number: int
    design: str
    lines: str | None


class Designs:
    """What was seen last of the articles in `held` (their versions by id), within one transaction."""

    def __init__(self, connection: Connection, held: Mapping[str, Sequence[Held]]) -> None:
        self._connection = connection
        self._seen: dict[str, Shown] = {}
        self._new: set[str] = set()
        self._furniture: dict[str, frozenset[str]] = {}
        for some in chunks(sorted(key for key, versions in held.items() if versions)):
            for row in connection.execute(select(Design).where(Design.article_id.in_(some))):
                self._seen[row.article_id] = Shown(row.number, row.design, row.lines)

    def same(
        self,
        article: ArticleRecord,
        held: Sequence[Held],
        written: Mapping[tuple[str, int], Mapping[str, Any]],
    ) -> Held | None:
        """Returns the version in force among `held` if the reading `article`, whose text is another, tells of
        no change. `written` are rows of versions that the transaction has still to insert."""
        if not held:
            return None
        last = current(held)
        row = written.get((article.id, last.number)) or self._version(article.id, last.number)
        if row is None:
            return None
        seen = self._seen.get(article.id)
        own, now, known = text_of(row), text_of(article), self._known(article.portal)
        past = seen is not None and seen.number != last.number  # its template was not kept
        if not past and (seen is None or alike(seen.design, article.design)):
            lines = (seen and seen.lines) or lined(own)
            return last if same_lines(lines, lined(now), known) else None
        return last if tells_the_same(own, now, known) else None

    def note(self, article: ArticleRecord, number: int, same: bool) -> bool:
        """Remembers `article` as a reading of version `number`, whose text it has where `same`; returns
        whether its template is another than that of the reading before."""
        seen = self._seen.get(article.id)
        held = seen is not None and seen.number == number
        if not article.design or (seen is not None and held and alike(seen.design, article.design)):
            return False
        self._seen[article.id] = Shown(number, article.design, None if same else lined(text_of(article)))
        self._new.add(article.id)
        return held

    def keep(self) -> None:
        """Keeps what was noted."""
        if not self._new:
            return
        into = insert_into(self._connection, Design)
        changes = {name: into.excluded[name] for name in Shown._fields}
        rows = [{"article_id": key, **self._seen[key]._asdict()} for key in sorted(self._new)]
        self._connection.execute(
            into.on_conflict_do_update(index_elements=["article_id"], set_=changes), rows
        )

    def _version(self, article: str, number: int) -> Row[Any] | None:
        query = select(Version).where(Version.article_id == article, Version.number == number)
        return self._connection.execute(query).first()

    def _known(self, portal: str) -> frozenset[str]:
        if portal not in self._furniture:
            query = select(Furniture.key).where(Furniture.portal == portal, Furniture.place.is_not(None))
            self._furniture[portal] = frozenset(self._connection.scalars(query))
        return self._furniture[portal]

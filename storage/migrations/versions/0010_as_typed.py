"""What search finds: words as they are typed, beside the folded ones; and the newest articles in order.

Revision ID: 0010
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.text import indexed

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ROWS = 500  # at a time
VERSIONS = sa.table(
    "versions", sa.column("id"), sa.column("title"), sa.column("lead"), sa.column("body"),
    sa.column("author"), sa.column("captions", sa.JSON), sa.column("folded"),
)  # fmt: skip
CONTENTS = sa.table("contents", sa.column("id"), sa.column("text"), sa.column("folded"))
# Table to the name of its index, as 0001 and 0005 made them.
INDEXES = {"versions": "search", "contents": "search_contents"}
UPDATE = """CREATE TRIGGER {index}_update AFTER UPDATE OF folded ON {table} BEGIN
        INSERT INTO {index}({index}, rowid, folded) VALUES ('delete', old.id, old.folded);
        INSERT INTO {index}(rowid, folded) VALUES (new.id, new.folded); END"""
GIN = "CREATE INDEX {index} ON {table} USING gin (to_tsvector('simple', left(folded, 200000)))"
NEWEST = """CREATE INDEX ix_versions_newest
    ON versions ((published_at IS NULL), published_at DESC, article_id, number)"""


def upgrade() -> None:
    """Writes what the index holds anew, a minute for 100,000 articles, and builds the index from it."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for index in INDEXES.values():
        op.execute(f"DROP TRIGGER {index}_update" if sqlite else f"DROP INDEX {index}")
    _rewritten(VERSIONS, lambda row: [row.title, row.lead, *row.body.split("\n"), *row.captions, row.author])
    _rewritten(CONTENTS, lambda row: [row.text])
    for table, index in INDEXES.items():
        if sqlite:
            op.execute(f"INSERT INTO {index}({index}) VALUES ('rebuild')")  # noqa: S608
        op.execute((UPDATE if sqlite else GIN).format(table=table, index=index))
    op.execute(NEWEST)


def _rewritten(table: Any, texts: Callable[[Any], list[str | None]]) -> None:
    connection, last = op.get_bind(), 0
    change = sa.update(table).where(table.c.id == sa.bindparam("row")).values(folded=sa.bindparam("words"))
    while rows := connection.execute(
        sa.select(table).where(table.c.id > last).order_by(table.c.id).limit(_ROWS)
    ).all():
        connection.execute(change, [{"row": row.id, "words": indexed(texts(row))} for row in rows])
        last = rows[-1].id

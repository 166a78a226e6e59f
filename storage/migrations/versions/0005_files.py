"""Files of articles: their addresses, their bytes in time, what those say, and a search in that.

Revision ID: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)

SQLITE_SEARCH = (
    """CREATE VIRTUAL TABLE search_contents USING fts5(
        folded, content='contents', content_rowid='id', tokenize='unicode61 remove_diacritics 0')""",
    """CREATE TRIGGER search_contents_insert AFTER INSERT ON contents BEGIN
        INSERT INTO search_contents(rowid, folded) VALUES (new.id, new.folded); END""",
    """CREATE TRIGGER search_contents_delete AFTER DELETE ON contents BEGIN
        INSERT INTO search_contents(search_contents, rowid, folded) VALUES ('delete', old.id, old.folded);
        END""",
    """CREATE TRIGGER search_contents_update AFTER UPDATE OF folded ON contents BEGIN
        INSERT INTO search_contents(search_contents, rowid, folded) VALUES ('delete', old.id, old.folded);
        INSERT INTO search_contents(rowid, folded) VALUES (new.id, new.folded); END""",
)
# A tsvector holds 1 MiB at most; of longer texts the first 200,000 characters are found.
POSTGRESQL_SEARCH = (
    """CREATE INDEX search_contents ON contents USING gin (to_tsvector('simple', left(folded, 200000)))""",
)


def upgrade() -> None:
    op.add_column("captures", sa.Column("file_id", KEY, nullable=True))
    op.create_index(
        "ix_captures_file_id_fetched_at",
        "captures",
        ["file_id", "fetched_at"],
        sqlite_where=sa.text("file_id IS NOT NULL"),
        postgresql_where=sa.text("file_id IS NOT NULL"),
    )
    op.create_table(
        "files",
        sa.Column("id", KEY, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("host", KEY, nullable=False),
        sa.Column("portal", KEY, nullable=False),
        sa.Column("district_id", KEY, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("status", KEY, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("first_seen_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("looked_at", MOMENT, nullable=True),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_files"),
    )
    op.create_index("ix_files_host_next_at", "files", ["host", "next_at"])
    op.create_index("ix_files_portal_status", "files", ["portal", "status"])
    op.create_index("ix_files_looked_at", "files", ["looked_at"])
    op.create_table(
        "file_versions",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("file_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("fetched_at", MOMENT, nullable=False),
        sa.Column("content_digest", KEY, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("warc_file", KEY, nullable=False),
        sa.Column("warc_offset", sa.BigInteger(), nullable=False),
        sa.Column("warc_length", sa.BigInteger(), nullable=False),
        sa.Column("warc_digest", KEY, nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name="fk_file_versions_file_id"),
        sa.PrimaryKeyConstraint("id", name="pk_file_versions"),
        sa.UniqueConstraint("file_id", "number", name="uq_file_versions_file_id_number"),
    )
    op.create_index("ix_file_versions_content_digest", "file_versions", ["content_digest"])
    op.create_index("ix_file_versions_warc_digest", "file_versions", ["warc_digest"])
    op.create_index("ix_file_versions_warc_file_warc_offset", "file_versions", ["warc_file", "warc_offset"])
    op.create_table(
        "contents",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("digest", KEY, nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("status", KEY, nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("text_source", sa.Text(), nullable=True),
        sa.Column("font", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("page_ends", sa.JSON(), nullable=True),
        sa.Column("members", sa.JSON(), nullable=True),
        sa.Column("doc_code", KEY, nullable=True),
        sa.Column("doc_number", sa.Text(), nullable=True),
        sa.Column("doc_symbol", sa.Text(), nullable=True),
        sa.Column("doc_type", sa.Text(), nullable=True),
        sa.Column("doc_date", KEY, nullable=True),
        sa.Column("doc_date_precision", sa.Text(), nullable=True),
        sa.Column("doc_place", sa.Text(), nullable=True),
        sa.Column("doc_issuer", sa.Text(), nullable=True),
        sa.Column("doc_subject", sa.Text(), nullable=True),
        sa.Column("doc_signer", sa.Text(), nullable=True),
        sa.Column("doc_capacity", sa.Text(), nullable=True),
        sa.Column("annex_of", sa.Text(), nullable=True),
        sa.Column("reader_version", sa.Text(), nullable=True),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_contents"),
        sa.UniqueConstraint("digest", name="uq_contents_digest"),
    )
    for name in ("status", "doc_code", "doc_date"):
        op.create_index(f"ix_contents_{name}", "contents", [name])
    op.create_table(
        "article_files",
        sa.Column("article_id", KEY, nullable=False),
        sa.Column("file_id", KEY, nullable=False),
        sa.Column("role", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("first_version", sa.Integer(), nullable=False),
        sa.Column("last_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_article_files_article_id"),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name="fk_article_files_file_id"),
        sa.PrimaryKeyConstraint("article_id", "file_id", "role", name="pk_article_files"),
    )
    op.create_index("ix_article_files_file_id", "article_files", ["file_id"])
    dialect = op.get_bind().dialect.name
    for statement in SQLITE_SEARCH if dialect == "sqlite" else POSTGRESQL_SEARCH:
        op.execute(statement)

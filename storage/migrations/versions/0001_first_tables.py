"""The first tables, and the full-text index of each database.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)

# FTS5 reads the text from `versions` itself; triggers keep it in step with every writer.
SQLITE_SEARCH = (
    """CREATE VIRTUAL TABLE search USING fts5(
        folded, content='versions', content_rowid='id', tokenize='unicode61 remove_diacritics 0')""",
    """CREATE TRIGGER search_insert AFTER INSERT ON versions BEGIN
        INSERT INTO search(rowid, folded) VALUES (new.id, new.folded); END""",
    """CREATE TRIGGER search_delete AFTER DELETE ON versions BEGIN
        INSERT INTO search(search, rowid, folded) VALUES ('delete', old.id, old.folded); END""",
    """CREATE TRIGGER search_update AFTER UPDATE OF folded ON versions BEGIN
        INSERT INTO search(search, rowid, folded) VALUES ('delete', old.id, old.folded);
        INSERT INTO search(rowid, folded) VALUES (new.id, new.folded); END""",
)
# A tsvector holds 1 MiB at most; of longer texts the first 200,000 characters are found.
POSTGRESQL_SEARCH = (
    """CREATE INDEX search ON versions USING gin (to_tsvector('simple', left(folded, 200000)))""",
)


def upgrade() -> None:
    op.create_table(
        "districts",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_districts"),
    )
    op.create_table(
        "portals",
        sa.Column("district_id", KEY, nullable=False),
        sa.Column("url", KEY, nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name="fk_portals_district_id"),
        sa.PrimaryKeyConstraint("district_id", "url", name="pk_portals"),
    )
    op.create_table(
        "runs",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("district_id", KEY, nullable=False),
        sa.Column("portal", KEY, nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("warc_files", sa.JSON(), nullable=False),
        sa.Column("listings", sa.JSON(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("pid_token", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_index("ix_runs_district_id_portal_id", "runs", ["district_id", "portal", "id"])
    op.create_table(
        "frontier",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("portal", KEY, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_frontier"),
        sa.UniqueConstraint("portal", "key", name="uq_frontier_portal_key"),
    )
    op.create_table(
        "captures",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("run_id", SERIAL, nullable=True),
        sa.Column("url_id", KEY, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("fetched_at", MOMENT, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("content_type", sa.Text(), nullable=True),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("warc_file", KEY, nullable=False),
        sa.Column("warc_offset", sa.BigInteger(), nullable=False),
        sa.Column("warc_length", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("content_digest", sa.Text(), nullable=False),
        sa.Column("revisit", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_captures_run_id"),
        sa.PrimaryKeyConstraint("id", name="pk_captures"),
        sa.UniqueConstraint("warc_file", "warc_offset", name="uq_captures_warc_file_warc_offset"),
    )
    op.create_index("ix_captures_url_id_fetched_at", "captures", ["url_id", "fetched_at"])
    op.create_table(
        "articles",
        sa.Column("id", KEY, nullable=False),
        sa.Column("district_id", KEY, nullable=False),
        sa.Column("portal", KEY, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("first_seen_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("gone_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("published_order", KEY, nullable=False),
        sa.Column("exact", KEY, nullable=True),
        sa.Column("bands", sa.LargeBinary(), nullable=True),
        sa.Column("algorithm", sa.Text(), nullable=True),
        sa.Column("duplicate_of", KEY, nullable=True),
        sa.Column("duplicate_kind", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["duplicate_of"], ["articles.id"], name="fk_articles_duplicate_of"),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
    )
    op.create_index(
        "ix_articles_district_id_portal_published_order_id",
        "articles",
        ["district_id", "portal", "published_order", "id"],
    )
    op.create_index("ix_articles_duplicate_of", "articles", ["duplicate_of"])
    op.create_index(
        "ix_articles_exact_published_order_first_seen_at_id",
        "articles",
        ["exact", "published_order", "first_seen_at", "id"],
    )
    op.create_table(
        "versions",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("article_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("run_id", SERIAL, nullable=True),
        sa.Column("fetched_at", MOMENT, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("lead", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("published_at", KEY, nullable=True),
        sa.Column("published_precision", sa.Text(), nullable=False),
        sa.Column("published_source", sa.Text(), nullable=True),
        sa.Column("published_raw", sa.Text(), nullable=True),
        sa.Column("published_is_event", sa.Boolean(), nullable=False),
        sa.Column("captions", sa.JSON(), nullable=False),
        sa.Column("images", sa.JSON(), nullable=False),
        sa.Column("attachments", sa.JSON(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("encoding", sa.Text(), nullable=False),
        sa.Column("reader_version", sa.Text(), nullable=False),
        sa.Column("content_hash", KEY, nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("warc_file", KEY, nullable=True),
        sa.Column("warc_offset", sa.BigInteger(), nullable=True),
        sa.Column("warc_length", sa.BigInteger(), nullable=True),
        sa.Column("warc_digest", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_versions_article_id"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_versions_run_id"),
        sa.PrimaryKeyConstraint("id", name="pk_versions"),
        sa.UniqueConstraint("article_id", "number", name="uq_versions_article_id_number"),
    )
    op.create_index("ix_versions_warc_file_warc_offset", "versions", ["warc_file", "warc_offset"])
    op.create_table(
        "furniture",
        sa.Column("portal", KEY, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("firm", sa.Integer(), nullable=False),
        sa.Column("varied", sa.Boolean(), nullable=False),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("shown_of", sa.Integer(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("first_seen_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("portal", "key", name="pk_furniture"),
    )
    op.create_table(
        "furniture_counts",
        sa.Column("portal", KEY, nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("once", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("portal", name="pk_furniture_counts"),
    )
    op.create_table(
        "bands",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("exact", KEY, nullable=False),
        sa.PrimaryKeyConstraint("key", "exact", name="pk_bands"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "links",
        sa.Column("first", KEY, nullable=False),
        sa.Column("second", KEY, nullable=False),
        sa.Column("similarity", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("first", "second", name="pk_links"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_links_second", "links", ["second"])
    dialect = op.get_bind().dialect.name
    for statement in SQLITE_SEARCH if dialect == "sqlite" else POSTGRESQL_SEARCH:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("this is the first schema; there is none to go back to")

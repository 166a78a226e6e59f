"""Captures of other archives: whose each one is, what they hold, how far their lists are read.

Revision ID: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
# The names of our own files: district, moment, process, number. Those of files brought in end in a digest.
OWN = "%-______________-%-_____.warc.gz"


def upgrade() -> None:
    op.add_column("captures", sa.Column("captured_via", KEY, nullable=False, server_default="crawl"))
    op.add_column("captures", sa.Column("captured_by", sa.Text(), nullable=True))
    op.add_column("captures", sa.Column("source_uri", sa.Text(), nullable=True))
    op.add_column("versions", sa.Column("captured_via", KEY, nullable=True))
    op.add_column("versions", sa.Column("evidence_at", MOMENT, nullable=True))
    op.add_column("articles", sa.Column("first_crawled_at", MOMENT, nullable=True))
    op.execute(f"UPDATE captures SET captured_via = warc_file WHERE warc_file NOT LIKE '{OWN}'")  # noqa: S608
    via = f"CASE WHEN warc_file IS NULL OR warc_file LIKE '{OWN}' THEN 'crawl' ELSE warc_file END"
    op.execute(f"UPDATE versions SET evidence_at = fetched_at, captured_via = {via}")  # noqa: S608
    first = (
        "SELECT min(versions.evidence_at) FROM versions"
        " WHERE versions.article_id = articles.id AND versions.captured_via = 'crawl'"
    )
    op.execute(f"UPDATE articles SET first_crawled_at = ({first})")  # noqa: S608
    op.create_table(
        "holdings",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("source", KEY, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("district_id", KEY, nullable=False),
        sa.Column("portal", KEY, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("url_id", KEY, nullable=False),
        sa.Column("stamp", KEY, nullable=False),
        sa.Column("mime", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("digest", KEY, nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=True),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("state", KEY, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_holdings"),
        sa.UniqueConstraint("source", "key", name="uq_holdings_source_key"),
    )
    op.create_index("ix_holdings_portal_url_id_stamp", "holdings", ["portal", "url_id", "stamp"])
    op.create_table(
        "listed",
        sa.Column("source", KEY, nullable=False),
        sa.Column("scope", KEY, nullable=False),
        sa.Column("part", KEY, nullable=False),
        sa.Column("resume", sa.Text(), nullable=True),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("until_at", MOMENT, nullable=True),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("stop", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("source", "scope", "part", name="pk_listed"),
    )
    op.create_table(
        "pauses",
        sa.Column("source", KEY, nullable=False),
        sa.Column("until_at", MOMENT, nullable=False),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_pauses"),
    )

"""What is held back until it is seen twice, and addresses that went to another article.

Revision ID: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("articles", sa.Column("unseen_since", MOMENT, nullable=True))
    op.execute("UPDATE articles SET unseen_since = gone_at WHERE gone_at IS NOT NULL")
    op.create_table(
        "suspects",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("article_id", KEY, nullable=False),
        sa.Column("portal", KEY, nullable=False),
        sa.Column("run_id", SERIAL, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("warc_file", KEY, nullable=True),
        sa.Column("warc_offset", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_suspects"),
    )
    op.create_index("ix_suspects_article_id", "suspects", ["article_id"])
    op.create_index("ix_suspects_portal_run_id", "suspects", ["portal", "run_id"])
    op.create_table(
        "holders",
        sa.Column("url_id", KEY, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("article_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_holders_article_id"),
        sa.PrimaryKeyConstraint("url_id", "since", name="pk_holders"),
    )

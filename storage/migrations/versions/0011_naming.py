"""Communes and documents that the texts of articles name.

Revision ID: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Makes the tables; texts that were kept before are looked through by `huyen replay`."""
    op.add_column("versions", sa.Column("named_by", sa.Text(), nullable=True))
    op.create_table(
        "mentions",
        *_span("mentions"),
        sa.Column("place_id", KEY, nullable=False),
        sa.Column("how", KEY, nullable=False),
    )
    op.create_index("ix_mentions_place_id", "mentions", ["place_id"])
    op.create_table(
        "documents_named",
        *_span("documents_named"),
        sa.Column("code", KEY, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("year", sa.Text(), nullable=True),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("issuer_symbol", sa.Text(), nullable=True),
        sa.Column("issuer", sa.Text(), nullable=True),
        sa.Column("date", KEY, nullable=True),
        sa.Column("date_precision", sa.Text(), nullable=True),
    )
    op.create_index("ix_documents_named_code", "documents_named", ["code"])


def _span(table: str) -> list[sa.Column[str] | sa.Column[int] | sa.Constraint]:
    """The columns that say where in which text of an article something is named."""
    key = ("article_id", "version", "field", "span_start")
    return [
        sa.Column("article_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field", KEY, nullable=False),
        sa.Column("span_start", sa.Integer(), nullable=False),
        sa.Column("span_end", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=f"fk_{table}_article_id"),
        sa.PrimaryKeyConstraint(*key, name=f"pk_{table}"),
    ]

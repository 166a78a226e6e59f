"""The template in which an article was seen last, and since which furniture is counted.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "designs",
        sa.Column("article_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("design", sa.Text(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_designs_article_id"),
        sa.PrimaryKeyConstraint("article_id", name="pk_designs"),
    )
    op.add_column("furniture_counts", sa.Column("design", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("furniture_counts", "design")
    op.drop_table("designs")

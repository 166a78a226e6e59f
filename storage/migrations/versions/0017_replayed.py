"""How far an interrupted replay is, in the archive instead of in a file.

Revision ID: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "replayed",
        sa.Column("reader", KEY, nullable=False),
        sa.Column("file", KEY, nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("reader", "file", name="pk_replayed"),
    )

"""Articles whose texts are kept and still to be linked to those of the same story.

Revision ID: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "unlinked",
        sa.Column("id", SERIAL, primary_key=True, nullable=False),
        sa.Column("article_id", KEY, nullable=False),
        sa.Column("exact", KEY, nullable=True),
        sa.Column("bands", sa.LargeBinary(), nullable=True),
        sa.Column("warc_file", KEY, nullable=True),
        sa.Column("warc_offset", sa.BigInteger(), nullable=True),
    )

"""The captures of an article's further pages.

Revision ID: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("versions", sa.Column("parts", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("versions", "parts")

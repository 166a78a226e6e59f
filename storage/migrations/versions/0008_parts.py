"""The captures of an article's further pages.

Revision ID: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("versions", sa.Column("parts", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("versions", "parts")

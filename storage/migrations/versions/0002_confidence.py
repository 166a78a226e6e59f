"""How sure the reading of each version is, and which witnesses agreed on it.

Versions read before have neither.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("versions", sa.Column("confidence", sa.Double(), nullable=True))
    op.add_column("versions", sa.Column("witnesses", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("versions", "witnesses")
    op.drop_column("versions", "confidence")

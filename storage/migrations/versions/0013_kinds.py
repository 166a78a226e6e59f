"""Runs that are rescues, told from crawls.

Revision ID: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the kind of a run; every run so far was a crawl."""
    key = sa.String(collation="C") if op.get_bind().dialect.name == "postgresql" else sa.String()
    op.add_column("runs", sa.Column("kind", key, nullable=False, server_default="crawl"))

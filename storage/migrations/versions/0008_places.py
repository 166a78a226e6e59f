"""Places and what became of them.

Revision ID: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Makes the tables; they are filled when they are first needed (storage.care.gazetteer)."""
    op.create_table(
        "places",
        sa.Column("place_id", KEY, nullable=False),
        sa.Column("level", KEY, nullable=False),
        sa.Column("code", KEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent", KEY, nullable=True),
        sa.Column("valid_from", KEY, nullable=True),
        sa.Column("valid_to", KEY, nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("place_id", name="pk_places"),
    )
    op.create_index("ix_places_level_code", "places", ["level", "code"])
    op.create_index("ix_places_parent", "places", ["parent"])
    op.create_table(
        "place_changes",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("old_place_id", KEY, nullable=False),
        sa.Column("new_place_id", KEY, nullable=True),
        sa.Column("changed_on", KEY, nullable=False),
        sa.Column("how", KEY, nullable=False),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_place_changes"),
    )
    op.create_index("ix_place_changes_old_place_id", "place_changes", ["old_place_id"])
    op.create_index("ix_place_changes_new_place_id", "place_changes", ["new_place_id"])
    op.create_table(
        "place_editions",
        sa.Column("fingerprint", KEY, nullable=False),
        sa.Column("filled_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_place_editions"),
    )

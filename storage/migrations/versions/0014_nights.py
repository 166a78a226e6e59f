"""A night that many machines share.

Revision ID: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "shared_nights",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("selection", sa.Text(), nullable=False),
        sa.Column("districts", sa.Text(), nullable=False),
        sa.Column("after_run", SERIAL, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_shared_nights"),
    )
    op.create_index("ix_shared_nights_closed_at", "shared_nights", ["closed_at"])
    op.create_table(
        "night_machines",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("night_id", SERIAL, nullable=False),
        sa.Column("name", KEY, nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("joined_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("stopped", sa.Text(), nullable=True),
        sa.Column("notices", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["night_id"], ["shared_nights.id"], name="fk_night_machines_night_id"),
        sa.PrimaryKeyConstraint("id", name="pk_night_machines"),
    )
    op.create_index("ix_night_machines_night_id", "night_machines", ["night_id"])
    op.create_table(
        "night_districts",
        sa.Column("night_id", SERIAL, nullable=False),
        sa.Column("district_id", KEY, nullable=False),
        sa.Column("unit", KEY, nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("machine_id", SERIAL, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("free_at", MOMENT, nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["night_id"], ["shared_nights.id"], name="fk_night_districts_night_id"),
        sa.ForeignKeyConstraint(["machine_id"], ["night_machines.id"], name="fk_night_districts_machine_id"),
        sa.PrimaryKeyConstraint("night_id", "district_id", name="pk_night_districts"),
    )
    op.create_index("ix_night_districts_night_id_unit", "night_districts", ["night_id", "unit"])

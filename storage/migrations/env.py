"""Alembic's entry: storage.database hands an open connection in its transaction; nothing else may call this.

A migration of several steps is one transaction on both databases. Names that autogenerate must not touch
(SQLite's full-text shadow tables) are left out.
"""

from typing import Any

from alembic import context

from storage.schema import Base


def _ours(name: str | None, type_: str, parents: Any) -> bool:
    return not (type_ == "table" and name is not None and name.startswith("search"))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    include_name=_ours,
    render_as_batch=True,  # SQLite alters a table by building it anew
    transactional_ddl=True,
)
context.run_migrations()

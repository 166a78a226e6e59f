"""Compiled SQL that all engines of a process share, and so do the processes that are forked from it.

SQLAlchemy keeps what it compiles for each engine. A crawl of a quiet night compiles some 30 statements, which
is a quarter of its CPU time; forks that find them compiled need not.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Dialect


class Statements(dict[Any, Any]):
    """A cache for SQLAlchemy's option `compiled_cache`, for engines of one dialect with the same options.

    SQLAlchemy's keys begin with the dialect object of the engine, which differs from engine to engine. A key
    that begins with anything else is taken as it is.
    """

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_bare(key), default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(_bare(key), value)


_by_dialect: dict[str, Statements] | None = None


def share() -> None:
    """Has the engines that this process makes from now on share what they compile.

    Nothing is ever dropped, so this is for processes that use a bounded number of statements.
    """
    global _by_dialect
    _by_dialect = {}


def options(dialect: str) -> dict[str, Any]:
    """Returns the execution options of an engine of a dialect ("sqlite", "postgresql"): its part in what is
    shared; empty where engines keep their own.
    """
    if _by_dialect is None:
        return {}
    return {"compiled_cache": _by_dialect.setdefault(dialect, Statements())}


def _bare(key: Any) -> Any:
    return key[1:] if isinstance(key, tuple) and key and isinstance(key[0], Dialect) else key

"""The URLs of databases that can keep an archive."""

from __future__ import annotations

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from storage.errors import StorageError
from storage.language.messages import message
from storage.secrets import masked

_EXAMPLE = "postgresql+psycopg://USER:PASSWORD@HOST/NAME"


def parsed_url(url: str) -> URL:
    """Returns `url` with the driver that is installed; StorageError unless it is SQLite or PostgreSQL."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StorageError(
            message(
                "not a database URL: {url!r}; give sqlite:///PATH or {example}",
                url=masked(url),
                example=_EXAMPLE,
            )
        ) from None
    if parsed.get_backend_name() == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() != "sqlite":
        name = parsed.get_backend_name()
        raise StorageError(
            message(
                "cannot keep an archive in {name!r}: give sqlite:///PATH or {example}",
                name=name,
                example=_EXAMPLE,
            )
        )
    return parsed.set(drivername="sqlite")

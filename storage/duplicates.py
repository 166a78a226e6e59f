"""Linking articles that tell the same story."""

from __future__ import annotations
from collections.abc import Sequence
from typing import NamedTuple
from sqlalchemy import Connection


class Text(NamedTuple):
    """The text of article `id` now, and the one it had before (None if it is new)."""

    id: str
    exact: str | None
    bands: tuple[int, ...]
    left_exact: str | None
    left_bands: tuple[int, ...]


def link(connection: Connection, texts: Sequence[Text]) -> None:
    """Does not link yet."""

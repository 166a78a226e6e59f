"""The group `huyen districts`: a first word that names none of its commands belongs to `show`."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

DEFAULT = "show"


class Districts(TyperGroup):
    """Has `huyen districts ID` and `huyen districts --province P` mean `huyen districts show …`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] != "--help"):
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)

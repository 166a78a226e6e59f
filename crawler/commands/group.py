"""Groups of commands in which a first word that names none of them belongs to a default one."""

from __future__ import annotations

from typing import Any, ClassVar

from typer.core import TyperGroup


class WithDefault(TyperGroup):
    """Has `huyen GROUP WORD` mean `huyen GROUP DEFAULT WORD`, and `huyen GROUP` `huyen GROUP DEFAULT`."""

    default: ClassVar[str]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] != "--help"):
            args = [self.default, *args]
        return super().parse_args(ctx, args)

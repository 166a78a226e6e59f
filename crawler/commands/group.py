"""How commands look for themselves: help in the language of the process, groups with a default command."""

from __future__ import annotations

import inspect
from typing import Any, ClassVar

from typer.core import TyperCommand, TyperGroup

from storage.language.messages import ENGLISH, gettext, language


class Command(TyperCommand):
    """A command whose help is shown in the language of the process."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        _write_usage(self, ctx, formatter)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        _translate_options(self, ctx)
        super().format_options(ctx, formatter)

    def format_help_text(self, ctx: Any, formatter: Any) -> None:
        _translate_help(self)
        super().format_help_text(ctx, formatter)

    def get_short_help_str(self, limit: int = 45) -> str:
        _translate_help(self)
        return super().get_short_help_str(limit)


class Group(TyperGroup):
    """A group of commands whose help is shown in the language of the process."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        _write_usage(self, ctx, formatter)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        _translate_options(self, ctx)
        super().format_options(ctx, formatter)

    def format_help_text(self, ctx: Any, formatter: Any) -> None:
        _translate_help(self)
        super().format_help_text(ctx, formatter)

    def get_short_help_str(self, limit: int = 45) -> str:
        _translate_help(self)
        return super().get_short_help_str(limit)


class WithDefault(Group):
    """Has `huyen GROUP WORD` mean `huyen GROUP DEFAULT WORD`, and `huyen GROUP` `huyen GROUP DEFAULT`."""

    default: ClassVar[str]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] != "--help"):
            args = [self.default, *args]
        return super().parse_args(ctx, args)


def _write_usage(command: TyperCommand | TyperGroup, ctx: Any, formatter: Any) -> None:
    pieces = " ".join(gettext(piece) for piece in command.collect_usage_pieces(ctx))
    formatter.write_usage(ctx.command_path, pieces, prefix=gettext("Usage: "))


def _translate_options(command: TyperCommand | TyperGroup, ctx: Any) -> None:
    if language() == ENGLISH:
        return
    for option in command.get_params(ctx):
        if told := getattr(option, "help", None):
            option.help = gettext(told)  # type: ignore[attr-defined]


def _translate_help(command: TyperCommand | TyperGroup) -> None:
    if command.help and language() != ENGLISH:
        command.help = gettext(inspect.cleandoc(command.help))

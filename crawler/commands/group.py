"""How commands look for themselves: help in the language of the process, groups with a default command."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, ClassVar

from typer.core import TyperCommand, TyperGroup

from crawler.terminal.options import MOST
from storage.language.messages import ENGLISH, gettext, language

if TYPE_CHECKING:
    _Shown = TyperCommand  # what commands and groups have in common
else:
    _Shown = object


class _Translated(_Shown):
    """Shows its help in the language of the process."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        pieces = " ".join(gettext(piece) for piece in self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=gettext("Usage: "))

    def format_options(self, ctx: Any, formatter: Any) -> None:
        options: list[Any] = self.get_params(ctx)
        for option in options:
            if getattr(option, "max", None) == MOST:  # no bound that a reader would meet
                option.max = None
        if language() != ENGLISH:
            for option in self.get_params(ctx):
                if told := getattr(option, "help", None):
                    option.help = gettext(told)  # type: ignore[attr-defined]
        super().format_options(ctx, formatter)

    def format_help_text(self, ctx: Any, formatter: Any) -> None:
        self._translate_help()
        super().format_help_text(ctx, formatter)

    def get_short_help_str(self, limit: int = 45) -> str:
        self._translate_help()
        return super().get_short_help_str(limit)

    def _translate_help(self) -> None:
        if self.help and language() != ENGLISH:
            self.help = gettext(inspect.cleandoc(self.help))


class Command(_Translated, TyperCommand):
    """A command whose help is shown in the language of the process."""


class Group(_Translated, TyperGroup):
    """A group of commands whose help is shown in the language of the process."""


class WithDefault(Group):
    """Has `huyen GROUP WORD` mean `huyen GROUP DEFAULT WORD`, and `huyen GROUP` `huyen GROUP DEFAULT`."""

    default: ClassVar[str]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] != "--help"):
            args = [self.default, *args]
        return super().parse_args(ctx, args)

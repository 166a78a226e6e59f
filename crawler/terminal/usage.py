"""What Typer and Pydantic say of wrong arguments, in the language of the process.

Their sentences are fixed English, so they are recognised by their form; docs/decisions.md says what is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from storage.language.messages import ENGLISH, gettext, language, marked

_HEADINGS = (  # asked for by Typer itself
    marked("Arguments"), marked("Options"), marked("Commands"), marked("default: {default}"),
    marked("required"), marked("Missing command."), marked("No such command {name!r}."),
)  # fmt: skip
_USAGE = (  # as commands and groups have them; crawler.commands.group asks for them
    marked("[OPTIONS]"), marked("COMMAND [ARGS]..."), marked("[ID | COMMAND] [ARGS]..."),
    marked("[DISTRICT | ID | COMMAND] [ARGS]..."), marked("Show this message and exit."),
)  # fmt: skip
_SENTENCES = (  # the longer form first
    marked("{sentence} Did you mean {names}?"),
    marked("No such option: {name} (Possible options: {names})"),
    marked("No such option: {name}"),
    marked("Missing argument {name}."),
    marked("Missing option {name}."),
    marked("Invalid value for {name}: {why}"),
    marked("Option {name} requires an argument."),
    marked("Option {name} does not take a value."),
    marked("Got unexpected extra argument(s) ({names})"),
    marked("Input should be greater than or equal to {least}"),
    marked("Input should be less than or equal to {most}"),
    marked("Input should be a valid integer, unable to parse string as an integer"),
    marked("Input should be a valid number, unable to parse string as a number"),
    marked("Input should be greater than {least}"),
)


@contextmanager
def translated_typer() -> Iterator[None]:
    """Has Typer ask our catalogue for its headings within the block. It asks gettext for the few that it
    marks, under a name of its own; the locale alone would choose the language there.
    """
    if language() == ENGLISH:
        yield
        return
    from typer import core

    before = vars(core)["_"]
    vars(core)["_"] = gettext
    try:
        yield
    finally:
        vars(core)["_"] = before


def translated(sentence: str) -> str:
    """Returns a sentence of Typer or Pydantic in the language of the process; an unknown one as it is."""
    if language() == ENGLISH:
        return sentence
    for template, form in _forms():
        if found := form.fullmatch(sentence):
            values = {name: translated(value) for name, value in found.groupdict().items()}
            return gettext(template, **values)
    return sentence


@cache
def _forms() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((template, _form(template)) for template in _SENTENCES)


def _form(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.*)", re.escape(template)), re.DOTALL)

"""What Typer says of a command in the language of the process; docs/decisions.md says what stays English."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from storage.language.messages import ENGLISH, gettext, language, marked

HEADINGS = (  # asked for by Typer itself
    marked("Arguments"), marked("Options"), marked("Commands"), marked("default: {default}"),
    marked("required"), marked("Missing command."), marked("No such command {name!r}."),
)  # fmt: skip
USAGE = (  # asked for by crawler.commands.group
    marked("[OPTIONS]"), marked("COMMAND [ARGS]..."), marked("[ID | COMMAND] [ARGS]..."),
    marked("[DISTRICT | ID | COMMAND] [ARGS]..."), marked("Show this message and exit."),
)  # fmt: skip


@contextmanager
def translated_typer() -> Iterator[None]:
    """Has Typer ask our catalogue for its headings within the block. It marks a few for gettext, which would
    choose the language by the locale alone.
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

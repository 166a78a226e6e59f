"""The language of a command: HUYEN_LANG from the environment, else from huyen.toml, else the locale."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from storage.language.messages import ENGLISH, LANGUAGES

NAME = "HUYEN_LANG"
FILE = "huyen.toml"
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")  # POSIX: the first that is set counts


def spoken(folder: Path | None = None) -> str:
    """Returns the language of a command in `folder` (default: the working directory); English where none of
    ours is named. Reads no more of the configuration: crawler.config tells what is wrong with it.
    """
    for wanted in (os.environ.get(NAME), _in_file(folder or Path())):
        if wanted:
            return wanted if wanted in LANGUAGES else ENGLISH
    return of_locale()


def of_locale() -> str:
    """Returns the language of the locale, as in vi_VN.UTF-8; English where it is none of ours."""
    named = next((value for name in _LOCALE if (value := os.environ.get(name))), "")
    wanted = named.partition(".")[0].partition("_")[0]
    return wanted if wanted in LANGUAGES else ENGLISH


def _in_file(folder: Path) -> str | None:
    file = folder / FILE
    if not file.is_file():
        return None
    import tomllib

    with suppress(OSError, ValueError):
        value = tomllib.loads(file.read_text(encoding="utf-8")).get(NAME)
        return value if isinstance(value, str) else None
    return None

"""Vietnamese or English: which a reader gets, and what the pages say in it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files

from storage.language.codes import CODES, label
from storage.language.messages import Message
from storage.vocabulary import VIETNAM

LANGUAGES = ("vi", "en")
_ACCEPTED = re.compile(r"([a-zA-Z]{1,8})(?:-[\w-]*)?\s*(?:;\s*q\s*=\s*([\d.]+))?")


@cache
def strings() -> Mapping[str, Mapping[str, str]]:
    """Returns what the pages say: by key, then by language."""
    return tomllib.loads(files("web").joinpath("strings.toml").read_text(encoding="utf-8"))


def chosen(asked: str | None, accepted: str | None) -> str:
    """Returns the language of a page: what the address asks for (`lang`), else the best of Accept-Language.

    Vietnamese where neither names a language that we have.
    """
    if asked in LANGUAGES:
        return asked
    best, weight = LANGUAGES[0], 0.0
    for part in (accepted or "").split(","):
        if not (named := _ACCEPTED.fullmatch(part.strip())):
            continue
        name, quality = named[1].lower(), named[2]
        try:
            value = float(quality) if quality else 1.0
        except ValueError:
            continue
        if name in LANGUAGES and value > weight:
            best, weight = name, value
    return best


def say(language: str, key: str, **values: object) -> str:
    """Returns what `key` says; the key itself where it is a word of the archive that has no translation."""
    found = strings().get(key)
    return found[language].format(**values) if found else sentence(language, key)


def word(language: str, group: str, code: str | None) -> str:
    """Returns a code of the archive in words, as the status page has it; "" for none."""
    return label(group, code, language) if code else ""


def count(language: str, name: str) -> str:
    """Returns the name of a number of a run in words: of an outcome, of its reason, or another."""
    outcome, _, reason = name.partition(":")
    if reason:
        return f"{word(language, 'outcome', outcome)}: {word(language, 'reason', reason)}"
    return word(language, "outcome" if name in CODES["outcome"] else "count", name)


def sentence(language: str, said: str) -> str:
    """Returns a sentence of evidence, or what an error says; one that an earlier version kept in English."""
    return said.in_language(language) if isinstance(said, Message) else said


def number(language: str, value: int) -> str:
    """Returns a whole number with its thousands apart, as the language writes it."""
    return f"{value:,}".replace(",", "." if language == "vi" else ",")


def day(language: str, value: str | None) -> str:
    """Returns a date as precise as printed: "26/10/2023", "10/2023", "2023"; no day that nobody printed."""
    if not value:
        return say(language, "undated")
    parts = value[:10].split("-")
    shown = "/".join(reversed(parts)) if language == "vi" else "-".join(parts)
    return f"{shown}, {value[11:16]}" if len(value) > 10 else shown


def moment(language: str, value: datetime | None) -> str:
    """Returns a time on Vietnam's wall clock, with its zone."""
    if value is None:
        return ""
    return day(language, value.astimezone(VIETNAM).isoformat()) + " (UTC+7)"

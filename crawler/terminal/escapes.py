"""Text of pages as a terminal may show it: no page moves the cursor or turns the direction of a line."""

from __future__ import annotations

import json
import re
from typing import Any

from storage.language.messages import Message, shown

# What steers a terminal: control characters but tab and newline, and marks that turn the direction of text
# (Unicode Standard Annex 9).
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BREAKS = re.compile("[\t\n\u2028\u2029]+")


def printable(text: str) -> str:
    """Returns `text` with U+FFFD for each character that steers a terminal; its lines stay lines."""
    return _STEERING.sub("\ufffd", text)


def inline(value: object) -> str:
    """Returns `value` as printable text in one line, in the language of the process."""
    return printable(_BREAKS.sub(" ", shown(value)))


def tidy(said: str) -> str:
    """Returns a sentence to be shown later, of which no value steers a terminal or breaks the line."""
    return said.mapped(inline) if isinstance(said, Message) else inline(said)


def words_of(error: Exception, most: int) -> str:
    """Returns what an error says: a message of ours as it is, the words of others in one line of at most
    `most` letters; its class where it says nothing.
    """
    said = str(error)
    words = said if isinstance(said, Message) else " ".join(said.split())[:most]
    return words or type(error).__name__


def json_text(value: object, **options: Any) -> str:
    """Returns `value` as JSON (`options` as json.dumps has them); what steers a terminal is written \\uXXXX.

    A program that reads it gets the same strings.
    """
    text = json.dumps(value, ensure_ascii=False, **options)
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)

"""Messages to people: written in English, shown in the language of the process by a gettext catalogue.

`gettext` (imported as `_`), `ngettext` and `pgettext` translate at once; they are for code that prints.
`message` and `nmessage` translate later: an error, or the evidence of a run, is a string in English until it
is `shown`. So JSON, logs and the database keep English. Nothing is loaded while the language is English.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Any, Self

ENGLISH, VIETNAMESE = "en", "vi"
LANGUAGES = (ENGLISH, VIETNAMESE)
LOCALE = Path(__file__).with_name("locale")
DOMAIN = "huyen"
_language = ENGLISH


class Message(str):
    """A sentence in English that knows its template and values, so that it can be shown in another language.

    It is an ordinary string to everybody else. `str()` of it, and of an error that has it, keeps it; an
    f-string does not.
    """

    template: str
    plural: str
    context: str
    values: Mapping[str, Any]

    def __new__(
        cls, template: str, values: Mapping[str, Any] | None = None, plural: str = "", context: str = ""
    ) -> Self:
        values = {name: _said(value) for name, value in (values or {}).items()}
        said = plural if plural and values["n"] != 1 else template
        self = super().__new__(cls, said.format(**values) if values else said)
        self.template, self.plural, self.context, self.values = template, plural, context, values
        return self

    def __str__(self) -> str:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.template, self.values, self.plural, self.context)

    def mapped(self, change: Callable[[str], str]) -> Self:
        """Returns the message with each plain string among its values, and theirs, changed."""

        def changed(value: Any) -> Any:
            if isinstance(value, Message):
                return value.mapped(change)
            return change(value) if isinstance(value, str) else value

        values = {name: changed(value) for name, value in self.values.items()}
        return type(self)(self.template, values, self.plural, self.context)

    def in_language(self, language: str) -> str:
        """Returns the sentence in `language`; one that the catalogue lacks in English."""
        if language == ENGLISH:
            return str.__str__(self)
        if not self.template:
            return ""  # gettext has the head of the catalogue there
        words, values = catalogue(language), self.values
        if self.plural:
            said = words.ngettext(self.template, self.plural, values["n"])
        elif self.context:
            said = words.pgettext(self.context, self.template)
        else:
            said = words.gettext(self.template)
        if not values:
            return said
        shown_values = {name: _in_language(value, language) for name, value in values.items()}
        return _Vietnamese().vformat(said, (), shown_values)


class _Vietnamese(string.Formatter):
    """Formats numbers and days as Vietnamese writes them: 1.234, 4,5 %, 26/10/2023."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, date):
            return value.strftime("%d/%m/%Y")
        said = format(value, format_spec)
        if isinstance(value, float) or "," in format_spec:
            said = said.translate({ord("."): ",", ord(","): "."})
        return said


def _said(value: Any) -> Any:
    """Returns what an error or another object says; text, numbers and days as they are."""
    return value if isinstance(value, str | int | float | date) else str(value)


def _in_language(value: Any, language: str) -> Any:
    return value.in_language(language) if isinstance(value, Message) else value


@cache
def catalogue(language: str) -> NullTranslations:
    """Returns the words of `language`; English needs none."""
    if language == ENGLISH:
        return NullTranslations()
    with (LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as file:
        return GNUTranslations(file)


def language() -> str:
    """Returns the language that this process speaks."""
    return _language


@contextmanager
def speaking(wanted: str) -> Iterator[None]:
    """Speaks `wanted` (one of LANGUAGES) within the block."""
    global _language
    before, _language = _language, wanted
    try:
        yield
    finally:
        _language = before


def message(template: str, /, **values: Any) -> Message:
    """Returns a sentence to be shown later; {name} in `template` is filled from `values`."""
    return Message(template, values)


def nmessage(singular: str, plural: str, n: int, /, **values: Any) -> Message:
    """Returns a sentence about `n` things, to be shown later; {n} is the number."""
    return Message(singular, {"n": n, **values}, plural)


def pmessage(context: str, template: str, /, **values: Any) -> Message:
    """Returns a word or sentence with a meaning that `context` tells, to be shown later."""
    return Message(template, values, context=context)


def joined(parts: Iterable[str], mark: str = ", ") -> Message:
    """Returns several sentences as one, with `mark` between."""
    values = {f"part{n}": part for n, part in enumerate(parts)}
    return Message(mark.join(f"{{{name}}}" for name in values), values)


def gettext(template: str, /, **values: Any) -> str:
    """Returns a sentence in the language of the process."""
    return message(template, **values).in_language(_language)


def ngettext(singular: str, plural: str, n: int, /, **values: Any) -> str:
    """Returns a sentence about `n` things in the language of the process."""
    return nmessage(singular, plural, n, **values).in_language(_language)


def pgettext(context: str, template: str, /, **values: Any) -> str:
    """Returns a word or sentence with a meaning that `context` tells, in the language of the process."""
    return pmessage(context, template, **values).in_language(_language)


def shown(said: object) -> str:
    """Returns a message, or what an error says, in the language of the process; other things as they are."""
    text = said if isinstance(said, str) else str(said)
    return text.in_language(_language) if isinstance(text, Message) else text


def marked(text: str) -> str:
    """Returns `text` as it is; the catalogue takes it, and somebody else translates it."""
    return text


def pmarked(context: str, text: str) -> str:
    """Returns `text` as it is; the catalogue takes it with `context`."""
    return text


def to_json(said: str) -> Any:
    """Returns a sentence for a JSON column: its English `text`, and what it is made of if it is a Message."""
    if not isinstance(said, Message):
        return said
    values = {name: _value_to_json(value) for name, value in said.values.items()}
    made = {"template": said.template, "plural": said.plural, "context": said.context, "values": values}
    return {"text": str.__str__(said), **{name: part for name, part in made.items() if part}}


def from_json(kept: Any) -> str:
    """Returns the sentence that `to_json` wrote."""
    if not isinstance(kept, dict):
        return str(kept)
    values = {name: _value_from_json(value) for name, value in kept.get("values", {}).items()}
    return Message(kept["template"], values, kept.get("plural", ""), kept.get("context", ""))


def _value_to_json(value: Any) -> Any:
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return to_json(value) if isinstance(value, str) else value


def _value_from_json(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return date.fromisoformat(value["day"]) if "day" in value else from_json(value)

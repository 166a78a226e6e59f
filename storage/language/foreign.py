"""Sentences of libraries (Typer, Pydantic), which are fixed English: recognised by their form."""

from __future__ import annotations

import re
from functools import cache

from storage.language.messages import Message, marked

_OURS = {  # what Pydantic says of a value, for a reader who does not program
    "Input should be greater than or equal to {least}": marked("must be at least {least}"),
    "Input should be less than or equal to {most}": marked("must be at most {most}"),
    "Input should be greater than {least}": marked("must be more than {least}"),
    "must be greater than or equal to {least}": marked("must be at least {least}"),
    "must be less than or equal to {most}": marked("must be at most {most}"),
    "must be greater than {least}": marked("must be more than {least}"),
    "Input should be a valid integer, unable to parse string as an integer": marked("must be a whole number"),
    "Input should be a valid integer, got a number with a fractional part": marked("must be a whole number"),
    "Input should be a valid number, unable to parse string as a number": marked("must be a number"),
}
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
    *_OURS,
)


def recognised(sentence: str) -> str:
    """Returns a sentence of a library as a message; an unknown one, and any other text, as it is."""
    for template, form in _forms():
        if found := form.fullmatch(sentence):
            values = {name: recognised(value) for name, value in found.groupdict().items()}
            return Message(_OURS.get(template, template), values)
    return sentence


@cache
def _forms() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((template, _form(template)) for template in _SENTENCES)


def _form(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.*)", re.escape(template)), re.DOTALL)

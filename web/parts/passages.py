"""The passage of a text in which the words of a search stand, marked."""

from __future__ import annotations

import re

from markupsafe import Markup

from storage.errors import StorageError
from storage.search import passages
from storage.search.grammar import Phrase, parse
from storage.text import as_typed, searchable

_WORD = re.compile(r"[^\W_]+")


def passage(query: str | None, *texts: str | None) -> Markup:
    """Returns the part of `texts` that holds what `query` asks for, its words marked, all of it escaped.

    Without a query: the beginning of the first text.
    """
    try:
        asked = parse(query or "")
    except StorageError:  # a page about an error shows texts, too
        asked = None
    if asked is None:
        first = next(filter(None, texts), "")
        return Markup("{}").format(first if len(first) <= 280 else first[: first.rfind(" ", 0, 280)] + " …")
    phrases = [phrase for group in asked.every for phrase in group]
    text = passages.passage(asked, [line for one in texts if one for line in one.split("\n")])
    shown, at = Markup(""), 0
    for word in _WORD.finditer(text):
        if any(_is(word[0], phrase) for phrase in phrases):
            shown += Markup("{}<mark>{}</mark>").format(text[at : word.start()], word[0])
            at = word.end()
    return shown + Markup("{}").format(text[at:])


def _is(word: str, phrase: Phrase) -> bool:
    """Whether a word of a text is one of a phrase, as it is typed or in any spelling."""
    spelt = {as_typed(word), searchable([word])}
    begins = phrase.prefix and any(one.startswith(phrase.words[-1]) for one in spelt)
    return begins or not spelt.isdisjoint(phrase.words)

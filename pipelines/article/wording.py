"""Phrases of Vietnamese as pages write them: with diacritics, and folded where a page has none at all."""

from __future__ import annotations

import re

from storage.text import fold


class Phrases:
    """A pattern of folded or accented words, matched by whole words and without regard to case.

    Written with diacritics it matches a text that has them; the same pattern folded matches a text without
    any
    ("khong tim thay trang"). So "lô đề" is never found in "sạt lở đê".
    """

    def __init__(self, pattern: str) -> None:
        self._accented = re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.I)
        self._plain = re.compile(rf"(?<!\w)(?:{fold(pattern)})(?!\w)", re.I)

    def search(self, text: str) -> re.Match[str] | None:
        """Returns the first match in `text`, which is NFC."""
        return self._for(text).search(text)

    def match(self, text: str) -> re.Match[str] | None:
        """Returns the match at the beginning of `text`, which is NFC."""
        return self._for(text).match(text)

    def distinct(self, text: str) -> set[str]:
        """Returns the different matches in `text`, folded."""
        return {fold(m.group()) for m in self._for(text).finditer(text)}

    def _for(self, text: str) -> re.Pattern[str]:
        return self._plain if fold(text) == text.lower() else self._accented

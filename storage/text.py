"""Text as the archive compares it: NFC for keeping, folded for finding.

Everything that leaves a page passes `nfc` first, so two spellings of the same Vietnamese word never
differ by their code points. `fold` is what search and duplicate detection compare: SQLite's unicode61
never folds đ and PostgreSQL's `simple` fails on accents, so both index the text folded here.

These functions see every line of every page several times, hence the quick ways: looking for one character
in a string costs a fiftieth of a regular expression.
"""

import re
import unicodedata
from collections.abc import Iterable

# U+00AD soft hyphen, zero-width space, joiners, marks of direction, word joiner and BOM: invisible in print.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]+")
_MARKS = re.compile(r"[\u0300-\u036f]+")
# grave, acute, circumflex, tilde, breve, hook, horn, dot below: all that Vietnamese letters decompose into
_VIETNAMESE_MARKS = "\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323"
_PLAIN = {"đ": "d", "Đ": "D", "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-"}
_WORD = re.compile(r"\w+")
_INDEXED = re.compile(r"[^\W_]+")  # to both indexes an underscore is a space


def nfc(text: str) -> str:
    """`text` in Unicode NFC; the very same object where it already is (the usual case, and quick to tell)."""
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def visible(text: str) -> str:
    """NFC `text` without invisible marks and with every run of white space (NBSP too) as one space."""
    if text.isprintable() and "  " not in text:  # neither marks nor white space but single spaces
        return nfc(text).strip()
    return " ".join(nfc(_INVISIBLE.sub("", text)).split())


def fold(text: str) -> str:
    """`text` for comparison: NFKD, lower case, no diacritics, đ as d, plain quotes and dashes."""
    if text.isascii():
        return text.lower()
    for letter, plain in _PLAIN.items():
        if letter in text:
            text = text.replace(letter, plain)
    apart = unicodedata.normalize("NFKD", text)
    bare = apart.encode("ascii", "ignore").decode("ascii")
    if len(apart) - len(bare) != sum(map(apart.count, _VIETNAMESE_MARKS)):  # other scripts and signs stay
        bare = _MARKS.sub("", apart)
    return bare.lower()


def words(text: str) -> list[str]:
    """The folded words of `text`, in order, without punctuation."""
    return _WORD.findall(fold(text))


def searchable(texts: Iterable[str | None]) -> str:
    """The folded words of `texts`, one text a line: what the index holds and a query is compared with."""
    lines = "\n".join(part.replace("\n", " ") for part in texts if part)
    return "\n".join(" ".join(_INDEXED.findall(line)) for line in fold(lines).split("\n"))

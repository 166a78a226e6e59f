"""Text as the archive compares it: NFC for keeping, folded for finding.

Everything that leaves a page passes `nfc` first, so two spellings of the same Vietnamese word never
differ by their code points. `fold` is what search and duplicate detection compare: SQLite's unicode61
never folds đ and PostgreSQL's `simple` fails on accents, so both index the text folded here.
"""

import re
import unicodedata

# U+00AD soft hyphen, zero-width space, joiners, marks of direction, word joiner and BOM: invisible in print.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]+")
_MARKS = re.compile(r"[\u0300-\u036f]+")
_WORD = re.compile(r"\w+")


def nfc(text: str) -> str:
    """`text` in Unicode NFC; the very same object where it already is (the usual case, and quick to tell)."""
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def visible(text: str) -> str:
    """NFC `text` without invisible marks and with every run of white space (NBSP too) as one space."""
    return " ".join(nfc(_INVISIBLE.sub("", text)).split())


def fold(text: str) -> str:
    """`text` for comparison: NFKD, without diacritics, đ as d, lower case; white space is left as it is."""
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    return bare.replace("đ", "d").replace("Đ", "d").lower()


def words(text: str) -> list[str]:
    """The folded words of `text`, in order, without punctuation."""
    return _WORD.findall(fold(text))

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

from storage.language.messages import Message, nmessage

# What no reader sees: Unicode's default-ignorable code points (DerivedCoreProperties.txt), surrogates and
# noncharacters; and what only a symbol font shows, the private use areas.
_UNSEEN = re.compile(
    "[\x80-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\ufffe"
    "\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
# Bullets of Word's Symbol and Wingdings; C1 controls, which browsers show as windows-1252 has them.
_SHOWN = dict.fromkeys("\uf0a7\uf0b7\uf0d8\uf076\uf0fc", "•") | {
    chr(code): bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)
}
_MARKS = re.compile(r"[\u0300-\u036f]+")
# grave, acute, circumflex, tilde, breve, hook, horn, dot below: all that Vietnamese letters decompose into
_VIETNAMESE_MARKS = "\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323"
_PLAIN = {"đ": "d", "Đ": "D", "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-"}
# eth and African D: what keyboards and fonts of the 1990s print for Đ
_LOOK_LIKE_D = str.maketrans("ÐðƉɖ", "DdDd")
_TONE = re.compile("(?:o[àáảãạèéẻẽẹ]|u[ỳýỷỹỵ])\\b")  # at the end of a word, where two spellings are in use
_OLDER = dict(
    zip(
        "oà oá oả oã oạ oè oé oẻ oẽ oẹ uỳ uý uỷ uỹ uỵ".split(),
        "òa óa ỏa õa ọa òe óe ỏe õe ọe ùy úy ủy ũy ụy".split(),
        strict=True,
    )
)
_MAINTENANCE = re.compile(
    r"\b(?:bao tri|bao duong|nang cap|tam (?:ngung|dung|ngat)|(?:quay|tro) lai sau|su co|maintenance"
    r"|upgrad\w+|under construction|temporarily|back (?:soon|shortly|later))\b"
)
BETWEEN = "\ua66e"  # a letter of one word in one book of 1429, to both databases a word of its own
_WORD = re.compile(r"\w+")
_NO_WORD = bytes(32 if chr(code) != "\n" and not _WORD.match(chr(code)) else code for code in range(128))
_INDEXED = re.compile(r"[^\W_]+")  # to both indexes an underscore is a space


def nfc(text: str) -> str:
    """Returns `text` in Unicode NFC; the very same object where it already is (the usual case, and quick to
    tell).
    """
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def visible(text: str) -> str:
    """Returns NFC `text` without invisible marks and with every run of white space (NBSP too) as one
    space.
    """
    if text.isprintable() and "  " not in text:  # neither marks nor white space but single spaces
        return nfc(text).strip()
    return " ".join(nfc(without_marks(text)).split())


def without_marks(text: str) -> str:
    """Returns `text` without the code points that no reader sees; symbols of private fonts are bullets or a
    space.
    """
    return _UNSEEN.sub(_shown, text)


def _shown(mark: re.Match[str]) -> str:
    code = mark.group()
    return _SHOWN.get(code, " " if "\ue000" <= code <= "\uf8ff" or code >= "\U000f0000" else "")


def fold(text: str) -> str:
    """Returns `text` for comparison: NFKD, lower case, no diacritics, đ as d, plain quotes and dashes."""
    if text.isascii():
        return text.lower()
    for letter, plain in _PLAIN.items():
        if letter in text:
            text = text.replace(letter, plain)
    apart = unicodedata.normalize("NFKD", text)
    bare = apart.encode("ascii", "ignore").decode("ascii")
    if len(apart) - len(bare) != sum(map(apart.count, _VIETNAMESE_MARKS)):  # other scripts and signs stay
        bare = _MARKS.sub("", apart).translate(_LOOK_LIKE_D)
    return bare.lower()


def words(text: str) -> list[str]:
    """Returns the folded words of `text`, in order, without punctuation."""
    return _WORD.findall(fold(text))


def word_lines(text: str) -> list[list[str]]:
    """Returns the folded words of each line of `text`, without punctuation."""
    folded = fold(text)
    if folded.isascii():  # nearly all that is folded
        return [
            line.split() for line in folded.encode().translate(_NO_WORD + bytes(128)).decode().split("\n")
        ]
    return [_WORD.findall(line) for line in folded.split("\n")]


def searchable(texts: Iterable[str | None]) -> str:
    """Returns the folded words of `texts`, one text a line: what the index holds and a query is compared
    with.
    """
    return "\n".join(map(_spaced, word_lines("\n".join(part.replace("\n", " ") for part in texts if part))))


def _spaced(words: Iterable[str]) -> str:
    line = " ".join(words)
    return " ".join(line.replace("_", " ").split()) if "_" in line else line


def as_typed(text: str) -> str:
    """Returns the words of `text` with their diacritics, in lower case, apart by spaces.

    A tone stands where the older spelling has it (hòa, thủy), so that both spellings are one word.
    """
    return " ".join(_typed(text).split())


def _typed(text: str) -> str:
    lower = unicodedata.normalize("NFKC", text).lower().replace("ð", "đ")
    return older_tones("\n".join(" ".join(_INDEXED.findall(line)) for line in lower.split("\n")))


def older_tones(text: str) -> str:
    """Returns lower-case `text` with the tone of oa, oe and uy where the older spelling has it (hoà: hòa)."""
    return _TONE.sub(lambda pair: _OLDER[pair.group()], text)


def indexed(texts: Iterable[str | None], words: Iterable[Iterable[str]] | None = None) -> str:
    """Returns what the full-text index holds of `texts`: each line folded, then as it is typed.

    The two, and the lines, are kept apart by a letter that nobody types, so that no phrase runs from one into
    the next. A line without diacritics is there once. `words` are `word_lines` of all the lines, if known.
    """
    text = "\n".join(part for part in texts if part is not None)
    found: list[str] = []
    plain_lines = map(_spaced, word_lines(text) if words is None else words)
    for plain, typed in zip(plain_lines, _typed(text).split("\n"), strict=True):
        found += [plain] if plain == typed else [plain, typed]
    return f" {BETWEEN} ".join(filter(None, found))


def sounds_like_maintenance(text: str) -> bool:
    """Returns whether a page says that its site will be back: maintenance, an upgrade, a pause."""
    return _MAINTENANCE.search(fold(text)) is not None


def counted(number: int, one: str, many: str = "") -> Message:
    """Returns a number and its noun: "1 article", "2 articles"; `many` where an s is not the plural."""
    return nmessage(f"{{n}} {one}", f"{{n}} {many or one + 's'}", number)

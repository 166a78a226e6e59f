"""Letters that a page prints wrongly, put right in its markup: UTF-8 encoded twice, Ð for Đ, hidden marks.

All of it is rare, so `suspicious` tells by a few bytes which pages need a look.
"""

from __future__ import annotations

import html as entities
import re

# windows-1252 as browsers have it: its five undefined bytes are the control characters of their number
_BYTES = {bytes([code]).decode("cp1252", "replace"): code for code in range(0x80, 0x100)}
_BYTES |= {chr(code): code for code in range(0x80, 0xA0)}
_NEXT = "[" + "".join(re.escape(c) for c, code in _BYTES.items() if 0x80 <= code < 0xC0) + "]"
# Vietnamese letters and typographic marks in UTF-8 begin with C2-C6, CC, CD, E1 or E2.
# Of à the second byte is a no-break space, which editors make a plain one ("toÃ n", "vÃ  sau").
_TWICE = re.compile(rf"[ÂÃÄÅÆÌÍ]{_NEXT}|[áâ]{_NEXT}{{2}}|Ã (?=\s|(?:ng?|nh|[miouy])(?![^\W\d_]))|Ã(?=\s|<|$)")
_PROOF = re.compile(rf"á[º»]{_NEXT}")  # the letters ạ to ỹ: nothing else looks so
_VIETNAMESE = re.compile("[\u1ea0-\u1ef9ăđơưĂĐƠƯ]")
_RUN = re.compile(r"[^<>]+")

# Printable by Python's rules and yet unseen; the other default-ignorable marks go in storage.text.visible
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\ufdd0-\ufdef\ufffe\uffff"
    "\U000e0000-\U000e0fff]"
)
_VOWEL = "aeiouyăâêôơư\u1ea0-\u1ef9àáãèéìíòóõùúýĩũ"
_INITIAL = re.compile(rf"(?<![^\W_])[ÐƉ](?=[{_VOWEL}]|[^\w]|$)", re.I)  # also "Ð/c", "Ð."
_ABBREVIATION = re.compile(
    r"(?<!\w)[BCDGHKLMNPQRSTVX]*[ÐƉ][BCDGHKLMNPQRSTVXÐƉ]*(?!\w)"
)  # HÐND, NÐ-CP, LÐTBXH
_ODD = re.compile(f"[ÐƉðɖ]|{_UNSEEN.pattern}")
_ODD_REFERENCE = re.compile(
    rb"&(?:ETH|eth|#0*(?:208|240|393|598|847|444[78]|606[89]|615[5-9]|12644|650(?:2[4-9]|3\d)|65440|6553[45])"
    rb"|#x0*(?:d0|f0|189|256|34f|11(?:5f|60)|17b[45]|180[b-f]|3164|fe0[0-9a-f]|ffa0|fff[ef]))(?![0-9a-z])",
    re.I,
)
_REFERENCE = re.compile(r"&(?:#\d{3,7}|#x[0-9a-f]{2,6}|[a-z]{3,8});", re.I)


def suspicious(body: bytes, rest: str) -> bool:
    """Returns whether the UTF-8 markup `body` may hold what `mend` puts right; `rest`: its text outside of
    ASCII.
    """
    return bool(_ODD.search(rest) or _PROOF.search(rest) or _ODD_REFERENCE.search(body))


def mend(text: str) -> str:
    """Returns the markup `text` with letters as their author meant them; the same object where nothing is
    wrong.
    """
    if _PROOF.search(text):
        text = _decoded_once(text)
    if _ODD.search(text) or ("&" in text and _ODD_REFERENCE.search(text.encode("utf-8", "replace"))):
        text = _d_with_stroke(_UNSEEN.sub("", _REFERENCE.sub(_letter, text)))
    return text


def _decoded_once(text: str) -> str:
    """`text` with the runs that were encoded as UTF-8 twice read a second time. A run is a tag, or what
    stands between two; one that has sound Vietnamese letters is left alone.
    """
    twice = [run for run in _RUN.findall(text) if len(_PROOF.findall(run)) >= 2 and _is_twice(run)]
    if sum(len(_PROOF.findall(run)) for run in twice) < 3:
        return text
    return _RUN.sub(lambda m: _TWICE.sub(_once, m[0]) if _is_twice(m[0]) else m[0], text)


def _is_twice(run: str) -> bool:
    return not run.isascii() and not _VIETNAMESE.search(_TWICE.sub("", run))


def _once(match: re.Match[str]) -> str:
    if match[0] in ("Ã", "Ã "):
        return "à"
    try:
        return bytes(_BYTES[letter] for letter in match[0]).decode()
    except UnicodeDecodeError:
        return match[0]


def _letter(reference: re.Match[str]) -> str:
    """What a character reference stands for, where that is no markup and no white space."""
    letter = entities.unescape(reference[0])
    plain = len(letter) == 1 and (letter.isalpha() or _ODD.match(letter) or ord(letter) in (0xFFFE, 0xFFFF))
    return letter if plain else reference[0]


def _d_with_stroke(text: str) -> str:
    """`text` with Đ where it prints a letter that looks the same: before a vowel of Vietnamese and in
    abbreviations without vowels. Names such as "Sigurður" keep theirs.
    """
    if not _VIETNAMESE.search(text):
        return text
    text = _INITIAL.sub(lambda m: "đ" if m[0] in "ðɖ" else "Đ", text)
    return _ABBREVIATION.sub(lambda m: m[0].replace("Ð", "Đ").replace("Ɖ", "Đ"), text)

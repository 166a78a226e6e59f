"""Names of places as they are compared: spellings that mean one name become one, letter by letter."""

from __future__ import annotations

import re

from storage.text import older_tones

# One letter for one, so that offsets stay. Typographic marks; and i for y where both are in use (Mỹ, Mĩ).
_LETTERS = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "\u00a0": " ", "ð": "đ", "ă": "ă"})
_Y = re.compile(r"(?<=[bcdđghklmnpqrstvx])[yýỳỷỹỵ]\b|(?<=qu)[yýỳỷỹỵ]\b")
_I = str.maketrans("yýỳỷỹỵ", "iíìỉĩị")
_DAK = re.compile(r"\b(đ|đ)[ăắâ]k\b")


def spelled(name: str) -> str:
    """Returns a name for comparison: lower case, tones where the older spelling has them, i for y, Đắk for
    Đăk; an NFC name keeps its length.
    """
    plain = " ".join(name.lower().translate(_LETTERS).split())
    plain = _Y.sub(lambda match: match.group().translate(_I), plain)
    return older_tones(_DAK.sub("đắk", plain))

"""Letters of old Vietnamese fonts, read back line by line: a signed file mixes them with Unicode."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipelines.html.fonts import from_tcvn3, from_vni, unfont
from storage.text import nfc, without_marks

_BREAK = "<>"  # two tags between which fonts.unfont sees a run of its own
_AWAY, _BACK = str.maketrans("<>", "\ue001\ue002"), str.maketrans("\ue001\ue002", "<>")
_LINE_END = re.compile(r"[\n\x0b\x0c\r\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_BLANKS = re.compile(r"[ \u00a0\u2000-\u200a\u202f\u3000]+")
_LETTER = re.compile(r"[^\W\d_]")
# Letters that only Vietnamese has, and those with its marks
_VIETNAMESE = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯàáảãạèéẻẽẹìíỉĩịòóỏõọùúủũụỳýỷỹỵÀÁÃÈÉÌÍÒÓÙÚÝ\u1ea0-\u1ef9]")
_ENOUGH, _SHARE = 200, 0.10  # letters to judge by; of Vietnamese prose a quarter carries a mark


def by_font(text: str, font: str) -> str:
    """Returns `text` that a run sets in `font` as Unicode: TCVN3 in .Vn… (capitals in .Vn…H), VNI in VNI-…"""
    if font.startswith(".Vn"):
        plain = from_tcvn3(text)
        return plain.upper() if font.endswith("H") else plain
    return from_vni(text) if font.upper().startswith("VNI-") else text


def readable(parts: Iterable[str], hyphen: str = "") -> tuple[list[str], str | None]:
    """Returns the parts of a text as people read it, and the old font encoding that was read back, if any.

    The encoding is judged over all parts and repaired line by line; a line that has Unicode Vietnamese
    letters is left alone. `hyphen`: the sign that stands for a hyphen at a line's end, and for ư in TCVN3.
    Letters are NFC, invisible marks gone, runs of blanks one, tabs and lines kept.
    """
    found = [part.translate(_AWAY) for part in parts]
    as_letter = [part.replace(hyphen, "\u00ad") for part in found] if hyphen else found
    repaired, font = _unfont(as_letter)
    if font == "tcvn3":
        found = repaired
    elif hyphen:
        found = [part.replace(hyphen, "-") for part in found]
    if font == "vni":
        found, _ = _unfont(found)
    return [_clean(part.translate(_BACK)) for part in found], font


def _unfont(parts: list[str]) -> tuple[list[str], str | None]:
    """`unfont` over all parts, with each line a run of its own."""
    lines = [part.split("\n") for part in parts]
    text, font = unfont(_BREAK + _BREAK.join(line for some in lines for line in some) + _BREAK)
    whole = iter(text[len(_BREAK) : -len(_BREAK)].split(_BREAK))
    return ["\n".join(next(whole) for _ in some) for some in lines], font


def _clean(text: str) -> str:
    """Text as people read it: no control signs but tab and line, no invisible marks, no blank line."""
    lines = (
        without_marks(_CONTROL.sub(" ", nfc(line))) for line in re.split(r"[\n\x0b\x0c\r\u2028\u2029]", text)
    )
    shown = (re.sub(r" ?\t[ \t]*", "\t", _BLANKS.sub(" ", line)).strip() for line in lines)
    return "\n".join(filter(None, shown))


def hardly_vietnamese(text: str) -> bool:
    """Returns whether a text of some length has fewer Vietnamese letters than any Vietnamese text."""
    letters = len(_LETTER.findall(text))
    return letters >= _ENOUGH and len(_VIETNAMESE.findall(text)) < _SHARE * letters

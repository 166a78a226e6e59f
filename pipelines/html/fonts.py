"""Text typed for a TCVN3 (ABC) or VNI font, read back as Unicode.

Pages of the 2000s carry such text in windows-1252 or, copied from Word, inside UTF-8 pages: the letters
look right only in the font. The tables are the ones of TCVN 5712:1993 (VN3) and of VNI-Windows.
"""

import re

# In the order of the letters of _LOWER, one TCVN3 code each; U+00AD, elsewhere a soft hyphen, is ư.
_LOWER = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
_TCVN3 = "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ"
_TCVN3_TABLE = str.maketrans(_TCVN3 + "¡¢£¤¥¦§", _LOWER + "ĂÂÊÔƠƯĐ")
_TCVN3_CAPITALS = re.compile(r"(?<![a-zà-ỹ])(?:[A-ZĂÂÊÔƠƯĐ]+[à-ỹ]+)+[A-ZĂÂÊÔƠƯĐ]*(?![a-z])")

_MARKS = "øùûõï"  # huyền, sắc, hỏi, ngã, nặng on a plain vowel
_VNI: dict[str, str] = {
    "ñ": "đ",
    "Ñ": "Đ",
    "æ": "ỉ",
    "Æ": "Ỉ",
    "ó": "ĩ",
    "Ó": "Ĩ",
    "ò": "ị",
    "Ò": "Ị",
    "î": "ỵ",
    "Î": "Ỵ",
    "ô": "ơ",
    "Ô": "Ơ",
    "ö": "ư",
    "Ö": "Ư",
}
for _base, _letters in {
    "a": "àáảãạ", "e": "èéẻẽẹ", "o": "òóỏõọ", "u": "ùúủũụ", "y": "ỳýỷỹ", "ô": "ờớởỡợ", "ö": "ừứửữự",
}.items():  # fmt: skip
    _VNI |= {_base + mark: letter for mark, letter in zip(_MARKS, _letters, strict=False)}
for _base, _letters in {"a": "âầấẩẫậ", "e": "êềếểễệ", "o": "ôồốổỗộ"}.items():
    _VNI |= {_base + mark: letter for mark, letter in zip("âàáåãä", _letters, strict=True)}
_VNI |= {"a" + mark: letter for mark, letter in zip("êèéúüë", "ăằắẳẵặ", strict=True)}
_VNI |= {key.upper(): letter.upper() for key, letter in _VNI.items()}
_VNI_PATTERN = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))

_UNICODE = re.compile(r"[\u1ea0-\u1ef9ăđơưĂĐƠƯ]")  # letters that no such text contains
# Codes that are symbols in Latin-1, beside a letter: TCVN3 and nothing else.
_TCVN3_SIGN = re.compile(r"[A-Za-z][©ª«¬®¨\u00adµ¸¶·¹»¾¼½]|[©ª«¬®¨µ¸¶·¹»¾¼½][a-z]")
_VNI_SIGN = re.compile(r"[aeouyôö][øùûõï]|[aeo][âåä]|[a][êëü]|[AEOUYÔÖ][ØÙÛÕÏ]|[AEO][ÂÅÄ]|ñ[aeouôö]")
_ENOUGH = 5  # signs in a page; fewer are typing errors or foreign names
# Letters that Unicode Vietnamese never has.
_TCVN3_ONLY, _VNI_ONLY = "®©¬µ¸¹", "ñøûïÑØÛÏ"
# The commonest of them in UTF-8: đ and à in TCVN3, the huyền of VNI. No text of some lines is without.
_COMMON = (("®".encode(), "µ".encode()), ("ø".encode(),))
_RUN = re.compile(r"(?<=>)[^<>]+(?=<)|^[^<>]+(?=<|$)|(?<=>)[^<>]+$")


def from_tcvn3(text: str) -> str:
    """Returns text typed for a TCVN3 font as Unicode."""
    plain = text.translate(_TCVN3_TABLE)
    # capitals with marks exist only in the H font, which draws the small codes as capitals
    return _TCVN3_CAPITALS.sub(
        lambda m: m.group().upper() if sum(map(str.isupper, m.group())) > 1 else m.group(), plain
    )


def from_vni(text: str) -> str:
    """Returns text typed for a VNI font as Unicode."""
    return _VNI_PATTERN.sub(lambda m: _VNI[m.group()], text)


def maybe_font(body: bytes) -> bool:
    """Returns whether UTF-8 `body` may hold font-encoded text: a quick count of letters that Vietnamese never
    has.
    """
    return any(sum(map(body.count, letters)) >= _ENOUGH for letters in _COMMON)


def has_font_letter(body: bytes) -> bool:
    """Returns whether UTF-8 `body` adds to that count."""
    return any(letter in body for letters in _COMMON for letter in letters)


def unfont(text: str) -> tuple[str, str | None]:
    """Returns `text` (plain or HTML) with its font-encoded runs as Unicode, and the font's name: tcvn3, vni
    or None.

    A run is what stands between two tags; one that has Unicode Vietnamese letters already is left alone.
    """
    if all(sum(map(text.count, letters)) < _ENOUGH for letters in (_TCVN3_ONLY, _VNI_ONLY)):
        return text, None
    tcvn3, vni = (sum(1 for _ in sign.finditer(text)) for sign in (_TCVN3_SIGN, _VNI_SIGN))
    if max(tcvn3, vni) < _ENOUGH:
        return text, None
    name, sign, convert = ("tcvn3", _TCVN3_SIGN, from_tcvn3) if tcvn3 >= vni else ("vni", _VNI_SIGN, from_vni)
    runs = [run.group() for run in _RUN.finditer(text)]
    if sum(len(sign.findall(run)) for run in runs if not _UNICODE.search(run)) < _ENOUGH:
        return text, None

    def run_as_unicode(match: re.Match[str]) -> str:
        run = match.group()
        return run if run.isascii() or _UNICODE.search(run) else convert(run)

    return _RUN.sub(run_as_unicode, text), name

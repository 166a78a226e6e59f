"""Documents that a text names by their numbers: `Kế hoạch số 45/KH-UBND ngày 12/3/2023 của UBND huyện`.

A number counts where its symbol tells a type or an issuer of letters; dates, fractions, plates, telephone
numbers, standards and addresses of pages have none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from pipelines.naming.issuers import BY_SYMBOL, ORGAN
from pipelines.naming.symbols import ISSUERS, LEGISLATURE, SYMBOL, TYPES, code_of, types_of
from storage.records import DocumentNamed

_FLAT = dict.fromkeys("–—‑‐−", "-") | dict.fromkeys("\xa0\u2007\u202f\n\t", " ")
_NUMBER = r"(?<![\w/.,@:-])(?P<number>\d{1,5}[a-zđ]?)"
_YEAR = r"(?:\s?/\s?(?P<year>(?:19|20)\d\d))?"
_CODE = re.compile(rf"{_NUMBER}{_YEAR}\s?(?P<join>[/-])\s?(?P<symbol>{SYMBOL})(?![\wà-ỹ@])(?!\.\w+/)")
_TYPED_SMALL = re.compile(
    r"(?i:\b(?:số|kế hoạch|quyết định|công văn|nghị quyết|thông báo|tờ trình|báo cáo)\s*:?\s*)"
    rf"{_NUMBER}{_YEAR}\s?(?P<join>[/-])\s?(?P<symbol>[a-zđ]{{1,6}}(?:\s?[-/]\s?[a-zđ]{{2,8}}){{1,2}})(?![\wà-ỹ@])"
)
_SMALL_ISSUERS = ("ubnd", "hđnd", "ttg", "-cp", "/hu", "/tu", "/tw", "btv", "qh1")
# Types of which several organs are the authors, and those of courts and licences.
_MORE = {
    "KHPH": "Kế hoạch phối hợp", "KHLN": "Kế hoạch liên ngành", "KHLT": "Kế hoạch liên tịch",
    "HDLN": "Hướng dẫn liên ngành", "HDLT": "Hướng dẫn liên tịch", "NQLT": "Nghị quyết liên tịch",
    "QCPH": "Quy chế phối hợp", "CTPH": "Chương trình phối hợp", "CTLT": "Chương trình liên tịch",
    "CTHĐ": "Chương trình hành động", "TBKL": "Thông báo kết luận", "GP": "Giấy phép",
    "VBHN": "Văn bản hợp nhất",
    "HDPH": "Hướng dẫn phối hợp", "TTBC": "Thông báo", "CTHĐPH": "Chương trình phối hợp",
}  # fmt: skip
_JUDGED = re.compile(r"(?:DS|HS|HC|HNGĐ|KDTM|LĐ)-(?:ST|PT)")
_LAWS = ("Bộ luật", "Luật", "Pháp lệnh", "Nghị quyết")
_AS_PRINTED = {
    part.upper(): part
    for part in [*(one for symbols in TYPES.values() for one in symbols.split()), *_MORE, "TTg"]
}
# A letter's symbol begins with its issuer: a ministry, department, division, or one of ISSUERS.
_LETTER = re.compile(
    rf"(?:{'|'.join(ISSUERS)}|[BSP][A-ZĐ]{{2,}}|(?:TT|CC|C|V|CA|TA|VKS|HĐ|LM)[A-ZĐ]{{2,}}|CV)$"
)
_CUE = re.compile(r"(?i:công văn|văn bản|\bcv\b|tờ trình|thông báo|\bsố|công điện|hướng dẫn|và|,)\s*:?\s*$")
_NAMES = {name.lower(): name for name in [*TYPES, "Bộ luật", "Pháp lệnh", "Lệnh"]}
_PRINTED = re.compile(rf"(?<!\w)({'|'.join(sorted(_NAMES, key=len, reverse=True))})(?!\w)", re.I)

_BEFORE_DATE = r"[,;\s(]*(?:(?i:được|ký|ban hành|hồi|đề)\s+(?:\d{1,2}\s*(?:giờ|h|:)\s*\d{0,2}\s*)?)*"
_DAY = (
    r"(?i:ngày)\s*(?P<day>\d{1,2})(?:\s*[/.-]\s*|\s+(?i:tháng)\s+)(?P<month>\d{1,2})"
    r"(?:\s*[/.-]\s*|\s+(?i:năm)\s+)(?P<full>(?:19|20)\d\d)(?!\d)"
)
_WHEN = re.compile(
    rf"{_BEFORE_DATE}(?:{_DAY}|(?<=\()(?P<bare>\d{{1,2}}/\d{{1,2}}/(?:19|20)\d\d)(?=\s*\))|(?i:tháng)\s*(?P<of>\d{{1,2}})\s*(?:[/.-]|(?i:năm))\s*(?P<its>(?:19|20)\d\d)(?!\d)"
    r"|(?i:năm)\s+(?P<alone>(?:19|20)\d\d)(?![\d-]|\s*-))\s*\)?"
)
_OF = re.compile(rf"[,;\s]*(?i:của|do)\s+(?P<issuer>{ORGAN.pattern})")
_IN_BRACKETS = re.compile(rf"\s*\(\s*(?:(?i:của)\s+)?(?P<issuer>{ORGAN.pattern})\s*\)")
_MADE = re.compile(
    rf"(?:(?P<when>{_DAY})\s*,?\s*)?(?P<issuer>{ORGAN.pattern})\s+"
    r"(?i:(?:đã|vừa|mới|cũng|tiếp tục)\s+)*(?i:ký\s+)?"
    r"(?i:ban hành|thông qua|có|ra|xây dựng|gửi)\s+(?i:các\s+)?$"
)
_YEAR_BEFORE = re.compile(r"(?i:\bnăm|giai đoạn|nhiệm kỳ|khóa)\s*$")  # năm 2024/KH: no number
_OFFICES = frozenset("UBND HĐND TTg CP BCĐ HĐTS UBMTTQ".split())  # whose types need not be known
_NUMBERED = re.compile(r"(?i:\bsố)\s*:?\s*$")
_BEFORE = 160  # letters before a number in which its author may stand
_BETWEEN = 45  # letters between the type and the number: "hành động", "phối hợp liên ngành", "số"


def documents(text: str, field: str) -> Iterator[DocumentNamed]:
    """Yields the documents that `text` names, in order; `field` is where it stands. `text` is NFC."""
    if "/" not in text:
        return
    flat = text
    for mark, plain in _FLAT.items():
        if mark in flat:
            flat = flat.replace(mark, plain)
    found = list(_CODE.finditer(flat))
    if any(issuer in flat for issuer in _SMALL_ISSUERS):
        taken = {match.start("number") for match in found}
        found += [match for match in _TYPED_SMALL.finditer(flat) if match.start("number") not in taken]
    for match in sorted(found, key=lambda one: one.start("number")):
        if one := _document(flat, match, field):
            yield one


def _document(flat: str, match: re.Match[str], field: str) -> DocumentNamed | None:
    symbol, start, end = code_of(match["symbol"]), match.start("number"), match.end()
    small = symbol == symbol.lower()
    if small:
        symbol = symbol.upper()
    symbol = "-".join(_AS_PRINTED.get(one.upper(), one) for one in symbol.split("-"))
    symbol = "/".join(_AS_PRINTED.get(one.upper(), one) for one in symbol.split("/"))
    number, year, slash = match["number"], match["year"], match["join"] == "/"
    if int(re.sub(r"\D", "", number)) == 0 or "//" in flat[max(0, start - 60) : start].rpartition(" ")[2]:
        return None
    before = flat[max(0, start - _BEFORE) : start]
    if _YEAR_BEFORE.search(before):
        return None
    parts = re.split(r"[-/.]", symbol)
    kind, type_, issuer = _read(symbol, parts, before, year, slash)
    if kind is None or (small and kind == "letter"):
        return None
    kind = "state" if kind == "letter" else kind
    code = f"{number}{f'/{year}' if year else ''}{'/' if slash else '-'}{symbol}"
    dated, behind = _dated(flat, end)
    named = _OF.match(flat, behind) or _IN_BRACKETS.match(flat, end)
    if dated is None and named:
        dated, _ = _dated(flat, named.end())
    made = _made(before)
    author = named["issuer"] if named else made["issuer"] if made else None
    if dated is None and made and made["when"]:
        dated = _day(made)
    value, precision = dated or (None, None)
    return DocumentNamed(
        field, start, end, code, kind, number, symbol, type_, year, issuer,
        " ".join(author.split()) if author else _organ(issuer, type_), value, precision,
    )  # fmt: skip


def _read(
    symbol: str, parts: list[str], before: str, year: str | None, slash: bool
) -> tuple[str | None, str | None, str | None]:
    """Returns kind, type in words and issuer's symbol; the kind is None where the symbol is none."""
    printed = _PRINTED.findall(before[-60:])
    last = _NAMES[printed[-1].lower()] if printed else None
    if slash and (law := LEGISLATURE.fullmatch(symbol)):
        told = next((name for name in reversed(printed) if _NAMES[name.lower()] in _LAWS), None)
        return ("law", _NAMES[told.lower()] if told else None, law[1]) if year else (None, None, None)
    told_types = [_MORE[parts[0]]] if parts[0] in _MORE else types_of(parts[0])
    if not slash:
        if not told_types or "/" not in symbol or year:
            return None, None, None
        return "party", _type(told_types, last), symbol.partition("/")[2]
    if _JUDGED.fullmatch(symbol) and year:
        return "state", "Bản án", None
    rest = re.split(r"[-/.]", symbol, maxsplit=1)[1] if len(parts) > 1 else None
    if told_types and rest and rest[0].isalpha():
        legal = LEGISLATURE.fullmatch(rest)
        if legal:
            return "law", _type(told_types, last), legal[1]
        type_ = "Lệnh" if parts[0] == "L" and rest == "CTN" else _type(told_types, last)
        return "normative" if year else "state", type_, rest
    lettered = year is None and (rest or parts[0] in ("UBND", "HĐND")) and _LETTER.match(parts[0])
    if lettered and (parts[0] in ISSUERS or _CUE.search(before)):
        return "letter", "Công văn", parts[0]
    if rest in _OFFICES and len(parts) == 2 and parts[0].isalpha() and _NUMBERED.search(before):
        return "normative" if year else "state", None, rest
    return None, None, None


def _type(told: list[str], printed: str | None) -> str:
    """The type that the text prints before the number, where its symbol allows it."""
    return printed if printed in told else told[0]


def _dated(flat: str, at: int) -> tuple[tuple[str, str] | None, int]:
    """Returns the date that stands at `at`, with its precision, and where it ends; or none, and `at`."""
    match = _WHEN.match(flat, at)
    if match is None:
        return None, at
    if match["day"]:
        return _day(match), match.end()
    if match["bare"]:
        return _iso(*map(int, match["bare"].split("/"))), match.end()
    if match["of"]:
        month = int(match["of"])
        return ((f"{match['its']}-{month:02}", "month") if 1 <= month <= 12 else None), match.end()
    return (match["alone"], "year"), match.end()


def _day(match: re.Match[str]) -> tuple[str, str] | None:
    return _iso(int(match["day"]), int(match["month"]), int(match["full"]))


def _iso(day: int, month: int, year: int) -> tuple[str, str] | None:
    try:
        return date(year, month, day).isoformat(), "day"
    except ValueError:
        return None


def _made(before: str) -> re.Match[str] | None:
    """Returns who made the document, where the sentence says so before its number."""
    told = list(_PRINTED.finditer(before))
    if not told or len(before) - told[-1].end() > _BETWEEN:
        return None
    return _MADE.search(before[: told[-1].start()])


def _organ(symbol: str | None, type_: str | None) -> str | None:
    """The organ that an issuer's symbol means, a department behind it apart; None where it has several."""
    if not symbol or (type_ and "liên tịch" in type_):
        return None
    return BY_SYMBOL.get(re.split(r"[-.]", symbol)[0])

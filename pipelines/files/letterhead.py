"""What an administrative document says of itself: number, date, type, issuer, subject, signer.

The layout is that of Nghị định 30/2020/NĐ-CP, appendix I (before it Thông tư 01/2011/TT-BNV, much alike), and
of the Party's Hướng dẫn 36-HD/VPTW of 2018: the issuer stands left with the number below it, the motto right
with place and date below it; the Party sets a hyphen behind the number. What is not sure is None: a wrong
number is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from pipelines.files.letterhead_words import OFFICES, ORGANS, SURNAMES, TEXT_BEGINS
from pipelines.naming.symbols import ISSUERS, SYMBOL, TYPES, code_of, types_of

_HEAD = 1_500  # letters in which issuer, number and date stand
_LINES = 25

_UP = "A-ZÀ-ÖØ-ÝĂĐĨŨƠƯ" + "".join(chr(code) for code in range(0x1EA0, 0x1EFA, 2))
NUMBER = re.compile(
    rf"^\W{{0,3}}(?:(?:Luật|Nghị\s+quyết|Pháp\s+lệnh)\s+số|S[ốôo60]|SỐ)\s*+[:;.]?\s*+"
    rf"(?P<number>(?=[lIO ]{{0,3}}\d)[\dlIO][\dlIO ]{{0,5}}[a-km-np-zđ]?(?![\w]))?[\s._…]*+"
    rf"(?:/\s?(?P<year>(?:19|20)\d\d))?\s*+(?P<join>[/\-–])\s?(?P<symbol>{SYMBOL})(?![a-zà-ỹ])"
)
_CITED = rf"\d{{1,5}}[a-zđ]?(?:/(?:19|20)\d\d)?\s?[/\-–]\s?{SYMBOL}"
_COLUMNS = re.compile(r"\t| {3,}")
_BLANK_LEFT = re.compile(r"(?<=[Ss]ố:) {2,}(?=/)|(?<=[Ss]ố) {2,}(?=/)|(?<=ngày) {2,}(?=tháng)")
_ANNEX = re.compile(
    rf"\(?\s*(?:Ban hành k|K)èm\s+theo\s+[^()]{{0,80}}?\bsố\s*:?\s*(?P<code>{_CITED})(?![a-zà-ỹ])", re.I
)
_MOTTO = re.compile(
    r"C[ỘÔO]NG\s+H[ÒOÓ][AÀ]\s+X[ÃA]|Đ[ộô]c\s+l[ậâ]p\s*[-–]|ĐẢNG\s+C[ỘÔ]NG\s+SẢN\s+VI[ỆÊ]T\s+NAM"
    r"|CỘNG\s+HOÀ\s+XÃ"
)
_DIGIT = r"[\dlIO]"
_PLACE = rf"(?P<place>[{_UP}][\w.’']*(?:\s+[{_UP}\d][\w.’']*){{0,5}})"
_DATE = re.compile(
    rf"{_PLACE}\s*,\s*ngày\s*(?P<day>{_DIGIT}{{1,2}})?[\s._…]*tháng\s*(?P<month>{_DIGIT}{{1,2}})\s*"
    rf"năm\s*(?P<year>{_DIGIT}{{4}})(?!\d)"
)
_DIGITS_DATE = re.compile(
    rf"{_PLACE}\s*,\s*(?:ngày\s*)?(?P<day>\d{{1,2}})\s*[/.-]\s*(?P<month>\d{{1,2}})\s*[/.-]\s*(?P<year>\d{{4}})(?!\d)"
)
_AS_DIGIT = str.maketrans("lIO", "110")

_TITLES = {name.upper().replace("HOÀ", "HÒA"): name for name in TYPES}
_LETTER = re.compile(rf"(?:{'|'.join(ISSUERS)})")
_AUTHORITY = re.compile(
    r"(?:TM|T/M|KT|K/T|TL|T/L|TUQ|T/UQ)\.?\s*[A-ZĐÀ-Ỹ]|Q\.\s*[A-ZĐÀ-Ỹ]"
    rf"|(?:PHÓ\s+)?(?:{'|'.join(OFFICES)})|PHÓ (?:TRƯỞNG|CHÁNH)"
)
_ORGAN = re.compile(rf"(?:{'|'.join(ORGANS)})\s")
_STOP = re.compile(rf"(?:{'|'.join(map(re.escape, TEXT_BEGINS))}|Điều \d|I[./]|1\.|A\.)")
# A word behind which a subject must go on, whatever begins the next line
_WANTS_MORE = re.compile(
    r"(?:[,(–-]|\b(?:của|cho|tại|và|với|về|do|ở|từ|đến|xã|huyện|thôn|số|theo|trên|là))$", re.I
)
# An organ or a person, and what they do in the first sentence of a document
_SAYS = re.compile(
    r"(?:Ban|B[ộô]|Chủ tịch|Chi|Công an|Cơ quan|Đảng ủy|Đoàn|Hội|Huyện ủy|Liên đoàn|Phòng|Sở|Thường trực"
    r"|Tòa án|Trung tâm|Trường|UBND|[UỦ]y ban|Uỷ ban|Văn phòng|Viện|Kính|Trân trọng|Được|Nay|Hiện|Trong|Sau"
    r"|Qua)\b.{0,140}?\b(?:thông báo|yêu cầu|đề nghị|ban hành|xây dựng|báo cáo|mời|tổ chức|quyết định"
    r"|hướng dẫn|nhận được|triển khai|kính|xin|đã|cam kết|trình|công bố|giao|cử)\b"
)
_SIGNED = re.compile(r"\(?\s*(?:đã ký|Đã ký|ĐÃ KÝ|Ký tên|ký tên|\[daky\])[^)]*\)?")
_STAMP = re.compile(r"Ký bởi|Ký bằng|Người ký|Cơ quan:|Ngày ký|Thời gian ký|Signature|Digitally|Email:", re.I)
_ANNEX_TITLE = re.compile(r"(?:PHỤ LỤC|BIỂU (?:MẪU|SỐ)|DANH SÁCH|MẪU SỐ|BẢNG TỔNG HỢP)\b")
_RANK = re.compile(r"^(?:ThS|TS|PGS|GS|BS|KS|CN|CKI|CKII|Đại tá|Thượng tá|Trung tá|Thiếu tá)\.?\s+", re.I)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What a document says of itself; None where it does not, or not surely.

    `code` as printed without blanks ("156/QĐ-UBND", "112-KH/HU"), of it `number` and `symbol`; `type` in
    words ("Quyết định"); `date` ISO 8601 as precise as printed, `date_precision` day or month; `place`;
    `issuer` and its superior `parent` in the letters of the page; `subject`; `signer` and `capacity` (in
    whose name);
    `annex_of`: the code of the document to which this is an annex.
    """

    code: str | None = None
    number: str | None = None
    symbol: str | None = None
    type: str | None = None
    date: str | None = None
    date_precision: str | None = None
    place: str | None = None
    issuer: str | None = None
    parent: str | None = None
    subject: str | None = None
    signer: str | None = None
    capacity: str | None = None
    annex_of: str | None = None


def letterhead(text: str) -> Letterhead:
    """Returns what a document says of itself. `text`: its lines, tabs between columns (pipelines.files)."""
    rows = [_cells(line) for line in text[:_HEAD].split("\n")[:_LINES]]
    at = _number_row(rows)
    if at is None:
        annex = _ANNEX.search(" ".join(text[:_HEAD].split()))
        return Letterhead(annex_of=code_of(annex["code"]) if annex else None)
    match = next(filter(None, map(NUMBER.match, rows[at])))
    symbol = code_of(match["symbol"])
    found = Letterhead(symbol=symbol)
    if match["number"]:
        number = re.sub(r"\s", "", match["number"]).translate(_AS_DIGIT) + (
            f"/{match['year']}" if match["year"] else ""
        )
        joint = "/" if match["join"] == "/" else "-"
        found = replace(found, number=number.partition("/")[0], code=f"{number}{joint}{symbol}")
    title_at, titled = _title(rows, at)
    issuer, parent = _issuer(rows[:at] if at else [], at)
    lines = text.split("\n")
    subject = _subject(lines, rows, at, title_at)
    kind = _kind(titled, symbol, letter=subject is not None and title_at is None)
    return replace(
        found,
        type=kind,
        issuer=issuer,
        parent=parent,
        subject=subject,
        **_date(rows, title_at),
        **_signer(lines),
    )


def _cells(line: str) -> list[str]:
    """The columns of a line; a motto, and what follows a number, begin one where blanks do not tell."""
    line = _BLANK_LEFT.sub(" ", line)  # for a hand to fill in
    parted: list[str] = []
    for cell in filter(None, (cell.strip() for cell in _COLUMNS.split(line))):
        motto = _MOTTO.search(cell)
        number = NUMBER.match(cell)
        at = motto.start() if motto and motto.start() > 3 else number.end() if number else len(cell)
        parted += filter(None, (cell[:at].strip(), cell[at:].strip()))
    return parted


def _number_row(rows: Sequence[Sequence[str]]) -> int | None:
    for at, cells in enumerate(rows):
        if any(NUMBER.match(cell) for cell in cells):
            return at
        if cells and (cells[0].startswith(("Căn cứ", "Kính gửi", "Điều 1")) or _ANNEX.search(cells[0])):
            return None
        if cells and _ANNEX_TITLE.match(cells[0]):
            return None
    return None


def _title(rows: Sequence[Sequence[str]], number: int) -> tuple[int | None, str | None]:
    """The line that names the type in capitals, behind the number, or near it."""
    for at in [*range(number + 1, len(rows)), *range(number)]:
        for cell in rows[at]:
            plain = " ".join(cell.replace("HOÀ", "HÒA").rstrip(":").split())
            for name in sorted(_TITLES, key=len, reverse=True):
                if plain == name or (plain.startswith(name + " ") and plain == plain.upper()):
                    return at, _TITLES[name]
    return None, None


def _kind(titled: str | None, symbol: str, *, letter: bool) -> str | None:
    """The type by title and symbol; `letter`: no title, but a subject below the number, as letters alone
    have it.
    """
    first = re.split(r"[-/]", symbol)[0]
    # a Quy định of the Party prints QĐi, or QĐ with its title
    told = ["Quyết định"] if first == "QĐ" else types_of(first)
    if re.fullmatch(r"(?:QH|UBTVQH)\d+", symbol):
        return titled or None
    if titled:
        return titled if not told or titled in told or first in TYPES.get(titled, "").split() else None
    if len(told) == 1:
        return told[0]
    return "Công văn" if not told and (letter or _LETTER.match(first)) else None


def _date(rows: Sequence[Sequence[str]], title: int | None) -> dict[str, str | None]:
    """Place and date: where a column begins with them, or they with the next line of it."""
    head = rows if title is None else rows[: title + 1]
    for at, cells in enumerate(head):
        below = head[at + 1][-1:] if at + 1 < len(head) else []
        for cell in reversed(cells):
            for text in (cell, " ".join([cell, *below]) if ", ngày" in cell else ""):
                for pattern in (_DATE, _DIGITS_DATE):
                    if match := pattern.match(text.lstrip("*-– (")):
                        return _read_date(match)
    return {}


def _read_date(match: re.Match[str]) -> dict[str, str | None]:
    year, month = (int(match[name].translate(_AS_DIGIT)) for name in ("year", "month"))
    day = int(match["day"].translate(_AS_DIGIT)) if match["day"] else None
    try:
        date(year, month, day or 1)
    except ValueError:
        return {}
    if not 1945 <= year <= 2100:
        return {}
    value = f"{year}-{month:02}" + (f"-{day:02}" if day else "")
    return {"date": value, "date_precision": "day" if day else "month", "place": match["place"].strip()}


def _issuer(above: Sequence[Sequence[str]], number: int) -> tuple[str | None, str | None]:
    """The organ above the number, and the one above it; both in the left column, in capitals."""
    organs: list[str] = []
    for cells in above:
        cell = cells[0] if cells else ""
        plain = re.sub(r"^[\W\d_]+|[\W_]+$", "", cell)
        if not plain or _MOTTO.match(plain) or plain != plain.upper() or len(plain) < 3:
            continue
        if _ORGAN.match(plain + " ") or not organs:
            organs.append(plain)
        else:
            organs[-1] += f" {plain}"
    if not organs or not _ORGAN.match(organs[-1] + " "):
        return None, None
    organs = [" ".join(organ.split()) for organ in organs]
    return organs[-1], organs[-2] if len(organs) > 1 else None


def _subject(
    lines: Sequence[str], rows: Sequence[Sequence[str]], number: int, title: int | None
) -> str | None:
    if title is not None and title > number:
        said: list[str] = []
        behind = [" ".join(line.split()) for line in lines[title + 1 : title + 8]]
        for text, below in pairwise([*behind, ""]):
            capital = text == text.upper() and (_ORGAN.match(text) or _AUTHORITY.match(text))
            begins = _STOP.match(text) and (said or not _names_task(text, below))
            if not text or begins or (said and (capital or _sentence(said[-1], text))):
                break
            said.append(text)
            if text.endswith(".") or (text.endswith(";") and not below[:1].islower()):
                break
        return _about(" ".join(_without_text(said)))
    said = []
    for cells in rows[number:]:
        cell = cells[0] if cells else ""
        if re.match(r"V/v|Về việc|V/V", cell):
            said.append(cell)
        elif said:
            if not cell or _STOP.match(cell) or (len(cells) > 1 and _DATE.match(cell)):
                break
            said.append(cell)
    return _about(" ".join(said))


def _sentence(before: str, line: str) -> bool:
    """Whether `line` begins the text behind a subject that ends with `before`: a sentence of the issuer.

    A subject goes on in small letters, or with a name behind a word that wants one.
    """
    if line[0].islower() or _WANTS_MORE.search(before):
        return False
    return bool(_SAYS.match(line)) or line.endswith((".", ":", ";"))


def _without_text(said: list[str]) -> list[str]:
    """`said` without the sentence of several lines that a full stop at its end betrays."""
    if said and said[-1].endswith("."):
        for at in range(len(said) - 1, 0, -1):
            if said[at][0].isupper() and not _WANTS_MORE.search(said[at - 1]):
                return said[:at]
    return said


def _names_task(line: str, below: str) -> bool:
    """Whether a line that begins as a text does is a subject: "Thực hiện nhiệm vụ năm học 2022 - 2023"."""
    plain = line.startswith("Thực hiện ") and not re.search(r"\bsố\b|[,:.;]$", line)
    return plain and not below[:1].islower()


def _about(text: str) -> str | None:
    text = re.sub(r"^(?:V/v|V/V)\s*:?\s*", "", " ".join(text.split()))
    return text.rstrip(" .;:") or None if len(text) <= 600 else None


def _signer(lines: Sequence[str]) -> dict[str, str | None]:
    """The last line of authority before the annexes, and the name below it."""
    cells = [
        ([cell for cell in re.split(r"\t| {3,}", line) if cell.strip()] or [""])[-1].strip() for line in lines
    ]
    end = next((at for at, cell in enumerate(cells) if at > 8 and _ANNEX_TITLE.match(cell)), len(cells))
    for at in range(end - 1, -1, -1):
        if not _authority(cells[at]):
            continue
        begin = at
        while begin and _authority(cells[begin - 1]) and at - begin < 3:
            begin -= 1
        for below in cells[at + 1 : min(at + 12, len(cells))]:
            text = _RANK.sub("", _SIGNED.sub("", below)).strip(" .,:")
            if not text or _STAMP.search(text) or text.startswith(("-", "+", "*")):
                continue
            if _ANNEX_TITLE.match(text):
                break
            if (name := _name(text)) is not None:
                capacity = " ".join(" ".join(cells[begin : at + 1]).split())
                return {"signer": name, "capacity": capacity}
        return {}
    return {}


def _authority(cell: str) -> bool:
    return bool(cell) and cell == cell.upper() and len(cell) < 80 and _AUTHORITY.match(cell) is not None


def _name(text: str) -> str | None:
    """A person's name of two to five syllables, its letters as a name has them."""
    parts = text.split()
    if not 2 <= len(parts) <= 5 or any(
        not part.replace("'", "").replace(".", "").isalpha() for part in parts
    ):
        return None
    if text == text.upper():
        parts = [part.capitalize() for part in parts]
    elif any(not (part[0].isupper() and part[1:] == part[1:].lower()) for part in parts):
        return None
    return " ".join(parts) if parts[0] in SURNAMES else None

"""The words and shapes of Vietnamese dates, as data: what a line is matched with, and never a decision.

Words are written with their diacritics. `vocabulary` compiles them twice: as written, for lines that carry
diacritics ("Đảng ngày" is no "đăng ngày"), and folded, for lines that carry none. Shapes of digits are
matched on folded text alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from storage.text import fold

Vocabulary = tuple[re.Pattern[str], re.Pattern[str]]  # (as written, folded)


# Letters with diacritics to their folded, lower-case look-alikes of length one: folded text keeps every
# position.
_ACCENTS = {c: f for c in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)) if len(f := fold(chr(c))) == 1}


def _flat() -> dict[int, str]:
    table = _ACCENTS | {code: chr(code).lower() for code in range(0x41, 0x5B)}
    table |= {code: chr(code - 0xFEE0).lower() for code in range(0xFF01, 0xFF5F)}  # full-width ASCII
    table |= dict.fromkeys((*range(0x2010, 0x2016), 0x2212), "-") | dict.fromkeys((0x2044, 0x2215), "/")
    return table | dict.fromkeys((0x2018, 0x2019, 0x2032, 0x2BC, 0xB4), "'") | {0x2236: ":", 0x2022: "|"}


FLAT = _flat()


def vocabulary(pattern: str) -> Vocabulary:
    """Returns `pattern`, written in lower case, compiled for accented text and, letters folded, for plain
    text.
    """
    return re.compile(pattern), re.compile(pattern.translate(_ACCENTS))


_UNITS = ("", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def _spelled() -> dict[str, int]:
    """Folded Vietnamese number words 1 to 99: "hai muoi sau", "hai sau", "muoi lam", "ba muoi tu"."""
    words = {fold(name): number for number, name in enumerate(_UNITS) if name} | {"tu": 4, "bay": 7}
    endings = {fold(name): number for number, name in enumerate(_UNITS) if name} | {"tu": 4, "lam": 5, "": 0}
    for tens in range(1, 10):
        heads = (
            ["muoi"] if tens == 1 else [f"{fold(_UNITS[tens])} muoi", *([fold(_UNITS[tens])] * (tens < 4))]
        )
        for head in heads:
            for ending, number in endings.items():
                words.setdefault(f"{head} {ending}".strip(), 10 * tens + number)
    return words


SPELLED: Mapping[str, int] = _spelled()
MONTHS: Mapping[str, int] = {
    **{word: n for word, n in SPELLED.items() if n <= 12 and (n > 10 or " " not in word)},
    "gieng": 1,  # .NET's vi-VN culture calls January so; elsewhere it is the first lunar month
    "chap": 12,
}
_EN = "january february march april may june july august september october november december".split()
ENGLISH: Mapping[str, int] = {name[:3]: n for n, name in enumerate(_EN, 1)}


def _longest_first(words: Mapping[str, int]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_NAME = _longest_first(MONTHS)
_NUMBER = _longest_first({word: n for word, n in SPELLED.items() if n <= 31})
_MON = "(?:" + "|".join(rf"{name[:3]}(?:{name[3:]}|t)?" if name != "may" else name for name in _EN) + ")"
_THANG = r"(?<![a-z])(?:thang|thg|th)\.? ?"
_YEAR = r"(?P<y>\d{4})(?!\d)"
_TH = re.compile(r"thang|thg|th[\d ]")
_THOUSAND = re.compile("hai ng")
_IN_WORDS = re.compile("ngay [a-z]+ (?:[a-z]+ ){0,3}thang ")
_COMPACT = re.compile(r"(?:19|20)\d{6}")
_PARTED = re.compile(r"\d ?[/.-] ?\d")
_FOUR = re.compile(r"\d{4}")
_MONTH_NAME = re.compile("|".join(ENGLISH))
_HMS = r"\d{1,2}:\d\d(?::\d\d)?"
SPELLED_YEAR = rf"hai (?:nghin|ngan)(?: khong tram)?(?: le| linh)? (?P<yw>{_longest_first(SPELLED)})"


class Shape(NamedTuple):
    """One way to print a date. `full`: the year is printed. `cue`: found in every line that matches."""

    name: str
    pattern: re.Pattern[str]
    full: bool
    cue: re.Pattern[str] | None = None


def _shape(name: str, pattern: str, full: bool = True, cue: re.Pattern[str] | None = None) -> Shape:
    return Shape(name, re.compile(pattern), full, cue)


# In order of trust: a span taken by one shape, valid or not, is closed to the next ("29/02/2023" is no
# "02/2023").
SHAPES: tuple[Shape, ...] = (
    _shape(
        "compact",  # ISO 8601 without its marks
        r"(?<![\d.,])(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])"
        r"(?:t?(?P<hms>(?:[01]\d|2[0-3])(?:[0-5]\d){1,2})(?P<zone>z|[+-]\d\d:?\d\d)?)?(?![\d.,])",
        cue=_COMPACT,
    ),
    _shape("iso", r"(?<!\d)(?P<y>\d{4})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?!\d)", cue=_PARTED),
    _shape(
        "numeric",
        r"(?<!\d)(?P<d>\d{1,2}) ?(?P<s>[/.-]) ?(?P<m>\d{1,2}) ?(?P=s) ?(?P<y>\d{4,}|\d\d)(?!\d)",
        cue=_PARTED,
    ),
    _shape(
        "text",
        rf"(?<!\d)(?P<d>\d{{1,2}})[ ,/-]*{_THANG}(?P<m>\d{{1,2}}|{_NAME})[ ,/.-]*(?:nam ?)?{_YEAR}",
        cue=_TH,
    ),
    _shape(
        "text_us", rf"{_THANG}(?P<m>\d{{1,2}}|{_NAME}) (?P<d>\d{{1,2}})(?: ?, ?(?:nam )?| ){_YEAR}", cue=_TH
    ),
    _shape(
        "spelled",
        rf"(?<![a-z])ngay (?:mung |mong )?(?P<d>{_NUMBER}|\d{{1,2}}) thang (?P<m>{_NAME}"
        rf"|\d{{1,2}}),? nam {SPELLED_YEAR}",
        cue=_THOUSAND,
    ),
    _shape(
        "spelled_day",
        rf"(?<![a-z])ngay (?:mung |mong )?(?P<d>{_NUMBER}) thang (?P<m>{_NAME}|\d{{1,2}}),? nam {_YEAR}",
        cue=_IN_WORDS,
    ),
    _shape(
        "english",
        rf"(?<![a-z\d])(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[ ,./-]*(?P<en>{_MON})\.?[ ,./-]*(?P<y>\d{{4}}"
        rf"|(?<=-)\d\d)(?!\d)",
        cue=_MONTH_NAME,
    ),
    _shape(
        "english_us",
        rf"(?<![a-z])(?P<en>{_MON})\.? (?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? {_YEAR}",
        cue=_MONTH_NAME,
    ),
    _shape(
        "ctime",
        rf"(?<![a-z])(?P<en>{_MON}) {{1,2}}(?P<d>\d{{1,2}}) (?P<hms>{_HMS})(?: (?P<zone>gmt|utc|ict"
        rf"|[+-]\d{{4}}))? {_YEAR}",
        cue=_MONTH_NAME,
    ),
    _shape("day", r"(?<![\d:])(?P<d>\d{1,2}) ?(?P<s>[/.-]) ?(?P<m>0?[1-9]|1[0-2])(?!\d|:\d)", False, _PARTED),
    _shape(
        "day_text", rf"(?<!\d)(?P<d>\d{{1,2}})[ ,/-]*{_THANG}(?P<m>\d{{1,2}}|{_NAME})(?![a-z\d])", False, _TH
    ),
    _shape(
        "months",  # "tháng 3 đến tháng 9/2022": the first of several
        r"(?<![a-z])(?:thang|thg|t)\.? ?(?P<m>\d{1,2})(?: ?(?:[/.-]|,? ?nam) ?(?P<y1>\d{4}))?"
        r"(?: ?, ?\d{1,2}(?!\d))*(?: ?(?:-|,|va|&) ?| (?:den|toi)(?: het)? )(?:thang |thg |t)?(?P<m2>\d{1,2})"
        rf" ?(?:[/.-]|,? ?nam) ?{_YEAR}",
        cue=_TH,
    ),
    _shape(
        "month",
        rf"(?<![a-z])(?:thang|thg|th|t)\.? ?(?P<m>\d{{1,2}}|{_NAME}) ?(?:[/.,-]|(?<= )nam(?= ))? ?{_YEAR}",
        cue=_FOUR,
    ),
    _shape("month_bare", r"^\W*(?P<m>\d{1,2}) ?[/-] ?(?P<y>\d{4})\W*$", cue=_FOUR),
    _shape("year_bare", r"^\W*(?:nam )?(?P<y>\d{4})\W*$", cue=_FOUR),
)

ZONE = r"(?:(?:gmt|utc) ?[+-] ?\d{1,2}(?::?\d\d)?|gmt|utc|ict|z(?![a-z])|\+\d\d:?\d\d(?![\d:]))"
CLOCK = re.compile(
    r"(?<![\d:/.,])(?P<h>\d{1,2})"
    r"(?: ?: ?(?P<mi>\d{1,2})"
    r"(?: ?: ?(?P<s>\d{1,2})(?!\d)(?:[.,]\d{1,9})?(?P<west> ?-\d\d:?\d\d(?![\d:]))?)?(?!\d)"
    r"| ?(?:gio|h|g)(?![a-z])(?: ?(?P<mi2>\d{1,2})(?!\d)(?! ?/ ?\d{1,2}(?! ?[hg:\d]))"
    r"(?! ?[.-] ?\d{1,2}(?! ?[hg:/\d]))|(?P<half> ruoi))?"
    r"(?: ?(?:phut|p)(?![a-z]))?)'?"
    r"(?: ?(?P<mer>sa|ch|am|pm|a\.m\.?|p\.m\.?|sang|trua|chieu|toi|dem)(?![a-z]))?"
    rf"(?: ?[\[(]? ?(?P<zone>{ZONE})[\])]?)?"
)
ZONE_BEFORE = re.compile(r"[\s,;|-]*(?P<zone>[+-]\d\d(?::?\d\d)?) ")
ZONE_AFTER = re.compile(rf" ?[\[(]?(?P<zone>{ZONE})(?![a-z])[\])]?")

_WEEKDAYS = "thu hai|thu ba|thu tu|thu nam|thu sau|thu bay|chu nhat"
_ENGLISH_DAYS = "(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|satur|sat|sun)(?:day)?"
WEEKDAY_TEXT = rf"(?:{_WEEKDAYS}|thu ?[2-7]|t\.? ?[2-7]|cn|{_ENGLISH_DAYS})"
WEEKDAY = re.compile(rf"(?<![a-z]){WEEKDAY_TEXT}(?![a-z\d])")
WEEKDAY_NUMBERS: Mapping[str, int] = {  # first letters of the folded name: Monday is 0, as in datetime
    **{name: n for n, name in enumerate(_WEEKDAYS.split("|"))},
    **{f"{head}{n}": n - 2 for head in ("thu", "thu ", "t", "t.", "t ", "t. ") for n in range(2, 8)},
    **{name: n for n, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))},
    "cn": 6,
}

_SOFT = r"[\s,;|()\[\]{}@'\".:*-]"
_PART = "sang|trua|chieu|toi|dem"
GLUE = re.compile(  # what may stand between a date and its clock or weekday
    rf"{_SOFT}*/?{_SOFT}*(?:[+-]\d\d(?::?\d\d)? )?(?:(?<![a-z])(?:vao|luc|hoi|at|on|ngay|{_PART}"
    rf"|{WEEKDAY_TEXT})(?![a-z\d]){_SOFT}*){{0,4}}"
)
RANGE_GAP = re.compile(r"\s*(?:-|(?:cho )?(?:den|toi)(?: het)?|to)\s*(?:ngay\s*)?(?:,?\s*)")
# "17-24.9", "16, 17, 18 tháng 7": days before the last of their month, behind a word that announces days
DAY_LIST = re.compile(
    r"(?:^|(?<![a-z])(?:ngay|tu|trong|cac)\s|\(|(?<=[a-z]):\s)\s*"
    r"(?P<first>\d{1,2})(?: ?(?:,|-|&|va|den het|den)(?: ngay)? ?\d{1,2}){0,9} ?(?:,|-|&|va|den het|den"
    r"|toi)(?: ngay)? ?$"
)

# Counters glued to a date, or a date to its clock, by a template that forgot a space: a space belongs between
# the groups.
GLUED: tuple[re.Pattern[str], ...] = (
    re.compile(r"(?<=\d:\d\d)(?=\d{1,2}/\d{1,2}/\d{4}(?!\d))"),
    re.compile(r"(?<=[/-]\d{4})(?=\d{1,2}:\d\d(?!\d))"),
    re.compile(r"(?:(?<=[/-]\d{4})|(?<=\d:\d\d))(?=\d{1,6} ?(?:luot|lan|views?)(?![a-z]))"),
    re.compile(r"(?:xem|doc|views?|truy cap|lan|luot): ?\d{1,7}?(?=(?:[0-2]\d|3[01])/\d\d/\d{4}(?!\d))"),
)
GLUED_CUE = re.compile(r"[/:-] ?\d{3}")  # found in every line that one of these matches
# XML's date with its zone, and the clock glued behind it: "2016-08-12+0715:40:00"
ZONED_DAY = re.compile(r"(?<!\d)(\d{4}-\d\d-\d\d)(\+\d\d(?::?\d\d)?)(?=\d\d:\d\d(?::\d\d)?(?!\d))")
# Names of files, addresses and mails: their digits date nothing.
NAMES = re.compile(
    r"\S*(?:://|www\.)\S*|\S*(?:[a-z]\S*@|@\S*[a-z])\S*"
    r"|\S*\.(?:png|jpe?g|gif|webp|bmp|svg|pdf|docx?|xlsx?|pptx?|html?|aspx?|php|mp[34]|zip|rar|mxf|mov"
    r"|avi)(?![a-z])\S*"
    r"|\S*\d_\d\S*"
)

# ── What the words around a date say of it ─────────────────────────────────────────────────────────────
_TAIL = r"(?:\s*[:|\-–,(\[]+)?\s*(?:(?:vào|lúc|hồi|ngày|on|at|date|thời gian)\s*:?\s*)*\(?$"
POSTED = vocabulary(
    r"(?:(?<!\w)ngày (?:đăng(?: tin| tải| bài)?|xuất bản|phát hành|tạo|viết|gửi|đưa(?: tin)?|công bố|post)"
    r"|(?<!\w)(?:thời gian|giờ) (?:đăng(?: tin| tải| bài)?|xuất bản)"
    r"|(?<!\w)đăng(?: tải| tin| bài)?|(?<!\w)(?:đăng|viết|gửi|tạo) (?:bởi|by) [^|:;]{1,40}?(?= ngày|$)"
    r"|(?<!\w)xuất bản|(?<!\w)đã đăng|(?<!\w)số ra"
    r"|(?<!\w)(?:post(?:ed)?|publi(?:shed|cation|sh)|submitted|created|date)(?: date| time| at"
    r"| on)?(?: by [^|:]{1,30})?"
    r"|(?<!\w)(?:pub(?:date)?))" + _TAIL
)
UPDATED = vocabulary(
    r"(?<!\w)(?:(?:ngày |lần )?(?:cập nhật|chỉnh sửa|sửa đổi|sửa|cập nhập)(?: mới nhất| lần cuối| cuối"
    r"| gần nhất)?"
    r"|(?:last )?(?:updated?|modified|edited))(?: ngày| lúc| on| at)?" + _TAIL
)
EVENT_LABEL = vocabulary(
    r"(?<!\w)(?:ngày (?:sự kiện|hiệu lực|ban hành|k[ýí]|hết hạn|họp|tổ chức|diễn ra|thi|khai mạc|bắt đầu"
    r"|kết thúc)"
    r"|(?:thời gian|thời điểm|thời hạn|hạn (?:cuối|chót|nộp)|deadline)(?! (?:đăng|xuất))[^:.;\d]{0,40}"
    r"|bắt đầu|kết thúc|khai mạc|bế mạc|hiệu lực)" + _TAIL
)
DAY_PART = vocabulary(
    r"(?<!\w)(?:sáng|trưa|chiều|tối|đêm|khuya|buổi)(?: sớm| nay| qua| mai| cùng)?(?:,"
    r"| của)?\s*(?:\(?(?:ngày|hôm)\s*)?\(?$"
)
PREPOSITION = vocabulary(
    r"(?<!\w)(?:từ|đến|tới|trước|sau|vào|qua|hết|trong|tính|nhằm|(?<=\()tức|(?<=, )tức|tức(?= ngày)|cuối"
    r"|đầu|giữa|khoảng|diễn ra|khởi công|khai mạc"
    r"|bế mạc|tổ chức|thành lập|công nhận|ra đời|kết thúc|bắt đầu|hôm nay|hôm qua|ngày mai|sáng nay"
    r"|chiều nay)"
    r"(?: là| đó)?[,:]?\s*(?:\(?\s*(?:lúc|hồi|các|cả|ngày|hôm|thứ \w+)[,]?\s*)*\(?$"
)
DAY_LEAD = vocabulary(r"(?<!\w)(?:ngày|hôm|lúc|hồi)\s*\(?$")
WEAK_RIGHT = re.compile(
    r"\s*(?:$|[,;.:()|-]|(?:den|tai|toi|va|khi|thi|se|da|dang|vua qua|toi day|hang nam)(?![a-z]))"
)
HOLIDAY = vocabulary(
    r"(?<!\w)(?:k[ỷỉ] niệm(?: (?:lần thứ )?\d{1,3}(?: năm)?)?|chào mừng|mừng|hướng tới|hưởng ứng"
    r"|nhân dịp|nhân ngày|dịp lễ|lễ|tết|phong trào"
    r"|truyền thống|quốc khánh"
    r"|quốc tế(?: \w+){0,3}|chiến thắng|giải phóng)(?: ngày)?\s*\(?$"
)
JUBILEE = vocabulary(
    r"(?<!\w)(?:k[ỷỉ] niệm|chào mừng|nhân dịp|hưởng ứng|chiến thắng|cách mạng tháng"
    r"|quốc khánh)(?!\w)[^.;]{0,120}$"
)
LIFE = vocabulary(
    r"(?<!\w)(?:sinh|mất|từ trần|hy sinh|hi sinh|qua đời|quê quán|tử trận|nhập ngũ|sn|ngày sinh)(?: ngày"
    r"| năm)?\s*:?\s*\(?$"
)
NUMBERED = vocabulary(
    r"(?<!\w)(?:điện thoại|đt|đtdđ|sđt|tel|fax|phone|hotline|đường dây nóng|zalo|stk|số tài khoản|tài khoản"
    r"|mã số(?: thuế)?"
    r"|mã hồ sơ|mã|mst|phiên bản|version|ver|v|cmnd|cccd|số hiệu|số|tỷ số|tỉ số|khoản|điều|mục|thửa|tờ|lô"
    r"|bài|ip)"
    r"\.?\s*[:.]?[\d\s.()-]*$"
)
DOCUMENT = vocabulary(
    r"(?<!\w)(?:quyết định|nghị quyết|nghị định|thông tư|chỉ thị|kế hoạch|công văn|(?:bộ )?luật|pháp lệnh"
    r"|giấy phép|giấy mời"
    r"|hướng dẫn|thông báo|tờ trình|kết luận|quy định|quy chế|văn bản|công điện|báo cáo|hiến pháp|đề án"
    r"|thông tri|chương trình"
    r"|hợp đồng|biên bản|giấy chứng nhận|sắc lệnh|qđ|nq|nđ|tt|ct|kh|tb|bc)(?!\w)(?P<code>[^;]{0,110}?)"
    r"(?P<day>(?:[^,;.\s]|,|\)) (?:ký |cấp |ban hành |đề )?(?:ngày )?)$"
)
CODE = re.compile(
    r"\d[\w.]{0,8}\s?[/-]\s?[\w-]{1,12}|(?<![a-z])so:? ?\d|(?<![a-z])(?:luat|phap lenh|hien phap)(?![a-z])"
)
ISSUED = vocabulary(
    r"(?<!\w)(?:cấp|cấp phép|k[ýí]|ban hành|có hiệu lực|hiệu lực thi hành)(?: từ| kể từ)?(?: ngày)?:?\s*$"
)
CAPTION = vocabulary(
    r"(?<!\w)(?:ảnh|ảnh tư liệu|video|clip)(?: được)?(?: chụp| ghi lại| minh họa)?(?: vào)?(?: sáng"
    r"| trưa| chiều| tối)?(?: ngày)?\s*:?\s*\(?$"
)
LUNAR_AFTER = vocabulary(
    r"\s*+,?\s*+\(?\s*+(?:(?:theo |tính theo )?(?:âm lịch|lịch âm|nông lịch|âl(?!\w)|a\.l)|tết(?!\w)"
    r"|năm (?:giáp|ất|bính|đinh|mậu"
    r"|k[ỷỉ]|canh|tân|nhâm|qu[ýí])"
    r" (?:t[ýỵịí]|sửu|dần|mão|mẹo|thìn|ngọ|mùi|thân|dậu|tuất|hợi)|giỗ tổ|trung thu|đoan ngọ|vu lan)"
)
LUNAR_BEFORE = vocabulary(
    r"(?<!\w)(?:mùng|mồng|rằm|âm lịch|lịch âm|nông lịch|âl|a\.l\.?|al)(?: (?:là|nhằm|tức))?(?: ngày)?"
    r"\s*[:(]?\s*$"
)
# "Ngày 11/3 âm lịch (22/4/2021)": the lunar day stands before, and this is the day that it fell on
LUNAR_DAY_BEFORE = vocabulary(
    r"\d\)?\s*\(?(?:theo )?(?:âm lịch|lịch âm|nông lịch|âl|a\.l\.?|al)\)?[\s,;–-]*\(?"
    r"(?:(?:tức|nhằm)(?: là)? )?(?:ngày )?\(?$"
)
# Counters of visitors name days and months that date nothing: "Hôm nay: 340", "Tháng 6/2024: 12.400"
VISITORS = vocabulary(
    r"(?<!\w)(?:truy cập|trực tuyến|online|khách thăm|viếng thăm|lượt (?:khách|vào)|thống kê web\w*)(?!\w)"
)
COUNTED = re.compile(r"\s*(?:[:=-]\s*|\(\s*)?\d[\d.,]*(?![\d.,]|\s?(?:[:/]|(?:h|gi?o?)(?![a-z]))|-\d)")
# A form that nobody filled in: "ngày …… tháng 5", "...../...../2021"
FORM = re.compile(r"(?:\.{2}|\u2026|_{2})[\s.\u2026_]*/|ngay[\s.]*(?:\.{2}|\u2026|_{2})")
RECURRING = vocabulary(r"[^.;]{0,20}(?<!\w)(?:h[àằ]ng (?:năm|tháng)|mỗi năm|thường niên)")
# An announcement says so near its date; "chuẩn bị" may stand in a report too, so a day part outweighs it.
FUTURE = vocabulary(r"(?<!\w)(?:sẽ|dự kiến|sắp tới|tới đây|ngày mai)(?!\w)")
PLANNED = vocabulary(
    r"(?<!\w)(?:sắp|chuẩn bị|thời gian (?:tổ chức|thực hiện|diễn ra)|kế hoạch tổ chức)(?!\w)"
)
PAST = vocabulary(r"(?<!\w)(?:đã|vừa|vừa qua|được tổ chức thành công)(?!\w)")
DEADLINE = vocabulary(
    r"(?<!\w)(?:trước|(?<!tính )đến|hết|tới|chậm nhất|hạn[^,]{0,20}|hiệu lực[^,]{0,12})(?: hết)?(?: ngày)?"
    r"\s*$"
)
TODAY = vocabulary(r"^\W*(?:hôm nay|bây giờ|today)(?: là)?\W*(?:ngày\W*)?$")
RIGHTS = vocabulary(r"©|\(c\)|copyright|bản quyền")
ISSUE = vocabulary(r"(?<!\w)số(?: ra| báo| phát hành)?\s*$")
PERIOD = vocabulary(
    r"(?<!\w)(?:giai đoạn|nhiệm k[ỳì]|đến năm|khóa|khoá|đầu năm|cuối năm|tầm nhìn|định hướng)\W*$"
)

# Furniture beside a date that makes no sentence of the line.
FURNITURE = vocabulary(
    r"(?:số )?(?:lượt|lần)(?: xem| đọc| truy cập)?\s*:?\s*[\d.,]*|[\d.,]+\s*(?:lượt|lần|views?"
    r"|bình luận)(?: xem| đọc| truy cập)?"
    r"|(?:đã )?(?:xem|đọc|views?|view count|hits|read)\s*:\s*[\d.,]+(?: lượt| lần)?"
    r"|(?<!\w)(?:bởi|by) \S{1,30}|in bài viết|gửi email|bản in|chia sẻ|cỡ chữ|print|email"
    r"|(?:người (?:đăng|viết|gửi)|tác giả|nguồn(?: tin)?|chuyên mục|biên tập|post(?:ed)? by|by"
    r"|author)\s*:\s*[^|;]{0,60}?(?=\||;| - |$)"
)

# Found in every line, as printed, that names a year of these two centuries; full-width digits are such, too.
YEAR_CUE = re.compile(r"(?:[1１][9９]|[2２][0０])\d\d")
# Year mentions: "tháng 11 năm 2020" places a day that has no year better than a year does.
YEAR_OF_MONTH = re.compile(
    r"(?<![a-z])(?:thang|thg|t) ?(?P<m>\d{1,2}) ?(?:[/.-]|,? ?nam) ?(?P<y>(?:19|20)\d\d)(?!\d)"
)
SCHOOL_YEAR = re.compile(r"nam hoc:? ?(?P<y>(?:19|20)\d\d) ?- ?(?P<y2>(?:19|20)?\d\d)(?!\d)")
YEAR_ALONE = vocabulary(
    r"(?<!đến )(?<!trước )(?<!từ )(?<!luật )(?<!sinh )(?<!\w)năm (?P<y>(?:19"
    r"|20)\d\d)(?!\d)(?!\s?-\s?(?:năm )?\d)"
)
REVIEW = vocabulary(r"(?<!\w)(?:tổng kết|kết quả|kiểm điểm|đánh giá|thành tích|tiêu biểu)(?!\w)[^,;.]{0,70}$")
PLAN = vocabulary(
    r"(?<!\w)(?:nhiệm vụ|kế hoạch|phương hướng|dự toán|giao ước|đón|mừng|xuân|tuyển quân)(?!\w)[^,;.]{0,70}$"
)

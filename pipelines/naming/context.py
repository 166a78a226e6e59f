"""The words around a name of a place that tell what it is: a commune, a landmark, a person, a district."""

from __future__ import annotations

import re

UP = "A-ZÀ-ÖØ-ÝĂĐĨŨƠƯ" + "".join(chr(code) for code in range(0x1EA0, 0x1EFA, 2))
_LOW = "a-zà-öø-ýăđĩũơư" + "".join(chr(code) for code in range(0x1EA1, 0x1EFA, 2))
_TOKEN = rf"[{UP}][\w'’ʼ]*"
_S = "[ \u00a0]"
# Words with a capital, with the number or letter that some names end in (Tân Lập 1).
RUN = re.compile(rf"(?<![\w'’]){_TOKEN}(?:{_S}(?:{_TOKEN}|\d{{1,2}}(?!\w|[.,]\d|{_S}?[-–]{_S}?\d)))*")

KIND = re.compile(
    rf"(?:(?P<word>[Xx]ã|XÃ|[Pp]hường|PHƯỜNG|[Tt]hị{_S}[Tt]rấn|THỊ{_S}TRẤN|[Đđ]ặc{_S}[Kk]hu|ĐẶC{_S}KHU)(?!\w)"
    r"|(?P<short>TT(?=[ .])|T\.T|[PpXxF]\.|[PF](?=\s?\d)|tt\.))\.?"
    rf"(?:\s*(?P<mixed>,|/|và|hoặc)\s*(?i:phường|thị{_S}trấn|xã)(?!\w))*"
    rf"(?:(?:{_S}[{_LOW}]+){{0,5}}\s*:\s*|{_S}+(?:gồm|như|là|có){_S}+|[ \u00a0]*)"
)
KIND_WORDS = (
    "xã", "Xã", "XÃ", "phường", "Phường", "PHƯỜNG", "thị trấn", "Thị trấn", "Thị Trấn", "THỊ TRẤN",
    "thị\u00a0trấn", "Thị\u00a0trấn", "đặc khu", "Đặc khu", "Đặc Khu", "ĐẶC KHU", "TT", "T.T", "tt.", "P",
    "p.", "X.", "x.", "F",
)  # fmt: skip
MANY = frozenset("các|những|hai|ba|bốn|năm|sáu|bảy|tám|liên|cụm".split("|"))
NUMBERS = re.compile(
    r"0?(?P<number>[1-9]\d?)(?![\d\w]|\.\d)(?P<rest>(?:\s*(?:,|;|và|-|–)\s*(?:(?i:phường|p)\.?\s*)?0?[1-9]\d?"
    r"(?=\s*(?:[,;.)\n]|và\s|-\s|–|$|(?i:quận|q\.))))*)"
)
MANY_NUMBERS = re.compile(
    r"0?(?P<number>[1-9]\d?)(?![\d\w]|\.\d)(?P<rest>(?:\s*(?:,|và|-|–)\s*(?:(?i:phường|p)\.?\s*)?"
    r"0?[1-9]\d?(?![\d\w]|[.,]\d))*)"
)
SMALL = re.compile(rf"[{UP}][\w'’]*(?:{_S}[\w'’]+){{1,5}}")
# Words that are names of communes, and stand behind "xã" as words, too.
WORDS = frozenset(
    "thống nhất|hòa bình|thắng lợi|đoàn kết|quyết thắng|tiến bộ|dân chủ|tự do|độc lập|hợp tác|đồng tâm|"
    "hợp nhất|đạo lý|công lý|chân lý|thịnh vượng|an lạc|tiến thắng|tân tiến|phú quý|nhân nghĩa".split("|")
)

_FIGURES = rf"(?:[ \u00a0:]*\(?\d[\d.,]*{_S}?[^\s\d.,;()]{{0,6}}(?:{_S}[{_LOW}]{{1,9}}){{0,4}}\)?)?"
_COUNTED = r"(?:\s*\([^()\n]{0,60}\))?"
_AND = rf"(?:,\s*)?(?:và|hoặc|hay|cùng|cùng với|với|rồi|đến){_S}+"
SEPARATOR = rf"{_COUNTED}{_FIGURES}\s*(?:[,;/&+|]|[-–—](?!\w)|(?<=\w)[-–—](?=\w)|{_AND})\s*(?:và{_S}+)?"
_OTHER = rf"(?:{_TOKEN}(?:{_S}(?:{_TOKEN}|\d{{1,2}})){{0,3}})"
LIST_GAP = re.compile(rf"{SEPARATOR}(?:{_OTHER}{SEPARATOR}){{0,2}}")
LINES_GAP = re.compile(rf"{_COUNTED}{_FIGURES}[^\n{UP}]{{0,60}}\n\s*(?:[-+*•]|\d{{1,2}}[.)]|)\s*")
_SCORE = rf"(?:\d{{1,3}}{_S}?[-–]{_S}?\d{{1,3}}{_S})?"
RUN_GAP = re.compile(
    rf"{SEPARATOR}(?:một phần )?"
    rf"|{_S}{_SCORE}(?:thắng|thua|hòa|gặp|đấu với|đối đầu(?: với)?|nối(?: với)?){_S}{_SCORE}"
)
CELL = re.compile(r"(?:^|\n|\|)[ \d.]*$")  # a table's cell, or a line, begins
CELL_ENDS = re.compile(r"[ ]*(?:\||\n|$)")
LINE_BEGINS = re.compile(r"(?:^|\n)\s*+(?:[-+*•–]|\d{1,2}[.)])?\s*+$")
COLON = re.compile(r"\s*:")
IN_TITLE = re.compile(r"(?:^|[:.!?]\s|\s[-–]\s)$")
PREDICATE = re.compile(rf"\s*[:,]|{_S}[{_LOW}]")

_UPPER_KIND = r"(?i:huyện|quận|thị xã|tx\.?|thành phố|tp\.?|tỉnh|h\.|q\.)"
_NAME = rf"(?P<name>{_TOKEN}(?:{_S}(?:{_TOKEN}|\d+))*|\d{{1,2}})"
UPPER = ("huyện", "quận", "thị xã", "thành phố", "tỉnh", "tx", "tp", "h.", "q.")  # in small letters
OF_DISTRICT = re.compile(
    rf"\s*(?:cũ\s*)?(?:\(\s*|[,–-]\s*)?(?:(?:nay\s+)?(?:thuộc|của)\s+)?{_UPPER_KIND}{_S}*{_NAME}"
)
OF_NAME = re.compile(
    rf"(?:\s*\(\s*{_NAME}\s*[,)]|\s*,\s*{_NAME.replace('name', 'second')}(?=\s*(?:[,.;)(\n–-]|$))"
    rf"|\s+(?:của|thuộc)\s+{_NAME.replace('name', 'third')})"
)
OF_DISTRICT_BEFORE = re.compile(
    rf"(?:(?P<at>(?i:tại|ở|thuộc|từ|đến|về)\s+)|(?<!\w)){_UPPER_KIND}{_S}*{_NAME}(?:\s*\([^()\n]*\))?"
    r"\s*(?P<joint>,|:|\(|có|gồm|còn|thì)?\s*(?:(?i:các|ở|là)\s+)?(?:[\w\s]{0,12})$"
)
BRACKET = re.compile(r"\(\s*$")
BRACKET_ENDS = re.compile(r"\s*\)")
NEXT = re.compile(rf"{_S}(?P<word>{_TOKEN}|\d{{1,2}}(?!\w))")

"""The grammar of document numbers, for the heads of documents and for running text: `45/KH-UBND`.

A number, a year in normative texts (15/2022/NQ-HĐND), then the symbol: type and issuer joined by a hyphen
(Nghị định 30/2020/NĐ-CP, appendices I and III). The Party sets a hyphen behind the number and a slash before
the issuer (Hướng dẫn 36-HD/VPTW of 2018: 112-KH/HU). Laws have the legislature (64/2025/QH15).
"""

from __future__ import annotations

import re

PIECE = r"[A-ZĐÂĂÊÔƠƯ](?:[A-ZĐÂĂÊÔƠƯ0-9&.]|[hriyng](?![a-zà-ỹ]))*(?<!\.)"
SYMBOL = rf"{PIECE}(?:\s?[-–/]\s?{PIECE}(?![a-zà-ỹ])){{0,4}}"
LEGISLATURE = re.compile(r"(QH|UBTVQH)\d{1,2}")

# The types of Nghị định 30/2020/NĐ-CP, of the laws, and of the Party, with the first part of their symbols.
TYPES = {
    "Nghị quyết": "NQ", "Quyết định": "QĐ", "Chỉ thị": "CT", "Quy chế": "QC QCh", "Quy định": "QyĐ QĐi QĐ",
    "Thông cáo": "TC", "Thông báo": "TB", "Hướng dẫn": "HD", "Chương trình": "CTr", "Kế hoạch": "KH",
    "Phương án": "PA", "Đề án": "ĐA", "Dự án": "DA DAn", "Báo cáo": "BC", "Biên bản": "BB", "Tờ trình": "TTr",
    "Hợp đồng": "HĐ", "Công điện": "CĐ", "Bản ghi nhớ": "BGN", "Bản thỏa thuận": "BTT",
    "Giấy ủy quyền": "GUQ", "Giấy mời": "GM", "Giấy giới thiệu": "GGT", "Giấy nghỉ phép": "GNP",
    "Phiếu gửi": "PG", "Phiếu chuyển": "PC", "Phiếu báo": "PB", "Nghị định": "NĐ", "Thông tư": "TT",
    "Thông tư liên tịch": "TTLT", "Luật": "L", "Kết luận": "KL", "Quy trình": "QTr", "Công văn": "CV",
    "Thông tri": "TT", "Báo cáo giải trình": "BCGT", "Giấy chứng nhận": "GCN",
}  # fmt: skip

# What begins the symbol of an ordinary letter: its issuer.
ISSUERS = (
    "UBND|HĐND|VP|UBMT|MTTQ|BCĐ|BCH|PGD|GDĐT|TNMT|TCKH|LĐTBXH|NV|YT|KTHT|NN|BQL|TTHT|TTrHT|CAH|BHXH|HU|"
    "ĐU|TU|BTG|BDV|BTC"
).split("|")


def types_of(symbol: str) -> list[str]:
    """Returns the types, in words, whose symbol is `symbol`: ["Kế hoạch"] of KH; empty for others."""
    return _BY_SYMBOL.get(symbol, [])


def code_of(printed: str) -> str:
    """Returns a number or symbol as documents print it: without white space, with plain hyphens."""
    return re.sub(r"\s+", "", printed).translate(_HYPHENS)


_HYPHENS = str.maketrans("–—‑‐−", "-----")
_BY_SYMBOL: dict[str, list[str]] = {}
for _name, _symbols in TYPES.items():
    for _one in _symbols.split():
        _BY_SYMBOL.setdefault(_one, []).append(_name)

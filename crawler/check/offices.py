"""Which office a line names: "huyện Đô Lương", "UBND xã Đô Lương", "SỞ NỘI VỤ TỈNH NGHỆ AN".

Vietnamese names an office from the smaller to the larger ("xã X, huyện Y, tỉnh Z") or the other way round, so
the smallest unit of a line is whose line it is. A line without any diacritics is read as one that lost them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from storage.text import fold, words

Office = Literal["district", "other_district", "commune", "province", "department"]

_KINDS: tuple[tuple[str, str], ...] = (  # printed, level
    ("đặc khu", "commune"),
    ("thị trấn", "commune"),
    ("phường", "commune"),
    ("xã", "commune"),
    ("thị xã", "district"),
    ("thành phố", "district"),
    ("huyện ủy", "district"),
    ("huyện uỷ", "district"),
    ("quận ủy", "district"),
    ("quận uỷ", "district"),
    ("thị ủy", "district"),
    ("thị uỷ", "district"),
    ("thành ủy", "district"),
    ("thành uỷ", "district"),
    ("huyện", "district"),
    ("quận", "district"),
    ("tp", "district"),
    ("tx", "district"),
    ("tỉnh ủy", "province"),
    ("tỉnh uỷ", "province"),
    ("tỉnh", "province"),
)
_SIZES: dict[Office, int] = {"commune": 0, "department": 0, "district": 1, "other_district": 1, "province": 2}
_ACCENTED = {tuple(printed.split()): level for printed, level in _KINDS}
# "thi" and "thanh" are no kinds, and "xa", "tp" without their marks are: lines in capitals often lose them.
_PLAIN = {tuple(fold(printed).split()): level for printed, level in _KINDS}
_NO_NAME = frozenset({"hội", "hoi", "ta", "nhà", "nha", "này", "nay", "mình", "bạn", "khác", "và", "va"})
_SITE = (
    r"^[^\w]*(?:(?:trang chủ|trang nhất|chào mừng(?: bạn)?(?: đến với)?)[^\w]*)?"
    r"(?:(?:cổng|trang|website)(?: giao tiếp)?(?: thông tin)?(?: tin)?(?: điện tử)?(?: tổng hợp)?(?: ttđt)?"
    r"|c?ttđt)"
)
_OF_SITE = re.compile(rf"{_SITE}[^\w]*(?:của )?", re.I)
_OF_SITE_PLAIN = re.compile(fold(_OF_SITE.pattern), re.I)
_DEPARTMENT = re.compile(
    rf"^[^\w]*(?:{_SITE.removeprefix('^')}[^\w]*(?:của )?)?"
    r"(sở|chi cục|cục|trường|bệnh viện|trung tâm y tế|phòng|công ty|hợp tác xã|báo|ban quản lý|liên đoàn"
    r"|đoàn thanh niên|hội \w+|công đoàn|tòa án|viện kiểm sát|bảo hiểm xã hội|kho bạc|thư viện|bảo tàng)\b",
    re.I,
)
_CENTRAL = ("Hà Nội", "Hồ Chí Minh", "Hải Phòng", "Đà Nẵng", "Cần Thơ", "Huế")  # cities that are provinces
_TOKEN = re.compile(r"\w+")
_MOST = 4  # words of a name: "Nam Trung Yên Hòa"; longer ones are cut


@dataclass(frozen=True, slots=True)
class Claim:
    """An office that a line names; `own`: it bears the district's name. `words` are as printed."""

    office: Office
    own: bool
    words: str


def claim(text: str, name: str, province: str) -> Claim | None:
    """Returns whose line NFC `text` is, seen from the district `name` of `province`; None: nobody's."""
    plain = fold(text) == text.lower()
    bare = (_OF_SITE_PLAIN if plain else _OF_SITE).sub("", text)
    begins = words(bare)[: len(words(name))] == words(name)
    smallest = _smallest(text, name, province, plain)
    if begins:  # "Cổng TTĐT Hội An" is no association's, but the town's; "Cổng TTĐT Cao Bằng" is anybody's
        plainly = bare != text and words(name) != words(province)
        return smallest or (Claim("district", True, name) if plainly else None)
    found = None if plain else _DEPARTMENT.match(text)
    if found:
        return Claim("department", False, text[found.start(1) :].strip()[:80])
    return smallest


def _smallest(text: str, name: str, province: str, plain: bool) -> Claim | None:
    """Returns the claim of the smallest unit that a line names, the district's own before others."""
    return min(_claims(text, words(name), words(province), plain), key=rank, default=None)


def rank(one: Claim) -> tuple[int, bool]:
    """Returns what sorts claims by the size of their units, the district's own before others."""
    return _SIZES[one.office], not one.own


def _claims(text: str, name: Sequence[str], province: Sequence[str], plain: bool) -> list[Claim]:
    kinds = _PLAIN if plain else _ACCENTED
    tokens = [(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text)]
    lower = [token.lower() for token, _, _ in tokens]
    folded = [fold(token) for token in lower]
    capitals = text.upper() == text
    found: list[Claim] = []
    at = 0
    while at < len(tokens):
        length = next((n for n in (2, 1) if tuple(lower[at : at + n]) in kinds and at + n <= len(tokens)), 0)
        if not length:
            at += 1
            continue
        level = kinds[tuple(lower[at : at + length])]
        after = at + length
        own = folded[after : after + len(name)] == list(name)  # "thành phố Hội An"
        if after >= len(tokens) or (lower[after] in _NO_NAME and not own):
            at = after
            continue
        if made := _named(level, tokens, folded, at, after, name, province, plain or capitals, plain):
            found.append(made)
        at = after
    return found


def _named(
    level: str,
    tokens: Sequence[tuple[str, int, int]],
    folded: Sequence[str],
    at: int,
    after: int,
    name: Sequence[str],
    province: Sequence[str],
    caseless: bool,
    plain: bool,
) -> Claim | None:
    """Returns what the words behind a kind name: the district's name, the province's, or another."""
    own = list(folded[after : after + len(name)]) == list(name)
    of_province = list(folded[after : after + len(province)]) == list(province)
    longer = own and _runs_on(tokens, after + len(name), caseless)
    end = after + (len(name) if own else len(province) if of_province else 0)
    if not (own or of_province):
        if plain:  # "co quan chu quan" has two words that were no kind before they lost their marks
            return None
        end = after
        while end < len(tokens) and end - after < _MOST and (caseless or _capital(tokens[end][0])):
            if tuple(folded[end : end + 1]) in _PLAIN or tuple(folded[end : end + 2]) in _PLAIN:
                break
            end += 1
        if end == after:
            return None
    said = " ".join(token for token, _, _ in tokens[at:end])
    if level == "province":
        return Claim("province", False, said)
    if level == "commune":
        return Claim("commune", own and not longer, said)
    if own and not longer:
        return Claim("district", True, said)
    if of_province or " ".join(folded[after:end]) in {" ".join(words(city)) for city in _CENTRAL}:
        return Claim("province", False, said)
    return Claim("other_district", False, said)


def _runs_on(tokens: Sequence[tuple[str, int, int]], at: int, caseless: bool) -> bool:
    """Returns whether a name goes on ("Kỳ Anh Sơn"): a capital follows after a space alone."""
    if caseless or at >= len(tokens) or at == 0:
        return False
    token, start, _ = tokens[at]
    return (
        start - tokens[at - 1][2] == 1
        and _capital(token)
        and not token.isupper()
        and fold(token) not in _STARTS
    )


_STARTS = frozenset(
    {"tinh", "huyen", "thanh", "thi", "xa", "phuong", "cong", "trang", "uy", "ubnd", "hdnd", "dang", "tp"}
)


def _capital(token: str) -> bool:
    return token[:1].isupper() or token.isdigit()

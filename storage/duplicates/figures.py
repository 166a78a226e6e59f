"""Whether two texts of nearly the same words report on different things: by their figures and names.

Numbers, dates, ordinals and the names of places and persons are held against each other where the words
around them are the same. In a copy they differ hardly anywhere; in the report of another year, day or commune
they differ wherever one stands.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

_ROMAN = re.compile(r"[ivxlc]{1,7}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_ORDINAL = frozenset("mot nhat nhi hai ba tu bon nam lam sau bay tam chin muoi".split())
_COUNTED = frozenset("thu khoa lan quy ky dot vong doan hang".split())  # before an ordinal or a Roman number
_STEMS = frozenset("giap at binh dinh mau ky canh tan nham quy".split())
_BRANCHES = frozenset("ty suu dan mao thin ngo mui than dau tuat hoi".split())
_YEARLY = frozenset("nam tet xuan moi dan".split())  # before the name of a lunar year: Tết Giáp Thìn
# A figure after one of these dates or numbers the whole text: another one is another text.
_IDENTITY = frozenset("ngay thang nam quy tuan thu ky khoa lan so sang chieu toi dot".split())
# Words before a name, the words one of which stands before them if any must, and how many words of the name
# count: xã Văn Sơn, thị trấn, phường (not địa phương), thôn (not nông thôn), trường mầm non, đồng chí.
_NAMED: dict[str, tuple[frozenset[str], frozenset[str], int]] = {
    word: (frozenset(after.split()), frozenset(but.split()), width)
    for word, after, but, width in (
        ("xa", "", "cac hop", 2),
        ("phuong", "", "dia doi cac da", 2),
        ("tran", "thi", "", 2),
        ("thon", "", "nong", 2),
        ("xom", "", "", 2),
        ("buon", "", "", 2),
        ("huyen", "tai o", "", 2),
        ("hoc", "tieu", "", 2),
        ("non", "mam", "", 2),
        ("thcs", "", "", 2),
        ("thpt", "", "", 2),
        ("ong", "", "", 3),
        ("ba", "", "ong", 3),
        ("chi", "dong", "", 3),
    )
}
_NONE: frozenset[str] = frozenset()
_NOTICE = 60  # words; in a text so short one number may be all that it says
_SENTENCE = 25  # words; changes further apart are not one correction
_LICENSORS = frozenset("stttt btttt ttdt pttth cbc bc".split())  # after GP in the licence of a web site
_PAIRS = 10_000  # figures of one place compared with one another
_SIGNS = frozenset(_COUNTED | _YEARLY | _NAMED.keys())


class Figure(NamedTuple):
    """A number, date, ordinal or name: `place` is the words around it, `value` its words.

    Digits stand without leading zeros. `identity`: it dates or numbers the text.
    `at` is its word in the text, `title` whether it stands in the first line.
    """

    place: tuple[str, ...]
    value: tuple[str, ...]
    identity: bool
    named: bool
    at: int
    title: bool


Places = Mapping[tuple[str, ...], list[Figure]]


def by_place(lines: Sequence[Sequence[str]]) -> Places:
    """Returns the figures of a text by the words around them; given as the folded words of its lines, title
    first.
    """
    places: defaultdict[tuple[str, ...], list[Figure]] = defaultdict(list)
    start = 0
    for number, line in enumerate(lines):
        if not _imprint(line):
            for figure in _figures(line, start, number == 0):
                places[figure.place].append(figure)
        start += len(line)
    return dict(places)


def look_alike(a: Places, b: Places, words: int = 0) -> bool:
    """Returns whether two similar texts, the shorter of `words` words, report on different things. Symmetric.

    They do where figures differ in both titles, or one that dates or numbers the text (ngày, tháng, năm, số,
    thứ …); where a fair share of the numbers differs in places apart; where one name stands for another in
    all its places, two at least; and in a short notice where half of either differ. A number put right makes
    no other story, wherever it is repeated, nor does a name in one place.
    """
    changed: list[tuple[Figure, Figure]] = []
    same: dict[bool, list[tuple[Figure, Figure]]] = {True: [], False: []}  # names, numbers
    for place in a.keys() & b.keys():
        matched, left, right = _matched(a[place], b[place])
        same[a[place][0].named] += matched
        changed += zip(left, right, strict=False)
    if any(_decisive(one, other) for one, other in changed):
        return True
    numbers = [pair for pair in changed if not pair[0].named]
    names = [pair for pair in changed if pair[0].named]
    values = {frozenset((one.value, other.value)) for one, other in numbers}
    if len(values) > 1 and _apart(numbers) and 4 * len(values) > len(same[False]):
        return True
    kept = {figure.value for pair in same[True] for figure in pair}
    instead: defaultdict[tuple[tuple[str, ...], ...], list[tuple[Figure, Figure]]] = defaultdict(list)
    for one, other in names:
        if not kept & {one.value, other.value}:
            instead[one.value, other.value].append((one, other))
    if any(map(_apart, instead.values())):
        return True
    return words < _NOTICE and any(
        found and len(found) >= len(same[named]) for named, found in ((True, names), (False, numbers))
    )


def strangers(a: Places, b: Places) -> bool:
    """Tells whether two texts name places and persons, days, or years, and none of them in common.
    Symmetric.
    """
    return any(one and other and not one & other for one, other in zip(_named(a), _named(b), strict=True))


def _named(places: Places) -> tuple[set[tuple[str, ...]], ...]:
    """Returns the names of a text, its days (day and month, in digits) and its years."""
    figures = list(chain.from_iterable(places.values()))
    numbers = [figure.value for figure in figures if not figure.named]
    return (
        {figure.value for figure in figures if figure.named},
        {value[:2] for value in numbers if len(value) > 1 and all(map(str.isdigit, value))},
        {(part,) for value in numbers for part in value if _YEAR.fullmatch(part)},
    )


def _imprint(line: Sequence[str]) -> bool:
    """Returns whether a line is a portal's own: Giấy phép số 12/GP-STTTT ngày 3/4/2019, Điện thoại …"""
    return "gp" in line and len(line) < _NOTICE and not _LICENSORS.isdisjoint(line)


def _decisive(one: Figure, other: Figure) -> bool:
    return one.identity or other.identity or (one.title and other.title)


def _apart(changed: Sequence[tuple[Figure, Figure]]) -> bool:
    sides = ([pair[side].at for pair in changed] for side in (0, 1))
    return any(max(side) - min(side) > _SENTENCE for side in sides if side)


def _figures(line: Sequence[str], begin: int, title: bool) -> Iterator[Figure]:
    done = 0
    for at in [n for n, word in enumerate(line) if word in _SIGNS or not word.isalpha()]:
        if at < done:
            continue
        start, width, named = _found(line, at)
        if not width:
            continue
        done = start + width
        value = tuple(part.lstrip("0") or "0" for part in line[start:done])
        before = tuple(part for part in line[max(0, start - 2) : start] if not part.isdigit())
        place = (*before, "@" if named else "#", *line[done : done + 1])
        counted = before[-1:] != () and before[-1] in _IDENTITY
        identity = not named and (counted or value[0].isalpha() or any(map(_YEAR.fullmatch, value)))
        yield Figure(place, value, identity, named, begin + start, title)


def _found(line: Sequence[str], at: int) -> tuple[int, int, bool]:
    """Returns where the figure that a number or sign at `at` tells of begins, how many words it has, if a
    name.
    """
    end = at
    while end < len(line) and any(map(str.isdigit, line[end])):
        end += 1
    if end > at:
        return at, end - at, False  # 26 10 2023
    word, rest = line[at], line[at + 1 : at + 4]
    if word in _COUNTED and rest and (rest[0] in _ORDINAL or _ROMAN.fullmatch(rest[0])):
        return at + 1, 1, False  # khoá XV
    if word in _YEARLY and len(rest) > 1 and rest[0] in _STEMS and rest[1] in _BRANCHES:
        return at + 1, 2, False  # Tết Giáp Thìn
    after, but, width = _NAMED.get(word, (_NONE, _NONE, 0))
    before = line[at - 1] if at else ""
    if width and before not in but and (before in after or not after):
        while width and not all(map(str.isalpha, rest[:width])):
            width -= 1
        return at + 1, min(width, len(rest)), True
    return at, 0, False


def _matched(
    a: list[Figure], b: list[Figure]
) -> tuple[list[tuple[Figure, Figure]], list[Figure], list[Figure]]:
    """Returns the pairs of equal value (26/10 equals 26/10/2023), and those of `a` and of `b` without an
    equal.
    """
    waiting: defaultdict[tuple[str, ...], list[Figure]] = defaultdict(list)
    for figure in reversed(b):
        waiting[figure.value].append(figure)
    matched, left = [], []
    for figure in a:
        if waiting[figure.value]:
            matched.append((figure, waiting[figure.value].pop()))
        else:
            left.append(figure)
    rest = sorted(chain.from_iterable(waiting.values()), key=lambda figure: figure.at)
    if len(left) * len(rest) > _PAIRS:  # two long tables: nobody wrote each of their dates in another way
        return matched, left, rest
    for figure in list(left):
        if match := next((other for other in rest if _equal(figure.value, other.value)), None):
            matched.append((figure, match))
            left.remove(figure)
            rest.remove(match)
    return matched, left, rest


def _equal(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    shorter = min(len(a), len(b))
    if a[:shorter] == b[:shorter]:
        return True
    return shorter == 1 and "".join(a) == "".join(b)  # 1.200 and 1200

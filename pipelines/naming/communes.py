"""Communes that a text names: `kind + name`, lists, then bare names by what stands around them.

A name counts only in the gazetteer of the article's own district (storage.places.named), never in the
country's: "Tân Thành" is 34 communes. A bare name is refused behind the word of a landmark or a person, and
where the district or another one is called so.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from pipelines.naming import context, words
from pipelines.naming.spelling import spelled
from storage.places import named
from storage.places.named import elsewhere, everywhere, gazetteer, meant
from storage.places.tables import Place
from storage.records import Mention

_KINDS = {"x": "xã", "p": "phường", "f": "phường", "t": "thị trấn", "đ": "đặc khu"}
_BEFORE, _BEHIND = 60, 60  # letters around a name that tell what it is


@dataclass(frozen=True, slots=True)
class _Names:
    """The gazetteer of a district for matching: spelling to states, and the spellings of the district itself
    and of its provinces.
    """

    states: dict[str, list[Place]]
    firsts: frozenset[str]  # syllables
    longest: int  # syllables of a name
    numbered: bool
    own: frozenset[str]


class _Kind(NamedTuple):
    """A kind as printed before names: where it begins (with "các") and ends; `kind` is None for several."""

    begins: int
    end: int
    kind: str | None
    many: bool


@dataclass(slots=True)
class _Found:
    """A name in a text: where, which, and what stands around it.

    `begins` is where the kind before it begins, or the name itself. `tied`: a capital word of the same phrase
    stands directly before or behind it. `other`: it is said to be of another district, `own`: of ours.
    """

    start: int
    end: int
    key: str
    begins: int
    kind: str | None = None
    kinded: bool = False
    many: bool = False
    tied: bool = False
    other: bool = False
    own: bool = False
    refused: bool = False
    how: str | None = None


def mentions(texts: Sequence[tuple[str, str]], code: str, since: str, until: str) -> list[Mention]:
    """Returns the communes that an article of the district with `code` names.

    `texts` are its fields and their texts (NFC): title, lead, body. `since` and `until` (ISO days, "" for an
    open beginning) bound the time that the article is of. Empty where no district had the code.
    """
    names = _names(code)
    if names is None:
        return []
    read = [(field, text, _read(text, names, field == "title")) for field, text in texts]
    sure = {one.key for _, _, found in read for one in found if one.how in ("kind", "list")}
    result, known = [], dict[tuple[str, str | None, str], Place | None]()
    for field, _, found in read:
        for one in found:
            again = one.key in sure and not (one.refused or one.tied or one.other or _ambiguous(one, names))
            how = one.how or ("bare" if again else None)
            if how is None:
                continue
            told = (one.key, one.kind, how)
            if told not in known:
                known[told] = _meant(names.states[one.key], one.kind, since, until, how)
            if place := known[told]:
                result.append(Mention(place.place_id, field, one.start, one.end, how))
    return result


def prepare() -> None:
    """Loads what all districts share, for a process that forks others (storage.places.named.prepare)."""
    named.prepare()
    _districts()
    _communes()


def _meant(states: list[Place], kind: str | None, since: str, until: str, how: str) -> Place | None:
    """The state that a name means: of the kind that is printed; of a list, of any where none has that one."""
    if kind:
        same = [place for place in states if place.kind == kind]
        states = same if same or how == "kind" else states
    return meant(states, since, until, ahead=how != "bare")


@lru_cache(maxsize=800)
def _names(code: str) -> _Names | None:
    known = gazetteer(code)
    if known is None:
        return None
    states: defaultdict[str, list[Place]] = defaultdict(list)
    for name, place in known.names:
        states[spelled(name)].append(place)
    longest = max((len(key.split()) for key in states), default=0)
    own = frozenset(map(spelled, known.own))
    firsts = frozenset(key.partition(" ")[0] for key in states)
    return _Names(dict(states), firsts, longest, any(key.isdecimal() for key in states), own)


@lru_cache(maxsize=1)
def _districts() -> frozenset[str]:
    return frozenset(map(spelled, elsewhere()))


@lru_cache(maxsize=1)
def _communes() -> frozenset[str]:
    return frozenset(map(spelled, everywhere()))


_spelled = lru_cache(maxsize=20_000)(spelled)


def _read(text: str, names: _Names, title: bool) -> list[_Found]:
    """Returns the names in a text with the verdict on each."""
    kinds = {one.end: one for one in sorted(_kinds(text), key=lambda one: -one.begins)}  # "xã, phường" is one
    found = list(_in_runs(text, names, kinds))
    starts = {one.start for one in found}
    for kind in sorted(kinds.values()):
        if kind.end not in starts:
            more = [one for one in _behind_kind(text, kind, names) if one.start not in starts]
            starts |= {one.start for one in more}
            found += more
    found.sort(key=lambda one: one.start)
    for one in found:
        _look(text, one, names)
    _list(text, found)
    _runs(text, found, names)
    for one in found:
        if one.how is None and not (one.refused or one.tied or one.other or _ambiguous(one, names)):
            one.how = "bare" if one.own or _told(text, one, title) else None
    cells = [one for one in found if not (one.refused or one.tied or one.other) and _in_cell(text, one)]
    if len(cells) > 1:
        for one in cells:
            one.how = one.how or "bare"
    return found


def _in_runs(text: str, names: _Names, kinds: dict[int, _Kind]) -> Iterator[_Found]:
    """Yields the names of the gazetteer among the words with capitals, the longest at each place."""
    for run in context.RUN.finditer(text):
        printed = run.group()
        parts = printed.replace("\u00a0", " ").split(" ")
        firsts = [_spelled(part) in names.firsts for part in parts]
        if not any(firsts):
            continue
        at, offset = 0, run.start()
        while at < len(parts):
            size, key = _longest(parts, at, names) if firsts[at] else (1, "")
            end = offset + sum(map(len, parts[at : at + size])) + size - 1
            if key:
                one = _Found(
                    offset,
                    end,
                    key,
                    offset,
                    tied=parts[at + size : at + size + 1] != [] and not parts[at + size].isdecimal(),
                )
                if offset in kinds:
                    _behind(one, kinds[offset])
                elif at and not words.starts(text[run.start() : offset]):
                    one.tied = True
                yield one
            offset, at = end + 1, at + size


def _longest(parts: Sequence[str], at: int, names: _Names) -> tuple[int, str]:
    """Returns how many of `parts` from `at` on are a name, and which; 1 and nothing where none is."""
    for size in range(min(names.longest, len(parts) - at), 0, -1):
        key = _spelled(" ".join(parts[at : at + size]))
        if key in names.states and not key.isdecimal():
            return size, key
    return 1, ""


def _kinds(text: str) -> Iterator[_Kind]:
    """Yields the kinds that a text prints. Looking for words is quicker than one expression for all."""
    for word in context.KIND_WORDS:
        at = text.find(word)
        while at >= 0:
            match = context.KIND.match(text, at)
            if match and (kind := _printed_kind(text, match)):
                yield kind
            at = text.find(word, at + 1)


def _printed_kind(text: str, match: re.Match[str]) -> _Kind | None:
    """The kind that `match` found; None where it is a part of another word: thị xã, hợp tác xã."""
    start = match.start()
    if start and (text[start - 1].isalnum() or text[start - 1] == "_"):
        return None
    before = text[max(0, start - 12) : start].lower().split()
    if match["word"] and before and before[-1] in ("thị", "tác"):
        return None
    many = bool(before) and (before[-1] in context.MANY or before[-1].isdecimal())
    kind = None if match["mixed"] else _KINDS[(match["word"] or match["short"])[0].lower()]
    return _Kind(
        start - (len(before[-1]) + 1 if many else 0), match.end(), kind, many or bool(match["mixed"])
    )


def _behind(one: _Found, kind: _Kind) -> None:
    one.begins, one.kinded, one.kind, one.many = kind.begins, True, kind.kind, kind.many


def _behind_kind(text: str, kind: _Kind, names: _Names) -> Iterator[_Found]:
    """Yields numbers behind a kind, and a name whose later syllables are small."""
    at = kind.end
    if names.numbered and (
        numbers := (context.MANY_NUMBERS if kind.many else context.NUMBERS).match(text, at)
    ):
        for number in re.finditer(r"(?<!\d)0?([1-9]\d?)(?!\d)", numbers.group()):
            if number[1] in names.states:
                one = _Found(at + number.start(), at + number.end(), number[1], at + number.start())
                _behind(one, kind)
                one.how = None if number.start() == 0 else "list"
                yield one
    elif small := context.SMALL.match(text, at):
        parts = list(re.finditer(r"\S+", small.group()))
        for size in range(min(names.longest, len(parts)), 1, -1):
            key = _spelled(small.group()[: parts[size - 1].end()])
            if key in names.states and key not in context.WORDS:
                one = _Found(at, at + parts[size - 1].end(), key, at)
                _behind(one, kind)
                yield one
                return


def _look(text: str, one: _Found, names: _Names) -> None:
    """Finds out what stands directly before and behind a name."""
    line = text.rfind("\n", 0, one.begins) + 1
    first = max(line, one.begins - _BEFORE)
    before = text[first : one.begins]
    behind = text[one.end : one.end + _BEHIND]
    match = context.OF_DISTRICT.match(behind)
    if match and match["name"]:
        one.own = _is_own(match["name"], names)
        one.other = not one.own
    elif match := context.OF_NAME.match(behind):
        printed = match["name"] or match["second"] or match["third"]
        one.own = _is_own(printed, names)
        key = _spelled(printed)
        one.other = not one.own and key in _districts() and key not in names.states
    small = before.lower()
    upper = any(kind in small for kind in context.UPPER)
    near = context.OF_DISTRICT_BEFORE.search(before) if upper else None
    if near and not one.own and (near["joint"] not in (None, ",") or near["at"]):
        one.other = one.other or not _is_own(near["name"], names)
    if one.kinded:
        following = context.NEXT.match(behind)
        if following and _spelled(f"{text[one.start : one.end]} {following['word']}") in _communes():
            one.other = True
    elif words.landmark(before) or words.person(before):
        one.refused = not words.leads_in(before)


def _is_own(printed: str, names: _Names) -> bool:
    """Whether a name that goes on with other words begins with that of the district or of its province."""
    parts = printed.split()
    return any(_spelled(" ".join(parts[:size])) in names.own for size in range(len(parts), 0, -1))


def _list(text: str, found: list[_Found]) -> None:
    """Takes names behind their kinds, and those that go on the list; a district behind it is that of all."""
    last: _Found | None = None
    chain: list[_Found] = []
    for one in found:
        if one.kinded and one.how is None:
            one.how, chain = "kind", [one]
        elif last is not None and not one.refused and (one.how == "list" or _goes_on(text, last, one)):
            one.how, one.kind, one.many = "list", one.kind or last.kind, last.many
            chain.append(one)
        else:
            last = None
            continue
        last = one
        if one.other and not context.BRACKET.match(text[one.end : one.end + 2].strip()):
            for each in chain:
                each.other = True
    for one in found:
        if one.other:
            one.how = None


def _goes_on(text: str, last: _Found, one: _Found) -> bool:
    gap = text[last.end : one.start]
    if one.tied or len(gap) > 120:
        return False
    return bool(
        context.LIST_GAP.fullmatch(gap) or (last.many and len(gap) < 90 and context.LINES_GAP.fullmatch(gap))
    )


def _runs(text: str, found: list[_Found], names: _Names) -> None:
    """Takes two or more bare names in a row, unless the first is that of a landmark or a person."""
    chain: list[_Found] = []
    for one in [*found, None]:
        if one and chain and context.RUN_GAP.fullmatch(text, chain[-1].end, one.begins):
            chain.append(one)
            continue
        if len(chain) > 1 and chain[0].refused:
            for each in chain:
                each.refused = each.refused or each.how is None
        clear = [each for each in chain if not (each.refused or each.tied or each.other)]
        if len(clear) > 1 and any(not _ambiguous(each, names) for each in clear):
            for each in clear:
                each.how = each.how or ("bare" if each.key not in names.own else None)
        chain = [one] if one else []


def _ambiguous(one: _Found, names: _Names) -> bool:
    """Whether the district, a province or another district is called so, too."""
    return one.key in names.own or one.key in _districts()


def _told(text: str, one: _Found, title: bool) -> bool:
    """Whether what stands around one bare name says that it is a commune's."""
    first = max(0, one.start - _BEFORE)
    before, behind = text[first : one.start], text[one.end : one.end + _BEHIND]
    if words.leads_in(before.rpartition("\n")[2]):
        return True
    if _in_cell(text, one):
        return True
    if context.LINE_BEGINS.search(before) and context.COLON.match(behind):
        return True
    if context.BRACKET.search(before) and context.BRACKET_ENDS.match(behind):
        return True
    return bool(title and context.IN_TITLE.search(before) and context.PREDICATE.match(behind))


def _in_cell(text: str, one: _Found) -> bool:
    """Whether a name fills a cell of a table, numbers beside it apart."""
    if "|" not in text:
        return False
    before, behind = text[max(0, one.start - _BEFORE) : one.start], text[one.end : one.end + _BEHIND]
    return bool(context.CELL.search(before) and context.CELL_ENDS.match(behind))

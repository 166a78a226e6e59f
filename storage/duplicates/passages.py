"""Whether one text is the other as an editor left it: whole sentences cut or added, the rest word for word.

Texts that share less than a copy does word for word are looked at so: what they share must stand in passages
of a sentence's length, not in scraps between other names and numbers, as in a template filled in twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

PASSAGE = 8  # words in a row that are alike: most sentences are longer, scraps of a template are shorter
_KEY = 4  # words by which a passage is found
_PLACES = 16  # of a key in the longer text that are tried; a refrain has more


def covered(shorter: Sequence[str], longer: Sequence[str]) -> float:
    """Returns the share of the words of `shorter` that stand in passages of `longer`, 0 to 1, in whatever
    order.
    """
    places: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for at in range(len(longer) - _KEY + 1):
        found = places[tuple(longer[at : at + _KEY])]
        if len(found) < _PLACES:
            found.append(at)
    at = shared = 0
    while at + _KEY <= len(shorter):
        run = max(
            (_run(shorter, at, longer, p) for p in places.get(tuple(shorter[at : at + _KEY]), ())), default=0
        )
        if run >= PASSAGE:
            shared += run
        at += run if run >= PASSAGE else 1
    return shared / len(shorter) if shorter else 0.0


def _run(a: Sequence[str], at: int, b: Sequence[str], place: int) -> int:
    length = 0
    for one, other in zip(a[at:], b[place:], strict=False):
        if one != other:
            break
        length += 1
    return length

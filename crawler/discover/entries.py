"""Which links of a listing stand dated: an entry is the smallest node with a link and a date of its own.

Beside the article an entry links its category, its author, its tags. Those come back in other entries, or
stand at places whose texts are shorter; so a title of two words is told from a category of five.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from statistics import mean
from typing import Any, NamedTuple

from crawler.discover.places import Place

_DAY = re.compile(
    r"\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{2}(?:\d{2})?(?!\d)|(?<!\d)\d{4}-\d{1,2}-\d{1,2}"
    r"|\d{1,2}\s+th[aá]ng\s+(?:\d{1,2}|[^\W\d]+(?:\s[^\W\d]+)?),?\s+(?:n[aă]m\s+)?\d{4}"
    r"|\d{1,2}(?:st|nd|rd|th)?\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?\s+\d{4}"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}",
    re.I,
)
_LABEL = 40  # letters beside a date: "Được đăng bởi Ban biên tập vào thứ hai"; a summary has more
_LEVELS = 6  # from a link to the node around its entry
_DATES = 3  # of one entry: published, changed, and once more as a label
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_OUTSIDE = ("body", "html", "main")


class Standing(NamedTuple):
    """A link as it stands on a page: where it leads (canonical), and its `address` as the page wrote it."""

    target: str
    text: str
    element: Any
    place: Place
    address: str


def dated(links: Sequence[Standing]) -> set[str]:
    """Returns the targets of those of a page's `links` that are the articles of its dated entries."""
    if not links:
        return set()
    dates = _dates(links[0].element.getroottree().getroot())
    if not dates:
        return set()
    found = _entries(links, dates)
    common = _common(found)
    found = [(one, node) for one, node in found if (one.place, one.target) not in common]
    outer = _outermost(found)
    score = _scores([one for one, _ in found])
    winners: dict[Any, Standing] = {}
    for one, node in outer:
        best = winners.get(node)
        if best is None or (score[one.place], len(one.text)) > (score[best.place], len(best.text)):
            winners[node] = one
    same = Counter(one.place for one in winners.values())
    return {one.target for one in winners.values() if same[one.place] > 1 or _in_heading(one.element)}


def _dates(root: Any) -> Counter[Any]:
    """Returns how many dates stand in each node, up to _LEVELS levels around them."""
    counts: Counter[Any] = Counter()
    for node in root.iter("*"):
        if node.tag in ("script", "style"):
            continue
        own = [node] if _is_date(node.text) or (node.tag == "time" and node.get("datetime")) else []
        around = node.getparent()
        own += [around] if around is not None and _is_date(node.tail) else []
        for holder in own:
            inner = holder
            for _ in range(_LEVELS + 1):
                if inner is None or inner.tag in _OUTSIDE:
                    break
                counts[inner] += 1
                inner = inner.getparent()
    return counts


def _is_date(text: str | None) -> bool:
    if not text or len(text) > 120 or not (match := _DAY.search(text)):
        return False
    return sum(map(str.isalpha, text)) - sum(map(str.isalpha, match.group())) <= _LABEL


def _entries(links: Sequence[Standing], dates: Counter[Any]) -> list[tuple[Standing, Any]]:
    """Returns links and the node of their entry: no other link of the same place stands in it."""
    shared: dict[tuple[Any, Place], set[str]] = defaultdict(set)
    for one in links:
        for node in _around(one.element):
            shared[node, one.place].add(one.target)
    found: dict[tuple[str, Place, Any], Standing] = {}
    for one in links:
        for node in _around(one.element):
            if len(shared[node, one.place]) > 1 or dates[node] > _DATES:
                break
            if dates[node]:
                found.setdefault((one.target, one.place, node), one)
                break
    return [(one, node) for (_, _, node), one in found.items()]


def _common(found: Sequence[tuple[Standing, Any]]) -> set[tuple[Place, str]]:
    """Returns the links that come back in entries of their kind, so what those have in common: category,
    author, tag.

    An article may stand in two boxes of a page, and twice in one entry: its picture and its title.
    """
    nodes: dict[tuple[Place, str], set[Any]] = defaultdict(set)
    for one, node in found:
        nodes[one.place, one.target].add(node)
    times = {
        key: sum(1 for node in own if own.isdisjoint(node.iterancestors())) for key, own in nodes.items()
    }
    targets = Counter(place for place, _ in times)
    back = Counter(place for (place, _), count in times.items() if count > 1)
    return {
        (place, target)
        for (place, target), count in times.items()
        if count > 2 or (count == 2 and 2 * back[place] > targets[place])
    }


def _around(element: Any) -> Iterable[Any]:
    node = element
    for _ in range(_LEVELS + 1):
        if node is None or node.tag in _OUTSIDE:
            return
        yield node
        node = node.getparent()


def _outermost(found: Sequence[tuple[Standing, Any]]) -> list[tuple[Standing, Any]]:
    """Returns links and the outermost entry around them; a node with two entries of a kind is none."""
    inside: dict[Any, Counter[Place]] = defaultdict(Counter)
    nodes = {node for _, node in found}
    for one, node in found:
        for around in node.iterancestors():
            if around in nodes:
                inside[around][one.place] += 1
    boxes = {node for node, places in inside.items() if max(places.values()) > 1}
    outer = []
    for one, node in found:
        if node in boxes:
            continue
        last = node
        for around in node.iterancestors():
            if around in nodes and around not in boxes:
                last = around
        outer.append((one, last))
    return outer


def _scores(links: Iterable[Standing]) -> dict[Place, tuple[bool, float]]:
    """Returns how much the links of a place are like titles: in headings, and by their words."""
    places: dict[Place, list[Standing]] = defaultdict(list)
    for one in links:
        places[one.place].append(one)
    return {
        place: (
            2 * sum(_in_heading(one.element) for one in ones) > len(ones),
            mean(len(one.text.split()) for one in ones),
        )
        for place, ones in places.items()
    }


def _in_heading(element: Any) -> bool:
    around = next(element.iterancestors(*_HEADINGS), None)
    return around is not None or next(element.iter(*_HEADINGS), None) is not None

"""Where a link stands in the markup of its page: in a menu, or in a list of its like.

A menu is told by its tag, by its class or id, or by many short links. A name on a wrapper that holds the
content, too (`has-main-navigation` on <body>), makes no menu.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from lxml import etree

Place = tuple[str, ...]  # tags and classes of the nodes around a link, the nearest first
MENU: Place = ("menu",)
_NEAREST = 8  # nodes of a place
_NAME = re.compile(
    r"(?:^|[\s_-])(?:\w{0,8}menu\w{0,8}|(?:top|main|left|right|sub|site)?nav|navbar|navigation|footer|chan(?:-?trang)?"
    r"|breadcrumbs?|topbar|pagination|pager|page-?list)(?:[\s_-]|$)",
    re.I,
)
# Numbers that tell one entry from the next; those of a grid (col-md-8) tell its columns apart.
_NUMBER = re.compile(r"\b(post|item|node|entry|article|news|id|tin|bai)([-_]?)\d+|\d{3,}", re.I)
_HEADLINE = 9  # words of a link's text that no menu, label or button has
_PROSE = 20  # words of a page beside its labels, from which on half of them tell where its content stands
_text = etree.XPath("string()", smart_strings=False)
_UNSEEN = ("script", "style", "noscript", "template", "select")


class Places:
    """The places of the nodes of one page."""

    def __init__(self) -> None:
        self._known: dict[Any, Place] = {}
        self._prose: Mapping[Any, int] | None = None
        self._nodes: list[Any] = []  # keeps the keys of _prose alive

    def of(self, node: Any) -> Place:
        """Returns the place of what stands in `node`; MENU where that, or a node around it, is a menu."""
        known, way = self._known, []
        while node is not None and node not in known:
            way.append(node)
            node = node.getparent()
        place = known[node] if node is not None else ()
        for inner in reversed(way):
            name = inner.get("class") or ""
            if place == MENU or self._menu(inner, name):
                place = MENU
            else:
                place = (f"{inner.tag}.{_kind(name)}", *place[: _NEAREST - 1])
            known[inner] = place
        return place

    def _menu(self, node: Any, name: str) -> bool:
        if node.tag == "nav":
            return True
        if node.tag == "footer" and next(node.iterancestors("article", "main"), None) is None:
            return not self._wide(node)
        return (_named(name) or _named(node.get("id") or "")) and not self._wide(node)

    def _wide(self, node: Any) -> bool:
        """Whether a node holds the content of its page, and not only a menu."""
        if node.tag in ("body", "html", "main", "article"):
            return True
        if next(node.iter("main", "article"), None) is not None:
            return True
        prose = self._words(node)
        whole = prose.get(node.getroottree().getroot(), 0)
        return whole >= _PROSE and 2 * prose.get(node, 0) > whole

    def _words(self, node: Any) -> Mapping[Any, int]:
        """Returns the words below each node of the page that are no labels: prose, and links as long."""
        if self._prose is None:
            self._nodes = list(node.getroottree().getroot().iter("*"))
            found = dict.fromkeys(self._nodes, 0)
            for one in reversed(self._nodes):  # what is inside comes before what is around it
                if one.tag in _UNSEEN:
                    found[one] = 0
                elif one.tag == "a":
                    words = len(_text(one).split())
                    found[one] = words if words >= _HEADLINE else 0
                else:
                    found[one] += len((one.text or "").split())
                parent = one.getparent()
                if parent is not None:
                    found[parent] += found[one] + len((one.tail or "").split())
            self._prose = found
        return self._prose


@lru_cache(maxsize=4_096)
def _kind(name: str) -> str:
    """Returns a class without the numbers that only tell one entry from the next: post-184."""
    return _NUMBER.sub(r"\1\2#", name)


@lru_cache(maxsize=4_096)
def _named(name: str) -> bool:
    return bool(_NAME.search(name))

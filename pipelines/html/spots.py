"""Places in a template: the boxes that an element stands in, by name, the same on every page of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import html

from storage.articles.block_keys import BODY, SPOT, spot_key

_DIGITS = re.compile(r"\d+")
_DEPTH = 4  # boxes with a name; those around them are the page


def path_of(element: html.HtmlElement) -> str:
    """Returns the place of `element` as `tag.class` of it and of the boxes with a name around it, from inside
    out; "" where none has a name. Numbers are left out, and all names of an element but its first.
    """
    own = _name(element)
    around = [name for box in element.iterancestors() if (name := _name(box)) and box.tag != "body"][:_DEPTH]
    return " < ".join([f"{element.tag}{own}", *around]) if own or around else ""


def body_key(element: html.HtmlElement) -> tuple[str, str] | None:
    """Returns the key and the path of a node that holds an article's text; None where it has no name of its
    own.
    """
    path = path_of(element) if _name(element) else ""
    return (spot_key(BODY, path), path) if path else None


def link_key(element: html.HtmlElement) -> str:
    """Returns the key of the place of a line that is a link; "" where it has none."""
    path = path_of(element)
    return spot_key(SPOT, path) if path else ""


def at(scope: html.HtmlElement, keys: frozenset[str]) -> Iterator[html.HtmlElement]:
    """Yields the elements under `scope` whose place has one of `keys` (body_key)."""
    for element in scope.iter("div", "section", "article", "td", "main", "span"):
        if _name(element) and (found := body_key(element)) is not None and found[0] in keys:
            yield element


def _name(element: html.HtmlElement) -> str:
    name = (element.get("class") or "").split()[:1] or (element.get("id") or "").split()[:1]
    bare = _DIGITS.sub("", name[0]) if name else ""
    return f".{bare}" if bare else ""

"""XPaths of a family or of the registry, asked of a page: what they find, and what they cut."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain

from lxml import etree, html

from storage.text import visible

CUT = "huyen-cut"  # the attribute of an element whose content was cut (pipelines.boilerplate): how many
# elements with a class stood in it, and its number


@lru_cache(maxsize=512)
def compiled(xpath: str) -> etree.XPath:
    """Returns `xpath`, compiled once. Raises XPathSyntaxError where it is none."""
    return etree.XPath(xpath)


def holding(tree: html.HtmlElement, parts: Mapping[str, re.Pattern[str]]) -> list[html.HtmlElement]:
    """Returns the elements below `tree`, in their order, with an attribute in which its pattern of `parts`
    finds something.

    Each value is looked at once: a page repeats its classes, and an XPath would test them at every element.
    """
    found: list[list[html.HtmlElement]] = []
    for name, part in parts.items():
        values = {v for v in {*_values(name)(tree)} if part.search(v)}
        if values:
            found.append([e for e in compiled(f"descendant::*[@{name}]")(tree) if e.get(name) in values])
    if len(found) < 2:
        return found[0] if found else []
    wanted = {*chain.from_iterable(found)}
    return [e for e in tree.iter() if e in wanted]


@cache
def _values(attribute: str) -> etree.XPath:
    return etree.XPath(f"descendant::*/@{attribute}", smart_strings=False)


def select(tree: html.HtmlElement, xpaths: Iterable[str]) -> list[html.HtmlElement]:
    """Returns the elements that the first matching XPath of `xpaths` finds; empty where none does."""
    for xpath in xpaths:
        found = [e for e in compiled(xpath)(tree) if isinstance(e, etree._Element)]
        if found:
            return found
    return []


def select_text(tree: html.HtmlElement, xpaths: Iterable[str]) -> str | None:
    """Returns the visible text of the first non-empty match (element, attribute or text node)."""
    for xpath in xpaths:
        for found in compiled(xpath)(tree):
            text = visible(" ".join(found.itertext()) if isinstance(found, etree._Element) else str(found))
            if text:
                return text
    return None


def trim(node: html.HtmlElement, prune: Sequence[str]) -> None:
    """Drops what the family names as furniture; text that follows a dropped element stays."""
    for xpath in prune:
        for element in compiled(xpath)(node):
            if (
                isinstance(element, etree._Element)
                and element is not node
                and element.getparent() is not None
            ):
                _drop(element)


def _drop(element: html.HtmlElement) -> None:
    """Takes an element out of its tree; the text behind it stays."""
    parent, before = element.getparent(), element.getprevious()
    if element.tail:
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)

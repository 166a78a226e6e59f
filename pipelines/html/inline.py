"""The text of an element in one line as a reader sees it: no scripts, nothing hidden, raised figures told
apart.

Markup sets "38⁰C" as 38<sup>0</sup>C. Read plainly, that is 380 degrees.
"""

from __future__ import annotations

import re

from lxml import html

from pipelines.html.hidden import is_hidden
from storage.text import visible

SKIPPED = frozenset(
    "script style noscript template select textarea button svg object canvas map head title input audio video"
    " datalist progress meter option rt rp".split()
)
_RAISED = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_LOWERED = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
_FIGURES = re.compile(r"^\s*[+-]?\d{1,3}\s*$")
_DEGREE = re.compile(r"^\s*[0oOº°]\s*$")
_BY_STYLE = re.compile(r"vertical-align\s*:\s*(super|sub)\b", re.I)
_BREAKS = frozenset(["br", "p", "div", "li", "tr", "td", "th"])


def shift_of(element: html.HtmlElement) -> str:
    """Returns "sup" or "sub" where an element is set above or below its line, else ""."""
    if element.tag in ("sup", "sub"):
        return str(element.tag)
    style = element.get("style")
    found = _BY_STYLE.search(style) if style else None
    return "" if found is None else "sup" if found.group(1).lower() == "super" else "sub"


def shifted(text: str, before: str, shift: str) -> str:
    """Returns `text` as it is read above or below the line behind `before`.

    Behind a figure it gets letters of its own ("10⁶", "38°"); behind a unit or a formula it stays plain, as
    everybody types it ("m2", "CO2").
    """
    last = before[-1:] if before == before.rstrip() else ""
    if shift == "sup" and _DEGREE.match(text) and before.rstrip()[-1:].isdigit():
        return "°"
    if _FIGURES.match(text) and (last.isdigit() or last in ")]"[: len(last)]) and last:
        return text.strip().translate(_RAISED if shift == "sup" else _LOWERED)
    return text


def inline_text(element: html.HtmlElement) -> str:
    """Returns the visible text of an element in one line; elements inside a word do not part it."""
    parts: list[str] = []
    stack: list[tuple[html.HtmlElement, bool]] = [(element, False)]
    while stack:
        node, closing = stack.pop()
        if closing:
            if node.tag in _BREAKS:
                parts.append(" ")
            if node is not element and node.tail:
                parts.append(node.tail)
            continue
        if node is not element and (not isinstance(node.tag, str) or node.tag in SKIPPED or is_hidden(node)):
            parts.append(node.tail or "")
            continue
        if node.tag in _BREAKS:
            parts.append(" ")
        shift = shift_of(node)
        if shift:
            parts.append(shifted("".join(node.itertext()), "".join(parts[-3:]), shift))
            parts.append(node.tail or "" if node is not element else "")
            continue
        parts.append(node.text or "")
        stack.append((node, True))
        stack.extend((child, False) for child in reversed(node))
    return visible("".join(parts))

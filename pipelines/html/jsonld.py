"""The JSON-LD of a page (schema.org), also where a template broke it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import html

MAX_SCRIPT = 500_000  # letters of one script that are parsed; a page's own entry takes a few thousand
MAX_NODES = 5_000  # objects of a graph that are looked at
_OPENING = re.compile(r"^[\s\ufeff]*(?:(?:<!--|//|/\*|<!\[CDATA\[|\*/)[\s\ufeff]*)+")
_CLOSING = ("-->", "//", "/*", "]]>", "*/")
_STRING = r'"(?:[^"\\]|\\(?:.|\Z))*(?:"|\Z)'  # one without an end goes to the end: it is looked for once
_COMMENT = re.compile(rf"({_STRING})|/\*.*?(?:\*/|\Z)|//[^\n]*", re.S)
_COMMA = re.compile(rf"({_STRING})|,(?=\s*[}}\]])", re.S)
_BAD_ESCAPE = re.compile(r'\\(?!["\\/bfnrtu])|\\u(?![0-9a-fA-F]{4})')
_BETWEEN = re.compile(r"[\s,;]*")
# What dates, names and tells apart an entry, read from a script that no repair makes JSON.
_PAIR = re.compile(
    r'"(@type|@id|headline|name|url|datePublished|dateCreated|dateModified|author)"\s*:\s*"((?:[^"\\\n]|\\.){1,500})"'
)
_DECODER = json.JSONDecoder(strict=False)


def entries(tree: html.HtmlElement) -> Iterator[dict[str, Any]]:
    """Yields every object of every JSON-LD script of `tree`, the outer before the inner; never raises.

    Mended: comments, CDATA and comment marks around, trailing commas, wrong escapes, a byte-order mark,
    several objects in a row. Of a script that stays broken (a quotation mark inside a text) one flat object
    is read, with the keys that stand in it once.
    """
    count = 0
    for script in tree.iter("script"):
        if not script.text or "ld+json" not in script.get("type", "").lower():
            continue
        stack = parsed(script.text[:MAX_SCRIPT])[::-1]
        while stack and (count := count + 1) < MAX_NODES:
            node = stack.pop()
            if isinstance(node, dict):
                yield node
                stack.extend(reversed([child for child in node.values() if isinstance(child, dict | list)]))
            elif isinstance(node, list):
                stack.extend(reversed(node))


def parsed(text: str) -> list[Any]:
    """Returns the JSON values that `text` holds, mended where it must be; [] where nothing can be read."""
    text = _unclosed(_OPENING.sub("", text)).strip("\ufeff \n\t\r;")
    try:
        return [json.loads(text, strict=False)]
    except (ValueError, RecursionError):
        pass
    text = _COMMENT.sub(lambda match: match[1] or " ", text)
    text = _COMMA.sub(lambda match: _BAD_ESCAPE.sub(r"\\\\", match[1]) if match[1] else "", text)
    values: list[Any] = []
    at = 0
    try:
        while at < len(text) and len(values) < MAX_NODES:
            value, at = _DECODER.raw_decode(text, at)
            values.append(value)
            at = _BETWEEN.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing, too
    except (ValueError, RecursionError):
        values += _salvaged(text[at:])
    return values


def _unclosed(text: str) -> str:
    """Returns `text` without the comment marks, semicolons and space at its end; linear in their number."""
    end = len(text)
    while end:
        if text[end - 1].isspace() or text[end - 1] == ";":
            end -= 1
        elif mark := next((mark for mark in _CLOSING if text.endswith(mark, 0, end)), ""):
            end -= len(mark)
        else:
            break
    return text[:end]


def _salvaged(text: str) -> list[dict[str, str]]:
    """One object of the pairs of a broken script whose key stands there once, or with one value only."""
    values: dict[str, set[str]] = {}
    for key, value in _PAIR.findall(text):
        values.setdefault(key, set()).add(value)
    entry = {key: found.pop() for key, found in values.items() if len(found) == 1}
    return [entry] if entry else []

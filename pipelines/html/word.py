"""What Word leaves in the markup of a text that was pasted from it, and no author ever wrote."""

from __future__ import annotations

import re

_LONGEST = b"{0,60000}?"
_SETTINGS = rb"\bNormal\s+0\s+(?:\d+\s+)?(?:(?:false|true)\s+){3}"
# Each with a word that stands in whatever it cuts: a search for that costs a hundredth of the pattern.
_GARBAGE = tuple(
    (sign, re.compile(pattern, re.S))
    for sign, pattern in (
        # conditional comments, escaped
        (b"[endif]", rb"&lt;!--\s*\[if\b." + _LONGEST + rb"\[endif\]\s*--&gt;"),
        (b"&lt;!--", rb"&lt;!--\s*(?:/\*|@|\w+\.Mso)[^<]*?--&gt;"),  # style sheets in escaped comments
        # data for Word outside of any comment
        (b"<xml", rb"<xml\b[^<>]*>\s*<[wo]:." + _LONGEST + rb"</xml>"),
        # style sheets as text
        (b" Definitions", rb"/\*\s*(?:Style|Font) Definitions\s*\*/[^<>]*\{[^<>]*\}"),
        # settings as text: view, zoom and what follows, to the name of the browser
        (b"InternetExplorer4", _SETTINGS + rb"[\w\s-]{0,80}?MicrosoftInternetExplorer4"),
        (b"X-NONE", _SETTINGS + rb"[\w\s-]{0,40}?X-NONE(?:\s+X-NONE)?"),
        (b"behavior:", rb"st1\\?:\*\s*\{\s*behavior:[^<>{}]*\}"),
    )
)


def has_word(source: bytes) -> bool:
    """Returns whether the markup holds a word of what `without_word` cuts."""
    return any(sign in source for sign, _ in _GARBAGE)


def without_word(source: bytes) -> bytes:
    """Returns the UTF-8 markup `source` without Word's settings, style sheets and conditional comments as
    text.
    """
    for sign, pattern in _GARBAGE:
        if sign in source:
            source = pattern.sub(b" ", source)
    return source

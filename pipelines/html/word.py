"""What Word leaves in the markup of a text that was pasted from it, and no author ever wrote."""

from __future__ import annotations

import re

_LONGEST = b"{0,60000}?"
_GARBAGE = re.compile(
    rb"|".join(
        (
            rb"&lt;!--\s*\[if\b." + _LONGEST + rb"\[endif\]\s*--&gt;",  # conditional comments, escaped
            rb"&lt;!--\s*(?:/\*|@|\w+\.Mso)[^<]*?--&gt;",  # style sheets in escaped comments
            rb"<xml\b[^<>]*>\s*<[wo]:." + _LONGEST + rb"</xml>",  # data for Word outside of any comment
            rb"/\*\s*(?:Style|Font) Definitions\s*\*/[^<>]*\{[^<>]*\}",  # style sheets as text
            # settings as text: view, zoom and what follows, to the name of the browser
            (
                rb"\bNormal\s+0\s+(?:\d+\s+)?(?:(?:false|true)\s+){3}(?:[\w\s-]{0,80}?"
                rb"MicrosoftInternetExplorer4|[\w\s-]{0,40}?X-NONE(?:\s+X-NONE)?)"
            ),
            rb"st1\\?:\*\s*\{\s*behavior:[^<>{}]*\}",
        )
    ),
    re.S,
)
_SIGNS = (b"mso", b"Mso", b"<xml", b"InternetExplorer4", b"X-NONE", b"st1")


def without_word(source: bytes) -> bytes:
    """Returns the UTF-8 markup `source` without Word's settings, style sheets and conditional comments as
    text.
    """
    return _GARBAGE.sub(b" ", source) if any(sign in source for sign in _SIGNS) else source

"""Texts as the archive keeps them: one line, entities that a portal encoded twice resolved."""

from __future__ import annotations

import html as entities
import re

from storage.text import visible

_ENTITY = re.compile(r"&(?:#\d{2,7}|#x[0-9a-f]{2,6}|[a-z]{2,8}\d?);", re.I)


def plain(text: str) -> str:
    """Returns one line of NFC text; entities that the portal encoded twice ("&amp;#225;") are resolved."""
    return visible(entities.unescape(text)) if _ENTITY.search(text) else visible(text)

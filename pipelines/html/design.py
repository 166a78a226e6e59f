"""The template of a page as a short signature: pages of one template have like ones.

One-permutation min-hashing (Li, Owen, Zhang 2012) of its boxes that have a name.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from itertools import islice
from zlib import crc32

from lxml import html

_TEMPLATES = frozenset("header footer nav main aside".split())  # no author writes them
BOXES = (*_TEMPLATES, *"div section article ul ol table form h1 h2 time span".split())
_DIGITS = re.compile(r"\d+")
_BUCKETS = 32
MOST = 1_500  # boxes looked at
_LEAST = 3  # boxes that have a name; a page with fewer tells nothing of its template


def name_of(box: html.HtmlElement) -> str:
    """Returns the tag of a box and its names, "" where it has none and its tag says nothing."""
    return _name(box.tag, box.get("class"), box.get("id"))


@lru_cache(maxsize=4096)  # the pages of a portal share nearly all
def _name(tag: str, classes: str | None, own: str | None) -> str:
    names = f"{classes or ''} {own or ''}".strip()
    return f"{tag} {_DIGITS.sub('', names)}" if names or tag in _TEMPLATES else ""


@lru_cache(maxsize=4096)
def _hashed(name: str) -> tuple[int, int]:
    rest, bucket = divmod(crc32(name.encode("utf-8", "replace")), _BUCKETS)
    return bucket, rest


def design_of(root: html.HtmlElement, more: Collection[str] = ()) -> str:
    """Returns the signature of the page whose body is `root`: two hex digits a bucket ("00": empty).

    It is "" for a page without names. Numbers in names are left out. `more`: names of boxes that were cut.
    """
    found = {name for box in islice(root.iter(*BOXES), MOST) if (name := name_of(box))}
    found.update(more)
    if len(found) < _LEAST:
        return ""
    least: dict[int, int] = {}
    for name in found:
        bucket, rest = _hashed(name)
        least[bucket] = min(rest, least.get(bucket, rest))
    return bytes(1 + least[b] % 255 if b in least else 0 for b in range(_BUCKETS)).hex()

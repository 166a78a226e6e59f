"""A listing that comes as JSON, the answer to a "load more": as the page that a script makes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from typing import Any

_ADDRESS = ("url", "link", "href", "permalink", "detail_url", "detailurl", "linkdetail", "slug_url")
_TITLE = ("title", "name", "headline", "tieude", "tieu_de", "ten", "subject")
_DATE = (
    "date",
    "published_at",
    "publish_date",
    "publishdate",
    "ngaydang",
    "ngay_dang",
    "created_at",
    "created",
    "time",
)
_NEXT = ("next", "next_page_url", "nextpageurl", "next_url", "nextpage", "next_page")
_MOST = 5_000  # values that are looked at
_DEEP = 12


def page_of(body: bytes) -> bytes | None:
    """Returns HTML with the links of the JSON in `body`: its own fragments, and a list of what has address
    and title.

    None where `body` is no JSON object or list.
    """
    start = body[:100].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start not in (b"{", b"["):
        return None
    try:
        found = json.loads(body.decode("utf-8-sig", "replace").strip(), parse_int=str)
    except (ValueError, RecursionError):
        return None
    parts = [part for part, _ in zip(_parts(found, 0), range(_MOST), strict=False)]
    html = (
        "<!DOCTYPE html><html><head><meta charset='utf-8'></head><body>" + "\n".join(parts) + "</body></html>"
    )
    return html.encode("utf-8", "replace")


def _parts(value: Any, depth: int) -> Iterator[str]:
    if depth > _DEEP:
        return
    if isinstance(value, str):
        if "<a " in value or "<A " in value:
            yield value
    elif isinstance(value, list):
        for one in value:
            yield from _parts(one, depth + 1)
    elif isinstance(value, dict):
        named = {str(name).lower(): one for name, one in value.items()}
        address, title = _first(named, _ADDRESS), _first(named, _TITLE)
        if address and title:
            date = _first(named, _DATE)
            yield f"<li><a href='{escape(address)}'>{escape(title)}</a> <span>{escape(date)}</span></li>"
        following = _first(named, _NEXT)
        if not title and following.startswith(("/", "?", "http")):
            yield f"<a rel='next' href='{escape(following)}'></a>"
        for one in value.values():
            yield from _parts(one, depth + 1)


def _first(named: dict[str, Any], names: tuple[str, ...]) -> str:
    """Returns the first text under one of `names`; WordPress keeps it in `rendered`."""
    for name in names:
        found = named.get(name)
        found = found.get("rendered") if isinstance(found, dict) else found
        if isinstance(found, str) and found.strip():
            return found.strip()
    return ""

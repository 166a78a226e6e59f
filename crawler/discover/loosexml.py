"""XML as portals really write it: packed, wrongly labelled, cut short, mixed with other output."""

from __future__ import annotations

import codecs
import re
import sys
import zlib
from html import unescape
from typing import Any

from lxml import etree

from storage.text import visible

MAX_BYTES = 50 * 1024 * 1024  # the bound of the sitemap protocol itself, uncompressed (sitemaps.org)

_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']([\w.:-]{1,40})[\"']", re.I)
_ROOT = re.compile(r"<(?:[\w-]+:)?(?:rss|feed|rdf|urlset|sitemap\w+)(?=[\s>/])", re.I)
_ENDS = re.compile(r"</(?:[\w-]+:)?(?:rss|feed|rdf|urlset|sitemap\w+)\s*>", re.I)
_LITERAL = re.compile(r"(<!\[CDATA\[.*?(?:\]\]>|$)|<!--.*?(?:-->|$))", re.S)
# An ampersand that begins none of the five entities of XML, nor a character by its number.
_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);|#\d{1,7};|#[xX][0-9a-fA-F]{1,6};)(\w{2,10};)?")
_NUMBER = re.compile(r"&#(?:(\d{1,7})|[xX]([0-9a-fA-F]{1,6}));")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def text_of(body: bytes) -> str | None:
    """Returns `body`, unpacked where it is gzip, as text without a BOM; None where more than MAX_BYTES come
    out.

    Text that is UTF-8 is read as such, whatever it declares: that is what a tool would have written.
    A gzip stream that is cut short gives what it holds.
    """
    if body[:2] == b"\x1f\x8b":
        body = _unpacked(body)
    return _decoded(body) if len(body) <= MAX_BYTES else None


def root_of(text: str, url: str = "") -> Any:
    """Returns the root element of the feed or sitemap in `text`, read at `url`; None where there is none.

    Whatever stands before or behind it is left out (warnings of PHP, comments, a second BOM). Ampersands that
    begin no entity are read as printed. No entity is expanded, and nothing is fetched.
    """
    begin = _ROOT.search(text)
    if begin is None:
        return None
    end = max((found.end() for found in _ENDS.finditer(text, begin.end())), default=len(text))
    parts = _LITERAL.split(_NO_XML.sub("", text[begin.start() : end]))
    parts[::2] = [_mended(part) if "&" in part else part for part in parts[::2]]
    bounds = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
    parser = etree.XMLParser(encoding="utf-8", recover=True, **bounds)
    try:
        return etree.fromstring("".join(parts).encode(), parser, base_url=url or None)
    except (etree.XMLSyntaxError, ValueError):
        return None


def child_text(node: Any, *names: str) -> str:
    """Returns the visible text of the first child of `node` with one of `names`, in any namespace, that has
    some.

    A child without text may have its address in href.
    """
    for name in names:
        for child in node.iterchildren(f"{{*}}{name}"):
            if text := visible("".join(child.itertext())) or (child.get("href") or "").strip():
                return text
    return ""


def _unpacked(body: bytes) -> bytes:
    """Returns the gzip members of `body`, as far as they can be read, and little more than MAX_BYTES
    at most.
    """
    parts: list[bytes] = []
    size = 0
    while body[:2] == b"\x1f\x8b" and size <= MAX_BYTES:
        stream = zlib.decompressobj(31)
        try:
            parts.append(stream.decompress(body, MAX_BYTES + 1 - size))
        except zlib.error:
            break
        size += len(parts[-1]) or 1  # members that hold nothing come to an end, too
        body = stream.unused_data
    return b"".join(parts)


def _decoded(body: bytes) -> str:
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body.decode(name, "replace").lstrip("\ufeff")
    if b"\0" in body[:4]:  # "<" in two bytes, without a BOM
        return body.decode("utf-16-be" if body[:1] == b"\0" else "utf-16-le", "replace")
    try:
        return body.decode().lstrip("\ufeff")
    except UnicodeDecodeError:
        declared = _DECLARED.search(body[:1_000])
    try:
        return body.decode(declared[1].decode("ascii") if declared else "utf-8", "replace")
    except (LookupError, UnicodeError):  # no such encoding, or one that is no text
        return body.decode("utf-8", "replace")


def _mended(text: str) -> str:
    return _NUMBER.sub(_letter, _AMPERSAND.sub(_entity, text))


def _letter(found: re.Match[str]) -> str:
    """Returns a character by its number, as printed; one that XML knows not is left out."""
    number = int(found[1]) if found[1] else int(found[2], 16)
    return found[0] if number <= sys.maxunicode and not _NO_XML.match(chr(number)) else ""


def _entity(found: re.Match[str]) -> str:
    """Returns what an ampersand outside of XML's entities means: a name of HTML's, or itself."""
    name = found[1]
    text = unescape(f"&{name}") if name else "&"
    return text if name and not text.startswith("&") else f"&amp;{name or ''}"

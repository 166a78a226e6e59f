"""Content encodings (RFC 9110, 8.4): one decoder for crawl and replay, so that both read the same body."""

from __future__ import annotations

import re
import zlib
from io import BytesIO
from typing import Any

from fastwarc.stream_io import BrotliReader, ZstdReader

from storage.errors import ContentError, ContentTooLarge

# What a request asks for. `decode` reads br and zstd too, where a server sends them unasked; but warcio,
# whose check our files must pass, breaks off at a br record, and pywb knows no zstd.
ACCEPT_ENCODING = "gzip, deflate"
# A portal page has 40-120 KB; PDF attachments reach some MB. Beyond this a body is a bomb or a film.
MAX_BYTES = 32 * 2**20
MAX_MEMBERS = 10_000  # of one gzip body; servers that flush often write some hundreds
_CHUNK = 64 * 2**10
_TAIL = 2_048  # bytes; what scripts and caches add behind the end of a page
_GZIP = b"\x1f\x8b"
_END = re.compile(rb"</(?:html|rss|feed|urlset|sitemapindex|rdf:rdf)\s*>", re.I)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")


def decode(body: bytes, encoding: str, max_bytes: int = MAX_BYTES) -> bytes:
    """Returns `body` without its content encodings, at most `max_bytes` large.

    `encoding` is the value of Content-Encoding; the last one named was applied last. Names that are no
    content encoding ("UTF-8", "none": some servers mix up their headers) change nothing, nor does one that is
    announced for plain text. A stream that lacks its header or trailer is read all the same, and so is one
    that is cut behind the end of its page.

    Raises:
        ContentTooLarge: more than `max_bytes` come out.
        ContentError: the stream is damaged or cut off.
    """
    for name in reversed(encoding.lower().split(",")):
        decoder = _DECODERS.get(name.strip())
        if decoder and body:
            decoder = _gzip if body.startswith(_GZIP) else decoder  # whatever was announced
            try:
                body = decoder(body, max_bytes)
            except Exception as error:
                if isinstance(error, ContentTooLarge) or not _plain(body):
                    if isinstance(error, ContentError):
                        raise
                    said = f"broken {name.strip()} body of {len(body)} bytes: {error}"
                    raise ContentError(said) from error
    return body


def whole(text: bytes) -> bool:
    """Returns whether a page, feed or sitemap stands in `text` to its end, so that no cut matters."""
    return bool(_END.search(text[-_TAIL:]))


def _plain(body: bytes) -> bool:
    """Returns whether `body` is text: markup, or UTF-8 without control characters."""
    start = body[:_TAIL]
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"{", b"[")):
        return True
    text = start.decode("utf-8", "ignore")
    return len(text) > 0.9 * len(start.decode("utf-8", "replace")) and not _CONTROL.search(text)


def _gzip(body: bytes, max_bytes: int) -> bytes:
    if not body.startswith(_GZIP):
        return body if _plain(body) else _deflate(body, max_bytes)
    parts: list[bytes] = []
    at = size = 0
    while body.startswith(_GZIP, at):  # members may follow one another; other bytes are padding
        if len(parts) >= MAX_MEMBERS:
            raise ContentTooLarge(f"the body has more than {MAX_MEMBERS} gzip members")
        try:
            part, at = _member(body, at, max_bytes - size)
        except zlib.error:
            if not parts:
                raise
            break
        size += len(part)
        parts.append(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _member(body: bytes, at: int, max_bytes: int) -> tuple[bytes, int]:
    """Returns what the gzip member of `body` at `at` holds, and where it ends; in slices, to copy no long
    rest.
    """
    stream = zlib.decompressobj(31)
    parts: list[bytes] = []
    size, begin = 0, at
    while not stream.eof and at < len(body):
        piece = body[at : at + _CHUNK]
        parts.append(stream.decompress(piece, max_bytes - size + 1))
        size += len(parts[-1])
        if size > max_bytes:
            raise ContentTooLarge(f"the body decodes to more than {max_bytes} bytes")
        at += len(piece)
    data = b"".join(parts)
    if not stream.eof and not whole(data) and not _ends(body[begin:]):
        raise ContentError(f"the compressed body ends early, after {len(body)} bytes")
    return data, at - len(stream.unused_data)


def _ends(member: bytes) -> bool:
    """Returns whether the stream within a gzip member comes to its end, though the trailer is missing."""
    flags, at = member[3] if len(member) > 3 else 0, 10
    if flags & 4:
        at += 2 + int.from_bytes(member[at : at + 2], "little")
    for flag in (8, 16):  # a name, a comment
        if flags & flag:
            at = member.find(b"\0", at) + 1
    at += 2 if flags & 2 else 0
    stream = zlib.decompressobj(-15)
    try:
        while not stream.eof and at < len(member):
            stream.decompress(member[at : at + _CHUNK])
            at += _CHUNK
    except zlib.error:
        return False
    return stream.eof


def _deflate(body: bytes, max_bytes: int) -> bytes:
    try:
        return _inflate(body, 15, max_bytes)
    except zlib.error:  # old IIS sends the bare stream without the zlib frame
        return _inflate(body, -15, max_bytes)


def _inflate(body: bytes, window: int, max_bytes: int) -> bytes:
    stream = zlib.decompressobj(window)
    data = stream.decompress(body, max_bytes + 1)
    if len(data) > max_bytes:
        raise ContentTooLarge(f"the body decodes to more than {max_bytes} bytes")
    if not stream.eof and not whole(data):
        raise ContentError(f"the compressed body ends early, after {len(body)} bytes")
    return data


def _brotli(body: bytes, max_bytes: int) -> bytes:
    return _read(BrotliReader(BytesIO(body)), max_bytes)


def _zstd(body: bytes, max_bytes: int) -> bytes:
    return _read(ZstdReader(BytesIO(body)), max_bytes)


def _read(reader: Any, max_bytes: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while part := reader.read(_CHUNK):
        size += len(part)
        if size > max_bytes:
            raise ContentTooLarge(f"the body decodes to more than {max_bytes} bytes")
        parts.append(part)
    return b"".join(parts)


_DECODERS = {"gzip": _gzip, "x-gzip": _gzip, "deflate": _deflate, "br": _brotli, "zstd": _zstd}

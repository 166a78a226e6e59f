"""Content encodings (RFC 9110, 8.4): one decoder for crawl and replay, so that both read the same body."""

from __future__ import annotations

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
_CHUNK = 64 * 2**10


def decode(body: bytes, encoding: str, max_bytes: int = MAX_BYTES) -> bytes:
    """`body` without its content encodings, at most `max_bytes` large.

    `encoding` is the value of Content-Encoding; the last one named was applied last. Names that are no
    content encoding ("UTF-8", "none": some servers mix up their headers) change nothing, nor does gzip
    announced for a body that is not gzip.

    Raises:
        ContentTooLarge: more than `max_bytes` come out.
        ContentError: the stream is damaged or cut off.
    """
    for name in reversed(encoding.lower().split(",")):
        decoder = _DECODERS.get(name.strip())
        if decoder and body:
            try:
                body = decoder(body, max_bytes)
            except ContentError:
                raise
            except Exception as error:
                raise ContentError(f"broken {name.strip()} body of {len(body)} bytes: {error}") from error
    return body


def _gzip(body: bytes, max_bytes: int) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body
    parts: list[bytes] = []
    size = 0
    while body.startswith(b"\x1f\x8b"):  # members may follow one another; other bytes are padding
        part, body = _inflate(body, 31, max_bytes - size)
        size += len(part)
        parts.append(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _deflate(body: bytes, max_bytes: int) -> bytes:
    try:
        return _inflate(body, 15, max_bytes)[0]
    except zlib.error:  # old IIS sends the bare stream without the zlib frame
        return _inflate(body, -15, max_bytes)[0]


def _inflate(body: bytes, window: int, max_bytes: int) -> tuple[bytes, bytes]:
    stream = zlib.decompressobj(window)
    data = stream.decompress(body, max_bytes + 1)
    if len(data) > max_bytes:
        raise ContentTooLarge(f"the body decodes to more than {max_bytes} bytes")
    if not stream.eof:
        raise ContentError(f"the compressed body ends early, after {len(body)} bytes")
    return data, stream.unused_data


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

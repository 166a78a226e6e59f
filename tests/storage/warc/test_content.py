"""Bodies are decoded whole and within bounds, or refused by name."""

from __future__ import annotations

import base64
import gzip
import hashlib
import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.errors import ContentError, ContentTooLarge
from storage.warc.captures import digests
from storage.warc.content import decode, whole

PAGE = "Hội nghị giao ban thường kỳ tháng 10\n".encode() * 300
BARE = zlib.compressobj(wbits=-15)
ZSTD = bytes.fromhex("28b52ffd2002110000") + b"vn"  # one raw block, written by hand after RFC 8878

ENCODED = {
    "gzip": gzip.compress(PAGE, mtime=0),
    "x-gzip": gzip.compress(PAGE[:50], mtime=0) + gzip.compress(PAGE[50:], mtime=0),
    "deflate": zlib.compress(PAGE),
    "Deflate": BARE.compress(PAGE) + BARE.flush(),
    "br": brotli.compress(PAGE),
    "deflate, gzip": gzip.compress(zlib.compress(PAGE), mtime=0),
    "": PAGE,
    "UTF-8": PAGE,
    "gzip ": PAGE,  # announced, not done
}


@pytest.mark.parametrize("encoding", ENCODED)
def test_decode(encoding: str) -> None:
    assert decode(ENCODED[encoding], encoding) == PAGE


def test_zstd() -> None:
    assert decode(ZSTD, "zstd") == b"vn"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
def test_a_body_cut_off_is_refused(encoding: str) -> None:
    with pytest.raises(ContentError):
        decode(ENCODED[encoding][:-12], encoding)


@pytest.mark.parametrize(
    ("encoding", "bomb"),
    [("gzip", gzip.compress), ("br", brotli.compress), ("deflate", zlib.compress)],
)
def test_a_bomb_is_refused(encoding: str, bomb: Callable[[bytes], bytes]) -> None:
    with pytest.raises(ContentTooLarge):
        decode(bomb(bytes(10**7)), encoding, max_bytes=10**6)


HTML = b"<html><body>" + PAGE + b"</body></html>\n<!-- 0.2 s -->"
RAW = zlib.compressobj(wbits=-15)
NAMED = b"\x1f\x8b\x08\x0a\0\0\0\0\0\xfftin.html\0"  # with a name, and a checksum of the header
NAMED += (zlib.crc32(NAMED) & 0xFFFF).to_bytes(2, "little")


@pytest.mark.parametrize(
    ("encoding", "sent"),
    [
        ("gzip", gzip.compress(PAGE, mtime=0)[:-8]),  # no trailer
        ("gzip", gzip.compress(PAGE, mtime=0)[:-3]),
        ("gzip", NAMED + zlib.compress(PAGE)[2:-4]),
        ("gzip", zlib.compress(PAGE)),  # no header
        ("gzip", zlib.compress(PAGE)[2:-4]),
        ("br", gzip.compress(PAGE, mtime=0)),  # another one than announced
        ("br", PAGE),
        ("deflate", PAGE),
        ("zstd", PAGE),
        ("br, gzip", PAGE),
        ("gzip", gzip.compress(PAGE, mtime=0) + b"\x1f\x8bpad"),
    ],
)
def test_what_servers_say_of_their_encoding_is_doubted(encoding: str, sent: bytes) -> None:
    assert decode(sent, encoding) == PAGE


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_a_cut_behind_the_end_of_a_page_costs_nothing(pack: Callable[[bytes], bytes]) -> None:
    tail = bytes(range(256)) * 40
    packed = pack(HTML + tail[:1_500])
    got = decode(packed[:-40], "gzip" if pack is gzip.compress else "deflate")
    assert got.startswith(HTML)
    assert whole(HTML) and not whole(HTML + PAGE * 2) and not whole(PAGE)


def test_a_million_empty_members_are_refused_at_once() -> None:
    with pytest.raises(ContentTooLarge):
        decode(gzip.compress(b"", mtime=0) * 10**6, "gzip")
    assert decode(gzip.compress(b"", mtime=0) * 5_000 + gzip.compress(PAGE, mtime=0), "gzip") == PAGE


def test_many_small_members_do_not_pass_the_bound() -> None:
    with pytest.raises(ContentTooLarge):
        decode(gzip.compress(bytes(1_000), mtime=0) * 2_000, "gzip", max_bytes=10**6)


@settings(deadline=5_000)
@given(st.binary(max_size=200), st.sampled_from(["gzip", "deflate", "br", "zstd", "gzip, br"]))
def test_junk_is_refused_or_read_never_worse(body: bytes, encoding: str) -> None:
    try:
        decode(b"\x1f\x8b" + body, encoding, max_bytes=10**5)
    except ContentError as error:
        assert str(error)


@pytest.mark.parametrize(
    ("body", "content"),
    [(PAGE, PAGE), (ENCODED["gzip"], PAGE), (PAGE, None)],
    ids=["plain", "gzip", "broken"],
)
def test_a_body_is_hashed_as_it_came_and_as_it_decodes(body: bytes, content: bytes | None) -> None:
    payload, decoded = digests(body, content)
    assert payload == "sha256:" + base64.b32encode(hashlib.sha256(body).digest()).decode()
    assert decoded == hashlib.sha256(body if content is None else content).hexdigest()

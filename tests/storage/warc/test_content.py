"""Bodies are decoded whole and within bounds, or refused by name."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.errors import ContentError, ContentTooLarge
from storage.warc.content import decode

PAGE = "Hội nghị giao ban thường kỳ tháng 10\n".encode() * 300
BARE = zlib.compressobj(wbits=-15)
ZSTD = bytes.fromhex("28b52ffd2002110000") + b"vn"  # one raw block, written by hand after RFC 8878

ENCODED = {
    "gzip": gzip.compress(PAGE),
    "x-gzip": gzip.compress(PAGE[:50]) + gzip.compress(PAGE[50:]),
    "deflate": zlib.compress(PAGE),
    "Deflate": BARE.compress(PAGE) + BARE.flush(),
    "br": brotli.compress(PAGE),
    "deflate, gzip": gzip.compress(zlib.compress(PAGE)),
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


def test_many_small_members_do_not_pass_the_bound() -> None:
    with pytest.raises(ContentTooLarge):
        decode(gzip.compress(bytes(1_000)) * 2_000, "gzip", max_bytes=10**6)


@settings(deadline=5_000)
@given(st.binary(max_size=200), st.sampled_from(["gzip", "deflate", "br", "zstd", "gzip, br"]))
def test_junk_is_refused_or_read_never_worse(body: bytes, encoding: str) -> None:
    try:
        decode(b"\x1f\x8b" + body, encoding, max_bytes=10**5)
    except ContentError as error:
        assert str(error)

"""The lines of a package's index (CDXJ 0.1.0) and of its list of pages (json-pages-1.0)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from storage.text import fold
from storage.wacz.surt import surt
from storage.warc.reader import Capture


def index_line(capture: Capture, file: str, offset: int, length: int) -> bytes:
    """Returns the line of `capture`, which stands in `file` (its bare name) at `offset`, `length` bytes long.

    A revisit without a status of its own, after a 304, has that of the page for which it stands.
    """
    exchange, ref = capture.exchange, capture.ref
    kind = exchange.header("Content-Type").partition(";")[0].strip().lower()
    status = 200 if ref.revisit and exchange.status == 304 else exchange.status
    said = {
        "url": exchange.url,
        "mime": "warc/revisit" if ref.revisit else kind or "unk",
        "status": str(status),
        "digest": ref.digest,
        "length": str(length),
        "offset": str(offset),
        "filename": file,
    }
    key = surt(exchange.url).encode("ascii", "backslashreplace").replace(b" ", b"%20")
    return b"%s %s %s\n" % (key, stamp(exchange.fetched_at).encode(), json.dumps(said).encode())


def page_line(page: Mapping[str, Any], texts: Iterable[str | None]) -> bytes:
    """Returns the line of a page with `texts`, in both spellings: with diacritics and without.

    ReplayWeb.page finds a word only as it is spelled in the text, and people type "xuat khau".
    """
    text = "\n".join(part for part in texts if part)
    plain = fold(text)
    both = text if plain == text.lower() else f"{text}\n\n{plain}"
    return json.dumps({**page, "text": both}, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def stamp(moment: datetime) -> str:
    """Returns `moment` as indexes have it: 14 digits, UTC."""
    return f"{moment.astimezone(UTC):%Y%m%d%H%M%S}"


def rfc3339(moment: datetime) -> str:
    """Returns `moment` as pages and descriptions have it: 2023-10-26T07:30:15Z."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

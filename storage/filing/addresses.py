"""Addresses of files: what tells one from another, and on which host it stands."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import quote, unquote_to_bytes, urlsplit, urlunsplit

from storage.records import article_id
from storage.text import nfc

_PATH, _QUERY = "/:@!$&'()*+,;=~", "/?:@!$'()*,;=&+~"


def file_id(url: str) -> str:
    """Returns the key of the file at `url`: that of storage.records.article_id over the address in one
    spelling.

    Percent-encoding, the case of the host and a fragment do not count; scheme and `www.` do not either.
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:  # "http://[": no address, but a key all the same
        return article_id(url)
    path, query = _spelt(parts.path, _PATH), _spelt(parts.query, _QUERY)
    return article_id(urlunsplit((parts.scheme, parts.netloc.lower(), path, query, "")))


def host_key(url: str) -> str:
    """Returns the host of `url`, lower-case and without `www.`, with its port unless that is the usual
    one.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    try:
        port = parts.port
    except ValueError:  # out of range: matches no registered host
        return f"{host}:?"
    return host if port in (None, 80, 443) else f"{host}:{port}"


def _spelt(text: str, safe: str) -> str:
    """Returns a path or query with one percent-encoding: NFC UTF-8 where it is UTF-8 at all."""
    raw = unquote_to_bytes(text)
    with suppress(UnicodeDecodeError):
        raw = nfc(raw.decode("utf-8")).encode()
    return quote(raw, safe=safe)

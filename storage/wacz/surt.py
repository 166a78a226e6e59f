"""The keys by which indexes of web archives are sorted and searched (SURT): vn,gov,nghean,doluong)/tin-tuc.

The rules are those of the Internet Archive's `surt` package, which pywb, py-wacz and cdxj-indexer use: an
index with other keys hides its pages from them.
"""

from __future__ import annotations

import re
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

_SAFE = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"  # what stays as it is of ASCII, beside letters and digits
_PORTS = {"http": 80, "https": 443}
_WWW = re.compile(r"www\d*\.")
# Ids of sessions, by which the same page would have a new key each time.
_PATH_SESSION = re.compile(r"^(.*/)(?:\((?:[a-z]\([0-9a-z]{24}\))+\)|\([0-9a-z]{24}\))/([^?]+\.aspx.*)$")
_QUERY_SESSION = tuple(
    re.compile(rf"^(.*)(?:{pattern})(?:&(.*))?$")
    for pattern in (
        "jsessionid=[0-9a-z]{32}", "phpsessid=[0-9a-z]{32}", "sid=[0-9a-z]{32}",
        "aspsessionid[a-z]{8}=[a-z]{24}", "cfid=[^&]+&cftoken=[^&]+",
    )
)  # fmt: skip


def surt(url: str) -> str:
    """Returns the key of `url`: host reversed and without www, port, path and sorted query, in lower case.

    What is no HTTP address is its own key.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return url
    if parts.scheme not in _PORTS or not host:
        return url
    host = _WWW.sub("", _ascii(host), count=1) if _WWW.match(host) else _ascii(host)
    key = ",".join(reversed(host.strip(".").split(".")))
    if port not in (None, _PORTS[parts.scheme]):
        key += f":{port}"
    query = _query(parts.query)
    return f"{key}){_path(parts.path)}" + (f"?{query}" if query else "")


def _ascii(host: str) -> str:
    try:
        return host.lower().encode("idna").decode("ascii")
    except UnicodeError:
        return _escaped(host)


def _path(path: str) -> str:
    kept: list[str] = []
    for part in _unescaped(path).decode("utf-8", "surrogateescape").split("/")[1:]:
        if part == ".." and kept:
            kept.pop()  # also what stands between two slashes
        elif part != ".":
            kept.append(part)
    kept = [*filter(None, kept[:-1]), *kept[-1:]]
    found = _escape("/" + "/".join(kept)).lower()
    if session := _PATH_SESSION.match(found):
        found = session[1] + session[2]
    return found.rstrip("/") if found.endswith("/") and len(found) > 1 else found


def _query(query: str) -> str:
    found = _escaped(query).lower()
    for pattern in _QUERY_SESSION:
        if session := pattern.match(found):
            found = session[1] + (session[2] or "")
    return "&".join("=".join(one) for one in sorted(part.split("=", 1) for part in found.split("&")))


def _escaped(text: str) -> str:
    return _escape(_unescaped(text).decode("utf-8", "surrogateescape"))


def _escape(text: str) -> str:
    return quote_from_bytes(text.encode("utf-8", "surrogateescape"), _SAFE)


def _unescaped(text: str) -> bytes:
    """Returns `text` without its percent signs, however often it was escaped."""
    raw = text.encode("utf-8", "surrogatepass")
    while (plain := unquote_to_bytes(raw)) != raw:
        raw = plain
    return raw

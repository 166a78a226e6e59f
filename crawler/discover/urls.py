"""URLs: one spelling for each page, the address to ask, and traps told by their shape.

Links of portals carry session ids, print views, tracking and mixed spellings of Vietnamese letters; the same
page must not be fetched, or kept, under each of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes, urlsplit

MAX_LENGTH = 2_000  # characters; Internet Explorer's 2,083 kept sites below it, only traps grow beyond
MAX_PARAMETERS = 20  # Liferay's paging, the longest seen that leads to a page, has 14
MAX_SEGMENTS = 15  # the deepest article path seen has 8

_REMEMBERED = 16_384  # URLs: the menus of a portal stand on each of its pages

_PORTS = {"http": 80, "https": 443}
# Already as `canonical` would write it: most links of a page, told in a microsecond.
_PLAIN = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9_.~-]*)+")
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_RESERVED = "!#$&'()*+,/:;=?@[]%"
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

_SESSION_PATH = re.compile(r";(?:jsessionid|phpsessid|sessionid|sid)=[^/;]*", re.IGNORECASE)
_ASP_SESSION = re.compile(r"/\((?:[A-Z]\([^()/]*\))+\)(?=/|$)")  # ASP.NET without cookies: /(S(…))/
_SESSION = re.compile(
    r"(?:php|j|asp)?sess(?:ion)?_?id\w*|zenid|oscsid|cftoken|cfid|aspxautodetectcookiesupport"
)
_TOKEN_NAMES = {"sid", "s", "ssid", "session", "token"}  # may be an article's number, too: look at the value
_TOKEN = re.compile(r"(?=[A-Za-z]*\d)[0-9A-Fa-f]{16,}|(?=.*\d)(?=.*[A-Za-z])[0-9A-Za-z]{22,}")
# Paths of scripts that show one article, and paths that carry its number.
_DETAIL = re.compile(
    r"(?:chi-?tiet|detail|view|xem|bai-?viet|article|show|read|doc-?tin)[^/]*/?$", re.IGNORECASE
)
_NUMBERED = re.compile(r"\d{3,}")
# What a browser encodes before it sends a path or a query; all else goes out as it is.
_UNSENT = re.compile(r"[^\x21-\x7e]+|[\"<>^`{}]+")
_UNSENT_QUERY = re.compile(r"[^\x21-\x7e]+|[\"<>]+")
_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|igshid|zarsrc|_gl|_ga|mc_[ce]id|fb_\w+|__cf_\w+"
    r"|replytocom|share"  # WordPress: the same article with its comment form or a share button opened
)
_PRINT_NAMES = {"print", "isprint", "printable", "printview", "inan", "in", "print_preview"}
_PRINT_VALUES = {"", "1", "true", "yes", "y", "print"}
_PRINT_BY_VALUE = {("tmpl", "component"), ("tmpl", "print"), ("pop", "1")} | {
    (name, "print") for name in ("view", "mode", "layout", "type", "action", "do", "op")
}
_PRINT_SEGMENT = re.compile(
    r"(?:print|savefile|print-?preview|print-?article|print-?news|in-?bai|ban-?in)(?:\.\w+)?"
)

_LANGUAGE = re.compile(r"(?:vi|vn|en|fr|zh|cn|ja|ko|ru)(?:[-_][a-z]{2})?", re.IGNORECASE)
_MONTH, _YEAR = ("month", "thang", "mon"), ("year", "nam", "yr")
_DATE_NAMES = {"date", "ngay", "day", "tribe-bar-date", "eventdate", "month", "thang", "week", "tuan"}
_CALENDAR = re.compile(r"calendar|lich(?:-[a-z-]+)?|events?|su-kien-lich", re.IGNORECASE)
_DATE_PATH = re.compile(r"/(\d{4})[-/](\d{1,2})(?:[-/](\d{1,2}))?(?=/|$)")
_FOUR_DIGITS = re.compile(r"(?<!\d)\d{4}(?!\d)")
_FIRST_YEAR = 1990  # .vn was delegated in 1994; no portal has news from before
_YEARS = range(1900, 2200)  # any other number in a path is an id


@lru_cache(maxsize=_REMEMBERED)
def canonical(url: str) -> str:
    """Returns the one spelling of absolute HTTP(S) `url`: what differs without meaning another page is made
    equal.

    Lower-case scheme and host, no default port, user, fragment, session id, tracking or print-view parameter;
    dot segments resolved; percent-encoding as NFC UTF-8. Parameters keep their order.
    It is the identity of a page. What is asked is its address `as_printed`.

    Raises:
        ValueError: no HTTP(S) URL with a host; names it.
    """
    if _PLAIN.fullmatch(url):
        return url
    site, path, query = _split(url)
    items = list(dict.fromkeys(item for item in _spell(query).split("&") if item))
    query = "&".join(_without_token(path, _without_noise(items), _TOKEN_NAMES))
    return f"{site}{_resolve(_spell(path))}" + (f"?{query}" if query else "")


@lru_cache(maxsize=_REMEMBERED)
def as_printed(url: str) -> str:
    """Returns the address to ask for a link that a page prints as absolute HTTP(S) `url`, in ASCII.

    Path and query go out byte for byte, as a browser sends them (https://url.spec.whatwg.org): a server that
    knows its own spelling only need not know ours. Left out are the fragment and what `canonical` leaves out
    for sure: a stale session, a click that nobody made.

    Raises:
        ValueError: as `canonical`.
    """
    if _PLAIN.fullmatch(url):
        return url
    site, path, query = _split(url)
    items = query.split("&")
    kept = _without_token(path, _without_noise(items), _TOKEN_NAMES - {"s"})  # phpBB's session, or an id
    query = _UNSENT_QUERY.sub(_percent, "&".join(kept) if len(kept) < len(items) else query)
    return f"{site}{_resolve(_UNSENT.sub(_percent, path))}" + (f"?{query}" if query else "")


def _split(url: str) -> tuple[str, str, str]:
    """Returns scheme with host, path and query of `url`, the former canonical, sessions gone from the
    path.
    """
    before_query, mark, after = url.strip().partition("?")
    try:
        parts = urlsplit(before_query.replace("\\", "/") + mark + after)  # as browsers read http:\\host\path
        scheme, port = parts.scheme.lower(), parts.port
        host = (parts.hostname or "").rstrip(".")
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except ValueError as error:
        raise ValueError(f"not a URL: {url[:200]!r} ({error})") from error
    if scheme not in _PORTS or not host:
        raise ValueError(f"not an http or https URL: {url[:200]!r}")
    host = f"[{host}]" if ":" in host else host
    netloc = host if port in (None, _PORTS[scheme]) else f"{host}:{port}"
    path = _SESSION_PATH.sub("", _ASP_SESSION.sub("", parts.path))
    return f"{scheme}://{netloc}", path, parts.query.replace("&amp;", "&")


def _percent(found: re.Match[str]) -> str:
    return quote(found[0], safe="")


def trap(url: str, year: int | None = None) -> str | None:
    """Returns what endless kind of URL canonical `url` looks like, or None.

    One of too_long, too_many_parameters, too_deep, repeated_path, language_switch, nested_url, calendar.
    `year` is the current one, by default that of the clock.
    """
    if len(url) > MAX_LENGTH:
        return "too_long"
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    parameters = [_pair(item) for item in parts.query.split("&") if item]
    names = [name for name, _ in parameters]
    if len(parameters) > MAX_PARAMETERS or any(names.count(name) > 3 for name in set(names)):
        return "too_many_parameters"
    if len(segments) > MAX_SEGMENTS:
        return "too_deep"
    if sum(bool(_LANGUAGE.fullmatch(segment)) for segment in segments) > 1:
        return "language_switch"  # a switch that appends /vi or /en to the current path, for ever
    if _repeats(segments):
        return "repeated_path"
    if "%2525" in parts.query or parts.query.lower().count("returnurl") > 1:
        return "nested_url"  # a login page that carries the address of itself
    if _is_calendar(parts.path, segments, parameters, year or datetime.now(UTC).year):
        return "calendar"
    return None


@lru_cache(maxsize=_REMEMBERED)
def print_view(url: str) -> bool:
    """Returns whether `url` names the version for printing of some page, or its download as one file."""
    parts = urlsplit(url)
    pairs = [_pair(item) for item in parts.query.split("&") if item]
    return any(_is_print(*pair) or _PRINT_SEGMENT.fullmatch(pair[1].split("/")[0]) for pair in pairs) or any(
        _PRINT_SEGMENT.fullmatch(segment.lower()) for segment in parts.path.split("/")
    )


def same_site(a: str, b: str) -> bool:
    """Returns whether two absolute URLs stand on the same host and port, `www.` and http or https aside.

    What is no URL stands nowhere.
    """
    return _site(a) is not None and _site(a) == _site(b)


@lru_cache(maxsize=_REMEMBERED)
def _site(url: str) -> tuple[str, int | None] | None:
    try:
        parts = urlsplit(url)
        port = None if parts.port in (None, _PORTS.get(parts.scheme)) else parts.port
    except ValueError:  # "http://[", "http://host:port"
        return None
    return (parts.hostname or "").rstrip(".").removeprefix("www."), port


def _spell(text: str) -> str:
    """Returns `text` of a path or query with one percent-encoding: NFC UTF-8, upper case, only where
    needed.
    """
    if text.isascii() and "%" not in text:
        return quote(text, safe=_RESERVED + "~")
    text = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", text)
    text = _PERCENT.sub(lambda run: _readable(run[0]), text)
    return quote(unicodedata.normalize("NFC", text), safe=_RESERVED + "~")


def _readable(run: str) -> str:
    """Returns a run of %XX with letters decoded; reserved characters and bytes that are no UTF-8 stay
    encoded.
    """
    raw = unquote_to_bytes(run)
    try:
        decoded = raw.decode("utf-8")
    except UnicodeDecodeError:
        return run.upper()
    return "".join(c if not c.isascii() or ord(c) in _UNRESERVED else f"%{ord(c):02X}" for c in decoded)


def _resolve(path: str) -> str:
    """Returns `path` without dot segments (RFC 3986, 5.2.4); it begins with a slash."""
    if "/." not in path:
        return path if path.startswith("/") else f"/{path}"
    kept: list[str] = []
    segments = path.split("/")[1:] if path.startswith("/") else path.split("/")
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _pair(item: str) -> tuple[str, str]:
    name, _, value = item.partition("=")
    return name.lower(), value.lower()


def _without_noise(items: list[str]) -> list[str]:
    """Returns the parameters of a query without those of session, tracking and printing."""
    pairs = [_pair(item) for item in items]
    printing = any(_is_print(*pair) for pair in pairs)
    return [
        item
        for item, (name, value) in zip(items, pairs, strict=True)
        if not (
            _SESSION.fullmatch(name)
            or name.startswith("aspsessionid")
            or _TRACKING.fullmatch(name)
            or (name == "_" and value.isdecimal())  # jQuery's cache buster
            or _is_print(name, value)
            # Joomla's print links bring these along
            or (printing and (name, value) in {("layout", "default"), ("page", "")})
        )
    ]


def _without_token(path: str, items: list[str], names: Set[str]) -> list[str]:
    """Returns the parameters but those whose name, one of `names`, and value make a session.

    Where they alone name the page they stay.
    """
    tokens = [item for item in items if _is_token(*_pair(item), names)]
    if not tokens:
        return items
    rest = [item for item in items if item not in tokens]
    told = _NUMBERED.search(path) or any(any(map(str.isdigit, item)) for item in rest)
    return rest if told or not _DETAIL.search(path) else items


def _is_token(name: str, value: str, names: Set[str]) -> bool:
    return name in names and bool(_TOKEN.fullmatch(value))


def _is_print(name: str, value: str) -> bool:
    return (name in _PRINT_NAMES and value in _PRINT_VALUES) or (name, value) in _PRINT_BY_VALUE


def _repeats(segments: list[str]) -> bool:
    """Returns whether a word stands there three times, or a sequence of words directly after itself: relative
    links gone wrong.
    """
    words = [s for s in segments if not (s.isdecimal() and len(s) < 3)]  # 2010/10/10 is a date
    if any(words.count(word) > 2 for word in words):
        return True
    return any(
        segments[start : start + size] == segments[start + size : start + 2 * size]
        for size in range(2, len(segments) // 2 + 1)
        for start in range(len(segments) - 2 * size + 1)
    )


def _is_calendar(path: str, segments: list[str], parameters: list[tuple[str, str]], year: int) -> bool:
    names = [re.split(r"[_\].]", name.rstrip("]"))[-1] for name, _ in parameters]
    if any(name in _MONTH for name in names) and any(name in _YEAR for name in names):
        return True
    dated = [pair[1] for name, pair in zip(names, parameters, strict=True) if name in _DATE_NAMES]
    if dated and len(dated) == len(parameters) and all(_FOUR_DIGITS.search(value) for value in dated):
        return True
    in_path = _DATE_PATH.search(path)
    before = path[: in_path.start()].split("/") if in_path else []  # behind a date stands the slug of a post
    if any(_CALENDAR.fullmatch(segment) for segment in before):
        return True
    dated += [pair[1] for name, pair in zip(names, parameters, strict=True) if name in _YEAR]
    years = [int(found) for value in dated for found in _FOUR_DIGITS.findall(value)]
    if in_path and int(in_path[1]) in _YEARS and 1 <= int(in_path[2]) <= 12:
        years.append(int(in_path[1]))
    return any(not _FIRST_YEAR <= found <= year + 1 for found in years)

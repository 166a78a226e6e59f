"""What a page takes to look as it did: style sheets, scripts, fonts, icons and pictures of its template."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import IntEnum
from urllib.parse import urldefrag, urlsplit

from lxml import html

from pipelines.html.address import absolute, base_of
from pipelines.html.pictures import source_of

MOST = 1000  # of one page or sheet; what names more is no template


class Sort(IntEnum):
    """What a requisite is, in the order in which a page needs it."""

    SHEET = 0
    SCRIPT = 1
    FONT = 2
    ICON = 3
    PICTURE = 4


# Services that count visitors, sell, chat and embed, by host; of those of no portal only declared ones are
# asked anyway.
_TRACKERS = re.compile(
    r"(?:^|\.)(?:google-analytics|googletagmanager|googletagservices|googlesyndication|googleadservices"
    r"|doubleclick|scorecardresearch|quantserve|hotjar|clarity|histats|statcounter|amung|flagcounter|zdassets"
    r"|facebook|fbcdn|twitter|zalo|addthis|sharethis|addtoany|disqus|tawk|subiz|onesignal|youtube|ytimg|vimeo"
    r"|recaptcha|admicro|eclick|adtima|novanet|cnzz|51yes|whos)\.[a-z.]{2,7}$"
    r"|^(?:stats?|analytics|track(?:er|ing)?|counter|matomo|piwik|pixel|ads?|beacon)\d*\.",
    re.I,
)
# The same on a portal's own host, by the last parts of the path
_TRACKING = re.compile(
    r"(?:^|[/_.-])(?:analytics|ga|gtag|gtm|fbevents|fbpixel|matomo|piwik|beacon|hit-?counter|count(?:er)?s?"
    r"|visit(?:or)?s?-?(?:count(?:er)?|stat)|thong-?ke(?:-?truy-?cap)?|bo-?dem|track(?:er|ing)?|pixel"
    r"|addthis_widget|sdk-zalo)(?:[.-]min)?\.(?:js|php|aspx?|ashx|axd|gif|png|jsp)$",
    re.I,
)
_CHANCE = re.compile(r"(?:^|&)(?:rnd|rand|random|nocache)=[\d.]+(?:&|$)", re.I)
_SHEET = re.compile(r"(?:^|\s)stylesheet(?:\s|$)", re.I)
_ICON = re.compile(r"(?:^|\s)(?:icon|apple-touch-icon(?:-precomposed)?|mask-icon)(?:\s|$)", re.I)
_EARLY = {"style": Sort.SHEET, "script": Sort.SCRIPT, "font": Sort.FONT, "image": Sort.PICTURE}
_RUNS = re.compile(r"\s*+(?:module|(?:text|application)/(?:x-)?(?:java|ecma|j)script\b.*+)?\s*+$", re.I)
_FONT = re.compile(r"\.(?:woff2?|ttf|otf)(?:\?|$)", re.I)
_OLD_FONT = re.compile(r"\.eot(?:\?|$)", re.I)  # of Internet Explorer alone
_ENTRY = re.compile(r"\s*(\S*[^\s,])(?:\s+[\d.]+[wxh])?\s*(?:,|$)")
_COMMENT = re.compile(r"/\*.*?(?:\*/|$)", re.S)
_VALUE = r"""\(\s*(?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|((?:[^\s"'()\\]|\\.)*))\s*\)"""
_IMPORT = re.compile(rf"""@import\s+(?:url{_VALUE}|"([^"\n]*)"|'([^'\n]*)')""", re.I)
_URL = re.compile(rf"(?<![\w-])url{_VALUE}", re.I)
_IMAGE_SET = re.compile(r"image-set\(((?:[^()]|\([^()]*\))*)\)", re.I)
_QUOTED = re.compile(r""""([^"\n]+)"\s*(?=[\d.]+(?:x|dpi|dppx)|[,)]|type|$)|'([^'\n]+)'\s*(?=[\d.]+x|,|$)""")
_NAMESPACE = re.compile(r"@namespace[^;]*;", re.I)
_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?|\\(.)", re.S)
_CHARSET = re.compile(rb"""^\s*@charset\s+["']([\w-]{3,20})["']""", re.I)


def of_page(tree: html.HtmlElement, url: str) -> dict[str, Sort]:
    """Returns the addresses of what the page at `url` draws with, as absolute URLs, and what each is.

    Pictures of the text are among its pictures. Without frames, players, and what counts or sells.
    """
    base = base_of(tree, url)
    found: dict[str, Sort] = {}
    for sort, address in _named(tree):
        _add(found, base, address, sort)
    for element in tree.iter("style"):
        found = _joined(found, of_sheet(element.text or "", base))
    for element in tree.xpath("//*[contains(@style, 'url(') or contains(@style, 'URL(')]"):
        found = _joined(found, of_sheet(element.get("style"), base))
    return found


def of_sheet(css: str, url: str) -> dict[str, Sort]:
    """Returns what the style sheet at `url` imports and draws with, as absolute URLs, and what each is."""
    css = _NAMESPACE.sub("", _COMMENT.sub("", css))
    found: dict[str, Sort] = {}
    for match in _IMPORT.finditer(css):
        _add(found, url, _unescaped(_first(match)), Sort.SHEET)
    for match in _URL.finditer(_IMPORT.sub("", css)):
        address = _unescaped(_first(match))
        _add(found, url, address, Sort.FONT if _FONT.search(address) else Sort.PICTURE)
    for block in _IMAGE_SET.finditer(css):
        for match in _QUOTED.finditer(block[1]):
            _add(found, url, _first(match), Sort.PICTURE)
    return found


def sheet_text(body: bytes, content_type: str = "") -> str:
    """Returns the text of a style sheet: in the encoding of its mark, its own rule or its header, else UTF-8
    (CSS Syntax 3, section 3.2). Never raises.
    """
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace")
    told = re.search(r"charset=\"?([\w-]+)", content_type, re.I)
    own = _CHARSET.match(body)
    for name in (told[1] if told else "", own[1].decode() if own else ""):
        try:
            return body.decode(name) if name else body.decode("utf-8")
        except (LookupError, UnicodeDecodeError):
            continue
    return body.decode("utf-8", "replace")


def renditions(tree: html.HtmlElement, url: str, pictures: Iterable[str]) -> dict[str, list[str]]:
    """Returns for each of the `pictures` of the page at `url` (absolute URLs) its other addresses: those of
    `src`, `srcset`, the sources around it and the attributes of scripts, from which a browser chooses.
    """
    base, wanted = base_of(tree, url), set(pictures)
    found: dict[str, list[str]] = {}
    for image in tree.iter("img", "amp-img"):
        address = absolute(base, source_of(image))
        if address not in wanted or address is None:
            continue
        others = found.setdefault(address, [])
        for one in _choices(image):
            other = _address(base, one)
            if other and other != address and other not in others:
                others.append(other)
    return {address: others for address, others in found.items() if others}


def unwanted(url: str, *, picture: bool = False) -> bool:
    """Returns whether `url` counts visitors, sells or embeds what is others'. `picture`: a page shows it as
    one, so an address made up by chance is that of a counter.
    """
    parts = urlsplit(url)
    return bool(
        _TRACKERS.search(parts.hostname or "")
        or _TRACKING.search(parts.path)
        or (picture and _CHANCE.search(parts.query))
    )


def _named(tree: html.HtmlElement) -> Iterator[tuple[Sort, str]]:
    """Yields what the elements of a page name, as printed."""
    for link in tree.iter("link"):
        rel, address = link.get("rel") or "", link.get("href") or ""
        if _SHEET.search(rel):
            yield Sort.SHEET, address
        elif _ICON.search(rel):
            yield Sort.ICON, address
        else:
            said = rel.lower().split()
            sort = _EARLY.get((link.get("as") or "").lower()) if "preload" in said else None
            sort = Sort.SCRIPT if "modulepreload" in said else sort
            if sort is not None:
                yield sort, address
    for script in tree.iter("script"):
        if _RUNS.match(script.get("type") or ""):
            yield Sort.SCRIPT, script.get("src") or ""
    for image in tree.iter("img", "amp-img"):
        if not _is_dot(image):
            yield Sort.PICTURE, source_of(image)
            yield from ((Sort.PICTURE, one) for one in _choices(image))
    for source in tree.iter("source"):
        yield from ((Sort.PICTURE, one) for one in _entries(source.get("srcset") or ""))
    for element in tree.iter("input"):
        if (element.get("type") or "").lower() == "image":
            yield Sort.PICTURE, element.get("src") or ""
    for element in tree.iter("image", "use"):  # in an SVG drawing
        yield Sort.PICTURE, element.get("href") or element.get("xlink:href") or ""
    for element in tree.iter("body", "table", "td", "tr", "th"):
        yield Sort.PICTURE, element.get("background") or ""
    for element in tree.iter("video"):
        yield Sort.PICTURE, element.get("poster") or ""
    for element in tree.xpath("//*[@data-background or @data-bg or @data-background-image]"):
        for name in ("data-background", "data-bg", "data-background-image"):
            value = (element.get(name) or "").strip()
            yield Sort.PICTURE, value if "/" in value and "(" not in value else ""


def _choices(image: html.HtmlElement) -> Iterator[str]:
    """Yields all addresses that an img, its `srcset` and the sources around it name, as printed."""
    yield image.get("src") or ""
    for name in ("srcset", "data-srcset", "data-lazy-srcset"):
        yield from _entries(image.get(name) or "")
    for name in ("data-src", "data-original", "data-lazy-src", "data-lazy"):
        yield image.get(name) or ""
    around = image.getparent()
    for _ in range(3):  # the parser sets an img inside the sources before it
        if around is None or around.tag not in ("picture", "source"):
            break
        for source in around.iter("source"):
            yield from _entries(source.get("srcset") or source.get("data-srcset") or "")
        around = around.getparent()


def _entries(srcset: str) -> list[str]:
    return _ENTRY.findall(srcset)[:20]


def _is_dot(image: html.HtmlElement) -> bool:
    """Whether a picture is drawn one pixel large or not at all: a counter."""
    sizes = ((image.get(name) or "").strip().removesuffix("px") for name in ("width", "height"))
    return any(size in ("0", "1") for size in sizes)


def _address(base: str, printed: str) -> str:
    """Returns the absolute URL that a page names, without a fragment; "" for data and what is none."""
    printed = printed.strip()
    if not printed or printed.startswith(("#", "data:", "javascript:", "about:", "blob:")):
        return ""
    return urldefrag(absolute(base, printed) or "").url


def _add(found: dict[str, Sort], base: str, printed: str, sort: Sort) -> None:
    url = _address(base, printed)
    if not url or len(found) >= MOST or _OLD_FONT.search(url):
        return
    if unwanted(url, picture=sort is Sort.PICTURE):
        return
    found[url] = min(sort, found.get(url, sort))


def _joined(found: dict[str, Sort], more: dict[str, Sort]) -> dict[str, Sort]:
    return found | {url: min(sort, found.get(url, sort)) for url, sort in more.items()}


def _first(match: re.Match[str]) -> str:
    return next((group for group in match.groups() if group), "")


def _unescaped(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        if match[1]:
            code = int(match[1], 16)
            return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "�"
        return match[2] if match[2] != "\n" else ""

    return _ESCAPE.sub(one, text)

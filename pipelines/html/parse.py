"""Bytes to a parsed page, once: the encoding that the bytes really have, NFC text, one lxml tree.

What a server or a page says of its encoding is often wrong, so the bytes decide where they can: text that
is valid UTF-8 with multi-byte letters is never anything else. Declared encodings are tried next.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lxml import etree, html

from pipelines.html.fonts import maybe_font, unfont
from pipelines.html.letters import mend, suspicious
from pipelines.html.unclosed import close, runs_on
from pipelines.html.word import without_word
from storage.text import nfc

MAX_BYTES = 32 * 1024 * 1024  # the bound of a downloaded body; a larger one is cut here too
MAX_LETTERS = 2_000_000  # of markup without pictures inside it; the largest article pages seen have a tenth
_INLINE_DATA = re.compile(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=\s%]{200,}")
# The parser gives up beyond 256 levels; unclosed tags of these kinds lead there, and hold no structure.
_INLINE_TAG = re.compile(rb"</?(?:font|span|b|i|u|em|strong|big|small|o:p|st1:\w+)\b[^<>]*>", re.I)
_ANY_BOX = re.compile(
    rb"(?:</?(?:div|p|table|tbody|tr|td|center|section|ul|ol|li|dl|blockquote|form)\b[^<>]*>\s*)+", re.I
)
# "&amp;#225;": an entity that a portal's editor encoded a second time
_TWICE = re.compile(rb"&amp;(?=(?:#\d{2,7}|#x[0-9a-f]{2,6}|[a-z]{2,8}\d?);)", re.I)
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([a-zA-Z0-9_.:-]{3,20})""", re.I)
_XML_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*\?>")
_CONTROLS = bytes([*range(9), 11, *range(14, 32), 127])
_CONTROL = bytes.maketrans(_CONTROLS, b" " * len(_CONTROLS))
_PRINTABLE = bytes(set(range(128)) - set(_CONTROLS))  # ASCII that needs no second look
_COMBINING = (b"\xcc", b"\xcd")  # U+0300 to U+037F begin so in UTF-8
# Letters that only Vietnamese words of this encoding produce, to choose between single-byte encodings.
_VIETNAMESE = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.I)
_SOUND = re.compile(rb"\xe1[\xba\xbb][\x80-\xbf]")  # the letters ạ to ỹ in UTF-8; chance makes none of them
_ENOUGH = 5
_PIECE = re.compile(rb"<[^<>]*>?|[^<]+")
_MULTIBYTE = re.compile(rb"[\xc3-\xc6][\x80-\xbf]|[\xe1\xe2][\x80-\xbf]{2}")
# one byte of no UTF-8 sequence, beside an ASCII letter
_STRAY = re.compile(rb"(?<=[A-Za-z])[\xc0-\xfd](?![\x80-\xbf])|(?<![\x80-\xff])[\xc0-\xfd](?=[A-Za-z])")
_ACCENTED = frozenset("àáâãèéêìíòóôõùúýÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝ")
_OPENED = re.compile(rb"<(?:!doctype\s+html|html|body)\b", re.I)
_CLOSED = re.compile(rb"</(?:html|body)\s*>", re.I)
_TOP, _FOOT = 3_000, 20_000  # bytes in which a page opens, and in which it closes; counters may follow
_PARSER_OPTIONS = {"encoding": "utf-8", "remove_comments": True, "remove_pis": True}


@dataclass(frozen=True, slots=True)
class Page:
    """A parsed page: the root element of its tree and the encoding its bytes had (`mixed` names a repair)."""

    tree: html.HtmlElement
    encoding: str
    damaged: bool = False  # some bytes were guessed, or could not be read and became U+FFFD


def _known(name: bytes | str) -> str | None:
    text = name.decode("ascii", "replace") if isinstance(name, bytes) else name
    try:
        "".encode(text)
    except LookupError:
        return None
    text = text.lower()
    return "windows-1252" if text in {"iso-8859-1", "latin-1", "latin1", "ascii", "us-ascii"} else text


def declared(body: bytes, headers: Mapping[str, str]) -> list[str]:
    """Returns the encodings that the header and the first 4 KB of the page name, in this order, known ones
    only.
    """
    found = [
        m.group(1)
        for m in [_CHARSET.search(headers.get("content-type", "").encode("latin-1", "replace"))]
        if m
    ]
    found += [m.group(1) for m in _CHARSET.finditer(body, 0, 4096)]
    names = [_known(name) for name in found]
    return list(dict.fromkeys(name for name in names if name))


def decode(body: bytes, headers: Mapping[str, str]) -> tuple[str, str, bool]:
    """Returns the page's text in NFC, the name of the encoding it had, and whether unreadable bytes were
    replaced.

    Never raises. Text written in a TCVN3 or VNI font comes out as Unicode, its encoding named so.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return _finish(body[len(bom) :].decode(name, "replace"), name)
    try:
        text = body.decode("utf-8")
        return _finish(text, "utf-8") if maybe_font(body) else (nfc(mend(text)), "utf-8", False)
    except UnicodeDecodeError:
        pass
    if body[:200].count(b"\0") > 40:
        name = "utf-16-le" if body[1:2] == b"\0" else "utf-16-be"
        return _finish(body.decode(name, "replace"), name)
    text = body.decode("utf-8", "replace")
    head = body[:4096]
    if len(head) - len(head.translate(None, _CONTROLS)) > len(head) / 20:  # no text in any encoding
        return _finish(text, "utf-8", damaged=True)
    if len(_SOUND.findall(body)) >= _ENOUGH or len(_VIETNAMESE.findall(text)) > 20 * text.count("\ufffd"):
        text, damaged = _patched(body, [*declared(body, headers), "windows-1258", "windows-1252"])
        return _finish(text, "utf-8", damaged=damaged)
    candidates = [name for name in declared(body, headers) if not name.startswith("utf")]
    readings = [
        (name, body.decode(name, "replace"))
        for name in dict.fromkeys([*candidates, "windows-1258", "windows-1252"])
    ]
    fonts = [(unfont(reading), name) for name, reading in readings if name == "windows-1252"]
    for (plain, font), _name in fonts:
        if font:
            return nfc(mend(plain)), font, False
    # max keeps the first of equals, so what the page declares wins a tie
    name, text = max(readings, key=lambda r: len(_VIETNAMESE.findall(nfc(r[1]))) - 5 * r[1].count("\ufffd"))
    return _finish(text, name, damaged="\ufffd" in text)


def _finish(text: str, encoding: str, *, damaged: bool = False) -> tuple[str, str, bool]:
    plain, font = unfont(text)
    return nfc(mend(plain)), font or encoding, damaged


def _patched(body: bytes, encodings: Iterable[str]) -> tuple[str, bool]:
    """The text of UTF-8 `body` in which an editor, a footer or a menu left other bytes, and whether some of
    them had to be guessed or given up.

    A run between two tags without any UTF-8 letter is read in the first of `encodings` that makes most
    Vietnamese of it; elsewhere single bytes are guessed, what is left is U+FFFD.
    """
    names = [name for name in dict.fromkeys(encodings) if not name.startswith("utf")]
    damaged = False

    def run(match: re.Match[bytes]) -> str:
        nonlocal damaged
        piece = match.group()
        try:
            return piece.decode("utf-8")
        except UnicodeDecodeError:
            pass
        if not _MULTIBYTE.search(piece):
            readings = [piece.decode(name, "replace") for name in names]
            best = max(readings, key=lambda text: len(_VIETNAMESE.findall(nfc(text))))
            if _VIETNAMESE.search(nfc(best)):
                return best
        damaged = True
        return _STRAY.sub(_guessed, piece).decode("utf-8", "replace")

    return "".join([run(match) for match in _PIECE.finditer(body)]), damaged


def _guessed(byte: re.Match[bytes]) -> bytes:
    """A foreign byte beside ASCII letters as the accented letter that it is in windows-1252."""
    letter = byte.group().decode("cp1252", "replace")
    return letter.encode() if letter in _ACCENTED else byte.group()


def parse_text(text: str) -> html.HtmlElement:
    """Returns the tree of a page given as text. Never raises: what cannot be parsed is an empty page."""
    if len(text) > MAX_LETTERS:
        text = _INLINE_DATA.sub("data:", text)[:MAX_LETTERS]
    # lone surrogates (from JSON input) have no UTF-8 form
    return _parsed(text.encode("utf-8", "replace").translate(_CONTROL))


def _parsed(source: bytes) -> html.HtmlElement:
    """The tree of UTF-8 `source` without control characters."""
    source = without_word(_XML_DECLARATION.sub(b"", source, count=1))
    source = _TWICE.sub(b"&", source)
    tree, whole = _tree(source)
    if tree is not None and runs_on(tree) and (closed := close(source)) is not source:
        source = closed
        tree, whole = _tree(source)
    if not whole:  # nested deeper than the parser goes: the text is worth more than its boxes
        source = _INLINE_TAG.sub(b" ", source)
        tree, whole = _tree(source)
    if not whole:
        tree, _ = _tree(_ANY_BOX.sub(b"<br>", source))
    return etree.HTML("<html><head></head><body></body></html>") if tree is None else tree


def _tree(source: bytes) -> tuple[html.HtmlElement | None, bool]:
    """The tree of UTF-8 `source`, None for nothing, and whether the parser read it to its end."""
    # not lxml.html: its elements are made by a Python function each, which costs more than the parse itself
    parser = etree.HTMLParser(**_PARSER_OPTIONS)
    try:
        tree = etree.fromstring(source, parser) if source.strip() else None
    except (etree.LxmlError, ValueError, AssertionError):
        tree = None
    whole = not any("depth" in entry.message for entry in parser.error_log)
    if tree is None or not isinstance(tree.tag, str):
        return None, whole
    while (behind := tree.getnext()) is not None:
        _take_in(tree, behind)
    return tree, whole


def _take_in(tree: html.HtmlElement, behind: html.HtmlElement) -> None:
    """Moves what stands behind the end of `tree`, a second document or an element, into it, as browsers do:
    nobody else would look there. The names of elements are left alone: malformed ones cannot be set.
    """
    body = tree.find("body")
    if behind.tag != "html":
        (tree if body is None else body).append(behind)
        return
    tree.append(behind)
    for part in list(behind):
        own = tree.find("head" if part.tag == "head" else "body")
        if own is None:
            tree.insert(tree.index(behind), part)
        elif part.tag == "head":
            own.extend(list(part))
        else:
            if part.tag == "body":
                part.tag = "div"
            own.append(part)
    tree.remove(behind)


def _as_it_is(body: bytes) -> bytes | None:
    """`body` without control characters where it is the usual page, that the parser takes as it is: UTF-8 in
    NFC, in no font's encoding. Its few letters outside of ASCII tell, for a third of what decoding costs.
    """
    if len(body) > MAX_LETTERS or body.startswith(tuple(bom for bom, _ in _BOMS)):
        return None
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    rest = body.translate(None, _PRINTABLE)
    text = rest.decode()
    # Letters join with a mark of their own before them or behind, those of ASCII with combining ones only.
    if (
        maybe_font(rest)
        or suspicious(body, text)
        or any(lead in rest for lead in _COMBINING)
        or nfc(text) is not text
    ):
        return None
    return body if len(rest.translate(None, _CONTROLS)) == len(rest) else body.translate(_CONTROL)


def parse(body: bytes, headers: Mapping[str, str]) -> Page:
    """Returns one parse of a page: `body` decoded from its content encoding, `headers` with lower-case
    names.
    """
    body = body[:MAX_BYTES]
    if (source := _as_it_is(body)) is not None:
        return Page(_parsed(source), "utf-8")
    text, encoding, damaged = decode(body, headers)
    return Page(parse_text(text), encoding, damaged)


def parse_plain(body: bytes) -> html.HtmlElement | None:
    """Returns the tree of the usual page: UTF-8 in NFC that needs no repair; None for another."""
    source = _as_it_is(body)
    return None if source is None else _parsed(source)


def ends_early(body: bytes) -> bool:
    """Returns whether a page begins as one and its end is missing: a transfer, or its server, broke off."""
    return bool(_OPENED.search(body[:_TOP])) and not _CLOSED.search(body, max(0, len(body) - _FOOT))

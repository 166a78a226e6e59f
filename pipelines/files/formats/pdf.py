"""PDF to text with PDFium, its letters put in order by place.

PDFium is not thread-safe and ends its process on some hostile files: call this in a process of its own
(pipelines.files.child).
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from pipelines.files.filetext import (
    HYPHEN,
    MAX_LETTERS,
    MAX_PAGE_LETTERS,
    MAX_PAGES,
    Drawn,
    FileStatus,
    Unreadable,
)
from pipelines.files.formats.place import Letter, in_order

_PICTURE = 0.5  # of the page under pictures: a scan
_SIGNATURE = 200  # visible letters; what a digital signature prints on a scan has fewer
_NESTED = 3  # forms in forms in which pictures are looked for
_INVISIBLE = 3  # the text render mode of what a scanner's program recognised
_PASSWORD = 4  # FPDF_ERR_PASSWORD


def read_pdf(data: bytes) -> Drawn:
    """Returns the text of a PDF, a part a page. Raises Unreadable."""
    document = _opened(data)
    try:
        parts: list[str] = []
        scanned: list[int] = []
        layered: list[int] = []
        letters = 0
        for number in range(min(len(document), MAX_PAGES)):
            text, picture, seen, hidden = _page(document, number)
            if picture >= _PICTURE and seen < _SIGNATURE:
                (layered if hidden >= _SIGNATURE or hidden > 4 * max(seen, 5) else scanned).append(number)
            parts.append(text)
            letters += len(text)
            if letters > MAX_LETTERS:
                break
        return Drawn(parts, scanned=scanned, layered=layered)
    finally:
        document.close()


def pictures(data: bytes, numbers: list[int], dpi: int) -> Iterator[bytes]:
    """Yields pages of a PDF, drawn in grey as PGM (netpbm's P5), for a reader of pictures."""
    document = _opened(data)
    try:
        for number in numbers:
            page = document[number]
            bitmap = page.render(scale=min(dpi / 72, _scale(page)), grayscale=True)
            rows = ctypes.string_at(bitmap.buffer, bitmap.stride * bitmap.height)
            lines = (
                rows[at * bitmap.stride : at * bitmap.stride + bitmap.width] for at in range(bitmap.height)
            )
            yield b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + b"".join(lines)
            bitmap.close()
            page.close()
    finally:
        document.close()


def _scale(page: Any) -> float:
    """The scale at which a page has 25 million points: an A3 plan at 300 dpi has 17."""
    width, height = page.get_size()
    return math.sqrt(25e6 / max(width * height, 1.0))


def _opened(data: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD or "password" in str(error).lower():
            raise Unreadable(FileStatus.ENCRYPTED, "the PDF asks for a password") from None
        raise Unreadable(FileStatus.BROKEN, f"not a PDF that can be opened: {error}") from None


def _page(document: pdfium.PdfDocument, number: int) -> tuple[str, float, int, int]:
    """The text of a page, the share of it under pictures, its visible and its invisible letters."""
    try:
        page = document[number]
    except pdfium.PdfiumError:
        return "", 0.0, 0, 0
    try:
        shown, hidden = _letters(page)
        picture = _picture_share(page)
        text = in_order(_upright(shown if shown and len(shown) >= len(hidden) else [*shown, *hidden]))
        return text, picture, _inked(shown), _inked(hidden)
    finally:
        page.close()


def _inked(letters: list[tuple[Letter, int]]) -> int:
    return sum(not letter.text.isspace() for letter, _ in letters)


def _letters(page: Any) -> tuple[list[tuple[Letter, int]], list[tuple[Letter, int]]]:
    """The letters of a page that are seen, and those that are not, each with its quarter turn."""
    text = page.get_textpage()
    shown: list[tuple[Letter, int]] = []
    hidden: list[tuple[Letter, int]] = []
    x, y, box = ctypes.c_double(), ctypes.c_double(), raw.FS_RECTF()
    modes: dict[int, int] = {}
    high = ""
    for index in range(min(raw.FPDFText_CountChars(text), MAX_PAGE_LETTERS)):
        if raw.FPDFText_IsGenerated(text, index) == 1:
            continue
        code = raw.FPDFText_GetUnicode(text, index)
        if 0xD800 <= code < 0xDC00:
            high = chr(code)
            continue
        if 0xDC00 <= code < 0xE000:
            letter = (high + chr(code)).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        else:
            letter = HYPHEN if code in (2, 0xFFFE) or raw.FPDFText_IsHyphen(text, index) == 1 else chr(code)
        high = ""
        if code in (0, 0xFFFF) or letter in "\r\n":
            continue
        raw.FPDFText_GetCharOrigin(text, index, x, y)
        raw.FPDFText_GetLooseCharBox(text, index, box)
        size = raw.FPDFText_GetFontSize(text, index)
        turn = round(raw.FPDFText_GetCharAngle(text, index) / (math.pi / 2)) % 4
        placed = _placed(letter, x.value, y.value, box, size, turn)
        owner = raw.FPDFText_GetTextObject(text, index)
        key = ctypes.addressof(owner.contents) if owner else 0
        if key not in modes:
            modes[key] = raw.FPDFTextObj_GetTextRenderMode(owner) if owner else 0
        (hidden if modes[key] == _INVISIBLE else shown).append((placed, turn))
    text.close()
    return shown, hidden


def _placed(letter: str, x: float, y: float, box: Any, size: float, turn: int) -> Letter:
    """A letter with its place in the direction of its own line; `size` is that of its box where a matrix
    scales the font."""
    tall = abs(box.top - box.bottom) if turn % 2 == 0 else abs(box.right - box.left)
    size = max(size if 0.4 * size <= tall <= 3 * size else tall, 1.0)
    if turn == 0:
        return Letter(letter, x, y, box.right, size)
    if turn == 1:
        return Letter(letter, y, -x, box.top, size)
    if turn == 2:
        return Letter(letter, -x, -y, -box.left, size)
    return Letter(letter, -y, x, -box.bottom, size)


def _upright(letters: list[tuple[Letter, int]]) -> list[Letter]:
    """The letters that run as most of the page do; a stamp across it would tear its lines."""
    if not letters:
        return []
    turns = Counter(turn for _, turn in letters)
    usual = turns.most_common(1)[0][0]
    return [letter for letter, turn in letters if turn == usual]


def _picture_share(page: Any) -> float:
    """How much of a page its pictures cover, 0 to 1."""
    width, height = page.get_width(), page.get_height()
    if width <= 0 or height <= 0:
        return 0.0
    covered = 0.0
    for item in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=_NESTED):
        left, bottom, right, top = item.get_bounds()
        covered += max(0.0, min(right, width) - max(left, 0.0)) * max(
            0.0, min(top, height) - max(bottom, 0.0)
        )
        if covered >= width * height:
            break
    return float(min(covered / (width * height), 1.0))

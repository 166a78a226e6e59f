"""What a file is, by its bytes: names and Content-Type of portals' files are often wrong."""

from __future__ import annotations

import re
import struct

DOCUMENTS = frozenset("pdf doc docx xls xlsx ppt pptx odt ods odp rtf zip rar 7z".split())
IMAGES = frozenset("jpg png gif webp bmp tif".split())
HTML = "html"

_PDF_WITHIN = 1024  # bytes: Adobe's readers take a header as late as that (PDF 1.7, appendix H.3)
_STARTS = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"{\\rtf", "rtf"),
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"BM", "bmp"),
    (b"II*\x00", "tif"),
    (b"MM\x00*", "tif"),
    (b"ID3", "mp3"),
    (b"\x1f\x8b", "gz"),
    (b"wOF2", "woff2"),
    (b"wOFF", "woff"),
    (b"OTTO", "otf"),
    (b"\x00\x01\x00\x00\x00", "ttf"),
    (b"\x00\x00\x01\x00", "ico"),
)
# Streams of a compound file, in UTF-16 as its directory names them ([MS-CFB] 2.6)
_STREAMS = (("WordDocument", "doc"), ("Workbook", "xls"), ("Book", "xls"), ("PowerPoint Document", "ppt"))
_PARTS = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"))
_OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}
_MARKUP = re.compile(rb"(?:<!doctype\s+html|<html|<head|<body|<meta|<title|<script|<!--|<div|<p>)", re.I)
_OFFICE_XML = re.compile(rb"<\?mso-application\s+progid=\"(Word|Excel)\.", re.I)
_MOST_PARTS = 10_000  # of a ZIP file, whose names are looked at; a document has some dozens


def type_of(body: bytes) -> str:
    """Returns what `body` is: a lower-case extension (one of DOCUMENTS, IMAGES, …), HTML for a page, "" where
    its bytes do not tell.
    """
    start = body[:_PDF_WITHIN].lstrip(b"\xef\xbb\xbf \t\r\n")
    kind = next((kind for first, kind in _STARTS if body.startswith(first)), "")
    if kind == "ole":
        return _compound(body)
    if kind == "zip":
        return _zipped(body)
    if kind == "bmp" and not _is_bitmap(body):
        kind = ""
    if kind:
        return kind
    if body.startswith(b"RIFF"):
        return {b"WEBP": "webp", b"WAVE": "wav", b"AVI ": "avi"}.get(body[8:12], "")
    if body[4:8] == b"ftyp":
        return "mp4"
    if b"%PDF-" in body[:_PDF_WITHIN] and not _MARKUP.match(start):
        return "pdf"
    if office := _OFFICE_XML.search(body[:_PDF_WITHIN]):
        return "doc" if office[1].lower() == b"word" else "xls"
    if start.lower().startswith(b"<?xml"):
        start = start.partition(b"?>")[2].lstrip()
    return "svg" if start[:4].lower() == b"<svg" else HTML if _MARKUP.match(start) else ""


def is_file(body: bytes) -> bool:
    """Returns whether `body` is a document or a picture, wherever it came from."""
    return type_of(body) in DOCUMENTS or type_of(body) in IMAGES


def _is_bitmap(body: bytes) -> bool:
    """Returns whether the header after "BM" has the size of the file (BITMAPFILEHEADER) and no reserved
    bits.
    """
    return len(body) > 14 and body[6:10] == bytes(4) and struct.unpack_from("<I", body, 2)[0] <= len(body) + 2


def _compound(body: bytes) -> str:
    return next((kind for name, kind in _STREAMS if name.encode("utf-16-le") in body), "ole")


def _zipped(body: bytes) -> str:
    if body[30:38] == b"mimetype":  # OpenDocument 1.3, part 2, 3.3: first, not compressed
        for name, kind in _OPEN_DOCUMENT.items():
            if body.startswith(name, 38):
                return kind
    names = _names(body)
    if "[Content_Types].xml" in names:
        return next((kind for part, kind in _PARTS if any(one.startswith(part) for one in names)), "zip")
    return "zip"


def _names(body: bytes) -> list[str]:
    """Returns the names in a ZIP file's central directory (APPNOTE 4.3.12), at most _MOST_PARTS; nothing
    where it is damaged.
    """
    end = body.rfind(b"PK\x05\x06", max(0, len(body) - 65_557))
    if end < 0 or end + 22 > len(body):
        return []
    count, _, at = struct.unpack_from("<HII", body, end + 10)
    found: list[str] = []
    for _ in range(min(count, _MOST_PARTS)):
        if body[at : at + 4] != b"PK\x01\x02" or at + 46 > len(body):
            break
        name, extra, comment = struct.unpack_from("<HHH", body, at + 28)
        found.append(body[at + 46 : at + 46 + name].decode("utf-8", "replace"))
        at += 46 + name + extra + comment
    return found

"""What a file is that is no page of HTML, by its first bytes (file signatures) or its Content-Type."""

from __future__ import annotations

from collections.abc import Mapping

from crawler.fetch.responses import READABLE
from crawler.terminal.filetables import size
from storage.language.messages import message

ADVICE = message(
    "It is no web page: open it in its own program, or give the URL of the article that links to it"
)
_SIGNATURES = {  # the first bytes of files that district portals attach to articles
    b"%PDF-": message("a PDF file"),
    b"PK\x03\x04": message("a ZIP file (or DOCX, XLSX, PPTX)"),
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": message("an old Microsoft Office file (DOC, XLS, PPT)"),
    b"Rar!\x1a\x07": message("a RAR file"),
    b"7z\xbc\xaf\x27\x1c": message("a 7z file"),
    b"\x1f\x8b": message("a gzip file"),
    b"\x89PNG\r\n": message("a PNG picture"),
    b"\xff\xd8\xff": message("a JPEG picture"),
    b"GIF8": message("a GIF picture"),
    b"{\\rtf": message("an RTF file"),
    b"RIFF": message("a WebP, WAV or AVI file"),
    b"ID3": message("an MP3 file"),
}


def not_a_page(body: bytes, headers: Mapping[str, str]) -> str | None:
    """Returns what `body` is, with type and size, where it is no HTML; None where it may be a page.

    `headers` have lower-case names. The signature counts more than the Content-Type, which servers mistake.
    """
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    name = next((name for start, name in _SIGNATURES.items() if body.startswith(start)), None)
    if name is None and (not kind or any(word in kind for word in READABLE)):
        return None
    about = ", ".join(filter(None, [kind, _size(len(body))]))
    return message("{name} ({about})", name=name or message("a file"), about=about)


def _size(count: int) -> str:
    """Returns a number of bytes as a person reads it: 812 bytes, 14 kB, 1.2 MB."""
    return f"{count} bytes" if count < 1000 else size(count)

"""What a file is, by its bytes, whatever its name says."""

from __future__ import annotations

import io
import zipfile

import pytest

from pipelines.files.sniff import HTML, type_of

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def packed(*names: str, first: str = "") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        if first:
            package.writestr(zipfile.ZipInfo("mimetype"), first)
        for name in names:
            package.writestr(name, "<a/>")
    return stream.getvalue()


def stream_named(name: str) -> bytes:
    return OLE + name.encode("utf-16-le") + bytes(100)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"%PDF-1.4\n%\xe2\xe3", "pdf"),
        (b"\r\n\r\n%PDF-1.7\n", "pdf"),
        (b"junk of a proxy" * 9 + b"%PDF-1.5", "pdf"),
        (stream_named("WordDocument"), "doc"),
        (stream_named("Workbook"), "xls"),
        (stream_named("PowerPoint Document"), "ppt"),
        (stream_named("Contents"), "ole"),
        (packed("[Content_Types].xml", "word/document.xml"), "docx"),
        (packed("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        (packed("[Content_Types].xml", "ppt/presentation.xml"), "pptx"),
        (packed("content.xml", first="application/vnd.oasis.opendocument.text"), "odt"),
        (packed("content.xml", first="application/vnd.oasis.opendocument.spreadsheet"), "ods"),
        (packed("word/ke-hoach.txt", "phu-luc.pdf"), "zip"),
        (b"PK\x03\x04 and nothing else that is whole", "zip"),
        (b"Rar!\x1a\x07\x01\x00", "rar"),
        (b"{\\rtf1\\ansi", "rtf"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "jpg"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "webp"),
        (b'<?xml version="1.0"?>\n<?mso-application progid="Word.Document"?>', "doc"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg">', "svg"),
        (b"<!DOCTYPE html><html><body>%PDF- is no header here", HTML),
        (b"\xef\xbb\xbf\r\n <html lang='vi'>", HTML),
        (b"<script>location='/dang-nhap'</script>", HTML),
        (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0">', HTML),
        (b"BMW va cac xe khac", ""),
        ("Danh sách trúng tuyển".encode(), ""),
        (b"", ""),
    ],
    ids=range(27),
)
def test_bytes_say_what_they_are(body: bytes, kind: str) -> None:
    assert type_of(body) == kind


def test_a_directory_that_claims_a_million_parts_is_no_trouble() -> None:
    whole = bytearray(packed("[Content_Types].xml", "word/document.xml"))
    end = whole.rfind(b"PK\x05\x06")
    whole[end + 10 : end + 12] = b"\xff\xff"
    assert type_of(bytes(whole)) == "docx"

"""Hostile files end their process, or their time, and no other file's reading."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from fixtures.files import office, pdf
from pipelines.files import child
from pipelines.files.child import FileReader
from pipelines.files.filetext import FileStatus

pytestmark = pytest.mark.slow

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
GOOD = pdf.document([pdf.lines(["Thông báo lịch cắt điện"])])


def with_contents(data: bytes, filters: str = "/FlateDecode") -> bytes:
    """A PDF of one page whose contents are `data`."""
    return pdf.assembled([
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        (b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>"),
        b"<< /Length %d /Filter [%s] >>\nstream\n%s\nendstream" % (len(data), filters.encode(), data),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ])  # fmt: skip


def deflated_twice() -> bytes:
    packer = zlib.compressobj(9)
    once = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(400)) + packer.flush()
    return with_contents(zlib.compress(once, 9), "/FlateDecode /FlateDecode")


def much_text() -> bytes:
    line = b"BT /F1 9 Tf " + b"(" + b"a" * 2000 + b") Tj 0 -9 Td " * 1 + b" ET\n"
    return with_contents(zlib.compress(line * 60_000, 6))


def own_parent() -> bytes:
    return pdf.assembled([
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 9 /Kids [" + b"2 0 R " * 9 + b"] >>",
    ])  # fmt: skip


def many_pages() -> bytes:
    return pdf.assembled([
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 200000 /Kids [" + b"3 0 R " * 200_000 + b"] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    ])  # fmt: skip


def forms_in_forms() -> bytes:
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
            b"/Resources << /XObject << /X 5 0 R >> >> >>"
        ),
        b"<< /Length 5 >>\nstream\n/X Do\nendstream",
    ]
    head = b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 11"
    head += b" /Resources << /XObject << /X %d 0 R >> >>"
    objects += [
        head % min(number + 1, 34) + b" >>\nstream\n/X Do /X Do\nendstream" for number in range(5, 35)
    ]
    return pdf.assembled(objects)


def much_xml() -> bytes:
    body = "<w:p><w:r><w:t>một hai ba bốn</w:t></w:r></w:p>" * 20_000
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        with package.open("word/document.xml", "w", force_zip64=True) as part:
            part.write(f"<w:document {W}><w:body>".encode())
            for _ in range(500):
                part.write(body.encode())
            part.write(b"</w:body></w:document>")
    return out.getvalue()


def entities() -> bytes:
    declared = "".join(f'<!ENTITY e{number} "{f"&e{number - 1};" * 10}">' for number in range(1, 12))
    body = f"<w:document {W}><w:body><w:p><w:r><w:t>&e11;</w:t></w:r></w:p></w:body></w:document>"
    xml = f'<!DOCTYPE d [<!ENTITY e0 "ha">{declared}]>{body}'
    return office.packed({"[Content_Types].xml": "<Types/>", "word/document.xml": xml})


def far_corner() -> bytes:
    made = office.xlsx({"A": [["x"]]})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.endswith("sheet1.xml"):
                data = data.replace(
                    b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                )
            new.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    "bomb",
    [deflated_twice, much_text, own_parent, many_pages, forms_in_forms, much_xml, entities, far_corner],
)
def test_a_bomb_ends_and_the_file_after_it_is_read(
    bomb: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "WALL", 25.0)
    with FileReader() as reader:
        found = reader.read(bomb())
        assert len(found.text) <= 2_000_000
        assert reader.read(GOOD).text == "Thông báo lịch cắt điện"


def test_a_reader_that_is_killed_is_told_and_the_next_file_is_read() -> None:
    with FileReader() as reader:
        assert reader.read(GOOD).status is FileStatus.TEXT
        assert reader._child is not None
        reader._child.kill()
        reader._child.wait()
        assert reader.read(GOOD).status is FileStatus.TEXT


def test_a_page_is_drawn_for_a_reader_of_pictures() -> None:
    with FileReader() as reader:
        (drawn,) = reader.draw(GOOD, [0], 72)
    head, _, dots = drawn.partition(b"255\n")
    assert head == b"P5 595 842 "
    assert len(dots) == 595 * 842
    assert min(dots) < 50 < 200 < max(dots)


def test_a_reader_may_take_600_mb_of_memory() -> None:
    with FileReader() as reader:
        assert reader.read(GOOD).status is FileStatus.TEXT
        assert reader._child is not None
        limits = Path(f"/proc/{reader._child.pid}/limits").read_text()
    (line,) = [line for line in limits.splitlines() if line.startswith("Max address space")]
    assert int(line.split()[3]) <= 600_000_000

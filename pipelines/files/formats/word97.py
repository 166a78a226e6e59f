"""Word's binary format of 1997 to 2003 (.doc) to text, by its table of pieces ([MS-DOC] 2.4.1)."""

from __future__ import annotations

import io
import re
import struct

import olefile

from pipelines.files.filetext import Drawn, FileStatus, Unreadable
from pipelines.files.formats.ooxml import read_wordml

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC, _WORD97 = 0xA5EC, 0x00C1
_TABLE_1, _ENCRYPTED = 0x0200, 0x0100
_CLX, _FONTS = 0x01A2, 0x0112  # offsets of (offset, length) in the head of the document
_COMPRESSED = 0x40000000
# What Word writes between the letters: cell 07, line 0B, page 0C, paragraph 0D, fixed hyphen 1E, optional 1F
_SIGNS = {0x0B: "\n", 0x0C: "\n", 0x0D: "\n", 0x1E: "-", 0x1F: "\u00ad", 0xA0: " "}
_SIGNS |= dict.fromkeys((0, 1, 2, 3, 4, 5, 6, 8, 0x0E, 0x0F, 0x10, 0x11, 0x12, 0x16, 0x17, 0x18), "")
_ROW = re.compile(r"\x07\x07")
_CELL_END = re.compile(r"[\n]*\x07")


def read_doc(data: bytes) -> Drawn:
    """Returns the text of a .doc, its notes and heads behind it; of one that Word 2003 saved as XML, too.

    Raises Unreadable.
    """
    if not data.startswith(_OLE):
        return read_wordml(data)
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as package:
            document = package.openstream("WordDocument").read()
            head = struct.unpack_from("<HH", document)
            flags = struct.unpack_from("<H", document, 0x0A)[0]
            if head[0] != _MAGIC or head[1] < _WORD97:
                raise Unreadable(FileStatus.UNSUPPORTED, "a Word file of before 1997")
            if flags & _ENCRYPTED:
                raise Unreadable(FileStatus.ENCRYPTED, "the Word file asks for a password")
            table = package.openstream("1Table" if flags & _TABLE_1 else "0Table").read()
    except (OSError, struct.error) as error:
        raise Unreadable(FileStatus.BROKEN, f"not a Word file that can be opened: {error}") from None
    text = "".join(_pieces(document, table))
    return Drawn([_plain(text)], paged=False, fonts=_fonts(document, table))


def _pieces(document: bytes, table: bytes) -> list[str]:
    try:
        start, length = struct.unpack_from("<II", document, _CLX)
        at, end = start, start + length
        while at < end and table[at] == 1:  # changes of format, which carry no text
            at += 3 + struct.unpack_from("<H", table, at + 1)[0]
        if at >= end or table[at] != 2:
            raise Unreadable(FileStatus.BROKEN, "the Word file has no table of pieces")
        size = struct.unpack_from("<I", table, at + 1)[0]
        count = (size - 4) // 12
        at += 5
        places = struct.unpack_from(f"<{count + 1}I", table, at)
        found = []
        for index in range(count):
            where = struct.unpack_from("<I", table, at + 4 * (count + 1) + 8 * index + 2)[0]
            letters = places[index + 1] - places[index]
            if where & _COMPRESSED:
                begin = (where & ~_COMPRESSED) // 2
                found.append(document[begin : begin + letters].decode("cp1252", "replace"))
            else:
                found.append(document[where : where + 2 * letters].decode("utf-16-le", "replace"))
        return found
    except (struct.error, IndexError, MemoryError) as error:
        raise Unreadable(FileStatus.BROKEN, f"the Word file's table of pieces is damaged: {error}") from None


def _plain(text: str) -> str:
    """Text without the instructions of fields, a row of a table on a line with tabs between its cells."""
    shown: list[str] = []
    told = 0  # fields within whose instructions we stand
    fields: list[bool] = []
    for piece in re.split(r"([\x13-\x15])", text):
        if piece == "\x13":
            fields.append(True)
            told += 1
        elif piece == "\x14" and fields:
            told -= fields[-1]
            fields[-1] = False
        elif piece == "\x15" and fields:
            told -= fields.pop()
        elif not told and piece not in ("\x14", "\x15"):
            shown.append(piece)
    plain = _ROW.sub("\x07\n", "".join(shown).translate(_SIGNS))
    return _CELL_END.sub("\t", plain).replace("\t\n", "\n")


def _fonts(document: bytes, table: bytes) -> frozenset[str]:
    """The names in the table of fonts; old Vietnamese ones tell how the letters are encoded."""
    start, length = struct.unpack_from("<II", document, _FONTS)
    names = table[start : start + length].decode("utf-16-le", "ignore")
    odd = table[start + 1 : start + length].decode("utf-16-le", "ignore")
    return frozenset(re.findall(r"\.Vn\w+|VNI-\w+", f"{names} {odd}"))

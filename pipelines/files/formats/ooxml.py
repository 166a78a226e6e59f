"""Packages of XML to text: Word, PowerPoint and OpenDocument since 2000, and Word's XML of 2003."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from typing import IO

from lxml import etree

from pipelines.files.filetext import MAX_LETTERS, MAX_UNPACKED, Drawn, FileStatus, Unreadable
from pipelines.files.letters import by_font

_WORD_PARTS = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes)\d*\.xml")
_SLIDES = re.compile(r"ppt/slides/slide(\d+)\.xml")
# Elements that end a line, that stand for a sign, and whose text no reader of the page sees
_PARAGRAPH, _CELL, _TEXT = {"p", "h"}, {"tc", "table-cell"}, {"t"}
_LINE = _PARAGRAPH | {"br", "cr", "line-break", "tr", "table-row"}
_SIGN = {"tab": "\t", "noBreakHyphen": "-", "softHyphen": "\u00ad"}
_NOT_SHOWN = {"delText", "instrText", "Fallback", "annotation", "tracked-changes"}


def read_docx(data: bytes) -> Drawn:
    """Returns the text of a .docx or .docm, its heads and notes behind it. Raises Unreadable."""
    with package(data) as parts:
        names = [name for name in parts.namelist() if _WORD_PARTS.fullmatch(name)]
        if "word/document.xml" not in names:
            raise Unreadable(FileStatus.BROKEN, "the package has no word/document.xml")
        names.sort(key=lambda name: (name != "word/document.xml", "note" not in name, name))
        fonts: set[str] = set()
        texts = []
        for name in names:
            with parts.open(name) as part:
                texts.append(_text(part, fonts))
    return Drawn(["\n".join(filter(str.strip, texts))], paged=False, fonts=frozenset(fonts))


def read_pptx(data: bytes) -> Drawn:
    """Returns the text of a .pptx, a part a slide in the order of their numbers. Raises Unreadable."""
    with package(data) as parts:
        slides = [match for name in parts.namelist() if (match := _SLIDES.fullmatch(name))]
        slides.sort(key=lambda match: int(match[1]))
        texts = []
        for match in slides:
            with parts.open(match[0]) as part:
                texts.append(_text(part, set()))
    return Drawn(texts)


def read_odt(data: bytes) -> Drawn:
    """Returns the text of a .odt or .odp. Raises Unreadable."""
    with package(data) as parts:
        try:
            with parts.open("content.xml") as part:
                return Drawn([_text(part, set(), flowing=True)], paged=False)
        except KeyError:
            raise Unreadable(FileStatus.BROKEN, "the package has no content.xml") from None


def read_wordml(data: bytes) -> Drawn:
    """Returns the text of a file that Word 2003 saved as one XML. Raises Unreadable."""
    fonts: set[str] = set()
    return Drawn([_text(io.BytesIO(data), fonts)], paged=False, fonts=frozenset(fonts))


def package(data: bytes) -> zipfile.ZipFile:
    """Returns a package that may be unpacked: by its own directory it is no bomb. Raises Unreadable."""
    try:
        found = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Unreadable(FileStatus.BROKEN, f"not a package that can be opened: {error}") from None
    if any(info.flag_bits & 1 for info in found.infolist()):
        raise Unreadable(FileStatus.ENCRYPTED, "the package asks for a password")
    if (size := sum(info.file_size for info in found.infolist())) > MAX_UNPACKED:
        raise Unreadable(FileStatus.TOO_LARGE, f"unpacks to {size >> 20} MB; read are {MAX_UNPACKED >> 20}")
    return found


def _text(part: IO[bytes], fonts: set[str], flowing: bool = False) -> str:
    """The text of one XML part. `flowing`: any text of a paragraph counts (OpenDocument has no `t`)."""
    flow = _Flow(fonts, flowing)
    parser = etree.XMLParser(target=flow, resolve_entities=False, no_network=True, remove_comments=True)
    try:
        while (some := part.read(1 << 16)) and flow.letters <= MAX_LETTERS:
            parser.feed(some)
        if not some:
            parser.close()
    except (etree.XMLSyntaxError, zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise Unreadable(FileStatus.BROKEN, f"damaged XML in the package: {error}") from None
    return "".join(flow.pieces)


class _Flow:
    """Takes what an XML parser reads, in order, and keeps what a reader of the page sees."""

    def __init__(self, fonts: set[str], flowing: bool) -> None:
        self.pieces: list[str] = []
        self.letters = 0
        self.fonts, self.flowing = fonts, flowing
        self.hidden = self.cells = self.inside = 0
        self.font = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        name = tag.rpartition("}")[2]
        self.hidden += name in _NOT_SHOWN
        self.cells += name in _CELL
        self.inside += name in (_PARAGRAPH if self.flowing else _TEXT)
        if name == "r":
            self.font = ""
        elif name == "rFonts":
            self.font = next((v for k, v in attributes.items() if k.rpartition("}")[2] == "ascii"), "")
            self.fonts.add(self.font)
        elif name in _SIGN and not self.hidden and (self.inside or not self.flowing):
            self._add(_SIGN[name])
        elif name == "s" and self.flowing and self.inside:
            count = next((v for k, v in attributes.items() if k.rpartition("}")[2] == "c"), "1")
            self._add(" " * min(int(count) if count.isdigit() else 1, 100))

    def data(self, text: str) -> None:
        """Text, in pieces of any length."""
        if self.inside and not self.hidden:
            self._add(by_font(text, self.font))

    def end(self, tag: str) -> None:
        """An element ends."""
        name = tag.rpartition("}")[2]
        self.hidden -= name in _NOT_SHOWN
        self.inside -= name in (_PARAGRAPH if self.flowing else _TEXT)
        if name in _CELL:
            self.cells -= 1
            self._add("\t")
        elif name in _LINE:
            # a cell is one place of a row, however many lines it has
            self._add(" " if self.cells and name in _PARAGRAPH else "\n")

    def close(self) -> None:
        """The part ends."""

    def _add(self, text: str) -> None:
        self.pieces.append(text)
        self.letters += len(text)

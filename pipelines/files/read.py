"""One file to its text: which reader, what it found, and how the reading is judged.

Hostile files end or fill the process that reads them: call this through `pipelines.files.child`.
"""

from __future__ import annotations

import importlib
import zipfile
from collections.abc import Callable

from pipelines.files.filetext import (
    HYPHEN,
    MAX_LETTERS,
    READABLE,
    Drawn,
    FileStatus,
    FileText,
    Member,
    Unreadable,
)
from pipelines.files.formats import ooxml
from pipelines.files.letters import hardly_vietnamese, readable
from pipelines.files.sniff import IMAGES, type_of

_MEMBERS = 50  # of a package that are read
_NAMED = 1_000  # that are listed

# Readers whose libraries are loaded when they are needed: type -> module and function
_LATER = {
    "pdf": ("pdf", "read_pdf"),
    "doc": ("word97", "read_doc"),
    "ppt": ("slides97", "read_ppt"),
    "rtf": ("rich", "read_rtf"),
    "xls": ("sheets", "read_sheets"),
    "xlsx": ("sheets", "read_sheets"),
    "ods": ("sheets", "read_sheets"),
}
_NOW: dict[str, Callable[[bytes], Drawn]] = {
    "docx": ooxml.read_docx,
    "pptx": ooxml.read_pptx,
    "odt": ooxml.read_odt,
    "odp": ooxml.read_odt,
}


def read_file(data: bytes) -> FileText:
    """Returns what a file says. Its type is told by its bytes. Never raises on a bad file."""
    kind = type_of(data)
    if not kind:
        return FileText("", FileStatus.UNSUPPORTED, reason="no file of a known type")
    try:
        drawn = _packed(data) if kind == "zip" else _reader(kind)(data)
    except Unreadable as error:
        return FileText(kind, error.status, reason=str(error))
    except MemoryError:
        return FileText(kind, FileStatus.TOO_LARGE, reason="needs more memory than a file may take")
    except Exception as error:  # a damaged file: its readers raise anything, and the next one waits
        return FileText(kind, FileStatus.BROKEN, reason=f"{type(error).__name__}: {str(error)[:200]}")
    return judged(kind, drawn)


def judged(kind: str, drawn: Drawn) -> FileText:
    """Returns what was drawn from a file with its letters repaired and its status."""
    parts, font = readable(drawn.parts, HYPHEN)
    if font is None and any(name.startswith(".Vn") for name in drawn.fonts):
        font = "tcvn3"
    elif font is None and any(name.upper().startswith("VNI-") for name in drawn.fonts):
        font = "vni"
    ends: list[int] = []
    text = ""
    for part in parts:
        text += ("\n" if text and part else "") + part
        if len(text) > MAX_LETTERS:
            text = text[:MAX_LETTERS]
        ends.append(len(text))
    status = _status(drawn, parts, text)
    return FileText(
        kind,
        status,
        text,
        pages=len(parts) if drawn.paged else None,
        page_ends=ends if drawn.paged else [],
        source=("ocr_layer" if status is FileStatus.OCR_LAYER else "text") if status in READABLE else None,
        font=font,
        scanned=drawn.scanned,
        members=drawn.members,
    )


def _status(drawn: Drawn, parts: list[str], text: str) -> FileStatus:
    pictures = {*drawn.scanned, *drawn.layered}
    rest = [number for number, part in enumerate(parts) if part and number not in pictures]
    if not rest and drawn.layered:
        return FileStatus.OCR_LAYER
    if not rest and drawn.scanned:
        return FileStatus.SCAN
    if not text.strip():
        return FileStatus.EMPTY
    if pictures:
        return FileStatus.MIXED
    return FileStatus.SUSPECT if hardly_vietnamese(text) else FileStatus.TEXT


def _reader(kind: str) -> Callable[[bytes], Drawn]:
    if kind in _NOW:
        return _NOW[kind]
    if kind in IMAGES:
        return _picture
    if kind not in _LATER:
        raise Unreadable(FileStatus.UNSUPPORTED, f"no reader for {kind}")
    module, name = _LATER[kind]
    reader: Callable[[bytes], Drawn] = getattr(
        importlib.import_module(f"pipelines.files.formats.{module}"), name
    )
    return reader


def _picture(data: bytes) -> Drawn:
    """A page that somebody photographed or scanned."""
    return Drawn([""], scanned=[0])


def _packed(data: bytes) -> Drawn:
    """The names of a package's members, and their text, one level deep."""
    with ooxml.package(data) as package:
        infos = [info for info in package.infolist() if not info.is_dir()]
        members = [Member(_name(info), info.file_size) for info in infos[:_NAMED]]
        parts = []
        letters = 0
        for info, member in zip(infos[:_MEMBERS], members, strict=False):
            try:
                inner = package.read(info)
                kind = type_of(inner)
                found = None if kind in ("", "zip") else judged(kind, _reader(kind)(inner))
            except (Unreadable, zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError):
                found = None
            part = member.name + (f"\n{found.text}" if found and found.status in READABLE else "")
            parts.append(part)
            letters += len(part)
            if letters > MAX_LETTERS:
                break
        parts += [member.name for member in members[len(parts) :]]
        return Drawn(["\n".join(parts)], paged=False, members=members)


def _name(info: zipfile.ZipInfo) -> str:
    """A member's name: where its package does not say UTF-8, a Windows of Vietnam wrote it."""
    if info.flag_bits & 0x800:
        return info.filename
    raw = info.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "cp1258"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename

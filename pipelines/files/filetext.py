"""What reading a file gives: its text, how sure that is, and what it is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

MAX_PAGES = 500  # of a file; a budget with its annexes has 200
MAX_PAGE_LETTERS = 200_000
MAX_LETTERS = 2_000_000  # of a file: a law code has a tenth
# PDFium's answer for a hyphen at the end of a line; in a font of TCVN3 the same code is the letter ư.
HYPHEN = "\x02"
MAX_UNPACKED = 256 << 20  # bytes of the parts of a package, by its own directory


class FileStatus(StrEnum):
    """How the reading of a file ended.

    TEXT its text was read; SCAN its pages are pictures (lines of a digital signature do not count); MIXED
    some pages are; OCR_LAYER the text is what a scanner's program recognised; SUSPECT the text is hardly
    Vietnamese; EMPTY neither text nor picture; ENCRYPTED it asks for a password; BROKEN it cannot be opened;
    UNSUPPORTED no reader for its type; TOO_LARGE it unpacks to more than is read; TIMEOUT and CRASHED the
    process that read it was ended by its limits, or died.
    """

    TEXT = "text"
    SCAN = "scan"
    MIXED = "mixed"
    OCR_LAYER = "ocr_layer"
    SUSPECT = "suspect"
    EMPTY = "empty"
    ENCRYPTED = "encrypted"
    BROKEN = "broken"
    UNSUPPORTED = "unsupported"
    TOO_LARGE = "too_large"
    TIMEOUT = "timeout"
    CRASHED = "crashed"


READABLE = frozenset({FileStatus.TEXT, FileStatus.MIXED, FileStatus.OCR_LAYER, FileStatus.SUSPECT})


class Unreadable(Exception):
    """A file that gives no text. Raised by the reader of its format, answered by `read_file`.

    `status` tells how the reading ended, the message why, for people.
    """

    def __init__(self, status: FileStatus, why: str) -> None:
        super().__init__(why)
        self.status = status


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside a package: its name as the package gives it, and its size unpacked, in bytes."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class FileText:
    """What reading a file gave.

    `type` by its bytes (pdf, docx …), `text` NFC with a line a line and tabs between columns, `page_ends`
    the offset in `text` behind each page (sheet, slide), `pages` their number, `source` where the text comes
    from ("text", "ocr_layer", "ocr", None), `font` the old font encoding that was read back ("tcvn3", "vni",
    None), `scanned` the numbers, from 0, of pages that are pictures, `reason` why there is no text.
    """

    type: str
    status: FileStatus
    text: str = ""
    pages: int | None = None
    page_ends: list[int] = field(default_factory=list)
    source: str | None = None
    font: str | None = None
    scanned: list[int] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a reader of one format found, before letters are repaired and judged.

    `parts` are pages, sheets or slides. `fonts` names the fonts where the format tells them. `scanned` the
    numbers of parts that are pictures, `layered` of those whose text no reader sees: what a scanner's program
    recognised behind the picture.
    """

    parts: list[str]
    paged: bool = True
    fonts: frozenset[str] = frozenset()
    scanned: list[int] = field(default_factory=list)
    layered: list[int] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)

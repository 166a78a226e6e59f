"""Rich Text Format to text through striprtf."""

from __future__ import annotations

import re

from striprtf import striprtf

from pipelines.files.filetext import Drawn, FileStatus, Unreadable

_FONT = re.compile(rb"\\f\d+[^{};]*?[ ](\.Vn\w+|VNI-\w+)")


def read_rtf(data: bytes) -> Drawn:
    """Returns the text of a .rtf. Raises Unreadable."""
    try:
        text = str(striprtf.rtf_to_text(data.decode("latin-1"), "cp1252", "replace"))  # type: ignore[no-untyped-call]
    except (ValueError, IndexError, KeyError, LookupError, RecursionError) as error:
        raise Unreadable(FileStatus.BROKEN, f"not a rich text that can be read: {error}") from None
    fonts = frozenset(name.decode("ascii", "replace") for name in _FONT.findall(data))
    return Drawn([text], paged=False, fonts=fonts)

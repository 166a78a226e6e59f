"""Scans to text with tesseract, where it is installed with its Vietnamese (Debian: tesseract-ocr-vie)."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from functools import cache

from pipelines.files.child import FileReader
from pipelines.files.filetext import FileText
from pipelines.files.letters import readable

DPI = 150  # measured on simulated scans: 0.98 of the words at 100 dpi, 0.997 at 150, no more above
FIRST = 3  # pages from the front, and the last: what names and signs a document
SECONDS = 120  # a page
_MEMORY = 1 << 30


@cache
def can_recognise() -> bool:
    """Returns whether tesseract and its Vietnamese are installed."""
    if shutil.which("tesseract") is None:
        return False
    told = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=False)  # noqa: S607
    return "vie" in (told.stdout + told.stderr).split()


def recognised(reader: FileReader, data: bytes, found: FileText) -> dict[int, str]:
    """Returns the text of the first and last scanned pages of a file, by page number from 0."""
    wanted = sorted({*found.scanned[:FIRST], *found.scanned[-1:]})
    drawn = reader.draw(data, wanted, DPI) if found.type == "pdf" else [data]
    texts = {page: recognise(picture) for page, picture in zip(wanted, drawn, strict=False)}
    return {page: text for page, text in texts.items() if text}


def recognise(picture: bytes) -> str:
    """Returns the text of one picture (PGM, PNG, JPEG, TIFF); "" where tesseract finds none or fails."""
    try:
        done = subprocess.run(
            ["tesseract", "stdin", "stdout", "-l", "vie", "--psm", "3"],  # noqa: S607
            input=picture,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={"PATH": os.environ.get("PATH", os.defpath), "OMP_THREAD_LIMIT": "1"},
            preexec_fn=_limit,
        )
    except subprocess.TimeoutExpired:
        return ""
    return readable([done.stdout.decode("utf-8", "replace")])[0][0] if done.returncode == 0 else ""


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))

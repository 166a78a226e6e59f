"""Logs of crawls: JSON lines in data/logs/, a file a crawl, each line with its district, portal and run."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler.terminal.escapes import json_text
from storage.vocabulary import VIETNAM

MAX_BYTES = (
    32 * 2**20
)  # of a crawl's log, then it begins anew and keeps one old file: no flood fills the disk
SUFFIXES = (".jsonl", ".jsonl.1", ".err", ".log")
_GRAVE, _OURS = ("ERROR", "CRITICAL"), ("crawler.", "pipelines.", "storage.")
_TAIL = 16_384  # bytes of a log that its last words are looked for in


class JsonLines(logging.Formatter):
    """Records as JSON objects: time (ISO 8601, Vietnam), level, logger, district, portal, run, message.

    `portal` and `run` are null where a line is not about one portal of several. `exception` has a traceback.
    """

    def __init__(self, district: str, run_ids: Mapping[str, int] | None = None) -> None:
        super().__init__()
        self._district = district
        self._run_ids = {} if run_ids is None else run_ids

    def format(self, record: logging.LogRecord) -> str:
        text = record.getMessage()
        portal = portal_of(text, self._run_ids)
        line = {
            "time": datetime.fromtimestamp(record.created, VIETNAM).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "district": self._district,
            "portal": portal,
            "run": self._run_ids.get(portal) if portal else None,
            "message": text,
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json_text(line, default=str)


def portal_of(text: str, portals: Mapping[str, object]) -> str | None:
    """Returns which of `portals` (URLs) a line is about: the only one, or the only one whose host it
    names.
    """
    if len(portals) == 1:
        return next(iter(portals))
    named = [portal for portal in portals if urlsplit(portal).netloc in text]
    return named[0] if len(named) == 1 else None


def install(path: Path, district: str, run_ids: Mapping[str, int], level: str) -> None:
    """Sends what this process logs, from `level` on, to `path`.

    `run_ids` fills as runs are begun: the URL of a portal and the id of its run.
    """
    handler = RotatingFileHandler(
        path, maxBytes=MAX_BYTES, backupCount=1, encoding="utf-8", errors="backslashreplace"
    )
    handler.setLevel(level)
    handler.setFormatter(JsonLines(district, run_ids))
    logging.root.addHandler(handler)
    logging.root.setLevel(level)
    for name in ("scrapy.addons", "scrapy.middleware", "scrapy.extensions.memusage"):  # nothing to learn from
        logging.getLogger(name).setLevel(logging.WARNING)


def last_words(log: Path) -> str:
    """Returns what a crawl said last, at most 300 characters: on standard error, else in its log."""
    printed = _lines(log.with_suffix(".err"))
    if "Timeout (" in "\n".join(
        printed
    ):  # of crawler.run.watchdog; below it the stack, the latest call first
        frame = next((line.strip() for line in printed if line.lstrip().startswith("File ")), "")
        return f"it hung: its event loop stood still in {frame}"[:300]
    if printed:
        return printed[-1].strip()[:300]
    said: list[dict[str, Any]] = []
    for line in _lines(log):
        with suppress(ValueError):
            said += [told] if isinstance(told := json.loads(line), dict) else []
    own = [one for one in said if one.get("level") in _GRAVE and str(one.get("logger")).startswith(_OURS)]
    # Scrapy's last line tells nothing where it could end in order, and our verdict could not be written.
    in_order = bool(said) and str(said[-1].get("message")).startswith("Spider closed")
    last = own if own and in_order else said
    return str(last[-1].get("message"))[:300] if last else "it wrote nothing"


def tidy(log: Path) -> None:
    """Removes what a crawl printed on standard error where that is nothing."""
    printed = log.with_suffix(".err")
    with suppress(OSError):
        if not printed.stat().st_size:
            printed.unlink()


def expire(folder: Path, days: int) -> int:
    """Removes logs in `folder` that nobody wrote to for `days`; returns how many."""
    oldest, gone = time.time() - days * 86_400, 0
    for path in folder.glob("*"):
        with suppress(OSError):
            if path.name.endswith(SUFFIXES) and path.stat().st_mtime < oldest:
                path.unlink()
                gone += 1
    return gone


def _lines(path: Path) -> list[str]:
    """Returns the last lines of a file that are not empty; none where it cannot be read."""
    with suppress(OSError), path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        return [line for line in file.read().decode("utf-8", "replace").split("\n") if line.strip()]
    return []

"""The status page as one HTML file: its parts under crawler/report/, with the figures embedded as JSON.

Nothing is loaded from elsewhere: a content security policy allows this page's own script and style alone,
by their digests. The figures stand in data blocks; the script writes them into the page as text, never as
markup.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crawler.charts.draw import look
from crawler.report.rows import Figures
from crawler.report.strings import sentences, strings
from storage.files import whole

_PARTS = Path(__file__).parent
_SCRIPTS = ("base.js", "table.js", "detail.js", "census.js", "archive.js")  # in the order of their use
# What could end a data block, or begin a comment in it (HTML, script data states).
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}
_SLOT = re.compile(r"\{\{(\w+)\}\}")


def page(figures: Figures) -> str:
    """Returns the whole page that tells `figures`.

    What a portal shows only when opened (its days, runs and flags) is a data block of its own, parsed then.
    """
    style, template = look() + _part("style.css"), _part("page.html")
    script = "\n".join(["(() => {", '"use strict";', *map(_part, _SCRIPTS), "})();"])
    report = figures.as_json()
    details = [portal.pop("detail") for portal in report["portals"]]
    for portal in report["history"]:
        del portal["detail"]
    slots = {
        "style": style,
        "style_hash": _digest(style),
        "script": script,
        "script_hash": _digest(script),
        "strings": _data(strings()),
        "sentences": _data(sentences(_evidence(figures))),
        "report": _data(report),
        "details": "\n".join(
            f'<script type="application/json" id="d{n}">{_data(detail)}</script>'
            for n, detail in enumerate(details)
        ),
    }
    return _SLOT.sub(lambda match: slots[match[1]], template)


def write(text: str, path: Path) -> None:
    """Writes `text` to `path` as UTF-8, under a temporary name until it is whole. Raises OSError."""
    with whole(path) as stream:
        stream.write(text)


def _evidence(figures: Figures) -> Iterator[str]:
    yield from figures.faults
    for run in figures.runs:
        yield from run.evidence
    for portal in figures.portals:
        yield from portal.evidence
        for shown in portal.detail.runs:
            yield from shown.evidence


def _part(name: str) -> str:
    return (_PARTS / name).read_text(encoding="utf-8")


def _data(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

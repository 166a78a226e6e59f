"""The captures of an article in several pages, from the first one on, and the page that they make together.

A crawl, a run that goes on after a kill and a replay put an article together here, so all read the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from crawler.discover.urls import canonical
from pipelines.html.parse import parse
from pipelines.items import Part, RawPage
from storage.errors import RawReadingError
from storage.text import visible
from storage.warc.captures import CaptureRef
from storage.warc.reader import Capture, read_capture

_LINE = 8  # words of a line by which two pages are compared
_WHOLE = 0.8  # of the first page's lines stand on a page that has all of them


@dataclass(frozen=True, slots=True)
class Step:
    """One page of an article as it came: canonical `url`, instant, its record, and the one that has its body
    where that is a revisit.
    """

    url: str
    at: datetime
    ref: CaptureRef
    body: CaptureRef | None = None

    def stored(self) -> dict[str, Any]:
        """Returns it as JSON."""
        body = list(astuple(self.body)) if self.body else None
        return {"url": self.url, "at": self.at.isoformat(), "ref": list(astuple(self.ref)), "body": body}


def step_of(stored: dict[str, Any]) -> Step:
    """Returns the step that `Step.stored` gave as JSON."""
    body = stored.get("body")
    at = datetime.fromisoformat(stored["at"])
    return Step(stored["url"], at, CaptureRef(*stored["ref"]), CaptureRef(*body) if body else None)


def whole_page(base: RawPage, steps: Sequence[Step], folder: Path) -> RawPage | None:
    """Returns the page to read: `base` with the bytes of `steps`, the first as its own, the others as its
    parts, from the WARC files in `folder`; None where the first cannot be read.
    """
    found = [_read(step, folder) for step in steps]
    if not found or found[0] is None:
        return None
    first = found[0]
    return replace(
        base,
        body=first.body,
        headers=first.headers,
        fetched_at=first.fetched_at,
        capture=first.capture,
        parts=tuple(part for part in found[1:] if part is not None),
    )


def body_of(ref: CaptureRef, folder: Path) -> bytes | None:
    """Returns the decoded body of the capture at `ref`; None where it cannot be read."""
    try:
        return read_capture(folder, ref).content
    except RawReadingError:
        return None


def lines_of(body: bytes, headers: dict[str, str]) -> frozenset[str]:
    """Returns the longer lines of a page's text, to tell whether another page says anything new."""
    return _lines(parse(body, headers).tree)


def holds(whole: Iterable[str], first: Iterable[str]) -> bool:
    """Returns whether a page with the lines `whole` has nearly all of the lines `first`, and more."""
    theirs, mine = frozenset(whole), frozenset(first)
    return bool(mine) and len(mine & theirs) >= _WHOLE * len(mine) and len(theirs) > len(mine)


def _lines(tree: Any) -> frozenset[str]:
    texts = (visible("".join(node.itertext())) for node in tree.iter("p", "td", "li", "blockquote"))
    loose = (
        visible(text) for node in tree.iter("div") for text in [node.text, *(c.tail for c in node)] if text
    )
    return frozenset(text for text in (*texts, *loose) if len(text.split()) >= _LINE)


def _read(step: Step, folder: Path) -> Part | None:
    try:
        capture = read_capture(folder, step.ref)
        content = read_capture(folder, step.body).content if step.body else capture.content
    except RawReadingError:
        return None
    if content is None:
        return None
    return Part(canonical(capture.exchange.url), content, step.at, _headers(capture), step.ref)


def _headers(capture: Capture) -> dict[str, str]:
    pairs = ((n.decode("latin-1").lower(), v.decode("latin-1")) for n, v in capture.exchange.headers)
    return {name: value for name, value in pairs if name != "content-encoding"}

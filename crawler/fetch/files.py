"""What a response says of a file that was asked for: crawl, recovery and replay judge alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote, urlsplit

from crawler.fetch.outcomes import of_status
from crawler.fetch.responses import PAGE, REDIRECTS
from pipelines.files.sniff import DOCUMENTS, HTML, IMAGES, type_of
from pipelines.html.documents import document_type
from storage.filing.records import Bytes, FileLook
from storage.filing.words import Kind, Status
from storage.text import nfc, visible
from storage.vocabulary import Outcome
from storage.warc.captures import CaptureRef

LEAST = 300  # bytes; what is shorter is a message of a server or of its firewall
_SHOWN = IMAGES | {"svg"}
# What bytes do not tell: texts that a page draws with
_SAID = {
    "text/css": "css",
    "text/javascript": "js",
    "application/javascript": "js",
    "application/x-javascript": "js",
}
_OTHER = "other"  # what nothing tells
_FURTHER = frozenset("avi gz ico mp3 mp4 ole otf svg ttf wav woff woff2".split())  # that bytes tell
TYPES = DOCUMENTS | IMAGES | _FURTHER | {HTML, *_SAID.values(), _OTHER}  # of files that are kept
_FILE_NAME = re.compile(r"filename\*?\s*=\s*(?:UTF-8''|utf-8'')?\"?([^\";]+)", re.I)
_MOST_NAME = 255  # characters, as file systems have it


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: its final `url`, `status`, `headers` (lower-case names) and decoded `body`; where it is
    kept.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes | None
    at: datetime
    ref: CaptureRef


def look_at(file_id: str, kind: Kind, sure: bool, answer: Answer) -> FileLook | None:
    """Returns what `answer` says of a file; None for a redirect, whose target has an answer of its own.

    `sure`: a link says that a document stands there. A page is no file, whatever its address; nor is what
    a candidate's address brings, unless its bytes or its headers say that it is a document.
    """
    at, status = answer.at, answer.status
    if status == 304:
        return FileLook(file_id, at, Status.KEPT)
    if status in REDIRECTS and answer.headers.get("location"):
        return None
    if status not in PAGE:
        outcome, reason = of_status(status)
        return FileLook(file_id, at, Status.GONE if outcome is Outcome.GONE else Status.FAILED, reason)
    if answer.body is None:
        return FileLook(file_id, at, Status.FAILED, "broken_or_cut_body")
    told = type_of(answer.body)
    if reason := _no_file(answer, told, kind, sure):
        return FileLook(file_id, at, Status.NOT_A_FILE, reason, final=not sure)
    return FileLook(file_id, at, Status.KEPT, bytes=bytes_of(answer, told))


def judged(notes: Mapping[str, str], answer: Answer) -> tuple[FileLook | None, Outcome]:
    """Returns what `answer` says of the file that its notes name, and the outcome of its capture.

    Notes of a file: `file` (its id), `kind`, `sure` ("1" or "0"), `district` and `portal`.
    """
    look = look_at(notes["file"], Kind(notes["kind"]), notes.get("sure") == "1", answer)
    return look, file_outcome(look)


def bytes_of(answer: Answer, told: str = "") -> Bytes:
    """Returns the bytes of `answer` as a file has them; `told` is their type where it is known."""
    body, name = answer.body or b"", name_of(answer)
    content_type = answer.headers.get("content-type")
    kind = told or type_of(body) or document_type(answer.url) or document_type(name)
    kind = kind or _SAID.get((content_type or "").partition(";")[0].strip().lower()) or _OTHER
    return Bytes(answer.ref.content_digest, len(body), kind, content_type, name, answer.ref)


def file_outcome(look: FileLook | None) -> Outcome:
    """Returns the outcome of the capture that brought `look`."""
    if look is None:
        return Outcome.REDIRECTED
    ends = {Status.KEPT: Outcome.FILE, Status.GONE: Outcome.GONE, Status.NOT_A_FILE: Outcome.NOT_AN_ARTICLE}
    return ends.get(look.status, Outcome.FAILED)


def name_of(answer: Answer) -> str:
    """Returns how the server calls a file: the name in Content-Disposition, else the end of its address."""
    match = _FILE_NAME.search(answer.headers.get("content-disposition", ""))
    told = match[1].strip() if match else urlsplit(answer.url).path.rstrip("/").rpartition("/")[2]
    with suppress(UnicodeError):
        told = told.encode("latin-1").decode("utf-8")  # bytes of UTF-8, sent as they are
    name = re.sub(r"[\x00-\x1f/\\]", "_", visible(nfc(unquote(told))))
    return name[:_MOST_NAME]


def _is_text(answer: Answer) -> bool:
    """Whether a style sheet or script came, although it begins as old ones do: with a comment of HTML."""
    said = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    return said in _SAID and (answer.body or b"").lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<!--")


def _no_file(answer: Answer, told: str, kind: Kind, sure: bool) -> str:
    """Returns why what came is no file; "" where it is one."""
    if told == HTML and not (kind is Kind.REQUISITE and _is_text(answer)):
        return "html"
    if kind is Kind.REQUISITE:
        return "" if answer.body else "empty"
    if len(answer.body or b"") < LEAST and told not in IMAGES:
        return "too_small"
    if kind is Kind.IMAGE:
        return "" if told in _SHOWN else "no_picture"
    attached = answer.headers.get("content-disposition", "").lower().lstrip().startswith("attachment")
    return "" if sure or attached or told in DOCUMENTS | IMAGES else "no_document"

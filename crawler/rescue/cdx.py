"""The CDX server of the Wayback Machine: what is asked, and what its answers say. Pure functions.

Behaviour: internetarchive/wayback, wayback-cdx-server (README.md, CDXServer.java, JsonWriter.java). Only
resume keys lead from one answer to the next: `page=` reads another, older index that lacks recent captures.
Nothing is filtered or collapsed by the server, because a query that reads 150,000 lines ends early without
saying so, and because every line is a sighting.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

from crawler.discover.urls import canonical
from storage.holdings.records import Row
from storage.records import article_id
from storage.warc.provenance import WAYBACK

# Without urlkey the resume key is "-+2001…", and the next answer jumps years (internetarchive/wayback#121).
FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
LIMIT = 5_000  # lines an answer: about 1 MB; far below the server's bound of 150,000
LEAST = 300  # lines; an archive that cannot answer even this in time is asked year by year
_BLOCKED = ("AdministrativeAccessControlException", "RobotAccessControlException")
_STAMP = re.compile(r"\d{14}")
_KEY = re.compile(r"[^\s/](?:(?!%2C|,)[^\s/])*+(?:%2C|,)[^\s+]*+\+\S+", re.I)


@dataclass(frozen=True, slots=True)
class Scope:
    """What is listed: a host with all its pages, pages under a path on it, or `exact` one address there."""

    host: str
    path: str = ""
    exact: bool = False

    @property
    def name(self) -> str:
        """How it is kept and shown."""
        return self.host + self.path

    @property
    def asked(self) -> str:
        """How CDX servers are asked for it, as the beginning of a query."""
        kind = "exact" if self.exact else "prefix" if self.path else "host"
        name = quote(self.name + ("/" if kind == "prefix" else ""), safe="/:")
        return f"url={name}&matchType={kind}"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its lines as read, the captures among them, and the key that leads on (encoded, as sent).

    `last` is urlkey and timestamp of the last line; `lines` counts all, those without use included.
    """

    rows: tuple[Row, ...]
    lines: int
    resume: str
    last: tuple[str, str] | None


def query(base: str, scope: Scope, limit: int, resume: str = "", since: str = "", until: str = "") -> str:
    """Returns the address of one answer; `resume` is sent as it came, since it is encoded already."""
    url = f"{base.rstrip('/')}/cdx/search/cdx?{scope.asked}"
    url += f"&output=json&fl={','.join(FIELDS)}&limit={limit}&showResumeKey=true&gzip=false"
    url += f"&from={since}" if since else ""
    url += f"&to={until}" if until else ""
    return url + (f"&resumeKey={resume}" if resume else "")


def blocked(body: bytes) -> bool:
    """Returns whether an answer says that the archive does not show the site."""
    text = body[:5_000].decode("utf-8", "replace")
    return any(name in text for name in _BLOCKED)


def parse(body: bytes) -> Answer:
    """Reads an answer in JSON or, where a server knows no JSON, in text. ValueError where it is neither."""
    text = body.decode("utf-8", "replace").strip()
    table, resume = _of_json(text) if text.startswith("[") else _of_text(text)
    rows, last = list[Row](), None
    for line in table:
        if len(line) < len(FIELDS) or not _STAMP.fullmatch(line[1]):
            continue
        last = line[0], line[1]
        if row := _row(line):
            rows.append(row)
    return Answer(tuple(rows), len(table), resume, last)


def after(last: tuple[str, str]) -> str:
    """Returns the resume key behind the line `last` (urlkey, timestamp), as the server itself writes it."""
    key, stamp = last
    return quote_plus(f"{key} {stamp[:-1]}{chr(ord(stamp[-1]) + 1)}")


def _of_json(text: str) -> tuple[list[list[str]], str]:
    table = json.loads(text)
    if not isinstance(table, list) or not all(isinstance(line, list) for line in table):
        raise ValueError("the answer is no table")
    resume = ""
    if len(table) >= 2 and table[-2] == [] and len(table[-1]) == 1:  # also without any line before it
        resume, table = str(table[-1][0]), table[:-2]
    lines = [[str(cell) for cell in line] for line in table if line]
    if not lines or "timestamp" not in lines[0]:
        return lines, resume
    places = [lines[0].index(name) for name in FIELDS if name in lines[0]]
    if len(places) != len(FIELDS):
        raise ValueError(f"the answer lacks fields: it has {', '.join(lines[0])}")
    return [[line[n] for n in places] for line in lines[1:] if len(line) == len(lines[0])], resume


def _of_text(text: str) -> tuple[list[list[str]], str]:
    head, _, tail = text.replace("\r", "").rpartition("\n\n")
    if not head and _KEY.fullmatch(text):  # an empty page with a key
        return [], text
    lines = head if head else tail
    resume = tail.strip() if head else ""
    found = [line.split(" ") for line in lines.split("\n") if line.strip()]
    if any(len(line) < len(FIELDS) for line in found):
        raise ValueError("the answer is no list of captures")
    return found, resume


def _row(line: Iterable[str]) -> Row | None:
    """Returns the capture of a line; None for what is no page (`http://mailto:…`, `data:`)."""
    _, stamp, url, mime, status, digest, length = list(line)[:7]
    if not re.match(r"https?://[^/]", url, re.I) or re.match(
        r"https?://(?:mailto|javascript|data):", url, re.I
    ):
        return None
    try:
        key = article_id(canonical(url))
    except ValueError:
        return None
    number = int(length) if length.isdecimal() else None
    return Row(WAYBACK, url, key, stamp, mime, int(status) if status.isdecimal() else None, digest, number)

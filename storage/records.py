"""The plain values that go into the archive and come out of it: frozen, without SQL, without HTML."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from storage.vocabulary import Outcome
from storage.warc.writer import CaptureRef

# Why a look at an article's address did not show it: its page is not there, the portal says that it was
# deleted (410, or a page with those words), or another kind of page stood there. TEXT: another article's.
# CUT: the page ended in its middle.
MISSING, DELETED, UNREAD, TEXT, CUT = "missing", "deleted", "unread", "text", "cut"
LIVE, GONE = "live", "gone"  # status of an article: whether its page stood there when it was last asked for
ID_DIGITS = 16  # 64 bits: among 10 million articles a collision has a chance of 3 in a million
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://(?:www\.)?", re.IGNORECASE)


def article_id(url: str) -> str:
    """Returns the id of the article at canonical `url`: 16 hex digits of SHA-256 over it, less scheme and
    `www.`.

    The same archive built twice has the same ids (docs/architecture.md, Identity). Any URL has one, which is
    why captures of listings are keyed by it too: a key of fixed length, where a URL may outgrow an index.
    """
    bare = _SCHEME.sub("", url.strip())
    return hashlib.sha256(bare.encode("utf-8", "surrogatepass")).hexdigest()[:ID_DIGITS]


@dataclass(frozen=True, slots=True)
class PortalRecord:
    """A portal as the registry names it; `until` is the last day on which it was alive."""

    url: str
    family: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class DistrictRecord:
    """A district as the registry names it, with its portals."""

    id: str
    name: str
    kind: str
    code: str
    province: str
    portals: tuple[PortalRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """A commune named in a text. `place_id` is the state of it that is meant (storage.places.tables.Place).

    `field` is title, lead or body; `start` and `end` are offsets in it, in code points, the end exclusive; in
    the body its paragraphs are joined by newlines. `how` is kind (with the kind before it), list, or bare.
    """

    place_id: str
    field: str
    start: int
    end: int
    how: str


@dataclass(frozen=True, slots=True)
class DocumentNamed:
    """A document named in a text by its number; `field`, `start` and `end` as of a Mention.

    `code` is the number as documents print it, without blanks ("45/KH-UBND", "112-KH/HU"), of it `number`,
    `year`, `symbol` and `issuer_symbol`. `kind` is state, normative, law or party; `type` in words ("Kế
    hoạch"); `issuer` as the text names it, or what the symbol means where it means one organ; `date` as
    precise as printed, `date_precision` day, month or year. None: not told.
    """

    field: str
    start: int
    end: int
    code: str
    kind: str
    number: str
    symbol: str
    type: str | None = None
    year: str | None = None
    issuer_symbol: str | None = None
    issuer: str | None = None
    date: str | None = None
    date_precision: str | None = None


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """An article as one capture showed it; times carry a zone, texts are NFC.

    `body` is its paragraphs. `images` have keys url, caption, alt; `attachments` url, title, type;
    `candidates` url and title of links that may lead to a document or to a page, kept as links alone.
    `published_at` is exactly as precise as printed (ISO 8601 of 4, 7, 10 or 25 characters) or None.
    `exact`, `bands` and `algorithm` are its fingerprint (pipelines.dedup); empty: nothing to compare.
    `parts` are the captures of its further pages: url, fetched_at (ISO 8601), warc_file, warc_offset,
    warc_length, warc_digest, content_digest.
    `blocks` are what storage.articles.furniture counts: key, text and flags of each block in and around the
    text. `design` is the signature of the page's template. `mentions` and `documents` are what it names.
    `folded` is what search finds of its texts, `content_hash` the digest of what makes a version; empty until
    somebody asks for them (storage.articles.versions.ready).
    """

    url: str
    district_id: str
    portal: str
    fetched_at: datetime
    title: str
    lead: str | None = None
    body: tuple[str, ...] = ()
    author: str | None = None
    category: str | None = None
    tags: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    images: tuple[Mapping[str, str | None], ...] = ()
    attachments: tuple[Mapping[str, str | None], ...] = ()
    candidates: tuple[Mapping[str, str | None], ...] = ()
    published_at: str | None = None
    published_precision: str = "none"
    published_source: str | None = None
    published_raw: str | None = None
    published_is_event: bool = False
    flags: tuple[str, ...] = ()
    encoding: str = "utf-8"
    confidence: float | None = None  # of the reading, 0 to 1; None: read before there was one
    witnesses: tuple[str, ...] = ()  # what agreed on the text
    agreement: float | None = None  # share of the text that a second reader took; counted by run, not kept
    reader_version: str = ""
    run_id: int | None = None
    capture: CaptureRef | None = None
    parts: tuple[Mapping[str, Any], ...] = ()
    exact: str = ""
    bands: tuple[int, ...] = ()
    algorithm: str = ""
    blocks: tuple[tuple[str, str, int], ...] = ()
    design: str = ""
    mentions: tuple[Mention, ...] = ()
    documents: tuple[DocumentNamed, ...] = ()
    folded: str = ""
    content_hash: str = ""

    @property
    def id(self) -> str:
        """The id of its URL."""
        return article_id(self.url)


@dataclass(frozen=True, slots=True)
class CaptureRecord:
    """One response kept in a WARC file: `ref` says where.

    `outcome` is what its header says of an article that was asked for (crawler.fetch.responses.outcome_of);
    None where its page has to be read, and of listings and robots.txt. `captured_by` is the collection of
    another archive that has it, `source_uri` its address there; None for our own.
    """

    url: str
    fetched_at: datetime
    ref: CaptureRef
    status: int = 200
    method: str = "GET"
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    outcome: Outcome | None = None
    run_id: int | None = None
    file_id: str | None = None  # of the file that was asked for, where one was
    captured_by: str | None = None
    source_uri: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the archive knows of a URL, an article or not.

    `status` is live or gone, None where the URL is no article; `outcome` is that of its latest capture.
    `last_seen_at` is the latest time its article was seen, or without an article the latest answer;
    `partial`: its text, or what was seen of it last, lacks pages that could not be read.
    `looked_at` the latest look, whatever it showed, and `unseen_since` when looks began not to show the
    article. `etag`, `last_modified`, `digest` (of the raw payload) and `fetched_at` are those of `capture`,
    the latest whole one (no revisit) that answered 200; else None.
    """

    url: str
    article_id: str
    last_seen_at: datetime
    status: str | None = None
    outcome: str | None = None
    first_seen_at: datetime | None = None
    looked_at: datetime | None = None
    unseen_since: datetime | None = None
    published_at: str | None = None
    content_hash: str | None = None
    partial: bool = False
    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None
    fetched_at: datetime | None = None
    capture: CaptureRef | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of an article handed to `storage.articles.queries.keep`: new, changed, unchanged or
    duplicate."""

    article_id: str
    outcome: Outcome
    version: int
    duplicate_of: str | None = None
    duplicate_kind: str | None = None


@dataclass(frozen=True, slots=True)
class Miss:
    """A look that did not show an article: `kind` is MISSING, DELETED or UNREAD.

    `reason` is that of the look's outcome. `run_id` is None in a replay.
    """

    at: datetime
    kind: str
    reason: str
    run_id: int | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """An article that was looked at without a page to read: unchanged (304), or gone."""

    url: str
    district_id: str
    portal: str
    run_id: int | None
    fetched_at: datetime
    outcome: Outcome
    reason: str

"""What the stages hand on: the page as fetched, what its spider knew of it, and the article read from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from storage.records import DocumentNamed, Mention
from storage.warc.writer import CaptureRef

Precision = Literal["minute", "day", "month", "year", "none"]
DateSource = Literal["meta", "json-ld", "visible", "url", "feed", "text", "inferred"]


# Scrapy signals between the stages and the crawler. article_kept: portal, url, outcome, reason, article (an
# ArticleRecord or None); sent once for every page that went through the stages, when it is kept.
# capture_written: record (CaptureRecord).
article_kept = object()
capture_written = object()


@dataclass(frozen=True, slots=True)
class Hints:
    """What the spider knows of a page beside its bytes. XPaths are the family's; the first that matches wins.

    `prune` is applied in full. An empty tuple means: not known, find it by structure and text.
    `listing_*` and `feed_date` are what the listing or feed that led here printed, as printed.
    `furniture` holds keys (storage.articles.furniture) of blocks that repeat on the portal: cut wherever they
    stand, or only before and behind the prose. `template` holds keys of the boxes that its text stands in.
    """

    article: tuple[str, ...] = ()  # the node that holds the whole article: title, date, lead, body, author
    title: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    prune: tuple[str, ...] = ()
    listing_title: str | None = None
    listing_date: str | None = None
    listing_category: str | None = None
    feed_date: str | None = None
    furniture: frozenset[str] = frozenset()
    furniture_at_edges: frozenset[str] = frozenset()
    template: frozenset[str] = frozenset()
    district_code: str = ""  # of the General Statistics Office; empty: not known


@dataclass(frozen=True, slots=True)
class Further:
    """Page `number` of an article of `last` pages, as its pager tells; addresses are absolute, as printed.

    `following` is that of the next page, `whole` that of a page with all of them; None where there is none.
    """

    number: int
    last: int
    following: str | None
    whole: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A further page of an article in several pages; the fields are those of RawPage."""

    url: str
    body: bytes
    fetched_at: datetime
    headers: Mapping[str, str] = field(default_factory=dict)
    capture: CaptureRef | None = None


@dataclass(frozen=True, slots=True)
class RawPage:
    """One response, kept in a WARC already, on its way to the reader.

    `url` is canonical (crawler.discover.urls); `headers` have lower-case names; `fetched_at` carries a zone;
    `body` is decoded from its transfer and content encodings, but still bytes.
    `tree` is the parsed page where the spider had to parse it anyway (pipelines.html.parse.parse).
    `parts` are the further pages of its article, in order; a page that is one itself names the first page of
    its article as `part_of`.
    """

    url: str
    body: bytes
    fetched_at: datetime
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    district_id: str = ""
    portal: str = ""  # the portal's URL as the registry has it
    run_id: int | None = None
    capture: CaptureRef | None = None
    hints: Hints = field(default_factory=Hints)
    tree: Any = None
    parts: tuple[Part, ...] = ()
    part_of: str = ""


@dataclass(slots=True)
class Published:
    """The day of publication: `value` exactly as precise as what was printed (contract: Dates), or None."""

    value: str | None = None
    precision: Precision = "none"
    source: DateSource | None = None
    raw: str | None = None
    is_event: bool = False


@dataclass(slots=True)
class Image:
    url: str
    caption: str | None = None
    alt: str | None = None


@dataclass(slots=True)
class Attachment:
    url: str
    title: str
    type: str  # lower-case extension without the dot: pdf, doc, xlsx


@dataclass(slots=True)
class Fingerprint:
    """What duplicate detection stores of a text; see pipelines.dedup."""

    exact: str  # hex digest of the folded text
    bands: tuple[int, ...]  # signed 64-bit keys of MinHash bands
    algorithm: str  # name and version: fingerprints of two algorithms are never compared


@dataclass(frozen=True, slots=True)
class Explained:
    """What became of one block: the role that it was given, or "cut" and the reason why."""

    role: str
    text: str
    reason: str | None = None


@dataclass(slots=True)
class Article:
    """An article read from a page. Texts are NFC, one line each, white space collapsed."""

    page: RawPage
    title: str
    lead: str | None = None
    body: list[str] = field(default_factory=list)  # paragraphs in order; a table row is cells joined by " | "
    author: str | None = None
    category: str | None = None
    tags: list[str] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    candidates: list[Attachment] = field(default_factory=list)  # links that may lead to documents
    published: Published = field(default_factory=Published)
    flags: list[str] = field(default_factory=list)  # suspected_spam, undated, short, damaged_text …, sorted
    confidence: float = 0.0  # of the reading, 0 to 1 (pipelines.locating.confidence)
    witnesses: list[str] = field(default_factory=list)  # what agreed on the text: family, marked, second …
    # share of the text that the second reader took, None where it was not asked
    agreement: float | None = None
    encoding: str = "utf-8"  # how the bytes were decoded
    date_lines: list[str] = field(
        default_factory=list
    )  # visible lines around the title that may date the page
    told_date: str | None = None  # what stands where the family says that the date does
    tree: Any = None  # the parsed page, for the stages; dropped before the item is kept
    fingerprint: Fingerprint | None = None
    folded: str = ""  # what search finds of the texts (storage.text.indexed)
    mentions: list[Mention] = field(default_factory=list)  # communes that the texts name
    documents: list[DocumentNamed] = field(default_factory=list)  # documents that they name by number
    blocks: list[tuple[str, str, int]] = field(default_factory=list)  # what storage.articles.furniture counts
    design: str = ""  # the signature of the page's template (pipelines.html.design)
    further: Further | None = None  # what its pager says, where it is one page of several
    parts: list[Part] = field(default_factory=list)  # the further pages that the text was taken from
    explain: Callable[[], list[Explained]] = list  # every block of the article's node, in reading order


@dataclass(frozen=True, slots=True)
class NotAnArticle:
    """The verdict on a page that is none; `reason` is one short snake_case name, counted in the run."""

    page: RawPage
    reason: str

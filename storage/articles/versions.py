"""When a page is a new version of its article: pure decisions, and the rows that come of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

from storage.records import ArticleRecord, CaptureRecord
from storage.text import indexed, visible
from storage.warc.provenance import CRAWL, rank

Record = TypeVar("Record", ArticleRecord, CaptureRecord)


class Held(NamedTuple):
    """A version that the archive holds: a reading of the capture at `place` (file, offset).

    `body` is the digest of what was read, as `CaptureRef.content_digest`, with those of its further pages
    behind it; empty where nobody knows it. `doubtful`, `partial`: the reading has that flag. `fetched_at` is
    the earliest capture that shows the version, `place` that of the strongest, which came `via` whom and was
    made at `proved`.
    """

    number: int
    fetched_at: datetime
    content_hash: str
    place: tuple[str, int] | None = None
    body: str = ""
    doubtful: bool = False
    via: str = CRAWL
    proved: datetime | None = None
    partial: bool = False

    @property
    def first(self) -> str:
        """The digest of its first page."""
        return self.body.partition(" ")[0]


def digests(first: str | None, parts: Iterable[Mapping[str, Any]] | None) -> str:
    """Returns `Held.body` of a reading: of its `first` page and of `parts`; empty where one is unknown."""
    found = [first or "", *(part.get("content_digest") or "" for part in parts or ())]
    return " ".join(found) if all(found) else ""


def content_hash(record: ArticleRecord) -> str:
    """Returns the hex SHA-256 over the article's own text: title, lead, body, author, captions, date and
    attachments.

    White space is normalised, so a page laid out anew is no new version.
    """
    own = [
        visible(record.title),
        visible(record.lead or ""),
        visible(" ".join(record.body)),
        visible(record.author or ""),
        [visible(caption) for caption in record.captions],
        record.published_at,
        [[file.get("url"), visible(file.get("title") or "")] for file in record.attachments],
    ]
    return hashlib.sha256(json.dumps(own, ensure_ascii=False).encode()).hexdigest()


def same_version(
    held: Iterable[Held], hash_: str, at: datetime, place: tuple[str, int] | None = None
) -> Held | None:
    """Returns the held version that a page with content `hash_`, fetched `at`, shows; None if it is a new
    one.

    Pages may arrive out of order: it is compared with the version in force `at` that time, with others read
    from the same moment (by another reader), and with the next one, which was there sooner than thought then.
    A text that came back after a change is a new version, and so is an earlier reading of the capture at
    `place` that came back: of one capture the reading made last is in force.
    """
    held = list(held)
    before = [one for one in held if one.fetched_at <= at]
    after = [one for one in held if one.fetched_at > at]
    near = [one for one in before if one.fetched_at == at]
    near += [current(before)] if before else []
    near += [min(after, key=lambda one: (one.fetched_at, one.number))] if after else []
    last = max((one.number for one in before if place and one.place == place), default=0)
    near = [one for one in near if one.place != place or one.number >= last]
    return next((one for one in near if one.content_hash == hash_), None)


def same_page(held: Iterable[Held], body: str, at: datetime) -> Held | None:
    """Returns the version in force `at` that time, if it was read from a body with digest `body`; else
    None.
    """
    before = [one for one in held if one.fetched_at <= at]
    last = current(before) if before else None
    return last if last and body and last.body == body else None


def well_read(held: Iterable[Held], at: datetime, *, partial: bool = False) -> Held | None:
    """Returns the version in force `at` that time, if its reading is neither doubtful nor (for a `partial`
    one) lacks pages; else None.
    """
    before = [one for one in held if one.fetched_at <= at]
    last = current(before) if before else None
    return last if last and not (last.doubtful or (partial and last.partial)) else None


def torn(held: Iterable[Held], body: str, at: datetime) -> Held | None:
    """Returns the version in force `at` that time, if it lacks pages and its first page was the same as that
    of a reading with digests `body`, which therefore completes it; else None.
    """
    before = [one for one in held if one.fetched_at <= at]
    last = current(before) if before else None
    return last if last and last.partial and body and last.first == body.partition(" ")[0] else None


def current(held: Iterable[Held]) -> Held:
    """Returns the version in force: the one fetched last; of two of one moment, the one read last."""
    return max(held, key=lambda one: (one.fetched_at, one.number))


def proves_better(record: ArticleRecord, held: Held) -> bool:
    """Returns whether the capture of `record` is better evidence of `held`: stronger, or earlier."""
    if record.capture is None:
        return False
    mine, other = rank(record.capture.via), rank(held.via)
    return mine < other or (mine == other and second(record.fetched_at) < (held.proved or held.fetched_at))


def version_row(record: ArticleRecord, number: int) -> dict[str, Any]:
    """Returns `record`, made `ready`, as a row of the table of versions."""
    row = {name: getattr(record, name) for name in _PLAIN}
    row |= {name: list(getattr(record, name)) for name in ("captions", "tags", "flags", "witnesses")}
    row |= {name: [dict(one) for one in getattr(record, name)] for name in ("images", "attachments")}
    return row | evidence(record) | {
        "fetched_at": second(record.fetched_at),
        "article_id": record.id,
        "number": number,
        "body": "\n".join(record.body),
        "content_hash": record.content_hash,
        "folded": record.folded,
    }  # fmt: skip


def evidence(record: ArticleRecord) -> dict[str, Any]:
    """Returns where the bytes stand that `record` was read from, whose they are, and of when."""
    ref = record.capture
    return {
        "evidence_at": second(record.fetched_at),
        "captured_via": ref and ref.via,
        "run_id": record.run_id,
        "warc_file": ref and ref.file,
        "warc_offset": ref and ref.offset,
        "warc_length": ref and ref.length,
        "warc_digest": ref and ref.digest,
        "parts": [dict(part) for part in record.parts] or None,
    }


def second(moment: datetime) -> datetime:
    """Returns `moment` in UTC and whole seconds, as it will come back from the archive. ValueError
    without a zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"time without a zone: {moment!r}; give it one, say Asia/Ho_Chi_Minh")
    return moment.astimezone(UTC).replace(microsecond=0)


def ready(record: ArticleRecord) -> ArticleRecord:
    """Returns `record` as it is kept: storable, with its hash and its folded text; at once where it is that
    already. It costs the process that reads, of which there are many, and not the one that keeps.
    """
    if record.content_hash:
        return record
    kept = cleaned(record)
    folded = kept.folded if kept is record else ""
    if not folded:
        folded = indexed([kept.title, kept.lead, *kept.body, *kept.captions, kept.author])
    return replace(kept, folded=folded, content_hash=content_hash(kept))


def cleaned(record: Record) -> Record:
    """Returns a frozen record of plain values with each of them `storable`; itself where they are."""
    values = {one.name: getattr(record, one.name) for one in fields(record)}
    text = "".join(_texts(values.values()))
    with suppress(UnicodeEncodeError):
        if "\0" not in text and text.encode():
            return record
    return replace(record, **{name: storable(value) for name, value in values.items()})


def _texts(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, (tuple, list)):
            yield from _texts(value)
        elif isinstance(value, (dict, Mapping)):
            yield from value
            yield from _texts(value.values())


def storable(value: Any) -> Any:
    """Returns `value` without what no database takes: NUL and lone surrogates in any text of it."""
    if isinstance(value, str):
        if "\0" in value:
            value = value.replace("\0", "")
        try:
            value.encode()
        except UnicodeEncodeError:
            value = value.encode("utf-8", "replace").decode()
        return value
    if isinstance(value, Mapping):
        return {storable(key): storable(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return tuple(storable(one) for one in value)
    return value


_PLAIN = (
    "title", "lead", "author", "category", "published_at", "published_precision", "published_source",
    "published_raw", "published_is_event", "encoding", "reader_version", "confidence",
)  # fmt: skip

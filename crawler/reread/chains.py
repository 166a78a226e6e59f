"""Articles in several pages, put together again from their captures, which may stand in several files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from crawler.fetch.parts import Step, whole_page
from crawler.reread.captures import Look, PartNote
from pipelines.items import RawPage
from storage.articles.reread import captured, original
from storage.database import Database
from storage.records import CaptureRecord
from storage.vocabulary import Outcome


@dataclass(slots=True)
class Chains:
    """The pages met of articles that are not complete yet."""

    _held: dict[str, list[Look]] = field(default_factory=dict)  # by URL of the article, in their order

    def pass_on(self, found: Iterable[Look]) -> Iterator[Look]:
        """Yields what is `found`, and an article as far as it came where its pages are asked anew."""
        for look in found:
            note = look.part
            if note is None:
                yield look
                continue
            if note.own and not note.before and note.article in self._held:
                yield self._ended(note.article)
            held = self._held.setdefault(note.article, [])
            if note.own:
                held.append(look)
            if note.ends:
                del self._held[note.article]
                yield _with_page(look, note, _before(note, held))
            else:
                yield look

    def left(self) -> Iterator[Look]:
        """Yields those articles of which a page did not come, as far as they did."""
        for article in list(self._held):
            yield self._ended(article)

    def _ended(self, article: str) -> Look:
        held = self._held.pop(article)
        last = held[-1]
        assert last.part is not None
        whole = _with_page(last, last.part, _before(last.part, held))
        return replace(whole, record=None, late=True)

    def first_offset(self, file: str) -> int | None:
        """Returns where in `file` the first page stands of an article that is not complete yet."""
        records = (look.record for looks in self._held.values() for look in looks)
        return min((one.ref.offset for one in records if one and one.ref.file == file), default=None)


def assembled(look: Look, database: Database, folder: Path, known: Iterable[CaptureRecord] = ()) -> Look:
    """Returns `look`, at the last page of an article, with that article as its page; FAILED where its first
    page is not in the archive. `known` are captures that the archive may not have yet. Raises StorageError.
    """
    note = look.part
    assert note is not None
    assert look.page is not None
    here = {(one.url, one.fetched_at): one for one in known}
    steps: list[Step] = []
    for url, at in note.before:
        found = here.get((url, at))
        ref = found.ref if found else captured(database, url, at)
        if ref is None:
            break
        body = original(database, url, ref.digest, None, at) if ref.revisit else None
        steps.append(Step(url, at, ref, body))
    page = whole_page(look.page, steps, folder) if steps else None
    if page is None:
        return replace(look, page=None, outcome=Outcome.FAILED, reason="broken_or_cut_body")
    return replace(look, page=page)


def read_again(look: Look, parts: Iterable[Mapping[str, Any]]) -> Look:
    """Returns `look`, at the first page of an article, as at its last one; `parts` are those that its version
    has (storage.records.ArticleRecord).
    """
    assert look.part is not None
    assert look.record is not None
    further = ((part["url"], datetime.fromisoformat(part["fetched_at"])) for part in parts)
    return _with_page(look, look.part, ((look.record.url, look.record.fetched_at), *further))


def _with_page(look: Look, note: PartNote, before: tuple[tuple[str, datetime], ...]) -> Look:
    return replace(look, page=_page(note, before[0][1]), part=replace(note, before=before, ends=True))


def _before(note: PartNote, held: Iterable[Look]) -> tuple[tuple[str, datetime], ...]:
    """Returns the pages of an article up to `held`'s last one."""
    met = [(one.record.url, one.record.fetched_at) for one in held if one.record is not None]
    return tuple(dict.fromkeys([*note.before, *met[-1:]]))


def _page(note: PartNote, at: datetime) -> RawPage:
    district, portal, hints = note.place
    return RawPage(note.article, b"", at, district_id=district, portal=portal, hints=hints)

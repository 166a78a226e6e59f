"""What pages take to look as they did, found in the pages and style sheets that are kept: no request is made.

A page is read once, when its text comes; the newest page of a portal again each night, so that nothing is
lost by a kill between the noting of a style sheet and the noting of what it draws with.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from crawler.fetch.filehosts import drawn, kinds_of, may_ask
from crawler.registry.entries import Portal
from crawler.registry.load import Registry
from crawler.reread.files import fill
from pipelines.html.parse import parse
from pipelines.html.requisites import Sort, of_page, of_sheet, renditions, sheet_text
from storage.database import Database
from storage.errors import RawReadingError
from storage.filing.addresses import file_id, host_key
from storage.filing.requisites import DrawnPage, latest, note, note_pictures, pages, sheets
from storage.filing.words import Kind
from storage.warc.reader import read_capture

ROUNDS = 4  # of notes and requests: a page, its style sheets, what they import, what that draws with
_NIGHTLY = 300  # pages of a portal that a night looks at; `huyen files fetch` looks at all
log = logging.getLogger(__name__)


class Template:
    """What the pages of one portal draw with, as far as its kept pages and style sheets tell."""

    def __init__(self, db: Database, folder: Path, district: str, portal: Portal) -> None:
        self.db, self.folder, self.district, self.portal = db, folder, district, portal
        self.at: datetime | None = None  # of the newest page
        self._pictures: set[str] = set()  # URLs of pictures of articles
        self._pages: Counter[str] = Counter()  # URL to pages that name it
        self._sorts: dict[str, Sort] = {}
        self._read: set[tuple[str, str]] = set()  # style sheets: URL and digest

    def look(self, *, pictures: bool, every: bool, most: int | None) -> None:
        """Reads the pages that came since the last look; `every`: all of them. Notes the pictures of
        articles where `pictures` are kept. Raises StorageError.
        """
        since = None if every else latest(self.db, self.portal.url)
        for page in pages(self.db, self.portal.url, since, most):
            body = _body(self.folder, page)
            if body is None:
                continue
            tree = parse(body, {"content-type": page.content_type}).tree
            own = [str(image["url"]) for image in page.images]
            others = renditions(tree, page.url, own)
            if pictures and own:
                self._pictures |= {*own, *(url for more in others.values() for url in more)}
                note_pictures(self.db, self.portal.url, self.district, page, others)
            theirs = {*own, *(url for more in others.values() for url in more)}
            self._take({url: sort for url, sort in of_page(tree, page.url).items() if url not in theirs})
            self.at = max(self.at or page.at, page.at)

    def note(self) -> int:
        """Notes what the pages and the kept style sheets name; returns how much of it is due now.

        Raises StorageError.
        """
        if self.at is None:
            return 0
        while found := [one for one in sheets(self.db, self._sheets()) if _key(one) not in self._read]:
            for sheet in found:
                self._read.add(_key(sheet))
                if (body := _body(self.folder, sheet)) is not None:
                    self._take(of_sheet(sheet_text(body, sheet.content_type), sheet.url))
        now = datetime.now(UTC)
        return note(self.db, self.portal.url, self.district, self._needed(), (self.at, now))

    def ids(self) -> list[str]:
        """Returns the keys of what the pages draw with, and of the pictures that were noted."""
        return [file_id(url) for url in (*self._sorts, *self._pictures)]

    def _sheets(self) -> list[str]:
        return [url for url, sort in self._sorts.items() if sort is Sort.SHEET]

    def _take(self, found: dict[str, Sort]) -> None:
        self._pages.update(found.keys())
        for url, sort in found.items():
            self._sorts[url] = min(sort, self._sorts.get(url, sort))

    def _needed(self) -> list[str]:
        """The URLs, the most needed first: on hosts that may be asked, by what they are, on most pages."""

        def need(url: str) -> tuple[bool, Sort, int, str]:
            return not may_ask(self.portal, host_key(url)), self._sorts[url], -self._pages[url], url

        return sorted(self._sorts, key=need)


def templates(
    db: Database,
    folder: Path,
    registry: Registry,
    usual: Iterable[str],
    *,
    districts: frozenset[str] | None = None,
    chosen: bool = False,
    every: bool = False,
    backlog: bool = False,
    ended: bool = False,
) -> list[Template]:
    """Returns what is known of the pages of the portals that keep what these draw with, of `districts` (ids;
    None: of all); `chosen`: of all portals there, whatever they keep. `usual` is HUYEN_KEEP.

    `every`: also pages that were looked at before; `backlog`: all pages however many; `ended`:
    also of portals that nobody crawls any more. Raises StorageError.
    """
    usual = tuple(usual)
    found = []
    for id_, portal in drawn(registry, usual, chosen=chosen):
        if not (ended or portal.crawlable) or (districts is not None and id_ not in districts):
            continue
        template = Template(db, folder, id_, portal)
        pictures = Kind.IMAGE in kinds_of(portal, usual)
        template.look(pictures=pictures, every=every, most=None if backlog or every else _NIGHTLY)
        found.append(template)
    return found


def settle(db: Database, folder: Path, registry: Registry, usual: Iterable[str]) -> Counter[str]:
    """Notes what the kept pages of portals draw with, and keeps what captures have of it, without a request;
    returns how many files by what they were (storage.filing.keep). Raises StorageError.
    """
    done: Counter[str] = Counter()
    for template in templates(db, folder, registry, usual, every=True, ended=True):
        for _ in range(ROUNDS):
            due = template.note()
            done += fill(db, folder, template.ids())
            if not due:
                break
    return done


def _key(sheet: DrawnPage) -> tuple[str, str]:
    return sheet.url, sheet.ref.content_digest


def _body(folder: Path, page: DrawnPage) -> bytes | None:
    try:
        return read_capture(folder, page.ref).content
    except RawReadingError as error:
        log.warning("%s cannot be read: %s", page.url, error)
        return None

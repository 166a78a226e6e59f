"""Yields from WARC files what the spider of a portal yields from the network: pages to read, and sightings.

No Scrapy spider: reading takes all cores (crawler.reread.replay), a Scrapy process has one. Files of our own
say of each page what led to it; in files of others every HTML page of a registered host is tried, and its
text decides.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from scrapy import Request
from scrapy.http import Response

from crawler.discover.urls import canonical, print_view, same_site, trap
from crawler.families import hints_of
from crawler.fetch.filehosts import may_ask
from crawler.fetch.files import Answer, judged
from crawler.fetch.responses import (
    PAGE,
    REDIRECTS,
    headers,
    is_home,
    judge,
    leads_home,
    outcome_of,
    told_file,
)
from crawler.registry.entries import site_key
from crawler.registry.load import Registry
from pipelines.items import Hints, RawPage
from storage.articles.batch import Answer as PageAnswer
from storage.articles.reread import original
from storage.database import Database
from storage.errors import RawReadingError
from storage.filing.addresses import file_id, host_key
from storage.filing.words import Kind
from storage.records import CaptureRecord, Sighting
from storage.vocabulary import Outcome
from storage.warc.provenance import CRAWL
from storage.warc.reader import Capture, not_understood, noted, read_capture, scan
from storage.warc.walk import OPEN_SUFFIX, Damage

_LISTED = ("listing_title", "listing_date", "listing_category", "feed_date")  # of Hints, noted by the crawl
_DOCUMENT_TYPES = ("application/pdf", "application/msword", "application/vnd.", "application/zip", "image/")
_HTML = (b"<!doctype html", b"<html")


@dataclass(frozen=True, slots=True)
class PartNote:
    """What the crawl noted of one page of an article in several (crawler.spiders.parts).

    `article` is the URL of the first, `before` has URL and instant of the pages before this one. `own`: this
    one is a page of the article; `ends`: no further one follows. `place` is what is known of the portal.
    """

    article: str
    before: tuple[tuple[str, datetime], ...]
    own: bool
    ends: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Look:
    """One capture, and what a crawl would have handed on of it: a page to read, a sighting, or nothing.

    `outcome` is how it is counted unless there is a page, `reason` why it failed. `body_at`: URL and instant
    of the record that has the page's body, where this one is a revisit. `outcome` and `record` are None where
    the registry knows no portal of the capture.
    """

    offset: int
    outcome: Outcome | None = None
    record: CaptureRecord | None = None
    page: RawPage | None = None
    sighting: Sighting | None = None
    body_at: tuple[str, datetime | None] | None = None
    reason: str = ""
    part: PartNote | None = None
    late: bool = False  # its record was looked at before, and counted
    stranger: str = ""  # its URL, where it is a page of a host that the registry does not know
    answer: PageAnswer | None = None  # what its page gave, where it was read already

    @property
    def url(self) -> str | None:
        """The URL that it has news of; None where it has none."""
        return self.sighting.url if self.sighting else self.page.url if self.page else None


class Place(NamedTuple):
    """Whose page it is, and what is known of how it is built."""

    district_id: str
    portal: str
    hints: Hints


@dataclass(slots=True)
class Owners:
    """Finds the portal of a URL: its own host, with or without www and TLS, or a companion of it.

    `linked` tells of the URL of another host whether an article links to a file there.
    """

    registry: Registry
    linked: Callable[[str], bool] = lambda url: False
    files: set[str] = field(default_factory=set)  # digests of bytes that were those of a file
    _known: dict[str, Place] = field(default_factory=dict)
    _stores: dict[str, bool] = field(default_factory=dict)  # by host
    # By host, since a foreign file may hold a million URLs of other sites; the longest path first.
    _sites: dict[str, list[tuple[str, Place]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        companions: list[tuple[str, Place]] = []
        for district in self.registry.districts:
            for portal in district.portals:
                place = self._known[portal.url] = Place(
                    district.id, portal.url, hints_of(portal, district.code)
                )
                self._add(site_key(portal.url), place)
                companions += [
                    (site_key(f"//{host}"), place) for host in (*portal.companions, *portal.former)
                ]
        for sites in self._sites.values():
            sites.sort(key=lambda site: -len(site[0]))
        for key, place in companions:
            self._add(key, place)

    def _add(self, key: str, place: Place) -> None:
        self._sites.setdefault(_host(key), []).append((key, place))

    def of(self, url: str) -> Place | None:
        """Returns the owner of `url`; None where the registry knows none."""
        try:
            page = site_key(url)
        except ValueError:
            return None
        sites = self._sites.get(_host(page), ())
        hits = (place for key, place in sites if page == key or page.startswith((f"{key}/", f"{key}?")))
        return next(hits, None)

    def stores(self, url: str) -> bool:
        """Returns whether files of a portal may be fetched from the host of `url`."""
        host = host_key(url)
        if host not in self._stores:
            portals = (one for district in self.registry.districts for one in district.portals)
            self._stores[host] = any(may_ask(portal, host) for portal in portals)
        return self._stores[host]

    def noted(self, district_id: str, portal: str) -> Place:
        """Returns the portal that a crawl noted, also where it has left the registry since."""
        return self._known.get(portal) or Place(district_id, portal, Hints())


def looks(path: Path, folder: Path, owners: Owners, start: int = 0) -> Iterator[Look | Damage]:
    """Yields what each capture of the file at `path` gives, in its order, from the record at `start` on.

    References are relative to `folder`. OSError where the file cannot be opened.
    """
    own = noted(path)
    for found in scan(path, folder, start):
        if isinstance(found, Damage):
            yield found
            continue
        try:
            if not own and found.ref.via == CRAWL:  # of a file that somebody else wrote
                found = replace(found, ref=replace(found.ref, via=path.name.removesuffix(OPEN_SUFFIX)))
            look = (
                _asked(found, owners)
                if found.page is not None
                else _left(found, Outcome.LISTING)
                if own
                else look_at(found, owners)
            )
        except Exception as error:  # whatever a record holds, it ends no more than itself
            yield not_understood(found.ref.offset, error)
        else:
            yield look


def with_body(look: Look, database: Database, folder: Path) -> Look:
    """Returns `look` at a revisit, with the body that it refers to, from the WARC files in `folder`.

    Where nobody has that body, the page stood there unchanged, which is news of its own. Raises StorageError.
    """
    page, record = look.page, look.record
    assert look.body_at is not None and page is not None and record is not None
    url, date = look.body_at
    ref = original(database, url, record.ref.digest, date, record.fetched_at)
    with suppress(RawReadingError):
        if ref is not None:
            body = read_capture(folder, ref).content
            if body is not None:
                return replace(look, page=replace(page, body=body), body_at=None)
            failed = replace(look, page=None, body_at=None, record=replace(record, outcome=Outcome.FAILED))
            return _unread(failed, Outcome.NEW)
    unread = replace(look, page=None, outcome=Outcome.UNCHANGED, body_at=None)
    unread = replace(unread, record=replace(record, outcome=Outcome.UNCHANGED))
    place = Place(page.district_id, page.portal, page.hints)
    return _sighted(unread, page.url, place, Outcome.UNCHANGED, "body_missing")


def _asked(capture: Capture, owners: Owners) -> Look:
    """Returns a capture of our own crawl, asked for as an article; judged as the spider judges it."""
    notes, response = capture.page or {}, _response(capture)
    if "file" in notes:
        return _filed(capture, notes, response)
    place = owners.noted(notes.get("district", ""), notes.get("portal", ""))
    asked = notes.get("asked", "")
    look = _judged(_left(capture, Outcome.NEW), capture, response, place)
    if response.status in REDIRECTS:
        return replace(look, outcome=Outcome.REDIRECTED)  # what it led to has a record of its own
    outcome, reason = judge(response, asked, place.portal, file=told_file(notes)) or (Outcome.NEW, "")
    if outcome is Outcome.FILE:
        owners.files.add(capture.ref.digest)
    elif reason == "no_html" and capture.ref.revisit and _was_file(capture, owners):
        outcome, file = Outcome.FILE, file_id(capture.exchange.url)
        look = replace(look, record=look.record and replace(look.record, outcome=outcome, file_id=file))
    told = {name: notes[name] for name in _LISTED if name in notes}
    listed = place._replace(hints=replace(place.hints, **told))  # type: ignore[arg-type]  # names checked
    if "article" in notes:
        return _part(look, notes, listed, outcome, reason)
    if outcome is Outcome.FILE:
        return replace(look, outcome=outcome)
    if outcome in (Outcome.UNCHANGED, Outcome.GONE):
        return _sighted(look, asked, place, outcome, reason)
    if "stands" in notes and look.record is not None:
        look = replace(look, record=replace(look.record, outcome=Outcome.UNCHANGED))
        return _sighted(look, notes["stands"], place, Outcome.UNCHANGED, "same_bytes")
    if "leads" in notes and look.record is not None:
        return replace(
            look, outcome=Outcome.REDIRECTED, record=replace(look.record, outcome=Outcome.REDIRECTED)
        )
    if "page" not in notes or capture.content is None:
        return _unread(look, outcome)
    return _paged(look, capture, notes["page"], listed, response)


def _was_file(capture: Capture, owners: Owners) -> bool:
    """Returns whether the bytes that a revisit stands for are a file's: seen before, or by its header."""
    kind = capture.exchange.header("Content-Type").lower()
    return capture.ref.digest in owners.files or kind.startswith(_DOCUMENT_TYPES)


def _part(look: Look, notes: Mapping[str, str], place: Place, outcome: Outcome, reason: str) -> Look:
    """Returns one page of an article in several: the first, which is read with the others, or another."""
    before = tuple((url, datetime.fromisoformat(at)) for url, at in json.loads(notes.get("parts", "[]")))
    own = "missing" not in notes and ("page" in notes or "continues" in notes)
    note = PartNote(notes["article"], before, own, "page" in notes, place)
    if not own:
        if outcome in (Outcome.NEW, Outcome.UNCHANGED):
            outcome, reason = Outcome.PART, ""
        return replace(look, outcome=outcome, reason=reason, part=note)
    record = look.record
    if before and record is not None and record.outcome in (None, Outcome.UNCHANGED):
        record = replace(record, outcome=record.outcome or Outcome.PART)
    return replace(look, outcome=Outcome.PART, record=record, part=note)


def look_at(capture: Capture, owners: Owners) -> Look:
    """Returns a capture of somebody else's crawl, who asked for everything."""
    exchange, look = capture.exchange, _left(capture, Outcome.LISTING)
    place = owners.of(exchange.url)
    if look.record is None or (place is None and not owners.linked(exchange.url)):
        page = exchange.status in PAGE and "html" in (exchange.header("Content-Type") or "").lower()
        return Look(capture.ref.offset, stranger=exchange.url if page else "")
    if place is None:
        notes = {"file": file_id(exchange.url), "kind": Kind.ATTACHMENT.value, "sure": "0"}
        return _filed(capture, notes, _response(capture))
    url = look.record.url
    # Of a page on a host that the portal had before, the home page is the one of that host.
    home = place.portal if same_site(exchange.url, place.portal) else exchange.url
    if exchange.method != "GET" or is_home(url, home):
        return look
    if print_view(exchange.url) or trap(url):  # under its own name: its canonical one is the article's
        own = replace(look.record, url=exchange.url)
        return replace(look, outcome=Outcome.BLOCKED, record=own)
    response = _response(capture)
    look = _judged(look, capture, response, place._replace(portal=home))
    if look.record is not None and look.record.outcome is Outcome.FILE:
        return replace(look, outcome=Outcome.FILE)
    if exchange.status in REDIRECTS:
        if leads_home(exchange.url, exchange.header("Location"), home):
            return _sighted(look, url, place, Outcome.GONE, "redirect_home")
        return replace(look, outcome=Outcome.REDIRECTED)
    outcome, reason = judge(response, url, home) or (Outcome.NEW, "")
    if outcome in (Outcome.UNCHANGED, Outcome.GONE):
        return _sighted(look, url, place, outcome, reason)
    if outcome is not Outcome.NEW or capture.content is None:
        return _unread(look, outcome)
    kind = headers(response).get("content-type", "").lower()
    body = capture.content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not capture.ref.revisit and "html" not in kind and (kind or not body.startswith(_HTML)):
        return look
    return _paged(look, capture, url, place, response)


def _filed(capture: Capture, notes: Mapping[str, str], response: Response) -> Look:
    """Returns a capture of our own crawl, asked for as a file; the archive's files are built from such
    captures (crawler.reread.files).
    """
    look = _left(capture, Outcome.FILE)
    if look.record is None:
        return look
    came = capture.content
    if capture.ref.revisit and response.status in PAGE:
        outcome = Outcome.FILE  # its bytes were those of a file before
    else:
        fields = headers(response)
        at, url = capture.exchange.fetched_at, look.record.url
        outcome = judged(notes, Answer(url, response.status, fields, came, at, capture.ref))[1]
    return replace(look, outcome=outcome, record=replace(look.record, outcome=outcome, file_id=notes["file"]))


def _left(capture: Capture, outcome: Outcome) -> Look:
    """Returns the look at a capture that is kept and not read."""
    exchange = capture.exchange
    try:
        url = canonical(exchange.url)
    except ValueError:
        return Look(capture.ref.offset)
    record = CaptureRecord(
        url=url,
        fetched_at=exchange.fetched_at,
        ref=capture.ref,
        status=exchange.status,
        method=exchange.method,
        content_type=exchange.header("Content-Type") or None,
        etag=exchange.header("ETag") or None,
        last_modified=exchange.header("Last-Modified") or None,
        captured_by=exchange.header("X-Archive-Src").partition("/")[0] or None if capture.source else None,
        source_uri=capture.source or None,
    )
    return Look(capture.ref.offset, outcome, record)


def _judged(look: Look, capture: Capture, response: Response, place: Place) -> Look:
    """Returns `look` with the outcome that its capture has by its header, as crawler.fetch.archiving
    gives it.
    """
    outcome = outcome_of(response, place.portal, file=told_file(capture.page or {}))
    if outcome is None and capture.content is None:
        outcome = Outcome.FAILED
    file = file_id(capture.exchange.url) if outcome is Outcome.FILE else None
    return replace(look, record=look.record and replace(look.record, outcome=outcome, file_id=file))


def _unread(look: Look, outcome: Outcome) -> Look:
    """Returns a page that did not come, or came damaged in its coding or cut short."""
    if outcome is not Outcome.NEW:
        return replace(look, outcome=outcome)
    return replace(look, outcome=Outcome.FAILED, reason="broken_or_cut_body")


def _sighted(look: Look, url: str, place: Place, outcome: Outcome, reason: str) -> Look:
    assert look.record is not None
    at = look.record.fetched_at
    sighting = Sighting(url, place.district_id, place.portal, None, at, outcome, reason)
    return replace(look, outcome=outcome, sighting=sighting)


def _paged(look: Look, capture: Capture, url: str, place: Place, response: Response) -> Look:
    page = RawPage(
        url=url,
        body=capture.content or b"",
        fetched_at=capture.exchange.fetched_at,
        status=capture.exchange.status,
        headers=headers(response),
        district_id=place.district_id,
        portal=place.portal,
        capture=capture.ref,
        hints=place.hints,
    )
    revisited = capture.refers_to or (capture.exchange.url, None)
    return replace(look, page=page, body_at=revisited if capture.ref.revisit else None)


def _response(capture: Capture) -> Response:
    """Returns the response as the spider gets it: Scrapy's own, decoded, so that its headers read the
    same.
    """
    exchange = capture.exchange
    fields: dict[bytes, list[bytes]] = {}
    for name, value in exchange.headers:
        if name.lower() != b"content-encoding":
            fields.setdefault(name, []).append(value)
    sent = dict(exchange.request_headers)
    request = Request(exchange.url, headers=sent) if sent and exchange.status == 304 else None
    return Response(exchange.url, exchange.status, fields, capture.content or b"", request=request)


def _host(key: str) -> str:
    return key.partition("/")[0].partition("?")[0]

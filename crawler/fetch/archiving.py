"""Keeps every response in a WARC file before anything reads it; what cannot be kept is not processed.

Stands closest to the downloader, so answers to robots.txt, redirects, errors and retries pass here, still
content-encoded. It takes the place of Scrapy's HttpCompressionMiddleware: crawl and replay decode with the
same function, and a body is decoded once.

A record is written in the very step that ends its download, before the next request leaves: between the two a
kill may cost one page, later on as many as wait to be read.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.responsetypes import responsetypes
from scrapy.utils.defer import deferred_from_coro

from crawler.discover.urls import canonical
from crawler.fetch.files import Answer, judged
from crawler.fetch.responses import PAGE, headers, outcome_of, told_file
from crawler.fetch.safety import RequestRefused
from pipelines.context import context_of
from pipelines.items import capture_written
from storage.errors import ContentError, ContentTooLarge, RawKeepingError
from storage.filing.addresses import file_id
from storage.records import CaptureRecord
from storage.vocabulary import Outcome
from storage.warc.captures import payload_digest
from storage.warc.content import ACCEPT_ENCODING, decode, whole
from storage.warc.writer import PAGES, CaptureRef, Exchange, Known, WarcWriter, recover

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response

TWIN_BYTES = 2048  # a revisit takes 400; below this it is not worth a reference
# What a note beside a page says of how its URL ended.
_TOLD = {"leads": Outcome.REDIRECTED, "stands": Outcome.UNCHANGED, "parts": Outcome.PART}

logger = logging.getLogger(__name__)


class ArchivingMiddleware:
    """Writes exchanges to WARC files of the folder HUYEN_WARC, named after the spider.

    Into `request.meta` of the very request that a response answers (`response.request`, also after redirects
    and retries, whose requests begin without them) it puts

    - `capture`: the CaptureRef of the response;
    - `fetched_at`: when it came, aware, in whole seconds as the WARC has it; the one instant used everywhere.

    `request.meta["known"]` may hold a storage.records.Known of the same URL: an equal payload, or a 304, is
    then kept as a revisit. `run_id` and `tls` (what is wrong with the certificate, in words) are passed on.
    `cut` in the meta says that the connection ended before the page did; it is kept, marked WARC-Truncated.
    `request.meta["notes"]` may hold a function of the response; what it returns is kept beside the record and
    put into `request.meta["page"]`. `request.meta["twin"]` may hold a function of a payload digest that
    finds a record with these bytes under any address.
    The run's context (pipelines.context) gets the writer, so that what was written can be made to outlive a
    power cut before rows that point at it are committed.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._folder = Path(crawler.settings["HUYEN_WARC"])
        self._max_bytes = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self._writer: WarcWriter | None = None
        self._failed = False
        self._came: dict[Request, bytes | RequestRefused] = {}  # decoded, or why not; until asked
        crawler.signals.connect(self._downloaded, signals.response_downloaded)
        crawler.signals.connect(self._open, signals.spider_opened)
        crawler.signals.connect(self._close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        request.headers.setdefault("Accept-Encoding", ACCEPT_ENCODING)
        request.meta.pop("capture", None)  # a redirect or retry inherits the meta of its forerunner
        request.meta.pop("fetched_at", None)
        request.meta.pop("page", None)
        request.meta.pop("cut", None)

    def process_response(self, request: Request, response: Response) -> Response:
        """Hands `response` on decoded, once it is kept.

        Raises:
            RequestRefused: failed; archive (not kept: the run ends), encoding (kept, broken) or too_large.
        """
        if request not in self._came:  # no downloader has announced it
            self._downloaded(response, request)
        content = self._came.pop(request)
        if isinstance(content, RequestRefused):
            raise content
        if content is response.body and "Content-Encoding" not in response.headers:
            return response
        sent = response.headers.copy()
        sent.pop("Content-Encoding", None)
        kind = responsetypes.from_args(headers=sent, url=response.url, body=content)
        return response.replace(cls=kind, headers=sent, body=content)

    def _downloaded(self, response: Response, request: Request) -> None:
        """Keeps `response`; what is wrong with it is told when it is asked for, since signals tell
        nothing.
        """
        try:
            self._came[request] = self._kept(request, response)
        except RequestRefused as refused:
            self._came[request] = refused

    def _kept(self, request: Request, response: Response) -> bytes:
        """Returns the content of `response`, which is kept then. Raises RequestRefused as
        process_response does.
        """
        fetched_at = datetime.now(UTC).replace(microsecond=0)
        exchange = exchange_of(request, response, fetched_at)
        encoding = exchange.header("Content-Encoding")
        content, fault = response.body, None
        try:
            if encoding and request.method != "HEAD":
                content = decode(content, encoding, self._max_bytes)
        except ContentError as error:
            fault = error
        if exchange.cut and response.status in PAGE and (fault or not whole(content)):
            request.meta["cut"], fault = True, None  # crawler.fetch.retries has it asked for again
        notes = request.meta.get("notes")
        seen = response.replace(body=content, request=request)
        page = notes(seen) if notes else None
        known = _known(request) or self._twin(request, exchange)
        ref = self._keep(exchange, known, hashlib.sha256(content).hexdigest(), page)
        request.meta["capture"], request.meta["fetched_at"], request.meta["page"] = ref, fetched_at, page
        outcome, file = None, None
        if page:
            outcome = outcome_of(seen, page["portal"], file=told_file(page))
            if outcome is None or "stands" in page:
                outcome = next((told for name, told in _TOLD.items() if name in page), outcome)
        if page and (fault or request.meta.get("cut")) and outcome is None:
            outcome = Outcome.FAILED
        if page and "file" in page:
            whole_ = None if fault or request.meta.get("cut") else content
            answer = Answer(response.url, response.status, headers(response), whole_, fetched_at, ref)
            file = page["file"]
            outcome = judged(page, answer)[1]
        elif outcome is Outcome.FILE:
            file = file_id(response.url)
        record = replace(_record(request, response, fetched_at, ref), outcome=outcome, file_id=file)
        self._crawler.signals.send_catch_log(capture_written, record=record)
        if fault:
            reason = "too_large" if isinstance(fault, ContentTooLarge) else "encoding"
            raise RequestRefused(Outcome.FAILED, reason, f"{request.url[:200]}: {fault}") from fault
        return content

    @staticmethod
    def _twin(request: Request, exchange: Exchange) -> Known | None:
        """Returns a record with the same bytes under another address, where `request` has who knows it."""
        twin = request.meta.get("twin")
        if twin is None or len(exchange.body) < TWIN_BYTES or exchange.status not in PAGE:
            return None
        found: Known | None = twin(payload_digest(exchange.body))
        return found

    def _keep(
        self, exchange: Exchange, known: Known | None, content: str, page: Mapping[str, str] | None
    ) -> CaptureRef:
        try:
            if self._writer is None:
                raise RawKeepingError(f"no WARC file is open for {exchange.url}")
            ref = self._writer.write(exchange, known, content, page)
        except RawKeepingError as error:
            self._fail(error)
            raise RequestRefused(Outcome.FAILED, "archive", str(error)) from error
        if self._crawler.stats:
            self._crawler.stats.inc_value("archive/records")
            self._crawler.stats.inc_value("archive/bytes", ref.length)
            if ref.revisit:
                self._crawler.stats.inc_value("archive/revisits")
        return ref

    def _fail(self, error: RawKeepingError) -> None:
        """Count the failure and end the run: a disk that takes no record will take no page either."""
        if self._crawler.stats:
            self._crawler.stats.inc_value("archive/failed")
        if self._failed:
            return
        self._failed = True
        logger.error("%s; the run ends, because only stored pages are processed", error.strerror or error)
        if self._crawler.stats:
            self._crawler.stats.set_value("archive/error", str(error.strerror or error))
        if self._crawler.engine:
            deferred_from_coro(self._crawler.engine.close_spider_async(reason="archive"))

    def _open(self, spider: Spider) -> None:
        info = {
            "software": self._crawler.settings["USER_AGENT"],
            "http-header-user-agent": self._crawler.settings["USER_AGENT"],
            "robots": "obey" if self._crawler.settings.getbool("ROBOTSTXT_OBEY") else "ignore",
            "description": getattr(spider, "description", f"news of the district {spider.name}"),
            PAGES: "json",
        }
        self._writer = WarcWriter(self._folder, spider.name, info)
        context_of(self._crawler).writer = self._writer
        try:
            mended = recover(self._folder)
        except OSError as error:  # the first record will fail for the same reason, and end the run
            logger.error("cannot repair the files in %s: %s", self._folder, error.strerror)
            return
        for file in mended:
            logger.warning(
                "%s was left open by a run that died: %d records kept, %d torn bytes cut%s",
                file.file,
                file.kept_records,
                file.cut_bytes,
                "; it is damaged in the middle" if file.damaged else "",
            )
            if self._crawler.stats:
                self._crawler.stats.inc_value("archive/recovered_files")
                self._crawler.stats.inc_value("archive/recovered_bytes_cut", file.cut_bytes)

    def _close(self, spider: Spider) -> None:
        if self._writer is None:
            return
        try:
            self._writer.close()
        except RawKeepingError as error:  # it stays open; the next run finishes it
            self._fail(error)


def exchange_of(request: Request, response: Response, fetched_at: datetime) -> Exchange:
    """Returns what a WARC file keeps of a request and its answer; a password for a proxy is left out."""
    return Exchange(
        url=response.url,
        status=response.status,
        headers=_pairs(response.headers),
        body=response.body,
        fetched_at=fetched_at,
        method=request.method,
        request_headers=[pair for pair in _pairs(request.headers) if pair[0] != b"Proxy-Authorization"],
        request_body=request.body,
        http_version=response.protocol or "HTTP/1.1",
        ip=str(response.ip_address or ""),
        tls=request.meta.get("tls", ""),
        cut="dataloss" in response.flags,
    )


def _pairs(headers: dict[bytes, list[bytes]]) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, values in headers.items() for value in values]


def _known(request: Request) -> Known | None:
    """Returns what is known of the page asked for; nothing, where a redirect has led to another one.

    Of a file its bytes are known, wherever they come from.
    """
    known: Known | None = request.meta.get("known")
    if known and request.meta.get("role") == "file":
        return known
    return known if known and known.url == canonical(request.url) else None


def _record(request: Request, response: Response, fetched_at: datetime, ref: CaptureRef) -> CaptureRecord:
    def header(name: str) -> str | None:
        value = response.headers.get(name)
        return value.decode("latin-1") if value else None

    return CaptureRecord(
        url=canonical(response.url),
        fetched_at=fetched_at,
        ref=ref,
        status=response.status,
        method=request.method,
        content_type=header("Content-Type"),
        etag=header("ETag"),
        last_modified=header("Last-Modified"),
        run_id=request.meta.get("run_id"),
    )

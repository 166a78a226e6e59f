"""`huyen read` and `huyen date`: one page or one line through the pipeline's pure stages, nothing stored."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from crawler.errors import BadInput, ReadError
from storage.vocabulary import VIETNAM, local

if TYPE_CHECKING:
    from crawler.registry.load import Registry
    from crawler.reread.explain import Learner
    from pipelines.items import Article

MAX_PAGE = 32 * 2**20  # bytes of a page, as DOWNLOAD_MAXSIZE in crawler.settings
FETCH_SECONDS = 60.0

Answer = dict[str, Any]


class Options(TypedDict, total=False):
    """How a page is read: `learner` tells what its portal's furniture is, `explain` asks for every block."""

    learner: Learner
    explain: bool


def moment(text: str | None) -> datetime:
    """An ISO 8601 time with its zone; without one it is Vietnamese wall time; now where `text` is None."""
    if text is None:
        return local(datetime.now(UTC)).replace(microsecond=0)
    try:
        value = datetime.fromisoformat(text.strip())
    except (ValueError, AttributeError, TypeError):
        raise BadInput(
            f"fetched_at {text!r} is not an ISO 8601 time such as 2026-11-21T18:59:00+07:00"
        ) from None
    return value if value.tzinfo else value.replace(tzinfo=VIETNAM)


def read_page(
    body: bytes,
    url: str,
    fetched_at: datetime,
    registry: Registry | None,
    headers: Mapping[str, str] | None = None,
    status: int = 200,
    **options: Unpack[Options],
) -> Answer:
    """The article of a page under the names of the export columns, or {"error": …, "reason": …}.

    Where `url` belongs to a portal of `registry`, the page is read with that portal's family and furniture.
    """
    from crawler.discover.urls import canonical
    from crawler.families import hints_for
    from crawler.reread import explain as explaining
    from pipelines.chain import read
    from pipelines.items import Article, Hints, RawPage

    try:
        address = canonical(url) if url else ""
    except ValueError as error:
        raise BadInput(str(error)) from None
    known = registry.at(url) if registry else None
    learner = options.get("learner")
    learned = learner(known[1].url) if known and learner else []
    hints = hints_for(url, registry) if known and registry else Hints()
    page = RawPage(
        url=address,
        body=body,
        fetched_at=fetched_at,
        status=status,
        headers=headers or {},
        district_id=known[0].id if known else "",
        portal=known[1].url if known else "",
        hints=explaining.hinted(hints, learned),
    )
    result = read(page)
    if isinstance(result, Article):
        more = {"explain": explaining.lines(result, learned)} if options.get("explain") else {}
        return columns(result) | more
    return {"error": f"not an article: {result.reason}", "reason": result.reason, "url": page.url}


def page(
    source: str, url: str, fetched_at: str | None, registry: Registry, **options: Unpack[Options]
) -> Answer:
    """The answer to `huyen read`: `source` is an http address, or the path of a page that came from `url`."""
    at = moment(fetched_at)
    try:
        if source.lower().startswith(("http://", "https://")):
            final, body, headers, status = fetch(source)
            return read_page(body, url or final, at, registry, headers, status, **options)
        if "://" in source:
            raise BadInput(f"{source}: only http and https addresses can be fetched")
        return read_page(read_file(Path(source)), url, at, registry, **options)
    except BadInput:
        raise
    except ReadError as error:
        return {"error": str(error)}


def columns(article: Article) -> Answer:
    """An article as `huyen read --json` prints it: lists as lists, `body` a line a paragraph."""
    from dataclasses import asdict

    published = article.published
    return {
        "district_id": article.page.district_id or None,
        "portal": article.page.portal or None,
        "url": article.page.url or None,
        "title": article.title,
        "lead": article.lead,
        "body": "\n".join(article.body),
        "author": article.author,
        "category": article.category,
        "published_at": published.value,
        "published_precision": published.precision,
        "published_source": published.source,
        "published_is_event": published.is_event,
        "published_raw": published.raw,
        "captions": list(article.captions),
        "images": [asdict(image) for image in article.images],
        "attachments": [asdict(attachment) for attachment in article.attachments],
        "tags": list(article.tags),
        "flags": list(article.flags),
        "encoding": article.encoding,
    }


def read_line(text: str, fetched_at: datetime) -> Answer:
    """The date that one printed line gives, as `huyen date --json` prints it."""
    from pipelines.dating import line as dateline

    found = dateline.read_line(text, fetched_at)
    return {
        "value": found.value,
        "precision": found.precision,
        "kind": found.kind,
        "raw": found.raw,
        "end": found.end,
        "inferred": found.inferred,
    }


def page_case(
    case: Answer, registry: Registry | None, fetched_at: str | None = None, **options: Unpack[Options]
) -> Answer:
    """Answers one line of `huyen read -`: `html` or `path`, and perhaps `url` and `fetched_at` of its own."""
    url, html, path = case.get("url") or "", case.get("html"), case.get("path")
    if not isinstance(url, str) or not isinstance(html, str | None) or not isinstance(path, str | None):
        raise ReadError("url, html and path must be texts")
    if (html is None) == (path is None):
        raise ReadError('needs "html" or "path", one of them')
    at = moment(case.get("fetched_at", fetched_at))
    if path is not None:
        return read_page(read_file(Path(path)), url, at, registry, **options)
    # The text is decoded already: whatever its meta element claims, these bytes are UTF-8.
    body = (html or "").encode("utf-8", "replace")
    return read_page(body, url, at, registry, {"content-type": "text/html; charset=utf-8"}, **options)


def line_case(case: Answer, fetched_at: str | None = None) -> Answer:
    """Answers one line of `huyen date -`: `text`, and perhaps `fetched_at` of its own."""
    text = case.get("text")
    if not isinstance(text, str):
        raise ReadError('needs "text", a text')
    return read_line(text, moment(case.get("fetched_at", fetched_at)))


def read_file(path: Path) -> bytes:
    """The bytes of a saved page. ReadError where there are none, or too many."""
    try:
        with path.open("rb") as file:
            return _bounded(file.read(MAX_PAGE + 1), str(path))
    except (OSError, ValueError) as error:
        raise BadInput(f"{path}: {getattr(error, 'strerror', None) or error}") from None


def fetch(url: str) -> tuple[str, bytes, dict[str, str], int]:
    """Fetches a page once, by http or https only: its final URL, body, headers in lower case, and status."""
    from http.client import HTTPException
    from urllib import request
    from urllib.error import HTTPError

    from crawler.discover.urls import canonical

    opener = (
        request.OpenerDirector()
    )  # none of the handlers for file: and ftp: that the default opener brings
    for handler in (
        request.ProxyHandler,
        request.HTTPHandler,
        request.HTTPSHandler,
        request.HTTPDefaultErrorHandler,
        request.HTTPRedirectHandler,
        request.HTTPErrorProcessor,
    ):
        opener.add_handler(handler())
    opener.addheaders = [("User-Agent", "huyen/0.1"), ("Accept", "text/html, */*;q=0.5")]
    deadline = time.monotonic() + FETCH_SECONDS
    try:
        try:
            response = opener.open(canonical(url), timeout=FETCH_SECONDS)
        except HTTPError as error:
            response = error  # a page all the same: the reader judges it by its status
        body = bytearray()
        with response:
            while chunk := response.read1(2**16):
                body += _bounded(chunk, url, len(body) + len(chunk))
                if time.monotonic() > deadline:
                    raise ReadError(f"{url}: not whole after {FETCH_SECONDS:.0f} seconds")
        headers = {name.lower(): value for name, value in response.headers.items()}
        return response.geturl(), bytes(body), headers, response.status
    except (OSError, HTTPException, ValueError) as error:
        raise ReadError(f"{url}: cannot be fetched: {getattr(error, 'reason', None) or error}") from None


def _bounded(body: bytes, name: str, size: int | None = None) -> bytes:
    """`body`, where it (or the `size` that it brings a page to) is within bounds; else ReadError."""
    if (len(body) if size is None else size) > MAX_PAGE:
        raise ReadError(f"{name}: larger than {MAX_PAGE // 2**20} MiB")
    return body

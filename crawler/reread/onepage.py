"""`huyen read` and `huyen date`: one page or one line through the pipeline's pure stages, nothing stored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from crawler.errors import BadInput, ReadError, Unfetched
from crawler.reread.filetypes import ADVICE, not_a_page
from storage.language.codes import word
from storage.language.messages import joined, message
from storage.vocabulary import VIETNAM, local

if TYPE_CHECKING:
    from scrapy.http import Response

    from crawler.registry.load import Registry
    from crawler.reread.explain import Learner
    from pipelines.items import Article

MAX_PAGE = 32 * 2**20  # bytes of a page, as DOWNLOAD_MAXSIZE in crawler.settings
MAX_REQUESTS, MAX_SECONDS = (
    12,
    60.0,
)  # for one page, with robots.txt and redirects
# One try: a person can ask again, and a Retry-After would make them wait up to five minutes.
_FETCHING: dict[str, Any] = {"RETRY_TIMES": 0, "DOWNLOAD_TIMEOUT": 60}

Answer = dict[str, Any]


class Options(TypedDict, total=False):
    """How a page is read: `learner` tells what its portal's furniture is, `explain` asks for every block."""

    learner: Learner
    explain: bool


def _no_article(reason: str) -> str:
    return message("not an article: {reason}", reason=word("reason", reason))


def _no_page(address: str, kind: str) -> str:
    told = message("{address} is {kind}.", address=address or message("this"), kind=kind)
    return joined([told, ADVICE], " ")


def moment(text: str | None) -> datetime:
    """Returns an ISO 8601 time with its zone; without one it is Vietnamese wall time; now where `text` is
    None.
    """
    if text is None:
        return local(datetime.now(UTC)).replace(microsecond=0)
    try:
        value = datetime.fromisoformat(text.strip())
    except (ValueError, AttributeError, TypeError):
        raise BadInput(
            message(
                "fetched_at {text!r} is not an ISO 8601 time such as 2026-11-21T18:59:00+07:00", text=text
            )
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
    """Returns the article of a page under the names of the export columns, or {"error": …, "reason": …}.

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
    if kind := not_a_page(body, headers or {}):
        return {"error": _no_page(address, kind), "reason": "no_html", "url": address}
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
        pages = result.further
        part = {"page": {"number": pages.number, "of": pages.last}} if pages else {}
        return columns(result) | part | more
    return {
        "error": message("not an article: {reason}", reason=word("reason", result.reason)),
        "reason": result.reason,
        "url": page.url,
    }


def page(
    source: str, url: str, fetched_at: str | None, registry: Registry, **options: Unpack[Options]
) -> Answer:
    """Returns the answer to `huyen read`: `source` is an http address, or the path of a page that came
    from `url`.
    """
    at = moment(fetched_at)
    try:
        if source.lower().startswith(("http://", "https://")):
            final, body, headers, status = fetch(source, registry)
            return read_page(body, url or final, at, registry, headers, status, **options)
        if "://" in source:
            raise BadInput(message("{source}: only http and https addresses can be fetched", source=source))
        return read_page(read_file(Path(source)), url, at, registry, **options)
    except BadInput:
        raise
    except ReadError as error:
        return {"error": str(error)}


def columns(article: Article) -> Answer:
    """Returns an article as `huyen read --json` prints it: lists as lists, `body` a line a paragraph."""
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
        "confidence": article.confidence,
        "witnesses": list(article.witnesses),
        "agreement": article.agreement,
        **_named(article),
    }


def _named(article: Article) -> Answer:
    """The communes and the documents that the texts name; communes None where the district is not known."""
    from dataclasses import asdict

    from storage.places import named
    from storage.search.mentioned import codes, codes_now

    texts = {"title": article.title, "lead": article.lead or "", "body": "\n".join(article.body)}
    found = [(one, place) for one in article.mentions if (place := named.at(one.place_id))]
    places = [place for _, place in found]
    known = bool(article.page.hints.district_code)
    return {
        "communes": codes(article.published.value or "", places) if known else None,
        "communes_now": codes_now(places) if known else None,
        "mentions": [
            asdict(one) | {"code": place.code, "text": texts[one.field][one.start : one.end]}
            for one, place in found
        ],
        "documents_named": [asdict(one) for one in article.documents],
    }


def read_line(text: str, fetched_at: datetime) -> Answer:
    """Returns the date that one printed line gives, as `huyen date --json` prints it."""
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
        raise ReadError(message("url, html and path must be strings"))
    if (html is None) == (path is None):
        raise ReadError(message('needs either "html" or "path"'))
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
        raise ReadError('needs "text", a string')
    return read_line(text, moment(case.get("fetched_at", fetched_at)))


def read_file(path: Path) -> bytes:
    """Returns the bytes of a saved page. ReadError where there are none, or too many."""
    try:
        with path.open("rb") as file:
            body = file.read(MAX_PAGE + 1)
    except (OSError, ValueError) as error:
        raise BadInput(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    if len(body) > MAX_PAGE:
        raise ReadError(message("{path}: larger than {most} MiB", path=path, most=MAX_PAGE // 2**20))
    return body


def fetch(url: str, registry: Registry) -> tuple[str, bytes, dict[str, str], int]:
    """Fetches a page as a crawl would; returns its final URL, body, headers in lower case, and status.

    Hosts of the registry are treated as it says (TLS, pace, proxy, private addresses). Raises ReadError.
    """
    from crawler.discover.urls import as_printed
    from crawler.fetch import byhand
    from crawler.fetch.hosts import portals_on
    from crawler.fetch.responses import headers

    async def job(hand: byhand.ByHand[Response]) -> Response:
        return await hand.get(address)

    try:
        address = as_printed(url)
        portals = portals_on(registry.districts, address)
        if not portals:
            byhand.require_public(address)
        response = byhand.run(job, address, byhand.Budget(MAX_REQUESTS, MAX_SECONDS), portals, **_FETCHING)
    except ValueError as error:
        raise ReadError(message("{url} cannot be fetched: {why}", url=url, why=error)) from None
    except Unfetched as error:
        raise ReadError(message("{url} cannot be fetched: {why}", url=url, why=byhand.why(error))) from None
    return response.url, response.body, headers(response), response.status

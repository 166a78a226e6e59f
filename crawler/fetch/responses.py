"""What a response says before it is read: its headers, and whether it is the page that was asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from crawler.discover.urls import canonical, same_site
from crawler.fetch.outcomes import of_status
from pipelines.files.sniff import is_file
from pipelines.html.documents import document_type
from storage.vocabulary import Outcome

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

_HOME = re.compile(
    r"/?(?:vi|trang-?chu|home|index|default|pages/(?:default|home|trang-?chu))?/?(?:\.\w{3,5})?", re.I
)
REDIRECTS = (301, 302, 303, 307, 308)
READABLE = ("html", "xml", "text/plain")
_MARKUP = (b"<!doctype html", b"<html", b"<head", b"<body", b"<meta", b"<title", b"<?xml", b"<!--")
# Statuses that come with the page: some hosts say 201 or 206, proxies 203 (RFC 9110, 15.3).
PAGE = (200, 201, 203, 206)


def headers(response: Response) -> dict[str, str]:
    """Returns the response's headers with lower-case names; bytes that are no ASCII are read as Latin-1."""
    return {
        name.decode("latin-1").lower(): values[-1].decode("latin-1")
        for name, values in response.headers.items()
        if values
    }


def asked(response: Response) -> str:
    """Returns the canonical URL that was asked for, before any redirect."""
    return canonical((response.meta.get("redirect_urls") or [response.url])[0])


def is_home(url: str, portal: str) -> bool:
    """Returns whether `url` is the home page of the portal at `portal`, under any of its usual names."""
    return same_site(url, portal) and bool(_HOME.fullmatch(urlsplit(url).path))


def same_page(a: str, b: str) -> bool:
    """Returns whether two canonical URLs differ in scheme, `www.` or a trailing slash only."""
    bare = [url.split("://", 1)[-1].removeprefix("www.").rstrip("/") for url in (a, b)]
    return bare[0] == bare[1]


def told_file(notes: Mapping[str, str]) -> bool:
    """Returns whether the notes of a request say that a section listed a file as if it were an article."""
    return "listing_title" in notes and document_type(notes.get("asked", "")) is not None


def judge(response: Response, asked: str, portal: str, *, file: bool = False) -> tuple[Outcome, str] | None:
    """Returns how the URL `asked` ended by what came instead of its page; None where the page itself came,
    or the `file` that stands for one.
    """
    if response.status == 304:
        return (Outcome.UNCHANGED, "not_modified") if _may_be_304(response) else of_status(304)
    if response.status not in PAGE:
        return of_status(response.status)
    came = canonical(response.url)
    if not same_page(came, asked):
        return (Outcome.GONE, "redirect_home") if is_home(came, portal) else (Outcome.REDIRECTED, "")
    if _readable(response) or (file and is_file(response.body)):
        return None
    return (Outcome.FILE if is_file(response.body) else Outcome.NOT_AN_ARTICLE), "no_html"


def outcome_of(response: Response, portal: str, *, file: bool = False) -> Outcome | None:
    """Returns the outcome of one response on the way to an article, by its header: what it says of its own
    URL.

    It is kept with the capture, by a crawl and by a replay alike. A redirect to the home page says that its
    article is gone. None where the page has to be read, or the `file` that stands for one.
    """
    if response.status == 304:
        return Outcome.UNCHANGED if _may_be_304(response) else Outcome.FAILED
    target = headers(response).get("location", "")
    if response.status in REDIRECTS and target:
        return Outcome.GONE if leads_home(response.url, target, portal) else Outcome.REDIRECTED
    if response.status not in PAGE:
        return of_status(response.status)[0]
    if _readable(response) or (file and is_file(response.body)):
        return None
    return Outcome.FILE if is_file(response.body) else Outcome.NOT_AN_ARTICLE


def leads_home(url: str, target: str, portal: str) -> bool:
    """Returns whether a redirect from the page at `url` to `target`, as its Location says, leads to the
    home page.
    """
    try:
        came = canonical(urljoin(url, target))
        return is_home(came, portal) and not same_page(came, canonical(url))
    except ValueError:  # no address: whoever asks for it will see
        return False


def _readable(response: Response) -> bool:
    """Returns whether a response is text by one of its types, in any case, or by how its body begins."""
    kinds = b" ".join(response.headers.getlist("Content-Type")).decode("latin-1").lower()
    if not kinds.strip() or any(name in kinds for name in READABLE):
        return True
    return response.body[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP)


def conditional(request: Request) -> bool:
    """Returns whether `request` may be answered by 304 (RFC 9110, 13.1)."""
    return "If-None-Match" in request.headers or "If-Modified-Since" in request.headers


def _may_be_304(response: Response) -> bool:
    """Returns whether a 304 answers a question; of a response without its request nobody knows."""
    return response.request is None or conditional(response.request)

"""What a response says before it is read: its headers, and whether it is the page that was asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.discover.urls import canonical, same_site
from crawler.fetch.outcomes import of_status
from storage.vocabulary import Outcome

if TYPE_CHECKING:
    from scrapy.http import Response

_HOME = re.compile(
    r"/?(?:vi|trang-?chu|home|index|default|pages/(?:default|home|trang-?chu))?/?(?:\.\w{3,5})?", re.I
)
_READABLE = ("html", "xml", "text/plain")


def headers(response: Response) -> dict[str, str]:
    """The response's headers with lower-case names; bytes that are no ASCII are read as Latin-1."""
    return {
        name.decode("latin-1").lower(): values[-1].decode("latin-1")
        for name, values in response.headers.items()
        if values
    }


def asked(response: Response) -> str:
    """The canonical URL that was asked for, before any redirect."""
    return canonical((response.meta.get("redirect_urls") or [response.url])[0])


def is_home(url: str, portal: str) -> bool:
    """Whether `url` is the home page of the portal at `portal`, under any of its usual names."""
    return same_site(url, portal) and bool(_HOME.fullmatch(urlsplit(url).path))


def same_page(a: str, b: str) -> bool:
    """Whether two canonical URLs differ in scheme, `www.` or a trailing slash only."""
    bare = [url.split("://", 1)[-1].removeprefix("www.").rstrip("/") for url in (a, b)]
    return bare[0] == bare[1]


def judge(response: Response, asked: str, portal: str) -> tuple[Outcome, str] | None:
    """How the URL `asked` ended by what came instead of its page; None where the page itself came."""
    if response.status == 304:
        return Outcome.UNCHANGED, "not_modified"
    if response.status != 200:
        return of_status(response.status)
    came = canonical(response.url)
    if not same_page(came, asked):
        return (Outcome.GONE, "redirect_home") if is_home(came, portal) else (Outcome.REDIRECTED, "")
    kind = headers(response).get("content-type", "")
    if kind and not any(name in kind for name in _READABLE):
        return Outcome.NOT_AN_ARTICLE, "no_html"
    return None

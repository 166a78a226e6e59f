"""Cookies: those that a redirect sets are sent on its way; others only for a portal whose entry says so.

Some servers set a cookie and redirect to the same address until it comes back. Beyond that a session would
make every page look changed, so each request begins without cookies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from crawler.fetch.politeness import ByPortal
from storage.filing.addresses import host_key

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_CHAIN = "cookies"  # in the meta of a request, handed on by redirects and retries: host to cookies
MAX_COOKIES = 50  # of one host (RFC 6265, 6.1)
MAX_BYTES = 4_096  # of one cookie, likewise


class CookiesMiddleware(ByPortal):
    """Sends to each host what it has set; below redirects, which take the meta of a request along."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._kept: defaultdict[str, dict[str, str]] = defaultdict(dict)  # host: of portals with `cookies`

    def process_request(self, request: Request) -> None:
        host = host_key(request.url)
        cookies = {**self._kept[host], **request.meta.get(_CHAIN, {}).get(host, {})}
        request.headers.pop("Cookie", None)
        if cookies:
            request.headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())

    def process_response(self, request: Request, response: Response) -> Response:
        said = response.headers.getlist("Set-Cookie")
        if said:
            host, chain = host_key(request.url), request.meta.get(_CHAIN, {})
            request.meta[_CHAIN] = {**chain, host: taken(chain.get(host, {}), said)}
            portal = self._portal(request)
            if portal is not None and portal.cookies:
                self._kept[host] = taken(self._kept[host], said)
        return response


def taken(cookies: Mapping[str, str], said: Iterable[bytes]) -> dict[str, str]:
    """Returns `cookies` after the values `said` of Set-Cookie: names to values, all of one host and for all
    paths.
    """
    found = dict(cookies)
    for line in said:
        pair, *attributes = line.decode("latin-1").split(";")
        name, _, value = (part.strip() for part in pair.partition("="))
        if not name or len(pair) > MAX_BYTES or not pair.isprintable():
            continue
        found.pop(name, None)
        if not any(one.strip().lower() in ("max-age=0", "max-age=-1") for one in attributes):
            found[name] = value
    return dict(list(found.items())[-MAX_COOKIES:])

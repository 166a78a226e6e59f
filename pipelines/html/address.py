"""Addresses that a page prints: what relative ones stand on, and what they lead to."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from lxml import html


def base_of(tree: html.HtmlElement, url: str) -> str:
    """Returns the address that relative links of the page at `url` stand on: that of its first <base href>,
    else its own. A base that is no http or https address is ignored, as browsers do.
    """
    base = tree.find(".//base[@href]")
    return (absolute(url, base.get("href")) or url) if base is not None else url


@lru_cache(maxsize=512)  # a page names its pictures and files several times
def absolute(base: str, address: str) -> str | None:
    """Returns the http or https address that `address` means on a page at `base`; None where it is none."""
    try:
        joined = urljoin(base, address.strip())
        parts = urlsplit(joined)
        return joined if parts.scheme in ("http", "https") and (parts.port or parts.netloc) else None
    except ValueError:  # "http://[", "http://host:port": no address at all
        return None

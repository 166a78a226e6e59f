"""RSS, Atom, JSON lists of posts and sitemaps: links with the dates they print, read within bounds.

What is printed of when a page was changed (`Link.modified`) is judged by crawler.discover.lastmod.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from html import unescape
from itertools import islice
from typing import Any
from urllib.parse import urljoin

from lxml import etree, html

from crawler.discover.links import Link, link_to
from crawler.discover.loosexml import child_text, root_of, text_of
from pipelines.html.address import base_of
from storage.text import visible

MAX_LINKS = 50_000  # of one file, the bound of the sitemap protocol itself (sitemaps.org)
_ABSOLUTE = re.compile(r"https?://\S+|/\S+", re.I)
_LIST = re.compile(r"[\[{]\s*[\[{\"]")
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.I)
_LINES = 0.5  # of a text that is a list of addresses


def read_feed(body: bytes, url: str = "") -> list[Link]:
    """Returns the entries of a feed (RSS, Atom, JSON Feed, WordPress's REST list of posts) read at `url`, in
    order.

    Empty for all else. Addresses are resolved against xml:base, else against `url`.
    """
    text = (text_of(body) or "").lstrip()
    root = None if text[:1] in ("[", "{") else root_of(text, url)
    if root is None:
        return [] if _PAGE.search(text[:2_000]) else _read_posts(text, url)
    return _entries(root, url)


def _entries(root: Any, url: str) -> list[Link]:
    links: list[Link] = []
    for item in root.iter("{*}item", "{*}entry"):
        date = child_text(item, "pubDate", "published", "date", "updated") or None
        modified = child_text(item, "updated", "modified") or None
        if target := _target(_address(item), item.base or url):
            told = child_text(item, "title"), date, child_text(item, "category") or None
            link = link_to(target, *told, from_feed=True, modified=modified)
            links += [link] if link else []
        if len(links) >= MAX_LINKS:
            break
    return links


def _address(item: Any) -> str:
    """Returns what an entry says of its page: a link, else a guid that is an address."""
    address = ""
    for link in item.iterchildren("{*}link"):
        if link.get("href") and link.get("rel", "alternate") == "alternate":
            address = urljoin(link.base or "", link.get("href").strip())
        elif not address:
            address = visible("".join(link.itertext()) or link.tail or "")
    guid = child_text(item, "guid")
    return address or (guid if _ABSOLUTE.fullmatch(guid) else "")


def _target(address: str, base: str) -> str | None:
    """Returns `address` made absolute, None for one that is none: feeds print whatever their portal
    was fed.
    """
    if not address:
        return None
    with suppress(ValueError):
        return urljoin(base, "".join(address.split()))
    return None


def _read_posts(text: str, url: str) -> list[Link]:
    """Returns the posts of a list in JSON, such as /wp-json/wp/v2/posts; what stands before and behind is
    left out.

    `date_gmt` is UTC; `date`, the wall time of the site, stands in for it.
    """
    links: list[Link] = []
    for post in islice(_posts(text), MAX_LINKS):
        if not isinstance(post, dict):
            continue
        title = post.get("title")
        told = title.get("rendered", "") if isinstance(title, dict) else title
        dates = _zoned(post, "date") or _printed(post, "date_published"), None
        address = _target(str(post.get("link") or post.get("url") or ""), url)
        modified = _zoned(post, "modified") or _printed(post, "date_modified")
        if address:
            title = visible(unescape(str(told or "")))
            link = link_to(address, title, *dates, from_feed=True, modified=modified)
            links += [link] if link else []
    return links


def _posts(text: str) -> list[Any]:
    decoder = json.JSONDecoder(parse_int=float)  # no number is read, and one may have a million digits
    for begin in islice(_LIST.finditer(text), 5):
        with suppress(ValueError, RecursionError):
            found, _ = decoder.raw_decode(text, begin.start())
            posts = found.get("items") if isinstance(found, dict) else found
            if isinstance(posts, list):
                return posts
    return []


def _zoned(post: dict[str, Any], name: str) -> str | None:
    gmt, local = post.get(f"{name}_gmt"), post.get(name)
    return f"{gmt}Z" if isinstance(gmt, str) else f"{local}+07:00" if isinstance(local, str) else None


def _printed(post: dict[str, Any], name: str) -> str | None:
    printed = post.get(name)
    return printed if isinstance(printed, str) else None


def read_sitemap(body: bytes, url: str = "") -> tuple[list[Link], list[Link]]:
    """Returns the pages that a sitemap at `url` names, and the further sitemaps that an index names; bounded.

    A feed, and a text of one address a line, are sitemaps too (sitemaps.org).
    """
    text = text_of(body) or ""
    root = root_of(text, url)
    if root is None:
        return _lines(text, url), []
    pages: list[Link] = []
    children: list[Link] = []
    for node in root.iter("{*}url", "{*}sitemap"):
        address = _target(child_text(node, "loc"), node.base or url)
        link = link_to(address, modified=child_text(node, "lastmod") or None) if address else None
        if link is None:
            continue
        (children if etree.QName(node).localname == "sitemap" else pages).append(link)
        if len(pages) >= MAX_LINKS or len(children) >= MAX_LINKS:
            break
    return pages or ([] if children else _entries(root, url)), children


def _lines(text: str, url: str) -> list[Link]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    found = [line for line in lines if _ABSOLUTE.fullmatch(line)]
    if not found or len(found) < _LINES * len(lines):
        return []
    links = (link_to(urljoin(url, line)) for line in found[:MAX_LINKS])
    return [link for link in links if link]


def feeds_of(tree: html.HtmlElement, url: str) -> list[str]:
    """Returns the feeds that a page announces in its head; comment feeds are left out."""
    found = []
    for link in tree.iter("link"):
        kind = (link.get("type") or "").strip().lower()
        if "alternate" in (link.get("rel") or "").lower().split() and kind.endswith(("rss+xml", "atom+xml")):
            with suppress(ValueError):  # "http://[broken"
                address = urljoin(base_of(tree, url), (link.get("href") or "").strip())
                if "comment" not in address and link_to(address):
                    found.append(address)
    return list(dict.fromkeys(found))

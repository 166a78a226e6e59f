"""RSS, Atom, WordPress posts over REST, sitemaps: links with the dates they print, read within bounds.

What is printed of when a page was changed (`Link.modified`) is judged by crawler.discover.lastmod.
"""

from __future__ import annotations

import gzip
import io
import json
import zlib
from contextlib import suppress
from html import unescape
from typing import Any
from urllib.parse import urljoin

from lxml import etree, html

from crawler.discover.links import Link
from crawler.discover.urls import canonical
from pipelines.html.address import base_of
from storage.text import visible

MAX_SITEMAP_BYTES = 50 * 1024 * 1024  # the protocol's own bound, uncompressed (sitemaps.org)
MAX_LINKS = 50_000  # likewise, of one file
MAX_SITEMAPS = 50  # files of one portal; the largest district portals seen have under 20


def _root(body: bytes) -> Any:
    if body[:2] == b"\x1f\x8b":
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(body)) as packed:
                body = packed.read(MAX_SITEMAP_BYTES + 1)
        except (OSError, EOFError, zlib.error):
            return None
    if len(body) > MAX_SITEMAP_BYTES:
        return None
    # no entities, no network: neither a billion laughs nor a file of ours
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        return etree.fromstring(body.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _text(node: Any, *names: str) -> str:
    for name in names:
        for child in node.iterchildren(f"{{*}}{name}"):
            text = visible("".join(child.itertext()))
            if text or child.get("href"):
                return text or child.get("href")
    return ""


def _target(address: str) -> str | None:
    """`address` as a canonical URL, None for one that is none: feeds print whatever their portal was fed."""
    try:
        return canonical(address)
    except ValueError:
        return None


def read_feed(body: bytes) -> list[Link]:
    """The entries of a feed (RSS, Atom, WordPress's REST list of posts), in order; empty for all else."""
    if body.lstrip()[:1] == b"[":
        return _read_posts(body)
    root = _root(body)
    if root is None:
        return []
    links = []
    for item in root.iter("{*}item", "{*}entry"):
        address = _text(item, "link", "guid")
        for link in item.iterchildren("{*}link"):
            if link.get("href") and link.get("rel", "alternate") == "alternate":
                address = link.get("href")
        if target := _target(address):
            date = _text(item, "pubDate", "published", "date", "updated") or None
            told = _text(item, "title"), date, _text(item, "category") or None
            links.append(Link(target, *told, True, _text(item, "updated", "modified") or None))
        if len(links) >= MAX_LINKS:
            break
    return links


def _read_posts(body: bytes) -> list[Link]:
    """The posts of /wp-json/wp/v2/posts: `date_gmt` is UTC; `date`, the site's wall time, stands in."""
    try:
        posts = json.loads(body)
    except ValueError:
        return []
    links = []
    for post in posts[:MAX_LINKS]:
        if not isinstance(post, dict) or not (target := _target(str(post.get("link") or ""))):
            continue
        title = post.get("title")
        text = title.get("rendered", "") if isinstance(title, dict) else title
        dates = _zoned(post, "date"), None, True, _zoned(post, "modified")
        links.append(Link(target, visible(unescape(str(text or ""))), *dates))
    return links


def _zoned(post: dict[str, Any], name: str) -> str | None:
    gmt, local = post.get(f"{name}_gmt"), post.get(name)
    return f"{gmt}Z" if isinstance(gmt, str) else f"{local}+07:00" if isinstance(local, str) else None


def read_sitemap(body: bytes) -> tuple[list[Link], list[Link]]:
    """The pages that a sitemap names and the further sitemaps that an index names, as printed; bounded."""
    root = _root(body)
    if root is None:
        return [], []
    pages: list[Link] = []
    children: list[Link] = []
    for node in root.iter("{*}url", "{*}sitemap"):
        address = _text(node, "loc")
        target = _target(address)
        if target is None:
            continue
        modified = _text(node, "lastmod") or None
        if etree.QName(node).localname == "sitemap":
            children.append(Link(address, modified=modified))
        else:
            pages.append(Link(target, modified=modified))
        if len(pages) >= MAX_LINKS or len(children) >= MAX_SITEMAPS:
            break
    return pages, children


def feeds_of(tree: html.HtmlElement, url: str) -> list[str]:
    """The feeds that a page announces in its head; comment feeds are left out."""
    found = []
    for link in tree.iter("link"):
        if link.get("rel") == "alternate" and (link.get("type") or "").endswith(("rss+xml", "atom+xml")):
            with suppress(ValueError):  # "http://[broken"
                address = urljoin(base_of(tree, url), (link.get("href") or "").strip())
                if "comment" not in address and _target(address):
                    found.append(address)
    return list(dict.fromkeys(found))

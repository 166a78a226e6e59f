"""What a page and its address say of its publication date: JSON-LD, meta elements, URL; each as printed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import etree, html

from pipelines.items import Precision
from storage.text import fold, visible
from storage.vocabulary import VIETNAM

MAX_SCRIPT = 500_000  # letters of one JSON-LD script that are parsed; a page's own entry takes a few thousand
MAX_NODES = 5_000  # objects of a graph that are looked at

# Names of meta elements that carry a publication date, the most exact first. "lastmod", "updated" and
# "revised"
# are none, nor is og:updated_time. Names: Open Graph, schema.org, Dublin Core, and what news systems print.
META_NAMES = (
    "article:published_time", "article:published", "og:published_time", "og:article:published_time",
    "datepublished", "dc.date.issued", "dcterms.issued", "dcterms.available", "dcterms.created",
    "dc.date.created", "pubdate", "publishdate", "publish_date", "publish-date", "publication_date",
    "published_time", "cxenseparse:recs:publishtime", "parsely-pub-date", "sailthru.date",
    "article.published", "article.created", "datecreated", "dc.date", "dcterms.date", "date",
)  # fmt: skip
_TIME_CLASSES = frozenset({"published", "entry-date"})  # of hAtom and of WordPress themes
_RANKS = {name: rank for rank, name in enumerate(META_NAMES)}
MAX_META = 400  # meta elements of a page that are looked at
# From the attribute: a third of the time that asking every element for it takes.
_MARKED = etree.XPath("descendant::*/@itemprop[. = 'datePublished']/..")
_WRAPPING = re.compile(r"^\s*(?:<!--|/\*<!\[CDATA\[\*/|<!\[CDATA\[)|(?:-->|/\*\]\]>\*/|\]\]>)\s*$")
_ARTICLE = re.compile(r"article|posting|report|newsitem", re.I)

_DAY_PATH = re.compile(r"/((?:19|20)\d\d)/(\d{1,2})/(\d{1,2})(?=/)|/((?:19|20)\d\d)-(\d{1,2})-(\d{1,2})(?=/)")
_MONTH_PATH = re.compile(r"/(20\d\d)/(0[1-9]|1[0-2])/(?!\d{1,2}/)")
_STAMP = re.compile(r"[/-](20\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\w{2,5})?/?$")
# VCCorp's news system numbers articles with up to six digits of the site, then yymmddHHMMSS and milliseconds.
_VCCORP = re.compile(r"-\d{0,6}?(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\d{3}\.(?:html?|chn)$")
_UPLOADED = re.compile(
    r"(?:uploads?|images|quantritintuc|files|media)/?(20[012]\d)[/-]?(1[0-2]|0?[1-9])(?=/)"
)


def json_ld(tree: html.HtmlElement, title: str, url: str) -> str | None:
    """`datePublished` (else `dateCreated`) of the page's own JSON-LD entry, as printed, or None.

    Of several articles (a list of related ones) only the one with this headline or address counts.
    """
    entries = [node for node in _graph(tree) if node.get("datePublished") or node.get("dateCreated")]
    own = [node for node in entries if _is_about(node, title, url)]
    articles = [node for node in entries if _ARTICLE.search(str(node.get("@type", "")))]
    for group in (own, articles, entries):
        dates = {str(node.get("datePublished") or node.get("dateCreated")) for node in group}
        if len(dates) == 1:
            return visible(dates.pop()[:100])
        if dates:
            return None
    return None


def _graph(tree: html.HtmlElement) -> Iterator[dict[str, Any]]:
    count = 0
    for script in tree.iter("script"):
        if not script.text or "ld+json" not in script.get("type", ""):
            continue
        text = _WRAPPING.sub("", script.text[:MAX_SCRIPT])
        try:
            stack = [json.loads(text.strip().rstrip(";"), strict=False)]
        except (ValueError, RecursionError):
            continue  # templates print broken JSON; the next source is asked
        while stack and (count := count + 1) < MAX_NODES:
            node = stack.pop()
            if isinstance(node, dict):
                yield node
                stack.extend(reversed([child for child in node.values() if isinstance(child, dict | list)]))
            elif isinstance(node, list):
                stack.extend(reversed(node))


def _is_about(node: dict[str, Any], title: str, url: str) -> bool:
    page = node.get("mainEntityOfPage")
    named = {str(node.get(key) or "") for key in ("url", "@id")} | {
        str(page.get("@id") if isinstance(page, dict) else page)
    }
    headline = fold(visible(str(node.get("headline") or node.get("name") or "")[:500]))
    return bool(headline and headline == fold(title)) or any(
        n and n.split("#")[0].rstrip("/") == url.rstrip("/") for n in named
    )


def meta(tree: html.HtmlElement) -> str | None:
    """The publication date of the page's meta elements, else of its one `time` element marked so."""
    named = (e for e in tree.iter("meta") if e.get("content") is not None)
    best, value = len(META_NAMES), ""
    for element in islice(named, MAX_META):
        for attribute in ("property", "name", "itemprop"):
            rank = _RANKS.get((element.get(attribute) or "").strip().lower(), best)
            if rank < best and (text := visible(element.get("content")[:100])):
                best, value = rank, text
    if value:
        return value
    times = {visible(text[:100]) for text in _marked(tree)}
    return times.pop() if len(times) == 1 else None  # several: one of a list of other articles


def _marked(tree: html.HtmlElement) -> Iterator[str]:
    """What the elements that are marked as the publication date say, as printed."""
    for element in tree.iter("time"):
        marked = element.get("itemprop") == "datePublished" or "pubdate" in element.attrib
        if "datetime" in element.attrib and (
            marked or not _TIME_CLASSES.isdisjoint(element.get("class", "").split())
        ):
            yield element.get("datetime")
    for element in _MARKED(tree):
        if element.tag != "meta" and "content" in element.attrib:
            yield element.get("content")


def in_url(url: str, today: date) -> tuple[str, Precision, str] | None:
    """The date in a URL as value, precision and print, or None: whole path segments and stamps that are valid
    up to `today` only, since most digits of an address are ids ("/tin/20190101/…-2019-12-31-p2.html").
    """
    path = unquote(urlsplit(url).path)
    for pattern in (_STAMP, _VCCORP):
        if match := pattern.search(path):
            year, month, day_number, hour, minute, second = (int(part) for part in match.groups())
            year += 2000 if year < 100 else 0
            try:
                moment = datetime(year, month, day_number, hour, minute, second, tzinfo=VIETNAM)
            except ValueError:
                continue
            if moment.year >= 1990 and moment.date() <= today:
                return moment.isoformat(), "minute", match[0].strip("-/")
    if match := _DAY_PATH.search(path):
        try:
            day = date(*(int(part) for part in match.groups() if part))
        except ValueError:
            return None
        return (day.isoformat(), "day", match[0].strip("/")) if day.year >= 1990 and day <= today else None
    if (match := _MONTH_PATH.search(path)) and f"{match[1]}-{match[2]}" <= today.isoformat()[:7]:
        return f"{match[1]}-{match[2]}", "month", match[0].strip("/")
    return None


def uploaded(url: str) -> tuple[int, int] | None:
    """Year and month in the address of an uploaded picture ("/uploads/2020/10/a.jpg"), or None."""
    match = _UPLOADED.search(urlsplit(url).path.lower())
    return (int(match[1]), int(match[2])) if match else None

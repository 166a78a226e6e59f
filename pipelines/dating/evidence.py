"""What a page and its address say of its publication date: JSON-LD and URL, each as printed."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import html

from pipelines.html.jsonld import entries
from pipelines.items import Precision
from storage.text import fold, visible
from storage.vocabulary import VIETNAM

_ARTICLE = re.compile(r"article|posting|report|newsitem", re.I)
_PART = re.compile(
    r"comment|image|person|event|offer|organi[sz]|answer|question|rating|(?<!claim)review", re.I
)
LIKENESS = 25  # letters in which a headline and a longer one agree

_DAY_PATH = re.compile(r"/((?:19|20)\d\d)/(\d{1,2})/(\d{1,2})(?=/)|/((?:19|20)\d\d)-(\d{1,2})-(\d{1,2})(?=/)")
_MONTH_PATH = re.compile(r"/(20\d\d)/(0[1-9]|1[0-2])/(?!\d{1,2}/)")
_STAMP = re.compile(r"[/-](20\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\w{2,5})?/?$")
# VCCorp's news system numbers articles with up to six digits of the site, then yymmddHHMMSS and milliseconds.
_VCCORP = re.compile(r"-\d{0,6}?(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\d{3}\.(?:html?|chn)$")
_UPLOADED = re.compile(
    r"(?:uploads?|images|quantritintuc|files|media)/?(20[012]\d)[/-]?(1[0-2]|0?[1-9])(?=/)"
)


def json_ld(tree: html.HtmlElement, title: str, url: str) -> tuple[str | None, str | None]:
    """Returns `datePublished` (else `dateCreated`, else a video's `uploadDate`) and `dateModified` of the
    page's own JSON-LD entry, as printed.

    Of several articles (a list of related ones) only the one with this headline or address counts.
    """
    graph = list(entries(tree))
    return _of_own(graph, ("datePublished", "dateCreated", "uploadDate"), title, url), _of_own(
        graph, ("dateModified",), title, url
    )


def _of_own(graph: list[dict[str, Any]], keys: tuple[str, ...], title: str, url: str) -> str | None:
    dated = [node for node in graph if any(node.get(key) for key in keys) and not _PART.search(_type(node))]
    own = [node for node in dated if _is_about(node, title, url)]
    articles = [node for node in dated if _ARTICLE.search(_type(node))]
    for group in ([node for node in own if _ARTICLE.search(_type(node))], own, articles, dated):
        dates = {next(str(node[key]) for key in keys if node.get(key)) for node in group}
        if len(dates) == 1:
            return visible(dates.pop()[:100])
        if dates:
            return None
    return None


def _type(node: dict[str, Any]) -> str:
    return str(node.get("@type", ""))


def _is_about(node: dict[str, Any], title: str, url: str) -> bool:
    page = node.get("mainEntityOfPage")
    named = {str(node.get(key) or "") for key in ("url", "@id")} | {
        str(page.get("@id") if isinstance(page, dict) else page)
    }
    headline = fold(visible(str(node.get("headline") or node.get("name") or "")[:500]))
    told = fold(title)
    alike = headline[:LIKENESS] == told[:LIKENESS] and (
        headline.startswith(told) or told.startswith(headline.rstrip(" .…"))
    )
    return bool(told and headline and (headline == told or (len(told) > LIKENESS and alike))) or any(
        n and n.split("#")[0].rstrip("/") == url.rstrip("/") for n in named
    )


def in_url(url: str, today: date) -> tuple[str, Precision, str] | None:
    """Returns the date in a URL as value, precision and print, or None: whole path segments and stamps that
    are valid up to `today` only, since most digits of an address are ids
    ("/tin/20190101/…-2019-12-31-p2.html").
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
    """Returns the year and month in the address of an uploaded picture ("/uploads/2020/10/a.jpg"), or
    None.
    """
    match = _UPLOADED.search(urlsplit(url).path.lower())
    return (int(match[1]), int(match[2])) if match else None

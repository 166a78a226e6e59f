"""The next page of a listing: by its pager's links, by its address, or by an ASP.NET post-back."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import parse_qsl, urljoin, urlsplit

from lxml import html

from crawler.discover.links import anchors
from crawler.discover.urls import canonical, same_site
from pipelines.html.address import base_of
from storage.text import fold, visible

# Where the CMS families put the page number in an address (page, trang, paged, Liferay's cur …). Joomla's
# start is no number but an offset, so there the text of the link decides.
_NUMBER = re.compile(
    r"(?:[?&](?:[\w.]*_)?(?:page|paged|trang|pageindex|pageno|pagenum|cur|pg|p)=|/(?:page"
    r"|trang)[/-]|[/-]trang-|/p)(\d{1,5})(?=\D|$)"
    r"|/(\d{1,4})\.html?(?=\?|$)",
    re.I,
)
_NEXT = re.compile(r"^(?:next|sau|tiep|tiep theo|trang sau|trang tiep|trang ke|>|>>|»|›|→)$")
_LABEL = 40  # characters; "[ Trang tiếp theo » ]" has 21
_PORTLET = ("p_p_", "p_r_p_", "_")  # Liferay's pager says a dozen things of its portlet beside the page
_POSTBACK = re.compile(r"__doPostBack\(\s*'([^']*)'\s*,\s*'([^']*)'", re.I)
MAX_PAGES = 2_000  # of one listing; 20 years of a daily portal at 10 a page are 730


@dataclass(frozen=True, slots=True)
class NextPage:
    """The request for a further page of a listing. `state` is what the family carries from page to page."""

    url: str
    number: int
    form: dict[str, str] | None = None  # sent by POST where given
    state: dict[str, str] = field(default_factory=dict)


@lru_cache(maxsize=16_384)
def page_number(url: str) -> int | None:
    """The page number that an address carries, None where it carries none."""
    match = _NUMBER.search(urlsplit(url).path + "?" + urlsplit(url).query)
    return int(match.group(1) or match.group(2)) if match else None


def next_page(tree: html.HtmlElement, url: str, number: int) -> NextPage | None:
    """The page after page `number` of the listing at `url`, as its pager names it; None at the end."""
    if number >= MAX_PAGES:
        return None
    wanted = number + 1
    arrows: list[str] = []
    link = tree.find(".//link[@rel='next']")
    if link is not None and link.get("href"):
        arrows.append(urljoin(base_of(tree, url), link.get("href")))
    for address, text, element in anchors(tree, url):
        folded = fold(text).strip(" .[]()") if len(text) < _LABEL else ""
        numbered = folded == str(wanted) or page_number(address) == wanted
        arrow = (
            element.get("rel") == "next"
            or _NEXT.match(folded)
            or "next" in (element.get("class") or "").split()
        )
        if not (numbered or arrow) or not (same_site(address, url) and _same_listing(address, url)):
            continue
        if numbered:
            return NextPage(canonical(address), wanted)
        arrows.append(address)
    for address in arrows:
        # an arrow without a number in its address is trusted; one with another number points elsewhere
        if canonical(address) != canonical(url) and page_number(address) in (wanted, None):
            return NextPage(canonical(address), wanted)
    return _postback(tree, url, number)


def _same_listing(address: str, url: str) -> bool:
    """Whether two addresses differ in their page number only (or one has none yet)."""
    a, b = urlsplit(address), urlsplit(url)
    mine = {k for k, _ in parse_qsl(a.query) if not k.startswith(_PORTLET)} - {
        k for k, _ in parse_qsl(b.query)
    }
    stem = re.sub(r"(?:/(?:page|trang)[/-]\d+|/?[/-]trang-\d+|/\d+\.html?|\.html?|/)*$", "", b.path)
    return a.path.startswith(stem) and len(a.path) - len(stem) <= 24 and len(mine) <= 4


def _postback(tree: html.HtmlElement, url: str, number: int) -> NextPage | None:
    """An ASP.NET pager posts its form back to the page; all hidden fields go along."""
    for element in tree.iter("a"):
        target = _POSTBACK.search(element.get("href") or element.get("onclick") or "")
        if target and visible("".join(element.itertext())) == str(number + 1):
            break
    else:
        return None
    form = {
        i.get("name"): i.get("value") or ""
        for i in tree.iter("input")
        if i.get("type") == "hidden" and i.get("name")
    }
    form |= {"__EVENTTARGET": target.group(1), "__EVENTARGUMENT": target.group(2)}
    return NextPage(canonical(url), number + 1, form)

"""The next page of a listing: by its pager, by an ASP.NET post-back, or by the address of a "load more"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from lxml import html

from crawler.discover.controls import Control, controls
from crawler.discover.urls import as_printed, canonical, same_site
from pipelines.html.address import absolute, base_of
from storage.text import fold

# Where the CMS families put the page number in an address (page, trang, paged, Liferay's cur …). Joomla's
# start is no number but an offset, so there the text of the link decides.
_NUMBER = re.compile(
    r"(?:[?&](?:[\w.]*_)?(?:page|paged|trang|pageindex|pageno|pagenum|cur|pg|p)=|/(?:page"
    r"|trang)[/-]|[/-]trang-|/p)(\d{1,5})(?=\D|$)"
    r"|/(\d{1,4})\.html?(?=\?|$)",
    re.I,
)
_ARROWS = re.compile(r"^[\s.\[\]()|:]*(?:>{1,2}|»|›|→|⟩|▶|►|❯|&gt;)[\s.\[\]()|:]*$")
_FRAME = " .,:;|[](){}<>«»‹›→←⟩▶►❯❱–-…"  # around the words of a pager
_NEXT = re.compile(
    r"(?:trang |bai |tin )?(?:next|sau|tiep|tiep theo|ke|ke tiep|tiep tuc)(?: trang| page| theo)?"
    r"|(?:(?:cac |nhung )?(?:tin|bai|trang|bai viet|bai dang|tin bai|muc) )?cu hon"
    r"|older(?: (?:posts|entries|articles|news))?|next(?: page| posts)|(?:sang|den|qua) trang (?:sau|ke|tiep)"
)
# These open other things, too: they turn a page only where the address says so.
_MORE = re.compile(
    r"(?:xem|doc|tai|hien thi|hien) (?:them|tiep)"
    r"(?: (?:cac )?(?:tin|bai|bai viet|tin tuc|tin bai|tin khac|ket qua))?"
    r"|(?:load|show|view|read) more(?: (?:posts|news))?|more|them(?: tin| bai)?"
)
_NEXT_NAMES = {
    "next", "next-page", "nextpage", "page-next", "pager-next", "pagination-next", "older", "nav-next",
    "nav-previous-older", "btn-next", "pagernext", "lnknext", "blog-pager-older-link",
}  # fmt: skip
_MORE_NAMES = re.compile(r"(?:load|view|show)-?_?more|xem-?_?them|infinite", re.I)
_LABEL = 40  # characters; "[ Trang tiếp theo » ]" has 21
_PORTLET = ("p_p_", "p_r_p_", "_")  # Liferay's pager says a dozen things of its portlet beside the page
_POSTBACK = re.compile(
    r"(?:__doPostBack\(|WebForm_PostBackOptions\()\s*[\"']([^\"']*)[\"']\s*,\s*[\"']([^\"']*)[\"']", re.I
)
_GAP = ("...", "…")  # of a GridView: the next ten pages
# A script that asks for a page by its number, which stands last: '/api/tin?page=' + page
_ENDPOINT = re.compile(
    r"[\"'`]((?:https?://|/|\.{0,2}/)?[\w./?&=%-]{0,200}[?&/](?:page|paged|trang|pageindex|p)[=/])(?:[\"']\s*\+|\$\{)",
    re.I,
)
_TEMPLATE = re.compile(r"\{\w*\}|%7B\w*%7D|__\w+__|:page\b|\[page\]", re.I)
_SLOT = "{n}"
MORE = "more"  # key of NextPage.state: the address of a "load more", with _SLOT where the number goes
MAX_FORM = 2 * 2**20  # characters of a form that is posted back; the largest view state seen has 300 KB
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
    """Returns the page number that an address carries, None where it carries none."""
    match = _NUMBER.search(urlsplit(url).path + "?" + urlsplit(url).query)
    return int(match.group(1) or match.group(2)) if match else None


def next_page(
    tree: html.HtmlElement, url: str, number: int, state: Mapping[str, str] | None = None
) -> NextPage | None:
    """Returns the page after page `number` of the listing at `url`, as its pager names it; None at the end.

    `state` is that of the NextPage which led here.
    """
    if number >= MAX_PAGES:
        return None
    wanted = number + 1
    if template := (state or {}).get(MORE):
        return NextPage(template.replace(_SLOT, str(wanted)), wanted, None, {MORE: template})
    found = list(controls(tree, url))
    for address in _turns(tree, url, found, wanted):
        return NextPage(as_printed(address), wanted)
    return _postback(tree, url, found, number) or _more(tree, url, found, wanted)


def _turns(tree: html.HtmlElement, url: str, found: list[Control], wanted: int) -> Iterator[str]:
    """Yields the addresses that lead to page `wanted`, those that name its number first."""
    here, base = canonical(url), base_of(tree, url)
    heads = [link.get("href") or "" for link in tree.iter("link") if link.get("rel") == "next"]
    arrows = [target for head in heads if (target := absolute(base, head))]
    for control in found:
        address, says = control.address, _said(control)
        if address is None or not (same_site(address, url) and _same_listing(address, url)):
            continue
        if re.fullmatch(rf"(?:trang|page)?\s?{wanted}", says) or page_number(address) == wanted:
            yield address
        elif _is_next(control, says) or (_is_more(control, says) and _counts_up(address, url)):
            arrows.append(address)
    # An arrow without a number in its address is trusted; one with another number points elsewhere. Drupal
    # counts from 0: its first page has no number, its second is ?page=1.
    numbers = {wanted, None} | ({wanted - 1} if page_number(url) == (wanted - 2 or None) else set())
    for address in arrows:
        if same_site(address, url) and canonical(address) != here and page_number(address) in numbers:
            yield address


def _said(control: Control) -> str:
    """Returns the folded words of a control, without the signs around them; empty for a text."""
    return fold(control.label).strip(_FRAME) if len(control.label) < _LABEL else ""


def _is_next(control: Control, says: str) -> bool:
    element = control.element
    if _NEXT.fullmatch(says) or _ARROWS.match(control.label):
        return True
    around = element.getparent()
    names = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('rel') or ''}".split()
    if around is not None and around.tag in ("li", "span", "td"):
        names += (around.get("class") or "").split()
    return any(name.lower() in _NEXT_NAMES for name in names)


def _is_more(control: Control, says: str) -> bool:
    names = f"{control.element.get('class') or ''} {control.element.get('id') or ''}"
    return bool(_MORE.fullmatch(says) or _MORE_NAMES.search(names))


def _counts_up(address: str, url: str) -> bool:
    """Returns whether `address` has a number that `url` has not, or a higher one, and is else the same
    listing.
    """
    a, b = urlsplit(address), urlsplit(url)
    before = dict(parse_qsl(b.query))
    told = [(name, value) for name, value in parse_qsl(a.query) if value.isdecimal() and len(value) < 7]
    counting = any(not before.get(n, "").isdecimal() or int(v) > int(before[n]) for n, v in told)
    return page_number(address) is not None or (counting and a.path.rstrip("/") == b.path.rstrip("/"))


def _same_listing(address: str, url: str) -> bool:
    """Returns whether two addresses differ in their page number only (or one has none yet)."""
    a, b = urlsplit(address), urlsplit(url)
    mine = {k for k, _ in parse_qsl(a.query) if not k.startswith(_PORTLET)} - {
        k for k, _ in parse_qsl(b.query)
    }
    stem = re.sub(r"(?:/(?:page|trang)[/-]\d+|/?[/-]trang-\d+|/\d+\.html?|\.html?|/)*$", "", b.path)
    return a.path.startswith(stem) and len(a.path) - len(stem) <= 24 and len(mine) <= 4


def _postback(tree: html.HtmlElement, url: str, found: list[Control], number: int) -> NextPage | None:
    """Returns the form that an ASP.NET pager posts back to the page, with all hidden fields."""
    pressed: dict[int, Any] = {}
    for control in found:
        script = control.element.get("href") or control.element.get("onclick") or ""
        target = _POSTBACK.search(script)
        if target is None:
            continue
        says = _said(control)
        rank = 0 if says == str(number + 1) else 1 if _is_next(control, says) else 2
        if rank < 2:
            pressed.setdefault(rank, (target, control.element))
        elif control.label in _GAP and number % 10 == 0:
            pressed[rank] = target, control.element  # the last one: the first leads back
    if not pressed:
        return None
    target, element = pressed[min(pressed)]
    form = next(element.iterancestors("form"), tree)
    fields = {_plain(i.get("name")): _plain(i.get("value")) for i in form.iter("input") if _hidden(i)}
    fields |= {"__EVENTTARGET": _plain(target.group(1)), "__EVENTARGUMENT": _plain(target.group(2))}
    if sum(map(len, fields.values())) > MAX_FORM:
        return None
    return NextPage(as_printed(url), number + 1, fields)


def _hidden(element: Any) -> bool:
    return (element.get("type") or "").lower() == "hidden" and bool(element.get("name"))


def _plain(text: str | None) -> str:
    """Returns `text` as it can be sent: lone surrogates are no letters."""
    return (text or "").encode("utf-8", "replace").decode()


def _more(tree: html.HtmlElement, url: str, found: list[Control], wanted: int) -> NextPage | None:
    """Returns the address behind a "load more", where the page names it: on the button, or in a script."""
    buttons = [control for control in found if _is_more(control, _said(control))]
    for control in buttons:
        if control.address is None or not same_site(control.address, url) or _is_link(control):
            continue
        address = _TEMPLATE.sub(_SLOT, control.address)
        numbered = _NUMBER.search(address)
        if _SLOT not in address and numbered and int(numbered[1] or numbered[2]) in (wanted - 1, wanted):
            at = numbered.start(1) if numbered[1] else numbered.start(2)
            address = address[:at] + _SLOT + address[numbered.end() :]
        if _SLOT in address:
            return _filled(address, wanted)
    if all(_is_link(control) for control in buttons):
        return None
    for script in tree.iter("script"):
        endpoint = _ENDPOINT.search((script.text or "")[:100_000])
        target = absolute(urljoin(url, "."), endpoint[1]) if endpoint else None
        if target and same_site(target, url):
            return _filled(target + _SLOT, wanted)
    return None


def _is_link(control: Control) -> bool:
    return not (control.element.get("href") or "#").startswith(("#", "javascript:"))


def _filled(template: str, wanted: int) -> NextPage | None:
    try:
        address = as_printed(template.replace(_SLOT, str(wanted)))
    except ValueError:
        return None
    return NextPage(address, wanted, None, {MORE: template})

"""The pager of an article in several pages: which page is at hand, which one follows, where all stand on one.

An address is that of a further page where it is the article's own with a page number: `/slug/2/`,
`?page=2`, `-trang-2.html`. Pagers of related news and of comments have such addresses, too, so the place and
the label of a link count as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urljoin, urlsplit

from lxml import html

from pipelines.html.address import base_of
from pipelines.items import Further
from storage.text import fold, visible

MAX_PARTS = 40  # pages of one article; the longest plans and histories have some twenty
_NAMES = re.compile(
    r"(?:[\w.]*_)?(?:page|trang|paged|pageindex|pageno|pg|p|part|phan|start|limitstart)", re.I
)
_FROM_ZERO = ("start", "limitstart")  # Joomla: the second page has start=1
_SHOWS_ALL = {
    ("showall", "1"), ("view", "all"), ("page", "all"), ("trang", "all"), ("viewall", "1"), ("all", "1"),
    ("full", "1"), ("view", "full"), ("singlepage", "1"), ("onepage", "1"), ("mode", "full"),
}  # fmt: skip
_ALL_PATH = re.compile(
    r"[/-](?:all|view-?all|full|toan-bai|toan-bo|tat-ca|single-?page)/?(?:\.\w{2,5})?", re.I
)
_STRONG = re.compile(r"(?:/|[-_/](?:page|trang|part|phan|p)[-_/]?)(\d{1,2})/?(?:\.\w{2,5})?", re.I)
_WEAK = re.compile(r"[-_.](\d{1,2})/?(?:\.\w{2,5})?")  # also how systems tell two articles of one name apart
_LATER = re.compile(r"[/_-]\d{1,2}/?(?:\.\w{2,5})?$|[?&][\w.]+=\d{1,2}(?:&|$)")
_RELATIVE = "?.0123456789"  # how an address begins that stands on the article's own
_EXTENSION = re.compile(r"\.(?:html?|aspx?|php|jsp)$", re.I)
_NEXT = re.compile(
    r"(?:(?:xem|doc|sang|den|qua)? ?trang (?:sau|tiep|tiep theo|ke|ke tiep)|sau|tiep|tiep theo|ke tiep"
    r"|next(?: page)?|continue|xem tiep|doc tiep|xem tiep trang \d+|doc tiep trang \d+"
    r"|(?:trang|phan|page|part) \d{1,2})"
)
_ARROW = re.compile(r"[\s\[\]()|]*(?:>{1,2}|»|›|→|▶|❯)[\s\[\]()|]*")
_WHOLE = re.compile(
    r"(?:xem |doc |hien thi |hien )?(?:tat ca(?: cac)? trang|toan bo(?: bai(?: viet)?)?|toan bai|tat ca"
    r"|(?:tren )?mot trang|ban day du|day du)|(?:view|show|read) (?:all|full)(?: article| pages)?"
    r"|all pages|single page|full article|(?:on )?one page"
)
_TO_FIRST = frozenset(("1", "trang 1", "trang dau", "trang truoc", "truoc", "previous", "prev"))
_FRAME = " .,:;|[](){}<>«»‹›→▶❯–-…"
# Words in the names of boxes whose pagers turn something else.
_ELSEWHERE = frozenset(
    "comment comments comentarios binhluan ykien phanhoi reply replies related relate lienquan other others "
    "khac tinkhac sidebar aside footer recent latest tinmoi poll vote gallery slider carousel reviews".split()
)
_CONTENTS = re.compile(r"toc|article-?index|page-?links|post-?page|nextpage|page-?break|muc-?luc", re.I)
_WORD = re.compile(r"[a-z]+", re.I)
_HREF = re.compile(rb"""href\s*=\s*["']?\s*([^"'>\s]{1,600})""")
_ANY_HREF = re.compile(_HREF.pattern, re.I)  # takes eight times as long
_TOLD = re.compile(rb"\d|all|full|toan", re.I)
_HEADLINE, _PROSE = 4, 12  # words of a link to another article, of a line of text
_TAIL = 8  # links and lines before a pager that show what it turns
_MOST = 5_000  # links of a page


class _Turn(NamedTuple):
    number: int  # as the address has it
    label: int | None  # as the link says, where it says a number
    address: str
    element: Any
    strong: bool
    named: str  # the parameter that has the number, "" of a path


def may_continue(body: bytes, url: str) -> bool:
    """Returns whether a page may be one of several, by its raw links; much quicker than to parse it."""
    path = urlsplit(url).path
    tail = _EXTENSION.sub("", path.rstrip("/").rpartition("/")[2]).encode()
    lower = body.count(b"href") == body.lower().count(b"href")
    for href in {*(_HREF if lower else _ANY_HREF).findall(body)}:
        target = href.partition(b"#")[0]
        if target[:1].decode("latin-1") in _RELATIVE:
            rest = target
        elif tail and tail in target:
            rest = target.rpartition(tail)[2]
        elif b"%" in target or not tail:
            rest = target[-60:]
        else:
            continue
        if _TOLD.search(rest):
            return True
    return False


def further(tree: html.HtmlElement, at: str, first: str | None = None) -> Further | None:
    """Returns what the pager of the article page `tree` at address `at` says; None where there is none.

    `first` is the address of the article's first page, by default `at`, or the one that a later page's own
    pager leads back to.
    """
    start = first or at
    turns = list(_turns(tree, at, start))
    if not turns and first is None:
        start = (_first_of(tree, at) if _LATER.search(at) else None) or ""
        turns = list(_turns(tree, at, start)) if start else []
    if not start or (not turns and first is None):
        return None
    own = _number(at, start)
    shift = _shift(turns)
    number = own[0] + shift if own else 1
    turns = [turn for turn in turns if turn.number + shift > 1 or turn.label is not None]
    following = [turn for turn in turns if turn.number + shift == number + 1]
    labels = [turn.label for turn in turns if turn.label is not None]
    if labels and max(labels) <= number and number > 1:  # the arrow of a last page leads nowhere
        following = []
    if not following and number == 1:
        return None
    shown = labels or [turn.number + shift for turn in turns]
    last = max([number, *shown])
    if last > MAX_PARTS and len(turns) < 2:  # a number that is no page's
        return None
    address = following[0].address if following and number < MAX_PARTS else None
    return Further(number, last, address, _whole(tree, at, start) if address else None)


def may_lead_on(link: html.HtmlElement) -> bool:
    """Returns whether `link` may lead to a further page of any article, or back to its first."""
    href = (link.get("href") or "").lstrip()
    return "%" in href or href[:1] in tuple(_RELATIVE) or _said(link) in _TO_FIRST


def turns(tree: html.HtmlElement, at: str, cut: str) -> bool:
    """Returns whether the page at `at` may be one of several. `cut`: the addresses of links that are missing
    in `tree`, none of which `may_lead_on`.
    """
    if _LATER.search(at) and _first_of(tree, at):
        return True
    tail = _EXTENSION.sub("", urlsplit(at).path.rstrip("/").rpartition("/")[2])
    if tail in cut and any(_leads_on(href, at) for href in cut.split("\n") if tail in href):
        return True
    return any(_says(turn) for turn in _numbered(tree, at, at) if not _elsewhere(turn.element))


def _leads_on(href: str, at: str) -> bool:
    try:
        return _number(urljoin(at, href.strip()), at) is not None
    except ValueError:
        return False


def printed_address(tree: html.HtmlElement) -> str:
    """Returns the address that a saved page gives as its own; one that nobody has where it gives none."""
    for link in tree.iter("link"):
        if (link.get("rel") or "").lower() == "canonical" and (link.get("href") or "").startswith("http"):
            return str(link.get("href"))
    return "http://page.invalid/saved"


def _turns(tree: html.HtmlElement, at: str, start: str) -> Iterator[_Turn]:
    """Yields the links of an article's own pager, in order."""
    found = [turn for turn in _numbered(tree, at, start) if not _elsewhere(turn.element)]
    told = [turn for turn in found if _says(turn)]
    if not told:
        return
    listed = _behind_lists(tree, {turn.element for turn in told}, at)
    for turn in told:
        contents = _contents(turn.element)
        own = turn.element.tag == "link" or contents or turn.element not in listed
        if own and (turn.strong or _among_numbers(turn)):
            yield turn


def _numbered(tree: html.HtmlElement, at: str, start: str) -> Iterator[_Turn]:
    base = base_of(tree, at)
    tail = _EXTENSION.sub("", urlsplit(start).path.rstrip("/").rpartition("/")[2])
    for element in islice(tree.iter("a", "link"), _MOST):
        href = element.get("href") or ""
        # quickly: an address of the article's own has its last part, or is a query only
        if not (tail in href or "%" in href or href.lstrip()[:1] in _RELATIVE):
            continue
        if element.tag == "link" and (element.get("rel") or "").lower() != "next":
            continue
        href = href.strip()
        if not href or href.startswith("#") or not any(map(str.isdigit, href)):
            continue
        try:
            address = urljoin(base, href).partition("#")[0]
            number = _number(address, start)
        except ValueError:
            continue
        if number is not None:
            said = _said(element)
            label = int(said) if said.isdecimal() and len(said) < 3 else None
            yield _Turn(number[0], label, address, element, number[1], number[2])


def _number(address: str, start: str) -> tuple[int, bool, str] | None:
    """Returns the page number that `address` has beyond the article's own address `start`, whether it can
    mean nothing else, and the parameter that has it; None where it is another page's address.
    """
    a, b = urlsplit(address), urlsplit(start)
    if (a.hostname or "").removeprefix("www.") != (b.hostname or "").removeprefix("www."):
        return None
    theirs = [pair for pair in parse_qsl(a.query) if not pair[0].startswith("p_p_")]
    ours = parse_qsl(b.query)
    more = [pair for pair in theirs if pair not in ours]
    if any(pair not in theirs for pair in ours if not pair[0].startswith("p_p_")):
        return None
    path = b.path.rstrip("/")
    if a.path.rstrip("/") == path and (path or ours):
        if len(more) == 1 and _NAMES.fullmatch(more[0][0]) and more[0][1].isdecimal():
            value = more[0][1]
            return (int(value), True, more[0][0].lower()) if len(value) < 3 else None
        return None
    stem = _EXTENSION.sub("", path)
    if more or not stem or not a.path.startswith(stem):
        return None
    rest = a.path[len(stem) :]
    if found := _STRONG.fullmatch(rest):
        return int(found[1]), True, ""
    found = _WEAK.fullmatch(rest)
    return (int(found[1]), False, "") if found else None


def _says(turn: _Turn) -> bool:
    """Returns whether a link says that it turns the page: its number, a word for it, its place."""
    said = _said(turn.element)
    if turn.element.tag == "link":
        return turn.strong
    if turn.label is not None:
        return turn.label in (turn.number, turn.number + 1)
    if _NEXT.fullmatch(said) or _ARROW.fullmatch(visible("".join(turn.element.itertext()))):
        return True
    return turn.strong and ("next" in (turn.element.get("rel") or "").split() or _contents(turn.element))


def _shift(turns: list[_Turn]) -> int:
    """Returns 1 where addresses count pages from 0."""
    labels = [turn for turn in turns if turn.label is not None]
    if labels:
        return int(2 * sum(turn.label == turn.number + 1 for turn in labels) > len(labels))
    return int(any(turn.named in _FROM_ZERO for turn in turns))


def _said(element: Any) -> str:
    text = visible("".join(element.itertext()))
    return fold(text).strip(_FRAME) if len(text) < 60 else ""


def _names(element: Any) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"


def _elsewhere(element: Any) -> bool:
    """Returns whether a link stands in a box of comments, of related news, beside or below the article."""
    if element.tag == "link":
        return False
    for node in element.iterancestors():
        if node.tag in ("body", "html"):
            return False
        if node.tag in ("aside", "footer", "header"):
            return True
        words = {word.lower() for word in _WORD.findall(_names(node))}
        if words & _ELSEWHERE or {"lien", "quan"} <= words or {"binh", "luan"} <= words:
            return True
    return False


def _contents(element: Any) -> bool:
    return any(_CONTENTS.search(_names(node)) for node in islice(element.iterancestors(), 4))


def _among_numbers(turn: _Turn) -> bool:
    """Returns whether a link stands among the other numbers of a pager, and nothing else does."""
    if turn.label is None:
        return False
    for box in islice(turn.element.iterancestors(), 3):
        said = [fold(visible(text)).strip(_FRAME) for text in box.itertext()]
        said = [word for text in said for word in text.split() if word not in ("trang", "page", "pages")]
        if "1" in said:
            return all(word.isdecimal() or _NEXT.fullmatch(word) or word == "truoc" for word in said)
    return False


def _behind_lists(tree: html.HtmlElement, wanted: set[Any], at: str) -> set[Any]:
    """Returns those of the links `wanted` that stand behind a list of links to other pages, not behind
    text.
    """
    path = urlsplit(at).path
    shown: list[bool] = []  # of each link to another page and each line of text: whether it is a link
    found: set[Any] = set()
    for node in tree.iter():
        if node in wanted:
            tail = shown[-_TAIL:]
            if sum(tail) > 1 and 2 * sum(tail) >= len(tail):
                found.add(node)
            continue
        if not isinstance(node.tag, str) or node.tag in ("script", "style", "head"):
            continue
        if node.tag == "h1":
            shown = [False]
        elif node.tag == "a":
            href = urlsplit(node.get("href") or "")
            if href.path not in ("", path) and len("".join(node.itertext()).split()) >= _HEADLINE:
                shown.append(True)
        elif _prose(node):
            shown.append(False)
    return found


def _prose(node: Any) -> bool:
    words = len((node.text or "").split())
    if words < _PROSE and len(node):
        words += sum(len((child.tail or "").split()) for child in node)
    if words < _PROSE and node.tag == "p" and node.find(".//a") is None:
        words = len("".join(node.itertext()).split())
    return words >= _PROSE and not any(a.tag in ("a", "script", "style") for a in node.iterancestors())


def _whole(tree: html.HtmlElement, at: str, start: str) -> str | None:
    """Returns the address of a page with all of the article, as a link of this one names it."""
    base = base_of(tree, at)
    path = urlsplit(start).path.rstrip("/")
    stem = _EXTENSION.sub("", path)
    for element in islice(tree.iter("a"), _MOST):
        href = (element.get("href") or "").strip()
        if not href or href.startswith("#") or not (_WHOLE.fullmatch(_said(element)) or _contents(element)):
            continue
        try:
            address: str = urljoin(base, href).partition("#")[0]
            parts = urlsplit(address)
        except ValueError:
            continue
        more = {(name.lower(), value.lower()) for name, value in parse_qsl(parts.query)}
        same = parts.path.rstrip("/") == path and bool(more & _SHOWS_ALL)
        if same or (stem and parts.path.startswith(stem) and _ALL_PATH.fullmatch(parts.path[len(stem) :])):
            return address
    return None


def _first_of(tree: html.HtmlElement, at: str) -> str | None:
    """Returns the address of the first page that the pager of a later one, at `at`, leads back to."""
    base = base_of(tree, at)
    for element in islice(tree.iter("a"), _MOST):
        href = (element.get("href") or "").strip()
        # quickly: the name of the first page is the beginning of that of a later one
        name = href.partition("?")[0].rstrip("/").rpartition("/")[2]
        if not href.startswith("?") and (not name or _EXTENSION.sub("", name) not in at) and "%" not in name:
            continue
        if _said(element) not in _TO_FIRST:
            continue
        try:
            address: str = urljoin(base, href).partition("#")[0]
            number = _number(at, address) if address != at else None
        except ValueError:
            continue
        if number is not None and number[1] and not _elsewhere(element):
            return address
    return None

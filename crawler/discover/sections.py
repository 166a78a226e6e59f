"""Which links of a page may lead to sections: listings of their own that a crawl walks.

Told by the words of their labels, by where they stand (menus first), and by what they cannot be: tags,
archives by month, authors, pages of the listing at hand. Whether a page is a listing shows when it is read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import html

from crawler.discover.entries import Standing
from crawler.discover.labels import HEADLINE, NEWS, OTHER, text_in
from crawler.discover.links import is_pager, plausible, section, set_aside, standing
from crawler.discover.paging import page_number
from crawler.discover.places import MENU
from crawler.discover.urls import canonical, trap
from storage.text import fold

_SHAPE = re.compile(r"/(?:folder|category|chuyen-muc|danh-muc|muc|cat|news)/|[?&](?:cat|catid|muc)=\d", re.I)
_FOLDER = re.compile(r"/(?:categor(?:y|ies)|chuyen-muc|danh-muc)/|[?&]cat=\d", re.I)
_LANGUAGE = re.compile(r"/(?:vi|vn|en|fr|zh|cn|ja|ko|ru|lo|km)(?:[-_]\w\w)?/?$", re.I)  # a language switch
# Names of what stands around links that lead to no section, and headings above such links, folded.
_BESIDE = re.compile(
    r"(?:^|[\s_-])(?:tags?|tag-?clouds?|post_tag|keywords?|tu-?khoa|[a-z]*archives?|[a-z]*recent|latest\w*|related"
    r"|popular\w*|byline|author|username|login|social|share|languages?|post-navigation|pagenavigation"
    r"|pagination|pager|page-nav(?:igation)?)(?:[\s_-]|$)",
    re.I,
)
_HEADS = re.compile(
    r"\b(?:the|tags?|tu khoa|luu tru|archives?|bai viet moi|bai moi|tin moi|moi nhat|gan day|xem nhieu"
    r"|doc nhieu|lien quan|recent|bai ke)\b"
)
_MONTH = re.compile(
    r"(?:thang )?\d{1,2}[ ,/-]+(?:nam )?(?:19|20)\d\d|[a-z]+ (?:\w+ )?(?:19|20)\d\d|(?:19|20)\d\d"
)
_CATEGORY = re.compile(
    r"(?:^|[\s_-])(?:category|categories|cat-links|breadcrumbs?|pathway|duong-?dan|chuyen-?muc|danh-?muc|genre"
    r"|articlesection)"
    r"(?:[\s_-]|$)",
    re.I,
)
NAMED = re.compile(
    rb"categor|breadcrumb|cat-links|pathway|duong-?dan|chuyen-?muc|danh-?muc|genre|articlesection"
    rb"|(?:Chuy\xc3\xaan|Danh) m\xe1\xbb\xa5c",
    re.I,
)  # in a page
_LABEL = re.compile(
    r"(?:^|\W)(?:chuyen muc|danh muc|muc|category|categories|posted in|trong)\W*$"
)  # before a link
_DOCUMENT = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|zip|rar)$", re.I)
_TITLE = 3  # words; labels and buttons have fewer
_LEVELS = 4  # nodes around a link whose names tell what it is
_SIBLINGS = 40  # before a link that are looked at for a heading: a tag cloud has as many
_REPEATED = 2  # addresses of one label; a mega-menu of communes has the same for each


def sections(tree: html.HtmlElement, url: str, taken: Collection[str] = ()) -> list[tuple[str, str]]:
    """(address as printed, name) of the pages that a page's links suggest as sections, the likeliest first.

    `taken` are those that lead to articles.
    """
    found: dict[str, Standing] = {}
    here = canonical(url)
    for one in standing(tree, url):
        if one.target == here or one.target in taken or not _may_be(one):
            continue
        before = found.get(one.target)
        if before is None or (before.place != MENU and one.place == MENU) or len(before.text) < len(one.text):
            found[one.target] = one
    labels = Counter(fold(one.text) for one in found.values())
    scores = {target: _score(one) for target, one in found.items()}
    order = sorted(
        found, key=lambda target: (labels[fold(found[target].text)] > _REPEATED, -scores[target])
    )  # stable: menus begin with what matters
    return [(found[target].address, found[target].text) for target in order]


def named(tree: html.HtmlElement, url: str) -> list[tuple[str, str]]:
    """(address as printed, name) of the sections that a page names as an article's: its category, its way."""
    return [
        (one.address, one.text)
        for one in standing(tree, url)
        if (
            _CATEGORY.search(_names(one.element))
            or _FOLDER.search(one.target)
            or _LABEL.search(_label(one.element))
        )
        and _may_be(one)
        and one.target != canonical(url)
    ]


def left_over(tree: html.HtmlElement, url: str, taken: Collection[str]) -> tuple[list[str], int]:
    """Returns what a listing links and a walk leaves: pages that are neither articles (`taken`) nor sections.

    Their canonical addresses in order, and how many documents (PDF, Word …) the listing links directly.
    """
    found = [one for one in standing(tree, url) if one.place != MENU and one.target not in taken]
    documents = {one.target for one in found if _DOCUMENT.search(urlsplit(one.target).path)}
    pages = [
        one.target
        for one in found
        if len(one.text.split()) >= _TITLE and plausible(one.target) and not _beside(one.element)
        and not (_may_be(one) and news(one.target, one.text))
    ]  # fmt: skip
    return list(dict.fromkeys(pages)), len(documents)


def news(url: str, name: str) -> bool:
    """Whether an address and its label sound like a list of news."""
    words = _words(url, name)
    return bool(NEWS.search(words) or _SHAPE.search(url)) and not OTHER.search(words)


def _may_be(one: Standing) -> bool:
    target, text = one.target, one.text
    if not plausible(target) or set_aside(target) or trap(target) or _LANGUAGE.search(target):
        return False
    number = page_number(target)
    if is_pager(text, one.element) or (number or 0) > 1 or "next" in (one.element.get("rel") or ""):
        return False
    if len(text.split()) >= HEADLINE or _MONTH.fullmatch(fold(text)):
        return False
    if not section(target, text) and one.place != MENU and not news(target, text):
        return False  # an article by its address, which neither a menu nor its words call a section
    return not _beside(one.element)


def _beside(element: Any) -> bool:
    """Whether a link stands among tags, archives, authors or the latest articles."""
    if "tag" in (element.get("rel") or "").split() and "category" not in (element.get("rel") or ""):
        return True
    if _CATEGORY.search(_names(element)):
        return False
    return bool(_BESIDE.search(_names(element))) or bool(_HEADS.search(_heading(element)))


def _names(element: Any) -> str:
    """Returns classes, ids and schema.org's names of a link and the nodes close around it."""
    said, node = [element.get("rel") or ""], element
    for _ in range(_LEVELS):
        if node is None or node.tag in ("body", "html", "main"):
            break
        said += [node.get(name) or "" for name in ("class", "id", "itemprop", "aria-label")]
        node = node.getparent()
    return " ".join(said)


def _heading(element: Any) -> str:
    """Returns the folded heading of the small box around a link, "" where it has none."""
    node = element
    for _ in range(_LEVELS + 1):
        node = node.getparent()
        if node is None or node.tag in ("body", "html", "main"):
            return ""
        before = node.getprevious()
        for _ in range(_SIBLINGS):
            if before is None:
                break
            if before.tag in ("h1", "h2", "h3", "h4", "h5", "h6") or "heading" in (before.get("class") or ""):
                text = fold(text_in(before))
                return text if len(text.split()) < HEADLINE else ""
            before = before.getprevious()
    return ""


def _label(element: Any) -> str:
    """Returns the folded words that stand directly before a link, or before the field around it."""
    node = element
    for _ in range(_LEVELS):
        before = node.getprevious()
        said = fold((before.tail or "") if before is not None else (node.getparent().text or "")).strip()
        said = said or (fold(text_in(before)) if before is not None else "")
        if said:
            return said if len(said.split()) < HEADLINE else ""
        node = node.getparent()
        if node is None or node.tag in ("body", "html", "main", "article"):
            break
    return ""


def _score(one: Standing) -> int:
    words = _words(one.target, one.text)
    heard = 2 * bool(NEWS.search(words)) - 2 * bool(OTHER.search(words))
    return heard + 2 * bool(_SHAPE.search(one.target)) + (one.place == MENU)


def _words(url: str, name: str) -> str:
    return fold(f"{name} {re.sub(r'[-_/.]', ' ', unquote(urlsplit(url).path))}")
